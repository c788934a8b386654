"""What the frozen lower part of a network sees in the photos, computed once and kept on the disk.

Each training photo is looked at in several views: as it is, and varied. The numbers at the cut are
kept as float16, which rounds them to three digits: far finer than what varies between views. The
unit they are counted in is kept with them, so that networks of any magnitude fit.
"""

import hashlib
import logging
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.augment import NOTHING, Amounts
from ml_core.dataset.augment_preview import vary
from ml_core.dataset.photos import Part, Photo
from ml_core.dataset.reading import PhotoReader
from ml_core.dataset.variation import draw
from ml_core.embedding.embedder import ModelInput, PhotoNetwork
from ml_core.errors import ImageError
from ml_core.events import Report, Warned
from ml_core.images import Pixels
from ml_core.parallel import counted, map_in_order
from ml_core.training.prepare import PreparedPhotos

log = logging.getLogger(__name__)

Values = NDArray[np.float16]
Labels = NDArray[np.intp]

LARGEST_BYTES = 8 * 2**30
"""What the file may take where one view of each photo takes less; more views are left out."""
SPARE_BYTES = 500_000_000
"""What the disk must still hold after the file was written."""

_PARTS = (Part.TRAIN, Part.VALIDATION)
_SUFFIX = ".activations"
"""Unfinished files end in it, too."""
_LARGEST_VALUE = float(np.finfo(np.float16).max)
_UNIT = np.dtype(np.float64)
_UNITS_IN_LARGEST = 256
"""Of the first photo: others may be 255 times as large, and those 1/256 as large lose no digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """In how many ways, and how, each training photo is looked at.

    The first view is the photo as it is; every other one is varied, every second one mirrored
    where that is allowed.
    """

    count: int
    amounts: Amounts = NOTHING
    mirror: bool = False
    seed: int = 0

    @property
    def useful(self) -> int:
        """How many of them differ."""
        if self.amounts != NOTHING:
            return self.count
        return min(self.count, 2 if self.mirror else 1)

    def of(self, pixels: Pixels, content: bytes, view: int) -> ModelInput:
        """A view of a photo, 0..255; the same for the same content, wherever the photo lies.

        Args:
            pixels: The photo as it is, shape (size, size, channels).
            content: Hash of its content.
            view: From 0.
        """
        seen = pixels[:, ::-1] if self.mirror and view % 2 else pixels
        if view == 0 or self.amounts == NOTHING:
            return seen
        random = np.random.default_rng([self.seed, view, int.from_bytes(content)])
        variation = draw(
            self.amounts,
            mirror=False,
            photos=1,
            channels=pixels.shape[-1],
            even=lambda shape: random.uniform(-1.0, 1.0, shape),
            arrays=np,
        )
        return vary([np.ascontiguousarray(seen)], variation)[0]


@dataclass(frozen=True, slots=True)
class Activations:
    """The photos as the upper part sees them.

    Attributes:
        train: In units; float16, shape (photos, views, *activations), memory-mapped.
        train_labels: Class indices, shape (photos,).
        validation: The same of one plain view, shape (photos, *activations).
        validation_labels: Class indices, shape (photos,).
        unit: A power of two.
    """

    train: Values
    train_labels: Labels
    validation: Values
    validation_labels: Labels
    unit: float = 1.0


@contextmanager
def activations_of(
    photos: PreparedPhotos,
    lower: PhotoNetwork,
    views: Views,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> Iterator[Activations]:
    """The activations of the training and validation photos, for the length of the block.

    They lie in a file in ``folder`` that is removed with the end of the block. Where the program
    was killed meanwhile, it is still there, and the same call takes it instead of computing anew.

    Photos that cannot be read leave ``photos``, each named in a report. Where the disk has no room
    for all views, there are fewer, which is reported as Warned. Reports StepProgress ("read").

    Raises:
        StorageError: The disk has no room for even one view of each photo.
        DatasetError: Too few usable photos are left.
        Cancelled, Stopped: The caller ended it.
    """
    path = _ready_file(photos, lower, views, folder=folder, report=report, control=control)
    try:
        yield _opened(path, photos, lower.output_shape)
    finally:
        _remove(path)


def _ready_file(
    photos: PreparedPhotos,
    lower: PhotoNetwork,
    views: Views,
    *,
    folder: Path,
    report: Report,
    control: Control,
) -> Path:
    while True:
        path = folder / f"{_key(photos, lower, views)}{_SUFFIX}"
        for other in folder.glob(f"*{_SUFFIX}"):
            if other != path:
                _remove(other)
        if path.is_file():
            return path
        writer = _Writer(photos, lower, views, report, control)
        try:
            writer.write(path)
        except _UnreadableError as error:  # has gone since it was looked at: again, without it
            photos.leave_out(_PARTS, error.failures, report)
        else:
            return path


def _opened(path: Path, photos: PreparedPhotos, shape: tuple[int, ...]) -> Activations:
    train, validation = (photos.labels(part) for part in _PARTS)
    values = np.memmap(path, np.float16, "r", offset=_UNIT.itemsize).reshape(-1, *shape)
    seen = values[: len(values) - len(validation)]
    return Activations(
        seen.reshape(len(train), -1, *shape),
        train,
        values[len(seen) :],
        validation,
        unit=float(np.fromfile(path, _UNIT, count=1)[0]),
    )


def remove_activations(folder: Path) -> None:
    """Remove what was kept in a folder of a run, finished or not."""
    for path in folder.glob(f"*{_SUFFIX}"):
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # some systems keep files that are still mapped
        log.warning("%s could not be removed: %s", path, error)


def _key(photos: PreparedPhotos, lower: PhotoNetwork, views: Views) -> str:
    """Names all that the activations depend on."""
    digest = hashlib.blake2b(lower.fingerprint(), digest_size=8)
    digest.update(repr(views).encode())
    for part in _PARTS:
        digest.update(b"".join((part.value.encode(), *photos.parts[part].hashes)))
    return digest.hexdigest()


class _UnreadableError(Exception):
    """Some photos could not be read; place among training and validation photos -> why."""

    def __init__(self, failures: dict[int, ImageError]) -> None:
        super().__init__(failures)
        self.failures = failures


class _Writer:
    """Looks at all photos and writes the file."""

    def __init__(
        self,
        photos: PreparedPhotos,
        lower: PhotoNetwork,
        views: Views,
        report: Report,
        control: Control,
    ) -> None:
        train, validation = (photos.parts[part] for part in _PARTS)
        self._photos: Sequence[Photo] = (*train.photos, *validation.photos)
        self._contents = (*train.hashes, *validation.hashes)
        self._train, self._validation = len(train), len(validation)
        self._lower, self._views = lower, views
        self._report, self._control = report, control
        self._reader = PhotoReader()
        self._unit = 1.0

    def write(self, path: Path) -> None:
        """Raises _UnreadableError where photos have gone; there is no file then."""
        row_bytes = 2 * math.prod(self._lower.output_shape)
        count = self._affordable_views(path.parent, row_bytes)
        self._unit = self._chosen_unit()
        rows = self._train * count + self._validation
        with storage.replacing(path) as temporary:
            _allocate(temporary, _UNIT.itemsize + rows * row_bytes)
            np.memmap(temporary, _UNIT, "r+", shape=1)[0] = self._unit
            shape, offset = (rows, *self._lower.output_shape), _UNIT.itemsize
            self._fill(np.memmap(temporary, np.float16, "r+", offset=offset, shape=shape), count)

    def _affordable_views(self, folder: Path, row_bytes: int) -> int:
        one_view, validation = self._train * row_bytes, self._validation * row_bytes
        storage.require_free_space(folder, one_view + validation + SPARE_BYTES)
        room = min(LARGEST_BYTES, shutil.disk_usage(folder).free - SPARE_BYTES) - validation
        wanted = self._views.useful
        count = max(1, min(wanted, room // one_view))
        if count < wanted:
            self._report(
                Warned(
                    f"There is room for {count} of {wanted} views of each photo, so that the photos"
                    " vary less while the network is fine-tuned."
                )
            )
        return count

    def _chosen_unit(self) -> float:
        """A power of two, so that counting in it rounds nothing."""
        pixels = self._reader.try_for_model(self._photos[0], self._lower.spec)
        if isinstance(pixels, ImageError):
            raise _UnreadableError({0: pixels})
        largest = float(np.abs(self._lower.run_here(pixels)).max())
        return 2.0 ** math.floor(math.log2(largest / _UNITS_IN_LARGEST)) if largest else 1.0

    def _fill(self, values: Values, count: int) -> None:
        def look(place: int) -> ImageError | None:
            pixels = self._reader.try_for_model(self._photos[place], self._lower.spec)
            if isinstance(pixels, ImageError):
                return pixels
            for row, view in self._rows(place, count):
                seen = self._lower.run_here(self._views.of(pixels, self._contents[place], view))
                values[row] = np.clip(seen / self._unit, -_LARGEST_VALUE, _LARGEST_VALUE)
            return None

        places = range(len(self._photos))
        outcomes = counted(
            map_in_order(look, places, control=self._control),
            phase="read",
            total=len(places),
            report=self._report,
        )
        failures = {place: error for place, error in enumerate(outcomes) if error is not None}
        if failures:
            raise _UnreadableError(failures)

    def _rows(self, place: int, count: int) -> list[tuple[int, int]]:
        """Row and view of all that is seen of a photo."""
        if place < self._train:
            return [(place * count + view, view) for view in range(count)]
        return [(self._train * (count - 1) + place, 0)]


def _allocate(path: Path, size: int) -> None:
    """Claim the room now: a disk that fills up under a mapped file would kill the program."""
    with path.open("r+b") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
