"""Small pictures inside a page: read by several threads, given in order, few in memory."""

import base64
import io
from collections.abc import Iterator, Sequence
from typing import Final

from PIL import Image

from ml_core.control import Control
from ml_core.dataset.photos import Photo
from ml_core.dataset.reading import PhotoReader
from ml_core.errors import ImageError
from ml_core.parallel import map_in_order

SIDE: Final = 224
"""Longer side in pixels: sharp on finer screens, too, at the 128 that are shown."""
_QUALITY: Final = 78


def pictures(photos: Sequence[Photo], *, control: Control | None = None) -> Iterator[str]:
    """The data URI of each photo, in order; an empty text where it cannot be read any more.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    reader = PhotoReader()

    def picture(photo: Photo) -> str:
        try:
            pixels = reader.thumbnail(photo, SIDE)
        except ImageError:
            return ""
        written = io.BytesIO()
        Image.fromarray(pixels).save(written, "JPEG", quality=_QUALITY)
        return data_uri(written.getvalue(), "image/jpeg")

    return map_in_order(picture, photos, control=control)


def data_uri(content: bytes, kind: str) -> str:
    """The content as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
