"""What the Train page shows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.events import EpochFinished, PhotosSplit
from product_gui.jobs.job import JobState
from product_gui.jobs.problem import Problem
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.picture import Picture
from product_gui.presenters.recipe_form import RecipeForm
from product_gui.presenters.sizing import NOT_MEASURED, Sizing

if TYPE_CHECKING:
    from ml_core.dataset.scan import Dataset
    from ml_core.runs import Run
    from ml_core.training.trainer import TrainingResult


class Stage(StrEnum):
    """What the page is about just now."""

    EMPTY = "empty"
    SCANNING = "scanning"
    READY = "ready"
    TRAINING = "training"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Category:
    """One category of the folder, with a few of its photos."""

    name: str
    photos: int
    samples: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSummary:
    """What is in the chosen folder.

    Attributes:
        skipped: File and reason.
        has_parts: The folder itself says which photos are for training and which for the test.
    """

    root: Path
    name: str
    categories: tuple[Category, ...]
    photos: int
    skipped: tuple[tuple[Path, str], ...]
    has_parts: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """What happened at a time of day, in one sentence."""

    time: str
    text: str

    def __str__(self) -> str:
        return f"{self.time}   {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a running training stands.

    Attributes:
        name: Of the run.
        phase: Its name in ``ml_core.events``; empty before the first.
        message: The phase in words.
        step, steps: Which phase of how many.
        done, total: Units of the phase; 0 of 0 while unknown.
        epochs: Every finished epoch so far, all phases together.
        log: What happened so far.
        peak_memory: Bytes that the computing process took at most; 0 while unknown.
        skipped: Photos that turned out to be unreadable.
        state: Of the job.
        stop_reason, pause_reason, cancel_reason: Why that is not possible; empty when it is.
    """

    message: str
    steps: int
    name: str = ""
    phase: str = ""
    step: int = 0
    done: int = 0
    total: int = 0
    photos_per_second: float = 0.0
    seconds_left: float | None = None
    device: str = ""
    split: PhotosSplit | None = None
    epochs: tuple[EpochFinished, ...] = ()
    planned_epochs: int = 0
    log: tuple[LogLine, ...] = ()
    peak_memory: int = 0
    skipped: tuple[tuple[Path, str], ...] = ()
    warnings: tuple[str, ...] = ()
    state: JobState = JobState.IDLE
    stop_reason: str = ""
    pause_reason: str = ""
    cancel_reason: str = ""

    @property
    def fraction(self) -> float | None:
        """Share of the phase that is done; None while unknown."""
        return min(1.0, self.done / self.total) if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a finished training gave, in numbers.

    Attributes:
        accuracy: Share of right answers; None if nothing was tested.
        interval: 95 % interval of it.
        photos: The number of photos it rests on.
        is_meaningful: Enough photos to name a score.
        is_current: This model answers already.
        run: Where it is kept.
        can_be_longer: Its network can be trained further.
    """

    model: Path
    run_folder: Path
    name: str
    accuracy: float | None
    interval: tuple[float, float]
    photos: int
    is_meaningful: bool
    was_stopped: bool
    seconds: float
    epochs: int
    is_current: bool = False
    run: Run | None = field(default=None, repr=False)
    can_be_longer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainState:
    """The whole page.

    Attributes:
        folder: The chosen folder.
        data: What is in it; None until it has been looked through.
        dataset: The same for the trainer.
        health: What is known of its photos, and what was decided about them.
        form: The settings; None until the page is first shown.
        advanced: Whether the advanced settings are unfolded.
        blocked: Why Train cannot be pressed; empty when it can.
        remark: What is good to know before Train is pressed.
        progress: Of the running training, and afterwards of the finished one.
        problem: Why the folder cannot be used or the training failed.
        sizing: What a training will need, if that was measured.
        interrupted: A training that broke off and can go on; offered until it is decided.
        needs_weights: The problem is that pretrained weights are missing: offer the ways out.
        recent: Folders opened before.
    """

    stage: Stage = Stage.EMPTY
    folder: Path | None = None
    data: FolderSummary | None = None
    dataset: Dataset | None = field(default=None, repr=False)
    health: HealthState = field(default_factory=HealthState)
    form: RecipeForm | None = None
    advanced: bool = False
    blocked: str = ""
    remark: str = ""
    progress: Progress | None = None
    outcome: Outcome | None = None
    result: TrainingResult | None = field(default=None, repr=False)
    problem: Problem | None = None
    needs_weights: bool = False
    sizing: Sizing = NOT_MEASURED
    interrupted: Run | None = None
    recent: tuple[Path, ...] = ()
