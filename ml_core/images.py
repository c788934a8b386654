"""The one picture path: any image file -> upright 8-bit RGB -> the model's input.

Preview, checking, training, evaluation, classification and export all read photos here.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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


def read_photo(path: Path, *, at_least: int = 0) -> Pixels:
    """Decode a file completely into upright 8-bit RGB, shape (height, width, 3).

    Args:
        path: Any file.
        at_least: If positive, a JPEG may be decoded at a reduced scale as long as both sides
            stay at least this many pixels (or the file's own size).

    Raises:
        ImageError: It is no photo, is damaged, truncated, too large, or cannot be read.
    """
    raise NotImplementedError


def fit(pixels: Pixels, spec: InputSpec) -> Pixels:
    """Resize (height, width, 3) to the (size, size, channels) that a model wants."""
    raise NotImplementedError


def load_for_model(path: Path, spec: InputSpec) -> Pixels:
    """File to model input, shape (size, size, channels). Raises ImageError."""
    raise NotImplementedError


def thumbnail(path: Path, side: int) -> Pixels:
    """The photo, upright, its longer side at most ``side`` pixels. Raises ImageError."""
    raise NotImplementedError
