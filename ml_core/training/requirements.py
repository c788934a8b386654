"""What must be there before the first slow step: room on the disk, and pretrained weights."""

from pathlib import Path

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.scan import Dataset
from ml_core.embedding.conversion import backbone_is_prepared
from ml_core.errors import DatasetError, ModelFileError, WeightsError
from ml_core.events import PhaseStarted, Report
from ml_core.model_file.labels import usable_names
from ml_core.models import registry
from ml_core.models.weights import CHOICES, fetch_imagenet_weights, weights_are_cached
from ml_core.runs import runs_folder
from ml_core.training import pixel_arrays
from ml_core.training.frozen import input_spec
from ml_core.training.recipe import Recipe

BYTES_PER_PARAMETER = 4
SPARE_BYTES = 50_000_000
"""Room for everything of a run but its model."""


def require_names(dataset: Dataset) -> None:
    """Raise DatasetError if a folder's name could not be read back from a model file."""
    try:
        usable_names(dataset.class_names)
    except ModelFileError as error:
        raise DatasetError(
            error.what.replace("The model has", "The folder would give the model"),
            expected=error.expected,
            mend="Rename the sub-folder.",
            path=dataset.root,
        ) from error


def require_room(dataset: Dataset, recipe: Recipe) -> None:
    """Raise StorageError unless the disk has room for what training will write."""
    parameters = registry.get(recipe.architecture).parameters
    # The model file holds the network twice, for Keras and for LiteRT.
    needed = 3 * BYTES_PER_PARAMETER * parameters + SPARE_BYTES
    storage.require_free_space(runs_folder(), needed)
    if recipe.goal != "fast":
        pixel_arrays.require_room(len(dataset.photos), input_spec(recipe))


def require_weights(recipe: Recipe, *, report: Report, control: Control) -> None:
    """Download pretrained weights if they are not here yet.

    Raises:
        WeightsError: They cannot be had.
        StorageError: The disk refused to keep them.
        Cancelled, Stopped: The caller ended the download.
    """
    network, weights = registry.get(recipe.architecture), recipe.weights
    if weights == "none" or (weights == "imagenet" and not network.pretrained):
        return
    if weights != "imagenet":
        if not Path(weights).is_file():
            raise WeightsError(
                f"The weights file {weights} does not exist.", mend=CHOICES, path=Path(weights)
            )
    elif not weights_are_cached(network.name) and not _needs_no_weights(recipe):
        report(PhaseStarted("weights", f"Downloading {network.title}"))
        fetch_imagenet_weights(network.name, report=report, control=control)


def _needs_no_weights(recipe: Recipe) -> bool:
    return recipe.goal == "fast" and backbone_is_prepared(
        recipe.architecture, input_size=recipe.input_size, weights=recipe.weights
    )
