"""How one photo is varied: from even random numbers to a matrix and to light.

Training varies batches through Keras and the preview varies a photo through OpenCV. Both work with
the lines below, on ``keras.ops`` or on numpy, so that what one sees is what the network sees.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ml_core.dataset.augment import Amounts

Array = Any
"""A numpy array or a tensor."""
Arrays = Any
"""``numpy`` or ``keras.ops``: the functions used here have the same names in both."""
EvenNumbers = Callable[[tuple[Any, ...]], Array]
"""Gives random numbers of a shape, spread evenly over -1..1."""

_DRAWS: Final = 4
"""Their mean spreads with 0.29 of the largest."""
MIDDLE_GREY: Final = 127.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What becomes of each photo of a batch; one number a photo where nothing else is said.

    Attributes:
        angle: In radians.
        shift_x, shift_y: Shares of the side.
        shear: Slope.
        zoom_x, zoom_y: Factors; a negative ``zoom_x`` mirrors.
        contrast: Factor of the distance from middle grey.
        gain: Factor of the brightness, shape (photos, channels).
    """

    angle: Array
    shift_x: Array
    shift_y: Array
    shear: Array
    zoom_x: Array
    zoom_y: Array
    contrast: Array
    gain: Array


def draw(
    amounts: Amounts,
    *,
    mirror: bool,
    photos: Array,
    channels: int,
    even: EvenNumbers,
    arrays: Arrays,
) -> Variation:
    """Draw a variation for each of ``photos`` photos; half of them are mirrored if asked.

    Geometry is drawn as the mean of a few even numbers, so that it never passes the largest asked
    for, yet most photos stay near upright. Every number is drawn even where its amount is 0: so one
    amount can change and all else stays.
    """

    def bell(largest: float) -> Array:
        return largest * arrays.mean(even((_DRAWS, photos)), axis=0)

    sign = arrays.sign(even((photos,)))
    zoom_x, zoom_y = 1 + bell(amounts.zoom), 1 + bell(amounts.zoom)
    cast = 1 + (amounts.colour if channels > 1 else 0.0) * even((photos, channels))
    return Variation(
        angle=bell(math.radians(amounts.rotation)),
        shift_x=bell(amounts.shift),
        shift_y=bell(amounts.shift),
        shear=bell(amounts.shear),
        zoom_x=zoom_x * sign if mirror else zoom_x,
        zoom_y=zoom_y,
        contrast=1 + amounts.contrast * even((photos,)),
        gain=cast * (1 + amounts.brightness * even((photos, 1))),
    )


def transforms(variation: Variation, height: int, width: int, *, arrays: Arrays) -> Array:
    """Six numbers a photo, shape (photos, 6), that map a place in the result to one in the photo.

    With ``a, b, c, d, e, f`` the pixel (x, y) of the result shows the photo at (ax + by + c,
    dx + ey + f): rotation times shear times zoom about the middle, then the shift.
    """
    (xx, xy), (yx, yy) = _matrices(variation, arrays)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    x0 = middle_x + variation.shift_x * width - xx * middle_x - xy * middle_y
    y0 = middle_y + variation.shift_y * height - yx * middle_x - yy * middle_y
    return arrays.stack([xx, xy, x0, yx, yy, y0], axis=1)


def lit(photos: Array, variation: Variation, *, arrays: Arrays) -> Array:
    """Photos 0..255, shape (photos, height, width, channels), in another light; stays in 0..255."""
    contrast = variation.contrast[:, None, None, None]
    gain = variation.gain[:, None, None, :]
    return arrays.clip(photos * (contrast * gain) + (1 - contrast) * MIDDLE_GREY * gain, 0.0, 255.0)


def _matrices(variation: Variation, arrays: Arrays) -> Array:
    cosine, sine = arrays.cos(variation.angle), arrays.sin(variation.angle)
    shear, x, y = variation.shear, 1 / variation.zoom_x, 1 / variation.zoom_y
    return (
        (cosine * x, (cosine * shear - sine) * y),
        (sine * x, (sine * shear + cosine) * y),
    )
