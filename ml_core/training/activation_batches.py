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
from ml_core.training.activations import Activations, Values

if TYPE_CHECKING:
    import tensorflow as tf

Numbers = NDArray[np.float32]

_VALIDATION_BATCH = 64


def training_batches(
    activations: Activations,
    *,
    classes: int,
    batch_size: int,
    mixup: float = 0.0,
    seed: int = 0,
    class_weights: Numbers | None = None,
) -> Batches:
    """Shuffled batches; a pass has each photo once, and the next pass has its next view.

    Args:
        activations: While the batches are used, the caller keeps them.
        classes: Number of classes.
        batch_size: Photos in a batch at most; batches are made about equal.
        mixup: How strongly each photo is blended with another one of its batch, and its target and
            weight likewise: the share is drawn from a beta distribution with both parameters of
            this value (Zhang et al., ICLR 2018; at a hidden layer: Verma et al., ICML 2019). 0 is
            not at all.
        seed: Fixes order and blending.
        class_weights: Weight of each class in the loss, shape (classes,); None for equal ones.
    """
    photos = len(activations.train)
    steps = math.ceil(photos / batch_size)
    tables = [np.eye(classes, dtype=np.float32)]
    if class_weights is not None:
        tables.append(class_weights)
    passes = _Passes(activations, tables, steps=steps, mixup=mixup, seed=seed)
    shapes = [activations.train.shape[2:], *(table.shape[1:] for table in tables)]
    return Batches(
        dataset=_dataset(passes.batch, steps, shapes),
        photos=photos,
        batch_size=math.ceil(photos / steps),
        begin_epoch=passes.begin,
    )


def validation_batches(activations: Activations, *, classes: int) -> Batches:
    """Batches in the given order, as they are. See ``training_batches``."""
    labels, targets = activations.validation_labels, np.eye(classes, dtype=np.float32)
    values = _Values(activations.validation, activations.unit)

    def batch(number: int) -> list[Numbers]:
        first = number * _VALIDATION_BATCH
        photos = np.arange(first, min(first + _VALIDATION_BATCH, len(labels)))
        return [values.at(photos), targets[labels[photos]]]

    shapes = [activations.validation.shape[1:], (classes,)]
    return Batches(
        dataset=_dataset(batch, math.ceil(len(labels) / _VALIDATION_BATCH), shapes),
        photos=len(labels),
        batch_size=_VALIDATION_BATCH,
    )


class _Values:
    """Activations that somebody else keeps.

    TensorFlow never lets go of a Python function that was part of a data set, so that such a
    function must not keep the activations, whose file is to be removed.
    """

    def __init__(self, values: Values, unit: float) -> None:
        self._values, self._unit = weakref.ref(values), np.float32(unit)
        self._shape = values.shape

    def at(self, *places: NDArray[np.int64]) -> Numbers:
        values = self._values()
        if values is None:  # TensorFlow fetches ahead, even after the last batch that is wanted
            return np.zeros((len(places[0]), *self._shape[len(places) :]), np.float32)
        return values[places].astype(np.float32) * self._unit


class _Passes:
    """Makes the batches of one epoch after the other."""

    def __init__(
        self,
        activations: Activations,
        tables: list[Numbers],
        *,
        steps: int,
        mixup: float,
        seed: int,
    ) -> None:
        self._values = _Values(activations.train, activations.unit)
        self._views = activations.train.shape[1]
        self._labels, self._tables = activations.train_labels, tables
        self._steps, self._mixup, self._seed = steps, mixup, seed
        self._epoch = -1
        self._random = np.random.default_rng()
        self._batches: list[NDArray[np.int64]] = []

    def begin(self, epoch: int) -> None:
        """Let the next pass be that of an epoch; they count from 0."""
        self._epoch = epoch - 1

    def batch(self, number: int) -> list[Numbers]:
        """Activations, targets (and weights) of a batch; the first one begins a pass."""
        if number == 0:
            self._epoch += 1
            self._random = np.random.default_rng((self._seed, self._epoch))
            order = self._random.permutation(len(self._labels))
            self._batches = np.array_split(order, self._steps)
        photos = self._batches[number]
        views = (photos + self._epoch) % self._views
        labels = self._labels[photos]
        found = [self._values.at(photos, views), *(table[labels] for table in self._tables)]
        return self._blended(found) if self._mixup else found

    def _blended(self, arrays: list[Numbers]) -> list[Numbers]:
        count = len(arrays[0])
        others = self._random.permutation(count)
        drawn = self._random.beta(self._mixup, self._mixup, count)
        own = np.maximum(drawn, 1 - drawn)  # at least half of it is the photo itself
        return [_blend(array, array[others], own) for array in arrays]


def _blend(these: Numbers, those: Numbers, shares: NDArray[np.float64]) -> Numbers:
    """Arrays (photos, ...) mixed by each photo's share of ``these``, shape (photos,)."""
    own: Numbers = shares.astype(np.float32).reshape(-1, *[1] * (these.ndim - 1))
    blend: Numbers = own * these + (1 - own) * those
    return blend


def _dataset(
    batch: Callable[[int], list[Numbers]], steps: int, shapes: list[tuple[int, ...]]
) -> "tf.data.Dataset":
    import tensorflow as tf

    def look_up(number: "tf.Tensor") -> tuple["tf.Tensor", ...]:
        found = tf.numpy_function(batch, [number], [tf.float32] * len(shapes))
        return tuple(tf.ensure_shape(x, (None, *s)) for x, s in zip(found, shapes, strict=True))

    # One batch after the other: they share the draws of an epoch.
    return tf.data.Dataset.range(steps).map(look_up).prefetch(2)
