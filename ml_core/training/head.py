"""Train the softmax head on vectors, in numpy: seconds for thousands of photos, no TensorFlow.

Multinomial logistic regression by Adam (Kingma and Ba, ICLR 2015) with a cosine learning rate
(Loshchilov and Hutter, ICLR 2017) on standardised vectors; the standardisation is folded into the
head afterwards, so that what comes out is one plain dense layer.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.pipeline import balanced_class_weights
from ml_core.embedding.embedder import Vectors
from ml_core.errors import Stopped, TrainingError
from ml_core.events import EpochFinished, Report, StepProgress, ignore

Labels = NDArray[np.intp]
Numbers = NDArray[np.float32]

WEIGHT_PENALTY = 1e-3
"""L2 penalty on the standardised kernel; insensitive between 1e-4 and 1e-2 on clothing photos."""
SMALLEST_DEVIATION = 1e-3
"""Added to every dimension's deviation, as a share of their mean."""

_ROUNDING = np.float32(1e-6)
_NEVER_ZERO = np.float32(1e-20)


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """See ``Recipe`` for the meaning of each."""

    epochs: int
    batch_size: int
    learning_rate: float
    label_smoothing: float
    early_stopping: int
    seed: int
    class_weights: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """One dense layer: ``softmax(vectors @ kernel + bias)``.

    ``kernel`` float32 (embedding_size, classes), ``bias`` float32 (classes,).
    """

    kernel: Numbers
    bias: Numbers

    def logits(self, vectors: Vectors) -> Numbers:
        """float32 (photos, classes)."""
        logits: Numbers = vectors @ self.kernel + self.bias
        return logits

    def log_probabilities(self, vectors: Vectors) -> Numbers:
        """float32 (photos, classes)."""
        return _log_softmax(self.logits(vectors))


@dataclass(frozen=True, slots=True)
class TrainedHead:
    """The head of the best epoch by validation loss, and how it came about."""

    head: Head
    epochs: int
    best_epoch: int
    validation_loss: float
    validation_accuracy: float
    was_stopped: bool


@dataclass(frozen=True, slots=True)
class LabelledVectors:
    """``vectors`` float32 (photos, embedding_size); ``labels`` class indices (photos,)."""

    vectors: Vectors
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


def train_head(
    train: LabelledVectors,
    validation: LabelledVectors,
    *,
    classes: int,
    settings: HeadSettings,
    report: Report = ignore,
    control: Control | None = None,
) -> TrainedHead:
    """Train until the epochs are over, the validation loss stalls, or the caller stops it.

    Reports StepProgress and EpochFinished of the phase "head".

    Raises:
        Cancelled: The caller cancelled.
        Stopped: The caller stopped before the first epoch ended.
        TrainingError: The loss is no number any more.
    """
    control = control or Control()
    standard = _Standardisation(train.vectors)
    train, validation = standard.apply(train), standard.apply(validation)
    optimizer = _Adam(train, classes, settings)
    course = _Course(settings, len(train), report)
    was_stopped = False
    while not course.is_over and not was_stopped:
        try:
            for batch in optimizer.batches():
                course.obey(control)
                optimizer.step(batch)
        except Stopped:
            was_stopped = True
        else:
            head = Head(optimizer.kernel.copy(), optimizer.bias.copy())
            course.add(head, score(head, train), score(head, validation), optimizer.learning_rate)
    return course.result(standard, was_stopped=was_stopped)


def continue_head(
    head: Head,
    train: LabelledVectors,
    *,
    classes: int,
    settings: HeadSettings,
    control: Control | None = None,
) -> Head:
    """Train on from a head to the end of the epochs; what it knows stays, where it can.

    Args:
        head: To begin with; left as it is.
        train: All that is to be known, old and new.
        classes: At least as many as the head has; for those added it begins to learn from nothing.
        settings: Without early stopping: this is for a few epochs at a low rate.
        control: May end it.

    Raises:
        Cancelled, Stopped: The caller ended it.
        TrainingError: The loss is no number any more.
    """
    control = control or Control()
    standard = _Standardisation(train.vectors)
    optimizer = _Adam(standard.apply(train), classes, settings, start=standard.unfold(head))
    for _ in range(settings.epochs):
        for batch in optimizer.batches():
            control.checkpoint()
            optimizer.step(batch)
    continued = standard.fold(Head(optimizer.kernel, optimizer.bias))
    _require_number(score(continued, train)[0], settings.epochs)
    return continued


