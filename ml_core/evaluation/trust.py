"""When to rely on an answer: sure, not sure, or unlike anything the model was trained on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ml_core.evaluation.calibration import (
    SureLevel,
    at_temperature,
    fit_temperature,
    softmax,
    sure_level,
)
from ml_core.evaluation.novelty import References, unlike_from

PRECISIONS: Final = (0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)
"""Shares of right answers that a person may ask for."""
WANTED_PRECISION: Final = 0.95
"""What counts as sure unless a person says otherwise."""


class State(StrEnum):
    """How far an answer may be relied on."""

    SURE = "sure"
    UNSURE = "unsure"
    UNLIKE = "unlike"


@dataclass(frozen=True, slots=True)
class Trust:
    """What was found on validation photos about when to rely on a model.

    Attributes:
        temperature: By which the trained logits were divided. It is part of the head: its
            probabilities are calibrated as they come.
        photos: How many validation photos all of this rests on.
        levels: From which confidence on to be sure, for rising wanted precisions; those that are
            never reached are left out.
        unlike_distance: Photos farther than this from the references are unlike anything trained
            on; None if there were too few photos to say.
    """

    temperature: float
    photos: int
    levels: tuple[SureLevel, ...]
    unlike_distance: float | None

    def level(self, precision: float = WANTED_PRECISION) -> SureLevel | None:
        """The least level that promises this precision; None if none does."""
        return next((one for one in self.levels if one.precision >= precision), None)

    def state(
        self, confidence: float, distance: float, *, precision: float = WANTED_PRECISION
    ) -> State:
        """Of one answer.

        Args:
            confidence: Calibrated, 0..1.
            distance: Of the photo's vector from the references.
            precision: Share of sure answers that are to be right, 0..1.
        """
        if self.unlike_distance is not None and distance > self.unlike_distance:
            return State.UNLIKE
        level = self.level(precision)
        is_sure = level is not None and confidence >= level.confidence
        return State.SURE if is_sure else State.UNSURE

    def uncalibrated(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """What the probabilities, shape (..., classes), were before they were calibrated."""
        return at_temperature(probabilities, 1 / self.temperature)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave. Raises KeyError, TypeError or ValueError."""
        distance = values["unlike_distance"]
        return cls(
            temperature=_number(values["temperature"], above=0),
            photos=_count(values["photos"]),
            levels=tuple(_level(one) for one in values["levels"]),
            unlike_distance=None if distance is None else _number(distance, above=-1e-9),
        )


def fit_trust(
    log_probabilities: NDArray[np.floating],
    labels: NDArray[np.intp],
    distances: NDArray[np.floating],
) -> Trust:
    """Fit everything on the validation photos.

    Args:
        log_probabilities: Of the head as it was trained, shape (photos, classes).
        labels: True class indices, shape (photos,).
        distances: Of the photos' vectors from the references, shape (photos,).
    """
    temperature = fit_temperature(log_probabilities, labels)
    shares = softmax(np.asarray(log_probabilities, np.float64) / temperature)
    confidence, is_right = shares.max(axis=1), shares.argmax(axis=1) == labels
    levels = (sure_level(confidence, is_right, precision) for precision in PRECISIONS)
    return Trust(
        temperature=temperature,
        photos=len(labels),
        levels=tuple(level for level in levels if level is not None),
        unlike_distance=unlike_from(distances),
    )


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of answers how far to rely on them.

    Attributes:
        trust: What was found on validation photos.
        references: Of the training photos.
    """

    trust: Trust
    references: References

    def states(
        self,
        probabilities: NDArray[np.floating],
        vectors: NDArray[np.float32],
        *,
        precision: float = WANTED_PRECISION,
    ) -> list[State]:
        """Of photos, from probabilities (photos, classes) and vectors (photos, size)."""
        distances = self.references.distance(vectors)
        return [
            self.trust.state(float(confidence), float(distance), precision=precision)
            for confidence, distance in zip(probabilities.max(axis=1), distances, strict=True)
        ]


def _level(values: Mapping[str, Any]) -> SureLevel:
    return SureLevel(
        precision=_number(values["precision"], above=0),
        confidence=_number(values["confidence"], above=-1e-9),
        answered=_count(values["answered"]),
        right=_count(values["right"]),
    )


def _number(value: object, *, above: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not above < value < 1e9:
        raise ValueError(f"{value!r:.80} is no number above {above:g}")
    return float(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r:.80} is no count")
    return value
