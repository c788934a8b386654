"""Batches for Keras: every photo once an epoch, in reproducible order, validation untouched."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.dataset.augment import PRESETS
from ml_core.dataset.pipeline import (
    Batches,
    balanced_class_weights,
    training_batches,
    validation_batches,
)

CLASSES = 3


def numbered(count: int, size: int = 4) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Photos that carry their number in every pixel; classes in turn."""
    numbers = np.arange(count, dtype=np.uint8)
    photos = np.broadcast_to(numbers[:, None, None, None], (count, size, size, 3)).copy()
    return photos, np.arange(count) % CLASSES


def one_pass(batches: Batches) -> list[tuple[Any, ...]]:
    return [tuple(np.asarray(part) for part in batch) for batch in batches.dataset]


def order_of(batches: Batches) -> list[int]:
    return [int(photo[0, 0, 0]) for pixels, *_ in one_pass(batches) for photo in pixels]


def train(count: int = 50, batch_size: int = 8, **options: Any) -> Batches:
    return training_batches(*numbered(count), classes=CLASSES, batch_size=batch_size, **options)


def test_pixels_and_targets_are_what_keras_wants() -> None:
    (pixels, targets), *_ = one_pass(train())
    assert pixels.dtype == targets.dtype == np.float32
    assert pixels.shape[1:] == (4, 4, 3)
    assert targets.shape[1:] == (CLASSES,)
    assert (targets.sum(axis=1) == 1).all()


@pytest.mark.parametrize("count", [1, 7, 8, 9, 50])
def test_every_epoch_shows_every_photo_once(count: int) -> None:
    batches = train(count)
    for _ in range(3):
        assert sorted(order_of(batches)) == list(range(count))


def test_photos_keep_their_labels() -> None:
    for pixels, targets in one_pass(train(augmentation=PRESETS["gentle"], mirror=True)):
        numbers = pixels[:, 0, 0, 0].round().astype(int)
        np.testing.assert_array_equal(targets.argmax(axis=1), numbers % CLASSES)


def test_every_epoch_has_a_new_order_and_the_seed_decides_it() -> None:
    one, same, other = train(seed=5), train(seed=5), train(seed=6)
    first = [order_of(one) for _ in range(3)]
    assert first == [order_of(same) for _ in range(3)]
    assert first[0] != first[1] != first[2]
    assert first[0] != order_of(other)
    assert first[0] != list(range(50))


@pytest.mark.parametrize("kind", ["gentle", "strong"])
def test_variation_is_reproducible(kind: Any) -> None:
    rng = np.random.default_rng(0)
    photos = rng.integers(0, 256, (20, 16, 16, 3)).astype(np.uint8)
    labels = np.arange(20) % CLASSES

    def passes(seed: int) -> NDArray[np.float32]:
        batches = training_batches(
            photos,
            labels,
            classes=CLASSES,
            batch_size=7,
            augmentation=PRESETS[kind],
            mirror=True,
            seed=seed,
        )
        return np.concatenate([pixels for _ in range(2) for pixels, _ in one_pass(batches)])

    np.testing.assert_array_equal(passes(1), passes(1))
    assert not np.array_equal(passes(1), passes(2))


def test_without_variation_photos_arrive_as_they_are() -> None:
    photos, _ = numbered(50)
    for pixels, _ in one_pass(train()):
        np.testing.assert_array_equal(pixels, photos[pixels[:, 0, 0, 0].astype(int)])


@pytest.mark.parametrize(
    ("count", "batch_size", "sizes"),
    [(33, 32, [17, 16]), (97, 32, [25, 25, 25, 22]), (64, 32, [32, 32]), (5, 32, [5]), (1, 8, [1])],
)
def test_batches_are_about_equal(count: int, batch_size: int, sizes: list[int]) -> None:
    batches = train(count, batch_size)
    assert [len(pixels) for pixels, _ in one_pass(batches)] == sizes
    assert (batches.photos, batches.batch_size, batches.steps) == (count, sizes[0], len(sizes))


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_validation_comes_in_order_and_unchanged(batch_size: int) -> None:
    photos, labels = numbered(50)
    batches = validation_batches(photos, labels, classes=CLASSES, batch_size=batch_size)
    for _ in range(2):
        found = one_pass(batches)
        np.testing.assert_array_equal(np.concatenate([pixels for pixels, _ in found]), photos)
        targets = np.concatenate([targets for _, targets in found])
        np.testing.assert_array_equal(targets.argmax(axis=1), labels)
    assert batches.steps == math.ceil(50 / batch_size)


def test_photos_may_stay_on_the_disk(tmp_path: Path) -> None:
    photos, labels = numbered(50)
    mapped = np.memmap(tmp_path / "photos", np.uint8, "w+", shape=photos.shape)
    mapped[:] = photos
    batches = training_batches(mapped, labels, classes=CLASSES, batch_size=8)
    assert sorted(order_of(batches)) == list(range(50))


def test_class_weights_come_with_their_photos() -> None:
    weights = np.array([1.0, 2.0, 5.0], np.float32)
    for _, targets, found in one_pass(train(class_weights=weights)):
        np.testing.assert_array_equal(found, weights[targets.argmax(axis=1)])


def test_balanced_weights_let_every_class_count_the_same() -> None:
    labels = np.array([0] * 8 + [1] * 2 + [2] * 5)
    weights = balanced_class_weights(labels, 4)
    assert weights[3] == 0
    totals = weights * np.bincount(labels, minlength=4)
    np.testing.assert_allclose(totals[:3], totals[0])
    assert weights[labels].mean() == pytest.approx(1)


def test_grey_photos_keep_one_channel() -> None:
    batches = training_batches(
        np.zeros((9, 28, 28, 1), np.uint8),
        np.zeros(9, np.intp),
        classes=2,
        batch_size=4,
        augmentation=PRESETS["strong"],
    )
    assert one_pass(batches)[0][0].shape == (3, 28, 28, 1)
