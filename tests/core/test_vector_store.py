"""The cache of vectors: it knows what it was told, and nothing about it is ever an error."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml_core import sqlite_cache, storage
from ml_core.embedding import vector_store
from ml_core.embedding.vector_store import VectorStore
from tests.core.disk import disk_without_room

EMBEDDER, OTHER = b"e" * 16, b"o" * 16


def content(number: int) -> bytes:
    return number.to_bytes(16)


def vector(number: float) -> np.ndarray:
    return np.arange(4, dtype=np.float32) + np.float32(number)


def put(store: VectorStore, *numbers: int, embedder: bytes = EMBEDDER, view: int = 0) -> None:
    store.put(embedder, {content(number): vector(number) for number in numbers}, view=view)


def known(
    store: VectorStore, *numbers: int, embedder: bytes = EMBEDDER, view: int = 0
) -> list[int]:
    found = store.get(embedder, [content(number) for number in numbers], view=view)
    for number in numbers:
        if content(number) in found:
            np.testing.assert_array_equal(found[content(number)], vector(number))
            assert found[content(number)].dtype == np.float32
    return [number for number in numbers if content(number) in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.sqlite"


def test_what_was_put_is_known_and_nothing_else(path: Path) -> None:
    with VectorStore(path) as store:
        assert known(store, 1, 2) == []
        put(store, 1, 2)
        assert known(store, 1, 2, 3) == [1, 2]
    with VectorStore(path) as reopened:
        assert known(reopened, 1, 2, 3) == [1, 2]


def test_it_lives_in_the_cache_folder() -> None:
    with VectorStore() as store:
        put(store, 1)
    assert (storage.cache_folder() / "vectors.sqlite").is_file()


def test_embedders_and_views_are_kept_apart(path: Path) -> None:
    with VectorStore(path) as store:
        put(store, 1)
        put(store, 2, view=1)
        put(store, 3, embedder=OTHER)
        assert known(store, 1, 2, 3) == [1]
        assert known(store, 1, 2, 3, view=1) == [2]
        assert known(store, 1, 2, 3, embedder=OTHER) == [3]


def test_the_latest_vector_counts(path: Path) -> None:
    with VectorStore(path) as store:
        store.put(EMBEDDER, {content(1): vector(99)}, view=0)
        put(store, 1)
        assert known(store, 1) == [1]


def test_more_keys_than_one_query_takes(path: Path) -> None:
    numbers = range(3 * sqlite_cache.KEYS_PER_QUERY + 7)
    with VectorStore(path) as store:
        put(store, *numbers)
        assert known(store, *numbers) == list(numbers)


def test_nothing_is_asked_or_told(path: Path) -> None:
    with VectorStore(path) as store:
        put(store)
        assert known(store) == []


def _text(path: Path) -> None:
    path.write_text("no database")


def _cut(path: Path) -> None:
    os.truncate(path, 2000)


def _garbage_inside(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def _other_table(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vectors (something TEXT)")
    connection.close()


def _text_for_a_vector(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = 'text'")
    connection.close()


def _three_bytes_for_a_vector(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = x'010203'")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [_text, _cut, _garbage_inside, _other_table, _text_for_a_vector, _three_bytes_for_a_vector],
)
def test_a_damaged_file_starts_anew(
    path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    with VectorStore(path) as store:
        put(store, *range(200))
    damage(path)
    with VectorStore(path) as store:
        assert len(known(store, *range(200))) < 200
        put(store, *range(200, 400))
        put(store, 500)
    assert "damaged and starts anew" in caplog.text
    with VectorStore(path) as store:
        assert known(store, 500) == [500], "it works again"


def test_damage_while_it_is_open_starts_anew(path: Path) -> None:
    with VectorStore(path) as store:
        put(store, *range(2000))
        store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        store._connection.execute("PRAGMA cache_size = 1")  # type: ignore[union-attr]
        _garbage_inside(path)
        known(store, *range(2000))
        put(store, *range(2000, 2100))
        put(store, 5000)
        assert known(store, 5000) == [5000]


def test_a_full_disk_is_no_error(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with VectorStore(path) as store:
        put(store, 1)
        with disk_without_room():
            put(store, *range(10, 20_000))
            assert known(store, 10) == []
    assert "is not used" in caplog.text
    with VectorStore(path) as store:
        assert known(store, 1) == [1], "what was there stays"


def test_a_folder_that_cannot_be_made_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with VectorStore(tmp_path / "file" / "vectors.sqlite") as store:
        put(store, 1)
        assert known(store, 1) == []
    assert "is not used" in caplog.text


def test_a_folder_in_the_place_of_the_file_is_no_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite" / "inside").mkdir(parents=True)
    with VectorStore(tmp_path / "vectors.sqlite") as store:
        put(store, 1)
        assert known(store, 1) == []
    assert (tmp_path / "vectors.sqlite" / "inside").is_dir()


def test_a_read_only_file_is_no_error_and_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VectorStore(path) as store:
        put(store, 1)
    connect = sqlite3.connect

    def read_only(place: Path, **options: float) -> sqlite3.Connection:
        return connect(f"file:{place}?mode=ro&immutable=1", uri=True)

    monkeypatch.setattr(sqlite3, "connect", read_only)  # permissions do not bind every user
    with VectorStore(path) as store:
        put(store, 2)
    monkeypatch.undo()
    with VectorStore(path) as store:
        assert known(store, 1, 2) == [1]


def test_a_locked_file_is_no_error_and_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vector_store, "_SECONDS_TO_WAIT_FOR_OTHERS", 0.05)
    with VectorStore(path) as store:
        put(store, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with VectorStore(path) as store:
        assert known(store, 1) == [1], "readers need no lock"
        put(store, 2)
    other.execute("ROLLBACK")
    other.close()
    assert "locked" in caplog.text
    with VectorStore(path) as store:
        assert known(store, 1, 2) == [1]


def test_a_store_that_outgrew_its_room_starts_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VectorStore(path) as store:
        put(store, *range(2000))
    monkeypatch.setattr(vector_store, "LARGEST_BYTES", 10_000)
    with VectorStore(path) as store:
        assert known(store, 1) == []
        put(store, 1)
    assert path.stat().st_size < 20_000


WRITER = """
import sys
from pathlib import Path
import numpy as np
from ml_core.embedding.vector_store import VectorStore
start = int(sys.argv[2])
with VectorStore(Path(sys.argv[1])) as store:
    for number in range(start, start + 200):
        vector = np.arange(4, dtype=np.float32) + np.float32(number)
        store.put(b"e" * 16, {number.to_bytes(16): vector}, view=0)
"""


def test_two_processes_write_at_the_same_time(path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, str(path), str(start)],
            stderr=subprocess.PIPE,
        )
        for start in (0, 1000)
    ]
    for writer in writers:
        _, told = writer.communicate(timeout=60)
        assert (writer.returncode, told) == (0, b"")
    with VectorStore(path) as store:
        assert len(known(store, *range(200), *range(1000, 1200))) == 400


def test_a_killed_writer_leaves_a_sound_file(path: Path) -> None:
    with VectorStore(path) as store:
        put(store, *range(50))
        copy = path.with_name("copy.sqlite")
        for suffix in ("", "-wal"):  # what a killed process leaves: the log is not folded in
            shutil.copy(path.with_name(path.name + suffix), copy.with_name(copy.name + suffix))
    with VectorStore(copy) as store:
        assert len(known(store, *range(50))) == 50


def test_closing_twice_and_using_a_closed_store_is_harmless(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = VectorStore(path)
    store.close()
    store.close()
    put(store, 1)
    assert known(store, 1) == []
    assert caplog.records == [] or caplog.records[0].levelno <= logging.WARNING
