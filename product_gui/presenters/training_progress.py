"""How the news of a training change what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from ml_core.events import (
    DeviceChosen,
    EpochFinished,
    MemoryMeasured,
    PhaseStarted,
    PhotoSkipped,
    PhotosSplit,
    Resumed,
    StepProgress,
    Warned,
)
from product_gui.jobs.job import JobState
from product_gui.presenters.activity import Activity
from product_gui.presenters.picture import shown_name
from product_gui.presenters.train_state import LogLine, Outcome, Progress
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.training.recipe import Recipe
    from ml_core.training.trainer import TrainingResult

PLANS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fast": ("embed", "head", "evaluate", "save"),
        "best": ("embed", "head", "fine_tune", "evaluate", "save"),
        "scratch": ("read", "scratch", "evaluate", "save"),
    }
)
"""The phases of each goal; others may come in between and are not counted."""

CLOSING = ("evaluate", "save")
FEWEST_PHOTOS = 20
"""With fewer test photos a score would say more about luck than about the model."""


def begin(recipe: Recipe, name: str) -> Progress:
    """The progress of a training that is about to start."""
    planned = recipe.epochs + (recipe.fine_tune_epochs if recipe.goal == "best" else 0)
    return Progress(
        message=words.STARTING,
        name=name,
        steps=len(PLANS[recipe.goal]),
        planned_epochs=planned,
        stop_reason=words.NOTHING_LEARNED,
    )


def advance(progress: Progress, event: object, goal: str) -> Progress:
    """The progress after one event."""
    return _with_reasons(_noted(_taken_in(progress, event, goal), event))


def in_state(progress: Progress, state: JobState) -> Progress:
    """The progress after the job changed its state."""
    return _with_reasons(replace(progress, state=state))


def _taken_in(progress: Progress, event: object, goal: str) -> Progress:
    match event:
        case PhaseStarted():
            return _enter(progress, event, goal)
        case StepProgress():
            counts_photos = event.phase != "weights"  # That one counts bytes.
            speed = event.per_second if counts_photos else 0.0
            return replace(
                progress,
                done=event.done,
                total=event.total,
                photos_per_second=speed or progress.photos_per_second,
                seconds_left=event.seconds_left,
            )
        case EpochFinished():
            return replace(
                progress,
                epochs=(*progress.epochs, event),
                photos_per_second=event.photos_per_second,
            )
        case Resumed(phase):  # its epochs are told again
            kept = tuple(epoch for epoch in progress.epochs if epoch.phase != phase)
            return replace(progress, epochs=kept)
        case MemoryMeasured(peak):
            return replace(progress, peak_memory=max(peak, progress.peak_memory))
        case DeviceChosen(description):
            return replace(progress, device=description)
        case PhotosSplit():
            return replace(progress, split=event)
        case PhotoSkipped(path, reason):
            return replace(progress, skipped=(*progress.skipped, (path, reason)))
        case Warned(message):
            return replace(progress, warnings=(*progress.warnings, message))
        case _:
            return progress


def _noted(progress: Progress, event: object) -> Progress:
    """With the event in the log, where it is worth a line."""
    sentence = _in_words(event)
    if not sentence:
        return progress
    line = LogLine(f"{datetime.now().astimezone():%H:%M:%S}", sentence)
    return replace(progress, log=(*progress.log, line))


def _in_words(event: object) -> str | None:
    from ml_core.event_words import in_words

    if isinstance(event, PhotoSkipped):
        return words.log_skipped(shown_name(event.path), event.reason)
    if not isinstance(event, EpochFinished):
        return in_words(event)  # type: ignore[arg-type]  # other things are worth no line
    return words.log_epoch(
        (event.epoch, event.epochs),
        training=event.train_accuracy,
        validation=event.validation_accuracy,
        is_best=event.is_best,
    )


def _enter(progress: Progress, event: PhaseStarted, goal: str) -> Progress:
    plan = PLANS[goal]
    step = plan.index(event.phase) + 1 if event.phase in plan else progress.step
    return replace(
        progress,
        phase=event.phase,
        message=event.message or words.PHASES[event.phase],
        step=step,
        done=0,
        total=0,
        photos_per_second=0.0,
        seconds_left=None,
    )


def _with_reasons(progress: Progress) -> Progress:
    ending = ""
    if progress.state.is_ending or progress.phase in CLOSING:
        is_kept = progress.state is not JobState.CANCELLING
        ending = words.STATE_STOPPING if is_kept else words.ENDING
    return replace(
        progress,
        pause_reason=ending,
        stop_reason=ending or ("" if progress.epochs else words.NOTHING_LEARNED),
        cancel_reason=words.ENDING if progress.state is JobState.CANCELLING else "",
    )


def traced(epoch: EpochFinished) -> dict[str, object]:
    """What a test of the whole program may watch of an epoch."""
    names = ("phase", "epoch", "train_loss", "validation_accuracy")
    return {name: getattr(epoch, name) for name in names}


def outcome_of(result: TrainingResult) -> Outcome:
    """A finished training in numbers."""
    evaluation = result.evaluation
    return Outcome(
        model=result.run.model_path,
        run_folder=result.run.folder,
        name=result.run.name,
        accuracy=evaluation.accuracy if evaluation.photos else None,
        interval=evaluation.interval,
        photos=evaluation.photos,
        is_meaningful=evaluation.photos >= FEWEST_PHOTOS,
        was_stopped=result.was_stopped,
        seconds=result.seconds.get("total", sum(result.seconds.values())),
        epochs=result.epochs,
        run=result.run,
        can_be_longer=result.run.can_be_extended,
    )


def activity_of(progress: Progress) -> Activity:
    """A running training as the bar at the bottom of the window shows it."""
    return Activity(
        title=words.job_title(progress.name),
        detail=progress.message,
        fraction=progress.fraction,
        seconds_left=progress.seconds_left,
        can_pause=not progress.pause_reason,
        keeps=True,
        keep_reason=progress.stop_reason,
        page="train",
    )
