"""The learning rate over time."""

import math
from collections.abc import Mapping
from typing import Protocol

_WARM_UP_SHARE = 0.05
_HALF = 0.5
_SMALLEST_SHARE = 1 / 256


class Schedule(Protocol):
    """What a training asks for its learning rate."""

    def rate(self, step: int) -> float:
        """The rate of a step; steps count from 0 over all epochs."""

    def epoch_ended(self, *, improved: bool) -> None:
        """Learn whether the epoch brought a better validation loss than any before."""

    def state(self) -> dict[str, float]:
        """What the rate depends on, beside the step."""

    def go_to(self, state: Mapping[str, float]) -> None:
        """Go on from such a state."""


class WarmUpCosine:
    """Up in a straight line, then down to zero along a cosine (Loshchilov and Hutter, ICLR 2017).

    Args:
        peak: The largest rate.
        steps: Steps of the whole training. The first twentieth of them warm up.
    """

    def __init__(self, peak: float, *, steps: int) -> None:
        self._peak = peak
        self._steps = steps
        self._warm_up = max(1, round(_WARM_UP_SHARE * steps))

    def rate(self, step: int) -> float:
        if step < self._warm_up:
            return self._peak * (step + 1) / self._warm_up
        done = (step - self._warm_up) / max(1, self._steps - self._warm_up)
        return self._peak * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))

    def epoch_ended(self, *, improved: bool) -> None:
        """Follow the curve whatever happens."""

    def state(self) -> dict[str, float]:
        return {}

    def go_to(self, state: Mapping[str, float]) -> None:
        """The step says all."""


class HalveOnPlateau:
    """Constant, but halved whenever some epochs in a row were no better than the best before.

    Args:
        start: The rate at first.
        patience: How many epochs in a row.
    """

    def __init__(self, start: float, *, patience: int) -> None:
        self._rate = start
        self._floor = start * _SMALLEST_SHARE
        self._patience = patience
        self._waited = 0

    def rate(self, step: int) -> float:  # noqa: ARG002
        return self._rate

    def epoch_ended(self, *, improved: bool) -> None:
        self._waited = 0 if improved else self._waited + 1
        if self._waited >= self._patience:
            self._rate = max(self._floor, self._rate * _HALF)
            self._waited = 0

    def state(self) -> dict[str, float]:
        return {"rate": self._rate, "waited": self._waited}

    def go_to(self, state: Mapping[str, float]) -> None:
        self._rate, self._waited = state["rate"], int(state["waited"])
