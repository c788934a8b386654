"""Move or copy one file of the user to a name that is free: whole or not at all, nothing replaced.

On one disk a file gets its second name before it loses the first; between disks it is copied,
flushed, read again and compared before the original goes. So at every moment at least one whole
file is there, under a name that the caller knows.
"""

import errno
import hashlib
import os
import shutil
from pathlib import Path
from typing import Final

from ml_core.storage import flush_to_disk

_NO_SECOND_NAME: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""How disks and systems say that a file cannot have two names there (FAT, some shares)."""


def move(source: Path, target: Path, *, temporary: Path) -> str:
    """Move a file to a free name in a folder that exists.

    Args:
        source: A file.
        target: Where to.
        temporary: A name beside ``target`` for what is not whole yet; used between disks only.

    Returns:
        The content's hash where it had to be copied, else an empty text.

    Raises:
        FileExistsError: There is something under ``target``.
        OSError: The disk refused. Then ``source`` is as it was, and ``target`` is not there.
    """
    try:
        _rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return ""
    before = source.stat()
    digest = copy(source, target, temporary=temporary)
    after = source.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        target.unlink()
        raise OSError(errno.EBUSY, "it was changed while it was being copied", str(source))
    _remove_or_take_back(source, target)
    return digest


def copy(source: Path, target: Path, *, temporary: Path) -> str:
    """Copy a file, with its time and permissions, to a free name; gives the content's hash.

    Raises:
        FileExistsError: There is something under ``target``.
        OSError: The disk refused, or what was read back differs. Then ``target`` is not there.
    """
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    try:
        shutil.copyfile(source, temporary)
        shutil.copystat(source, temporary)
        flush_to_disk(temporary)
        digest = content_of(temporary)
        if digest != content_of(source):
            raise OSError(errno.EIO, "the copy differs from the original", str(source))
        _rename(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return digest


def content_of(path: Path) -> str:
    """The hash of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _rename(source: Path, target: Path) -> None:
    """Rename on one disk; unlike the system's own way, nothing is replaced."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.rename(target)
        return
    flush_to_disk(target.parent)
    _remove_or_take_back(source, target)


def _remove_or_take_back(source: Path, target: Path) -> None:
    """End a move by removing the original; where that is refused, the new one goes again."""
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise
