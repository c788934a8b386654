"""The one picture path: any image file -> upright 8-bit RGB -> the model's input.

Preview, checking, training, evaluation, classification and export all read photos here. The whole
recipe is Pillow and numpy: open, draft, load, turn upright by EXIF, make RGB (transparency on
white, deep pixels scaled by their depth), resize with BILINEAR.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from ml_core.image_files import SUFFIXES, check_size, damage_is_image_error, opened
from ml_core.image_modes import to_rgb

Pixels = NDArray[np.uint8]
"""uint8, shape (height, width, 3) for photos, (size, size, channels) for a model's input."""


class ResizePolicy(StrEnum):
    """How a photo of any shape becomes a square."""

    STRETCH = "stretch"
    PAD = "pad"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a model wants to see: a square of ``size`` pixels, raw values 0..255."""

    size: int
    channels: Literal[1, 3] = 3
    resize: ResizePolicy = ResizePolicy.STRETCH


PHOTO_SUFFIXES: Final = frozenset(ending for endings in SUFFIXES.values() for ending in endings)
"""Endings that photos usually have, in lower case with the dot. The content has the last word."""

DRAFT_MARGIN: Final = 2
"""A JPEG is decoded at 1/2, 1/4 or 1/8 while that leaves twice the pixels a model wants."""

_LARGE: Final = 25_000_000
_LARGE_TURN: Final = threading.Lock()
"""Pictures above ``_LARGE`` pixels are decoded one at a time, or threads multiply the memory."""

_STRIP_ROWS: Final = 256
_DRAFTED: Final = ("JPEG", "MPO")
"""Formats that Pillow decodes at a reduced scale: only their header knows the whole size."""

_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, tag 274: what turns each stored orientation upright."""


def read_photo(path: Path, *, at_least: int = 0) -> Pixels:
    """Decode a file completely into upright 8-bit RGB, shape (height, width, 3), read-only.

    Args:
        path: Any file.
        at_least: If positive, a JPEG may be decoded at a reduced scale as long as both sides
            stay at least this many pixels (or the file's own size).

    Raises:
        ImageError: It is no photo, is damaged, truncated, too large, or cannot be read.
    """
    with _decoded(path, at_least=at_least) as image:
        return _pixels(image)


def fit(pixels: Pixels, spec: InputSpec) -> Pixels:
    """Resize (height, width, 3) to the (size, size, channels) that a model wants."""
    return _fitted(Image.fromarray(pixels), spec)


def load_for_model(path: Path, spec: InputSpec) -> Pixels:
    """File to model input, shape (size, size, channels), read-only. Raises ImageError.

    Gives exactly what ``fit(read_photo(path, at_least=DRAFT_MARGIN * spec.size), spec)`` gives.
    """
    with _decoded(path, at_least=DRAFT_MARGIN * spec.size) as image:
        return _fitted(image, spec)


def thumbnail(path: Path, side: int) -> Pixels:
    """The photo, upright, its longer side at most ``side`` pixels. Raises ImageError."""
    with _decoded(path, longer_at_least=side) as image:
        return _shrunk(image, side)


@dataclass(frozen=True, slots=True)
class Overview:
    """A photo in small, with what its file says of it.

    Attributes:
        pixels: uint8, shape (height, width, 3), upright, no side longer than asked for.
        width, height: Its own size, upright, in pixels.
        is_animated: The file holds more pictures; only the first one is ever used.
    """

    pixels: Pixels
    width: int
    height: int
    is_animated: bool = False


def overview(path: Path, side: int) -> Overview:
    """Look at a photo for checking: its ``thumbnail``, its own size, its frames.

    Raises:
        ImageError: ``read_photo`` would raise it, too.
    """
    with opened(path) as image:
        is_animated = _is_animated(image)
        own_size = _upright_size(image) if image.format in _DRAFTED else None
    with _decoded(path, longer_at_least=side) as upright:
        width, height = own_size or upright.size
        return Overview(_shrunk(upright, side), width, height, is_animated)


def shrink(pixels: Pixels, side: int) -> Pixels:
    """Resize (height, width, 3) so that the longer side is at most ``side`` pixels."""
    return _shrunk(Image.fromarray(pixels), side)


@contextmanager
def _decoded(path: Path, *, at_least: int = 0, longer_at_least: int = 0) -> Iterator[Image.Image]:
    """Give the upright RGB picture, decoded at a reduced scale where the limits allow."""
    with opened(path) as image:
        if longer_at_least:
            at_least = max(1, longer_at_least * min(image.size) // max(image.size))
        if at_least:
            image.draft(None, (at_least, at_least))
        with _turn(image.size):
            with damage_is_image_error(path):
                image.load()
                check_size(path, image.size)
                upright = _upright_rgb(image)
            yield upright


def _turn(size: tuple[int, int]) -> AbstractContextManager[object]:
    return _LARGE_TURN if size[0] * size[1] > _LARGE else nullcontext()


def _upright_rgb(image: Image.Image) -> Image.Image:
    """Convert a loaded picture, giving up its memory as early as possible."""
    method = _UPRIGHT.get(_orientation(image))
    rgb = to_rgb(image)
    upright = rgb if method is None else rgb.transpose(method)
    for finished in (image, rgb):
        if finished is not upright:
            finished.close()
    return upright


def _orientation(image: Image.Image) -> int:
    """Read EXIF tag 274. A broken block says nothing, and does not cost us the photo."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 (Pillow raises anything here, and the pixels are sound)
        return 1
    return orientation if isinstance(orientation, int) else 1


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    lies_on_its_side = _orientation(image) in (5, 6, 7, 8)
    return (height, width) if lies_on_its_side else (width, height)


def _is_animated(image: Image.Image) -> bool:
    """Phones keep a preview or a depth map beside the photo (MPO): that is no animation."""
    try:
        return image.format != "MPO" and bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 (a broken second frame costs nobody the first)
        return False


def _pixels(image: Image.Image) -> Pixels:
    """Copy RGB into an array, in strips: numpy alone would make two copies on the way."""
    if image.width * image.height <= _LARGE:
        return np.asarray(image)
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, _STRIP_ROWS):
        bottom = min(top + _STRIP_ROWS, image.height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    pixels.flags.writeable = False
    return pixels


def _fitted(image: Image.Image, spec: InputSpec) -> Pixels:
    if spec.channels == 1:
        image = image.convert("L")  # luma of ITU-R BT.601
    pixels = np.asarray(_square(image, spec))
    return pixels.reshape(spec.size, spec.size, spec.channels)


def _shrunk(image: Image.Image, side: int) -> Pixels:
    scale = min(1.0, side / max(image.size))
    return np.asarray(_resized(image, _scaled(image.size, scale)))


def _square(image: Image.Image, spec: InputSpec) -> Image.Image:
    square = (spec.size, spec.size)
    match spec.resize:
        case ResizePolicy.STRETCH:
            return _resized(image, square)
        case ResizePolicy.CROP:
            return _resized(image.crop(_centre_square(image.size)), square)
        case ResizePolicy.PAD:
            return _padded(image, spec.size)


def _padded(image: Image.Image, side: int) -> Image.Image:
    """Shrink or enlarge until the longer side fits, and centre on white."""
    inner = _resized(image, _scaled(image.size, side / max(image.size)))
    canvas = Image.new(image.mode, (side, side), "white")
    canvas.paste(inner, ((side - inner.width) // 2, (side - inner.height) // 2))
    return canvas


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resize with Pillow's BILINEAR, which averages over all source pixels when it shrinks."""
    return image.resize(size, Image.Resampling.BILINEAR)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _centre_square(size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    side = min(size)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side
