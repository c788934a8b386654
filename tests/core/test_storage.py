"""Whole or not at all: kills, full disks, refusals and failing writers leave no half file."""

import errno
import hashlib
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_core import storage
from ml_core.errors import StorageError

Writer = Callable[[Path, bytes], None]


def write_with_replacing(destination: Path, content: bytes) -> None:
    with storage.replacing(destination) as temporary:
        temporary.write_bytes(content)


def write_copy(destination: Path, content: bytes) -> None:
    source = destination.parent.parent / "source"
    source.write_bytes(content)
    try:
        storage.copy_file(source, destination)
    finally:
        source.unlink()


WRITERS = pytest.mark.parametrize(
    "write", [storage.write_bytes, write_with_replacing, write_copy], ids=lambda w: w.__name__
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_space(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- what is written ---


@WRITERS
def test_writes_and_replaces_and_leaves_nothing_else(tmp_path: Path, write: Writer) -> None:
    destination = tmp_path / "file.bin"
    for content in (b"first", b"", bytes(range(256)) * 5000):
        write(destination, content)
        assert destination.read_bytes() == content
        assert names(tmp_path) == ["file.bin"]


def test_makes_the_folders_above(tmp_path: Path) -> None:
    storage.write_bytes(tmp_path / "a" / "b" / "c.txt", b"x")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"x"


def test_text_keeps_names_that_are_no_unicode(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    storage.write_text(tmp_path / "t.txt", f"Größe\n{name}")
    assert (tmp_path / "t.txt").read_bytes() == "Größe\n".encode() + b"caf\xe9.jpg"
    storage.write_json(tmp_path / "t.json", {"name": name, "emoji": "👕"})
    text = (tmp_path / "t.json").read_text(encoding="utf-8", errors="surrogateescape")
    assert json.loads(text) == {"name": name, "emoji": "👕"}


def test_temporary_file_keeps_the_suffix_and_the_folder(tmp_path: Path) -> None:
    with storage.replacing(tmp_path / "model.keras") as temporary:
        assert temporary.suffix == ".keras"
        assert temporary.parent == tmp_path


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
@pytest.mark.parametrize(
    ("mask", "file_mode", "folder_mode"), [(0o022, 0o644, 0o755), (0o077, 0o600, 0o700)]
)
def test_permissions_are_those_of_ordinary_files(
    tmp_path: Path, mask: int, file_mode: int, folder_mode: int
) -> None:
    before = os.umask(mask)
    try:
        storage.write_bytes(tmp_path / "f", b"x")
        with storage.replacing_folder(tmp_path / "d"):
            pass
        assert os.umask(mask) == mask, "the process's own mask was changed"
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == file_mode
    assert stat.S_IMODE((tmp_path / "d").stat().st_mode) == folder_mode


# --- failures ---


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_a_failing_writer_changes_nothing(tmp_path: Path, error: BaseException) -> None:
    destination = tmp_path / "file.bin"
    destination.write_bytes(b"old")

    def write_half() -> None:
        with storage.replacing(destination) as temporary:
            temporary.write_bytes(b"half of the n")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert destination.read_bytes() == b"old"
    assert names(tmp_path) == ["file.bin"]


@WRITERS
@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_refusals_of_the_system_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Writer, call: str
) -> None:
    destination = tmp_path / "file.bin"
    destination.write_bytes(b"old")
    monkeypatch.setattr(os, call, no_space)
    if call == "replace":
        monkeypatch.setattr(Path, "replace", no_space)
    if call == "chmod":
        monkeypatch.setattr(Path, "chmod", no_space)
    with pytest.raises(StorageError, match="full") as caught:
        write(destination, b"new")
    assert caught.value.path == destination
    assert destination.read_bytes() == b"old"
    assert names(tmp_path) == ["file.bin"]


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_files_that_belong_together_appear_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """The disk fills up while the n-th file is flushed: none of them may be in place."""
    calls, really = [], os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        no_space() if len(calls) == fails_at else really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "a").write_bytes(b"old")
    places = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]

    def write_all() -> None:
        with storage.replacing_together(places) as temporaries:
            for temporary in temporaries:
                temporary.write_bytes(b"new")

    with pytest.raises(StorageError):
        write_all()
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_files_that_belong_together(tmp_path: Path) -> None:
    places = [tmp_path / "a.txt", tmp_path / "deep" / "b.bin"]
    with storage.replacing_together(places) as temporaries:
        for number, temporary in enumerate(temporaries):
            temporary.write_text(str(number))
    assert [place.read_text() for place in places] == ["0", "1"]
    assert names(tmp_path) == ["a.txt", "deep"]


def test_folders_made_for_a_failed_write_are_removed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), storage.replacing(tmp_path / "x" / "y" / "f"):
        raise ValueError("no")
    with (
        pytest.raises(ValueError, match="no"),
        storage.replacing_folder(tmp_path / "x" / "y" / "d"),
    ):
        raise ValueError("no")
    assert names(tmp_path) == []


