"""What real folders of photos have as well: copies, damage, a wrong place, a photo on its side."""

from pathlib import Path
from typing import Final

from PIL import ExifTags, Image

NEAR_COPIES: Final = {
    "mug/mug-41.jpg": "mug/mug-07.jpg",
    "shoe/shoe-41.jpg": "shoe/shoe-12.jpg",
    "handbag/handbag-41.jpg": "handbag/handbag-03.jpg",
}
"""Copy: original. Saved anew, slightly smaller or with its edges cut off."""

CORRUPT: Final = "pencil/pencil-41.jpg"
"""Breaks off in the middle, like a download that did."""

MISLABELLED: Final = "ring/ring-41.jpg"
STRAY: Final = ("watch", 41)
"""The photo among the rings shows this one, a watch."""

SIDEWAYS: Final = "lamp/lamp-09.jpg"
"""Stored on its side, with the EXIF note by which every viewer turns it upright."""

TURNED = 6
"""EXIF 2.32, tag 274: to be shown turned by 90 degrees clockwise."""


def add(samples: Path) -> None:
    """Add the flaws to a complete set of pictures; those that are there already stay."""
    _turn_on_its_side(samples / SIDEWAYS)
    for number, (copy, original) in enumerate(NEAR_COPIES.items()):
        with Image.open(samples / original) as picture:
            _near_copy(picture, number).save(samples / copy, quality=78 + 4 * number)
    whole = (samples / "pencil" / "pencil-11.jpg").read_bytes()
    (samples / CORRUPT).write_bytes(whole[: len(whole) * 45 // 100])


def _near_copy(picture: Image.Image, number: int) -> Image.Image:
    """The first only saved anew, the others with 2 and 4 % cut off all around."""
    across, down = (round(side * 0.02 * number) for side in picture.size)
    return picture.crop((across, down, picture.width - across, picture.height - down))


def _turn_on_its_side(path: Path) -> None:
    with Image.open(path) as picture:
        exif = picture.getexif()
        if exif.get(ExifTags.Base.Orientation) == TURNED:
            return
        exif[ExifTags.Base.Orientation] = TURNED
        turned = picture.transpose(Image.Transpose.ROTATE_90)
    turned.save(path, quality=90, exif=exif)
