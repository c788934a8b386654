"""One picture path: training, classifying, measuring and plain Keras see every photo the same.

The photos are those on which programs of this kind part ways: not square, turned by EXIF, with
transparency, CMYK, 16 bits deep, with a palette, animated.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml_core.control import Control
from ml_core.dataset.reading import content_hashes, load_into_array, read_paths
from ml_core.dataset.scan import scan_folder
from ml_core.embedding.vector_store import VectorStore
from ml_core.evaluation.evaluate import evaluate_folder
from ml_core.events import ignore
from ml_core.images import fit, load_for_model, read_photo
from ml_core.prediction.classifier import Classifier
from ml_core.training.trainer import train
from tests.core.conftest import CLASSES, fast_recipe
from tests.core.sample_photos import product_photo

WITHIN_THE_PROGRAM = 1e-5
AGAINST_KERAS = 1e-4


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif


def _wide(photo: Image.Image, path: Path) -> None:
    photo.resize((400, 90)).save(path.with_suffix(".jpg"), quality=90)


def _tall(photo: Image.Image, path: Path) -> None:
    photo.resize((70, 333)).save(path.with_suffix(".png"))


def _turned(photo: Image.Image, path: Path) -> None:
    photo.rotate(90, expand=True).save(path.with_suffix(".jpg"), exif=_exif(6), quality=90)


def _turned_and_mirrored(photo: Image.Image, path: Path) -> None:
    photo.transpose(Image.Transpose.TRANSPOSE).save(path.with_suffix(".png"), exif=_exif(5))


def _transparent(photo: Image.Image, path: Path) -> None:
    rgba = photo.convert("RGBA")
    rgba.putalpha(Image.radial_gradient("L").resize(photo.size))
    rgba.save(path.with_suffix(".png"))


def _cmyk(photo: Image.Image, path: Path) -> None:
    photo.convert("CMYK").save(path.with_suffix(".jpg"), quality=90)


def _deep_grey(photo: Image.Image, path: Path) -> None:
    deep = np.asarray(photo.convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(path.with_suffix(".png"))


def _palette(photo: Image.Image, path: Path) -> None:
    photo.quantize(24).save(path.with_suffix(".png"), transparency=3)


def _animated(photo: Image.Image, path: Path) -> None:
    photo.save(path.with_suffix(".gif"), save_all=True, append_images=[photo.rotate(180)])


def _bitonal(photo: Image.Image, path: Path) -> None:
    photo.convert("1").save(path.with_suffix(".tif"))


def _huge(photo: Image.Image, path: Path) -> None:
    """Large enough that a JPEG is decoded at a reduced scale."""
    photo.resize((1200, 900)).save(path.with_suffix(".jpg"), quality=90)


KINDS: tuple[Callable[[Image.Image, Path], None], ...] = (
    _wide, _tall, _turned, _turned_and_mirrored, _transparent, _cmyk, _deep_grey, _palette,
    _animated, _bitonal, _huge,
)  # fmt: skip


def draw(folder: Path, *, seed: int) -> Path:
    """One photo of each kind in each category."""
    for class_index, name in enumerate(CLASSES):
        place = folder / name
        place.mkdir(parents=True)
        for number, save in enumerate(KINDS):
            photo = product_photo(class_index, number, size=(120, 80), seed=seed)
            save(photo, place / save.__name__.strip("_"))
    return folder


@pytest.fixture(scope="module")
def odd_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of odd photos: train, validation and test."""
    root = tmp_path_factory.mktemp("odd") / "data"
    for seed, part in enumerate(("train", "validation", "test")):
        draw(root / part, seed=seed)
    return root


@pytest.fixture(scope="module")
def paths(odd_photos: Path) -> list[Path]:
    return sorted(path for path in (odd_photos / "test").rglob("*") if path.is_file())


