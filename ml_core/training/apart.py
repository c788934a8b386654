"""Trainings by Keras, in a process of their own; where memory runs out, in smaller batches."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ml_core.child_process import run_in_child
from ml_core.control import Control
from ml_core.errors import OutOfMemoryError, ProcessError, TrainingError
from ml_core.events import Report, Warned
from ml_core.training.activations import remove_activations
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe

ARCHIVE = "network.keras"
"""In the folder of a run until the run is finished: the trained network as Keras saved it."""

Trained = tuple[Network, PreparedPhotos]
"""A network, and the photos that could be read."""


def trained_apart(
    photos: PreparedPhotos, recipe: Recipe, folder: Path, *, report: Report, control: Control
) -> Trained:
    """``keras_network.train_from_scratch`` in a process of its own; raises the same.

    Raises:
        TrainingError: The process has crashed, or memory runs out with one photo at a time.
    """

    def train(recipe: Recipe) -> Trained:
        return run_in_child(_train, photos, recipe, folder, report=report, control=control)

    try:
        return _as_memory_allows(train, recipe, report)
    except ProcessError as error:
        raise TrainingError(error.what, expected=error.expected, mend=error.mend) from error


def tuned_apart(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    folder: Path,
    *,
    report: Report,
    control: Control,
) -> Trained:
    """``fine_tuning.fine_tuned`` in a process of its own; raises the same.

    A process that crashes costs the fine-tuning and not the network.
    """

    def tune(recipe: Recipe) -> Trained:
        return run_in_child(_tune, network, photos, recipe, folder, report=report, control=control)

    try:
        return _as_memory_allows(tune, recipe, report)
    except ProcessError as error:
        report(Warned(f"Fine-tuning failed, so the network stays as it was before. {error}"))
        return network, photos
    finally:
        remove_activations(folder)  # which a process that has crashed could not do


def _as_memory_allows(
    train: Callable[[Recipe], Trained], recipe: Recipe, report: Report
) -> Trained:
    """Train; halve the batches whenever memory runs out, and go on from the last epoch."""
    while True:
        try:
            return train(recipe)
        except OutOfMemoryError:
            if recipe.batch_size == 1:
                raise
            recipe = replace(recipe, batch_size=recipe.batch_size // 2)
            report(
                Warned(
                    "Memory ran out. The training goes on from its last epoch with"
                    f" {recipe.batch_size} photos at a time instead of {recipe.batch_size * 2}."
                )
            )


def _train(
    photos: PreparedPhotos, recipe: Recipe, folder: Path, *, report: Report, control: Control
) -> Trained:
    from ml_core.training.devices import all_graphics_cards
    from ml_core.training.keras_network import train_from_scratch

    with all_graphics_cards(report):
        network = train_from_scratch(photos, recipe, folder=folder, report=report, control=control)
    return network, photos


def _tune(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    folder: Path,
    *,
    report: Report,
    control: Control,
) -> Trained:
    from ml_core.training.devices import all_graphics_cards
    from ml_core.training.fine_tuning import fine_tuned

    with all_graphics_cards(report):
        tuned = fine_tuned(network, photos, recipe, folder=folder, report=report, control=control)
    return tuned, photos
