"""Small trainings for tests, and what they reported."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ml_core.control import Control
from ml_core.dataset.scan import scan_folder
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import (
    EpochFinished,
    Event,
    PhaseStarted,
)
from ml_core.runs import list_runs, runs_folder
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import TrainingResult, train
from tests.core.conftest import Trained

Listener = Callable[[Event], None]


def tiny_recipe() -> Recipe:
    """Training a whole network as quickly as one can."""
    recipe = recipe_for("scratch", architecture="fashion_mlp")
    return replace(recipe, input_size=16, epochs=4, batch_size=16, augmentation="none")


def run(
    photos: Path, recipe: Recipe, listener: Listener | None = None, control: Control | None = None
) -> tuple[TrainingResult, list[Event]]:
    events: list[Event] = []

    def report(event: Event) -> None:
        events.append(event)
        if listener:
            listener(event)

    result = train(scan_folder(photos), recipe, name="test", report=report, control=control)
    return result, events


def phases(events: list[Event] | tuple[Event, ...]) -> list[str]:
    return [event.phase for event in events if isinstance(event, PhaseStarted)]


def epochs(events: list[Event] | tuple[Event, ...]) -> list[EpochFinished]:
    return [event for event in events if isinstance(event, EpochFinished)]


def answers(evaluation: Evaluation) -> list[tuple[Path, int, float]]:
    return [(one.path, one.predicted_index, one.confidence) for one in evaluation.answers]


def nothing_is_left() -> bool:
    return list_runs() == [] and (not runs_folder().exists() or not any(runs_folder().iterdir()))


def held_out(trained: Trained, folder: Path) -> Path:
    """The test photos of a training, as a folder of categories."""
    for answer in trained.result.evaluation.answers:
        target = folder / answer.path.parent.name / answer.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(answer.path, target)
    return folder
