"""Vectors that were computed once, kept on disk by photo content, embedder and view."""

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
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
_KEYS_PER_QUERY = 500
LARGEST_BYTES = 4 * 2**30
"""Past this size the store starts anew: it is a cache, and disks are finite."""


class VectorStore:
    """A cache of float32 vectors in one SQLite file; may be lost at any time without harm.

    A damaged file is replaced by an empty one. One object serves one thread; several processes
    may share the file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or storage.cache_folder() / "vectors.sqlite"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > LARGEST_BYTES:
            self._remove()
        try:
            self._connection = _connect(self._path)
        except sqlite3.DatabaseError:
            log.warning("The vector cache %s is damaged and starts anew", self._path)
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
        self._connection.close()

    def get(self, embedder: bytes, contents: Sequence[bytes], *, view: int) -> dict[bytes, Vectors]:
        """The known vectors among ``contents``, by content hash.

        Args:
            embedder: ``Embedder.fingerprint()``.
            contents: Content hashes of photos.
            view: 0 as it is, 1 mirrored.
        """
        found: dict[bytes, Vectors] = {}
        try:
            for start in range(0, len(contents), _KEYS_PER_QUERY):
                keys = contents[start : start + _KEYS_PER_QUERY]
                marks = ",".join("?" * len(keys))
                rows = self._connection.execute(
                    "SELECT content, vector FROM vectors"  # noqa: S608 - only question marks vary
                    f" WHERE embedder = ? AND view = ? AND content IN ({marks})",
                    (embedder, view, *keys),
                )
                found.update((content, np.frombuffer(blob, np.float32)) for content, blob in rows)
        except sqlite3.DatabaseError as error:
            log.warning("The vector cache could not be read: %s", error)
        return found

    def put(self, embedder: bytes, vectors: Mapping[bytes, Vectors], *, view: int) -> None:
        """Keep vectors by content hash. A full disk is no error: they are only a cache."""
        rows: Iterable[tuple[bytes, bytes, int, bytes]] = (
            (embedder, content, view, vector.astype(np.float32).tobytes())
            for content, vector in vectors.items()
        )
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows
                )
        except sqlite3.DatabaseError as error:
            log.warning("The vector cache could not be written: %s", error)

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
    try:
        # Losing the last vectors in a power cut is fine; waiting for the disk each time is not.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
        with closing(connection.execute("SELECT 1 FROM vectors LIMIT 1")) as cursor:
            cursor.fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
