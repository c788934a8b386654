"""Write a training's curves as a TensorBoard log, without needing the tensorboard package."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ml_core.events import EpochFinished


@contextmanager
def scalars_into(folder: Path | None) -> Iterator[Callable[[EpochFinished], None]]:
    """Give a function that adds one epoch to the log in ``folder``; it does nothing for None.

    Curves are named as Keras names them, so that logs of both can be laid over each other.
    """
    if folder is None:
        yield _leave_out
        return
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(folder))

    def add(epoch: EpochFinished) -> None:
        values = [
            tf.compat.v1.Summary.Value(tag=tag, simple_value=value)
            for tag, value in _scalars(epoch).items()
        ]
        summary = tf.compat.v1.Summary(value=values).SerializeToString()
        with writer.as_default():
            tf.summary.experimental.write_raw_pb(summary, step=epoch.epoch)
        writer.flush()

    try:
        yield add
    finally:
        writer.close()


def _leave_out(epoch: EpochFinished) -> None:
    """Record nothing."""


def _scalars(epoch: EpochFinished) -> dict[str, float]:
    return {
        "epoch_loss": epoch.train_loss,
        "epoch_accuracy": epoch.train_accuracy,
        "epoch_val_loss": epoch.validation_loss,
        "epoch_val_accuracy": epoch.validation_accuracy,
        "epoch_learning_rate": epoch.learning_rate,
    }