IN_PLAIN_KERAS = """
import json, sys
from pathlib import Path
import keras
import numpy as np
from ml_core.images import InputSpec, load_for_model
models, paths = sys.argv[1].split("|"), sys.argv[2].split("|")
answers = {}
for path in models:
    model = keras.models.load_model(path)
    _, size, _, channels = model.input_shape
    pixels = np.stack([load_for_model(Path(p), InputSpec(size, channels)) for p in paths])
    answers[path] = model.predict(pixels, verbose=0).tolist()
Path(sys.argv[3]).write_text(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def keras_answers(
    paths: list[Path],
    fast_model: Path,
    scratch_model: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[Path, np.ndarray]:
    """What plain Keras answers, in a process that has seen nothing else."""
    out = tmp_path_factory.mktemp("keras") / "answers.json"
    models = "|".join(map(str, (fast_model, scratch_model)))
    subprocess.run(
        [sys.executable, "-c", IN_PLAIN_KERAS, models, "|".join(map(str, paths)), str(out)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
    )
    return {Path(path): np.array(rows) for path, rows in json.loads(out.read_text()).items()}


@dataclass(frozen=True)
class Asked:
    """One model asked about every photo in every way of the program; rows follow ``paths``."""

    one_by_one: np.ndarray
    many: np.ndarray
    from_pixels: np.ndarray


def rows(classifier: Classifier, predictions: list[object]) -> np.ndarray:
    found = []
    for prediction in predictions:
        assert prediction.error is None, prediction.error  # type: ignore[attr-defined]
        shares = dict(prediction.top)  # type: ignore[attr-defined]
        found.append([shares[name] for name in classifier.class_names])
    return np.array(found)


def ask(model: Path, paths: list[Path]) -> Asked:
    classifier = Classifier.open(model)
    one_by_one = [classifier.classify(path) for path in paths]
    many = list(classifier.classify_many(paths))
    assert [prediction.path for prediction in many] == paths
    at_least = 2 * classifier.manifest.input.size
    pixels = [classifier.classify_pixels(read_photo(path, at_least=at_least)) for path in paths]
    return Asked(*(rows(classifier, list(one)) for one in (one_by_one, many, pixels)))


def largest_difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).max())


@pytest.mark.parametrize("which", ["fast_model", "scratch_model"])
def test_classifying_one_or_many_or_pixels_or_in_keras_is_the_same(
    which: str,
    request: pytest.FixtureRequest,
    paths: list[Path],
    keras_answers: dict[Path, np.ndarray],
) -> None:
    model: Path = request.getfixturevalue(which)
    asked = ask(model, paths)
    assert len(paths) == len(CLASSES) * len(KINDS)
    assert asked.one_by_one.std(axis=0).min() > 0.05, "or equal answers would prove little"
    assert largest_difference(asked.one_by_one, asked.many) <= WITHIN_THE_PROGRAM
    assert largest_difference(asked.one_by_one, asked.from_pixels) <= WITHIN_THE_PROGRAM
    assert largest_difference(asked.one_by_one, keras_answers[model]) <= AGAINST_KERAS


@pytest.mark.parametrize("which", ["fast_model", "scratch_model"])
def test_measuring_gives_the_answers_of_classifying(
    which: str, request: pytest.FixtureRequest, odd_photos: Path
) -> None:
    classifier = Classifier.open(request.getfixturevalue(which))
    evaluation = evaluate_folder(classifier, odd_photos)
    assert evaluation.photos == len(CLASSES) * len(KINDS)
    for answer in evaluation.answers:
        prediction = classifier.classify(answer.path)
        assert prediction.category == classifier.class_names[answer.predicted_index]
        assert answer.confidence == pytest.approx(prediction.confidence, abs=WITHIN_THE_PROGRAM)


def test_training_sees_what_classifying_sees(odd_photos: Path, warm_home: Path) -> None:
    dataset = scan_folder(odd_photos)
    result = train(dataset, fast_recipe(), name="odd")
    assert result.run.photo_counts == {"train": 33, "validation": 33, "test": 33, "skipped": 0}
    classifier = Classifier.open(result.run.model_path)
    for answer in result.evaluation.answers:
        prediction = classifier.classify(answer.path)
        assert prediction.category == classifier.class_names[answer.predicted_index]
        assert answer.confidence == pytest.approx(prediction.confidence, abs=WITHIN_THE_PROGRAM)
    assert evaluate_folder(classifier, odd_photos).accuracy == result.run.test_accuracy
    hashes = [one for one in content_hashes(dataset.photos) if isinstance(one, bytes)]
    with VectorStore() as store:
        vectors = store.get(classifier.embedder.fingerprint(), hashes, view=0)
    for photo, content in zip(dataset.photos, hashes, strict=True):
        pixels = load_for_model(photo.path, classifier.manifest.input)
        np.testing.assert_array_equal(vectors[content], classifier.embedder.embed(pixels))


def test_whole_networks_are_trained_on_what_classifying_sees(
    odd_photos: Path, scratch_model: Path
) -> None:
    spec = Classifier.open(scratch_model).manifest.input
    photos = scan_folder(odd_photos).photos
    pixels = np.zeros((len(photos), spec.size, spec.size, spec.channels), np.uint8)
    assert load_into_array(photos, spec, pixels, report=ignore, control=Control()) == []
    for photo, row in zip(photos, pixels, strict=True):
        np.testing.assert_array_equal(row, load_for_model(photo.path, spec))
        at_least = 2 * spec.size
        np.testing.assert_array_equal(row, fit(read_photo(photo.path, at_least=at_least), spec))
    for photo, (path, read) in zip(
        photos, read_paths([photo.path for photo in photos], spec), strict=True
    ):
        assert path == photo.path
        np.testing.assert_array_equal(read, load_for_model(path, spec))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_gets_the_answer_of_the_upright_one(
    fast_model: Path, tmp_path: Path, orientation: int
) -> None:
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    upright = product_photo(2, 5, size=(120, 80))
    upright.save(tmp_path / "upright.png")
    turned = upright.transpose(stored[orientation])
    turned.save(tmp_path / "turned.png", exif=_exif(orientation))
    turned.save(tmp_path / "as_stored.png")
    classifier = Classifier.open(fast_model)
    expected, given, other = (
        classifier.classify(tmp_path / f"{name}.png") for name in ("upright", "turned", "as_stored")
    )
    assert given.top == expected.top
    assert other.top != expected.top, "or the test would prove nothing"


def test_the_name_of_a_file_does_not_matter(
    fast_model: Path, paths: list[Path], tmp_path: Path
) -> None:
    classifier = Classifier.open(fast_model)
    for number, path in enumerate(paths):
        disguised = tmp_path / f"{number}.jpg"
        shutil.copy(path, disguised)
        assert classifier.classify(disguised).top == classifier.classify(path).top
