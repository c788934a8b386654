"""Read many photos: decoded by all processor cores, in order, with bounded memory.

Training, embedding, evaluation and classification all stream their photos through here. A photo
that cannot be read is an ``ImageError`` in its place, so that one bad file stops nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.idx import IdxPictures
from ml_core.dataset.photos import Photo
from ml_core.errors import DatasetError, ImageError
from ml_core.events import Report, ignore
from ml_core.image_files import opened_file
from ml_core.images import (
    InputSpec,
    Overview,
    Pixels,
    fit,
    load_for_model,
    overview,
    read_photo,
    shrink,
    thumbnail,
)
from ml_core.parallel import counted, map_in_order

HASH_BYTES: Final = 16
_blake2b: Final = partial(hashlib.blake2b, digest_size=HASH_BYTES)

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def read_original(photo: Photo, *, at_least: int = 0) -> Pixels:
    """The photo at its own size, shape (height, width, 3); see ``images.read_photo``.

    Raises:
        ImageError: It cannot be read.
    """
    return PhotoReader().original(photo, at_least=at_least)


def read_thumbnail(photo: Photo, side: int) -> Pixels:
    """The photo, upright, its longer side at most ``side`` pixels, quickly.

    Raises:
        ImageError: It cannot be read.
    """
    return PhotoReader().thumbnail(photo, side)


def read_for_model(photo: Photo, spec: InputSpec) -> Pixels:
    """The photo as a model's input, shape (size, size, channels).

    A picture inside an IDX file costs reading that file: for several, use ``read_photos``.

    Raises:
        ImageError: It cannot be read.
    """
    return PhotoReader().for_model(photo, spec)


def read_photos(
    photos: Sequence[Photo],
    spec: InputSpec,
    *,
    threads: int | None = None,
    control: Control | None = None,
) -> Iterator[Pixels | ImageError]:
    """Yield each photo's model input, or why it cannot be read, in the order of ``photos``.

    Args:
        photos: Any number; only a few are in memory at a time.
        spec: What the model wants to see.
        threads: How many decode at once; by default one for each processor core.
        control: Asked before each photo is given out.

    Raises:
        Cancelled, Stopped: The caller ended it. All threads have ended by then, as they have when
            the iterator is closed or dropped.
    """
    reader = PhotoReader()

    def load(photo: Photo) -> Pixels | ImageError:
        return reader.try_for_model(photo, spec)

    return _mapped(photos, load, photos, threads=threads, control=control)


def read_paths(
    paths: Iterable[Path],
    spec: InputSpec,
    *,
    threads: int | None = None,
    control: Control | None = None,
) -> Iterator[tuple[Path, Pixels | ImageError]]:
    """Yield each file with its model input, or why it cannot be read, in the order given.

    ``paths`` may be endless: it is taken only a few files ahead. See ``read_photos``.
    """

    def load(path: Path) -> tuple[Path, Pixels | ImageError]:
        return path, _or_error(lambda: load_for_model(path, spec))

    return map_in_order(load, paths, threads=threads, control=control)


def load_into_array(
    photos: Sequence[Photo],
    spec: InputSpec,
    out: NDArray[np.uint8],
    *,
    threads: int | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> list[tuple[int, ImageError]]:
    """Decode all photos into ``out``, shape (photos, size, size, channels), in memory or on disk.

    Returns:
        The position of each photo that cannot be read, and why. Its row is left as it was.

    Raises:
        ValueError: ``out`` has another shape or type.
        Cancelled, Stopped: The caller ended it.
    """
    _check_array(out, (len(photos), spec.size, spec.size, spec.channels))
    reader = PhotoReader()

    def load(position: int) -> ImageError | None:
        pixels = reader.try_for_model(photos[position], spec)
        if isinstance(pixels, ImageError):
            return pixels
        out[position] = pixels
        return None

    results = _mapped(photos, load, range(len(photos)), threads=threads, control=control)
    outcomes = counted(results, phase="read", total=len(photos), report=report)
    return [(position, error) for position, error in enumerate(outcomes) if error is not None]


def content_hashes(
    photos: Sequence[Photo],
    *,
    threads: int | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> list[bytes | ImageError]:
    """Return for each photo the BLAKE2b hash of its file, ``HASH_BYTES`` long, or why not.

    For a picture inside an IDX file, of its shape and bytes. Reported as part of the scan.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    results = _mapped(photos, PhotoReader().try_hash, photos, threads=threads, control=control)
    return list(counted(results, phase="scan", total=len(photos), report=report))


