"""Classifiers of others are taken in, and answer as before; what could do harm is refused."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled, ModelFileError
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file import teachable_machine
from ml_core.model_file.foreign import (
    Foreign,
    Kind,
    Scaling,
    import_keras,
    import_teachable_machine,
    inspect_foreign,
    recognise,
)
from ml_core.prediction.classifier import Classifier
from tests.core.foreign_models import (
    plain_network,
    teachable_machine_network,
    write_teachable_machine,
)
from tests.core.hostile_networks import NETWORKS
from tests.core.model_files import contents_of, zip_to
from tests.core.sample_photos import product_photo
from tests.core.tiny_model import write_tiny_model

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = ("mug", "lamp", "shirt")
SCALED: dict[Scaling, Callable[[Any], Any]] = {
    Scaling.UNIT: lambda pixels: pixels / 255,
    Scaling.SIGNED: lambda pixels: pixels / 127.5 - 1,
    Scaling.RAW: lambda pixels: pixels,
}
KINDS = [
    ("sequential", Scaling.UNIT),
    ("formulas", Scaling.SIGNED),
    ("head apart", Scaling.UNIT),
    ("one output", Scaling.UNIT),
]


def pictures(size: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    photos = [product_photo(kind, seed, size=(size, size)) for kind in range(3) for seed in (1, 2)]
    return np.stack([np.asarray(photo.convert("RGB"), np.uint8) for photo in photos])


def answers(classifier: Classifier, photos: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.stack([classifier.probabilities(classifier.embedder.embed(one)) for one in photos])


@pytest.mark.parametrize(("kind", "scaling"), KINDS)
def test_a_plain_keras_file_answers_as_before(tmp_path: Path, kind: str, scaling: Scaling) -> None:
    original = plain_network(kind, scaling)
    original.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    original.save(tmp_path / "theirs.keras")
    photos = pictures(32)
    expected = original.predict_on_batch(SCALED[scaling](photos.astype(np.float32)))
    names = NAMES
    if kind == "one output":
        names, expected = NAMES[:2], np.concatenate([1 - expected, expected], axis=1)
    assert np.ptp(expected, axis=0).max() > 0.05  # it tells the photos apart
    manifest = import_keras(
        tmp_path / "theirs.keras", names, tmp_path / "ours.keras", scaling=scaling
    )
    classifier = Classifier.open(tmp_path / "ours.keras")
    np.testing.assert_allclose(answers(classifier, photos), expected, atol=1e-4)
    assert classifier.class_names == names
    assert classifier.manifest == manifest
    assert (manifest.recipe, manifest.scores.test_accuracy) == (None, None)
    assert manifest.input == InputSpec(32, 3, ResizePolicy.STRETCH)
    assert {path.name for path in tmp_path.iterdir()} == {"theirs.keras", "ours.keras"}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    model = teachable_machine_network()
    return model, write_teachable_machine(model, tmp_path_factory.mktemp("export") / "mugs")


@pytest.mark.parametrize("form", ["folder", "zip", "file"])
def test_a_teachable_machine_export_answers_as_before(
    export: tuple[Any, Path], tmp_path: Path, form: str
) -> None:
    original, folder = export
    path = folder
    if form == "zip":
        path = tmp_path / "converted_keras.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in folder.iterdir():
                archive.write(file, file.name)
    elif form == "file":
        path = folder / "keras_model.h5"
    assert recognise(path) is Kind.TEACHABLE_MACHINE
    found = inspect_foreign(path)
    assert found == Foreign(Kind.TEACHABLE_MACHINE, 224, 3, 3, ("Mug", "Table lamp", "T-shirt"))
    if form != "zip":
        return
    manifest = import_teachable_machine(path, tmp_path / "ours.keras")
    photos = pictures(224)
    expected = original.predict_on_batch(photos.astype(np.float32) / 127.5 - 1)
    assert np.ptp(expected, axis=0).max() > 0.05
    classifier = Classifier.open(tmp_path / "ours.keras")
    np.testing.assert_allclose(answers(classifier, photos), expected, atol=1e-3)
    assert manifest.class_names == ("Mug", "Table lamp", "T-shirt")
    assert manifest.input.resize is ResizePolicy.CROP


def test_keras_would_open_what_was_made(tmp_path: Path) -> None:
    import keras

    original = plain_network("functional", Scaling.RAW)
    original.save(tmp_path / "theirs.keras")
    import_keras(tmp_path / "theirs.keras", NAMES, tmp_path / "ours.keras", scaling=Scaling.RAW)
    photos = pictures(32).astype(np.float32)
    ours = keras.saving.load_model(tmp_path / "ours.keras", compile=False)
    np.testing.assert_allclose(
        ours.predict_on_batch(photos), original.predict_on_batch(photos), atol=1e-5
    )


# What is refused.


def refused(path: Path, names: tuple[str, ...] = NAMES) -> str:
    out = path.parent / "out" / "ours.keras"

    def take_in() -> None:
        if recognise(path) is Kind.TEACHABLE_MACHINE:
            import_teachable_machine(path, out)
        else:
            import_keras(path, names, out, scaling=Scaling.UNIT)

    with pytest.raises(ModelFileError) as caught:
        take_in()
    assert path.name in caught.value.what
    assert not out.parent.exists()
    return str(caught.value)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("good") / "shop.keras")


@pytest.mark.parametrize(
    "name", ["lambda", "foreign package", "Dense(1e9)", "link to a file", "weights are NaN"]
)
def test_hostile_files(good: Path, tmp_path: Path, name: str) -> None:
    spoilt = contents_of(NETWORKS[name].make(good, tmp_path))
    plain = {key: value for key, value in spoilt.items() if "/" not in key}
    path = zip_to(tmp_path / "theirs.keras", plain)
    assert NETWORKS[name].sentence in refused(path, tuple("abcde"))


def test_too_few_names(tmp_path: Path) -> None:
    plain_network("sequential", Scaling.UNIT).save(tmp_path / "theirs.keras")
    assert "tells 3 categories apart, and 2 names" in refused(tmp_path / "theirs.keras", NAMES[:2])


def test_a_network_that_is_no_classifier(tmp_path: Path) -> None:
    import keras

    keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(3, 1)]).save(
        tmp_path / "theirs.keras"
    )
    assert "must end as classifiers do" in refused(tmp_path / "theirs.keras")


def test_a_model_of_ours_needs_no_import(good: Path) -> None:
    assert recognise(good) is Kind.OURS
    with pytest.raises(ModelFileError, match="is a model of this program"):
        inspect_foreign(good)


def test_what_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "text.keras").write_text("text")
    with pytest.raises(ModelFileError, match="is not a model file"):
        recognise(tmp_path / "text.keras")
    with pytest.raises(ModelFileError, match="is a folder"):
        recognise(tmp_path)


def test_ending_it_leaves_nothing(tmp_path: Path) -> None:
    plain_network("sequential", Scaling.UNIT).save(tmp_path / "theirs.keras")
    control = Control()
    with pytest.raises(Cancelled):
        import_keras(
            tmp_path / "theirs.keras",
            NAMES,
            tmp_path / "ours.keras",
            scaling=Scaling.UNIT,
            report=lambda _: control.cancel(),
            control=control,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.keras"]


def spoilt_export(folder: Path, to: Path, edit: Callable[[h5py.Group], Any]) -> Path:
    shutil.copytree(folder, to)
    with h5py.File(to / "keras_model.h5", "r+") as file:
        edit(file["model_weights"])
    return to


def _nan(group: h5py.Group) -> None:
    group["sequential_1/Conv1/kernel:0"][0] = np.nan


def _link(group: h5py.Group) -> None:
    del group["sequential_1/Conv1/kernel:0"]
    group["sequential_1/Conv1/kernel:0"] = h5py.ExternalLink("/etc/passwd", "/")


def _claims(group: h5py.Group) -> None:
    del group["sequential_1/Conv1/kernel:0"]
    group.create_dataset("sequential_1/Conv1/kernel:0", (10**6, 10**5), "f4", chunks=(1000, 100))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (_nan, "Conv1 holds no numbers"),
        (_link, "point to another place"),
        (_claims, "claim 400,000,000,000 bytes"),
        (lambda g: g.pop("sequential_3"), "none that Teachable Machine makes"),
    ],
)
def test_exports_that_cannot_serve(
    export: tuple[Any, Path], tmp_path: Path, edit: Any, sentence: str
) -> None:
    assert sentence in refused(spoilt_export(export[1], tmp_path / "mugs", edit))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda g: g.pop("sequential_1/bn_Conv1"), "no bn_Conv1/gamma"),
        (lambda g: g.create_dataset("sequential_1/evil/kernel:0", data=np.ones(3, "f4")), "evil"),
    ],
)
def test_exports_of_other_networks(
    export: tuple[Any, Path], tmp_path: Path, edit: Any, sentence: str
) -> None:
    with pytest.raises(ModelFileError, match=sentence):
        teachable_machine.network(spoilt_export(export[1], tmp_path / "mugs", edit))


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("0 Mug\n1 Table lamp\n2 T-shirt\n", ("Mug", "Table lamp", "T-shirt")),
        ("\ufeff0 Größe 42\r\n1 1 Euro\r\n\r\n", ("Größe 42", "1 Euro")),
        ("Mug\n2 lamps\n", ("Mug", "2 lamps")),
    ],
)
def test_labels(tmp_path: Path, lines: str, names: tuple[str, ...]) -> None:
    (tmp_path / "labels.txt").write_text(lines, "utf-8", newline="")
    assert teachable_machine.labels(tmp_path) == names


def test_labels_that_cannot_serve(export: tuple[Any, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(export[1], tmp_path / "mugs")
    (folder / "labels.txt").write_text("0 a\n1 b\n")
    assert "tells 3 categories apart, and 2 names" in refused(folder)
    (folder / "labels.txt").write_bytes(b"0 \xff\xfe\n")
    assert "is no text" in refused(folder)
    (folder / "labels.txt").unlink()
    assert "has no labels.txt" in refused(folder)


def test_looking_needs_no_tensorflow(export: tuple[Any, Path]) -> None:
    code = (
        "import sys; from pathlib import Path; from ml_core.model_file.foreign_trial import main;"
        "main(Path(sys.argv[1]), 'teachable_machine'); assert 'tensorflow' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(export[1])],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )
