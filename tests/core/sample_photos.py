"""Draw small, varied, learnable product photos, so that tests need no photos of anybody's.

Each class has its own shape and colour family; position, size, background, brightness, noise
and a little clutter vary from photo to photo. The same arguments always give the same pixels.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


def make_product_photos(
    folder: Path,
    *,
    classes: Sequence[str] = ("mug", "lamp", "shirt"),
    per_class: int = 12,
    size: tuple[int, int] = (96, 72),
    seed: int = 0,
    parts: Mapping[str, int] | None = None,
) -> Path:
    """Write ``folder/<class>/<class>_000.jpg`` and so on, and return ``folder``.

    Args:
        folder: Made if it is missing.
        classes: Folder names; the n-th class always has the n-th shape.
        per_class: Photos of each class.
        size: Width and height in pixels.
        seed: Another seed draws other photos of the same things.
        parts: If given, photos per class of each part, ``{"train": 8, "test": 2}``, written to
            ``folder/<part>/<class>/``; ``per_class`` is not looked at then.
    """
    first = 0
    for part, count in (parts or {"": per_class}).items():
        for class_index, name in enumerate(classes):
            place = folder / part / name
            place.mkdir(parents=True, exist_ok=True)
            for number in range(first, first + count):
                photo = product_photo(class_index, number, size=size, seed=seed)
                photo.save(place / f"{name}_{number:03d}.jpg", quality=92)
        first += count
    return folder


def product_photo(
    class_index: int, number: int, *, size: tuple[int, int] = (96, 72), seed: int = 0
) -> Image.Image:
    """Draw photo ``number`` of a class as an RGB picture of ``size`` (width, height)."""
    dice = _dice(class_index, number, seed)
    picture = Image.new("RGB", size, _background(dice))
    draw = ImageDraw.Draw(picture)
    _clutter(draw, dice, size)
    _SHAPES[class_index % len(_SHAPES)](draw, _place(dice, size), _colour(class_index, dice))
    return _light(picture, dice)


def _dice(*key: int) -> np.random.Generator:
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest))


def _background(dice: np.random.Generator) -> Colour:
    grey = int(dice.integers(150, 250))
    red, green, blue = (int(np.clip(grey + dice.integers(-12, 13), 0, 255)) for _ in range(3))
    return red, green, blue


def _clutter(draw: ImageDraw.ImageDraw, dice: np.random.Generator, size: tuple[int, int]) -> None:
    """Draw a table edge and two faint lines that belong to no class."""
    width, height = size
    table = int(height * dice.uniform(0.7, 0.95))
    draw.rectangle((0, table, width, height), fill=_background(dice))
    for _ in range(2):
        x_start, x_end = (int(x) for x in dice.integers(0, width, 2))
        y_start, y_end = (int(y) for y in dice.integers(0, height, 2))
        draw.line((x_start, y_start, x_end, y_end), fill=_background(dice))


def _place(dice: np.random.Generator, size: tuple[int, int]) -> Box:
    width, height = size
    side = min(size) * dice.uniform(0.55, 0.85)
    left = dice.uniform(0.03, 0.97) * (width - side)
    top = dice.uniform(0.03, 0.97) * (height - side)
    return left, top, left + side, top + side


def _colour(class_index: int, dice: np.random.Generator) -> Colour:
    base = _COLOURS[class_index % len(_COLOURS)]
    red, green, blue = (int(np.clip(value + dice.integers(-35, 36), 0, 255)) for value in base)
    return red, green, blue


def _light(picture: Image.Image, dice: np.random.Generator) -> Image.Image:
    """Vary brightness and add sensor noise."""
    pixels = np.asarray(picture, np.float32) * dice.uniform(0.75, 1.1)
    pixels += dice.normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _points(box: Box, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    """Turn shares of the box, 0..1, into pixel positions."""
    left, top, right, bottom = box
    return [(left + x * (right - left), top + y * (bottom - top)) for x, y in shares]


def _inner(box: Box, left: float, top: float, right: float, bottom: float) -> Box:
    (x_start, y_start), (x_end, y_end) = _points(box, (left, top), (right, bottom))
    return x_start, y_start, x_end, y_end


def _mug(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    line = max(2, int((box[2] - box[0]) * 0.09))
    draw.ellipse(_inner(box, 0.55, 0.25, 1.0, 0.8), outline=colour, width=line)
    draw.rectangle(_inner(box, 0.05, 0.1, 0.72, 0.95), fill=colour)
    draw.ellipse(_inner(box, 0.05, 0.02, 0.72, 0.2), fill=(40, 30, 30))


def _lamp(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    draw.polygon(_points(box, (0.32, 0.0), (0.68, 0.0), (0.95, 0.5), (0.05, 0.5)), fill=colour)
    draw.rectangle(_inner(box, 0.46, 0.5, 0.54, 0.92), fill=(60, 60, 60))
    draw.ellipse(_inner(box, 0.25, 0.86, 0.75, 1.0), fill=(60, 60, 60))


def _shirt(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    outline = (
        (0.3, 0.05), (0.42, 0.12), (0.58, 0.12), (0.7, 0.05), (1.0, 0.25), (0.88, 0.45),
        (0.76, 0.36), (0.76, 1.0), (0.24, 1.0), (0.24, 0.36), (0.12, 0.45), (0.0, 0.25),
    )  # fmt: skip
    draw.polygon(_points(box, *outline), fill=colour)


def _plate(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    draw.ellipse(_inner(box, 0.0, 0.1, 1.0, 0.9), fill=colour)
    draw.ellipse(_inner(box, 0.2, 0.26, 0.8, 0.74), fill=(245, 245, 240))


def _bottle(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    draw.rectangle(_inner(box, 0.43, 0.0, 0.57, 0.35), fill=colour)
    draw.ellipse(_inner(box, 0.3, 0.25, 0.7, 0.55), fill=colour)
    draw.rectangle(_inner(box, 0.3, 0.4, 0.7, 1.0), fill=colour)
    draw.rectangle(_inner(box, 0.3, 0.6, 0.7, 0.8), fill=(250, 250, 245))


def _table(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    draw.rectangle(_inner(box, 0.0, 0.3, 1.0, 0.42), fill=colour)
    for left in (0.05, 0.85):
        draw.rectangle(_inner(box, left, 0.42, left + 0.1, 1.0), fill=colour)


Shape = Callable[[ImageDraw.ImageDraw, Box, Colour], None]
_SHAPES: tuple[Shape, ...] = (_mug, _lamp, _shirt, _plate, _bottle, _table)
_COLOURS: tuple[Colour, ...] = (
    (190, 60, 50), (220, 180, 60), (60, 90, 180), (90, 150, 150), (50, 130, 60), (130, 85, 50),
    (150, 60, 150),
)  # fmt: skip
