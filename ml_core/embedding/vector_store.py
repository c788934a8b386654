"""Vectors that were computed once, kept on disk by photo content, embedder and view."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from ml_core import storage
from ml_core.embedding.embedder import Vectors

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    embedder BLOB NOT NULL,
    content BLOB NOT NULL,
    view INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (embedder, view, content)
) WITHOUT ROWID
"""
_ANY_ROW = "SELECT embedder, content, view, vector FROM vectors LIMIT 1"
_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""The last one stands for a table with other columns."""

_FAILURES = (OSError, TypeError, ValueError, sqlite3.Error)
"""What the disk, SQLite and numpy raise for a cache that cannot be used."""

_KEYS_PER_QUERY = 500
_SECONDS_TO_WAIT_FOR_OTHERS = 5.0
LARGEST_BYTES = 4 * 2**30
"""Past this size the store starts anew: it is a cache, and disks are finite."""


class VectorStore:
    """A cache of float32 vectors in one SQLite file; may be lost at any time without harm.

    A damaged file is replaced by an empty one. Where the disk refuses (full, read-only, locked
    for long) nothing is known and nothing is kept, with a log entry. One object serves one
    thread; several processes may share the file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or storage.cache_folder() / "vectors.sqlite"
        self._connection: sqlite3.Connection | None = None
        with self._harmless():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > LARGEST_BYTES:
                self._remove()
            self._connection = _connect(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def get(self, embedder: bytes, contents: Sequence[bytes], *, view: int) -> dict[bytes, Vectors]:
        """The known vectors among ``contents``, by content hash.

        Args:
            embedder: ``Embedder.fingerprint()``.
            contents: Content hashes of photos.
            view: 0 as it is, 1 mirrored.
        """
        found: dict[bytes, Vectors] = {}
        with self._harmless():
            for start in range(0, len(contents), _KEYS_PER_QUERY):
                rows = self._rows(embedder, contents[start : start + _KEYS_PER_QUERY], view)
                found.update((content, np.frombuffer(blob, np.float32)) for content, blob in rows)
        return found

    def put(self, embedder: bytes, vectors: Mapping[bytes, Vectors], *, view: int) -> None:
        """Keep vectors by content hash. A full disk is no error: they are only a cache."""
        rows: Iterable[tuple[bytes, bytes, int, bytes]] = (
            (embedder, content, view, vector.astype(np.float32).tobytes())
            for content, vector in vectors.items()
        )
        with self._harmless():
            if self._connection:
                with self._connection:
                    self._connection.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows
                    )

    def _rows(
        self, embedder: bytes, contents: Sequence[bytes], view: int
    ) -> Iterable[tuple[bytes, bytes]]:
        if not self._connection:
            return ()
        marks = ",".join("?" * len(contents))
        return self._connection.execute(
            "SELECT content, vector FROM vectors"  # noqa: S608 - only question marks vary
            f" WHERE embedder = ? AND view = ? AND content IN ({marks})",
            (embedder, view, *contents),
        )

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """Replace a damaged file; do without one that cannot be used."""
        try:
            yield
        except _FAILURES as error:
            self.close()
            if _is_damage(error):
                self._start_anew()
            else:
                log.warning("The vector cache %s is not used: %s", self._path, error)

    def _start_anew(self) -> None:
        log.warning("The vector cache %s is damaged and starts anew", self._path)
        try:
            self._remove()
            self._connection = _connect(self._path)
        except _FAILURES as error:
            log.warning("The vector cache %s is not used: %s", self._path, error)

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _is_damage(error: Exception) -> bool:
    """Tell what is in the file from what the disk or another process does to it."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE_CODES
    return isinstance(error, TypeError | ValueError)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT_FOR_OTHERS)
    try:
        # Losing the last vectors in a power cut is fine; waiting for the disk each time is not.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
        with closing(connection.execute(_ANY_ROW)) as cursor:
            cursor.fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
