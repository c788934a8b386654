"""What happens between the batches and epochs of a Keras training.

Plain Python: ``keras_fit`` hands the methods of ``Coach`` to Keras. Ending early is an exception
out of ``fit``, because Keras' own flags finish the epoch with partial values and are reset by
``fit`` and ``evaluate``.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import StorageError, TrainingError
from ml_core.events import EpochFinished, Phase, Report, StepProgress, Warned
from ml_core.training.schedule import Schedule

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

_REPORT_EVERY_SECONDS = 0.1

Logs = Mapping[str, float]


class EnoughError(Exception):
    """Early stopping: the validation loss has not improved for as long as was agreed."""


@dataclass
class Progress:
    """How far a training is, how fast, and how long it will take; pauses do not count.

    The first batch is left out of the speed, since Keras traces the network in it.
    """

    phase: Phase
    photos: int
    batch_size: int
    epochs: int
    report: Report
    clock: Callable[[], float] = time.monotonic
    _begun: float | None = None
    _begun_at: int = 0
    _epoch_began: float = 0.0
    _training_ended: float = 0.0
    _reported: float = -math.inf
    _done: int = 0

    def epoch_began(self) -> None:
        self._epoch_began = self._training_ended = self.clock()

    def paused(self, seconds: float) -> None:
        """Pretend that everything so far happened that much later."""
        if self._begun is not None:
            self._begun += seconds
        self._epoch_began += seconds
        self._training_ended += seconds

    def batch_ended(self, epoch: int, batch: int) -> None:
        """Epochs and batches count from 0."""
        now = self._training_ended = self.clock()
        self._done = epoch * self.photos + min(self.photos, (batch + 1) * self.batch_size)
        if self._begun is None:
            self._begun, self._begun_at = now, self._done
        if now - self._reported >= _REPORT_EVERY_SECONDS or self._done == self._total:
            self._reported = now
            self.report(self._event(now))

    @property
    def epoch_seconds(self) -> float:
        """Duration of the running epoch so far."""
        return self.clock() - self._epoch_began

    @property
    def epoch_rate(self) -> float:
        """Photos per second in the running epoch's training, without its validation."""
        return self.photos / max(self._training_ended - self._epoch_began, 1e-9)

    @property
    def _total(self) -> int:
        return self.photos * self.epochs

    def _event(self, now: float) -> StepProgress:
        seconds = now - (self._begun or 0.0)
        rate = (self._done - self._begun_at) / seconds if seconds > 0 else 0.0
        left = (self._total - self._done) / rate if rate else None
        return StepProgress(self.phase, self._done, self._total, rate, left)


@dataclass
class BestWeights:
    """The weights of the epoch with the lowest validation loss, in memory and as a file.

    A disk that refuses the file does not end a training: the weights stay in memory.
    """

    model: "keras.Model"
    checkpoint: Path | None
    report: Report
    epoch: int = 0
    loss: float = math.inf
    accuracy: float = 0.0
    _weights: list[Any] | None = None

    @property
    def has_any(self) -> bool:
        return self._weights is not None

    def offer(self, *, epoch: int, loss: float, accuracy: float) -> bool:
        """Keep the model's present weights if they are better; True if they are."""
        if not loss < self.loss:
            return False
        self.epoch, self.loss, self.accuracy = epoch, loss, accuracy
        self._weights = self.model.get_weights()
        self._write()
        return True

    def restore(self) -> None:
        """Put the best weights back into the model."""
        if self._weights is not None:
            self.model.set_weights(self._weights)

    def _write(self) -> None:
        if self.checkpoint is None:
            return
        try:
            _save_weights(self.model, self.checkpoint)
        except (StorageError, RuntimeError) as error:  # HDF5 reports some full disks as the latter
            log.warning("checkpoint not written: %s", error)
            self.report(Warned(f"The training goes on without a safety copy. {error}"))
            self.checkpoint = None


def _save_weights(model: "keras.Model", checkpoint: Path) -> None:
    with storage.replacing(checkpoint) as temporary:
        written = temporary.with_name(temporary.name + ".weights.h5")  # Keras insists on the name
        try:
            model.save_weights(written)
            written.replace(temporary)
        finally:
            written.unlink(missing_ok=True)


@dataclass(kw_only=True)
class Coach:
    """Follows one training: sets the rate, reports, validates, keeps the best, ends in time.

    Attributes:
        trainee: The compiled model.
        evaluate: Gives the validation's "loss" and "accuracy"; calls its argument per batch.
        best: Keeper of the best weights.
        schedule: The learning rate over time.
        progress: Counts and reports photos.
        patience: Epochs without a better validation loss before the end; 0 is off.
        record: Called with every finished epoch, before it is reported.
    """

    trainee: "keras.Model"
    evaluate: Callable[[Callable[..., None]], Logs]
    best: BestWeights
    schedule: Schedule
    progress: Progress
    control: Control
    patience: int
    record: Callable[[EpochFinished], None]
    epoch: int = 0
    history: list[EpochFinished] = field(default_factory=list)

    def before_training(self, logs: Logs | None = None) -> None:  # noqa: ARG002
        self._check_control()

    def before_epoch(self, epoch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self.epoch = epoch
        self.progress.epoch_began()

    def before_batch(self, batch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self.trainee.optimizer.learning_rate = self.schedule.rate(self._steps_before + batch)

    def after_batch(self, batch: int, logs: Logs) -> None:
        self._require_number(logs["loss"])
        self.progress.batch_ended(self.epoch, batch)
        self._check_control()

    def after_validation_batch(self, batch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self._check_control()

    def after_epoch(self, epoch: int, logs: Logs) -> None:
        rate = self.progress.epoch_rate
        found, improved = self._judge(epoch + 1)
        self._finish(self._finished(logs, found, rate=rate, improved=improved))
        self.schedule.epoch_ended(improved=improved)
        if self.patience and epoch + 1 - self.best.epoch >= self.patience:
            raise EnoughError

    def judge_start(self) -> None:
        """Let the weights at the start be a candidate for the best."""
        self._judge(0)

    def _judge(self, epoch: int) -> tuple[Logs, bool]:
        """Validate the present weights; also say whether they are the best so far."""
        found = self.evaluate(self.after_validation_batch)
        self._require_number(found["loss"])
        return found, self.best.offer(epoch=epoch, loss=found["loss"], accuracy=found["accuracy"])

    def _finished(self, logs: Logs, found: Logs, *, rate: float, improved: bool) -> EpochFinished:
        return EpochFinished(
            phase=self.progress.phase,
            epoch=self.epoch + 1,
            epochs=self.progress.epochs,
            train_loss=float(logs["loss"]),
            train_accuracy=float(logs["accuracy"]),
            validation_loss=float(found["loss"]),
            validation_accuracy=float(found["accuracy"]),
            learning_rate=self.schedule.rate(self._steps_before),
            seconds=self.progress.epoch_seconds,
            photos_per_second=rate,
            is_best=improved,
        )

    def _finish(self, finished: EpochFinished) -> None:
        self.history.append(finished)
        self.record(finished)
        self.progress.report(finished)

    @property
    def _steps_before(self) -> int:
        """Batches of the epochs before this one."""
        return self.epoch * math.ceil(self.progress.photos / self.progress.batch_size)

    def _check_control(self) -> None:
        began = self.progress.clock()
        self.control.checkpoint()
        self.progress.paused(self.progress.clock() - began)

    def _require_number(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss grew beyond all bounds in epoch {self.epoch + 1} (it is now {loss}).",
                expected="A loss that falls from epoch to epoch.",
                mend="Choose a smaller learning rate, or another optimizer.",
            )
