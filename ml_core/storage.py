"""Everything durable is written here: whole or not at all.

A file is written beside its destination, flushed to the disk and then put in its place, so that
a crash, a kill or a full disk leaves either the old file or the new one.
"""

import errno
import json
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import platformdirs

from ml_core.errors import StorageError

log = logging.getLogger(__name__)

APPLICATION = "product-classifier"
HOME_VARIABLE = "PRODUCT_CLASSIFIER_HOME"
"""Environment variable that puts runs, models, settings and caches into one folder."""

UNFINISHED = ".writing-"
"""How the names of files and folders begin that are not in their place yet."""


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
    with replacing_together([destination]) as (temporary,):
        yield temporary


@contextmanager
def replacing_together(destinations: Sequence[Path]) -> Iterator[list[Path]]:
    """Like ``replacing`` for files that belong together.

    None is put in place before all of them are safely on the disk. Folders made for them are
    removed again if the block raises.

    Raises:
        StorageError: The disk refused, naming the first file. They are then as they were.
    """
    with translated(destinations[0]), ExitStack() as removing:
        temporaries = []
        for destination in destinations:
            removing.enter_context(_parents(destination))
            temporaries.append(removing.enter_context(_temporary_file(destination)))
        yield temporaries
        for temporary in temporaries:
            _give_ordinary_permissions(temporary, 0o666)
            flush_to_disk(temporary)
        for temporary, destination in zip(temporaries, destinations, strict=True):
            temporary.replace(destination)
        for parent in {destination.parent for destination in destinations}:
            flush_to_disk(parent)


@contextmanager
def replacing_folder(destination: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Like ``replacing`` for a folder that must not exist yet (or be empty).

    With ``overwrite``, a folder that exists is replaced as a whole; the caller has made sure
    that nothing in it is worth keeping.

    Raises:
        StorageError: The disk refused, or ``destination`` holds something.
    """
    with translated(destination), _parents(destination):
        temporary = Path(tempfile.mkdtemp(dir=destination.parent, prefix=UNFINISHED))
        try:
            yield temporary
            _give_ordinary_permissions(temporary, 0o777)
            for path in (*temporary.rglob("*"), temporary):
                flush_to_disk(path)
            with _out_of_the_way(destination) if overwrite else nullcontext():
                temporary.replace(destination)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        flush_to_disk(destination.parent)


@contextmanager
def _parents(destination: Path) -> Iterator[None]:
    """Make the folders above; if the block raises, remove those again that were made here."""
    made = [folder for folder in destination.parents if not folder.exists()]
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # somebody else has put something in meanwhile
            for folder in made:
                folder.rmdir()
        raise


@contextmanager
def _temporary_file(destination: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(
        dir=destination.parent, prefix=UNFINISHED, suffix=destination.suffix
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _out_of_the_way(folder: Path) -> Iterator[None]:
    """Set an existing folder aside; remove it after the block, or put it back if that raises."""
    aside = folder.parent / f"{UNFINISHED}{secrets.token_hex(8)}"
    try:
        folder.replace(aside)
    except FileNotFoundError:
        yield
        return
    try:
        yield
    except BaseException:
        aside.replace(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


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


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder in ``parent`` for the length of the block. Raises StorageError."""
    with translated(parent):
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=UNFINISHED))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def append_text(destination: Path, content: str) -> None:
    """Add lines to a UTF-8 file. A crash may cut the last line. Raises StorageError."""
    with (
        translated(destination),
        destination.open("a", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        file.write(content)


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed has left half-written directly in ``folder``.

    The caller has made sure that nobody is writing there now.
    """
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


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


def _give_ordinary_permissions(path: Path, wanted: int) -> None:
    """Give what was made private the permissions that an ordinary new file would get."""
    if os.name == "posix":
        mask = os.umask(0o077)  # it can only be read by setting it: to a safe value meanwhile
        os.umask(mask)
        path.chmod(wanted & ~mask)


def flush_to_disk(path: Path) -> None:
    """Make sure that a file's content, or a folder's list of names, survives a power cut."""
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
