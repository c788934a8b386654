"""Every export is reopened by its own runtime in a fresh process and must answer alike."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml_core.control import Control
from ml_core.errors import Cancelled, ExportError, ModelFileError, Stopped, StorageError
from ml_core.events import PhaseStarted
from ml_core.export import conversion, formats
from ml_core.export.formats import FORMATS, SUFFIXES, Exported, ExportFormat, export
from ml_core.images import load_for_model
from ml_core.prediction.classifier import Classifier
from tests.core.sample_photos import product_photo
from tests.core.tiny_model import NAMES, SPEC, tiny_network, write_tiny_model

# Keras 3.15 asks numpy for arrays in a way that numpy 2.4 frowns upon.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LARGEST_DIFFERENCE = {"keras": 1e-4, "saved_model": 1e-3, "litert": 1e-3, "onnx": 1e-3}

ASK = {
    "keras": """
import keras
answer = keras.saving.load_model(path, compile=False).predict_on_batch
""",
    "saved_model": """
import tensorflow
loaded = tensorflow.saved_model.load(path)
answer = lambda batch: loaded.serve(batch).numpy()
""",
    "litert": """
from ai_edge_litert.interpreter import Interpreter
interpreter = Interpreter(path)
def answer(batch):
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, batch.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, batch)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
""",
    "onnx": """
import onnxruntime
session = onnxruntime.InferenceSession(path)
answer = lambda batch: session.run(None, {session.get_inputs()[0].name: batch})[0]
""",
}
"""Opens ``path`` with the format's own runtime and defines ``answer(batch)``."""

