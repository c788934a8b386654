"""Keras training: it learns, reports, keeps the best, and ends when and how it is asked to."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.augment import PRESETS
from ml_core.dataset.pipeline import Batches, training_batches, validation_batches
from ml_core.errors import Cancelled, Stopped, TrainingError
from ml_core.events import EpochFinished, Event, StepProgress
from ml_core.models.build import build, embedder_of, set_trainable_top
from ml_core.training.callbacks import Progress
from ml_core.training.keras_fit import FitResult, FitSettings, fit
from ml_core.training.recipe import OPTIMIZERS, Optimizer, Recipe
from ml_core.training.schedule import HalveOnPlateau, WarmUpCosine

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras' own, when it saves
)

SIZE, CLASSES, BATCH = 8, 3, 16
TRAIN, VALIDATION = 96, 40
STEPS, VALIDATION_STEPS = TRAIN // BATCH, 2
SETTINGS = FitSettings(epochs=3, learning_rate=3e-3)


def drawn(count: int, seed: int) -> tuple[Any, Any]:
    """Noisy grey photos whose brightest third is their class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    photos = rng.integers(0, 150, (count, SIZE, SIZE, 1)).astype(np.uint8)
    for photo, label in zip(photos, labels, strict=True):
        photo[label * 3 : label * 3 + 2] += 80
    return photos, labels


def train_batches(**options: Any) -> Batches:
    return training_batches(*drawn(TRAIN, 0), classes=CLASSES, batch_size=BATCH, **options)


def held_back() -> Batches:
    return validation_batches(*drawn(VALIDATION, 1), classes=CLASSES, batch_size=32)


def network(seed: int = 0, name: str = "fashion_mlp") -> Any:
    return build(name, classes=CLASSES, input_size=SIZE, weights="none", seed=seed)


def run(model: Any = None, settings: FitSettings = SETTINGS, **options: Any) -> FitResult:
    model = model if model is not None else network()
    return fit(model, train_batches(), held_back(), settings, phase="scratch", **options)


def scores(model: Any) -> tuple[float, float]:
    """Cross-entropy and accuracy on the validation photos, by hand."""
    photos, labels = drawn(VALIDATION, 1)
    shares = np.asarray(model(photos.astype(np.float32), training=False))
    loss = -np.log(shares[np.arange(VALIDATION), labels]).mean()
    return float(loss), float((shares.argmax(axis=1) == labels).mean())


