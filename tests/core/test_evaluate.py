"""Evaluation reports, and measuring a classifier on folders of every layout."""

import gzip
import json
import os
import struct
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.metrics
from PIL import Image

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.photos import Photo, SkippedFile
from ml_core.errors import Cancelled, DatasetError, Stopped
from ml_core.evaluation.calibration import at_temperature
from ml_core.evaluation.evaluate import Answer, Evaluation, evaluate_folder
from ml_core.evaluation.trust import State, Trust
from ml_core.events import Event, PhaseStarted, PhotoSkipped, StepProgress, Warned
from ml_core.images import InputSpec
from ml_core.prediction.classifier import Classifier
from tests.core.sample_photos import make_product_photos
from tests.core.tiny_model import write_tiny_model

NAMES = ("red", "green", "blue")
COLOURS = {"red": (220, 30, 20), "green": (20, 200, 40), "blue": (30, 40, 230)}


class ColourClassifier:
    """Answers with the strongest colour channel: right where we painted, and predictable."""

    class_names = NAMES

    @dataclass
    class _Manifest:
        input: InputSpec
        trust: None = None

    def __init__(self, size: int = 8) -> None:
        self.manifest = self._Manifest(InputSpec(size))
        self.embedder = self

    def embed_here(self, pixels: np.ndarray) -> np.ndarray:
        return pixels.reshape(-1, 3).mean(axis=0, dtype=np.float32)

    def probabilities(self, vectors: np.ndarray) -> np.ndarray:
        return vectors / vectors.sum(axis=-1, keepdims=True)

    def state(self, vector: np.ndarray) -> None:
        return None


def paint(path: Path, colour: str, size: tuple[int, int] = (20, 14)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, COLOURS[colour]).save(path)
    return path


def evaluate(folder: Path, **options: Any) -> tuple[Evaluation, list[Event]]:
    events: list[Event] = []
    evaluation = evaluate_folder(
        ColourClassifier(),  # type: ignore[arg-type]
        folder,
        report=events.append,
        **options,
    )
    return evaluation, events


def answer(true: int, predicted: int, confidence: float = 0.9, name: str = "a.jpg") -> Answer:
    return Answer(Path("/photos") / name, true, predicted, confidence)


# --- the report ---


def test_scores_by_hand() -> None:
    answers = [answer(0, 0), answer(0, 1), answer(1, 1), answer(1, 1), answer(2, 0)]
    evaluation = Evaluation.from_answers(NAMES, answers)
    assert evaluation.photos == 5
    assert evaluation.accuracy == pytest.approx(3 / 5)
    assert evaluation.interval == pytest.approx((0.2307, 0.8824), abs=1e-4)
    assert evaluation.macro_f1 == pytest.approx((1 / 2 + 4 / 5 + 0) / 3)
    assert list(evaluation.per_class) == list(NAMES)
    assert evaluation.per_class["green"].precision == pytest.approx(2 / 3)
    assert evaluation.per_class["green"].photos == 2


def test_mistakes_come_with_the_most_confident_first() -> None:
    answers = [answer(0, 0, 1.0), answer(0, 1, 0.6), answer(1, 2, 0.99), answer(2, 0, 0.7)]
    mistakes = Evaluation.from_answers(NAMES, answers).mistakes()
    assert [mistake.confidence for mistake in mistakes] == [0.99, 0.7, 0.6]


@pytest.mark.parametrize("seed", range(3))
def test_probabilities_are_scored_as_scikit_learn_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    shares = random.dirichlet([0.5, 0.5, 0.5], 200)
    labels = random.integers(0, 3, 200)
    photos = [Photo(Path(f"{number}.jpg"), int(label)) for number, label in enumerate(labels)]
    answers = [Answer.of(photo, row) for photo, row in zip(photos, shares, strict=True)]
    evaluation = Evaluation.from_answers(NAMES, answers)
    expected = sklearn.metrics.top_k_accuracy_score(labels, shares, k=2)
    assert evaluation.top_two_accuracy == pytest.approx(expected)
    assert evaluation.log_loss == pytest.approx(sklearn.metrics.log_loss(labels, shares))
    assert evaluation.uncalibrated_error is None
    assert sum(one.photos for one in evaluation.reliability) == 200


