"""Fine-tuning: the upper layers of a frozen backbone learn too, from the trained head on.

The lower layers never change. So they look at each photo, in several views, once and through
LiteRT; then only the upper layers train, on what the lower ones saw.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ml_core.control import Control
from ml_core.dataset.photos import Part
from ml_core.dataset.pipeline import balanced_class_weights
from ml_core.embedding.conversion import prepare_lower_part
from ml_core.embedding.embed import embed_photos
from ml_core.embedding.embedder import PhotoNetwork
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import Stopped, StorageError, TrainingError
from ml_core.events import PhaseStarted, Report, Warned
from ml_core.models.build import build, set_trainable_top
from ml_core.models.cut import CutNetwork, cut
from ml_core.training.activation_batches import training_batches, validation_batches
from ml_core.training.activations import Activations, Views, activations_of
from ml_core.training.checkpoint import CHECKPOINT
from ml_core.training.frozen import input_spec
from ml_core.training.head import LabelledVectors, score
from ml_core.training.keras_fit import FitResult, FitSettings, fit
from ml_core.training.keras_network import as_network
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe

if TYPE_CHECKING:
    import keras

FINE_TUNING_RATE = 0.3
"""Share of the head's learning rate with which pretrained layers are tuned."""
MIXUP = 0.2
"""How strongly activations are blended where photos are varied at all; see ``training_batches``."""

_NO_BETTER = "Fine-tuning made it no better, so the network stays as it was before."


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
    photos; which of these it was is reported as Warned. ``folder`` is the run's; what is kept there
    meanwhile, besides the checkpoint, is removed in the end.

    Raises:
        WeightsError, DatasetError: Weights or photos have gone in the meantime.
        Cancelled: The caller cancelled.
    """
    try:
        model, result = _tune(
            network, photos, recipe, folder=folder, report=report, control=control
        )
        if result.best_epoch == 0:
            if not result.was_stopped:
                report(Warned(_NO_BETTER))
            return replace(network, was_stopped=result.was_stopped)
        tuned = as_network(model, recipe, folder=folder, was_stopped=result.was_stopped)
    except Stopped:  # before tuning began; the frozen network is there to keep
        return replace(network, was_stopped=True)
    except (TrainingError, StorageError) as error:
        report(Warned(f"Fine-tuning failed, so the network stays as it was before. {error}"))
        return network
    return _better(network, tuned, photos, report=report, control=control.closing())


def views_of(recipe: Recipe, photos: int) -> Views:
    """How so many training photos are looked at: the fewer they are, the more views of each.

    A view that no epoch would come to is left out.
    """
    count = min(recipe.fine_tune_epochs, max(_FEWEST_VIEWS, min(_MOST_VIEWS, _SEEN // photos)))
    return Views(count=count, amounts=recipe.amounts, mirror=recipe.mirror, seed=recipe.seed)


_SEEN = 12_000
"""More views of all photos together cost more time than they gain."""
_FEWEST_VIEWS, _MOST_VIEWS = 2, 12


def _tune(
    network: Network,
    photos: PreparedPhotos,
    recipe: Recipe,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> tuple["keras.Model", FitResult]:
    model = _built(network, photos, recipe, report=report, control=control)
    parts = cut(model, recipe.fine_tune_layers)
    set_trainable_top(model, parts.layers)
    content = prepare_lower_part(
        parts, recipe.architecture, input_size=recipe.input_size, weights=recipe.weights
    )
    views = views_of(recipe, len(photos.parts[Part.TRAIN]))
    ways = f" in up to {views.useful} views" if views.useful > 1 else " once more"
    report(PhaseStarted("read", f"Looking at every photo{ways}"))
    with activations_of(
        photos,
        PhotoNetwork(content, input_spec(recipe)),
        views,
        folder=folder,
        report=report,
        control=control,
    ) as activations:
        report(PhaseStarted("fine_tune", "Fine-tuning the network"))
        return model, _fit(
            parts, activations, recipe, photos, folder=folder, report=report, control=control
        )


def _built(
    network: Network, photos: PreparedPhotos, recipe: Recipe, *, report: Report, control: Control
) -> "keras.Model":
    """The network as Keras knows it: the very backbone that was frozen, and the trained head."""
    report(PhaseStarted("weights", "Getting the network ready"))
    model = build(
        recipe.architecture,
        classes=len(photos.class_names),
        input_size=recipe.input_size,
        weights=recipe.weights,
        report=report,
        control=control,
    )
    model.get_layer("head").set_weights([network.head.kernel, network.head.bias])
    return model


def _fit(
    parts: CutNetwork,
    activations: Activations,
    recipe: Recipe,
    photos: PreparedPhotos,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> FitResult:
    classes = len(photos.class_names)
    weights = balanced_class_weights(activations.train_labels, classes)
    settings = replace(
        FitSettings.of_recipe(recipe, tensorboard=folder / "tensorboard"),
        epochs=recipe.fine_tune_epochs,
        learning_rate=recipe.learning_rate * FINE_TUNING_RATE,
    )
    return fit(
        parts.upper,
        training_batches(
            activations,
            classes=classes,
            batch_size=recipe.batch_size,
            mixup=0.0 if recipe.augmentation == "none" else MIXUP,
            seed=recipe.seed,
            class_weights=weights if recipe.class_weights else None,
        ),
        validation_batches(activations, classes=classes),
        settings,
        phase="fine_tune",
        report=report,
        control=control,
        checkpoint=folder / CHECKPOINT,
        start_counts=True,
        by_accuracy=True,
    )


def _better(
    before: Network, tuned: Network, photos: PreparedPhotos, *, report: Report, control: Control
) -> Network:
    """The one that gets more validation photos right; of equals, the one that is surer of them."""
    report(PhaseStarted("evaluate", "Comparing it with the network before fine-tuning"))
    loss_before, accuracy_before = _scores(before, photos, report=report, control=control)
    loss, accuracy = _scores(tuned, photos, report=report, control=control)
    if (accuracy, -loss) > (accuracy_before, -loss_before):
        return tuned
    report(Warned(_NO_BETTER))
    return replace(before, was_stopped=tuned.was_stopped)


def _scores(
    network: Network, photos: PreparedPhotos, *, report: Report, control: Control
) -> tuple[float, float]:
    """Loss in nats and accuracy on the validation photos; their vectors are kept for later."""
    views = photos.parts[Part.VALIDATION].views()
    with VectorStore() as store:
        embedded = embed_photos(
            views, network.embedder, store=store, phase="evaluate", report=report, control=control
        )
    there = np.array([index not in embedded.failures for index in range(len(views))])
    labels = photos.labels(Part.VALIDATION)
    return score(network.head, LabelledVectors(embedded.vectors[there], labels[there]))
