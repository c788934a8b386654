"""The scores of a model on labelled photos, with every answer they rest on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.photos import Photo, SkippedFile
from ml_core.evaluation import calibration, metrics
from ml_core.evaluation.calibration import Bin
from ml_core.evaluation.metrics import ClassScore
from ml_core.evaluation.trust import State, Trust

_Value = TypeVar("_Value")
Share = tuple[int, int]
"""How many of how many."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said about one labelled photo. Indices point into ``class_names``.

    Attributes:
        path: Of the photo, or of the IDX file that holds it.
        true_index: Its category.
        predicted_index: The category given.
        confidence: Calibrated if the model is, 0..1.
        index: Place of the picture inside an IDX file; None for a photo of its own.
        second_index: The second most likely category. This and what follows is None in reports
            of earlier versions.
        true_confidence: What the true category was given, 0..1.
        raw_confidence: ``confidence`` before calibration; None if the model is not calibrated.
        state: How far to rely on the answer; None if the model cannot say.
    """

    path: Path
    true_index: int
    predicted_index: int
    confidence: float
    index: int | None = None
    second_index: int | None = None
    true_confidence: float | None = None
    raw_confidence: float | None = None
    state: State | None = None

    @classmethod
    def of(
        cls,
        photo: Photo,
        probabilities: NDArray[np.floating],
        *,
        trust: Trust | None = None,
        state: State | None = None,
    ) -> Self:
        """From the probabilities of a photo, shape (classes,)."""
        first, second = (int(index) for index in np.argsort(-probabilities, kind="stable")[:2])
        raw = trust.uncalibrated(probabilities).max() if trust else None
        return cls(
            path=photo.path,
            true_index=photo.class_index,
            predicted_index=first,
            confidence=float(probabilities[first]),
            index=photo.index,
            second_index=second,
            true_confidence=float(probabilities[photo.class_index]),
            raw_confidence=None if raw is None else float(raw),
            state=state,
        )

    @property
    def is_right(self) -> bool:
        return self.predicted_index == self.true_index


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of one model on one set of labelled photos.

    Attributes:
        class_names: In the model's order.
        confusion: int64, shape (classes, classes); row = true, column = predicted.
        answers: One per photo.
        skipped: Photos that could not be used.
    """

    class_names: tuple[str, ...]
    confusion: NDArray[np.int64] = field(compare=False)  # it follows from the answers
    answers: tuple[Answer, ...]
    skipped: tuple[SkippedFile, ...]

    @classmethod
    def from_answers(
        cls,
        class_names: Sequence[str],
        answers: Iterable[Answer],
        skipped: Iterable[SkippedFile] = (),
    ) -> Self:
        """Count the answers into a confusion matrix.

        Raises:
            ValueError: An answer's index does not point into ``class_names``.
        """
        answers = tuple(answers)
        true = np.array([answer.true_index for answer in answers], np.intp)
        predicted = np.array([answer.predicted_index for answer in answers], np.intp)
        confusion = metrics.confusion_matrix(true, predicted, len(class_names))
        return cls(tuple(class_names), confusion, answers, tuple(skipped))

    @property
    def photos(self) -> int:
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1; 0 without photos."""
        return metrics.accuracy(self.confusion)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 95 % interval of the accuracy, 0..1."""
        return metrics.wilson_interval(int(np.trace(self.confusion)), self.photos)

    @property
    def macro_f1(self) -> float:
        """Unweighted mean F1 over the classes that have photos or predictions, 0..1."""
        return metrics.macro_f1(self.confusion)

    @property
    def top_two_accuracy(self) -> float | None:
        """Share of photos whose category is among the two most likely; None if not recorded."""
        if not self.answers or any(answer.second_index is None for answer in self.answers):
            return None
        among = [one.true_index in (one.predicted_index, one.second_index) for one in self.answers]
        return sum(among) / len(among)

    @property
    def log_loss(self) -> float | None:
        """Mean cross-entropy in nats; None if not recorded."""
        given = [one.true_confidence for one in self.answers if one.true_confidence is not None]
        complete = bool(given) and len(given) == len(self.answers)
        return calibration.log_loss(given) if complete else None

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """How often the answers were right, by confidence."""
        right = [answer.is_right for answer in self.answers]
        return calibration.reliability([answer.confidence for answer in self.answers], right)

    @property
    def calibration_error(self) -> float:
        """Expected calibration error of the confidence, 0..1."""
        return calibration.calibration_error(self.reliability)

    @property
    def uncalibrated_error(self) -> float | None:
        """The calibration error before the model was calibrated; None if not recorded."""
        raw = [one.raw_confidence for one in self.answers if one.raw_confidence is not None]
        if not raw or len(raw) < len(self.answers):
            return None
        right = [answer.is_right for answer in self.answers]
        return calibration.calibration_error(calibration.reliability(raw, right))

    def right_among(self, state: State) -> Share:
        """How many of the answers in this state are right, and how many there are."""
        those = [answer.is_right for answer in self.answers if answer.state is state]
        return sum(those), len(those)

    @property
    def per_class(self) -> dict[str, ClassScore]:
        """Scores by class name, in class order."""
        return dict(zip(self.class_names, metrics.class_scores(self.confusion), strict=True))

    def mistakes(self) -> tuple[Answer, ...]:
        """Wrong answers, the most confident first."""
        wrong = [answer for answer in self.answers if not answer.is_right]
        return tuple(sorted(wrong, key=lambda answer: -answer.confidence))

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON, readable back by ``from_json``.

        File names that are not valid Unicode keep Python's surrogate escapes.
        """
        return {
            "class_names": list(self.class_names),
            "confusion": self.confusion.tolist(),
            "answers": [_answer_to_json(answer) for answer in self.answers],
            "skipped": [{"path": str(s.path), "reason": s.reason} for s in self.skipped],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read back what ``to_json`` gave.

        Raises:
            ValueError: It is something else, or its parts contradict each other.
        """
        try:
            evaluation = cls.from_answers(
                [str(name) for name in values["class_names"]],
                [_answer_from_json(answer) for answer in values["answers"]],
                [SkippedFile(Path(s["path"]), str(s["reason"])) for s in values["skipped"]],
            )
            agrees = np.array_equal(evaluation.confusion, values["confusion"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"This is no report of an evaluation: {error!r}.") from error
        if not agrees:
            raise ValueError("The report's confusion matrix contradicts its answers.")
        return evaluation


def _answer_to_json(answer: Answer) -> dict[str, Any]:
    values = {
        "path": str(answer.path),
        "true": answer.true_index,
        "predicted": answer.predicted_index,
        "confidence": answer.confidence,
    }
    rest = {name: getattr(answer, name) for name in _NOT_ALWAYS}
    return values | {name: value for name, value in rest.items() if value is not None}


_NOT_ALWAYS = ("index", "second_index", "true_confidence", "raw_confidence", "state")


def _answer_from_json(values: dict[str, Any]) -> Answer:
    def optional(name: str, kind: Callable[[Any], _Value]) -> _Value | None:
        return None if values.get(name) is None else kind(values[name])

    return Answer(
        path=Path(values["path"]),
        true_index=int(values["true"]),
        predicted_index=int(values["predicted"]),
        confidence=float(values["confidence"]),
        index=optional("index", int),
        second_index=optional("second_index", int),
        true_confidence=optional("true_confidence", float),
        raw_confidence=optional("raw_confidence", float),
        state=optional("state", State),
    )
