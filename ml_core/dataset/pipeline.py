"""Photos in an array -> batches for Keras (tf.data).

Order and variation of training photos are new in every epoch and depend on nothing but the seed
and the number of the epoch, so that a training can go on where it was interrupted. Validation
photos are never shuffled and never varied. A batch is gathered in one numpy operation, so arrays
may be memory-mapped.
"""

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.augment import NOTHING, Amounts, augmentation_layers
from ml_core.images import Pixels

if TYPE_CHECKING:
    import tensorflow as tf

_DRAWS_A_BATCH = 1 << 16
"""More than there are: batches share no random draws."""


class _Epochs:
    """Deals photos out anew in each epoch."""

    def __init__(self, photos: int, seed: int) -> None:
        self._photos, self._seed = photos, seed
        self._next = 0

    def begin(self, epoch: int) -> None:
        """Let the next pass be that of an epoch; they count from 0."""
        self._next = epoch

    def deal(self) -> tuple[NDArray[np.int64], np.int64]:
        """The next epoch's order of the photos, (photos,), and its seed for their variation, ()."""
        random = np.random.default_rng((self._seed, self._next))
        self._next += 1
        return random.permutation(self._photos), random.integers(2**31)


def _stay(epoch: int) -> None:
    """Where every epoch is the same, there is nothing to deal out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Batches of one part of a data set.

    Attributes:
        dataset: Yields (pixels, targets) or (pixels, targets, weights): float32 pixels 0..255 of
            shape (batch, size, size, channels), float32 one-hot targets (batch, classes),
            float32 weights (batch,).
        photos: Number of photos in one pass.
        batch_size: Photos in a batch; the last one of a pass may be smaller.
        begin_epoch: Lets the next pass be that of an epoch, counted from 0; without it, each pass
            is that of the epoch after the one before.
    """

    dataset: "tf.data.Dataset"
    photos: int
    batch_size: int
    begin_epoch: Callable[[int], None] = _stay
    _pixels: Pixels | None = field(default=None, repr=False)  # what ``dataset`` holds only weakly

    @property
    def steps(self) -> int:
        """Batches in one pass."""
        return math.ceil(self.photos / self.batch_size)


def training_batches(
    photos: Pixels,
    labels: NDArray[np.intp],
    *,
    classes: int,
    batch_size: int,
    augmentation: Amounts = NOTHING,
    mirror: bool = False,
    seed: int = 0,
    class_weights: NDArray[np.float32] | None = None,
) -> Batches:
    """Shuffled and varied batches.

    Args:
        photos: uint8, shape (photos, size, size, channels); may be memory-mapped.
        labels: Class index of each photo.
        classes: Number of classes.
        batch_size: Photos in a batch at most. Batches are made about equal, because one last
            batch of a single photo would throw batch normalisation off.
        augmentation: How far photos are varied.
        mirror: Whether half of them are mirrored.
        seed: Fixes order and variation.
        class_weights: Weight of each class in the loss, shape (classes,); None for equal ones.
    """
    import tensorflow as tf

    size = math.ceil(len(photos) / math.ceil(len(photos) / batch_size))
    epochs = _Epochs(len(photos), seed)
    look_up = _looking_up(photos, labels, classes, class_weights)
    layers = augmentation_layers(augmentation, mirror=mirror, seed=seed)

    def batch(
        number: "tf.Tensor", index: "tf.Tensor", seed: "tf.Tensor"
    ) -> tuple["tf.Tensor", ...]:
        pixels, *rest = look_up(index)
        if layers is not None:
            layers.seed.state.assign([seed, number * _DRAWS_A_BATCH])
            pixels = layers(pixels)
        return pixels, *rest

    # One batch after the other: they share the layers' state.
    dataset = _dealt(epochs, size).map(batch)
    steps = math.ceil(len(photos) / size)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(steps))
    return Batches(
        dataset=dataset.prefetch(2),
        photos=len(photos),
        batch_size=size,
        begin_epoch=epochs.begin,
        _pixels=photos,
    )


def validation_batches(
    photos: Pixels, labels: NDArray[np.intp], *, classes: int, batch_size: int = 64
) -> Batches:
    """Batches in the given order, as they are. Arguments as for ``training_batches``."""
    import tensorflow as tf

    order = tf.data.Dataset.range(len(photos)).batch(batch_size)
    dataset = order.map(_looking_up(photos, labels, classes, None))
    return Batches(
        dataset=dataset.prefetch(2), photos=len(photos), batch_size=batch_size, _pixels=photos
    )


def balanced_class_weights(labels: NDArray[np.intp], classes: int) -> NDArray[np.float32]:
    """Weights that let every class count the same; their mean over the photos is 1.

    A class without photos has weight 0. As scikit-learn's "balanced".
    """
    counts = np.bincount(labels, minlength=classes)
    present = max(1, int(np.count_nonzero(counts)))
    weights = len(labels) / (present * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0.0).astype(np.float32)


def _dealt(epochs: _Epochs, size: int) -> "tf.data.Dataset":
    """One epoch a pass: (number of the batch, indices of its photos, the epoch's seed)."""
    import tensorflow as tf

    def deal(_: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
        order, seed = tf.numpy_function(epochs.deal, [], [tf.int64, tf.int64])
        return tf.ensure_shape(order, (None,)), tf.ensure_shape(seed, ())

    def cut(order: "tf.Tensor", seed: "tf.Tensor") -> "tf.data.Dataset":
        batches = tf.data.Dataset.from_tensor_slices(order).batch(size)
        return batches.enumerate().map(lambda number, index: (number, index, seed))

    return tf.data.Dataset.range(1).map(deal).flat_map(cut)


def _looking_up(
    photos: Pixels,
    labels: NDArray[np.intp],
    classes: int,
    class_weights: NDArray[np.float32] | None,
) -> "Callable[[tf.Tensor], tuple[tf.Tensor, ...]]":
    """From a batch of indices to the photos, targets (and weights) they stand for.

    TensorFlow never lets go of a Python function that was part of a data set, so that the function
    must not keep the photos: whoever uses the batches does.
    """
    import tensorflow as tf

    shape, alive = photos.shape[1:], weakref.ref(photos)
    targets = np.eye(classes, dtype=np.float32)
    tables = [targets] if class_weights is None else [targets, class_weights]

    def gather(index: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        present = alive()  # gone for what TensorFlow fetches ahead after the last batch
        pixels = np.zeros((len(index), *shape)) if present is None else present[index]
        return [pixels.astype(np.float32), *(table[labels[index]] for table in tables)]

    shapes = [shape, *(table.shape[1:] for table in tables)]

    def look_up(index: "tf.Tensor") -> tuple["tf.Tensor", ...]:
        found = tf.numpy_function(gather, [index], [tf.float32] * len(shapes), stateful=False)
        return tuple(tf.ensure_shape(x, (None, *s)) for x, s in zip(found, shapes, strict=True))

    return look_up
