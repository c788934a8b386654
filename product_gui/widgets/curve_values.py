"""What the curves show, as plain values, and the arithmetic of their axes and labels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EpochPoint:
    """The values of one epoch: losses, and accuracies from 0 to 1."""

    train_loss: float
    validation_loss: float
    train_accuracy: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True)
class PlotWords:
    """The words in the plot; ``best`` stands before the best validation accuracy."""

    loss: str
    accuracy: str
    train: str
    validation: str
    epoch: str
    best: str


@dataclass(frozen=True, slots=True)
class Curves:
    """All that the plot shows.

    ``epochs`` is how many are expected at most (the axis is that long from the start, so that
    nothing rescales), ``best`` the best one, counted from 1, and ``phases`` holds how many epochs
    came before each further phase, and its name. Losses may have a logarithmic axis.
    """

    points: tuple[EpochPoint, ...] = ()
    epochs: int = 0
    best: int | None = None
    phases: tuple[tuple[int, str], ...] = ()
    is_logarithmic: bool = False

    @property
    def length(self) -> int:
        """How many epochs the axis shows."""
        return max(self.epochs, len(self.points), 2)


_LABEL_ROOM = 20

# Where the loss axis may end, and the distance of its grid lines; times a power of ten.
_AXES = (
    (1.0, 0.25), (1.5, 0.5), (2.0, 0.5), (3.0, 1.0), (4.0, 1.0), (5.0, 1.0), (6.0, 2.0), (8.0, 2.0),
    (10.0, 2.5),
)  # fmt: skip


def loss_axis(points: Sequence[EpochPoint]) -> tuple[float, float]:
    """Where the loss axis ends and how far its lines lie apart: round numbers above all losses."""
    values = [v for p in points for v in (p.train_loss, p.validation_loss) if math.isfinite(v)]
    largest = max(values, default=1.0)
    scale = 10.0 ** math.floor(math.log10(max(largest, 1e-3)))
    end, step = next(axis for axis in _AXES if axis[0] * scale >= largest - 1e-9)
    return end * scale, step * scale


def logarithmic_axis(points: Sequence[EpochPoint]) -> tuple[float, float]:
    """Where a logarithmic loss axis begins and ends: a 1, 2 or 5 beyond all losses above zero."""
    losses = [v for p in points for v in (p.train_loss, p.validation_loss)]
    known = [loss for loss in losses if math.isfinite(loss) and loss > 0] or [0.1, 1.0]
    low = max(round_number for round_number in _around(min(known)) if round_number <= min(known))
    high = min(round_number for round_number in _around(max(known)) if round_number >= max(known))
    return (low, high) if low < high else (low / 2, high)


def _around(value: float) -> list[float]:
    """The round numbers around a value."""
    scale = math.floor(math.log10(value))
    return [digit * 10.0**power for power in range(scale - 1, scale + 2) for digit in (1, 2, 5)]


def line_step(end: float, step: float, height: float) -> float:
    """The distance of grid lines at which their labels have room in so many pixels at 100 %."""
    while end / step > 1 and height / (end / step) < _LABEL_ROOM:
        step = min(end, step * 2)
    return step


def spread(first: float, second: float, gap: float, floor: float) -> tuple[float, float]:
    """Two heights moved apart, evenly, until ``gap`` lies between them; none under ``floor``."""
    lacking = gap - abs(first - second)
    if lacking > 0:
        push = lacking / 2 if first >= second else -lacking / 2
        first, second = first + push, second - push
    if first >= second:
        return max(first, floor + gap), max(second, floor)
    return max(first, floor), max(second, floor + gap)
