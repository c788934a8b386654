"""Any Pillow mode -> RGB: transparency on white, deep pixels scaled by their depth, never clipped.

Only ``ml_core.images`` uses this.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DEEP_MODES: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_ROWS: Final = 256
"""Deep pictures are scaled in strips of this many rows, to keep copies small."""

_BITS_PER_SAMPLE: Final = 258
_PHOTOMETRIC: Final = 262
_WHITE_IS_ZERO: Final = 0
"""TIFF 6.0, section 8."""


def to_rgb(image: Image.Image) -> Image.Image:
    """Convert a loaded picture of any mode; returns it as it is where it is plain RGB."""
    if image.mode in _DEEP_MODES:
        return _scaled_to_8_bits(image).convert("RGB")
    if image.has_transparency_data:
        return _on_white(image if image.mode == "RGBA" else image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Lay RGBA on white. Where nothing at all would be visible, the alpha channel is unused."""
    lowest, highest = image.getchannel("A").getextrema()
    if lowest == 255 or highest == 0:
        return image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image)
    return white


def _scaled_to_8_bits(image: Image.Image) -> Image.Image:
    """Scale 16- or 32-bit grey so that its full range becomes 0..255."""
    low, high = _value_range(image)
    transparent = image.info.get("transparency")
    grey = np.empty((image.height, image.width), np.uint8)
    for top, values in _strips(image):
        limited = np.clip(np.nan_to_num(values, nan=low), low, high)
        scaled = np.rint((limited - low) * (255 / (high - low)))
        if isinstance(transparent, int):
            scaled[values == transparent] = 255
        grey[top : top + len(scaled)] = scaled
    if _is_white_zero(image):
        np.subtract(255, grey, out=grey)
    return Image.fromarray(grey)


def _value_range(image: Image.Image) -> tuple[float, float]:
    """Return the values that mean black and white.

    Integers say it by their depth. Floats do not: by custom white is 1, 255 or 65,535; any other
    range is stretched. The same holds for 32-bit integers, which no camera fills.
    """
    is_counted_light = image.format == "FITS"  # astronomy agrees on no white
    if image.mode.startswith("I;16") and not is_counted_light:
        return 0, 2 ** _bits_per_sample(image) - 1
    low, high = _extremes(image)
    customary = () if is_counted_light else (1, 255, 65_535) if image.mode == "F" else (65_535,)
    for white in customary:
        if low >= 0 and high <= white:
            return 0, white
    return low, high if high > low else low + max(1.0, abs(low))


def _bits_per_sample(image: Image.Image) -> int:
    bits = getattr(image, "tag_v2", {}).get(_BITS_PER_SAMPLE, (16,))[0]
    return bits if bits in range(9, 17) else 16


def _is_white_zero(image: Image.Image) -> bool:
    """Pillow turns such TIFF files round, except those of 16 bits."""
    photometric = getattr(image, "tag_v2", {}).get(_PHOTOMETRIC)
    return image.mode.startswith("I;16") and photometric == _WHITE_IS_ZERO


def _extremes(image: Image.Image) -> tuple[float, float]:
    extremes = [
        (values.min(), values.max())
        for _, strip in _strips(image)
        if (values := strip[np.isfinite(strip)]).size
    ]
    if not extremes:
        return 0.0, 1.0
    return float(min(low for low, _ in extremes)), float(max(high for _, high in extremes))


def _strips(image: Image.Image) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the top row and the values of one strip after another."""
    for top in range(0, image.height, _ROWS):
        strip = image.crop((0, top, image.width, min(top + _ROWS, image.height)))
        yield top, np.asarray(strip).astype(np.float64)
