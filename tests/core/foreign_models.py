"""Classifiers as other programs save them: plain Keras files, Teachable Machine exports."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ml_core.model_file.foreign import Scaling
from tests.core.sample_photos import product_photo


def plain_network(kind: str, scaling: Scaling, *, size: int = 32, classes: int = 3) -> Any:
    """A small classifier built as tutorials do; ``kind`` says how."""
    import keras

    keras.utils.set_random_seed(11)
    layers, spread_of_weights = keras.layers, 0.3 if kind == "sequential" else 2.0
    strong = keras.initializers.RandomNormal(stddev=spread_of_weights, seed=3)
    pixels = keras.Input((size, size, 3))
    spread = {Scaling.RAW: 1 / 255, Scaling.UNIT: 1.0, Scaling.SIGNED: 0.5}[scaling]
    features = [
        layers.Conv2D(8, 3, strides=2, activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
    ]
    if kind == "sequential":
        front = [pixels, layers.Rescaling(spread), *features, layers.Flatten()]
        last = layers.Dense(classes, activation="softmax", kernel_initializer=strong)
        return keras.Sequential([*front, layers.Dropout(0.3), last])
    if kind == "one output":
        last = layers.Dense(1, activation="sigmoid", kernel_initializer=strong)
        return keras.Sequential([pixels, *features, layers.GlobalAveragePooling2D(), last])
    x = layers.RandomFlip("horizontal")(pixels)
    x = x * spread if kind == "formulas" else layers.Rescaling(spread)(x)
    base_input = keras.Input((None, None, 3))
    y = base_input
    for layer in features:
        y = layer(y)
    x = layers.GlobalAveragePooling2D()(keras.Model(base_input, y, name="base")(x))
    if kind == "head apart":
        head = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(16, activation="relu"),
                layers.Dense(classes, kernel_initializer=strong),
            ]
        )
        return keras.Model(pixels, layers.Softmax()(head(x)))
    x = layers.Dense(classes, kernel_initializer=strong)(x)
    return keras.Model(pixels, layers.Activation("softmax")(x))


def teachable_machine_network(classes: int = 3) -> Any:
    """What Teachable Machine trains: chains of chains, with its names of layers."""
    import keras

    keras.utils.set_random_seed(4)
    layers = keras.layers
    base = keras.applications.MobileNetV2(
        (224, 224, 3), alpha=0.35, include_top=False, weights=None
    )
    _settle(base)
    pool = layers.GlobalAveragePooling2D(name="global_average_pooling2d_GlobalAveragePooling2D1")
    strong = keras.initializers.RandomNormal(stddev=0.1, seed=2)
    hidden = layers.Dense(100, activation="relu", name="dense_Dense3", bias_initializer="ones")
    last = layers.Dense(
        classes,
        activation="softmax",
        use_bias=False,
        name="dense_Dense4",
        kernel_initializer=strong,
    )
    return keras.Sequential(
        [
            keras.Input((224, 224, 3)),
            keras.Sequential([base, pool], name="sequential_1"),
            keras.Sequential([keras.Input((1280,)), hidden, last], name="sequential_3"),
        ]
    )


def _settle(base: Any) -> None:
    """Let batch normalisation know some photos, or all of them would look the same to it."""
    import keras

    photos = np.stack(
        [np.asarray(product_photo(kind, 1, size=(224, 224)), np.float32) for kind in range(3)]
    )
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
            layer.gamma.assign(layer.gamma * 1.1)
            layer.beta.assign(layer.beta + 0.05)
    base(photos / 127.5 - 1, training=True)


def write_teachable_machine(
    model: Any, folder: Path, *, lines: str = "0 Mug\n1 Table lamp\n2 T-shirt\n"
) -> Path:
    """The folder that its zip unpacks to: Keras 2's HDF5 layout, weights by layer names."""
    folder.mkdir(parents=True)
    (folder / "labels.txt").write_text(lines, "utf-8")
    with h5py.File(folder / "keras_model.h5", "w") as file:
        file.attrs["keras_version"] = "2.2.4-tf"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {}})
        for part in model.layers:
            group = file.create_group(f"model_weights/{part.name}")
            for layer in _flat(part):
                for variable in layer.weights:
                    name = variable.name
                    if type(layer).__name__ == "DepthwiseConv2D":
                        name = "depthwise_kernel"
                    values = np.asarray(variable)
                    group.create_dataset(f"{layer.name}/{name}:0", data=values)
    return folder


def _flat(model: Any) -> list[Any]:
    inner = getattr(model, "layers", None)
    return [model] if inner is None else [one for layer in inner for one in _flat(layer)]
