"""Scores from true and predicted class indices, in plain numpy."""

from dataclasses import dataclass
from statistics import NormalDist

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
    """Counts, shape (classes, classes): row = true class, column = predicted class.

    Raises:
        ValueError: The two differ in length, or an index is not in 0..classes-1.
    """
    true, predicted = np.asarray(true, np.intp), np.asarray(predicted, np.intp)
    if true.shape != predicted.shape or true.ndim != 1:
        raise ValueError(f"{true.shape} true classes cannot be set against {predicted.shape}.")
    both = np.concatenate([true, predicted])
    if both.size and not 0 <= both.min() <= both.max() < classes:
        raise ValueError(f"Class indices {both.min()}..{both.max()} are not in 0..{classes - 1}.")
    counts = np.bincount(true * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def accuracy(confusion: NDArray[np.int64]) -> float:
    """Share of right answers, 0..1; 0 without photos."""
    photos = int(confusion.sum())
    return int(np.trace(confusion)) / photos if photos else 0.0


def class_scores(confusion: NDArray[np.int64]) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of every class; 0 where undefined, as scikit-learn does."""
    right = np.diag(confusion)
    photos, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _share(right, predicted), _share(right, photos)
    f1 = _share(2 * right, photos + predicted)
    return tuple(
        ClassScore(float(p), float(r), float(f), int(n))
        for p, r, f, n in zip(precision, recall, f1, photos, strict=True)
    )


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Unweighted mean F1 over the classes that have photos or predictions (scikit-learn's way).

    0 where there are none.
    """
    return averages(confusion).f1


def averages(confusion: NDArray[np.int64], *, by_photos: bool = False) -> ClassScore:
    """Mean precision, recall and F1 over the classes that have photos or predictions.

    Args:
        confusion: See ``confusion_matrix``.
        by_photos: Whether a class counts as much as it has photos ("weighted"), or every class
            the same ("macro").

    Returns:
        All 0 where there are no photos.
    """
    seen = confusion.sum(axis=0) + confusion.sum(axis=1) > 0
    weights = confusion.sum(axis=1) if by_photos else seen.astype(np.int64)
    total = int(weights.sum())
    table = np.array([(one.precision, one.recall, one.f1) for one in class_scores(confusion)])
    precision, recall, f1 = weights @ table / total if total else np.zeros(3)
    return ClassScore(float(precision), float(recall), float(f1), int(confusion.sum()))


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (Wilson, JASA 22, 1927), 0..1. (0, 1) for no photos.

    Raises:
        ValueError: Not 0 <= correct <= total, or confidence not between 0 and 1.
    """
    if not (0 <= correct <= total and 0 < confidence < 1):
        raise ValueError(f"{correct} right of {total} at confidence {confidence} is no share.")
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = correct / total, z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * (share * (1 - share) / total + spread / (4 * total)) ** 0.5 / (1 + spread)
    # At the ends the formula gives exactly 0 and 1; only rounding would say otherwise.
    low = 0.0 if correct == 0 else max(0.0, centre - half)
    high = 1.0 if correct == total else min(1.0, centre + half)
    return low, high


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
