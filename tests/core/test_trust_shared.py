"""What trust is worth on real photos: clothing learned on a frozen MobileNetV2, groceries unknown.

One training serves all; the numbers in the assertions are what the program promises.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics
from PIL import Image

from ml_core import runs, storage
from ml_core.dataset.photos import Part
from ml_core.dataset.scan import scan_folder
from ml_core.embedding.embed import embed_photos
from ml_core.embedding.vector_store import VectorStore
from ml_core.evaluation.novelty import References, chosen_references
from ml_core.evaluation.trust import Judge, State, fit_trust
from ml_core.images import fit, load_for_model, read_photo
from ml_core.model_file.read import read
from ml_core.prediction.classifier import Classifier, photos_under
from ml_core.prediction.heatmap import Method, heat_map
from ml_core.prediction.neighbours import training_photos
from ml_core.runs import Run
from ml_core.training.corrections import Correction, learn_corrections
from ml_core.training.frozen import head_settings
from ml_core.training.head import LabelledVectors, train_head
from ml_core.training.recipe import recipe_for
from ml_core.training.recorded_photos import listed_photos
from ml_core.training.trainer import TrainingResult, train
from ml_core.training.versions import use_version

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@dataclass(frozen=True)
class Learned:
    """A training on the clothing photos, and its home."""

    result: TrainingResult
    home: Path
    clothing: Path
    groceries: Path


@pytest.fixture(scope="module")
def learned(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Learned:
    home, data = tmp_path_factory.mktemp("trust-home"), shared_folder / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(storage.HOME_VARIABLE, str(home))
        patch.setenv("KERAS_HOME", str(shared_folder / "keras_home"))
        recipe = recipe_for("fast", architecture="mobilenet_v2_035")
        result = train(scan_folder(data / "clothing"), recipe)
    return Learned(result, home, data / "clothing", data / "groceries")


@pytest.fixture(scope="module")
def classifier(learned: Learned) -> Classifier:
    return Classifier.open(learned.result.run.model_path)


@pytest.fixture
def run(learned: Learned, program_home: Path) -> Run:
    """A copy of the run in a home of the test's own."""
    shutil.rmtree(program_home)
    shutil.copytree(learned.home, program_home)
    found = runs.load(program_home / "runs" / learned.result.run.folder.name)
    assert found is not None
    return found


def test_confidence_means_what_it_says(learned: Learned) -> None:
    evaluation = learned.result.evaluation
    assert evaluation.photos == 372
    assert evaluation.calibration_error <= 0.05
    right, answered = evaluation.right_among(State.SURE)
    assert answered > 372 * 0.5
    assert right / answered >= 0.93


def test_groceries_are_unlike_clothing(learned: Learned, classifier: Classifier) -> None:
    model = read(learned.result.run.model_path)
    assert model.references is not None
    assert model.manifest.trust is not None
    judge = Judge(model.manifest.trust, References(model.references))
    some = photos_under([learned.groceries / "test"])[::10]
    embedded = [
        classifier.embedder.embed_here(load_for_model(path, classifier.manifest.input))
        for path in [*some, *(answer.path for answer in learned.result.evaluation.answers)]
    ]
    vectors, is_grocery = np.array(embedded), np.arange(len(embedded)) < len(some)
    strangeness = judge.strangeness(vectors @ model.kernel + model.bias, vectors)
    assert sklearn.metrics.roc_auc_score(is_grocery, strangeness) >= 0.99
    states = [answer.state for answer in learned.result.evaluation.answers]
    assert states.count(State.UNLIKE) <= 0.08 * 372
    flagged = [classifier.classify(path).state is State.UNLIKE for path in some[:60]]
    assert np.mean(flagged) > 0.9


@pytest.mark.parametrize("left_out", ["hat", "shoes"])
def test_a_category_left_out_is_flagged_more_often_than_by_confidence(
    run: Run, classifier: Classifier, left_out: str
) -> None:
    photos = listed_photos(run)
    assert photos is not None
    index = photos.class_names.index(left_out)
    known, unknown = {}, {}
    for part in Part:
        with VectorStore() as store:
            views = photos.parts[part].views()
            vectors = embed_photos(views, classifier.embedder, store=store).vectors
        labels = photos.labels(part)
        here = labels == index
        known[part] = LabelledVectors(vectors[~here], labels[~here] - (labels[~here] > index))
        unknown[part] = vectors[here]
    settings = head_settings(run.recipe)
    validation, test = known[Part.VALIDATION], known[Part.TEST]
    head = train_head(known[Part.TRAIN], validation, classes=9, settings=settings).head
    train = known[Part.TRAIN]
    references = References(train.vectors[chosen_references(train.labels.tolist())])
    distances = references.distance(validation.vectors)
    trust = fit_trust(head.logits(validation.vectors), validation.labels, distances)
    judge = Judge(trust, references)

    def flagged(vectors: np.ndarray) -> float:
        logits = head.logits(vectors) / trust.temperature
        return float(np.mean([state is State.UNLIKE for state in judge.states(logits, vectors)]))

    def confidence(vectors: np.ndarray) -> np.ndarray:
        return np.asarray(head.log_probabilities(vectors).max(axis=1))

    strangers = np.concatenate([unknown[Part.VALIDATION], unknown[Part.TEST]])
    false_alarms = flagged(test.vectors)
    assert false_alarms <= 0.08
    limit = np.quantile(confidence(test.vectors), false_alarms)
    assert flagged(strangers) > 2 * np.mean(confidence(strangers) < limit)
    assert flagged(strangers) > 0.15


