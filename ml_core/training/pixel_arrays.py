"""Decoded photos for Keras training, on the disk so that memory does not grow with the photos."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    folder = storage.cache_folder()
    count = len(photos.parts[Part.TRAIN]) + len(photos.parts[Part.VALIDATION])
    storage.require_free_space(folder, count * _bytes_each(spec) + SPARE_BYTES)
    with storage.translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(
            dir=folder, prefix="pixels-", ignore_cleanup_errors=True
        )
    with temporary as name:
        yield tuple(  # type: ignore[misc]  # there are exactly two parts
            _decode(photos, part, spec, Path(name), report, control)
            for part in (Part.TRAIN, Part.VALIDATION)
        )


def _decode(
    photos: PreparedPhotos,
    part: Part,
    spec: InputSpec,
    folder: Path,
    report: Report,
    control: Control,
) -> PixelArray:
    chosen = photos.parts[part].photos
    shape = (len(chosen), spec.size, spec.size, spec.channels)
    with storage.translated(folder):
        pixels = np.memmap(folder / f"{part}.raw", np.uint8, "w+", shape=shape)
    failed = load_into_array(chosen, spec, pixels, report=report, control=control)
    photos.leave_out(part, dict(failed), report)
    return PixelArray(_without(pixels, [index for index, _ in failed]), photos.labels(part))


def _without(pixels: Pixels, rows: list[int]) -> Pixels:
    """Close the gaps in place: a copy could be larger than the memory."""
    kept = [row for row in range(len(pixels)) if row not in set(rows)] if rows else []
    for target, row in enumerate(kept):
        if target != row:
            pixels[target] = pixels[row]
    return pixels[: len(kept)] if rows else pixels


def _bytes_each(spec: InputSpec) -> int:
    return spec.size * spec.size * spec.channels