class PhotoReader:
    """Reads single photos, from picture files and from IDX files, which it keeps. Thread-safe."""

    def __init__(self) -> None:
        self._idx = IdxPictures()

    def original(self, photo: Photo, *, at_least: int = 0) -> Pixels:
        """Shape (height, width, 3). Raises ImageError."""
        if photo.index is None:
            return read_photo(photo.path, at_least=at_least)
        return _with_channels(self._grey(photo), 3)

    def thumbnail(self, photo: Photo, side: int) -> Pixels:
        """Longer side at most ``side``. Raises ImageError."""
        if photo.index is None:
            return thumbnail(photo.path, side)
        return shrink(self.original(photo), side)

    def overview(self, photo: Photo, side: int) -> Overview:
        """The photo in small, its own size and frames. Raises ImageError."""
        if photo.index is None:
            return overview(photo.path, side)
        pixels = self.original(photo)
        height, width = pixels.shape[:2]
        return Overview(shrink(pixels, side), width, height)

    def for_model(self, photo: Photo, spec: InputSpec) -> Pixels:
        """Shape (size, size, channels). Raises ImageError."""
        if photo.index is None:
            return load_for_model(photo.path, spec)
        grey = self._grey(photo)
        if grey.shape == (spec.size, spec.size):  # what fit would give, without its effort
            return _with_channels(grey, spec.channels)
        return fit(_with_channels(grey, 3), spec)

    def try_for_model(self, photo: Photo, spec: InputSpec) -> Pixels | ImageError:
        """Like ``for_model``, but an ImageError is returned."""
        return _or_error(lambda: self.for_model(photo, spec))

    def try_hash(self, photo: Photo) -> bytes | ImageError:
        """The hash of the photo's content, or the ImageError."""
        return _or_error(lambda: self._hash(photo))

    def _hash(self, photo: Photo) -> bytes:
        if photo.index is not None:
            grey = self._grey(photo)
            return _blake2b(repr(grey.shape).encode() + grey.tobytes()).digest()
        with opened_file(photo.path) as file:
            return hashlib.file_digest(file, _blake2b).digest()

    def _grey(self, photo: Photo) -> NDArray[np.uint8]:
        try:
            return self._idx.grey(photo)
        except DatasetError as error:
            raise ImageError(error.what, mend=error.mend, path=photo.path) from error


def _with_channels(grey: Pixels, channels: int) -> Pixels:
    return np.repeat(grey[..., np.newaxis], channels, axis=2)


def _or_error(read: Callable[[], _Result]) -> _Result | ImageError:
    try:
        return read()
    except ImageError as error:
        return error


def _check_array(out: NDArray[np.uint8], shape: tuple[int, ...]) -> None:
    if out.shape != shape or out.dtype != np.uint8:
        raise ValueError(f"expected a uint8 array of shape {shape}, got {out.dtype} {out.shape}")


def _mapped(
    photos: Sequence[Photo],
    work: Callable[[_Item], _Result],
    items: Iterable[_Item],
    *,
    threads: int | None,
    control: Control | None,
) -> Iterator[_Result]:
    """Yield ``work`` of each item in order, in threads where that pays."""
    if photos and all(photo.index is not None for photo in photos):
        return _one_by_one(work, items, control or Control())
    return map_in_order(work, items, threads=threads, control=control)


def _one_by_one(
    work: Callable[[_Item], _Result], items: Iterable[_Item], control: Control
) -> Iterator[_Result]:
    """For IDX files: handing a tiny picture to a thread costs more than reading it."""
    for item in items:
        control.checkpoint()
        yield work(item)
