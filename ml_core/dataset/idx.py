"""IDX files, the format of MNIST and Fashion-MNIST, listed and read like a folder of photos.

The format: a big-endian magic number, one 32-bit length for each dimension, then the bytes
(LeCun, Cortes, Burges, "The MNIST database", section "FILE FORMATS").
"""

import gzip
import math
import re
import struct
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final, cast

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.photos import Dataset, Part, Photo
from ml_core.errors import DatasetError

_FILE_NAME: Final = re.compile(
    r"(?P<part>train|t10k|test)-(?P<kind>images|labels)[.-]idx[13]-ubyte(\.gz)?", re.IGNORECASE
)
_PARTS: Final = {"train": Part.TRAIN, "t10k": Part.TEST, "test": Part.TEST}
_UNSIGNED_BYTES: Final = 0x08
_MAX_BYTES: Final = 2 * 1024**3
_MAX_SIDE: Final = 4096
_CLASS_NAMES_FILE: Final = "labels.txt"
_FASHION_FOLDERS: Final = ("fashion-mnist", "fashion_mnist", "fashionmnist")
_FASHION_NAMES: Final = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
"""Xiao, Rasul, Vollgraf: "Fashion-MNIST" (arXiv:1708.07747), table 2."""


def is_idx_folder(folder: Path) -> bool:
    """Tell whether the folder holds pictures in IDX files."""
    return any(_FILE_NAME.fullmatch(path.name) for path in _names(folder))


def scan_idx_folder(folder: Path) -> Dataset:
    """List the pictures of ``train-images-idx3-ubyte`` and so on, each file checked to its end.

    Classes keep the order of their labels. Their names come from ``labels.txt`` (one a line)
    beside the files; for a folder called ``fashion-mnist`` they are known; else they are "0", "1".

    Raises:
        DatasetError: A file is missing, damaged or does not fit its partner.
    """
    labels = {}
    for part, files in sorted(_files(folder).items()):
        images_file, labels_file = _pair(folder, part, files)
        labels[_PARTS[part], images_file] = _checked_labels(images_file, labels_file)
    class_names = _class_names(folder, 1 + max(int(found.max()) for found in labels.values()))
    photos = (
        Photo(images_file, label, part, index)
        for (part, images_file), found in sorted(labels.items(), key=_train_first)
        for index, label in enumerate(found.tolist())
    )
    return Dataset(folder, class_names, tuple(photos), ())


class IdxPictures:
    """The pictures of IDX files; each file is read once, when first asked for. Thread-safe."""

    def __init__(self) -> None:
        self._arrays: dict[Path, NDArray[np.uint8]] = {}
        self._lock = threading.Lock()

    def of_file(self, path: Path) -> NDArray[np.uint8]:
        """All pictures of a file, shape (count, height, width). Raises DatasetError."""
        with self._lock:
            if path not in self._arrays:
                self._arrays[path] = _read(path, dimensions=3)
            return self._arrays[path]

    def grey(self, photo: Photo) -> NDArray[np.uint8]:
        """One picture, shape (height, width). Raises DatasetError."""
        if photo.index is None:
            raise ValueError(f"{photo.path} is not inside an IDX file")
        pictures = self.of_file(photo.path)
        if photo.index >= len(pictures):
            raise _damaged(photo.path, f"ends before picture {photo.index:,}")
        return cast(NDArray[np.uint8], pictures[photo.index])


def _names(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return ()


def _files(folder: Path) -> dict[str, dict[str, Path]]:
    """Find the files by part and kind; where both forms lie there, the unpacked one counts."""
    found: dict[str, dict[str, Path]] = {}
    for path in _names(folder):
        if (match := _FILE_NAME.fullmatch(path.name)) and path.is_file():
            kinds = found.setdefault(match["part"].lower(), {})
            kinds.setdefault(match["kind"].lower(), path)
    return found


def _pair(folder: Path, part: str, files: dict[str, Path]) -> tuple[Path, Path]:
    if len(files) < 2:
        there = next(iter(files.values()))
        missing = "labels" if "images" in files else "images"
        raise DatasetError(
            f'"{there.name}" has no file of {missing} beside it.',
            expected=f'"{part}-images-idx3-ubyte" and "{part}-labels-idx1-ubyte" belong together.',
            path=folder,
        )
    return files["images"], files["labels"]


def _checked_labels(images_file: Path, labels_file: Path) -> NDArray[np.uint8]:
    labels = _read(labels_file, dimensions=1)
    pictures = len(_read(images_file, dimensions=3))
    if pictures != len(labels):
        raise DatasetError(
            f'"{images_file.name}" holds {pictures:,} pictures, '
            f'but "{labels_file.name}" holds {len(labels):,} labels.',
            expected="There must be one label for each picture.",
            path=labels_file,
        )
    return labels


def _train_first(item: tuple[tuple[Part, Path], object]) -> tuple[int, Path]:
    part, path = item[0]
    return list(Part).index(part), path


def _class_names(folder: Path, count: int) -> tuple[str, ...]:
    names = _written_names(folder / _CLASS_NAMES_FILE)
    if not names and folder.name.lower() in _FASHION_FOLDERS:
        names = _FASHION_NAMES
    if names and len(names) < count:
        raise DatasetError(
            f'"{_CLASS_NAMES_FILE}" names {len(names)} categories, but there are {count} labels.',
            mend="Write one name a line, in the order of the labels.",
            path=folder / _CLASS_NAMES_FILE,
        )
    return names or tuple(str(label) for label in range(count))


def _written_names(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f'"{path.name}" cannot be read as text.', path=path) from error
    names = tuple(line.strip() for line in lines if line.strip())
    if len(set(names)) < len(names):
        raise DatasetError(f'"{path.name}" names a category twice.', path=path)
    return names


def _read(path: Path, *, dimensions: int) -> NDArray[np.uint8]:
    """Read a whole file of ``dimensions`` dimensions. Raises DatasetError."""
    try:
        with _unpacked(path) as file:
            shape = _shape(path, file, dimensions)
            size = math.prod(shape)
            values = np.frombuffer(file.read(size), np.uint8)
            is_longer = bool(file.read(1))
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        raise _damaged(path, "is damaged or cannot be read") from error
    if len(values) < size:
        raise _damaged(path, f"ends after {len(values):,} of {size:,} bytes")
    if is_longer:
        raise _damaged(path, "holds more than it says at its start")
    return values.reshape(shape)


def _unpacked(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _shape(path: Path, file: IO[bytes], dimensions: int) -> tuple[int, ...]:
    header = file.read(4 + 4 * dimensions)
    if header[:4] != bytes((0, 0, _UNSIGNED_BYTES, dimensions)):
        raise _damaged(path, f"is no IDX file of bytes in {dimensions} dimensions")
    if len(header) < 4 + 4 * dimensions:
        raise _damaged(path, "ends inside its header")
    shape: tuple[int, ...] = struct.unpack(f">{dimensions}I", header[4:])
    if min(shape) < 1 or max(shape[1:], default=1) > _MAX_SIDE or math.prod(shape) > _MAX_BYTES:
        raise _damaged(path, f"claims a shape of {' x '.join(map(str, shape))}")
    return shape


def _damaged(path: Path, what: str) -> DatasetError:
    return DatasetError(f'"{path.name}" {what}.', mend="Download it again.", path=path)
