"""Name -> Keras model: one uniform factory for every network of the registry.

A built model takes float32 pixels 0..255 of shape (photos, size, size, channels). Inside are a
nested model called "embedder", which scales the pixels and gives one float32 vector a photo, and a
dense softmax layer called "head". Only standard Keras layers are used.
"""

import logging
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ml_core.control import Control
from ml_core.errors import RecipeError, WeightsError
from ml_core.events import Report, ignore
from ml_core.models import backbones, classic, convnext, registry, small_resnet
from ml_core.models.registry import Architecture
from ml_core.models.weights import CHOICES, fetch_imagenet_weights

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

EMBEDDER = "embedder"
HEAD = "head"

_UNFIT = (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile)
"""What Keras and HDF5 raise for files that are damaged or of another network."""

_NETWORKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "mobilenet_v2": backbones.mobilenet_v2,
        "mobilenet_v2_035": backbones.mobilenet_v2_035,
        "mobilenet_v3_small": backbones.mobilenet_v3_small,
        "mobilenet_v3_large": backbones.mobilenet_v3_large,
        "efficientnet_v2_b0": backbones.efficientnet_v2_b0,
        "resnet50_v2": backbones.resnet50_v2,
        "inception_v3": backbones.inception_v3,
        "convnext_tiny": convnext.tiny,
        "small_resnet": small_resnet.small_resnet,
        "category_cnn": classic.category_cnn,
        "slash_cnn": classic.slash_cnn,
        "augmented_cnn": classic.augmented_cnn,
        "fashion_cnn": classic.fashion_cnn,
        "fashion_mlp": classic.fashion_mlp,
    }
)
"""From the symbolic pixels to the symbolic vector."""


def build(
    name: str,
    *,
    classes: int,
    input_size: int | None = None,
    weights: str = "imagenet",
    seed: int = 0,
    report: Report = ignore,
    control: Control | None = None,
) -> "keras.Model":
    """Build a network of the registry; every weight is trainable.

    Args:
        name: A name from ``ml_core.models.registry``.
        classes: Number of categories, at least 2.
        input_size: Side of the square input in pixels; None for the recommended one.
        weights: "imagenet" (networks that have no such weights start from random ones, which is
            all they can do), "none", or the path of a file: a keras.applications file without top
            (``.h5``), or the weights (``.weights.h5``) or model (``.keras``) of a network that
            this function built, for any number of classes.
        seed: Fixes the random initial weights. Sets the global seeds of Python, numpy and Keras.
        report: Told of a download (StepProgress, "weights", in bytes).
        control: May interrupt a download.

    Raises:
        RecipeError: The name is unknown, or size or number of classes is too small.
        WeightsError: Pretrained weights are missing or do not fit. There is no silent fallback.
        StorageError: The disk refused to keep a download.
        Cancelled, Stopped: The caller ended a download.
    """
    architecture = registry.get(name)
    size = architecture.input_size if input_size is None else input_size
    _check(architecture, classes=classes, size=size)
    source = _weights_path(architecture, weights, report=report, control=control)
    model = _assemble(architecture, classes=classes, size=size, seed=seed)
    if source is not None:
        load_weights(model, source)
    return model


def embedder_of(model: "keras.Model") -> "keras.Model":
    """The nested model that turns pixels into a vector."""
    return model.get_layer(EMBEDDER)


def set_trainable_top(model: "keras.Model", layers: int) -> None:
    """Freeze the embedder but its last ``layers`` layers; the head stays trainable.

    Batch normalisation always stays frozen, which in Keras also means inference mode: the small
    data sets that are fine-tuned on would spoil the statistics of a large one.
    """
    from keras.layers import BatchNormalization

    embedder = embedder_of(model)
    embedder.trainable = True
    first = max(0, len(embedder.layers) - layers)
    for index, layer in enumerate(embedder.layers):
        layer.trainable = index >= first and not isinstance(layer, BatchNormalization)


