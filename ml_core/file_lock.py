"""A lock on a file that the system takes back when its holder ends, however it ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ml_core import storage

if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(handle: int, *, alone: bool) -> None:  # noqa: ARG001 - Windows knows one kind
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_to_lock(handle: int, *, alone: bool) -> None:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)


_TRIES = 5
_SECONDS_BETWEEN_TRIES = 0.02
"""Whoever asks whether it is held holds it for a moment."""


class HeldElsewhere(Exception):
    """Somebody else holds the lock."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on ``path`` for the length of the block; the file stays.

    Raises:
        HeldElsewhere: Another process, or another block of this one, holds it.
        StorageError: The file cannot be made.
    """
    with storage.translated(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether anybody holds the lock on ``path``; nobody does if there is no such file."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _try_to_lock(handle, alone=False)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _lock(handle: int) -> None:
    for _ in range(_TRIES):
        try:
            _try_to_lock(handle, alone=True)
        except OSError:
            time.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return
    raise HeldElsewhere
