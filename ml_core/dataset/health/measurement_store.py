"""What was measured once, kept on disk by content; and which content a file held when it was seen.

With it, looking at photos that have not changed costs no more than asking for sizes and dates.
"""

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import PIL

from ml_core import storage
from ml_core.dataset.health.measure import (
    GREY_SIDE,
    MEASURES,
    VERSION,
    Grey,
    Measures,
)
from ml_core.dataset.reading import HASH_BYTES
from ml_core.sqlite_cache import CacheForm, SqliteCache

LARGEST_BYTES = 4 * 2**30
_SECONDS_TO_WAIT_FOR_OTHERS = 5.0
_SETTLED_AFTER_SECONDS: Final = 2.0
"""A file that was written just now may be written again within the same tick of its clock."""

_HOW: Final = f"{VERSION}/{PIL.__version__}/{MEASURES.itemsize}"
"""Measures count for this code and this decoder only."""

_SCHEMA: Final = (
    """
    CREATE TABLE IF NOT EXISTS files (
        path BLOB PRIMARY KEY, size INTEGER NOT NULL, written INTEGER NOT NULL,
        changed INTEGER NOT NULL, content BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS measures (
        how TEXT NOT NULL, content BLOB NOT NULL, record BLOB NOT NULL, grey BLOB NOT NULL,
        PRIMARY KEY (how, content)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS pairs (
        how TEXT NOT NULL, first BLOB NOT NULL, second BLOB NOT NULL, judge TEXT NOT NULL,
        likeness REAL NOT NULL, PRIMARY KEY (how, first, second, judge)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS comparisons (
        how TEXT NOT NULL, photos BLOB NOT NULL, judge TEXT NOT NULL, copies BLOB NOT NULL,
        PRIMARY KEY (how, photos, judge)
    ) WITHOUT ROWID
    """,
)
_COLUMNS: Final = {
    "files": ("path", "size", "written", "changed", "content"),
    "measures": ("how", "content", "record", "grey"),
    "pairs": ("how", "first", "second", "judge", "likeness"),
    "comparisons": ("how", "photos", "judge", "copies"),
}


PairName = tuple[bytes, bytes, str]
"""The keys of two photos' measures in order, and who judged them."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a file that was changed from one that was not.

    Its size in bytes, and when its content and its permissions were changed last, in nanoseconds.
    """

    size: int
    written: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """The file's stamp now; None if it cannot be looked at or was written this moment."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        if time.time() - max(found.st_mtime, found.st_ctime) < _SETTLED_AFTER_SECONDS:
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


class MeasurementStore(SqliteCache):
    """A cache in one SQLite file; see ``SqliteCache`` for what becomes of a damaged one."""

    def __init__(self, path: Path | None = None) -> None:
        form = CacheForm(
            name="cache of measurements",
            schema=_SCHEMA,
            columns=_COLUMNS,
            largest_bytes=LARGEST_BYTES,
            seconds_to_wait=_SECONDS_TO_WAIT_FOR_OTHERS,
        )
        super().__init__(path or storage.cache_folder() / "measurements.sqlite", form)

    def contents(self, paths: Sequence[Path]) -> dict[Path, bytes]:
        """The content hashes of those files that are known and have not changed since."""
        select = "SELECT path, size, written, changed, content FROM files WHERE path IN"
        known: dict[bytes, tuple[Stamp, bytes]] = {}
        with self.harmless():
            for name, *stamp, content in self.look_up(select, (), list(map(_key, paths))):
                known[name] = Stamp(*stamp), content
        found = {path: known[_key(path)] for path in paths if _key(path) in known}
        return {
            path: content for path, (stamp, content) in found.items() if stamp == Stamp.of(path)
        }

    def keep_contents(self, contents: Mapping[Path, tuple[Stamp, bytes]]) -> None:
        """Keep the content hash of files, each with its stamp from before it was read."""
        rows = (
            (_key(path), stamp.size, stamp.written, stamp.changed, content)
            for path, (stamp, content) in contents.items()
        )
        with self.harmless():
            self.write("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", rows)

    def measures(self, contents: Sequence[bytes]) -> dict[bytes, Measures]:
        """The known records of ``MEASURES`` by content hash."""
        select = "SELECT content, record FROM measures WHERE how = ? AND content IN"
        found: dict[bytes, Measures] = {}
        with self.harmless():
            for content, blob in self.look_up(select, (_HOW,), contents):
                found[content] = np.frombuffer(blob, MEASURES)[0]
        return found

    def greys(self, contents: Sequence[bytes]) -> dict[bytes, Grey]:
        """The known grey squares by content hash."""
        select = "SELECT content, grey FROM measures WHERE how = ? AND content IN"
        found: dict[bytes, Grey] = {}
        with self.harmless():
            for content, blob in self.look_up(select, (_HOW,), contents):
                found[content] = np.frombuffer(blob, np.uint8).reshape(GREY_SIDE, GREY_SIDE)
        return found

    def keep_measures(self, measured: Mapping[bytes, tuple[Measures, Grey]]) -> None:
        """Keep records and grey squares by content hash."""
        rows = (
            (_HOW, content, record.tobytes(), grey.tobytes())
            for content, (record, grey) in measured.items()
        )
        with self.harmless():
            self.write("INSERT OR REPLACE INTO measures VALUES (?, ?, ?, ?)", rows)

    def likenesses(self, firsts: Sequence[bytes]) -> dict[PairName, float]:
        """The known likenesses of pairs whose first content is one of these."""
        select = "SELECT first, second, judge, likeness FROM pairs WHERE how = ? AND first IN"
        found: dict[PairName, float] = {}
        with self.harmless():
            for first, second, judge, likeness in self.look_up(select, (_HOW,), firsts):
                found[first, second, judge] = likeness
        return found

    def keep_likenesses(self, likenesses: Mapping[PairName, float]) -> None:
        """Keep how alike two photos are."""
        rows = ((_HOW, *name, likeness) for name, likeness in likenesses.items())
        with self.harmless():
            self.write("INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?, ?)", rows)

    def copies(self, photos: Sequence[bytes], judge: str) -> list[tuple[bytes, bytes]] | None:
        """Which of all these photos are copies of each other; None if that is not known.

        Args:
            photos: The keys of their measures, in any order.
            judge: Who compared them.
        """
        select = "SELECT copies FROM comparisons WHERE how = ? AND judge = ? AND photos IN"
        with self.harmless():
            for (blob,) in self.look_up(select, (_HOW, judge), [_set_key(photos)]):
                keys = [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]
                return list(zip(keys[::2], keys[1::2], strict=True))
        return None

    def keep_copies(
        self, photos: Sequence[bytes], judge: str, copies: Sequence[tuple[bytes, bytes]]
    ) -> None:
        """Keep which photos are copies of each other."""
        blob = b"".join(key for pair in copies for key in pair)
        with self.harmless():
            row = _HOW, _set_key(photos), judge, blob
            self.write("INSERT OR REPLACE INTO comparisons VALUES (?, ?, ?, ?)", [row])


def _set_key(photos: Sequence[bytes]) -> bytes:
    return hashlib.blake2b(b"".join(sorted(photos)), digest_size=HASH_BYTES).digest()


def _key(path: Path) -> bytes:
    return os.fsencode(path.absolute())