def set_all_trainable(model: "keras.Model") -> None:
    """Undo ``set_trainable_top``: every layer learns, batch normalisation included."""
    for whole in (model, embedder_of(model)):
        whole.trainable = True
        for layer in whole.layers:
            layer.trainable = True


def load_weights(model: "keras.Model", source: Path) -> None:
    """Load a weights file into a built model; see ``build`` for the kinds of files.

    Raises:
        WeightsError: Missing, damaged, or made for another network; says what did not fit.
    """
    if not source.is_file():
        raise WeightsError(f"The weights file {source} does not exist.", mend=CHOICES, path=source)
    try:
        _load(model, source)
        _require_finite(model)
    except _UNFIT as error:
        log.info("weights not loaded", exc_info=True)
        raise WeightsError(
            f"The weights in {source} do not fit {model.name}: {_essence(error)}.",
            expected=f"A weights file of {model.name} without top, or a model of this program.",
            mend=CHOICES,
            path=source,
        ) from error


def _check(architecture: Architecture, *, classes: int, size: int) -> None:
    if classes < 2:
        raise RecipeError(
            f"A classifier for {classes} categories cannot be built.",
            expected="At least 2 categories are needed.",
            mend="Add another category.",
        )
    if size < architecture.minimum_size:
        raise RecipeError(
            f"Photos of {size} pixels are too small for {architecture.title}.",
            expected=f"It needs at least {architecture.minimum_size} pixels.",
            mend="Choose a larger photo size or another architecture.",
        )


def _weights_path(
    architecture: Architecture, weights: str, *, report: Report, control: Control | None
) -> Path | None:
    if weights == "none" or (weights == "imagenet" and not architecture.pretrained):
        return None
    if weights == "imagenet":
        return fetch_imagenet_weights(architecture.name, report=report, control=control)
    return Path(weights)


def _assemble(architecture: Architecture, *, classes: int, size: int, seed: int) -> "keras.Model":
    import keras

    keras.utils.set_random_seed(seed)
    shape = (size, size, architecture.channels)
    pixels = keras.Input(shape, dtype="float32", name="pixels")
    embedder = keras.Model(pixels, _NETWORKS[architecture.name](pixels), name=EMBEDDER)
    inputs = keras.Input(shape, dtype="float32", name="inputs")
    head = keras.layers.Dense(classes, activation="softmax", dtype="float32", name=HEAD)
    return keras.Model(inputs, head(embedder(inputs)), name=architecture.name)


def _load(model: "keras.Model", source: Path) -> None:
    embedder = embedder_of(model)
    if source.name.endswith((".weights.h5", ".keras")):
        _load_all_but_head(model, embedder, source)
    elif model.name == "convnext_tiny":
        convnext.load_weights(embedder, source)
    else:
        embedder.load_weights(source)


def _load_all_but_head(model: "keras.Model", embedder: "keras.Model", source: Path) -> None:
    """Load a model of ours; its head may have any number of classes.

    Keras only warns when it finds nothing for a layer, which would keep its random weights.
    """
    import keras

    headless = keras.Model(model.inputs, embedder(model.inputs[0]))
    with warnings.catch_warnings(record=True) as passed_over:
        warnings.simplefilter("always")
        headless.load_weights(source)
    if passed_over:
        raise ValueError(str(passed_over[0].message))


def _require_finite(model: "keras.Model") -> None:
    import numpy as np

    for variable in model.weights:
        if not np.isfinite(variable.numpy()).all():
            raise ValueError(f"{variable.path} holds values that are no numbers")


def _essence(error: Exception) -> str:
    """The one sentence of Keras' message that says what is wrong."""
    paragraphs = str(error).strip().split("\n\n")
    telling = paragraphs[1] if len(paragraphs) > 1 else paragraphs[0]
    return telling.partition("\n")[0].partition(", value=")[0].rstrip(".")
