"""How far training photos are varied, so that a network sees each a little differently every time.

The layers work on batches before the network and are never part of a saved model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self

from ml_core.errors import RecipeError

if TYPE_CHECKING:
    import keras

Kind = Literal["none", "gentle", "strong", "custom"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How far photos are varied at most, to either side; 0 is not at all.

    Attributes:
        rotation: Degrees.
        shift: Share of the side, along and across.
        shear: Slope: 0.2 moves the upper edge by a fifth of the height against the lower one.
        zoom: Share of the size; height and width change separately.
        contrast: Share of the distance from middle grey.
        brightness: Share of the brightness.
        colour: Share of the brightness of red, green and blue, each by itself.
    """

    rotation: float = 0.0
    shift: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    contrast: float = 0.0
    brightness: float = 0.0
    colour: float = 0.0

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``dataclasses.asdict`` gave. Raises RecipeError for unknown names."""
        unknown = sorted(set(values) - set(MOST))
        if unknown:
            raise RecipeError(
                f"The custom augmentation has amounts that this program does not know:"
                f" {', '.join(unknown)}.",
                expected=f"Known are: {', '.join(MOST)}.",
                mend="Remove them, or update the program.",
            )
        return cls(**values)


MOST: Mapping[str, float] = MappingProxyType(
    {
        "rotation": 180.0,
        "shift": 0.5,
        "shear": 0.5,
        "zoom": 0.5,
        "contrast": 0.9,
        "brightness": 0.9,
        "colour": 0.5,
    }
)
"""The largest amount that can be asked for: beyond it, little of a photo would be left to see."""

NOTHING = Amounts()
PRESETS: Mapping[str, Amounts] = MappingProxyType(
    {
        "none": NOTHING,
        "gentle": Amounts(rotation=18.0, zoom=0.05),
        "strong": Amounts(
            rotation=40.0,
            shift=0.2,
            shear=0.2,
            zoom=0.2,
            contrast=0.3,
            brightness=0.3,
            colour=0.1,
        ),
    }
)
"""Gentle is a twentieth of a full turn and of the size; strong suits training from scratch."""


def augmentation_layers(amounts: Amounts, *, mirror: bool, seed: int) -> "keras.Layer | None":
    """A layer that varies a batch of pixels 0..255, uint8 or float; None if there is nothing to do.

    The result is float32 0..255 of the same shape, (photos, height, width, channels). Two layers
    with the same seed give the same photos, batch by batch.
    """
    if amounts == NOTHING and not mirror:
        return None
    from ml_core.dataset.augment_layers import RandomVariation

    return RandomVariation(amounts, mirror=mirror, seed=seed)
