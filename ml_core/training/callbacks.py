"""What happens between the batches and epochs of a Keras training.

Plain Python: ``keras_fit`` hands the methods of ``Coach`` to Keras. Ending early is an exception
out of ``fit``, because Keras' own flags finish the epoch with partial values and are reset by
``fit`` and ``evaluate``.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.control import Control
from ml_core.errors import StorageError, TrainingError
from ml_core.events import (
    EpochFinished,
    MemoryMeasured,
    Phase,
    Report,
    Resumed,
    StepProgress,
    Warned,
)
from ml_core.memory import peak_memory
from ml_core.training.checkpoint import Arrays, TrainingState, load_state, save_state
from ml_core.training.schedule import Schedule

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

_REPORT_EVERY_SECONDS = 0.1

Logs = Mapping[str, float]


class EnoughError(Exception):
    """Early stopping: the validation loss has not improved for as long as was agreed."""


class DivergedError(Exception):
    """The loss is no number any more."""

    def __init__(self, loss: float) -> None:
        self.loss = loss
        super().__init__(f"the loss is {loss}")


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

    def start_anew(self) -> None:
        """Forget the speed: photos are counted from another place on."""
        self._begun = None

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
    """The variables of the best epoch: the one with the lowest validation loss, or with the highest
    validation accuracy and, of equals, the lowest loss.
    """

    model: "keras.Model"
    by_accuracy: bool = False
    epoch: int = 0
    loss: float = math.inf
    accuracy: float = 0.0
    values: Arrays | None = None

    @property
    def has_any(self) -> bool:
        return self.values is not None

    def offer(self, *, epoch: int, loss: float, accuracy: float) -> bool:
        """Keep the model's present weights if they are better; True if they are."""
        if self.has_any and not self._is_better(loss, accuracy):
            return False
        self.epoch, self.loss, self.accuracy = epoch, loss, accuracy
        self.values = values_of(self.model.variables)
        return True

    def _is_better(self, loss: float, accuracy: float) -> bool:
        if self.by_accuracy and accuracy != self.accuracy:
            return accuracy > self.accuracy
        return loss < self.loss

    def restore(self) -> None:
        """Put the best weights back into the model."""
        if self.values is not None:
            assign(self.model.variables, self.values)


def values_of(variables: "list[keras.Variable]") -> Arrays:
    """Copies of what Keras variables hold."""
    return [variable.numpy() for variable in variables]