def test_folders_that_got_other_contents_meanwhile_stay(tmp_path: Path) -> None:
    def interfere() -> None:
        with storage.replacing(tmp_path / "x" / "y" / "f"):
            (tmp_path / "x" / "other").write_text("kept")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        interfere()
    assert names(tmp_path / "x") == ["other"]


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "choose another folder"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Check the disk"),
    ],
)
def test_errors_say_how_to_mend_it(tmp_path: Path, code: int, mend: str) -> None:
    with pytest.raises(StorageError) as caught, storage.translated(tmp_path / "photo list.csv"):
        raise OSError(code, os.strerror(code))
    assert "photo list.csv could not be written" in str(caught.value)
    assert mend in caught.value.mend
    assert isinstance(caught.value.__cause__, OSError)


def test_writing_where_a_file_stands_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        storage.write_bytes(tmp_path / "file" / "inside", b"x")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_writing_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="may not write"):
        storage.write_bytes(tmp_path / "f", b"x")


# --- folders ---


def fill(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "file").write_bytes(b"new")


def test_folder_appears_whole(tmp_path: Path) -> None:
    with storage.replacing_folder(tmp_path / "d") as temporary:
        fill(temporary)
        assert not (tmp_path / "d").exists()
    assert (tmp_path / "d" / "inner" / "file").read_bytes() == b"new"
    assert names(tmp_path) == ["d"]


def test_empty_folder_is_replaced_and_a_full_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with storage.replacing_folder(tmp_path / "empty") as temporary:
        fill(temporary)
    with (
        pytest.raises(StorageError, match="already holds"),
        storage.replacing_folder(tmp_path / "empty") as temporary,
    ):
        (temporary / "other").write_bytes(b"x")
    assert names(tmp_path) == ["empty"]
    assert names(tmp_path / "empty") == ["inner"]


def test_folder_is_overwritten_on_request(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        with storage.replacing_folder(tmp_path / "d", overwrite=True) as temporary:
            (temporary / content.decode()).write_bytes(content)
    assert names(tmp_path) == ["d"]
    assert names(tmp_path / "d") == ["second"]


def test_failed_overwriting_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "old").write_text("kept")
    really = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target == tmp_path / "d" and not (self / "old").exists():
            no_space()
        return really(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(StorageError), storage.replacing_folder(tmp_path / "d", overwrite=True) as t:
        fill(t)
    assert names(tmp_path) == ["d"]
    assert names(tmp_path / "d") == ["old"]


# --- kill -9 ---

LOOP = """
import hashlib, itertools, sys
from pathlib import Path
from ml_core import storage
print("started", flush=True)
for number in itertools.count():
    body = number.to_bytes(8, "big") * 40_000
    storage.write_bytes(Path(sys.argv[1]), hashlib.sha256(body).digest() + body)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    destination = tmp_path / "file.bin"
    dice, seen = random.Random(4), set()
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(destination)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        with process.stdout as output:
            assert output.readline() == b"started\n"
            time.sleep(0.02 + dice.random() * 0.06)
            process.send_signal(signal.SIGKILL)
            process.wait()
        content = destination.read_bytes()
        assert content[:32] == hashlib.sha256(content[32:]).digest()
        seen.add(content[32:40])
    assert len(seen) > 3, "the loop hardly wrote anything, so this test tested nothing"


# --- a disk that is really full ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk cannot be mounted here (needs root on Linux): {error}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@WRITERS
def test_a_full_disk_leaves_the_old_file(small_disk: Path, write: Writer) -> None:
    destination = small_disk / "file.bin"
    storage.write_bytes(destination, b"o" * 100_000)
    (small_disk / "other").write_bytes(b"x" * 120_000)
    with pytest.raises(StorageError, match="disk is full"):
        write(destination, b"n" * 100_000)
    assert destination.read_bytes() == b"o" * 100_000
    assert names(small_disk) == ["file.bin", "other"]


def test_a_full_disk_leaves_no_half_folder(small_disk: Path) -> None:
    def write_too_much() -> None:
        with storage.replacing_folder(small_disk / "d") as temporary:
            (temporary / "a").write_bytes(b"x" * 100_000)
            (temporary / "b").write_bytes(b"x" * 300_000)

    with pytest.raises(StorageError, match="disk is full"):
        write_too_much()
    assert names(small_disk) == []


def test_free_space_is_asked_for_before_the_work(small_disk: Path) -> None:
    storage.require_free_space(small_disk / "not" / "there" / "yet", 100_000)
    with pytest.raises(StorageError, match=r"only 0 MB left.*1 MB are needed"):
        storage.require_free_space(small_disk / "not" / "there" / "yet", 1_000_000)


# --- where things are ---


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(storage.HOME_VARIABLE, str(tmp_path))
    assert storage.data_folder() == tmp_path
    assert storage.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv(storage.HOME_VARIABLE)
    assert tmp_path not in storage.data_folder().parents
    assert storage.data_folder() != storage.cache_folder()
