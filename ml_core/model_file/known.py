"""Which model files were examined before or written here: they open without a second look.

A file is known by the hash of all its bytes. The record is one empty file for each, so that asking
costs one look at the disk.
"""

import hashlib
import logging
from pathlib import Path

from ml_core import storage

log = logging.getLogger(__name__)

RULES_VERSION = 1
"""Raised when the examination learns to look at more: then every file is examined again."""

WRITTEN = "written"


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_known(digest: str, *, how: str = "opened") -> bool:
    """Whether a file with this hash passed an examination, or was written here."""
    return _record(digest, how).exists() or _record(digest, WRITTEN).exists()


def remember(digest: str, *, how: str = "opened") -> None:
    """Record that a file with this hash passed, or that it was written here (``WRITTEN``).

    Where that cannot be kept, the file is examined again.
    """
    record = _record(digest, how)
    try:  # not by way of storage: an empty file is whole, and losing it costs one examination
        record.parent.mkdir(parents=True, exist_ok=True)
        record.touch()
    except OSError:
        log.info("could not be remembered", exc_info=True)


def _record(digest: str, how: str) -> Path:
    return storage.cache_folder() / "examined" / f"{how}-{RULES_VERSION}-{digest}"
