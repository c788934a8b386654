"""Decoded photos for Keras training, on the disk so that memory does not grow with the photos."""

import math
import os
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.reading import load_into_array
from ml_core.dataset.scan import Part
from ml_core.events import PhaseStarted, Report
from ml_core.images import InputSpec, Pixels
from ml_core.training.prepare import PreparedPhotos

SPARE_BYTES = 200_000_000
"""What the disk must still hold after the pixels were written."""

_PARTS = (Part.TRAIN, Part.VALIDATION)


@dataclass(frozen=True, slots=True)
class PixelArray:
    """``pixels`` uint8 (photos, size, size, channels); ``labels`` class indices (photos,)."""

    pixels: Pixels
    labels: NDArray[np.intp]


@contextmanager
def decoded(
    photos: PreparedPhotos, spec: InputSpec, *, report: Report, control: Control
) -> Iterator[tuple[PixelArray, PixelArray]]:
    """Decode the training and the validation photos once, for the length of the block.

    Photos that cannot be read leave ``photos``, each named in a report.

    Raises:
        StorageError: The disk is too full.
        DatasetError: Too few usable photos are left.
        Cancelled, Stopped: The caller ended it.
    """
    report(PhaseStarted("read", "Reading the photos"))
    chosen = [photo for part in _PARTS for photo in photos.parts[part].photos]
    require_room(len(chosen), spec)
    with _on_disk((len(chosen), spec.size, spec.size, spec.channels)) as pixels:
        failed = dict(load_into_array(chosen, spec, pixels, report=report, control=control))
        photos.leave_out(_PARTS, failed, report)
        kept = _without(pixels, failed)
        train, validation = (photos.labels(part) for part in _PARTS)
        yield (
            PixelArray(kept[: len(train)], train),
            PixelArray(kept[len(train) :], validation),
        )


def require_room(photos: int, spec: InputSpec) -> None:
    """Raise StorageError unless the disk has room for the pixels of so many photos."""
    needed = photos * spec.size * spec.size * spec.channels
    storage.require_free_space(storage.cache_folder(), needed + SPARE_BYTES)


@contextmanager
def _on_disk(shape: tuple[int, ...]) -> Iterator[Pixels]:
    """An array in a file without a name: whatever ends the program, nothing is left behind."""
    folder = storage.cache_folder()
    with storage.translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below
    with file:
        with storage.translated(folder):
            if hasattr(os, "posix_fallocate"):  # a disk that fills up later would kill the program
                os.posix_fallocate(file.fileno(), 0, math.prod(shape))
            pixels = np.memmap(file, np.uint8, "r+", shape=shape)
        yield pixels


def _without(pixels: Pixels, rows: Container[int]) -> Pixels:
    """Close the gaps in place: a copy could be larger than the memory."""
    kept = [row for row in range(len(pixels)) if row not in rows]
    for target, row in enumerate(kept):
        if target != row:
            pixels[target] = pixels[row]
    return pixels[: len(kept)]
