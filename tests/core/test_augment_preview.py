"""What the preview shows is what training does, pixel by pixel."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.dataset.augment import MOST, NOTHING, PRESETS, Amounts
from ml_core.dataset.augment_preview import augmented_variants, vary
from ml_core.dataset.variation import Variation, draw

COUNT = 8
CASES = {
    "mirror": NOTHING,
    "gentle": PRESETS["gentle"],
    "strong": PRESETS["strong"],
    "all": Amounts(**MOST),
    **{name: Amounts(**{name: most}) for name, most in MOST.items()},
}


def photo(height: int = 40, width: int = 40, channels: int = 3) -> NDArray[np.uint8]:
    """Noise: a wrong place would show at every pixel."""
    shape = (height, width, channels)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def by_keras(amounts: Amounts, pixels: NDArray[np.uint8]) -> tuple[NDArray[Any], Variation]:
    """What the layer of training makes of a photo, eight times, and the variations that it drew."""
    from ml_core.dataset.augment_layers import RandomVariation

    layer = RandomVariation(amounts, mirror=True, seed=5)
    drawn = layer.draw(COUNT, pixels.shape[-1])
    values = {name: np.asarray(getattr(drawn, name)) for name in Variation.__slots__}
    return np.asarray(layer.vary(np.stack([pixels] * COUNT), drawn)), Variation(**values)


@pytest.mark.parametrize("amounts", CASES.values(), ids=CASES)
@pytest.mark.parametrize("shape", [(40, 40, 3), (28, 28, 1), (30, 50, 3)], ids=str)
def test_the_same_variation_gives_the_same_pixels(
    amounts: Amounts, shape: tuple[int, int, int]
) -> None:
    pixels = photo(*shape)
    trained, variation = by_keras(amounts, pixels)
    shown = np.stack(vary([pixels] * COUNT, variation))
    assert shown.shape == trained.shape == (COUNT, *shape)
    assert np.abs(trained - pixels).mean() > 3, "something was varied"
    np.testing.assert_allclose(shown, trained, atol=0.05)


def test_a_wrong_angle_would_be_noticed() -> None:
    pixels = photo()
    trained, variation = by_keras(PRESETS["gentle"], pixels)
    shown = np.stack(vary([pixels] * COUNT, replace(variation, angle=variation.angle + 0.01)))
    assert np.abs(shown - trained).mean() > 1.5


def drawn_by(name: str, amounts: Amounts, photos: int) -> Variation:
    if name == "numpy":
        even = np.random.default_rng(0)
        return draw(
            amounts, mirror=True, photos=photos, channels=3, arrays=np,
            even=lambda shape: even.uniform(-1, 1, shape),
        )  # fmt: skip
    from ml_core.dataset.augment_layers import RandomVariation

    return RandomVariation(amounts, mirror=True, seed=0).draw(photos, 3)


@pytest.mark.parametrize("name", ["numpy", "keras"])
def test_both_draw_from_the_same_range(name: str) -> None:
    amounts = PRESETS["strong"]
    variation = drawn_by(name, amounts, 4000)
    values = {
        "rotation": np.degrees(variation.angle),
        "shift": np.asarray(variation.shift_x),
        "shear": np.asarray(variation.shear),
        "zoom": np.abs(variation.zoom_x) - 1,
    }
    for kind, drawn in values.items():
        most = getattr(amounts, kind)
        assert 0.75 * most < np.abs(drawn).max() <= most * (1 + 1e-6)
        assert np.std(drawn) == pytest.approx(0.29 * most, rel=0.05)
    light = np.asarray(variation.contrast) - 1
    assert 0.99 * amounts.contrast < np.abs(light).max() <= amounts.contrast * (1 + 1e-6)
    assert np.std(light) == pytest.approx(amounts.contrast / np.sqrt(3), rel=0.05)
    assert np.shape(variation.gain) == (4000, 3)
    assert np.mean(np.asarray(variation.zoom_x) < 0) == pytest.approx(0.5, abs=0.05)


def variants(amounts: Amounts = NOTHING, **options: Any) -> NDArray[np.uint8]:
    given = {"mirror": False, "seed": 1, **options}
    return np.stack(augmented_variants(photo(), amounts, **given))


def test_variants_are_pixels() -> None:
    shown = variants(PRESETS["strong"])
    assert shown.shape == (8, 40, 40, 3)
    assert shown.dtype == np.uint8
    assert len(np.unique(shown.reshape(8, -1), axis=0)) == 8
    assert variants(count=3).shape[0] == 3


def test_without_amounts_every_variant_is_the_photo() -> None:
    assert (variants() == photo()).all()


def test_mirroring_alone_is_exact() -> None:
    shown = variants(mirror=True, count=40)
    mirrored = (shown == photo()[:, ::-1]).all(axis=(1, 2, 3))
    assert ((shown == photo()).all(axis=(1, 2, 3)) | mirrored).all()
    assert 8 <= mirrored.sum() <= 32


def test_the_seed_chooses_the_variants() -> None:
    strong = PRESETS["strong"]
    np.testing.assert_array_equal(variants(strong), variants(strong))
    assert not np.array_equal(variants(strong), variants(strong, seed=2))


def test_changing_one_amount_leaves_the_others_as_they_were() -> None:
    """So a photo follows a slider instead of jumping about."""
    turned = variants(Amounts(rotation=30.0))
    also_lit = variants(Amounts(rotation=30.0, brightness=1e-6, zoom=1e-9))
    assert np.abs(turned.astype(int) - also_lit).max() <= 1


def test_a_larger_amount_varies_more() -> None:
    changes = [
        np.abs(variants(Amounts(rotation=angle)).astype(int) - photo()).mean()
        for angle in (0.0, 0.5, 2.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] == 0


def test_borders_are_repeated() -> None:
    flat = np.full((20, 20, 3), 90, np.uint8)
    strong = replace(PRESETS["strong"], contrast=0.0, brightness=0.0, colour=0.0)
    assert (np.stack(augmented_variants(flat, strong, mirror=True, seed=0)) == 90).all()


def test_the_preview_needs_no_keras() -> None:
    code = (
        "import sys, numpy as np; from ml_core.dataset.augment import PRESETS;"
        "from ml_core.dataset.augment_preview import augmented_variants as a;"
        "a(np.zeros((8, 8, 3), np.uint8), PRESETS['strong'], mirror=True, seed=0);"
        "sys.exit(bool({'keras', 'tensorflow', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
