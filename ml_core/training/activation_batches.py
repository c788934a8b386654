"""Activations on the disk -> batches for Keras: in each epoch another view of each photo.

What an epoch gives depends on nothing but the seed and the number of the epoch, so that a training
can go on where it was interrupted.
"""

import math
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.pipeline import Batches
from ml_core.training.activations import Activations, Labels, Values

if TYPE_CHECKING:
    import tensorflow as tf

Arrays = list[NDArray[np.float16] | NDArray[np.float32]]

_VALIDATION_BATCH = 64


def training_batches(
    activations: Activations,
    *,
    classes: int,
    batch_size: int,
    seed: int = 0,
    class_weights: NDArray[np.float32] | None = None,
) -> Batches:
    """Shuffled batches; a pass has each photo once, and the next pass has its next view.

    Args:
        activations: While the batches are used, the caller keeps them.
        classes: Number of classes.
        batch_size: Photos in a batch at most; batches are made about equal.
        seed: Fixes the order.
        class_weights: Weight of each class in the loss, shape (classes,); None for equal ones.
    """
    photos = len(activations.train)
    steps = math.ceil(photos / batch_size)
    tables = [np.eye(classes, dtype=np.float32)]
    if class_weights is not None:
        tables.append(class_weights)
    passes = _Passes(activations.train, activations.train_labels, tables, steps=steps, seed=seed)
    shapes = [activations.train.shape[2:], *(table.shape[1:] for table in tables)]
    return Batches(
        dataset=_dataset(passes.batch, steps, shapes, activations.unit),
        photos=photos,
        batch_size=math.ceil(photos / steps),
        begin_epoch=passes.begin,
    )


def validation_batches(activations: Activations, *, classes: int) -> Batches:
    """Batches in the given order. See ``training_batches``."""
    labels, targets = activations.validation_labels, np.eye(classes, dtype=np.float32)
    values = _Values(activations.validation)

    def batch(number: int) -> Arrays:
        first = number * _VALIDATION_BATCH
        photos = np.arange(first, min(first + _VALIDATION_BATCH, len(labels)))
        return [values.at(photos), targets[labels[photos]]]

    shapes = [activations.validation.shape[1:], (classes,)]
    return Batches(
        dataset=_dataset(
            batch, math.ceil(len(labels) / _VALIDATION_BATCH), shapes, activations.unit
        ),
        photos=len(labels),
        batch_size=_VALIDATION_BATCH,
    )


class _Values:
    """Activations that somebody else keeps.

    TensorFlow never lets go of a Python function that was part of a data set, so that such a
    function must not keep the activations, whose file is to be removed.
    """

    def __init__(self, values: Values) -> None:
        self._values = weakref.ref(values)
        self._shape = values.shape

    def at(self, *places: NDArray[np.int64]) -> Values:
        values = self._values()
        if values is None:  # TensorFlow fetches ahead, even after the last batch that is wanted
            return np.zeros((len(places[0]), *self._shape[len(places) :]), np.float16)
        found: Values = values[places]
        return found


class _Passes:
    """Makes the batches of one epoch after the other."""

    def __init__(
        self,
        values: Values,
        labels: Labels,
        tables: list[NDArray[np.float32]],
        *,
        steps: int,
        seed: int,
    ) -> None:
        self._values, self._labels, self._tables = _Values(values), labels, tables
        self._views = values.shape[1]
        self._steps, self._seed = steps, seed
        self._epoch = -1
        self._batches: list[NDArray[np.int64]] = []

    def begin(self, epoch: int) -> None:
        """Let the next pass be that of an epoch; they count from 0."""
        self._epoch = epoch - 1

    def batch(self, number: int) -> Arrays:
        """Activations, targets (and weights) of a batch; the first one begins a pass."""
        if number == 0:
            self._epoch += 1
            random = np.random.default_rng((self._seed, self._epoch))
            order = random.permutation(len(self._labels))
            self._batches = np.array_split(order, self._steps)
        photos = self._batches[number]
        views = (photos + self._epoch) % self._views
        return [
            self._values.at(photos, views),
            *(table[self._labels[photos]] for table in self._tables),
        ]


def _dataset(
    batch: Callable[[int], Arrays], steps: int, shapes: list[tuple[int, ...]], unit: float
) -> "tf.data.Dataset":
    import tensorflow as tf

    kinds = [tf.float16, *[tf.float32] * (len(shapes) - 1)]

    def look_up(number: "tf.Tensor") -> tuple["tf.Tensor", ...]:
        found = tf.numpy_function(batch, [number], kinds)
        shaped = [tf.ensure_shape(x, (None, *s)) for x, s in zip(found, shapes, strict=True)]
        return tf.cast(shaped[0], tf.float32) * unit, *shaped[1:]

    return tf.data.Dataset.range(steps).map(look_up).prefetch(2)
