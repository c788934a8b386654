"""Vectors that were computed once, kept on disk by photo content, embedder and view."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ml_core import storage
from ml_core.embedding.embedder import Vectors
from ml_core.sqlite_cache import CacheForm, SqliteCache

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    embedder BLOB NOT NULL,
    content BLOB NOT NULL,
    view INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (embedder, view, content)
) WITHOUT ROWID
"""
_SELECT: Final = (
    "SELECT content, vector FROM vectors WHERE embedder = ? AND view = ? AND content IN"
)
_SECONDS_TO_WAIT_FOR_OTHERS = 5.0
LARGEST_BYTES = 4 * 2**30
"""Past this size the store starts anew."""


class VectorStore(SqliteCache):
    """A cache of float32 vectors in one SQLite file; may be lost at any time without harm."""

    def __init__(self, path: Path | None = None) -> None:
        form = CacheForm(
            name="vector cache",
            schema=(_SCHEMA,),
            columns={"vectors": ("embedder", "content", "view", "vector")},
            largest_bytes=LARGEST_BYTES,
            seconds_to_wait=_SECONDS_TO_WAIT_FOR_OTHERS,
        )
        super().__init__(path or storage.cache_folder() / "vectors.sqlite", form)

    def get(self, embedder: bytes, contents: Sequence[bytes], *, view: int) -> dict[bytes, Vectors]:
        """The known vectors among ``contents``, by content hash.

        Args:
            embedder: ``Embedder.fingerprint()``.
            contents: Content hashes of photos.
            view: 0 as it is, 1 mirrored.
        """
        found: dict[bytes, Vectors] = {}
        with self.harmless():
            for content, blob in self.look_up(_SELECT, (embedder, view), contents):
                found[content] = np.frombuffer(blob, np.float32)
        return found

    def put(self, embedder: bytes, vectors: Mapping[bytes, Vectors], *, view: int) -> None:
        """Keep vectors by content hash. A full disk is no error: they are only a cache."""
        rows: Iterable[tuple[bytes, bytes, int, bytes]] = (
            (embedder, content, view, vector.astype(np.float32).tobytes())
            for content, vector in vectors.items()
        )
        with self.harmless():
            self.write("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)
