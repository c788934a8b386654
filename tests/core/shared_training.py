"""Train one network on one and on two logical processors: ``python -m tests.core.shared_training``.

Says the losses of each epoch as JSON, once for one device and once for two.
"""

import json
import sys
from typing import Any

import numpy as np

from ml_core.dataset.augment import PRESETS
from ml_core.dataset.pipeline import training_batches, validation_batches
from ml_core.training.devices import shared_by
from ml_core.training.keras_fit import FitSettings, fit

PHOTOS, SIZE, CLASSES, BATCH = 64, 16, 3, 16


def drawn(seed: int) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    labels = np.arange(PHOTOS) % CLASSES
    photos = random.integers(0, 150, (PHOTOS, SIZE, SIZE, 3)).astype(np.uint8)
    for photo, label in zip(photos, labels, strict=True):
        photo[label * 5 : label * 5 + 4] += 60
    return photos, labels


def network() -> Any:
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def losses(devices: int) -> list[tuple[float, float]]:
    with shared_by(devices, "CPU"):
        result = fit(
            network(),
            training_batches(
                *drawn(0), classes=CLASSES, batch_size=BATCH, augmentation=PRESETS["gentle"], seed=1
            ),
            validation_batches(*drawn(1), classes=CLASSES, batch_size=BATCH),
            FitSettings(epochs=4, learning_rate=1e-3, optimizer="adam"),
            phase="scratch",
        )
    return [(epoch.train_loss, epoch.validation_loss) for epoch in result.history]


def main() -> None:
    import tensorflow as tf

    (processor,) = tf.config.list_physical_devices("CPU")
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(processor, two)
    sys.stdout.write(json.dumps([losses(1), losses(2)]) + "\n")


if __name__ == "__main__":
    main()
