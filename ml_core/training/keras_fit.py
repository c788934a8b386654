"""Train a Keras model of ours on batches: the one loop for whole networks and for fine-tuning."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ml_core.control import Control
from ml_core.dataset.pipeline import Batches
from ml_core.errors import Cancelled, OutOfMemoryError, Stopped, TrainingError
from ml_core.events import EpochFinished, Phase, Report, ignore
from ml_core.training.callbacks import (
    BestWeights,
    Coach,
    DivergedError,
    EnoughError,
    Progress,
    SafetyCopy,
)
from ml_core.training.devices import as_one_device
from ml_core.training.recipe import Optimizer, Recipe
from ml_core.training.schedule import HalveOnPlateau, Schedule, WarmUpCosine
from ml_core.training.tensorboard import scalars_into

if TYPE_CHECKING:
    import keras

_WEIGHT_DECAY = 0.05
"""For AdamW; the value of the ConvNeXt and Swin recipes (Liu et al., CVPR 2022)."""

_MOMENTUM = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """How to train; the fields are those of ``Recipe``, for one phase.

    Attributes:
        learning_rate: Peak rate.
        reduce_rate: Epochs without a better validation loss before the rate is halved; 0 warms
            the rate up and follows a cosine to zero.
        early_stopping: Epochs without a better validation loss before the end; 0 is off.
        tensorboard: Folder for a TensorBoard log; None writes none.
    """

    epochs: int
    learning_rate: float
    optimizer: Optimizer = "adam"
    label_smoothing: float = 0.0
    early_stopping: int = 0
    reduce_rate: int = 0
    tensorboard: Path | None = None

    @classmethod
    def of_recipe(cls, recipe: Recipe, *, tensorboard: Path | None = None) -> Self:
        """The settings of training a whole network."""
        return cls(
            epochs=recipe.epochs,
            learning_rate=recipe.learning_rate,
            optimizer=recipe.optimizer,
            label_smoothing=recipe.label_smoothing,
            early_stopping=recipe.early_stopping,
            reduce_rate=recipe.reduce_rate,
            tensorboard=tensorboard if recipe.tensorboard else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FitResult:
    """What a training gave; the model holds the best weights.

    Attributes:
        history: One entry per complete epoch.
        best_epoch: From 1; 0 if the weights at the start were the best.
        validation_loss: Of the best epoch, in nats.
        validation_accuracy: Of the best epoch, 0..1.
        was_stopped: Ended by "stop and keep".
        seconds: Duration.
    """

    history: tuple[EpochFinished, ...]
    best_epoch: int
    validation_loss: float
    validation_accuracy: float
    was_stopped: bool
    seconds: float


def fit(
    model: "keras.Model",
    train: Batches,
    validation: Batches,
    settings: FitSettings,
    *,
    phase: Phase,
    report: Report = ignore,
    control: Control | None = None,
    checkpoint: Path | None = None,
    start_counts: bool = False,
    by_accuracy: bool = False,
) -> FitResult:
    """Train the trainable layers of ``model``; it ends with the weights of its best epoch.

    Each epoch is judged on the validation photos, in inference mode. A loss that is no number any
    more sends the training back to the last good epoch, once, at half the rate. Reports
    StepProgress (photos over all epochs), EpochFinished, MemoryMeasured, Resumed and Warned. The
    model is left without an optimizer, so that a file saved from it holds only the network.

    Args:
        model: A softmax classifier.
        train: Training batches.
        validation: Validation batches.
        settings: How to train.
        phase: Named in the events.
        report: Told of what happens.
        control: Pause blocks; stop keeps the best so far; cancel discards.
        checkpoint: A file that holds the state of the training after each epoch. If it is there
            already and fits, training goes on from it; if more epochs are asked for than were
            planned then, by as many more. It stays, but when the caller cancels.
        start_counts: Whether the weights at the start are a candidate for the best, so that
            training cannot make the model worse.
        by_accuracy: Judge epochs by their accuracy first and by their loss where that is equal:
            for models whose confidence is mended afterwards.

    Raises:
        TrainingError: The loss is no number again and again, or there is nothing to judge by.
        OutOfMemoryError: There is not enough memory.
        Cancelled: The caller cancelled; the checkpoint is gone.
        Stopped: The caller stopped before there was anything to keep.
    """
    _require_photos(train, validation)
    started = time.monotonic()
    best = BestWeights(model, by_accuracy)
    with (
        scalars_into(settings.tensorboard) as record,
        _discarded_if_cancelled(checkpoint),
        _out_of_memory_translated(),
        as_one_device(model),
    ):
        trainee = _compiled(model, settings)
        coach = Coach(
            model=model,
            trainee=trainee,
            evaluate=partial(_evaluate, trainee, validation),
            deal=train.begin_epoch,
            best=best,
            schedule=_schedule(settings, train.steps),
            progress=Progress(phase, train.photos, train.batch_size, settings.epochs, report),
            safety_copy=SafetyCopy(checkpoint, report),
            control=control or Control(),
            patience=settings.early_stopping,
            record=record,
        )
        was_stopped = _run(coach, train, start_counts=start_counts)
    best.restore()
    return FitResult(
        history=tuple(coach.history),
        best_epoch=best.epoch,
        validation_loss=best.loss,
        validation_accuracy=best.accuracy,
        was_stopped=was_stopped,
        seconds=time.monotonic() - started,
    )


def _run(coach: Coach, train: Batches, *, start_counts: bool) -> bool:
    """Whether the caller stopped it.

    Raises:
        Stopped: There is nothing to keep.
    """
    try:
        coach.before_training()
        coach.begin(start_counts=start_counts)
        while not coach.is_over:
            _train_on(coach, train)
    except Stopped:
        if not coach.best.has_any:
            raise
        return True
    return False


def _train_on(coach: Coach, train: Batches) -> None:
    """To the end, or back to the last good epoch."""
    try:
        coach.trainee.fit(
            train.dataset,
            initial_epoch=len(coach.history),
            epochs=coach.progress.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[_hooks(coach)],
        )
    except EnoughError:
        return
    except DivergedError as diverged:
        coach.go_back(diverged)


def _hooks(coach: Coach) -> Any:
    from keras.callbacks import LambdaCallback

    return LambdaCallback(
        on_epoch_begin=coach.before_epoch,
        on_train_batch_begin=coach.before_batch,
        on_train_batch_end=coach.after_batch,
        on_epoch_end=coach.after_epoch,
    )


def _evaluate(
    trainee: "keras.Model", validation: Batches, after_batch: Callable[..., None]
) -> Mapping[str, float]:
    """Loss and accuracy on the validation photos.

    Not left to ``fit``, which would keep its validation iterator when an interruption ends it.
    """
    from keras.callbacks import LambdaCallback

    hooks = LambdaCallback(on_test_batch_end=after_batch)
    found: Mapping[str, float] = trainee.evaluate(
        validation.dataset, verbose=0, return_dict=True, callbacks=[hooks]
    )
    return found


def _compiled(model: "keras.Model", settings: FitSettings) -> "keras.Model":
    """A model of the same layers, ready to train, so that ``model`` itself stays plain.

    XLA is off: on processors it makes these networks four to six times slower.
    """
    import keras

    trainee = keras.Model(model.inputs, model.outputs)
    trainee.compile(
        optimizer=_optimizer(settings),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return trainee


def _optimizer(settings: FitSettings) -> "keras.optimizers.Optimizer":
    from keras import optimizers

    rate = settings.learning_rate
    match settings.optimizer:
        case "adam":
            return optimizers.Adam(rate)
        case "adamw":
            optimizer = optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY)
            optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma"])
            return optimizer
        case "sgd":
            return optimizers.SGD(rate, momentum=_MOMENTUM, nesterov=True)
        case "rmsprop":
            return optimizers.RMSprop(rate)


def _schedule(settings: FitSettings, steps: int) -> Schedule:
    if settings.reduce_rate:
        return HalveOnPlateau(settings.learning_rate, patience=settings.reduce_rate)
    return WarmUpCosine(settings.learning_rate, steps=settings.epochs * steps)


@contextmanager
def _discarded_if_cancelled(checkpoint: Path | None) -> Iterator[None]:
    try:
        yield
    except Cancelled:
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
        raise


@contextmanager
def _out_of_memory_translated() -> Iterator[None]:
    import tensorflow as tf

    try:
        yield
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise OutOfMemoryError(
            "There is not enough memory to train this network.",
            mend="Use a smaller batch size, smaller photos or a smaller network.",
        ) from error


def _require_photos(train: Batches, validation: Batches) -> None:
    for name, batches in (("training", train), ("validation", validation)):
        if not batches.photos:
            raise TrainingError(
                f"There are no {name} photos.",
                expected="At least one is needed.",
                mend="Add photos, or keep a larger share of them for it.",
            )
