"""A Keras training that was killed goes on as if nothing had been, and never gets worse."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.augment import PRESETS
from ml_core.dataset.pipeline import training_batches, validation_batches
from ml_core.errors import Cancelled, TrainingError
from ml_core.events import EpochFinished, Event, MemoryMeasured, Resumed, Warned
from ml_core.models.build import build
from ml_core.training.callbacks import Coach
from ml_core.training.checkpoint import TrainingState, load_state, save_state
from ml_core.training.keras_fit import FitResult, FitSettings, fit
from tests.core.disk import disk_without_room

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SIZE, CLASSES, BATCH, PHOTOS = 16, 3, 16, 60
SETTINGS = FitSettings(epochs=5, learning_rate=3e-3, early_stopping=3, reduce_rate=1)


class Killed(BaseException):
    """Ends a training at once, as a kill does: nobody tidies up."""


def drawn(seed: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    labels = np.arange(PHOTOS) % CLASSES
    photos = rng.integers(0, 150, (PHOTOS, SIZE, SIZE, 1)).astype(np.uint8)
    for photo, label in zip(photos, labels, strict=True):
        photo[label * 5 : label * 5 + 4] += 60
    return photos, labels


def train(
    checkpoint: Path | None,
    report: Callable[[Event], None] = lambda _: None,
    *,
    settings: FitSettings = SETTINGS,
    control: Control | None = None,
    batch_size: int = BATCH,
    phase: Any = "scratch",
    network: str = "fashion_mlp",
) -> tuple[list[Any], FitResult]:
    """Weights and result."""
    model = build(network, classes=CLASSES, input_size=SIZE, seed=4)
    result = fit(
        model,
        training_batches(
            *drawn(0),
            classes=CLASSES,
            batch_size=batch_size,
            augmentation=PRESETS["strong" if network == "fashion_cnn" else "none"],
            mirror=network == "fashion_cnn",
            seed=4,
        ),
        validation_batches(*drawn(1), classes=CLASSES),
        settings,
        phase=phase,
        report=report,
        checkpoint=checkpoint,
        control=control,
    )
    return model.get_weights(), result


def killed_after(epoch: int) -> Callable[[Event], None]:
    def report(event: Event) -> None:
        if isinstance(event, EpochFinished) and event.epoch == epoch:
            raise Killed

    return report


def kill(path: Path, epoch: int, settings: FitSettings = SETTINGS) -> None:
    with pytest.raises(Killed):
        train(path, killed_after(epoch), settings=settings)


def timeless(history: tuple[EpochFinished, ...]) -> list[EpochFinished]:
    return [replace(epoch, seconds=0, photos_per_second=0) for epoch in history]


@pytest.fixture(scope="module")
def whole() -> tuple[list[Any], FitResult]:
    """The training that nobody interrupts."""
    return train(None)


@pytest.mark.parametrize(
    ("network", "optimizer"),
    [
        ("fashion_mlp", "adamw"),
        ("fashion_cnn", "adam"),  # dropout, batch normalisation, varied photos
    ],
)
def test_a_resumed_training_ends_with_the_same_weights(
    tmp_path: Path, network: str, optimizer: Any
) -> None:
    settings = replace(SETTINGS, optimizer=optimizer, reduce_rate=0, epochs=3)
    expected, once = train(None, settings=settings, network=network)
    with pytest.raises(Killed):
        train(tmp_path / "c.npz", killed_after(2), settings=settings, network=network)
    weights, result = train(tmp_path / "c.npz", settings=settings, network=network)
    for one, other in zip(weights, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert timeless(result.history) == timeless(once.history)
    assert (result.best_epoch, result.validation_loss) == (once.best_epoch, once.validation_loss)


def test_it_may_be_killed_again_and_again(
    tmp_path: Path, whole: tuple[list[Any], FitResult]
) -> None:
    path = tmp_path / "c.npz"
    for epoch in (1, 2, 4):
        events: list[Event] = []

        def report(event: Event, last: int = epoch, told: list[Event] = events) -> None:
            told.append(event)
            resumed = [one for one in told if isinstance(one, Resumed)]
            news = isinstance(event, EpochFinished) and event.epoch == last
            if news and not (resumed and resumed[0].epoch >= last):
                raise Killed

        with pytest.raises(Killed):
            train(path, report)
    weights, result = train(path)
    for one, other in zip(weights, whole[0], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert timeless(result.history) == timeless(whole[1].history)


def test_the_epochs_before_are_told_again(tmp_path: Path) -> None:
    kill(tmp_path / "c.npz", 3)
    events: list[Event] = []
    train(tmp_path / "c.npz", events.append)
    told = [event for event in events if not isinstance(event, MemoryMeasured)]
    resumed, *rest = told
    assert isinstance(resumed, Resumed)
    assert (resumed.phase, resumed.epoch, resumed.epochs) == ("scratch", 3, 5)
    assert resumed.seconds == pytest.approx(
        sum(event.seconds for event in rest[:3] if isinstance(event, EpochFinished))
    )
    epochs = [event.epoch for event in told if isinstance(event, EpochFinished)]
    assert epochs == [1, 2, 3, 4, 5]


def test_a_finished_training_is_only_told_again(tmp_path: Path) -> None:
    expected, once = train(tmp_path / "c.npz")
    events: list[Event] = []
    weights, again = train(tmp_path / "c.npz", events.append)
    assert again.history == once.history
    assert all(np.array_equal(a, b) for a, b in zip(weights, expected, strict=True))
    assert [event.epoch for event in events if isinstance(event, EpochFinished)] == [1, 2, 3, 4, 5]


def test_early_stopping_waits_no_longer_for_being_killed(tmp_path: Path) -> None:
    still = FitSettings(epochs=20, learning_rate=1e-30, early_stopping=3)
    kill(tmp_path / "c.npz", 2, still)
    _, result = train(tmp_path / "c.npz", settings=still)
    _, whole = train(None, settings=still)
    assert len(result.history) == len(whole.history) < 20


def test_a_longer_training_goes_on_with_new_patience(tmp_path: Path) -> None:
    still = FitSettings(epochs=4, learning_rate=1e-30, early_stopping=3)
    _, first = train(tmp_path / "c.npz", settings=still)
    events: list[Event] = []
    _, longer = train(tmp_path / "c.npz", events.append, settings=replace(still, epochs=8))
    assert len(longer.history) > len(first.history)
    assert timeless(longer.history[: len(first.history)]) == timeless(first.history)
    told = [event.epochs for event in events if isinstance(event, EpochFinished)]
    assert set(told) == {8}


def test_smaller_batches_may_go_on(tmp_path: Path) -> None:
    kill(tmp_path / "c.npz", 2)
    _, result = train(tmp_path / "c.npz", batch_size=BATCH // 2)
    assert len(result.history) == 5


def test_a_cancelled_training_leaves_no_checkpoint(tmp_path: Path) -> None:
    control = Control()

    def report(event: Event) -> None:
        if isinstance(event, EpochFinished):
            control.cancel()

    with pytest.raises(Cancelled):
        train(tmp_path / "c.npz", report, control=control)
    assert list(tmp_path.iterdir()) == []


def test_the_file_does_not_grow(tmp_path: Path) -> None:
    sizes = []

    def report(event: Event) -> None:
        if isinstance(event, EpochFinished):
            sizes.append(sum(path.stat().st_size for path in tmp_path.iterdir()))

    train(tmp_path / "c.npz", report)
    # Network, and two moments of Adam; and the best network, while it is not the present one.
    parameters = build("fashion_mlp", classes=CLASSES, input_size=SIZE).count_params()
    assert max(sizes) < 4.5 * 4 * parameters + 50_000
    assert min(sizes) > 2.5 * 4 * parameters


def test_a_damaged_checkpoint_is_a_fresh_start(
    tmp_path: Path, whole: tuple[list[Any], FitResult]
) -> None:
    for content in (b"", b"no archive", b"PK\x03\x04" + b"\0" * 50):
        (tmp_path / "c.npz").write_bytes(content)
        assert load_state(tmp_path / "c.npz") is None
    _, result = train(tmp_path / "c.npz")
    assert timeless(result.history) == timeless(whole[1].history)


def test_the_checkpoint_of_another_training_is_a_fresh_start(tmp_path: Path) -> None:
    kill(tmp_path / "c.npz", 2)
    events: list[Event] = []
    train(tmp_path / "c.npz", events.append, phase="fine_tune")
    assert not any(isinstance(event, Resumed) for event in events)


def test_a_full_disk_costs_the_checkpoint_and_not_the_training(tmp_path: Path) -> None:
    events: list[Event] = []
    with disk_without_room():
        _, result = train(tmp_path / "c.npz", events.append)
    assert len(result.history) == 5
    warnings = [event.message for event in events if isinstance(event, Warned)]
    assert len(warnings) == 1
    assert "without a safety copy" in warnings[0]
    assert list(tmp_path.iterdir()) == []


def test_a_state_survives_the_file(tmp_path: Path) -> None:
    epoch = EpochFinished("scratch", 1, 9, 0.5, 0.9, 0.6, 0.8, 1e-3, 2.0, 99.0, is_best=True)
    state = TrainingState(
        phase="scratch",
        epochs=9,
        history=(epoch,),
        weights=[np.arange(6.0).reshape(2, 3), np.array(7, np.int64)],
        optimizer=[np.ones(2)],
        best=[np.arange(6.0).reshape(2, 3), np.array(8, np.int64)],
        best_epoch=1,
        best_loss=math.pi,
        best_accuracy=0.8,
        schedule={"rate": 0.25, "waited": 2},
        rate_factor=0.5,
        patient_since=1,
    )
    save_state(state, tmp_path / "c.npz")
    again = load_state(tmp_path / "c.npz")
    assert again is not None
    for name in ("weights", "optimizer", "best"):
        for one, other in zip(getattr(again, name), getattr(state, name), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
    plain = dict.fromkeys(("weights", "optimizer", "best"))
    assert replace(again, **plain) == replace(state, **plain)


# Losses that are no numbers


def spoilt(monkeypatch: pytest.MonkeyPatch, *moments: tuple[int, int]) -> None:
    """Let the loss be no number at these (epoch, batch), both from 0, once each."""
    after, left = Coach.after_batch, list(moments)

    def spoil(coach: Coach, batch: int, logs: Any) -> None:
        if (coach.epoch, batch) in left:
            left.remove((coach.epoch, batch))
            for variable in coach.model.trainable_variables:
                variable.assign(variable * math.nan)
            logs = {**logs, "loss": math.nan}
        after(coach, batch, logs)

    monkeypatch.setattr(Coach, "after_batch", spoil)


@pytest.mark.parametrize(("epoch", "place"), [(0, "the start"), (2, "the end of epoch 2")])
def test_a_loss_that_is_no_number_sends_it_back_once_at_half_the_rate(
    monkeypatch: pytest.MonkeyPatch, epoch: int, place: str
) -> None:
    spoilt(monkeypatch, (epoch, 1))
    settings = replace(SETTINGS, reduce_rate=9)
    events: list[Event] = []
    weights, result = train(None, events.append, settings=settings)
    (warning,) = [event.message for event in events if isinstance(event, Warned)]
    assert f"in epoch {epoch + 1}" in warning
    assert place in warning
    rates = [one.learning_rate / settings.learning_rate for one in result.history]
    assert rates == pytest.approx([1.0] * epoch + [0.5] * (5 - epoch))
    assert [one.epoch for one in result.history] == [1, 2, 3, 4, 5]
    assert all(np.isfinite(values).all() for values in weights)


def test_the_second_time_it_gives_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt(monkeypatch, (1, 0), (3, 1))
    with pytest.raises(TrainingError, match=r"epoch 4.*half the learning rate.*smaller"):
        train(None)


def test_that_it_went_back_is_not_forgotten_in_a_kill(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spoilt(monkeypatch, (1, 0), (3, 0))
    kill(tmp_path / "c.npz", 2)
    with pytest.raises(TrainingError, match="epoch 4"):
        train(tmp_path / "c.npz")
