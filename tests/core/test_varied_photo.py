"""The pictures of the preview: what the network sees of a photo, in the size of the screen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml_core.dataset.reading import PhotoReader
from ml_core.errors import ImageError
from ml_core.images import ResizePolicy
from ml_core.training.recipe import GOALS, Recipe, recipe_for
from product_gui.presenters.library import Library
from product_gui.presenters.picture import Picture
from product_gui.presenters.varied_photo import VARIANTS, VariedPhoto

SMALL, LARGE = SIDES = (40, 88)


@pytest.fixture
def photo(tmp_path: Path) -> Picture:
    """Left red, right blue, twice as wide as high."""
    pixels = np.zeros((60, 120, 3), np.uint8)
    pixels[:, :60] = (220, 30, 30)
    pixels[:, 60:] = (30, 30, 220)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return Picture(tmp_path / "photo.png")


def varied(photo: Picture, recipe: Recipe, **options: Any) -> VariedPhoto:
    return Library().vary(photo, recipe, **{"seed": 0, "sides": SIDES, **options})


def is_red(pixels: NDArray[np.uint8]) -> bool:
    return bool(pixels[..., 0].mean() > 2 * pixels[..., 2].mean())


@pytest.mark.parametrize("goal", ["best", "scratch"])
def test_several_variants_are_small_and_the_photo_is_large(photo: Picture, goal: Any) -> None:
    shown = varied(photo, replace(recipe_for(goal), augmentation="gentle"))
    assert shown.original.shape == (LARGE, LARGE, 3)
    assert [variant.shape for variant in shown.variants] == [(SMALL, SMALL, 3)] * VARIANTS
    assert {variant.dtype for variant in shown.variants} == {np.dtype(np.uint8)}


def test_fast_looks_at_a_photo_once(photo: Picture) -> None:
    recipe = replace(recipe_for("fast"), augmentation="strong")
    assert varied(photo, recipe).variants == ()


@pytest.mark.parametrize("goal", GOALS)
def test_the_mirror_image_alone_is_shown_large(photo: Picture, goal: Any) -> None:
    recipe = replace(recipe_for(goal), mirror=True, augmentation="none")
    (mirrored,) = varied(photo, recipe).variants
    assert mirrored.shape == (LARGE, LARGE, 3)
    assert is_red(mirrored[:, LARGE // 2 + 4 :])
    assert not is_red(mirrored[:, : LARGE // 2 - 4])


def test_nothing_asked_for_is_nothing_shown(photo: Picture) -> None:
    plain = replace(recipe_for("best"), augmentation="none")
    assert varied(photo, plain).variants == ()
    assert len(varied(photo, replace(plain, mirror=True)).variants) == 1


@pytest.mark.parametrize(
    ("resize", "top_is_white"),
    [(ResizePolicy.STRETCH, False), (ResizePolicy.PAD, True), (ResizePolicy.CROP, False)],
)
def test_the_photo_is_shown_as_the_network_sees_it(
    photo: Picture, resize: ResizePolicy, *, top_is_white: bool
) -> None:
    shown = varied(photo, replace(recipe_for("fast"), resize=resize)).original
    assert bool((shown[2] > 240).all()) == top_is_white
    middle = shown[LARGE // 2]
    assert is_red(middle[:20])
    assert not is_red(middle[-20:])


def test_tiny_grey_inputs_are_enlarged_in_whole_pixels(photo: Picture) -> None:
    recipe = recipe_for("scratch", architecture="fashion_cnn")
    shown = varied(photo, replace(recipe, augmentation="gentle"), sides=(28 * 2, 28 * 4))
    assert shown.original.shape == (112, 112, 3)
    assert (shown.original[..., 0] == shown.original[..., 2]).all(), "grey"
    blocks = shown.original[..., 0].reshape(28, 4, 28, 4)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert shown.variants[0].shape == (56, 56, 3)


def test_the_seed_chooses(photo: Picture) -> None:
    recipe = replace(recipe_for("best"), augmentation="strong")
    one, same, other = (np.stack(varied(photo, recipe, seed=seed).variants) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_photo_is_read_once_for_many_settings(
    photo: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    real = PhotoReader.for_model

    def listen(self: PhotoReader, *given: Any) -> Any:
        read.append(given)
        return real(self, *given)

    monkeypatch.setattr(PhotoReader, "for_model", listen)
    library = Library()
    for angle in (1.0, 2.0, 3.0):
        amounts = replace(recipe_for("best").custom, rotation=angle)
        recipe = replace(recipe_for("best"), augmentation="custom", custom=amounts)
        library.vary(photo, recipe, seed=0, sides=SIDES)
    assert len(read) == 1
    library.vary(photo, replace(recipe, input_size=96), seed=0, sides=SIDES)
    assert len(read) == 2


def test_a_file_that_is_no_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no")
    with pytest.raises(ImageError, match=r"broken\.jpg"):
        varied(Picture(tmp_path / "broken.jpg"), recipe_for("fast"))