def score(head: Head, data: LabelledVectors) -> tuple[float, float]:
    """Mean cross-entropy in nats, and accuracy 0..1."""
    log_probabilities = head.log_probabilities(data.vectors)
    loss = -float(log_probabilities[np.arange(len(data)), data.labels].mean())
    return loss, float((log_probabilities.argmax(axis=1) == data.labels).mean())


class _Standardisation:
    """To zero mean and unit deviation per dimension, and back into the head's numbers."""

    def __init__(self, vectors: Vectors) -> None:
        # In float64: numpy adds the photos up one by one, and thousands of roundings would show.
        self._mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = vectors.std(axis=0, mean=self._mean[np.newaxis])
        # Dimensions that hardly vary must not be blown up; what "hardly" is depends on the others,
        # and rounding must not count as varying.
        rounding = _ROUNDING * np.abs(self._mean).max()
        self._deviation = deviation + SMALLEST_DEVIATION * deviation.mean() + rounding + _NEVER_ZERO

    def apply(self, data: LabelledVectors) -> LabelledVectors:
        return LabelledVectors((data.vectors - self._mean) / self._deviation, data.labels)

    def fold(self, head: Head) -> Head:
        """The head that does to raw vectors what ``head`` does to standardised ones."""
        kernel = (head.kernel / self._deviation[:, None]).astype(np.float32)
        return Head(kernel, (head.bias - self._mean @ kernel).astype(np.float32))

    def unfold(self, head: Head) -> Head:
        """What ``fold`` makes ``head`` of."""
        kernel = head.kernel * self._deviation[:, None]
        return Head(kernel, head.bias + self._mean @ head.kernel)


