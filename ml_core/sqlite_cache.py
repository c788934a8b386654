"""A cache in one SQLite file: fast, shared by processes, and no loss if it is lost."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

log = logging.getLogger(__name__)

_DAMAGE_CODES: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""The last one stands for a table with other columns."""

_FAILURES: Final = (OSError, TypeError, ValueError, sqlite3.Error)
"""What the disk, SQLite and numpy raise for a cache that cannot be used."""

KEYS_PER_QUERY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheForm:
    """What a cache is like.

    Attributes:
        name: For the log: "vector cache".
        schema: Statements that make the tables, if they are not there yet.
        columns: Table -> the columns it must have.
        largest_bytes: Past this size the file starts anew: disks are finite.
        seconds_to_wait: For another process that is writing.
    """

    name: str
    schema: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    largest_bytes: int
    seconds_to_wait: float


class SqliteCache:
    """A damaged file is replaced by an empty one.

    Where the disk refuses (full, read-only, locked for long) nothing is known and nothing is
    kept, with a log entry. One object serves one thread; several processes may share the file.
    """

    def __init__(self, path: Path, form: CacheForm) -> None:
        self._path, self._form = path, form
        self._connection: sqlite3.Connection | None = None
        with self.harmless():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > form.largest_bytes:
                self._remove()
            self._connection = _connect(self._path, form)

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

    def look_up(
        self, select: str, fixed: Sequence[Any], keys: Sequence[Any]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of ``select``, which ends in ``IN``, for all keys, some hundred at a time."""
        for start in range(0, len(keys), KEYS_PER_QUERY):
            if not self._connection:
                return
            some = keys[start : start + KEYS_PER_QUERY]
            marks = ",".join("?" * len(some))
            yield from self._connection.execute(f"{select} ({marks})", (*fixed, *some))

    def write(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute a statement once a row, in one transaction."""
        if self._connection:
            with self._connection:
                self._connection.executemany(statement, rows)

    @contextmanager
    def harmless(self) -> Iterator[None]:
        """Replace a damaged file; do without one that cannot be used."""
        try:
            yield
        except _FAILURES as error:
            self.close()
            if _is_damage(error):
                self._start_anew()
            else:
                log.warning("The %s %s is not used: %s", self._form.name, self._path, error)

    def _start_anew(self) -> None:
        log.warning("The %s %s is damaged and starts anew", self._form.name, self._path)
        try:
            self._remove()
            self._connection = _connect(self._path, self._form)
        except _FAILURES as error:
            log.warning("The %s %s is not used: %s", self._form.name, self._path, error)

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _is_damage(error: Exception) -> bool:
    """Tell what is in the file from what the disk or another process does to it."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE_CODES
    return isinstance(error, TypeError | ValueError)


def _connect(path: Path, form: CacheForm) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=form.seconds_to_wait)
    try:
        # Losing the last rows in a power cut is fine; waiting for the disk each time is not.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        for statement in form.schema:
            connection.execute(statement)
        for table, columns in form.columns.items():
            any_row = f"SELECT {', '.join(columns)} FROM {table} LIMIT 1"  # noqa: S608 - our names
            with closing(connection.execute(any_row)) as cursor:
                cursor.fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
