"""Fine-tuning: the upper layers of a frozen backbone learn too, from the trained head on."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.control import Control
from ml_core.errors import Stopped, StorageError, TrainingError
from ml_core.events import Report, Warned
from ml_core.models.build import set_trainable_top
from ml_core.training.keras_fit import FitResult, FitSettings
from ml_core.training.keras_network import as_network, built, fit_photos
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe

if TYPE_CHECKING:
    import keras

FINE_TUNING_RATE = 0.1
"""Share of the head's learning rate with which pretrained layers are tuned."""


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
    return as_network(tuned, recipe, was_stopped=result.was_stopped)


def _tune(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> tuple["keras.Model", FitResult]:
    model = built(photos, recipe, report=report, control=control)
    model.get_layer("head").set_weights([network.head.kernel, network.head.bias])
    set_trainable_top(model, recipe.fine_tune_layers)
    settings = replace(
        FitSettings.of_recipe(recipe, tensorboard=folder / "tensorboard"),
        epochs=recipe.fine_tune_epochs,
        learning_rate=recipe.learning_rate * FINE_TUNING_RATE,
    )
    result = fit_photos(
        model, photos, recipe, settings, phase="fine_tune", report=report, control=control
    )
    return model, result