IN_A_FRESH_PROCESS = """
import sys
from pathlib import Path
import numpy as np
{ask}
def by_the_card(photo):
    values = dict(photo=photo)
    exec(code, values)
    return values["confidence"]
given = np.load(sys.argv[2])
outputs = dict((name, answer(given[name])) for name in given)
code = Path(sys.argv[3]).read_text(encoding="utf-8").partition("```python")[2].partition("```")[0]
outputs["card"] = np.stack([by_the_card(photo) for photo in sys.argv[5:]])
assert "ml_core" not in sys.modules
np.savez(sys.argv[4], **outputs)
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "shop.keras")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Real-like photos of the kinds that recipes outside a program get wrong."""
    folder = tmp_path_factory.mktemp("photos")
    exif = Image.Exif()
    exif[274] = 6
    wide = product_photo(0, 1, size=(300, 180))
    wide.save(folder / "plain.jpg")
    wide.save(folder / "sideways.jpg", exif=exif)
    wide.convert("CMYK").save(folder / "cmyk.jpg")
    product_photo(1, 2, size=(90, 130)).quantize(16).save(folder / "palette.png")
    product_photo(2, 3, size=(50, 40)).convert("L").save(folder / "grey.png")
    see_through = product_photo(1, 4, size=(64, 80)).convert("RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize((64, 80)))
    see_through.save(folder / "see_through.png")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def inputs(photos: list[Path]) -> dict[str, NDArray[np.float32]]:
    """Batches of one and of five; noise, extremes and photos."""
    noise = np.random.default_rng(7).integers(0, 256, (6, SPEC.size, SPEC.size, 3))
    seen = np.stack([load_for_model(photo, SPEC) for photo in photos[:5]])
    flat = np.stack([np.full(noise.shape[1:], value) for value in (0, 255)])
    batches = {"noise_1": noise[:1], "noise_5": noise[1:], "photos_5": seen, "flat_2": flat}
    return {name: batch.astype(np.float32) for name, batch in batches.items()}


@pytest.fixture(scope="module", params=FORMATS)
def exported(
    request: pytest.FixtureRequest, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ExportFormat, Exported]:
    """One export in each format, with a name that needs quoting."""
    out = tmp_path_factory.mktemp("out") / f'a "good" one{SUFFIXES[request.param]}'
    return request.param, export(model, request.param, out)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    assert first.shape == second.shape
    return float(np.abs(first - second).max())


def test_a_fresh_process_gets_the_same_answers(
    exported: tuple[ExportFormat, Exported],
    model: Path,
    photos: list[Path],
    inputs: dict[str, NDArray[np.float32]],
    tmp_path: Path,
) -> None:
    """The format's own runtime, and the code printed in the card, against Keras and the program."""
    format_, written = exported
    np.savez(tmp_path / "in.npz", **inputs)
    script = f"path = __import__('sys').argv[1]\n{IN_A_FRESH_PROCESS.format(ask=ASK[format_])}"
    places = [written.path, tmp_path / "in.npz", written.card, tmp_path / "out.npz", *photos]
    run = subprocess.run(
        [sys.executable, "-c", script, *map(str, places)],
        cwd=written.path.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    outputs = np.load(tmp_path / "out.npz")
    network, largest = tiny_network(), LARGEST_DIFFERENCE[format_]
    for name, batch in inputs.items():
        expected = network.predict_on_batch(batch)
        assert difference(outputs[name], expected) <= largest
        np.testing.assert_allclose(outputs[name].sum(axis=1), 1.0, atol=1e-4)
    classifier = Classifier.open(model)
    for answers, photo in zip(outputs["card"], photos, strict=True):
        prediction = classifier.classify(photo, top=len(NAMES))
        assert NAMES[int(answers.argmax())] == prediction.category
        for name, confidence in prediction.top:
            assert answers[NAMES.index(name)] == pytest.approx(confidence, abs=1e-3), photo.name


def test_the_network_of_these_tests_tells_photos_apart(
    inputs: dict[str, NDArray[np.float32]],
) -> None:
    """Or equal answers would prove nothing."""
    answers = np.concatenate([tiny_network().predict_on_batch(batch) for batch in inputs.values()])
    assert len(set(answers.argmax(axis=1))) >= 2
    assert answers.std(axis=0).max() > 0.1


def test_labels_and_card_lie_with_the_model(exported: tuple[ExportFormat, Exported]) -> None:
    format_, written = exported
    folder = written.path.parent
    assert written.labels.read_text(encoding="utf-8").splitlines() == [
        "mug", "lamp | <b>shade</b>", "T-shirt/top", "Größe 42", "`$x$`",
    ]  # fmt: skip
    if format_ == "saved_model":
        assert {written.labels, written.card} == {
            written.path / "labels.txt", written.path / "card.md",
        }  # fmt: skip
        assert names(folder) == [written.path.name]
        sizes = [file.stat().st_size for file in written.path.rglob("*") if file.is_file()]
        beside = written.labels.stat().st_size + written.card.stat().st_size
        assert written.bytes == sum(sizes) - beside
    else:
        name = written.path.name
        assert names(folder) == [name, f"{name}.card.md", f"{name}.labels.txt"]
        assert written.bytes == written.path.stat().st_size
    card = written.card.read_text(encoding="utf-8")
    assert f"{written.bytes / 1e6:,.1f} MB" in card
    assert formats.TITLES[format_] in card


def test_keras_export_still_opens_here(model: Path, photos: list[Path], tmp_path: Path) -> None:
    written = export(model, "keras", tmp_path / "copy.keras")
    again, before = Classifier.open(written.path), Classifier.open(model)
    assert again.manifest == before.manifest
    assert again.classify(photos[0]).top == before.classify(photos[0]).top


def test_formats_can_share_a_folder(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "convert", fake_convert)
    for format_ in FORMATS:
        export(model, format_, tmp_path / f"shop{SUFFIXES[format_]}")
    assert len(names(tmp_path)) == 10


def fake_convert(model: Path, format_: str, target: Path, *, control: Control) -> None:
    """Stands for the slow part where a test is about the rest."""
    (target / "saved_model.pb" if target.is_dir() else target).write_bytes(b"converted")


# --- what is there is safe ---


@pytest.mark.parametrize("taken", ["shop.onnx", "shop.onnx.labels.txt", "shop.onnx.card.md"])
def test_nothing_is_replaced_unasked(
    model: Path, tmp_path: Path, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "convert", fake_convert)
    (tmp_path / taken).write_text("precious")
    with pytest.raises(ExportError, match=f'"{taken}" already exists') as caught:
        export(model, "onnx", tmp_path / "shop.onnx")
    assert "replacing" in caught.value.mend
    assert names(tmp_path) == [taken]
    assert (tmp_path / taken).read_text() == "precious"
    export(model, "onnx", tmp_path / "shop.onnx", overwrite=True)
    assert (tmp_path / "shop.onnx").read_bytes() == b"converted"
    assert (tmp_path / "shop.onnx.labels.txt").read_text(encoding="utf-8").startswith("mug\n")


def test_an_earlier_saved_model_is_replaced_only_on_request(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "convert", fake_convert)
    export(model, "saved_model", tmp_path / "out")
    (tmp_path / "out" / "saved_model.pb").write_text("old")
    with pytest.raises(ExportError, match="already exists"):
        export(model, "saved_model", tmp_path / "out")
    export(model, "saved_model", tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "saved_model.pb").read_bytes() == b"converted"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("format_", "out", "is_folder"),
    [
        ("saved_model", "holiday", True),
        ("saved_model", "file", False),
        ("litert", "x.tflite", True),
    ],
)
def test_foreign_folders_are_never_replaced(
    model: Path, tmp_path: Path, format_: Any, out: str, is_folder: bool, overwrite: bool
) -> None:
    if is_folder:
        (tmp_path / out).mkdir()
        (tmp_path / out / "photo.jpg").write_text("precious")
    else:
        (tmp_path / out).write_text("precious")
    with pytest.raises(ExportError, match="left alone"):
        export(model, format_, tmp_path / out, overwrite=overwrite)
    kept = tmp_path / out / "photo.jpg" if is_folder else tmp_path / out
    assert kept.read_text() == "precious"


def test_an_empty_folder_may_be_filled(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "convert", fake_convert)
    (tmp_path / "out").mkdir()
    assert export(model, "saved_model", tmp_path / "out").card.is_file()


def test_the_model_itself_is_never_changed(model: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(model.read_bytes()).digest()
    with pytest.raises(ExportError, match="already exists"):
        export(model, "keras", model)
    copy = tmp_path / "copy.keras"
    copy.write_bytes(model.read_bytes())
    export(copy, "keras", copy, overwrite=True)
    assert hashlib.sha256(copy.read_bytes()).digest() == before
    assert hashlib.sha256(model.read_bytes()).digest() == before


# --- refusals ---


@pytest.mark.parametrize(
    ("format_", "name", "right"),
    [
        ("keras", "shop", "shop.keras"),
        ("litert", "shop.onnx", "shop.tflite"),
        ("onnx", "shop.ONNX", "shop.onnx"),
    ],
)
def test_the_name_must_fit_the_format(
    model: Path, tmp_path: Path, format_: Any, name: str, right: str
) -> None:
    with pytest.raises(ExportError) as caught:
        export(model, format_, tmp_path / name)
    assert right in caught.value.mend


@pytest.mark.parametrize("content", [b"", b"just text", None])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "m.keras").write_bytes(content)
    with pytest.raises(ModelFileError):
        export(tmp_path / "m.keras", "onnx", tmp_path / "out" / "m.onnx")
    assert not (tmp_path / "out").exists()


def test_missing_packages_are_named_before_anything_is_done(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None if "onnx" in name else object())
    with pytest.raises(ExportError, match="tf2onnx, onnx") as caught:
        export(model, "onnx", tmp_path / "m.onnx")
    assert 'pip install "product-classifier[onnx]"' in caught.value.mend
    assert names(tmp_path) == []


def test_a_network_that_contradicts_its_description_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "m.keras"
    write_tiny_model(made, input=type(SPEC)(SPEC.size + 8))
    with pytest.raises(ExportError, match=r"shapes \(None, 24, 24, 3\)"):
        export(made, "saved_model", tmp_path / "deep" / "out")
    assert names(tmp_path) == ["m.keras"]


# --- failures leave nothing behind ---


@pytest.mark.parametrize("format_", ["saved_model", "onnx"])
def test_a_failing_converter_leaves_nothing_behind(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: Any
) -> None:
    failing = (
        "import sys; open(sys.argv[1] + '/half' if {} else sys.argv[1], 'w'); sys.exit('Ouch.')"
    )
    command = [sys.executable, "-c", failing.format(format_ == "saved_model")]
    monkeypatch.setattr(conversion, "_command", lambda _m, _f, target: [*command, str(target)])
    with pytest.raises(ExportError, match="could not be converted: Ouch"):
        export(model, format_, tmp_path / "deep" / f"m{SUFFIXES[format_]}")
    assert names(tmp_path) == []


@pytest.mark.parametrize("format_", ["saved_model", "onnx"])
@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_disk_that_fills_up_leaves_nothing_behind(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: Any, fails_at: int
) -> None:
    calls: list[int] = []
    really = os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")
        really(handle)

    monkeypatch.setattr(formats, "convert", fake_convert)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError, match="disk is full"):
        export(model, format_, tmp_path / f"m{SUFFIXES[format_]}")
    assert names(tmp_path) == []