def test_the_calibration_error_before_is_that_of_the_uncalibrated_shares() -> None:
    random = np.random.default_rng(0)
    shares = random.dirichlet([0.5, 0.5, 0.5], 300)
    trust = Trust(temperature=2.0, photos=1, levels=(), unlike_limit=None)
    calibrated = at_temperature(shares, 2.0)
    photos = [Photo(Path(f"{n}.jpg"), int(random.integers(0, 3))) for n in range(300)]
    before, after = (
        Evaluation.from_answers(
            NAMES, [Answer.of(p, row, trust=how) for p, row in zip(photos, rows, strict=True)]
        )
        for rows, how in ((shares, None), (calibrated, trust))
    )
    assert after.uncalibrated_error == pytest.approx(before.calibration_error, abs=1e-9)
    assert after.calibration_error < before.calibration_error


def test_of_equal_shares_the_first_is_the_answer_as_in_classifying() -> None:
    given = Answer.of(Photo(Path("a.jpg"), 2), np.array([0.2, 0.4, 0.4], np.float32))
    assert (given.predicted_index, given.second_index) == (1, 2)


def test_states_are_counted() -> None:
    answers = [
        replace(answer(0, given), state=state)
        for given, state in ((0, State.SURE), (1, State.SURE), (0, State.UNLIKE), (0, None))
    ]
    evaluation = Evaluation.from_answers(NAMES, answers)
    assert evaluation.right_among(State.SURE) == (1, 2)
    assert evaluation.right_among(State.UNLIKE) == (1, 1)
    assert evaluation.right_among(State.UNSURE) == (0, 0)


def test_reports_of_earlier_versions_lack_some_scores() -> None:
    evaluation = Evaluation.from_answers(NAMES, [answer(0, 0), answer(1, 2)])
    assert evaluation.top_two_accuracy is None
    assert evaluation.log_loss is None
    assert evaluation.uncalibrated_error is None


def test_no_photos() -> None:
    evaluation = Evaluation.from_answers(NAMES, [])
    assert (evaluation.photos, evaluation.accuracy, evaluation.macro_f1) == (0, 0.0, 0.0)
    assert evaluation.interval == (0.0, 1.0)
    assert evaluation.mistakes() == ()


def test_refuses_answers_outside_the_classes() -> None:
    with pytest.raises(ValueError, match="Class indices"):
        Evaluation.from_answers(NAMES, [answer(0, 3)])


ODD = os.fsdecode(b"/photos/caf\xe9 \xff.jpg")


def test_report_survives_the_disk(tmp_path: Path) -> None:
    answers = [
        answer(0, 2, 0.125, "emoji 👕 and\nnewline.jpg"),
        Answer(Path(ODD), 1, 1, 1 / 3),
        Answer(Path("/data/t10k-images-idx3-ubyte"), 2, 2, 0.5, index=9_999),
        Answer(Path("a.jpg"), 1, 0, 0.7, None, 1, 0.2, 0.9, State.UNLIKE),
    ]
    skipped = [SkippedFile(Path(ODD), "It is damaged.")]
    names = ("Größe 42", "قميص", "x" * 200)
    evaluation = Evaluation.from_answers(names, answers, skipped)
    storage.write_json(tmp_path / "report.json", evaluation.to_json())
    text = (tmp_path / "report.json").read_text(encoding="utf-8", errors="surrogateescape")
    back = Evaluation.from_json(json.loads(text))
    assert back == evaluation
    assert np.array_equal(back.confusion, evaluation.confusion)
    assert back.confusion.dtype == np.int64
    assert os.fsencode(back.answers[1].path) == b"/photos/caf\xe9 \xff.jpg"


