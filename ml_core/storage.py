"""Everything durable is written here: whole or not at all.

A file is written beside its destination, flushed to the disk and then put in its place, so that
a crash, a kill or a full disk leaves either the old file or the new one.
"""

import errno
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from ml_core.errors import StorageError

log = logging.getLogger(__name__)

APPLICATION = "product-classifier"
HOME_VARIABLE = "PRODUCT_CLASSIFIER_HOME"
"""Environment variable that puts runs, models, settings and caches into one folder."""


def data_folder() -> Path:
    """Where runs and models live. Not created here."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else platformdirs.user_data_path(APPLICATION)


def cache_folder() -> Path:
    """Where anything lives that can be computed again. Not created here."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "cache" if home else platformdirs.user_cache_path(APPLICATION)


@contextmanager
def replacing(destination: Path) -> Iterator[Path]:
    """Give a temporary path to write to; put it in ``destination``'s place if all went well.

    The temporary file lies in the same folder (so that the replacement is atomic) and keeps the
    suffix (writers choose their format by it). It is removed if the block raises.

    Raises:
        StorageError: The disk refused. ``destination`` is then as it was.
    """
    with translated(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=destination.parent, prefix=".writing-", suffix=destination.suffix
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            _give_ordinary_permissions(temporary)
            _flush_to_disk(temporary)
            temporary.replace(destination)
        finally:
            temporary.unlink(missing_ok=True)
        _flush_to_disk(destination.parent)


@contextmanager
def replacing_folder(destination: Path) -> Iterator[Path]:
    """Like ``replacing`` for a folder that must not exist yet (or be empty).

    Raises:
        StorageError: The disk refused, or ``destination`` holds something.
    """
    with translated(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=destination.parent, prefix=".writing-"))
        try:
            yield temporary
            temporary.chmod(0o755)
            for path in temporary.rglob("*"):
                _flush_to_disk(path)
            temporary.replace(destination)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        _flush_to_disk(destination.parent)


def write_bytes(destination: Path, content: bytes) -> None:
    """Write a whole file atomically. Raises StorageError."""
    with replacing(destination) as temporary:
        temporary.write_bytes(content)


def write_text(destination: Path, content: str) -> None:
    """Write a whole UTF-8 file atomically. Raises StorageError."""
    write_bytes(destination, content.encode("utf-8", errors="surrogateescape"))


def write_json(destination: Path, content: Any) -> None:
    """Write a value as indented JSON atomically. Raises StorageError."""
    write_text(destination, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read what ``write_json`` wrote.

    Raises:
        OSError: The file is missing or cannot be read.
        ValueError: It is no JSON.
    """
    return json.loads(path.read_bytes().decode("utf-8", errors="surrogateescape"))


def copy_file(source: Path, destination: Path) -> None:
    """Copy a file atomically; an existing ``destination`` is replaced. Raises StorageError."""
    with replacing(destination) as temporary:
        shutil.copyfile(source, temporary)


def require_free_space(folder: Path, needed_bytes: int) -> None:
    """Raise StorageError unless the disk of ``folder`` (or its nearest parent) has room."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed_bytes:
        raise StorageError(
            f"The disk that holds {folder} has only {free / 1e6:,.0f} MB left.",
            expected=f"{needed_bytes / 1e6:,.0f} MB are needed.",
            mend="Free some space or choose another folder.",
            path=folder,
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals about ``path`` into StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {error.strerror or error}.",
            mend=_HOW_TO_MEND.get(error.errno or 0, "Check the disk, or choose another place."),
            path=path,
        ) from error


_HOW_TO_MEND = {
    errno.ENOSPC: "The disk is full: free some space or choose another folder.",
    errno.EDQUOT: "Your disk quota is used up: free some space or choose another folder.",
    errno.EACCES: "You may not write there: choose another folder.",
    errno.EPERM: "You may not write there: choose another folder.",
    errno.EROFS: "That disk is read-only: choose another folder.",
    errno.ENOTEMPTY: "The folder already holds something: choose a new name.",
    errno.EEXIST: "It already exists: choose a new name.",
}


def _give_ordinary_permissions(path: Path) -> None:
    """Give temporary files, made private, what an ordinary new file would get."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def _flush_to_disk(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # Windows cannot open a folder to flush it.
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
        log.debug("fsync is not supported for %s", path)
    finally:
        os.close(handle)
