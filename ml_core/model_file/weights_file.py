"""Look at the weights of a Keras archive: plain arrays of the right shapes, and nothing else.

HDF5 can point at other files, claim arrays of any size and unpack a little into a lot. Nothing of
that is followed: only what lies in the file itself, in groups and arrays, is looked at.
"""

import io
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ml_core.errors import ModelFileError
from ml_core.model_file.layer_shapes import Shape

if TYPE_CHECKING:
    import h5py

MOST_PARTS = 50_000
HIGHEST_RATIO = 100
_DEEPEST = 30
_LARGEST_ITEM = 8
_PACKINGS = frozenset((1, 2, 3))
"""HDF5's numbers of the filters deflate, shuffle and checksum."""
_BYTES_A_NUMBER = 4
_TRAINING_COPIES = 4
"""Optimizers keep up to three more numbers for each weight."""
_SPARE_BYTES = 32 << 20


def largest_weights(parameters: int) -> int:
    """Bytes that a weights file of so many parameters may have at most."""
    return _TRAINING_COPIES * _BYTES_A_NUMBER * parameters + _SPARE_BYTES


def inspect_weights(content: bytes, expected: Counter[Shape]) -> None:
    """Make sure that a weights file holds exactly a network's arrays, all of them finite.

    Args:
        content: An HDF5 file as Keras 3 writes it.
        expected: How often each shape occurs in the network.

    Raises:
        ModelFileError: Says which rule it breaks.
    """
    import h5py

    with damage_in_words(), h5py.File(io.BytesIO(content), "r") as file:
        arrays = plain_arrays(file, len(content))
        found = Counter(array.shape for place, array in arrays if _is_weight(place))
        if found != expected:
            raise ModelFileError(_difference(found, expected))
        _require_finite(arrays)


@contextmanager
def damage_in_words() -> Iterator[None]:
    """Turn what h5py raises for damaged files into ModelFileError."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"Its weights are damaged: {_brief(error)}.") from error


def plain_arrays(group: "h5py.Group", size: int) -> list[tuple[str, "h5py.Dataset"]]:
    """All arrays of a group with their places; none of them read yet.

    Args:
        group: Of a file opened for reading.
        size: Bytes of the whole file.

    Raises:
        ModelFileError: One lies elsewhere, claims too much or is no plain array of numbers.
    """
    arrays = []
    for place, array in _arrays_in(group):
        _require_plain(place, array, size)
        arrays.append((place, array))
    return arrays


def _require_finite(arrays: list[tuple[str, "h5py.Dataset"]]) -> None:
    for place, array in arrays:
        if array.dtype.kind == "f" and not np.isfinite(array[()]).all():
            raise ModelFileError(
                f"Its weights are spoilt: {place} holds values that are no numbers."
            )


def _arrays_in(file: "h5py.Group") -> Iterator[tuple[str, "h5py.Dataset"]]:
    """Every array of a file with its place; each lies in one place only, in this file.

    Raises:
        ModelFileError: A link leads elsewhere, parts lie in circles or too deeply, or are neither
            groups nor arrays.
    """
    import h5py

    waiting: list[tuple[str, Any, int]] = [("", file, 0)]
    seen: set[int] = set()
    while waiting:
        place, part, depth = waiting.pop()
        _require_new(place, part, seen, depth)
        if isinstance(part, h5py.Dataset):
            yield place, part
            continue
        for name in part:
            inner = f"{place}/{name}"
            if not isinstance(part.get(name, getlink=True), h5py.HardLink):
                raise ModelFileError(f"Its weights point to another place ({inner:.80}).")
            if part.get(name, getclass=True) not in (h5py.Group, h5py.Dataset):
                raise ModelFileError(f"Its weights hold something unknown ({inner:.80}).")
            waiting.append((inner, part[name], depth + 1))


def _require_new(place: str, part: Any, seen: set[int], depth: int) -> None:
    import h5py

    address = h5py.h5o.get_info(part.id).addr
    if address in seen or len(seen) >= MOST_PARTS or depth > _DEEPEST:
        raise ModelFileError(f"Its weights lead in circles or hold too many parts ({place:.80}).")
    seen.add(address)


def _require_plain(place: str, array: "h5py.Dataset", size: int) -> None:
    import h5py

    properties = array.id.get_create_plist()
    if properties.get_external_count() or properties.get_layout() == h5py.h5d.VIRTUAL:
        raise ModelFileError(f"Its weights lie in another file ({place:.80}).")
    filters = {properties.get_filter(number)[0] for number in range(properties.get_nfilters())}
    if filters - _PACKINGS:
        raise ModelFileError(f"Its weights are packed in an unusual way ({place:.80}).")
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > _LARGEST_ITEM:
        raise ModelFileError(f"Its weights hold something other than numbers ({place:.80}).")
    claimed = math.prod(array.shape) * array.dtype.itemsize
    if claimed > HIGHEST_RATIO * size or claimed > HIGHEST_RATIO * array.id.get_storage_size() > 0:
        raise ModelFileError(
            f"Its weights claim {claimed:,} bytes ({place:.80}), of which it does not hold a"
            " hundredth."
        )
    if claimed and not array.id.get_storage_size():
        raise ModelFileError(f"Its weights claim {claimed:,} bytes that it lacks ({place:.80}).")


def _is_weight(place: str) -> bool:
    """Neither the optimizer's memory nor the state of a layer that draws random numbers."""
    parts = place.split("/")
    return parts[1] != "optimizer" and "seed_generator" not in parts


def _difference(found: Counter[Shape], expected: Counter[Shape]) -> str:
    missing, more = expected - found, found - expected
    words = [
        f"{text} {next(iter(shapes))}"
        for text, shapes in (("no array of the shape", missing), ("one too many of", more))
        if shapes
    ]
    return f"Its weights do not fit its network: there is {' and '.join(words)}."


def _brief(error: Exception) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")[:150] or type(error).__name__
