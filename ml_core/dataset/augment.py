"""Vary training photos, so that a network sees each a little differently in every epoch.

The layers work on batches before the network and are never part of a saved model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import keras

Kind = Literal["none", "gentle", "strong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How far photos are varied at most; see the layers for the units."""

    rotation: float = 0.0
    shift: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    contrast: float = 0.0
    brightness: float = 0.0
    colour: float = 0.0

    @property
    def changes_light(self) -> bool:
        return bool(self.contrast or self.brightness or self.colour)


AMOUNTS: Mapping[Kind, Amounts] = MappingProxyType(
    {
        "none": Amounts(),
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


def augmentation_layers(kind: Kind, *, mirror: bool, seed: int) -> "keras.Sequential | None":
    """Layers that vary a batch of pixels 0..255, uint8 or float; None if there is nothing to do.

    The result is float32 0..255 of the same shape, (photos, height, width, channels). Two sets of
    layers with the same seed give the same photos, batch by batch.
    """
    amounts = AMOUNTS[kind]
    if amounts == Amounts() and not mirror:
        return None
    import keras

    from ml_core.dataset.augment_layers import RandomAffine, RandomLight

    affine = RandomAffine(
        rotation=amounts.rotation,
        shift=amounts.shift,
        shear=amounts.shear,
        zoom=amounts.zoom,
        mirror=mirror,
        seed=seed,
    )
    light = RandomLight(
        contrast=amounts.contrast,
        brightness=amounts.brightness,
        colour=amounts.colour,
        seed=seed + 1,
    )
    return keras.Sequential([affine, light] if amounts.changes_light else [affine])
