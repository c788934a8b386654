"""The folder of a run: recipe, history, model, report. List, rename, delete to trash."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import EpochFinished
from ml_core.training.recipe import Recipe

RunState = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training, as kept on the disk.

    ``created`` is ISO 8601, UTC. Accuracies are 0..1 and None where there were no photos.
    """

    folder: Path
    name: str
    created: str
    state: RunState
    dataset_folder: Path
    recipe: Recipe
    class_names: tuple[str, ...]
    photo_counts: dict[str, int]
    epochs: int
    seconds: dict[str, float]
    validation_accuracy: float | None
    test_accuracy: float | None
    error: str | None = None

    @property
    def model_path(self) -> Path:
        """The run's model file; exists when ``state`` is "done" or "stopped"."""
        return self.folder / "model.keras"


def runs_folder() -> Path:
    raise NotImplementedError


def list_runs() -> list[Run]:
    """All runs, newest first. A damaged run folder is passed over with a log entry."""
    raise NotImplementedError


def load_evaluation(run: Run) -> Evaluation | None:
    """The run's test report; None where there is none."""
    raise NotImplementedError


def load_history(run: Run) -> list[EpochFinished]:
    raise NotImplementedError


def rename(run: Run, name: str) -> Run:
    raise NotImplementedError


def move_to_trash(run: Run) -> Path:
    """Move the run's folder to the program's trash; gives its new place."""
    raise NotImplementedError


def restore(trashed: Path) -> Run:
    """Bring a run back from the trash."""
    raise NotImplementedError
