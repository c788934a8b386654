"""A photo as a network sees it, and the ways in which training varies it. Made on a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ml_core.images import Pixels
    from ml_core.training.recipe import Recipe

VARIANTS: Final = 8


@dataclass(frozen=True, slots=True)
class VariedPhoto:
    """Pixels RGB, ready for the screen.

    Attributes:
        original: What the network sees of the photo.
        variants: What training makes of it; one if it is only mirrored, none if nothing is done.
    """

    original: Pixels = field(repr=False)
    variants: tuple[Pixels, ...] = field(repr=False)


def varied_photo(
    pixels: Pixels, recipe: Recipe, *, seed: int, sides: tuple[int, int]
) -> VariedPhoto:
    """What the recipe's training shows its network of one photo.

    Args:
        pixels: The model's input, shape (size, size, channels).
        recipe: Says how photos are varied.
        seed: Chooses the variants.
        sides: Of one variant among several on the screen, and of a picture that stands alone, in
            pixels.
    """
    seen = _variants(pixels, recipe, seed)
    small, large = sides
    side = small if len(seen) > 1 else large
    return VariedPhoto(
        _for_screen(pixels, large), tuple(_for_screen(variant, side) for variant in seen)
    )


def _variants(pixels: Pixels, recipe: Recipe, seed: int) -> list[Pixels]:
    from ml_core.dataset.augment import NOTHING
    from ml_core.dataset.augment_preview import augmented_variants

    amounts = NOTHING if recipe.goal == "fast" else recipe.amounts  # It looks at each photo once.
    if amounts == NOTHING:
        return [pixels[:, ::-1]] if recipe.mirror else []
    return augmented_variants(pixels, amounts, mirror=recipe.mirror, seed=seed, count=VARIANTS)


def _for_screen(pixels: Pixels, side: int) -> Pixels:
    """RGB of about ``side`` pixels: averaged when it shrinks, whole pixels when it grows."""
    from ml_core.images import shrink

    rgb = pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels
    times = max(1, -(-side // rgb.shape[0]))
    return shrink(rgb.repeat(times, axis=0).repeat(times, axis=1), side)
