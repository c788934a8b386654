"""Confidence that means what it says: fit a temperature, measure the error, find where to be sure.

Temperature scaling and the expected calibration error follow Guo, Pleiss, Sun and Weinberger, "On
Calibration of Modern Neural Networks" (ICML 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
Labels = NDArray[np.intp]

TEMPERATURES: Final = (0.1, 10.0)
"""The least and the largest that is fitted."""
BINS: Final = 15
"""As in Guo et al."""
PRIOR_PHOTOS: Final = 10.0
"""As many imagined photos are answered exactly as confidently as the network is."""
_HALVINGS: Final = 50


def fit_temperature(
    logits: Numbers, labels: Labels, *, prior_photos: float = PRIOR_PHOTOS
) -> float:
    """The temperature by which logits are to be divided; above 1 where they are too confident.

    Minimises the log loss, which is convex in 1 / T, together with that of ``prior_photos``
    imagined photos whose categories are as likely as the network says. Those hold T near 1 while
    there are few photos: otherwise a handful of right answers would make every answer certain.

    Args:
        logits: Shape (photos, classes), of photos that were not trained on; logarithms of
            probabilities are as good.
        labels: Their true class indices, shape (photos,).
        prior_photos: 0 for the temperature of Guo et al. as it stands.

    Returns:
        A temperature in ``TEMPERATURES``; 1 without photos.
    """
    if not len(labels):
        return 1.0
    values = np.asarray(logits, np.float64)
    targets = (prior_photos / len(labels)) * softmax(values)
    targets[np.arange(len(labels)), labels] += 1
    low, high = 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _slope(values, targets, middle) < 0:
            low = middle
        else:
            high = middle
    return 2 / (low + high)


def _slope(logits: NDArray[np.float64], targets: NDArray[np.float64], inverse: float) -> float:
    """Derivative of the targets' cross-entropy by 1 / T."""
    expected = (softmax(logits * inverse) * logits).sum(axis=1)
    return float((targets.sum(axis=1) * expected).sum() - (targets * logits).sum())


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Along the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


def at_temperature(probabilities: Numbers, temperature: float) -> NDArray[np.float64]:
    """The probabilities, shape (..., classes), with their logits divided by ``temperature``."""
    smallest = np.finfo(np.float32).tiny
    return softmax(np.log(np.maximum(probabilities, smallest, dtype=np.float64)) / temperature)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence.

    ``confidence`` is their mean, ``accuracy`` the share of right ones; both 0 without photos.
    """

    low: float
    high: float
    photos: int
    confidence: float
    accuracy: float


def reliability(
    confidence: Sequence[float] | Numbers,
    is_right: Sequence[bool] | NDArray[np.bool_],
    *,
    bins: int = BINS,
) -> tuple[Bin, ...]:
    """How often answers were right, by their confidence, in bins of equal width.

    A bin holds what is above ``low`` and at most ``high``; 0 is in the first.

    Raises:
        ValueError: The two differ in length, or a confidence is not in 0..1.
    """
    values, right = np.asarray(confidence, np.float64), np.asarray(is_right, np.float64)
    if values.shape != right.shape or values.ndim != 1:
        raise ValueError(f"{values.shape} confidences cannot be set against {right.shape}.")
    if values.size and not 0 <= values.min() <= values.max() <= 1:
        raise ValueError(f"Confidence from {values.min()} to {values.max()} is not in 0..1.")
    edges = np.linspace(0, 1, bins + 1)
    places = np.maximum(np.searchsorted(edges, values, side="left") - 1, 0)
    photos, sums, rights = (
        np.bincount(places, weights, minlength=bins) for weights in (None, values, right)
    )
    return tuple(
        Bin(float(low), float(high), int(n), float(c / max(n, 1)), float(r / max(n, 1)))
        for low, high, n, c, r in zip(edges[:-1], edges[1:], photos, sums, rights, strict=True)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error, 0..1: how far confidence is from being right, on average."""
    photos = sum(one.photos for one in bins)
    gaps = sum(one.photos * abs(one.confidence - one.accuracy) for one in bins)
    return gaps / photos if photos else 0.0


def log_loss(true_probabilities: Sequence[float] | Numbers) -> float:
    """Mean of -ln of what each photo's true category was given, in nats; 0 without photos.

    Never infinite: probabilities count as at least the smallest 32-bit number.
    """
    values = np.maximum(np.asarray(true_probabilities, np.float64), np.finfo(np.float32).tiny)
    return float(-np.log(values).mean()) if values.size else 0.0


@dataclass(frozen=True, slots=True)
class SureLevel:
    """From which confidence on answers are right as often as is wanted.

    Attributes:
        precision: The wanted share of right answers, 0..1.
        confidence: Answers of at least this confidence are sure.
        answered: How many of the photos it was fitted on are.
        right: How many of those are right.
    """

    precision: float
    confidence: float
    answered: int
    right: int


def sure_level(
    confidence: Sequence[float] | Numbers,
    is_right: Sequence[bool] | NDArray[np.bool_],
    precision: float,
) -> SureLevel | None:
    """The lowest confidence from which on ``precision`` of the answers can be counted on.

    Of n answers with r right, (r + 1) / (n + 2) is counted on: Laplace's rule of succession. So
    few photos promise little: 95 % takes 18 right ones in a row at the least.

    Returns:
        None if it is not reached at any confidence.
    """
    values, right = np.asarray(confidence, np.float64), np.asarray(is_right, bool)
    order = np.argsort(-values, kind="stable")
    values, rights = values[order], np.cumsum(right[order])
    answered = np.arange(1, len(values) + 1)
    # Answers of equal confidence are all sure, or none of them.
    is_last = np.append(values[1:] < values[:-1], np.True_)[: len(values)]
    reached = np.flatnonzero(is_last & ((rights + 1) / (answered + 2) >= precision))
    if not len(reached):
        return None
    last = int(reached[-1])
    return SureLevel(precision, float(values[last]), last + 1, int(rights[last]))
