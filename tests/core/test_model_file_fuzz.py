"""Whatever bytes a file holds: it opens, or it is refused in words. Nothing else may happen."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ml_core.errors import ModelFileError
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file import members, strict_json
from ml_core.model_file.embedder_file import inspect_embedder
from ml_core.model_file.inspect import opened_archive
from ml_core.model_file.labels import usable_names
from ml_core.model_file.manifest import Manifest
from ml_core.model_file.network_config import inspect_network
from ml_core.model_file.read import read, read_manifest
from tests.core.model_files import contents_of, zip_to
from tests.core.tiny_model import SPEC, write_tiny_model

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BOUNDED = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=5_000,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6)
NUMBERS = st.one_of(st.integers(-(10**12), 10**12), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    st.one_of(NUMBERS, st.text(max_size=20), st.sampled_from(["Functional", "keras", "Dense"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("good") / "shop.keras")


class Parts(dict[str, bytes]):
    """Members of a model file; hypothesis shows them where a test fails."""

    def __repr__(self) -> str:
        return f"Parts({list(self)})"


@pytest.fixture(scope="module")
def contents(good: Path) -> Parts:
    return Parts(contents_of(good))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "m.keras"


def edited(content: bytes, edits: list[tuple[float, int]]) -> bytes:
    spoilt = bytearray(content)
    for share, value in edits:
        spoilt[int(share * (len(spoilt) - 1))] = value
    return bytes(spoilt)


def only_refused(function: Callable[..., Any], *arguments: Any) -> None:
    """It ends well or with a sentence."""
    try:
        function(*arguments)
    except ModelFileError as error:
        assert error.what.endswith(".")  # noqa: PT017 - both ends are right


def open_only(path: Path) -> None:
    with opened_archive(path) as archive:
        archive.namelist()


@BOUNDED
@given(edits=EDITS, near_the_end=st.booleans(), length=st.floats(0.5, 1))
def test_archives(
    contents: dict[str, bytes], place: Path, edits: Any, near_the_end: bool, length: float
) -> None:
    small = {name: content[:200] for name, content in contents.items()}
    content = zip_to(place, small).read_bytes()
    directory = content.index(b"PK\x01\x02")
    head, tail = (content[:directory], content[directory:]) if near_the_end else (b"", content)
    place.write_bytes((head + edited(tail, edits))[: int(length * 2 * len(content))])
    only_refused(open_only, place)
    only_refused(read_manifest, place)


@BOUNDED
@given(content=st.binary(max_size=400))
def test_bytes_behind_a_zip_start(place: Path, content: bytes) -> None:
    place.write_bytes(b"PK\x03\x04" + content)
    only_refused(open_only, place)


@BOUNDED
@given(edits=EDITS, value=VALUES, at=st.integers(0, 10**6), how=st.booleans())
def test_networks_for_keras(
    contents: dict[str, bytes], edits: Any, value: Any, at: int, how: bool
) -> None:
    content = contents["config.json"]
    only_refused(inspect_network, edited(content, edits))
    only_refused(inspect_network, json.dumps(replaced(json.loads(content), value, at)).encode())


@BOUNDED
@given(value=VALUES, at=st.integers(0, 10**6))
def test_descriptions(contents: dict[str, bytes], value: Any, at: int) -> None:
    values = replaced(json.loads(contents[members.MANIFEST]), value, at)
    only_refused(Manifest.from_json, values if isinstance(values, dict) else {})


def replaced(values: Any, value: Any, at: int) -> Any:
    """The same tree with another value in one place."""
    places = [
        (inner, key)
        for _, inner in strict_json.walk(values)
        if isinstance(inner, dict | list)
        for key in (inner if isinstance(inner, dict) else range(len(inner)))
    ]
    inner, key = places[at % len(places)]
    inner[key] = value
    return values


@BOUNDED
@given(edits=EDITS, word=st.sampled_from(["<b", "<i", "<I"]), number=st.integers(0, 2**31 - 1))
def test_networks_for_litert(
    contents: dict[str, bytes], edits: Any, word: str, number: int
) -> None:
    content = contents[members.EMBEDDER]
    only_refused(inspect_embedder, edited(content, edits), SPEC, 12)
    spoilt = bytearray(content)
    number = number % 128 if word == "<b" else number
    struct.pack_into(word, spoilt, int(edits[0][0] * (len(content) - 4)), number)
    only_refused(inspect_embedder, bytes(spoilt), SPEC, 12)


@BOUNDED
@given(content=st.binary(max_size=200))
def test_bytes_as_a_network(content: bytes) -> None:
    spec = InputSpec(8, 3, ResizePolicy.PAD)
    only_refused(inspect_embedder, b"\x10\0\0\0TFL3" + content, spec, 4)


@BOUNDED
@given(names=st.lists(st.one_of(st.text(max_size=30), st.none(), st.integers()), max_size=6))
def test_labels(names: list[object]) -> None:
    only_refused(usable_names, names)


@settings(BOUNDED, max_examples=12, deadline=60_000)
@given(edits=EDITS, member=st.sampled_from(["model.weights.h5", members.EMBEDDER]))
def test_whole_files_whose_checksums_fit(
    contents: dict[str, bytes], place: Path, edits: Any, member: str
) -> None:
    """What may crash HDF5 or LiteRT crashes another process."""
    spoilt = {**contents, member: edited(contents[member], edits)}
    values = json.loads(spoilt[members.MANIFEST])
    values["hashes"] = {name: members.sha256(spoilt[name]) for name in values["hashes"]}
    spoilt[members.MANIFEST] = json.dumps(values).encode()
    only_refused(read, zip_to(place, spoilt))


def test_the_fuzz_tests_start_from_something_sound(contents: dict[str, bytes]) -> None:
    inspect_network(contents["config.json"])
    inspect_embedder(contents[members.EMBEDDER], SPEC, 12)
