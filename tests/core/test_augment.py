"""Varying training photos: what changes, by how much, and the same again for the same seed."""

import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.dataset.augment import (
    MOST,
    NOTHING,
    PRESETS,
    Amounts,
    Kind,
    augmentation_layers,
)
from ml_core.training.recipe import AUGMENTATIONS

VARYING: tuple[Kind, ...] = ("gentle", "strong")


def photos(count: int = 4, size: int = 24, channels: int = 3) -> NDArray[np.uint8]:
    """Smooth random pictures, so that a turn by a few degrees changes many pixels."""
    drawn = np.random.default_rng(0).integers(0, 256, (count, 4, 4, channels))
    return drawn.repeat(size // 4, axis=1).repeat(size // 4, axis=2).astype(np.uint8)


def vary(kind: Kind, batch: NDArray[Any], *, mirror: bool = False, seed: int = 0) -> Any:
    layers = augmentation_layers(PRESETS[kind], mirror=mirror, seed=seed)
    assert layers is not None
    return np.asarray(layers(batch))


def test_every_kind_of_a_recipe_is_known() -> None:
    assert (*PRESETS, "custom") == AUGMENTATIONS


def test_every_amount_has_its_largest() -> None:
    assert list(MOST) == [field.name for field in fields(Amounts)]
    for name, most in MOST.items():
        assert all(0 <= getattr(amounts, name) <= most for amounts in PRESETS.values())


def test_asking_for_nothing_gives_nothing() -> None:
    assert augmentation_layers(NOTHING, mirror=False, seed=0) is None


@pytest.mark.parametrize("kind", VARYING)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_batches_keep_their_shape_and_range(kind: Kind, dtype: type, channels: int) -> None:
    batch = photos(channels=channels).astype(dtype)
    varied = vary(kind, batch, mirror=True)
    assert varied.shape == batch.shape
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 255


@pytest.mark.parametrize("kind", VARYING)
def test_every_photo_of_a_batch_is_varied_differently(kind: Kind) -> None:
    same = np.repeat(photos(1), 6, axis=0)
    varied = vary(kind, same)
    assert len(np.unique(varied.reshape(6, -1), axis=0)) == 6


@pytest.mark.parametrize("kind", VARYING)
def test_the_seed_decides_every_batch(kind: Kind) -> None:
    batch = photos()
    one, same, other = (
        augmentation_layers(PRESETS[kind], mirror=True, seed=seed) for seed in (3, 3, 4)
    )
    assert one is not None
    assert same is not None
    assert other is not None
    first = [np.asarray(one(batch)) for _ in range(3)]
    again = [np.asarray(same(batch)) for _ in range(3)]
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[0], first[1]), "a second batch must be varied anew"
    assert not np.array_equal(first[0], np.asarray(other(batch)))


def test_mirroring_alone_is_exact() -> None:
    batch = photos(40)
    varied = vary("none", batch, mirror=True)
    plain = np.array([np.array_equal(a, b) for a, b in zip(varied, batch, strict=True)])
    mirrored = np.array([np.array_equal(a, b[:, ::-1]) for a, b in zip(varied, batch, strict=True)])
    assert (plain | mirrored).all()
    assert 8 <= mirrored.sum() <= 32, "about half of them"


def test_without_mirroring_left_stays_left() -> None:
    batch = np.zeros((60, 24, 24, 3), np.uint8)
    batch[:, :, :12] = 200
    varied = vary("strong", batch)
    assert (
        varied[:, 8:16, :8].mean(axis=(1, 2, 3)) > varied[:, 8:16, 16:].mean(axis=(1, 2, 3))
    ).all()
    assert (vary("strong", batch, mirror=True)[:, 8:16, :8].mean(axis=(1, 2, 3)) < 60).any()


def test_gentle_leaves_colours_alone_and_strong_does_not() -> None:
    flat = np.full((20, 24, 24, 3), 120, np.uint8)
    np.testing.assert_allclose(vary("gentle", flat), 120.0, atol=1e-3)
    varied = vary("strong", flat)
    assert varied.std(axis=(1, 2)).max() < 1e-2, "a flat photo stays flat: borders are repeated"
    assert varied.mean(axis=(1, 2, 3)).std() > 5


def test_grey_photos_stay_one_channel_and_change_brightness() -> None:
    varied = vary("strong", np.full((20, 24, 24, 1), 120, np.uint8))
    assert varied.shape[-1] == 1
    assert varied.std() > 5


def centroids(kind: Kind) -> NDArray[np.float64]:
    """Where a bright spot right of the middle goes, relative to the middle, in sides."""
    size = 96
    batch = np.zeros((400, size, size, 1), np.uint8)
    batch[:, 44:52, 64:72] = 255
    plain_light = replace(PRESETS[kind], contrast=0.0, brightness=0.0, colour=0.0)
    layers = augmentation_layers(plain_light, mirror=False, seed=0)
    assert layers is not None
    moved = np.asarray(layers(batch))[..., 0]
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    mass = moved.sum(axis=(1, 2))
    found = [(moved * columns).sum(axis=(1, 2)), (moved * rows).sum(axis=(1, 2))]
    return np.stack([axis[mass > 1000] / mass[mass > 1000] / size for axis in found], axis=1)


def test_a_gentle_turn_stays_within_its_angle() -> None:
    x, y = centroids("gentle").T
    angles = np.degrees(np.arctan2(y, x))
    assert np.abs(angles).max() <= PRESETS["gentle"].rotation + 2
    assert np.abs(angles).max() > PRESETS["gentle"].rotation / 2
    assert abs(angles.mean()) < 2, "no direction is preferred"


def test_a_strong_change_moves_photos_further_but_keeps_them_centred() -> None:
    gentle, strong = centroids("gentle"), centroids("strong")
    assert strong.std(axis=0).min() > gentle.std(axis=0).max()
    spot = np.array([20 / 96, 0])
    assert np.abs(strong.mean(axis=0) - spot).max() < 0.03
    assert np.abs(strong - spot).max() < 0.45


def test_zooming_keeps_the_middle_in_place() -> None:
    batch = np.zeros((50, 25, 25, 1), np.uint8)
    batch[:, 12, 12] = 255
    varied = vary("gentle", batch)[..., 0]
    assert (varied.reshape(50, -1).argmax(axis=1) == 12 * 25 + 12).all()


def test_it_is_no_part_of_what_is_trained() -> None:
    layers = augmentation_layers(PRESETS["strong"], mirror=True, seed=0)
    assert layers is not None
    layers(photos())
    assert layers.trainable_weights == []


def test_importing_it_imports_no_keras() -> None:
    code = "import sys, ml_core.dataset.augment; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
