"""Look at a file before anything in it is used: is it a sound archive of reasonable size?"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ml_core.errors import ModelFileError
from ml_core.model_file import zip_layout
from ml_core.model_file.strict_json import LARGEST_JSON

LARGEST_MEMBER = 1 << 30
LARGEST_DESCRIPTION = LARGEST_JSON
SUFFIX = ".keras"
_ZIP_START = b"PK\x03\x04"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, OSError, OverflowError, RuntimeError, UnicodeDecodeError, ValueError,
)  # fmt: skip
"""What Python raises for archives that are damaged, encrypted or packed in an unknown way."""


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a model file as a zip whose members have sound names and sizes.

    Raises:
        ModelFileError: Says which of the many ways in which a file is no model it is.
    """
    _require_archive_start(path)
    with path.open("rb") as file, _zip_file(file, path) as archive:
        for problem in zip_layout.problems(archive, file, largest=LARGEST_MEMBER):
            raise ModelFileError(f"{path.name} is not a safe model file: {problem}.", path=path)
        yield archive


def read_member(archive: zipfile.ZipFile, name: str, *, largest: int = LARGEST_MEMBER) -> bytes:
    """The whole member, or ModelFileError if it is missing, damaged or larger than ``largest``."""
    path = Path(archive.filename or "")
    try:
        information = archive.getinfo(name)
        if information.file_size > largest:
            raise ModelFileError(f"{path.name}: the part {name} is too large.", path=path)
        with archive.open(information) as member:
            return member.read(largest + 1)
    except KeyError:
        raise ModelFileError(
            f"{path.name} was not made by this program: it holds no {name}.",
            mend=_how_to_take_in(archive),
            path=path,
        ) from None
    except _DAMAGE as error:
        raise ModelFileError(
            f"{path.name} is damaged: the part {name} cannot be read ({error}).",
            mend="Copy or export it again.",
            path=path,
        ) from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error about a part of a model file say which file it is."""
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(
            f"{path.name}: {error.what}", expected=error.expected, mend=error.mend, path=path
        ) from error


def _how_to_take_in(archive: zipfile.ZipFile) -> str:
    if "config.json" in archive.namelist():
        return "It is a Keras model made elsewhere: import it, and name its categories."
    return "Open a model that was trained or exported here."


def _zip_file(file: IO[bytes], path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise ModelFileError(
            f"{path.name} is damaged or cut off ({error}).",
            mend="Copy or export it again.",
            path=path,
        ) from error


def _require_archive_start(path: Path) -> None:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ModelFileError(f"{path} is a folder, not a model file.", path=path)
        if not stat.S_ISREG(mode):
            raise ModelFileError(f"{path} is not an ordinary file.", path=path)
        with path.open("rb") as file:
            start = file.read(len(_ZIP_START))
    except FileNotFoundError:
        raise ModelFileError(f"There is no file {path}.", path=path) from None
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read: {error.strerror or error}.", path=path
        ) from error
    if not start:
        raise ModelFileError(f"{path.name} is empty.", mend="Copy or export it again.", path=path)
    if start != _ZIP_START:
        raise ModelFileError(
            f"{path.name} is not a model file.",
            expected="A .keras file that was trained or exported here was expected.",
            path=path,
        )
    if path.suffix.lower() != SUFFIX:
        raise ModelFileError(
            f'{path.name} is not called a model: its name ends in "{path.suffix}".',
            expected=f"The name of a model file ends in {SUFFIX}.",
            mend="If it is one, rename it.",
            path=path,
        )
