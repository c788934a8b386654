"""Networks that Keras trains as a whole, and what fine-tuning shares with that."""

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.pipeline import (
    balanced_class_weights,
    training_batches,
    validation_batches,
)
from ml_core.embedding.conversion import embedder_to_litert
from ml_core.embedding.embedder import Embedder
from ml_core.events import Phase, PhaseStarted, Report
from ml_core.models.build import build, set_all_trainable
from ml_core.training.apart import ARCHIVE
from ml_core.training.checkpoint import CHECKPOINT
from ml_core.training.frozen import input_spec
from ml_core.training.head import Head
from ml_core.training.keras_fit import FitResult, FitSettings, fit
from ml_core.training.network import Network
from ml_core.training.pixel_arrays import decoded
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe

if TYPE_CHECKING:
    import keras


def train_from_scratch(
    photos: PreparedPhotos, recipe: Recipe, *, folder: Path, report: Report, control: Control
) -> Network:
    """Train a whole network.

    Raises:
        TrainingError, StorageError, DatasetError: It cannot go on.
        Cancelled: The caller cancelled.
        Stopped: The caller stopped before the first epoch ended.
    """
    model = built(photos, recipe, report=report, control=control)
    settings = FitSettings.of_recipe(recipe, tensorboard=folder / "tensorboard")
    result = fit_photos(
        model,
        photos,
        recipe,
        settings,
        phase="scratch",
        checkpoint=folder / CHECKPOINT,
        report=report,
        control=control,
    )
    return as_network(model, recipe, folder=folder, was_stopped=result.was_stopped)


def built(
    photos: PreparedPhotos, recipe: Recipe, *, report: Report, control: Control
) -> "keras.Model":
    """The recipe's network, from the weights that it names.

    Raises:
        WeightsError: They are missing or do not fit.
        Cancelled, Stopped: The caller ended it.
    """
    report(PhaseStarted("weights", "Getting the network ready"))
    return build(
        recipe.architecture,
        classes=len(photos.class_names),
        input_size=recipe.input_size,
        weights=recipe.weights,
        seed=recipe.seed,
        report=report,
        control=control,
    )


_MESSAGES: dict[Phase, str] = {
    "scratch": "Training the whole network",
    "fine_tune": "Fine-tuning the network",
}


def fit_photos(
    model: "keras.Model",
    photos: PreparedPhotos,
    recipe: Recipe,
    settings: FitSettings,
    *,
    phase: Phase,
    checkpoint: Path,
    report: Report,
    control: Control,
) -> FitResult:
    """Train the trainable layers of ``model`` on the photos; see ``keras_fit.fit``.

    Raises:
        TrainingError, StorageError, DatasetError: It cannot go on.
        Cancelled: The caller cancelled.
        Stopped: The caller stopped before there was anything to keep.
    """
    classes = len(photos.class_names)
    with decoded(photos, input_spec(recipe), report=report, control=control) as (train, validation):
        report(PhaseStarted(phase, _MESSAGES[phase]))
        return fit(
            model,
            training_batches(
                train.pixels,
                train.labels,
                classes=classes,
                batch_size=recipe.batch_size,
                augmentation=recipe.amounts,
                mirror=recipe.mirror,
                seed=recipe.seed,
                class_weights=(
                    balanced_class_weights(train.labels, classes) if recipe.class_weights else None
                ),
            ),
            validation_batches(validation.pixels, validation.labels, classes=classes),
            settings,
            phase=phase,
            report=report,
            control=control,
            checkpoint=checkpoint,
            start_counts=phase == "fine_tune",
        )


def as_network(model: "keras.Model", recipe: Recipe, *, folder: Path, was_stopped: bool) -> Network:
    """Convert what classification needs; the Keras model itself becomes an archive in ``folder``.

    Raises:
        StorageError: The disk refused.
    """
    set_all_trainable(model)  # what is saved is a network, not the state of a training
    archive = folder / ARCHIVE
    with storage.replacing(archive) as temporary:
        model.save(temporary)
    kernel, bias = (values.astype(np.float32) for values in model.get_layer("head").get_weights())
    return Network(
        embedder=Embedder(embedder_to_litert(model), input_spec(recipe)),
        head=Head(kernel, bias),
        parameters=model.count_params(),
        write_archive=partial(shutil.copyfile, archive),
        was_stopped=was_stopped,
    )