def same_weights(one: list[Any], other: list[Any]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


class Moment(Control):
    """Acts at its n-th checkpoint: one before training, then one after each batch."""

    def __init__(self, number: int, act: Callable[[Control], None]) -> None:
        super().__init__()
        self.number, self.act, self.calls = number, act, 0

    def checkpoint(self) -> None:
        self.calls += 1
        if self.calls == self.number:
            self.act(self)
        super().checkpoint()


# Learning and reporting


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_learns_with_every_optimizer(optimizer: Optimizer) -> None:
    model = network()
    rate = 3e-2 if optimizer == "sgd" else 3e-3
    result = run(model, FitSettings(epochs=12, learning_rate=rate, optimizer=optimizer))
    assert result.validation_accuracy >= 0.9
    assert scores(model)[1] == pytest.approx(result.validation_accuracy)


def test_every_epoch_is_reported_with_its_numbers() -> None:
    events: list[Event] = []
    result = run(report=events.append)
    epochs = [event for event in events if isinstance(event, EpochFinished)]
    assert tuple(epochs) == result.history
    assert [(event.epoch, event.epochs, event.phase) for event in epochs] == [
        (1, 3, "scratch"),
        (2, 3, "scratch"),
        (3, 3, "scratch"),
    ]
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert all(event.seconds > 0 and event.photos_per_second > 0 for event in epochs)
    best = min(epochs, key=lambda event: event.validation_loss)
    assert result.best_epoch == best.epoch
    assert [event.is_best for event in epochs][best.epoch - 1 :] == [True] + [False] * (
        3 - best.epoch
    )


def test_progress_counts_photos_over_all_epochs() -> None:
    events: list[Event] = []
    run(report=events.append)
    steps = [event for event in events if isinstance(event, StepProgress)]
    done = [event.done for event in steps]
    assert done == sorted(set(done))
    assert {event.total for event in steps} == {3 * TRAIN}
    assert done[0] == BATCH
    assert done[-1] == 3 * TRAIN
    assert steps[-1].seconds_left == 0


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    run()
    assert capsys.readouterr().out == ""


def test_the_validation_is_measured_in_inference_mode_on_plain_photos() -> None:
    model = network(name="fashion_mlp")
    result = fit(
        model,
        train_batches(augmentation=PRESETS["strong"], mirror=True),
        held_back(),
        SETTINGS,
        phase="scratch",
    )
    loss, accuracy = scores(model)
    assert result.validation_loss == pytest.approx(loss, rel=1e-4)
    assert result.validation_accuracy == pytest.approx(accuracy)


def test_the_same_seed_gives_the_same_training() -> None:
    first, again, other = (run(network(seed)).history for seed in (1, 1, 2))

    def losses(history: tuple[EpochFinished, ...]) -> list[tuple[float, float]]:
        return [(epoch.train_loss, epoch.validation_loss) for epoch in history]

    assert losses(first) == losses(again)
    assert losses(first) != losses(other)


def test_dropout_and_variation_are_reproducible_too() -> None:
    def trained() -> list[Any]:
        model = build("fashion_cnn", classes=CLASSES, input_size=16, seed=4)
        photos, labels = drawn(TRAIN, 0)
        photos = photos.repeat(2, axis=1).repeat(2, axis=2)
        batches = training_batches(
            photos,
            labels,
            classes=CLASSES,
            batch_size=BATCH,
            augmentation=PRESETS["strong"],
            seed=4,
        )
        judged = validation_batches(photos, labels, classes=CLASSES)
        fit(model, batches, judged, replace(SETTINGS, epochs=2), phase="scratch")
        return list(model.get_weights())

    assert same_weights(trained(), trained())


def test_label_smoothing_raises_the_floor_of_the_loss() -> None:
    sharp = run(settings=replace(SETTINGS, epochs=15))
    smooth = run(settings=replace(SETTINGS, epochs=15, label_smoothing=0.3))
    floor = -(0.8 * math.log(0.8) + 2 * 0.1 * math.log(0.1))
    assert smooth.validation_loss > floor > sharp.validation_loss
    assert smooth.validation_accuracy >= 0.9


def test_class_weights_are_obeyed() -> None:
    model = network()
    weights = np.array([0.0, 0.0, 1.0], np.float32)
    fit(model, train_batches(class_weights=weights), held_back(), SETTINGS, phase="scratch")
    photos, _ = drawn(VALIDATION, 1)
    assert (np.asarray(model(photos.astype(np.float32))).argmax(axis=1) == 2).all()


def test_the_model_is_left_plain() -> None:
    model = network()
    run(model)
    assert not model.compiled
    assert getattr(model, "optimizer", None) is None


def test_a_model_can_be_trained_again_on_other_photos() -> None:
    model = network()
    run(model, control=Moment(STEPS + 2 + VALIDATION_STEPS + 1, Control.stop))
    photos, labels = drawn(30, 5)
    other = validation_batches(photos, labels, classes=CLASSES)
    result = fit(model, train_batches(), other, SETTINGS, phase="fine_tune")
    shares = np.asarray(model(photos.astype(np.float32)))
    assert result.validation_accuracy == pytest.approx(
        float((shares.argmax(axis=1) == labels).mean())
    )


@pytest.mark.parametrize("part", ["training", "validation"])
def test_without_photos_it_says_so(part: str) -> None:
    empty = Batches(dataset=None, photos=0, batch_size=1)  # type: ignore[arg-type]
    train = empty if part == "training" else train_batches()
    validation = empty if part == "validation" else held_back()
    with pytest.raises(TrainingError, match=f"no {part} photos"):
        fit(network(), train, validation, SETTINGS, phase="scratch")


def test_a_loss_beyond_all_bounds_is_an_error_that_helps() -> None:
    settings = FitSettings(epochs=5, learning_rate=1e30, optimizer="sgd", reduce_rate=5)
    with pytest.raises(TrainingError, match=r"epoch 1.*smaller learning rate"):
        run(settings=settings)


# Keeping the best


def test_the_model_ends_with_the_best_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The losses are made up: the second epoch is the best."""
    model, losses, kept = network(), iter([0.9, 0.5, 0.7, 0.6]), []

    def pretend(*_: Any) -> dict[str, float]:
        kept.append(model.get_weights())
        return {"loss": next(losses), "accuracy": 0.5}

    monkeypatch.setattr("ml_core.training.keras_fit._evaluate", pretend)
    result = run(model, replace(SETTINGS, epochs=4))
    assert (result.best_epoch, result.validation_loss) == (2, 0.5)
    assert same_weights(model.get_weights(), kept[1])
    assert not same_weights(kept[1], kept[3])


def test_training_on_cannot_make_a_model_worse() -> None:
    model = network()
    run(model, replace(SETTINGS, epochs=10))
    before, loss = model.get_weights(), scores(model)[0]
    harmful = FitSettings(epochs=2, learning_rate=3.0)
    result = run(model, harmful, start_counts=True)
    assert result.best_epoch == 0
    assert result.validation_loss == pytest.approx(loss, rel=1e-4)
    assert len(result.history) == 2
    assert same_weights(model.get_weights(), before)


def test_frozen_layers_do_not_change() -> None:
    model = network(name="fashion_mlp")
    set_trainable_top(model, 1)
    before = [layer.get_weights() for layer in embedder_of(model).layers]
    head = model.get_layer("head").get_weights()
    run(model)
    after = [layer.get_weights() for layer in embedder_of(model).layers]
    assert all(same_weights(a, b) for a, b in zip(before[:-1], after[:-1], strict=True))
    assert not same_weights(before[-1], after[-1])
    assert not same_weights(head, model.get_layer("head").get_weights())


def test_early_stopping_waits_as_long_as_agreed() -> None:
    still = FitSettings(epochs=30, learning_rate=1e-30, early_stopping=4, reduce_rate=99)
    result = run(settings=still)
    assert result.best_epoch == 1
    assert len(result.history) == 5
    assert not result.was_stopped


# Stopping, cancelling, pausing


FIRST_EPOCH = 1 + STEPS + VALIDATION_STEPS


@pytest.mark.parametrize("moment", [1, 2, 1 + STEPS, FIRST_EPOCH])
def test_a_stop_before_anything_can_be_kept_is_told(moment: int) -> None:
    control = Moment(moment, Control.stop)
    with pytest.raises(Stopped):
        run(control=control)
    assert control.calls == moment


@pytest.mark.parametrize(
    "moment",
    [FIRST_EPOCH + 1, FIRST_EPOCH + STEPS, FIRST_EPOCH + STEPS + 1],
    ids=["after a batch", "after the last batch", "while validating"],
)
def test_a_stop_keeps_the_best_and_no_half_epoch(moment: int) -> None:
    model, control, events = network(), Moment(moment, Control.stop), list[Event]()
    result = run(model, control=control, report=events.append)
    assert control.calls == moment, "it must end within one batch"
    assert result.was_stopped
    assert len(result.history) == 1
    assert sum(isinstance(event, EpochFinished) for event in events) == 1
    assert scores(model)[0] == pytest.approx(result.history[0].validation_loss, rel=1e-4)


@pytest.mark.parametrize("moment", [1, 4, FIRST_EPOCH, FIRST_EPOCH + 3])
def test_a_cancel_ends_at_once_and_leaves_no_file(moment: int, tmp_path: Path) -> None:
    control = Moment(moment, Control.cancel)
    with pytest.raises(Cancelled):
        run(control=control, checkpoint=tmp_path / "checkpoint.npz")
    assert control.calls == moment
    assert list(tmp_path.iterdir()) == []


def test_a_stop_while_the_start_is_judged_keeps_nothing() -> None:
    with pytest.raises(Stopped):
        run(control=Moment(1, Control.stop), start_counts=True)


def test_a_stop_after_the_start_was_judged_keeps_the_start() -> None:
    model = network()
    before = model.get_weights()
    control = Moment(VALIDATION_STEPS + 3, Control.stop)
    result = run(model, control=control, start_counts=True)
    assert (result.was_stopped, result.best_epoch, result.history) == (True, 0, ())
    assert same_weights(model.get_weights(), before)


def test_a_pause_holds_the_training_and_does_not_count() -> None:
    control = Moment(4, Control.pause)
    seconds: list[float] = []

    def resume() -> None:
        while not control.is_paused:
            time.sleep(0.01)
        calls, began = control.calls, time.monotonic()
        time.sleep(1.0)
        assert control.calls == calls
        seconds.append(time.monotonic() - began)
        control.resume()

    helper = threading.Thread(target=resume)
    helper.start()
    result = run(control=control)
    helper.join()
    assert seconds
    assert len(result.history) == 3
    assert result.seconds > seconds[0]
    assert result.history[0].seconds < result.seconds - seconds[0] + 0.05


# The parts


def test_time_left_ignores_the_first_batch_and_pauses() -> None:
    now, events = [0.0], list[Event]()
    progress = Progress("scratch", 40, 10, 2, events.append, lambda: now[0])
    progress.epoch_began()
    now[0] = 60.0  # tracing
    progress.batch_ended(0, 0)
    now[0] = 62.0
    progress.batch_ended(0, 1)
    now[0] = 162.0
    progress.paused(100.0)
    now[0] = 164.0
    progress.batch_ended(0, 2)
    last = events[-1]
    assert isinstance(last, StepProgress)
    assert (last.done, last.total) == (30, 80)
    assert last.per_second == pytest.approx(5.0)
    assert last.seconds_left == pytest.approx(10.0)
    assert progress.epoch_seconds == pytest.approx(64.0)


def test_progress_is_reported_about_ten_times_a_second() -> None:
    now, events = [0.0], list[Event]()
    progress = Progress("scratch", 1000, 1, 1, events.append, lambda: now[0])
    progress.epoch_began()
    for batch in range(1000):
        now[0] += 0.01
        progress.batch_ended(0, batch)
    assert 90 <= len(events) <= 110


def test_the_cosine_warms_up_and_ends_at_nothing() -> None:
    schedule = WarmUpCosine(0.4, steps=200)
    rates = [schedule.rate(step) for step in range(200)]
    assert rates[:10] == sorted(rates[:10])
    assert max(rates) == rates[9] == pytest.approx(0.4)
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[105] == pytest.approx(0.2, abs=0.01)
    assert 0 <= rates[-1] < 0.001
    assert min(rates) >= 0


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_cosine_of_very_short_trainings_is_usable(steps: int) -> None:
    schedule = WarmUpCosine(0.4, steps=steps)
    rates = [schedule.rate(step) for step in range(steps)]
    assert rates[0] == pytest.approx(0.4)
    assert all(0 <= rate <= 0.4 for rate in rates)


def test_a_plateau_halves_the_rate_once_per_patience() -> None:
    schedule = HalveOnPlateau(0.8, patience=2)
    rates = []
    for improved in (True, False, False, False, True, False, False, False, False):
        schedule.epoch_ended(improved=improved)
        rates.append(schedule.rate(0))
    assert rates == [0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.1]


def test_a_plateau_never_freezes_the_training() -> None:
    schedule = HalveOnPlateau(0.8, patience=1)
    for _ in range(100):
        schedule.epoch_ended(improved=False)
    assert schedule.rate(0) == pytest.approx(0.8 / 256)


def test_the_rate_of_an_epoch_is_the_schedules() -> None:
    settings = FitSettings(epochs=6, learning_rate=1e-30, reduce_rate=2)
    rates = [epoch.learning_rate for epoch in run(settings=settings).history]
    assert np.array(rates) / 1e-30 == pytest.approx([1, 1, 1, 0.5, 0.5, 0.25])


def test_settings_follow_the_recipe(tmp_path: Path) -> None:
    recipe = Recipe(epochs=7, learning_rate=0.02, optimizer="sgd", label_smoothing=0.1)
    settings = FitSettings.of_recipe(recipe, tensorboard=tmp_path)
    assert (settings.epochs, settings.learning_rate, settings.optimizer) == (7, 0.02, "sgd")
    assert settings.label_smoothing == 0.1
    assert settings.tensorboard is None
    wanted = FitSettings.of_recipe(replace(recipe, tensorboard=True), tensorboard=tmp_path)
    assert wanted.tensorboard == tmp_path


def test_a_tensorboard_log_holds_every_epoch(tmp_path: Path) -> None:
    import tensorflow as tf

    history = run(settings=replace(SETTINGS, tensorboard=tmp_path / "log")).history
    (path,) = (tmp_path / "log").iterdir()
    found: dict[tuple[str, int], float] = {}
    for record in tf.data.TFRecordDataset(str(path)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            found[value.tag, event.step] = value.simple_value
    assert len(found) == 5 * 3
    for epoch in history:
        assert found["epoch_loss", epoch.epoch] == pytest.approx(epoch.train_loss)
        assert found["epoch_val_accuracy", epoch.epoch] == pytest.approx(epoch.validation_accuracy)


def test_training_leaves_no_thread_behind() -> None:
    run()
    before = threading.active_count()
    for _ in range(2):
        with pytest.raises(Cancelled):
            run(control=Moment(5, Control.cancel))
        run()
    assert threading.active_count() <= before