@pytest.mark.parametrize(
    "damage",
    [
        lambda v: v.clear(),
        lambda v: v.update(answers=None),
        lambda v: v.update(answers=[3]),
        lambda v: v.update(class_names=["only one"]),
        lambda v: v.update(confusion=[[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
        lambda v: v["answers"][0].pop("path"),
        lambda v: v["answers"][0].update(true="many"),
    ],
)
def test_damaged_report_is_refused(damage: Any) -> None:
    values = Evaluation.from_answers(NAMES, [answer(0, 2)]).to_json()
    damage(values)
    with pytest.raises(ValueError):  # noqa: PT011 - any of its sentences
        Evaluation.from_json(values)


# --- measuring a folder ---


def test_folder_of_categories(tmp_path: Path) -> None:
    right = paint(tmp_path / "red" / "a.png", "red")
    wrong = paint(tmp_path / "red" / "b.png", "blue")
    paint(tmp_path / "green" / "c.png", "green", size=(31, 8))
    evaluation, events = evaluate(tmp_path)
    assert evaluation.class_names == NAMES
    assert evaluation.confusion.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    given = {a.path: (a.true_index, a.predicted_index) for a in evaluation.answers}
    assert given[right] == (0, 0)
    assert given[wrong] == (0, 2)
    assert [a.path for a in evaluation.mistakes()] == [wrong]
    assert evaluation.mistakes()[0].confidence == pytest.approx(230 / 300, abs=0.01)
    assert [e.phase for e in events if isinstance(e, PhaseStarted)] == ["scan", "evaluate"]
    last = [e for e in events if isinstance(e, StepProgress)][-1]
    assert (last.phase, last.done, last.total, last.seconds_left) == ("evaluate", 3, 3, 0.0)
    assert not any(isinstance(e, Warned) for e in events)


def test_a_single_category_is_enough(tmp_path: Path) -> None:
    paint(tmp_path / "blue" / "a.png", "blue")
    evaluation, _ = evaluate(tmp_path)
    assert evaluation.confusion.tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("parts", "counted", "said"),
    [
        (("train", "val", "test"), "test", "only its test photos"),
        (("train", "validation"), "validation", "no test photos"),
        (("train",), "train", "training photos only"),
    ],
)
def test_only_the_fairest_part_counts(
    tmp_path: Path, parts: tuple[str, ...], counted: str, said: str
) -> None:
    for part in parts:
        for colour in COLOURS:
            paint(tmp_path / part / colour / "photo.png", colour)
            (tmp_path / part / colour / "note.txt").write_text("a note")
    evaluation, events = evaluate(tmp_path)
    assert {answered.path.parents[1].name for answered in evaluation.answers} == {counted}
    assert {skipped.path.parents[1].name for skipped in evaluation.skipped} == {counted}
    assert (evaluation.photos, evaluation.accuracy) == (3, 1.0)
    (warning,) = (event.message for event in events if isinstance(event, Warned))
    assert said in warning


def test_categories_are_matched_in_any_case(tmp_path: Path) -> None:
    paint(tmp_path / "RED" / "a.png", "red")
    paint(tmp_path / "Blue " / "b.png", "blue")
    evaluation, _ = evaluate(tmp_path)
    assert evaluation.accuracy == 1.0
    assert evaluation.photos == 2


def test_unknown_categories_are_named_and_passed_over(tmp_path: Path) -> None:
    paint(tmp_path / "red" / "a.png", "red")
    stranger = paint(tmp_path / "mauve" / "b.png", "blue")
    evaluation, events = evaluate(tmp_path)
    assert evaluation.photos == 1
    assert evaluation.skipped == (SkippedFile(stranger, 'The model has no category "mauve".'),)
    assert PhotoSkipped(stranger, 'The model has no category "mauve".') in events


def test_nothing_that_the_model_knows(tmp_path: Path) -> None:
    paint(tmp_path / "mauve" / "a.png", "red")
    paint(tmp_path / "beige" / "a.png", "red")
    with pytest.raises(DatasetError, match=r"beige, mauve.*red, green, blue") as caught:
        evaluate(tmp_path)
    assert caught.value.path == tmp_path


def test_damaged_photos_are_named_and_passed_over(tmp_path: Path) -> None:
    paint(tmp_path / "red" / "a.png", "red")
    whole = paint(tmp_path / "red" / "b.jpg", "red", size=(200, 200)).read_bytes()
    damaged = tmp_path / "red" / "b.jpg"
    damaged.write_bytes(whole[: len(whole) // 2])
    evaluation, events = evaluate(tmp_path)
    assert evaluation.photos == 1
    assert [s.path for s in evaluation.skipped] == [damaged]
    assert "b.jpg" in evaluation.skipped[0].reason
    assert any(isinstance(e, PhotoSkipped) and e.path == damaged for e in events)


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    for number in range(40):
        paint(tmp_path / "red" / f"{number}.png", "red")
    for number in range(7):
        (tmp_path / "red" / f"{number}.jpg").write_bytes(b"no photo")
        paint(tmp_path / "unknown" / f"{number}.png", "red")
    evaluation, _ = evaluate(tmp_path)
    assert evaluation.photos == 40
    assert len(evaluation.skipped) == 14
    assert [a.path for a in evaluation.answers] == sorted(a.path for a in evaluation.answers)


def test_pictures_in_idx_files(tmp_path: Path) -> None:
    """White, grey and black pictures: all channels alike, so the first class wins each."""
    pictures = np.stack([np.full((28, 28), value, np.uint8) for value in (255, 128, 1)])
    header = struct.pack(">IIII", 0x803, *pictures.shape)
    with gzip.open(tmp_path / "t10k-images-idx3-ubyte.gz", "wb") as file:
        file.write(header + pictures.tobytes())
    labels = struct.pack(">II", 0x801, 3) + bytes([0, 2, 1])
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(labels)
    (tmp_path / "labels.txt").write_text("red\ngreen\nblue\n")
    evaluation, _ = evaluate(tmp_path)
    assert evaluation.confusion.tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 0]]
    assert [a.index for a in evaluation.answers] == [0, 1, 2]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_answers_are_those_of_classifying(tmp_path: Path) -> None:
    """With a real model file: the same category and exactly the same confidence, photo by photo."""
    names = ("mug", "lamp", "shirt")
    model = write_tiny_model(tmp_path / "m.keras", names=names)
    folder = make_product_photos(tmp_path / "photos", classes=names, per_class=6)
    classifier = Classifier.open(model)
    evaluation = evaluate_folder(classifier, folder)
    assert evaluation.photos == 18
    for answered in evaluation.answers:
        prediction = classifier.classify(answered.path)
        assert names[answered.true_index] == answered.path.parent.name
        assert names[answered.predicted_index] == prediction.category
        assert answered.confidence == prediction.confidence


@pytest.mark.parametrize(("end", "error"), [("cancel", Cancelled), ("stop", Stopped)])
def test_can_be_ended_midway(tmp_path: Path, end: str, error: type[Exception]) -> None:
    for number in range(200):
        paint(tmp_path / "red" / f"{number}.png", "red")
    control = Control()
    asked: list[Path] = []

    class Ending(ColourClassifier):
        def embed_here(self, pixels: np.ndarray) -> np.ndarray:
            asked.append(Path())
            if len(asked) == 20:
                getattr(control, end)()
            return super().embed_here(pixels)

    with pytest.raises(error):
        evaluate_folder(Ending(), tmp_path, control=control)  # type: ignore[arg-type]
    assert 20 <= len(asked) < 200


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(DatasetError):
        evaluate(tmp_path / name)


def test_reports_need_no_tensorflow() -> None:
    check = "import ml_core.evaluation.evaluate, sys; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