def assign(variables: "list[keras.Variable]", values: Arrays) -> None:
    """Put values into Keras variables of the same shapes."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


@dataclass
class SafetyCopy:
    """The last state of a training in a file, if there is to be one.

    A disk that refuses it does not end a training: it is told once, and tried again each epoch.
    """

    path: Path | None
    report: Report
    _was_refused: bool = False

    def write(self, state: TrainingState) -> None:
        if self.path is None:
            return
        try:
            save_state(state, self.path)
        except StorageError as error:
            log.warning("checkpoint not written: %s", error)
            if not self._was_refused:
                self.report(Warned(f"The training goes on without a safety copy. {error}"))
            self._was_refused = True

    def read(self) -> TrainingState | None:
        return None if self.path is None else load_state(self.path)


@dataclass(kw_only=True)
class Coach:
    """Follows one training: sets the rate, reports, validates, keeps the best, ends in time.

    Attributes:
        model: The network; its variables are those of ``trainee``.
        trainee: The compiled model.
        evaluate: Gives the validation's "loss" and "accuracy"; calls its argument per batch.
        deal: Called with the number of the epoch that begins, from 0: deals the photos out.
        best: Keeper of the best weights.
        schedule: The learning rate over time.
        progress: Counts and reports photos.
        safety_copy: Where the state is kept after each epoch.
        patience: Epochs without a better validation loss before the end; 0 is off.
        record: Called with every newly finished epoch, before it is reported.
    """

    model: "keras.Model"
    trainee: "keras.Model"
    evaluate: Callable[[Callable[..., None]], Logs]
    deal: Callable[[int], None]
    best: BestWeights
    schedule: Schedule
    progress: Progress
    safety_copy: SafetyCopy
    control: Control
    patience: int
    record: Callable[[EpochFinished], None]
    epoch: int = 0
    history: list[EpochFinished] = field(default_factory=list)
    _rate_factor: float = 1.0
    _patient_since: int = 0
    _last: TrainingState | None = None

    # The course as a whole.

    def begin(self, *, start_counts: bool) -> None:
        """Go on from the safety copy, or from the start, which may be a candidate for the best."""
        self.trainee.optimizer.build(self.trainee.trainable_variables)
        kept = self.safety_copy.read()
        self._last = self._state()
        if kept is not None and kept.fits(
            phase=self.progress.phase, weights=self._last.weights, optimizer=self._last.optimizer
        ):
            self._go_on_from(kept)
        elif start_counts:
            self.judge_start()
            self._last = self._state()

    @property
    def is_over(self) -> bool:
        return len(self.history) >= self.progress.epochs or self._is_patience_over

    def go_back(self, diverged: DivergedError) -> None:
        """To the end of the last good epoch, and on at half the rate.

        Raises:
            TrainingError: It did so before.
        """
        if self._rate_factor < 1 or self._last is None:
            raise TrainingError(
                f"The loss grew beyond all bounds in epoch {self.epoch + 1}"
                f" (it is now {diverged.loss}), even at half the learning rate.",
                expected="A loss that falls from epoch to epoch.",
                mend="Choose a smaller learning rate, or another optimizer.",
            )
        self._put_back(self._last)
        self._rate_factor = 0.5
        self.progress.start_anew()
        place = f"the end of epoch {len(self.history)}" if self.history else "the start"
        self.progress.report(
            Warned(
                f"The loss grew beyond all bounds in epoch {self.epoch + 1}. The training goes"
                f" back to {place} and on at half the learning rate."
            )
        )

    def _go_on_from(self, kept: TrainingState) -> None:
        self._put_back(kept)
        self._last = kept
        if self.progress.epochs > kept.epochs:  # it was over, and is to be longer now
            self._patient_since = kept.epoch
        seconds = sum(epoch.seconds for epoch in kept.history)
        report, phase = self.progress.report, self.progress.phase
        report(Resumed(phase, kept.epoch, self.progress.epochs, seconds))
        for epoch in kept.history:
            report(replace(epoch, epochs=self.progress.epochs))

    def _put_back(self, state: TrainingState) -> None:
        assign(self.model.variables, state.weights)
        assign(self.trainee.optimizer.variables, state.optimizer)
        self.best.values, self.best.epoch = state.best, state.best_epoch
        self.best.loss, self.best.accuracy = state.best_loss, state.best_accuracy
        self.schedule.go_to(state.schedule)
        self.history[:] = state.history
        self._rate_factor, self._patient_since = state.rate_factor, state.patient_since

    def _state(self) -> TrainingState:
        return TrainingState(
            phase=self.progress.phase,
            epochs=self.progress.epochs,
            history=tuple(self.history),
            weights=values_of(self.model.variables),
            optimizer=values_of(self.trainee.optimizer.variables),
            best=self.best.values,
            best_epoch=self.best.epoch,
            best_loss=self.best.loss,
            best_accuracy=self.best.accuracy,
            schedule=self.schedule.state(),
            rate_factor=self._rate_factor,
            patient_since=self._patient_since,
        )

    # What Keras calls.

    def before_training(self, logs: Logs | None = None) -> None:  # noqa: ARG002
        self._check_control()

    def before_epoch(self, epoch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self.epoch = epoch
        self.deal(epoch)
        self.progress.epoch_began()

    def before_batch(self, batch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self.trainee.optimizer.learning_rate = self._rate(batch)

    def after_batch(self, batch: int, logs: Logs) -> None:
        _require_number(logs["loss"])
        self.progress.batch_ended(self.epoch, batch)
        self._check_control()

    def after_validation_batch(self, batch: int, logs: Logs | None = None) -> None:  # noqa: ARG002
        self._check_control()

    def after_epoch(self, epoch: int, logs: Logs) -> None:
        rate = self.progress.epoch_rate
        found, improved = self._judge(epoch + 1)
        finished = self._finished(logs, found, rate=rate, improved=improved)
        self.schedule.epoch_ended(improved=improved)
        self.history.append(finished)
        self._last = self._state()
        self.safety_copy.write(self._last)  # first, so that no epoch is lost that anybody has seen
        self.record(finished)
        self.progress.report(finished)
        if peak := peak_memory():
            self.progress.report(MemoryMeasured(peak))
        if self._is_patience_over:
            raise EnoughError

    def judge_start(self) -> None:
        """Let the weights at the start be a candidate for the best."""
        try:
            self._judge(0)
        except DivergedError as diverged:
            raise TrainingError(
                f"The network answers photos with values that are no numbers ({diverged}).",
                mend="Start from other weights.",
            ) from diverged

    def _judge(self, epoch: int) -> tuple[Logs, bool]:
        """Validate the present weights; also say whether they are the best so far."""
        found = self.evaluate(self.after_validation_batch)
        _require_number(found["loss"])
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
            learning_rate=self._rate(0),
            seconds=self.progress.epoch_seconds,
            photos_per_second=rate,
            is_best=improved,
        )

    def _rate(self, batch: int) -> float:
        """The learning rate of a batch of the running epoch."""
        steps = math.ceil(self.progress.photos / self.progress.batch_size)
        return self.schedule.rate(self.epoch * steps + batch) * self._rate_factor

    @property
    def _is_patience_over(self) -> bool:
        waited = len(self.history) - max(self.best.epoch, self._patient_since)
        return bool(self.patience) and waited >= self.patience

    def _check_control(self) -> None:
        began = self.progress.clock()
        self.control.checkpoint()
        self.progress.paused(self.progress.clock() - began)


def _require_number(loss: float) -> None:
    if not math.isfinite(loss):
        raise DivergedError(loss)
