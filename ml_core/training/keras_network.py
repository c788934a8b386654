"""Networks that Keras trains: from random weights, or fine-tuned from a frozen backbone."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml_core.control import Control
from ml_core.dataset.pipeline import (
    balanced_class_weights,
    training_batches,
    validation_batches,
)
from ml_core.embedding.conversion import embedder_to_litert
from ml_core.embedding.embedder import Embedder
from ml_core.errors import Stopped, StorageError, TrainingError
from ml_core.events import Phase, PhaseStarted, Report, Warned
from ml_core.models.build import build, set_all_trainable, set_trainable_top
from ml_core.training.frozen import input_spec
from ml_core.training.head import Head
from ml_core.training.keras_fit import FitResult, FitSettings, fit
from ml_core.training.network import Network
from ml_core.training.pixel_arrays import decoded
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe

if TYPE_CHECKING:
    import keras

FINE_TUNING_RATE = 0.1
"""Share of the head's learning rate with which pretrained layers are tuned."""


def train_from_scratch(
    photos: PreparedPhotos, recipe: Recipe, *, folder: Path, report: Report, control: Control
) -> Network:
    """Train a whole network.

    Raises:
        TrainingError, StorageError, DatasetError: It cannot go on.
        Cancelled: The caller cancelled.
        Stopped: The caller stopped before the first epoch ended.
    """
    model = _built(photos, recipe, report=report, control=control)
    settings = FitSettings.of_recipe(recipe, tensorboard=folder / "tensorboard")
    result = _fit(model, photos, recipe, settings, phase="scratch", report=report, control=control)
    return _as_network(model, recipe, was_stopped=result.was_stopped)


def fine_tuned(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> Network:
    """Tune the upper layers of the network's backbone, from its trained head on.

    Gives the network it was given, where tuning failed or did not make it better on the validation
    photos; which of these it was is reported as Warned.

    Raises:
        WeightsError, DatasetError: Weights or photos have gone in the meantime.
        Cancelled: The caller cancelled.
    """
    try:
        tuned, result = _tune(
            network, photos, recipe, folder=folder, report=report, control=control
        )
    except Stopped:  # before tuning began; the frozen network is there to keep
        return replace(network, was_stopped=True)
    except (TrainingError, StorageError) as error:
        report(Warned(f"Fine-tuning failed, so the network stays as it was before. {error}"))
        return network
    if result.best_epoch == 0:
        if not result.was_stopped:
            report(Warned("Fine-tuning made it no better, so the network stays as it was before."))
        return replace(network, was_stopped=result.was_stopped)
    return _as_network(tuned, recipe, was_stopped=result.was_stopped)


def _tune(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> tuple["keras.Model", FitResult]:
    model = _built(photos, recipe, report=report, control=control)
    model.get_layer("head").set_weights([network.head.kernel, network.head.bias])
    set_trainable_top(model, recipe.fine_tune_layers)
    settings = replace(
        FitSettings.of_recipe(recipe, tensorboard=folder / "tensorboard"),
        epochs=recipe.fine_tune_epochs,
        learning_rate=recipe.learning_rate * FINE_TUNING_RATE,
    )
    result = _fit(
        model, photos, recipe, settings, phase="fine_tune", report=report, control=control
    )
    return model, result


def _built(
    photos: PreparedPhotos, recipe: Recipe, *, report: Report, control: Control
) -> "keras.Model":
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


def _fit(
    model: "keras.Model",
    photos: PreparedPhotos,
    recipe: Recipe,
    settings: FitSettings,
    *,
    phase: Phase,
    report: Report,
    control: Control,
) -> FitResult:
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
                augmentation=recipe.augmentation,
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
            start_counts=phase == "fine_tune",
        )


def _as_network(model: "keras.Model", recipe: Recipe, *, was_stopped: bool) -> Network:
    """Convert what classification needs; the Keras model itself becomes the archive."""
    set_all_trainable(model)  # what is saved is a network, not the state of a training
    kernel, bias = (values.astype(np.float32) for values in model.get_layer("head").get_weights())
    return Network(
        embedder=Embedder(embedder_to_litert(model), input_spec(recipe)),
        head=Head(kernel, bias),
        parameters=model.count_params(),
        write_archive=model.save,
        was_stopped=was_stopped,
    )
