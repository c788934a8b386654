"""A tiny network with strong weights as a model file, in a second or two and without training."""

from pathlib import Path
from typing import Any

from ml_core.embedding.conversion import embedder_to_litert
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.write import write
from ml_core.training.recipe import Recipe

NAMES = ("mug", "lamp | <b>shade</b>", "T-shirt/top", "Größe\n42", "`$x$`")
SPEC = InputSpec(24, 3, ResizePolicy.PAD)


def tiny_network(spec: InputSpec = SPEC, classes: int = len(NAMES)) -> Any:
    """Built as the registry's networks are; its answers differ clearly from photo to photo."""
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    shape = (spec.size, spec.size, spec.channels)
    pixels = keras.Input(shape, dtype="float32", name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
    x = layers.Conv2D(8, 5, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    embedder = keras.Model(pixels, layers.GlobalAveragePooling2D()(x), name="embedder")
    inputs = keras.Input(shape, dtype="float32", name="inputs")
    strong = keras.initializers.RandomNormal(stddev=8.0, seed=5)
    head = layers.Dense(classes, activation="softmax", kernel_initializer=strong, name="head")
    return keras.Model(inputs, head(embedder(inputs)), name="small_resnet")


def tiny_manifest(
    spec: InputSpec = SPEC, names: tuple[str, ...] = NAMES, **changes: Any
) -> Manifest:
    """What such a model file says of itself; the numbers are made up."""
    values: dict[str, Any] = {
        "name": "Shop *photos*",
        "created": "2026-01-02T03:04:05+00:00",
        "class_names": names,
        "input": spec,
        "architecture": "small_resnet",
        "embedding_size": 12,
        "parameters": 1_637,
        "scores": Scores(
            validation_accuracy=0.9, validation_photos=40, test_accuracy=0.83, test_photos=372
        ),
        "recipe": Recipe(goal="scratch", architecture="small_resnet", weights="none"),
        "dataset_fingerprint": "0123abcd",
        "photo_counts": {"train": 3_068, "validation": 40, "test": 372, "skipped": 7},
        "versions": {"keras": "3.15.1", "numpy": "2.4"},
        "hashes": {},
    }
    return Manifest(**{**values, **changes})


def write_tiny_model(
    destination: Path, spec: InputSpec = SPEC, names: tuple[str, ...] = NAMES, **changes: Any
) -> Path:
    """Write the network as a model file; ``changes`` go into its manifest."""
    network = tiny_network(spec, len(names))
    archive = destination.with_name("plain.keras")
    network.save(archive)
    kernel, bias = network.get_layer("head").get_weights()
    write(
        destination,
        keras_archive=archive,
        embedder=embedder_to_litert(network),
        kernel=kernel,
        bias=bias,
        manifest=tiny_manifest(spec, names, **changes),
    )
    archive.unlink()
    return destination