@pytest.mark.parametrize(("end", "kind"), [("cancel", Cancelled), ("stop", Stopped)])
def test_an_end_kills_the_converter_at_once(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, kind: type[Exception]
) -> None:
    slow = "import sys, time; open(sys.argv[1], 'w').write('half'); time.sleep(60)"
    monkeypatch.setattr(
        conversion, "_command", lambda _m, _f, target: [sys.executable, "-c", slow, str(target)]
    )
    processes: list[subprocess.Popen[bytes]] = []
    really = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> Any:
        processes.append(really(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    control = Control()
    threading.Timer(0.3, getattr(control, end)).start()
    started = time.monotonic()
    with pytest.raises(kind):
        export(model, "onnx", tmp_path / "m.onnx", control=control)
    assert time.monotonic() - started < 3
    assert processes[0].poll() is not None
    assert names(tmp_path) == []


def test_what_was_ended_before_does_not_begin(model: Path, tmp_path: Path) -> None:
    control = Control()
    control.cancel()
    events: list[Any] = []
    with pytest.raises(Cancelled):
        export(model, "onnx", tmp_path / "m.onnx", control=control, report=events.append)
    assert events == []
    assert names(tmp_path) == []


# --- manners ---


def test_nothing_is_printed_and_the_work_is_announced(
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    loud = "import os, sys; print('noise'); os.write(2, b'noise'); open(sys.argv[1], 'w')"
    monkeypatch.setattr(
        conversion, "_command", lambda _m, _f, target: [sys.executable, "-c", loud, str(target)]
    )
    events: list[Any] = []
    export(model, "onnx", tmp_path / "m.onnx", report=events.append)
    assert capfd.readouterr() == ("", "")
    (started,) = events
    assert isinstance(started, PhaseStarted)
    assert started.phase == "export"
    assert "ONNX" in started.message


def test_this_process_needs_no_tensorflow(model: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ml_core.export.formats import export;"
        "export(Path(sys.argv[1]), 'keras', Path(sys.argv[2]));"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(model), str(tmp_path / "copy.keras")]
    assert subprocess.run(command, check=False).returncode == 0
