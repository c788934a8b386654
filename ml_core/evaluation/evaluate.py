"""How good a classifier is on labelled photos."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.scan import SkippedFile
from ml_core.evaluation.metrics import ClassScore


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said about one labelled photo. Indices point into ``class_names``."""

    path: Path
    true_index: int
    predicted_index: int
    confidence: float


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
    confusion: NDArray[np.int64]
    answers: tuple[Answer, ...]
    skipped: tuple[SkippedFile, ...]

    @property
    def photos(self) -> int:
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1; 0 without photos."""
        raise NotImplementedError

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 95 % interval of the accuracy, 0..1."""
        raise NotImplementedError

    @property
    def macro_f1(self) -> float:
        raise NotImplementedError

    @property
    def per_class(self) -> dict[str, ClassScore]:
        """Scores by class name, in class order."""
        raise NotImplementedError

    def mistakes(self) -> tuple[Answer, ...]:
        """Wrong answers, the most confident first."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON, readable back by ``from_json``."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        raise NotImplementedError
