"""Scores from true and predicted class indices, in plain numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one class fared. All shares are 0..1; ``photos`` counts photos truly of the class."""

    precision: float
    recall: float
    f1: float
    photos: int


def confusion_matrix(
    true: NDArray[np.intp], predicted: NDArray[np.intp], classes: int
) -> NDArray[np.int64]:
    """Counts, shape (classes, classes): row = true class, column = predicted class."""
    raise NotImplementedError


def class_scores(confusion: NDArray[np.int64]) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of every class; 0 where undefined, as scikit-learn does."""
    raise NotImplementedError


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Unweighted mean F1 over the classes that have photos or predictions (scikit-learn's way)."""
    raise NotImplementedError


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (Wilson, JASA 22, 1927), 0..1. (0, 1) for no photos."""
    raise NotImplementedError
