"""What long work reports while it runs: frozen values that may cross threads and processes.

Every long-running function takes ``report: Report`` and calls it with one of these. Events are
named in the past tense; durations are in seconds, rates in photos per second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Phase = Literal[
    "scan", "check", "compare", "weights", "read", "embed", "head", "fine_tune", "scratch",
    "evaluate", "save", "export",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A new part of the work began. ``message`` is a short sentence for people."""

    phase: Phase
    message: str


@dataclass(frozen=True, slots=True)
class StepProgress:
    """``done`` of ``total`` units of the whole phase are finished (photos, or bytes in "weights").

    In phases with epochs the units are photos over all epochs, so ``done / total`` is the phase's
    share of completion and ``seconds_left`` its upper bound (early stopping can end it sooner).
    """

    phase: Phase
    done: int
    total: int
    per_second: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class EpochFinished:
    """One pass over the training photos ended. Losses are cross-entropy in nats, accuracies 0..1.

    ``epoch`` counts from 1 within its phase; ``is_best`` marks the best validation so far.
    """

    phase: Phase
    epoch: int
    epochs: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    seconds: float
    photos_per_second: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class DeviceChosen:
    """Which device computes, in words ("2 processor cores")."""

    description: str


@dataclass(frozen=True, slots=True)
class PhotosSplit:
    """How many photos each part holds, after unreadable ones were left out."""

    train: int
    validation: int
    test: int
    skipped: int


@dataclass(frozen=True, slots=True)
class PhotoSkipped:
    """A photo was left out, with the reason in one sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know; the work goes on."""

    message: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """A phase goes on where it was interrupted, after ``epoch`` of its ``epochs``.

    The epochs before are reported again right after it (``EpochFinished``), so that a listener
    that starts anew has whole curves. ``seconds`` is what they took.
    """

    phase: Phase
    epoch: int
    epochs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class MemoryMeasured:
    """The most memory, in bytes, that the computing process has taken so far."""

    peak_bytes: int


Event = (
    PhaseStarted | StepProgress | EpochFinished | DeviceChosen | PhotosSplit | PhotoSkipped
    | Warned | Resumed | MemoryMeasured
)  # fmt: skip
Report = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The report of a caller who does not listen."""
