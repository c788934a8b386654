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
from ml_core.evaluation.novelty import References, energy, energy_weight, unlike_from

PRECISIONS: Final = (0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)
"""Shares of right answers that a person may ask for."""
_LARGEST: Final = 1e9
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
        unlike_limit: Photos that are stranger than this are unlike anything trained on; None if
            there were too few photos to say. How strange a photo is: its vector's distance from
            the references, and ``energy_weight`` times the energy of its logits.
        energy_weight: See there.
    """

    temperature: float
    photos: int
    levels: tuple[SureLevel, ...]
    unlike_limit: float | None
    energy_weight: float = 0.0

    def level(self, precision: float = WANTED_PRECISION) -> SureLevel | None:
        """The least level that promises this precision; None if none does."""
        return next((one for one in self.levels if one.precision >= precision), None)

    def state(
        self, confidence: float, strangeness: float, *, precision: float = WANTED_PRECISION
    ) -> State:
        """Of one answer.

        Args:
            confidence: Calibrated, 0..1.
            strangeness: See ``unlike_limit``.
            precision: Share of sure answers that are to be right, 0..1.
        """
        if self.unlike_limit is not None and strangeness > self.unlike_limit:
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
        limit = values["unlike_limit"]
        return cls(
            temperature=_number(values["temperature"], above=0),
            photos=_count(values["photos"]),
            levels=tuple(_level(one) for one in values["levels"]),
            unlike_limit=None if limit is None else _number(limit, above=-_LARGEST),
            energy_weight=_number(values["energy_weight"], above=-1e-9),
        )


def fit_trust(
    logits: NDArray[np.floating],
    labels: NDArray[np.intp],
    distances: NDArray[np.floating],
) -> Trust:
    """Fit everything on the validation photos.

    Args:
        logits: Of the head as it was trained, shape (photos, classes).
        labels: True class indices, shape (photos,).
        distances: Of the photos' vectors from the references, shape (photos,).
    """
    temperature = fit_temperature(logits, labels)
    calibrated = np.asarray(logits, np.float64) / temperature
    shares, energies = softmax(calibrated), energy(calibrated)
    weight = energy_weight(distances, energies)
    confidence, is_right = shares.max(axis=1), shares.argmax(axis=1) == labels
    levels = (sure_level(confidence, is_right, precision) for precision in PRECISIONS)
    return Trust(
        temperature=temperature,
        photos=len(labels),
        levels=tuple(level for level in levels if level is not None),
        unlike_limit=unlike_from(distances + weight * energies),
        energy_weight=weight,
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
        logits: NDArray[np.floating],
        vectors: NDArray[np.float32],
        *,
        precision: float = WANTED_PRECISION,
    ) -> list[State]:
        """Of photos, from calibrated logits (photos, classes) and vectors (photos, size)."""
        strangeness = self.strangeness(logits, vectors)
        confidence = softmax(np.asarray(logits, np.float64)).max(axis=1)
        return [
            self.trust.state(float(share), float(strange), precision=precision)
            for share, strange in zip(confidence, strangeness, strict=True)
        ]

    def strangeness(
        self, logits: NDArray[np.floating], vectors: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """See ``Trust.unlike_limit``; shape (photos,)."""
        weighted: NDArray[np.float64] = self.trust.energy_weight * energy(logits)
        return self.references.distance(vectors) + weighted


def _level(values: Mapping[str, Any]) -> SureLevel:
    return SureLevel(
        precision=_number(values["precision"], above=0),
        confidence=_number(values["confidence"], above=-1e-9),
        answered=_count(values["answered"]),
        right=_count(values["right"]),
    )


def _number(value: object, *, above: float) -> float:
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not above < value < _LARGEST
    ):
        raise ValueError(f"{value!r:.80} is no number above {above:g}")
    return float(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r:.80} is no count")
    return value
