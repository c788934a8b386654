"""Model files: a round trip, and one clear sentence for each way in which a file is no model."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core import storage
from ml_core.errors import ModelFileError, StorageError
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file import inspect as inspection
from ml_core.model_file import members
from ml_core.model_file.archive import with_head
from ml_core.model_file.manifest import FORMAT_VERSION, Manifest, Scores
from ml_core.model_file.read import read, read_manifest
from ml_core.model_file.write import write
from ml_core.prediction.classifier import Classifier
from ml_core.training.recipe import recipe_for
from tests.core.disk import disk_without_room

Contents = dict[str, bytes]


def contents_of(model: Path) -> Contents:
    with zipfile.ZipFile(model) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_to(path: Path, contents: Contents, *, kind: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def changed(model: Path, folder: Path, **members_by_name: Any) -> Path:
    """A copy with other members; hashes in the manifest are made to fit, unless it is given."""
    contents = contents_of(model)
    names = {"kernel": members.KERNEL, "bias": members.BIAS, "embedder": members.EMBEDDER}
    for name, content in members_by_name.items():
        contents[names[name]] = content
    values = json.loads(contents[members.MANIFEST])
    values["hashes"] = {name: members.sha256(contents[name]) for name in values["hashes"]}
    contents[members.MANIFEST] = json.dumps(values).encode()
    return zip_to(folder / "changed.keras", contents)


def redescribed(model: Path, folder: Path, **values: Any) -> Path:
    """A copy whose manifest says something else."""
    contents = contents_of(model)
    contents[members.MANIFEST] = json.dumps(
        json.loads(contents[members.MANIFEST]) | values
    ).encode()
    return zip_to(folder / "redescribed.keras", contents)


def refusal(path: Path, *, opening: Callable[[Path], Any] = Classifier.open) -> ModelFileError:
    """The error of opening ``path``, checked to name the file and to be a sentence."""
    with pytest.raises(ModelFileError) as caught:
        opening(path)
    error = caught.value
    assert path.name in error.what
    assert error.path == path
    assert error.what.endswith(".")
    assert "Traceback" not in str(error)
    return error


# A sound file.


def test_what_was_written_is_read(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    manifest = Manifest(
        name="Größe \U0001f600 \udce9",
        created="2026-01-02T03:04:05+00:00",
        class_names=("a,b", "c\nd", "Ünïcode \udcff"),
        input=InputSpec(48, 1, ResizePolicy.PAD),
        architecture="fashion_cnn",
        embedding_size=5,
        parameters=123,
        scores=Scores(
            validation_accuracy=0.5, validation_photos=4, test_accuracy=None, test_photos=0
        ),
        recipe=recipe_for("scratch", architecture="fashion_cnn"),
        dataset_fingerprint="00ff",
        photo_counts={"train": 8, "validation": 4, "test": 0, "skipped": 1},
        versions={"keras": "3.15.1"},
        hashes={},
    )
    plain = zip_to(tmp_path / "plain.keras", {"config.json": b"{}", "model.weights.h5": b"h5"})
    kernel = random.normal(size=(5, 3)).astype(np.float32)
    bias = random.normal(size=3).astype(np.float32)
    written = write(
        tmp_path / "m.keras",
        keras_archive=plain,
        embedder=b"network",
        kernel=kernel,
        bias=bias,
        manifest=manifest,
    )
    assert set(written.hashes) == {members.EMBEDDER, members.KERNEL, members.BIAS}
    model = read(tmp_path / "m.keras")
    assert model.manifest == written == read_manifest(tmp_path / "m.keras")
    assert replace(model.manifest, hashes={}) == manifest
    assert model.embedder == b"network"
    np.testing.assert_array_equal(model.kernel, kernel)
    np.testing.assert_array_equal(model.bias, bias)
    assert contents_of(tmp_path / "m.keras")["config.json"] == b"{}"


def test_a_recipe_is_not_needed(fast_model: Path, tmp_path: Path) -> None:
    foreign = redescribed(fast_model, tmp_path, recipe=None)
    assert read_manifest(foreign).recipe is None
    assert Classifier.open(foreign).class_names == ("lamp", "mug", "shirt")


def test_the_description_says_what_was_trained(fast_model: Path) -> None:
    manifest = read_manifest(fast_model)
    assert manifest.architecture == "mobilenet_v2_035"
    assert manifest.input == InputSpec(64, 3, ResizePolicy.STRETCH)
    assert manifest.embedding_size == 1280
    assert manifest.parameters == 410_208 + 1280 * 3 + 3
    assert sum(manifest.photo_counts.values()) == 72
    assert manifest.scores.test_photos == manifest.photo_counts["test"]
    assert {"keras", "tensorflow", "numpy"} <= set(manifest.versions)


def test_a_file_packed_again_by_another_program_still_opens(
    fast_model: Path, tmp_path: Path, photos: Path
) -> None:
    packed = zip_to(tmp_path / "packed.keras", contents_of(fast_model), kind=zipfile.ZIP_DEFLATED)
    photo = photos / "mug" / "mug_000.jpg"
    given, expected = (Classifier.open(path).classify(photo) for path in (packed, fast_model))
    assert given.top == expected.top


# Files that are no models.


def test_there_is_no_file(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "gone.keras").what


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "m.keras").mkdir()
    assert "is a folder" in refusal(tmp_path / "m.keras").what


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.keras")
    assert "not an ordinary file" in refusal(tmp_path / "m.keras").what


def test_no_permission(fast_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in refusal(fast_model).what


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK", "is not a model file"),
        (b"just some text\n" * 50, "is not a model file"),
        (b"\xff\xd8\xff\xe0 a photo", "is not a model file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is not a model file"),
        (b"PK\x03\x04" + bytes(1000), "damaged or cut off"),
    ],
)
def test_other_contents(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(content)
    assert sentence in refusal(path).what


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_file_cut_off_anywhere(fast_model: Path, tmp_path: Path, share: float) -> None:
    content = fast_model.read_bytes()
    path = tmp_path / "cut.keras"
    path.write_bytes(content[: int(len(content) * share)])
    assert "damaged or cut off" in refusal(path).what


def test_an_archive_behind_something_else(fast_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(b"\xff\xd8\xff\xe0JFIF" + fast_model.read_bytes())
    assert "is not a model file" in refusal(path).what


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    error = refusal(zip_to(tmp_path / "photos.keras", {"a.jpg": b"..."}))
    assert "was not made by this program" in error.what


def test_a_plain_keras_archive(fast_model: Path, tmp_path: Path) -> None:
    plain = {n: c for n, c in contents_of(fast_model).items() if not n.startswith(members.FOLDER)}
    assert "config.json" in plain
    error = refusal(zip_to(tmp_path / "plain.keras", plain))
    assert "was not made by this program" in error.what


@pytest.mark.parametrize("name", [members.EMBEDDER, members.KERNEL, members.BIAS])
def test_a_missing_member(fast_model: Path, tmp_path: Path, name: str) -> None:
    contents = contents_of(fast_model)
    del contents[name]
    assert name in refusal(zip_to(tmp_path / "m.keras", contents)).what


@pytest.mark.parametrize("name", [members.EMBEDDER, members.KERNEL, members.BIAS])
def test_a_member_that_was_exchanged(fast_model: Path, tmp_path: Path, name: str) -> None:
    contents = contents_of(fast_model)
    contents[name] = contents[name][:-1] + bytes([contents[name][-1] ^ 1])
    error = refusal(zip_to(tmp_path / "m.keras", contents))
    assert f"the checksum of {name} does not fit" in error.what


def test_a_flipped_bit(fast_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    content = bytearray(fast_model.read_bytes())
    with zipfile.ZipFile(fast_model) as archive:
        place = archive.getinfo(members.EMBEDDER).header_offset + 5000
    content[place] ^= 1
    path.write_bytes(content)
    assert "cannot be read (Bad CRC-32" in refusal(path).what


def test_damaged_packing(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model), kind=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(members.MANIFEST).header_offset
    content[start + 80 : start + 120] = b"\xff" * 40
    path.write_bytes(content)
    assert "cannot be read" in refusal(path).what


def test_a_member_locked_by_a_password(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(members.EMBEDDER).header_offset
    content[start + 6] |= 1
    entry = content.rindex(members.EMBEDDER.encode()) - 46
    content[entry + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refusal(path).what


def npy(array: Any) -> bytes:
    memory = io.BytesIO()
    np.save(memory, array, allow_pickle=True)
    return memory.getvalue()


HUGE_HEADER = (
    b"\x93NUMPY\x01\x00v\x00"
    + repr({"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**5)}).encode()
)


@pytest.mark.parametrize(
    ("kernel", "sentence"),
    [
        (npy(np.full((1280, 3), np.nan, np.float32)), "not finite numbers"),
        (npy(np.full((1280, 3), np.inf, np.float32)), "not finite numbers"),
        (npy(np.zeros((1280, 3), np.float64)), "not an array of 32-bit numbers"),
        (npy(np.zeros((1280, 2), np.float32)), r"(1280, 2)"),
        (npy(np.zeros((3, 1280), np.float32)), r"(3, 1280)"),
        (npy(np.zeros(3840, np.float32)), r"(3840,)"),
        (npy(np.array([{"an": "object"}], object)), members.KERNEL),
        (npy(np.zeros((1280, 3), np.float32))[:-4], members.KERNEL),
        (HUGE_HEADER.ljust(128) + b"\n", members.KERNEL),
        (b"", members.KERNEL),
        (b"PK\x03\x04 no array", members.KERNEL),
    ],
)
def test_heads_that_cannot_serve(
    fast_model: Path, tmp_path: Path, kernel: bytes, sentence: str
) -> None:
    assert sentence in str(refusal(changed(fast_model, tmp_path, kernel=kernel)))


def test_an_embedder_of_another_size(fast_model: Path, scratch_model: Path, tmp_path: Path) -> None:
    other = changed(fast_model, tmp_path, embedder=read(scratch_model).embedder)
    assert "The embedder takes" in refusal(other).what


def test_an_embedder_that_gives_another_vector(
    fast_model: Path, scratch_model: Path, tmp_path: Path
) -> None:
    other = changed(fast_model, tmp_path, embedder=read(scratch_model).embedder)
    spec = read_manifest(scratch_model).to_json()["input"]
    mixed = redescribed(other, tmp_path, input=spec)
    assert "192 numbers a photo" in refusal(mixed).what


def test_an_embedder_that_is_none(fast_model: Path, tmp_path: Path) -> None:
    error = refusal(changed(fast_model, tmp_path, embedder=b"no network" * 100))
    assert "The embedder cannot be opened" in error.what


# Archives that are not safe.


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_members_of_one_name(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(members.KERNEL, b"other")
    assert "two of its parts have the same name" in refusal(path).what


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "a/../../b", "product_classifier\\..\\x", "C:\\x"]
)
def test_names_that_lead_elsewhere(fast_model: Path, tmp_path: Path, name: str) -> None:
    path = zip_to(tmp_path / "m.keras", {**contents_of(fast_model), name: b"x"})
    assert "is not a safe model file: a part is named" in refusal(path).what


def test_too_many_members(fast_model: Path, tmp_path: Path) -> None:
    many = {f"part{number}": b"" for number in range(inspection.MOST_MEMBERS)}
    assert "parts" in refusal(zip_to(tmp_path / "m.keras", contents_of(fast_model) | many)).what


def test_a_member_that_claims_too_much(
    fast_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "LARGEST_MEMBER", 100_000)
    assert "claims" in refusal(fast_model).what


def test_a_description_that_unpacks_to_far_too_much(fast_model: Path, tmp_path: Path) -> None:
    contents = contents_of(fast_model)
    contents[members.MANIFEST] = b" " * (inspection.LARGEST_DESCRIPTION + 1)
    path = zip_to(tmp_path / "m.keras", contents, kind=zipfile.ZIP_DEFLATED)
    assert "is too large" in refusal(path).what


def test_any_damage_is_an_error_in_words(fast_model: Path, tmp_path: Path) -> None:
    """Nothing but ModelFileError, whatever bytes are changed; most changes are noticed."""
    content, random = fast_model.read_bytes(), np.random.default_rng(4)
    path = tmp_path / "m.keras"
    directory = content.rindex(members.FOLDER.encode()) - 2000
    for number in range(150):
        spoilt = bytearray(content)
        first = directory if number % 2 else 0
        for place in random.integers(first, len(content), 3):
            spoilt[place] = random.integers(256)
        path.write_bytes(spoilt)
        try:
            read(path)
        except ModelFileError as error:
            assert path.name in str(error)  # noqa: PT017 - sound files pass, too


# Descriptions that cannot serve.


def test_a_file_of_a_newer_version(fast_model: Path, tmp_path: Path) -> None:
    error = refusal(redescribed(fast_model, tmp_path, format_version=FORMAT_VERSION + 1))
    assert "newer version of this program" in error.what
    assert "Update" in error.mend


@pytest.mark.parametrize("version", [None, 0, -1, "1", 1.0, True])
def test_a_file_without_a_version(fast_model: Path, tmp_path: Path, version: object) -> None:
    error = refusal(redescribed(fast_model, tmp_path, format_version=version))
    assert "names no format version" in error.what


@pytest.mark.parametrize(
    "content", [b"", b"no json", b"[1, 2]", b"null", b'{"a":', b"\xff\xfe", b"[" * 100_000]
)
def test_a_description_that_is_none(fast_model: Path, tmp_path: Path, content: bytes) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model) | {members.MANIFEST: content})
    assert "its description cannot be read" in refusal(path, opening=read_manifest).what


def scores(**values: Any) -> dict[str, Any]:
    fine = {"validation_accuracy": 0.5, "validation_photos": 4, "test_accuracy": None}
    return {**fine, "test_photos": 0, **values}


def recipe(**values: Any) -> dict[str, Any]:
    return {**recipe_for("fast").to_json(), **values}


UNUSABLE: list[tuple[str, Any]] = [
    ("class_names", None),
    ("class_names", "lamp"),
    ("class_names", []),
    ("class_names", ["lamp"]),
    ("class_names", ["lamp", "lamp", "mug"]),
    ("class_names", ["lamp", "", "mug"]),
    ("class_names", ["lamp", 3, "mug"]),
    ("class_names", ["lamp", ["x"], "mug"]),
    ("class_names", ["lamp", "mu\0g", "shirt"]),
    ("class_names", ["lamp", "m" * 300, "shirt"]),
    ("class_names", ["lamp", "mug"]),  # the head has three
    ("input", None),
    ("input", {"size": 64, "channels": 3}),
    ("input", {"size": 0, "channels": 3, "resize": "stretch"}),
    ("input", {"size": 100_000, "channels": 3, "resize": "stretch"}),
    ("input", {"size": 64, "channels": 2, "resize": "stretch"}),
    ("input", {"size": 64, "channels": 3, "resize": "wave"}),
    ("input", {"size": "64", "channels": 3, "resize": "stretch"}),
    ("input", {"size": 1e999, "channels": 3, "resize": "stretch"}),
    ("embedding_size", 3),
    ("embedding_size", "1280"),
    ("embedding_size", 1e999),
    ("embedding_size", -1),
    ("parameters", None),
    ("name", None),
    ("created", 2026),
    ("architecture", ["mobilenet_v2"]),
    ("scores", None),
    ("scores", {}),
    ("scores", scores(test_accuracy="high")),
    ("scores", scores(test_accuracy=1.5)),
    ("scores", scores(test_accuracy=float("nan"))),
    ("scores", scores(test_photos=-3)),
    ("recipe", {"epochs": "many"}),
    ("recipe", {"unheard_of": 1}),
    ("recipe", recipe(resize="wave")),
    ("photo_counts", {"train": "eight"}),
    ("photo_counts", None),
    ("versions", {"keras": 3}),
    ("hashes", None),
    ("hashes", {}),
    ("dataset_fingerprint", 17),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), UNUSABLE)
def test_descriptions_that_cannot_serve(
    fast_model: Path, tmp_path: Path, key: str, value: Any
) -> None:
    refusal(redescribed(fast_model, tmp_path, **{key: value}))


@pytest.mark.parametrize("key", list(Manifest.__dataclass_fields__))
def test_a_description_that_lacks_something(fast_model: Path, tmp_path: Path, key: str) -> None:
    contents = contents_of(fast_model)
    values = json.loads(contents[members.MANIFEST])
    del values[key]
    contents[members.MANIFEST] = json.dumps(values).encode()
    error = refusal(zip_to(tmp_path / "m.keras", contents))
    assert f"'{key}' is missing" in error.what


def test_long_texts_are_cut_and_unknown_values_are_let_be(fast_model: Path, tmp_path: Path) -> None:
    path = redescribed(fast_model, tmp_path, name="n" * 10_000, something_new=[1, 2])
    assert read_manifest(path).name == "n" * 255


# Writing.


def keras_part(model: Path, folder: Path) -> Path:
    plain = {n: c for n, c in contents_of(model).items() if not n.startswith(members.FOLDER)}
    return zip_to(folder / "plain.zip", plain)


def write_again(model: Path, plain: Path, destination: Path) -> None:
    parts = read(model)
    write(
        destination,
        keras_archive=plain,
        embedder=parts.embedder,
        kernel=parts.kernel,
        bias=parts.bias,
        manifest=parts.manifest,
    )


@pytest.mark.parametrize("more_than_plain", [-5000, 5000, 100_000])
def test_a_full_disk_leaves_the_old_file(
    fast_model: Path, tmp_path: Path, more_than_plain: int
) -> None:
    destination = tmp_path / "models" / "m.keras"
    storage.copy_file(fast_model, destination)
    before = destination.read_bytes()
    plain = keras_part(fast_model, tmp_path)
    largest = plain.stat().st_size + more_than_plain
    with disk_without_room(largest), pytest.raises(StorageError):
        write_again(fast_model, plain, destination)
    assert destination.read_bytes() == before
    assert list(destination.parent.iterdir()) == [destination]


WRITER = """
import sys
from pathlib import Path
from tests.core.test_model_file import write_again
print("begun", flush=True)
while True:
    write_again(*map(Path, sys.argv[1:]))
"""


def test_a_killed_writer_leaves_a_whole_file(fast_model: Path, tmp_path: Path) -> None:
    destination = tmp_path / "m.keras"
    storage.copy_file(fast_model, destination)
    plain, root = keras_part(fast_model, tmp_path), Path(__file__).parents[2]
    for wait in (0.02, 0.05, 0.09):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(fast_model), str(plain), str(destination)],
            stdout=subprocess.PIPE,
            cwd=root,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert read(destination).manifest == read(fast_model).manifest


# Another head without Keras.


def test_a_template_without_our_head_is_refused(tmp_path: Path) -> None:
    config = json.dumps({"config": {"layers": [{"config": {"name": "dense"}}]}}).encode()
    template = zip_to(tmp_path / "t.keras", {"config.json": config})
    with pytest.raises(ValueError, match="expected one layer named 'head', found 0"):
        with_head(
            template, np.zeros((2, 2), np.float32), np.zeros(2, np.float32), tmp_path / "o.keras"
        )


def test_a_head_of_another_embedding_size_is_refused(fast_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="takes 1280 numbers, the new one 7"):
        with_head(
            fast_model, np.zeros((7, 4), np.float32), np.zeros(4, np.float32), tmp_path / "o.keras"
        )
