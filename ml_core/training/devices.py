"""What computes: every graphics card that TensorFlow can use, or the processor."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ml_core.events import DeviceChosen, Report

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


@contextmanager
def all_graphics_cards(report: Report) -> Iterator[None]:
    """Let what is built and trained in the block use all graphics cards of this machine.

    Each holds a copy of the network and takes its share of every batch. They take memory as they
    need it, instead of all there is. Without any, nothing changes.
    """
    import tensorflow as tf

    cards = tf.config.list_physical_devices("GPU")
    if not cards:
        yield
        return
    for card in cards:
        tf.config.experimental.set_memory_growth(card, True)
    report(DeviceChosen(_in_words(cards)))
    with shared_by(len(cards), "GPU"):
        yield


@contextmanager
def shared_by(devices: int, kind: str) -> Iterator[None]:
    """Let so many logical devices of a kind ("GPU", "CPU") share what is built in the block."""
    import tensorflow as tf

    if devices < 2:
        yield
        return
    names = [f"{kind}:{number}" for number in range(devices)]
    with tf.distribute.MirroredStrategy(names).scope():
        yield


def _in_words(cards: "list[tf.config.PhysicalDevice]") -> str:
    """The names of the graphics cards ("2 × NVIDIA H200")."""
    import tensorflow as tf

    details = (tf.config.experimental.get_device_details(card) for card in cards)
    names = Counter(str(one.get("device_name", "graphics card")) for one in details)
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in names.items())


@contextmanager
def as_one_device(model: "keras.Model") -> Iterator[None]:
    """Where several devices share each batch, normalise by the whole batch and not by its parts."""
    import tensorflow as tf
    from keras.layers import BatchNormalization

    layers = [one for one in model._flatten_layers() if isinstance(one, BatchNormalization)]  # noqa: SLF001 - the only way to nested layers
    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        for layer in layers:
            layer.synchronized = True
    try:
        yield
    finally:
        for layer in layers:
            layer.synchronized = False
