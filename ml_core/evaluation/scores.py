"""The scores of a model on labelled photos, with every answer they rest on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.photos import SkippedFile
from ml_core.evaluation import metrics
from ml_core.evaluation.metrics import ClassScore


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said about one labelled photo. Indices point into ``class_names``.

    ``index`` is set for a picture inside an IDX file (then ``path`` is that file).
    """

    path: Path
    true_index: int
    predicted_index: int
    confidence: float
    index: int | None = None

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
    return values if answer.index is None else {**values, "index": answer.index}


def _answer_from_json(values: dict[str, Any]) -> Answer:
    index = values.get("index")
    return Answer(
        path=Path(values["path"]),
        true_index=int(values["true"]),
        predicted_index=int(values["predicted"]),
        confidence=float(values["confidence"]),
        index=None if index is None else int(index),
    )
