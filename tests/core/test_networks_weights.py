"""Pretrained weights: fetched with progress, whole or not at all, and never silently missing."""

import hashlib
import socket
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled, StorageError, WeightsError
from ml_core.events import Event, StepProgress
from ml_core.models.build import build, embedder_of
from ml_core.models.registry import ARCHITECTURES
from ml_core.models.weights import IMAGENET, WeightsFile, fetch, fetch_imagenet_weights

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras' own, when it saves
)

CONTENT = bytes(range(256)) * 2000
PRETRAINED = [name for name, known in ARCHITECTURES.items() if known.pretrained]
CHOICES = ("weights file", "another architecture", "from scratch")


@dataclass
class Site:
    """A web site of one file, which can misbehave."""

    url: str = ""
    status: int = 200
    promised: int = len(CONTENT)
    asked: int = 0
    started: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def site() -> Iterator[Site]:
    """Serves CONTENT on this computer."""
    offered = Site()
    offered.may_go_on.set()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered.asked += 1
            self.send_response(offered.status)
            self.send_header("Content-Length", str(offered.promised))
            self.end_headers()
            self.wfile.write(CONTENT[: len(CONTENT) // 2])
            offered.started.set()
            offered.may_go_on.wait(10)
            self.wfile.write(CONTENT[len(CONTENT) // 2 :])

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    offered.url = f"http://127.0.0.1:{server.server_port}/weights.h5"
    yield offered
    offered.may_go_on.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for Keras."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt to reach another computer fails at once."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("the network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# Fetching


def test_a_file_is_fetched_once_and_kept(site: Site, home: Path) -> None:
    file = WeightsFile(site.url, hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())
    path = fetch(file, needed_by="mine")
    assert path == home / "models" / "weights.h5"
    assert path.read_bytes() == CONTENT
    assert fetch(file, needed_by="mine") == path
    assert site.asked == 1


def test_progress_is_reported_in_bytes_and_ends_complete(site: Site, home: Path) -> None:
    events: list[Event] = []
    fetch(WeightsFile(site.url), needed_by="mine", report=events.append)
    assert all(isinstance(event, StepProgress) and event.phase == "weights" for event in events)
    last = events[-1]
    assert isinstance(last, StepProgress)
    assert (last.done, last.total) == (len(CONTENT), len(CONTENT))
    assert last.per_second > 0
    assert last.seconds_left == 0


def test_nothing_is_printed(site: Site, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fetch(WeightsFile(site.url), needed_by="mine")
    assert capsys.readouterr() == ("", "")


def test_sha256_is_understood_as_well(site: Site, home: Path) -> None:
    file = WeightsFile(site.url, hashlib.sha256(CONTENT).hexdigest())
    assert fetch(file, needed_by="mine").is_file()


def test_a_damaged_download_is_refused_and_leaves_nothing(site: Site, home: Path) -> None:
    with pytest.raises(WeightsError, match=r"mine \(weights\.h5\).*damaged") as caught:
        fetch(WeightsFile(site.url, "0" * 32), needed_by="mine")
    assert all(choice in str(caught.value) for choice in CHOICES)
    assert files_in(home) == []


def test_a_download_that_breaks_off_is_refused_and_leaves_nothing(site: Site, home: Path) -> None:
    site.promised = len(CONTENT) + 1
    with pytest.raises(WeightsError, match="broke off"):
        fetch(WeightsFile(site.url), needed_by="mine")
    assert files_in(home) == []


def test_a_missing_page_is_named(site: Site, home: Path) -> None:
    site.status = 404
    with pytest.raises(WeightsError, match="Not Found"):
        fetch(WeightsFile(site.url), needed_by="mine")
    assert files_in(home) == []


def test_a_damaged_file_on_the_disk_is_fetched_again(site: Site, home: Path) -> None:
    file = WeightsFile(site.url, hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(CONTENT[:100])
    assert fetch(file, needed_by="mine").read_bytes() == CONTENT


def test_a_damaged_file_stays_if_no_better_one_can_be_had(home: Path, no_network: None) -> None:
    file = WeightsFile("https://example.invalid/weights.h5", "0" * 32)
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(b"half")
    with pytest.raises(WeightsError):
        fetch(file, needed_by="mine")
    assert file.path.read_bytes() == b"half"


def test_a_download_can_be_cancelled_in_the_middle(site: Site, home: Path) -> None:
    site.may_go_on.clear()
    control = Control()

    def cancel_and_go_on() -> None:
        site.started.wait(10)
        control.cancel()
        site.may_go_on.set()

    helper = threading.Thread(target=cancel_and_go_on)
    helper.start()
    with pytest.raises(Cancelled):
        fetch(WeightsFile(site.url), needed_by="mine", control=control)
    helper.join()
    assert files_in(home) == []


def test_a_refusing_disk_is_not_mistaken_for_the_network(site: Site, home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        fetch(WeightsFile(site.url), needed_by="mine")


# Without a network


@pytest.mark.parametrize("name", PRETRAINED)
def test_missing_weights_are_an_error_with_three_choices(
    name: str, home: Path, no_network: None
) -> None:
    with pytest.raises(WeightsError, match="unreachable") as caught:
        build(name, classes=3, weights="imagenet")
    assert name in str(caught.value)
    assert IMAGENET[name].name in str(caught.value)
    assert all(choice in str(caught.value) for choice in CHOICES)
    assert files_in(home) == []


def test_networks_without_pretrained_weights_need_no_network(home: Path, no_network: None) -> None:
    assert build("fashion_mlp", classes=3, weights="imagenet").name == "fashion_mlp"
    with pytest.raises(WeightsError, match="no ImageNet weights"):
        fetch_imagenet_weights("fashion_mlp")


# The table


@pytest.mark.parametrize("name", PRETRAINED)
def test_the_file_is_the_one_that_keras_would_fetch(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keras import applications
    from keras.src.utils import file_utils

    asked: dict[str, str | None] = {}

    def note(fname: str, origin: str, file_hash: str | None = None, **_: Any) -> None:
        asked.update(fname=fname, origin=origin, file_hash=file_hash)
        raise InterruptedError

    monkeypatch.setattr(file_utils, "get_file", note)
    kind = {
        "mobilenet_v2": lambda **options: applications.MobileNetV2(alpha=1.0, **options),
        "mobilenet_v2_035": lambda **options: applications.MobileNetV2(alpha=0.35, **options),
        "mobilenet_v3_small": applications.MobileNetV3Small,
        "mobilenet_v3_large": applications.MobileNetV3Large,
        "efficientnet_v2_b0": applications.EfficientNetV2B0,
        "resnet50_v2": applications.ResNet50V2,
        "inception_v3": applications.InceptionV3,
        "convnext_tiny": applications.ConvNeXtTiny,
    }[name]
    with pytest.raises(InterruptedError):
        kind(include_top=False, weights="imagenet", input_shape=(224, 224, 3))
    ours = IMAGENET[name]
    assert asked == {"fname": ours.name, "origin": ours.url, "file_hash": ours.hash or None}


# Loading


@pytest.mark.shared
@pytest.mark.parametrize(("name", "alpha"), [("mobilenet_v2_035", 0.35), ("mobilenet_v2", 1.0)])
def test_imagenet_features_are_those_of_keras(
    name: str, alpha: float, imagenet_weights: Path, no_network: None
) -> None:
    from keras import applications

    theirs = applications.MobileNetV2(
        alpha=alpha,
        include_top=False,
        pooling="avg",
        weights=str(IMAGENET[name].path),
        input_shape=(96, 96, 3),
    )
    photos = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3)).astype(np.float32)
    ours = embedder_of(build(name, classes=3, input_size=96))
    expected = np.asarray(theirs(applications.mobilenet_v2.preprocess_input(photos.copy())))
    np.testing.assert_allclose(np.asarray(ours(photos)), expected, atol=1e-4)


def write_without_top(name: str, path: Path) -> Any:
    """A file as keras.applications offers them, from its own network with random weights."""
    import h5py
    from keras import applications
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    kind = {
        "convnext_tiny": applications.ConvNeXtTiny,
        "efficientnet_v2_b0": applications.EfficientNetV2B0,
        "mobilenet_v3_small": applications.MobileNetV3Small,
        "inception_v3": applications.InceptionV3,
    }[name]
    side = ARCHITECTURES[name].minimum_size
    theirs = kind(include_top=False, weights=None, pooling="avg", input_shape=(side, side, 3))
    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, theirs)
    return theirs


@pytest.mark.parametrize(
    "name", ["convnext_tiny", "efficientnet_v2_b0", "mobilenet_v3_small", "inception_v3"]
)
def test_a_file_of_keras_applications_is_loaded(name: str, tmp_path: Path) -> None:
    from keras import applications

    theirs = write_without_top(name, tmp_path / "own_notop.h5")
    side = ARCHITECTURES[name].minimum_size
    model = build(name, classes=3, input_size=side, weights=str(tmp_path / "own_notop.h5"))
    photos = np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.float32)
    prepared = photos
    if name == "inception_v3":
        prepared = applications.inception_v3.preprocess_input(photos.copy())
    expected = np.asarray(theirs(prepared))
    found = np.asarray(embedder_of(model)(photos))
    np.testing.assert_allclose(found, expected, atol=1e-4 * max(1, np.abs(expected).max()))


def save_whole(model: Any, path: Path) -> None:
    model.save(path)


def save_weights(model: Any, path: Path) -> None:
    model.save_weights(path)


@pytest.mark.parametrize(
    ("suffix", "save"), [(".keras", save_whole), (".weights.h5", save_weights)]
)
@pytest.mark.parametrize("name", ["fashion_cnn", "mobilenet_v3_small"])
def test_a_model_of_ours_gives_its_embedder_to_any_number_of_classes(
    name: str, suffix: str, save: Callable[[Any, Path], None], tmp_path: Path
) -> None:
    size = ARCHITECTURES[name].minimum_size
    first = build(name, classes=3, input_size=size, weights="none", seed=1)
    save(first, tmp_path / f"first{suffix}")
    path = str(tmp_path / f"first{suffix}")
    second = build(name, classes=8, input_size=size, weights=path, seed=2)
    for one, other in zip(embedder_of(first).weights, embedder_of(second).weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


@pytest.fixture(scope="module")
def other_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a fashion CNN, and files that are no weights."""
    folder = tmp_path_factory.mktemp("weights")
    model = build("fashion_cnn", classes=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        model.save(folder / "cnn.keras")
        model.save_weights(folder / "cnn.weights.h5")
    for name in ("text.keras", "text.h5", "text.weights.h5"):
        (folder / name).write_text("not weights")
    with zipfile.ZipFile(folder / "empty.keras", "w"):
        pass
    return folder


@pytest.mark.parametrize(
    "file",
    ["cnn.keras", "cnn.weights.h5", "text.keras", "text.h5", "text.weights.h5", "empty.keras"],
)
@pytest.mark.parametrize("name", ["fashion_mlp", "mobilenet_v3_small", "small_resnet"])
def test_weights_of_another_network_are_refused(name: str, file: str, other_files: Path) -> None:
    with pytest.raises(WeightsError, match=rf"do not fit {name}") as caught:
        build(name, classes=3, weights=str(other_files / file))
    assert file in str(caught.value)
    assert all(choice in str(caught.value) for choice in CHOICES)


def test_what_does_not_fit_is_said(other_files: Path) -> None:
    with pytest.raises(WeightsError, match="expected 1 variables"):
        build("small_resnet", classes=3, weights=str(other_files / "cnn.keras"))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    model = build("fashion_mlp", classes=3)
    weights = model.get_weights()
    weights[0][0, 0] = np.nan
    model.set_weights(weights)
    model.save_weights(tmp_path / "broken.weights.h5")
    with pytest.raises(WeightsError, match="no numbers"):
        build("fashion_mlp", classes=3, weights=str(tmp_path / "broken.weights.h5"))


def test_a_weights_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere\.h5 does not exist"):
        build("mobilenet_v2", classes=3, weights=str(tmp_path / "nowhere.h5"))