class _Adam:
    """Mini-batch Adam on cross-entropy with smoothed labels and an L2 penalty."""

    _DECAYS = (0.9, 0.999)  # the paper's defaults
    _EPSILON = 1e-8

    def __init__(
        self,
        data: LabelledVectors,
        classes: int,
        settings: HeadSettings,
        *,
        start: Head | None = None,
    ) -> None:
        self._data, self._settings = data, settings
        self._random = np.random.default_rng(settings.seed)
        self._targets = _smoothed(data.labels, classes, settings.label_smoothing)
        self._weights = np.ones(len(data), np.float32)
        if settings.class_weights:
            self._weights = balanced_class_weights(data.labels, classes)[data.labels]
        self.kernel = np.zeros((data.vectors.shape[1], classes), np.float32)
        self.bias = np.zeros(classes, np.float32)
        if start is not None:
            self.kernel[:, : len(start.bias)] = start.kernel
            self.bias[: len(start.bias)] = start.bias
        self._means = [np.zeros_like(self.kernel), np.zeros_like(self.bias)]
        self._squares = [np.zeros_like(self.kernel), np.zeros_like(self.bias)]
        self._steps = 0
        self._all_steps = settings.epochs * -(-len(data) // settings.batch_size)

    @property
    def learning_rate(self) -> float:
        """Follows a cosine from the peak to zero."""
        done = self._steps / self._all_steps
        return float(self._settings.learning_rate * 0.5 * (1 + np.cos(np.pi * done)))

    def batches(self) -> list[Labels]:
        """One epoch's photos in a new order, as index arrays."""
        order = self._random.permutation(len(self._data))
        return np.split(
            order, range(self._settings.batch_size, len(order), self._settings.batch_size)
        )

    def step(self, batch: Labels) -> None:
        gradients, rate = self.gradients(batch), self.learning_rate
        self._steps += 1
        for index, (values, gradient) in enumerate(
            zip((self.kernel, self.bias), gradients, strict=True)
        ):
            values -= rate * self._direction(index, gradient)

    def gradients(self, batch: Labels) -> tuple[Numbers, Numbers]:
        """Of the batch's mean loss and penalty, for kernel and bias."""
        vectors = self._data.vectors[batch]
        shares = np.exp(Head(self.kernel, self.bias).log_probabilities(vectors))
        errors = (shares - self._targets[batch]) * self._weights[batch, np.newaxis] / len(batch)
        return vectors.T @ errors + WEIGHT_PENALTY * self.kernel, errors.sum(axis=0)

    def _direction(self, index: int, gradient: Numbers) -> Numbers:
        mean, square = self._means[index], self._squares[index]
        mean += (1 - self._DECAYS[0]) * (gradient - mean)
        square += (1 - self._DECAYS[1]) * (gradient * gradient - square)
        unbiased_mean = mean / np.float32(1 - self._DECAYS[0] ** self._steps)
        unbiased_square = square / np.float32(1 - self._DECAYS[1] ** self._steps)
        direction: Numbers = unbiased_mean / (np.sqrt(unbiased_square) + np.float32(self._EPSILON))
        return direction


class _Course:
    """What happened so far: the epochs, the best of them, and when it is enough."""

    def __init__(self, settings: HeadSettings, photos: int, report: Report) -> None:
        self._settings, self._photos, self._report = settings, photos, report
        self._started = self._epoch_started = time.monotonic()
        self._best: tuple[Head, int, float, float] | None = None
        self._epochs = 0

    @property
    def is_over(self) -> bool:
        best_epoch = self._best[1] if self._best else 0
        patience = self._settings.early_stopping
        return self._epochs >= self._settings.epochs or (
            patience > 0 and self._epochs - best_epoch >= patience
        )

    def obey(self, control: Control) -> None:
        """Pauses do not count in any duration."""
        began = time.monotonic()
        control.checkpoint()
        paused = time.monotonic() - began
        self._started += paused
        self._epoch_started += paused

    def add(
        self,
        head: Head,
        train: tuple[float, float],
        validation: tuple[float, float],
        learning_rate: float,
    ) -> None:
        self._epochs += 1
        _require_number(train[0] + validation[0], self._epochs)
        is_best = self._best is None or validation[0] < self._best[2]
        if is_best:
            self._best = (head, self._epochs, *validation)
        now = time.monotonic()
        seconds, self._epoch_started = now - self._epoch_started, now
        self._report(
            EpochFinished(
                "head", self._epochs, self._settings.epochs, *train, *validation,
                learning_rate, seconds, self._photos / max(seconds, 1e-9), is_best,
            )
        )  # fmt: skip
        self._report(self._progress(now - self._started))

    def _progress(self, seconds: float) -> StepProgress:
        done, total = self._epochs * self._photos, self._settings.epochs * self._photos
        rate = done / max(seconds, 1e-9)
        return StepProgress("head", done, total, rate, (total - done) / rate)

    def result(self, standard: _Standardisation, *, was_stopped: bool) -> TrainedHead:
        if self._best is None:
            raise Stopped
        head, best_epoch, loss, accuracy = self._best
        return TrainedHead(
            standard.fold(head), self._epochs, best_epoch, loss, accuracy, was_stopped
        )


def _require_number(loss: float, epoch: int) -> None:
    if not math.isfinite(loss):
        raise TrainingError(
            f"The loss grew beyond all bounds in epoch {epoch} (it is now {loss}).",
            expected="A loss that falls from epoch to epoch.",
            mend="Choose a smaller learning rate, or another network.",
        )


def _smoothed(labels: Labels, classes: int, smoothing: float) -> Numbers:
    """One-hot targets with ``smoothing`` spread over all classes, float32 (photos, classes)."""
    targets = np.full((len(labels), classes), smoothing / classes, np.float32)
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return targets


def _log_softmax(logits: Numbers) -> Numbers:
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: Numbers = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