def test_corrections_are_learned_in_a_moment(run: Run, learned: Learned) -> None:
    """Vectors are in the cache, but for the corrected photo's."""
    classifier = Classifier.open(run.model_path)
    wrong = learned.result.evaluation.mistakes()[:3]
    apples = sorted((learned.groceries / "test" / "Apple").iterdir())[:2]
    learn_corrections(run, [Correction(path, "apple") for path in apples])
    started = time.process_time()
    names = classifier.class_names
    told = [Correction(answer.path, names[answer.true_index]) for answer in wrong]
    improvement = learn_corrections(run, told)
    seconds = time.process_time() - started
    assert improvement.version.learned == len(improvement.version.corrections) == 5
    assert improvement.after.photos == 372 - 3
    assert improvement.version.broke <= 12
    assert seconds < 8, "two of computing while nothing else is computed"
    assert use_version(improvement.run, 1).test_accuracy == learned.result.run.test_accuracy


def test_a_heat_map_follows_a_pasted_object(learned: Learned, classifier: Classifier) -> None:
    test = learned.clothing / "test"
    followed = []
    for name in ("shoes", "hat", "pants"):
        for path in sorted((test / name).iterdir())[:3]:
            photo = Image.open(path).convert("RGB").resize((150, 150))
            for corner in ((0, 0), (250, 0), (0, 250), (250, 250)):
                board = Image.new("RGB", (400, 400), (200, 200, 200))
                board.paste(photo, corner)
                heat = heat_map(classifier, np.asarray(board), name)
                assert heat.method is Method.ACTIVATION
                followed.append(_hottest_quarter(heat.over(400, 400)) == corner)
    assert np.mean(followed) >= 0.85


def _hottest_quarter(heat: np.ndarray) -> tuple[int, int]:
    quarters = {
        (x, y): heat[slice(*_half(y)), slice(*_half(x))].mean() for x in (0, 250) for y in (0, 250)
    }
    return max(quarters, key=lambda corner: quarters[corner])


def _half(start: int) -> tuple[int, int]:
    return (0, 200) if start == 0 else (200, 400)


def test_heat_maps_of_two_things_differ(learned: Learned, classifier: Classifier) -> None:
    found, likeness = [], []
    for first, second in (("hat", "pants"), ("shoes", "t-shirt")):
        for number in range(3):
            board = Image.new("RGB", (400, 400), (200, 200, 200))
            for corner, name in (((10, 10), first), ((210, 210), second)):
                path = sorted((learned.clothing / "test" / name).iterdir())[number]
                board.paste(Image.open(path).convert("RGB").resize((180, 180)), corner)
            heats = [
                heat_map(classifier, np.asarray(board), name).over(400, 400)
                for name in (first, second)
            ]
            found += [
                _hottest_quarter(heats[0]) == (0, 0),
                _hottest_quarter(heats[1]) == (250, 250),
            ]
            likeness.append(np.corrcoef(heats[0].ravel(), heats[1].ravel())[0, 1])
    assert np.mean(found) >= 0.75
    assert np.mean(likeness) < 0.3


def test_a_heat_map_takes_a_fraction_of_a_second(learned: Learned, classifier: Classifier) -> None:
    pixels = read_photo(learned.result.evaluation.answers[0].path)
    started = time.perf_counter()
    heat_map(classifier, pixels)
    assert time.perf_counter() - started < 1


def test_the_nearest_training_photos_are_mostly_of_the_category(
    run: Run, learned: Learned, classifier: Classifier
) -> None:
    known = training_photos(run, classifier)
    assert len(known) == 3068
    same = []
    for answer in learned.result.evaluation.answers[::12]:
        pixels = fit(read_photo(answer.path), classifier.manifest.input)
        true = classifier.class_names[answer.true_index]
        same += [n.category == true for n in known.nearest(classifier.embedder.embed(pixels))]
    assert np.mean(same) > 0.6
