"""The whole workflow: prepare, embed, head, fine-tune (or scratch), evaluate, save."""

from dataclasses import dataclass

from ml_core.control import Control
from ml_core.dataset.scan import Dataset
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import Report, ignore
from ml_core.runs import Run
from ml_core.training.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """What a training gave.

    Attributes:
        run: Where it is kept; ``run.model_path`` is the model file.
        was_stopped: Ended early by "stop and keep".
        evaluation: On the test photos (on the validation photos if there are no test photos).
        epochs: Passes made over the training photos, all phases together.
        seconds: Duration by phase, and "total".
    """

    run: Run
    was_stopped: bool
    evaluation: Evaluation
    epochs: int
    seconds: dict[str, float]


def train(
    dataset: Dataset,
    recipe: Recipe,
    *,
    name: str | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> TrainingResult:
    """Train a classifier on a scanned data set and keep it as a run.

    Reports PhaseStarted, StepProgress, EpochFinished, PhotoSkipped, PhotosSplit, DeviceChosen
    and Warned. Validates recipe, labels, disk space and weights before the first slow step.

    Raises:
        RecipeError, DatasetError, WeightsError, StorageError: Before anything slow.
        TrainingError: It could not reach a usable model.
        Cancelled: The caller cancelled; nothing is left behind.
        Stopped: The caller stopped before there was anything to keep; nothing is left behind.
    """
    raise NotImplementedError
