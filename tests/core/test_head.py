"""The softmax head: right gradients, an exact fold, an honest end."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled, Stopped, TrainingError
from ml_core.events import EpochFinished, Event, StepProgress
from ml_core.training import head as head_module
from ml_core.training.head import (
    Head,
    HeadSettings,
    LabelledVectors,
    TrainedHead,
    continue_head,
    score,
    train_head,
)

SETTINGS = HeadSettings(
    epochs=40, batch_size=16, learning_rate=0.03, label_smoothing=0.0, early_stopping=0, seed=3
)
CLASSES, DIMENSIONS = 3, 10


def clusters(
    count: int, *, seed: int, spread: float = 0.5, scale: float = 1.0, offset: float = 0.0
) -> LabelledVectors:
    """One cloud a class, around the same centres for every seed."""
    centres = np.random.default_rng(99).normal(0, 1, (CLASSES, DIMENSIONS))
    random = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    vectors = centres[labels] + random.normal(0, spread, (count, DIMENSIONS))
    return LabelledVectors((vectors * scale + offset).astype(np.float32), labels.astype(np.intp))


TRAIN, VALIDATION = clusters(90, seed=1), clusters(45, seed=2)


def trained(
    train: LabelledVectors = TRAIN, validation: LabelledVectors = VALIDATION, **options: Any
) -> tuple[TrainedHead, list[Event]]:
    events: list[Event] = []
    report, control = options.pop("report", events.append), options.pop("control", None)
    settings = replace(SETTINGS, **options)
    result = train_head(
        train, validation, classes=CLASSES, settings=settings, report=report, control=control
    )
    return result, events


def epochs(events: list[Event]) -> list[EpochFinished]:
    return [event for event in events if isinstance(event, EpochFinished)]


@pytest.mark.parametrize(
    ("scale", "offset"), [(1.0, 0.0), (1e-11, 0.0), (1e4, 0.0), (1.0, 100.0), (1e-3, 5.0)]
)
def test_clouds_are_told_apart_whatever_their_size_and_place(scale: float, offset: float) -> None:
    train = clusters(90, seed=1, scale=scale, offset=offset)
    validation = clusters(45, seed=2, scale=scale, offset=offset)
    result, _ = trained(train, validation)
    assert result.validation_accuracy >= 0.95
    assert (result.head.kernel.dtype, result.head.bias.dtype) == (np.float32, np.float32)
    assert score(result.head, validation)[1] == pytest.approx(result.validation_accuracy)


def test_the_fold_answers_raw_vectors_as_training_answered_standardised_ones() -> None:
    train = clusters(90, seed=1, scale=7.0, offset=-20.0)
    validation = clusters(45, seed=2, scale=7.0, offset=-20.0)
    result, events = trained(train, validation)
    best = epochs(events)[result.best_epoch - 1]
    assert score(result.head, train) == pytest.approx(
        (best.train_loss, best.train_accuracy), abs=1e-4
    )
    assert score(result.head, validation) == pytest.approx(
        (best.validation_loss, best.validation_accuracy), abs=1e-4
    )


def test_folding_is_exact() -> None:
    random = np.random.default_rng(0)
    data = clusters(60, seed=4, scale=30.0, offset=3.0)
    standard = head_module._Standardisation(data.vectors)
    head = Head(
        random.normal(size=(DIMENSIONS, CLASSES)).astype(np.float32),
        random.normal(size=CLASSES).astype(np.float32),
    )
    np.testing.assert_allclose(
        standard.fold(head).log_probabilities(data.vectors),
        head.log_probabilities(standard.apply(data).vectors),
        atol=2e-5,
    )


def test_standardised_vectors_have_no_mean_and_unit_deviation() -> None:
    data = clusters(60, seed=4, scale=30.0, offset=3.0)
    vectors = head_module._Standardisation(data.vectors).apply(data).vectors
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(vectors.std(axis=0), 1, atol=5e-3)


@pytest.mark.parametrize("constant", [0.0, 5.0, 1234.567])
def test_dimensions_that_say_nothing_are_not_blown_up(constant: float) -> None:
    def with_constant(data: LabelledVectors) -> LabelledVectors:
        column = np.full((len(data), 1), constant, np.float32)
        return LabelledVectors(np.hstack([data.vectors, column]), data.labels)

    result, _ = trained(with_constant(TRAIN), with_constant(VALIDATION))
    assert result.validation_accuracy >= 0.95
    assert np.abs(result.head.kernel[-1]).max() < 0.1


def test_vectors_that_are_all_the_same_give_a_harmless_head() -> None:
    data = LabelledVectors(np.full((90, DIMENSIONS), 0.1234567, np.float32), TRAIN.labels)
    result, _ = trained(data, data)
    np.testing.assert_allclose(
        result.head.log_probabilities(data.vectors), np.log(1 / 3), atol=0.05
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_gradients_agree_with_finite_differences(
    smoothing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_module, "WEIGHT_PENALTY", 0.1)
    settings = replace(SETTINGS, label_smoothing=smoothing)
    optimizer = head_module._Adam(TRAIN, CLASSES, settings)
    random = np.random.default_rng(8)
    kernel = random.normal(0, 0.5, (DIMENSIONS, CLASSES))
    bias = random.normal(0, 0.5, CLASSES)
    optimizer.kernel, optimizer.bias = kernel.astype(np.float32), bias.astype(np.float32)
    batch = np.arange(7, 30)

    def loss(kernel: np.ndarray, bias: np.ndarray) -> float:
        """In float64, written the long way."""
        logits = TRAIN.vectors[batch].astype(np.float64) @ kernel + bias
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        targets = np.eye(CLASSES)[TRAIN.labels[batch]] * (1 - smoothing) + smoothing / CLASSES
        entropy = -(targets * np.log(shares)).sum(axis=1).mean()
        return float(entropy + 0.5 * 0.1 * (kernel**2).sum())

    step = 1e-5
    for values, gradient in zip((kernel, bias), optimizer.gradients(batch), strict=True):
        for place in np.ndindex(values.shape):
            before = values[place]
            values[place] = before + step
            above = loss(kernel, bias)
            values[place] = before - step
            below = loss(kernel, bias)
            values[place] = before
            assert gradient[place] == pytest.approx((above - below) / (2 * step), abs=1e-4)


def test_adam_takes_the_steps_of_the_paper() -> None:
    optimizer = head_module._Adam(TRAIN, CLASSES, SETTINGS)
    mean = square = np.zeros((DIMENSIONS, CLASSES))
    kernel = optimizer.kernel.astype(np.float64)
    for step, batch in enumerate(optimizer.batches()[:4], start=1):
        gradient, rate = optimizer.gradients(batch)[0].astype(np.float64), optimizer.learning_rate
        optimizer.step(batch)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        unbiased = (mean / (1 - 0.9**step), square / (1 - 0.999**step))
        kernel = kernel - rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
        np.testing.assert_allclose(optimizer.kernel, kernel, rtol=1e-3, atol=1e-6)


def test_every_photo_is_seen_once_an_epoch_in_a_new_order() -> None:
    optimizer = head_module._Adam(TRAIN, CLASSES, SETTINGS)
    first, second = (np.concatenate(optimizer.batches()) for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(90))
    assert list(first) != list(second)
    assert {len(batch) for batch in optimizer.batches()} == {16, 10}


def test_class_weights_let_a_small_class_be_heard() -> None:
    """Two clouds that overlap, one of them ten times as large."""
    random = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], [200, 20, 20]).astype(np.intp)
    vectors = random.normal(0, 1, (240, DIMENSIONS)) + labels[:, None] * 0.45
    train = LabelledVectors(vectors.astype(np.float32), labels)
    recalls = []
    for class_weights in (False, True):
        head = trained(train, VALIDATION, class_weights=class_weights)[0].head
        answers = head.log_probabilities(train.vectors).argmax(axis=1)
        recalls.append(float((answers[labels == 1] == 1).mean()))
    assert recalls[1] > recalls[0] + 0.1


def test_class_weights_change_nothing_where_classes_are_even() -> None:
    plain, weighted = (trained(class_weights=weights)[0].head for weights in (False, True))
    np.testing.assert_allclose(plain.kernel, weighted.kernel, rtol=1e-3, atol=1e-5)


def test_smoothed_labels_share_out_and_sum_to_one() -> None:
    targets = head_module._smoothed(np.array([2, 0]), 4, 0.2)
    np.testing.assert_allclose(targets, [[0.05, 0.05, 0.85, 0.05], [0.85, 0.05, 0.05, 0.05]])


def test_label_smoothing_makes_answers_more_modest() -> None:
    plain, _ = trained()
    smoothed, _ = trained(label_smoothing=0.4)
    highest = [
        np.exp(result.head.log_probabilities(VALIDATION.vectors)).max(axis=1).mean()
        for result in (plain, smoothed)
    ]
    assert highest[1] < highest[0] - 0.1


def test_the_same_seed_gives_the_same_head_and_another_another() -> None:
    first, again, other = (trained(seed=seed)[0].head for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.kernel, again.kernel)
    np.testing.assert_array_equal(first.bias, again.bias)
    assert not np.array_equal(first.kernel, other.kernel)


def test_events_tell_the_whole_course() -> None:
    result, events = trained()
    finished = epochs(events)
    assert [event.epoch for event in finished] == list(range(1, 41))
    assert {(event.phase, event.epochs) for event in finished} == {("head", 40)}
    rates = [event.learning_rate for event in finished]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-9)
    best = min(finished, key=lambda event: event.validation_loss)
    assert result.best_epoch == best.epoch
    assert best.is_best
    assert result.validation_loss == best.validation_loss
    steps = [event for event in events if isinstance(event, StepProgress)]
    assert (steps[-1].done, steps[-1].total, steps[-1].seconds_left) == (3600, 3600, 0)
    assert all(0 <= event.train_accuracy <= 1 and event.photos_per_second > 0 for event in finished)


def confusing() -> LabelledVectors:
    """Validation photos with random labels: no epoch makes them much better."""
    return LabelledVectors(VALIDATION.vectors, np.roll(VALIDATION.labels, 1))


def test_early_stopping_ends_after_the_agreed_epochs_and_keeps_the_best() -> None:
    result, events = trained(validation=confusing(), early_stopping=4)
    assert result.epochs == result.best_epoch + 4 < 40
    assert len(epochs(events)) == result.epochs
    assert not result.was_stopped
    loss, accuracy = score(result.head, confusing())
    assert loss == pytest.approx(result.validation_loss, abs=1e-4)
    assert accuracy == pytest.approx(result.validation_accuracy)


def test_a_stop_keeps_the_best_so_far() -> None:
    control, heard = Control(), []

    def stop_after_three(event: Event) -> None:
        heard.append(event)
        if isinstance(event, EpochFinished) and event.epoch == 3:
            control.stop()

    result, _ = trained(control=control, report=stop_after_three)
    assert (result.was_stopped, result.epochs) == (True, 3)
    assert score(result.head, VALIDATION)[0] == pytest.approx(result.validation_loss, abs=1e-4)
    assert len(epochs(heard)) == 3


class EndsAtBatch(Control):
    """Asks for an end at a checkpoint in the middle of an epoch."""

    def __init__(self, end: str, at: int) -> None:
        super().__init__()
        self._end, self._left = end, at

    def checkpoint(self) -> None:
        self._left -= 1
        if self._left == 0:
            getattr(self, self._end)()
        super().checkpoint()


def test_a_stop_ends_within_a_batch() -> None:
    result, events = trained(control=EndsAtBatch("stop", 6 + 2))  # six batches an epoch
    assert (result.was_stopped, result.epochs, len(epochs(events))) == (True, 1, 1)


def test_a_stop_before_the_first_epoch_has_nothing_to_keep() -> None:
    with pytest.raises(Stopped):
        trained(control=EndsAtBatch("stop", 2))


@pytest.mark.parametrize("batch", [1, 9])
def test_a_cancel_raises(batch: int) -> None:
    with pytest.raises(Cancelled):
        trained(control=EndsAtBatch("cancel", batch))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_vectors_that_are_no_numbers_are_an_error_in_words(value: float) -> None:
    vectors = TRAIN.vectors.copy()
    vectors[5, 2] = value
    with pytest.raises(TrainingError, match="grew beyond all bounds in epoch 1"):
        trained(LabelledVectors(vectors, TRAIN.labels))


@pytest.mark.parametrize("batch_size", [1, 90, 4096])
def test_any_batch_size_serves(batch_size: int) -> None:
    result, events = trained(batch_size=batch_size, epochs=60)
    assert result.validation_accuracy > 0.8
    assert len(epochs(events)) == 60


def test_the_given_vectors_stay_as_they_are() -> None:
    before = TRAIN.vectors.copy(), VALIDATION.vectors.copy()
    trained()
    np.testing.assert_array_equal(TRAIN.vectors, before[0])
    np.testing.assert_array_equal(VALIDATION.vectors, before[1])


def test_scores_by_hand() -> None:
    head = Head(np.eye(2, dtype=np.float32), np.zeros(2, np.float32))
    data = LabelledVectors(np.array([[2, 0], [0, 1], [3, 0]], np.float32), np.array([0, 1, 1]))
    losses = [np.log(1 + np.exp(-2)), np.log(1 + np.exp(-1)), np.log(1 + np.exp(3))]
    assert score(head, data) == pytest.approx((np.mean(losses), 2 / 3), abs=1e-6)


def test_huge_logits_stay_finite() -> None:
    head = Head(np.full((1, 2), 1e30, np.float32) * [1, -1], np.zeros(2, np.float32))
    given = head.log_probabilities(np.ones((1, 1), np.float32))
    assert given[0, 0] == 0
    assert np.isfinite(given).all()


# --- going on from a head ---


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (1e4, 0.0), (1.0, 100.0)])
def test_going_on_begins_with_the_head_given(scale: float, offset: float) -> None:
    train = clusters(90, seed=1, scale=scale, offset=offset)
    head = trained(train, clusters(45, seed=2, scale=scale, offset=offset))[0].head
    kernel, bias = head.kernel.copy(), head.bias.copy()
    still = replace(SETTINGS, epochs=1, learning_rate=1e-9)
    same = continue_head(head, train, classes=CLASSES, settings=still)
    np.testing.assert_allclose(
        same.log_probabilities(train.vectors), head.log_probabilities(train.vectors), atol=2e-2
    )
    np.testing.assert_array_equal(head.kernel, kernel)
    np.testing.assert_array_equal(head.bias, bias)


def test_going_on_learns_a_new_class_and_keeps_the_old_ones() -> None:
    head = trained()[0].head
    before = score(head, VALIDATION)[1]
    new = np.random.default_rng(8).normal(6, 0.3, (20, DIMENSIONS)).astype(np.float32)
    together = LabelledVectors(
        np.concatenate([TRAIN.vectors, new[:10]]),
        np.concatenate([TRAIN.labels, np.full(10, CLASSES)]),
    )
    longer = continue_head(head, together, classes=CLASSES + 1, settings=SETTINGS)
    assert longer.kernel.shape == (DIMENSIONS, CLASSES + 1)
    assert (longer.log_probabilities(new[10:]).argmax(axis=1) == CLASSES).all()
    assert score(longer, VALIDATION)[1] >= before - 0.05


def test_going_on_can_be_ended_and_fails_in_words() -> None:
    head, control = trained()[0].head, Control()
    control.cancel()
    with pytest.raises(Cancelled):
        continue_head(head, TRAIN, classes=CLASSES, settings=SETTINGS, control=control)
    spoilt = LabelledVectors(np.full_like(TRAIN.vectors, np.nan), TRAIN.labels)
    with pytest.raises(TrainingError, match="grew beyond all bounds"):
        continue_head(head, spoilt, classes=CLASSES, settings=replace(SETTINGS, epochs=1))
