"""Moving a person's files: nothing overwritten, nothing lost, everything can be taken back."""

import errno
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import Cancelled, StorageError
from ml_core.events import Event, StepProgress
from ml_core.file_moves import Action, carry_out, journals, plan_moves, relocate, undo
from ml_core.file_moves import journal as journal_files
from ml_core.file_moves.journal import Journal
from tests.core.disk import disk_without_room

Snapshot = dict[str, tuple[bytes, int]]


def snapshot(folder: Path) -> Snapshot:
    """Every file and folder with content and time of change, under its name."""
    return {
        str(path.relative_to(folder)): (
            (path.read_bytes(), path.stat().st_mtime_ns) if path.is_file() else (b"folder", 0)
        )
        for path in folder.rglob("*")
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Some files, of different ages."""
    folder = tmp_path / "files"
    for number, place in enumerate(("a/one.jpg", "a/two.jpg", "b/one.jpg", "b/odd {name}\n é.jpg")):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"content {number}".encode() * (number + 1))
        os.utime(path, ns=(10**18, 10**18 + number))
    return folder


def all_to(files: Path, target: Path) -> list[tuple[Path, Path]]:
    return [(path, target) for path in sorted(files.rglob("*")) if path.is_file()]


@pytest.fixture(params=["one disk", "no second names", "two disks"])
def disks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the disks behave: ``os.link`` is where they differ."""
    link = os.link

    def other_disk(source: Any, target: Any, **options: Any) -> None:
        if ("sorted" in str(source)) != ("sorted" in str(target)):
            raise OSError(errno.EXDEV, "another disk", str(source))
        link(source, target, **options)

    def none(source: Any, target: Any, **options: Any) -> None:
        raise OSError(errno.EPERM, "no second names here", str(source))

    if request.param != "one disk":
        monkeypatch.setattr(os, "link", none if request.param == "no second names" else other_disk)
    return str(request.param)


# --- planning ---


def test_taken_names_get_a_number(files: Path, tmp_path: Path) -> None:
    target = tmp_path / "sorted"
    target.mkdir()
    (target / "two.jpg").write_text("was here before")
    moves = plan_moves(all_to(files, target))
    assert sorted(step.target.name for step in moves.steps) == [
        "odd {name}\n é.jpg", "one (2).jpg", "one.jpg", "two (2).jpg",
    ]  # fmt: skip
    assert not moves.refused


def test_names_that_differ_in_case_only_are_the_same(tmp_path: Path) -> None:
    for place in ("a/Photo.JPG", "b/photo.jpg"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_text(place)
    moves = plan_moves(all_to(tmp_path, tmp_path / "sorted"))
    assert [step.target.name for step in moves.steps] == ["Photo.JPG", "photo (2).jpg"]


@pytest.mark.parametrize("name", ["é" * 125 + ".jpg", "x" * 255, ".hidden", "no ending"])
def test_numbered_names_can_be_written(name: str, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(folder)
    moves = plan_moves(all_to(tmp_path, tmp_path / "sorted"))
    outcome = carry_out(moves, title="test")
    assert len(outcome.done) == 2
    assert {step.target.read_text() for step in outcome.done} == {"a", "b"}


def test_what_cannot_be_moved_is_refused_with_a_reason(files: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jpg"
    link.symlink_to(files / "a" / "one.jpg")
    wanted = [(link, tmp_path / "s"), (tmp_path / "gone.jpg", tmp_path / "s"), (files, tmp_path)]
    moves = plan_moves([*wanted, (files / "a", tmp_path / "s")])
    assert not moves.steps
    assert [(one.path.name, one.reason) for one in moves.refused] == [
        ("link.jpg", '"link.jpg" is a link to another file, and stays where it is.'),
        ("gone.jpg", '"gone.jpg" is not there any more.'),
        ("a", '"a" is no file.'),
    ]


def test_a_file_in_its_place_is_left_alone(files: Path) -> None:
    assert plan_moves([(files / "a" / "one.jpg", files / "a")]).steps == ()
    assert carry_out(plan_moves([]), title="nothing").journal == ""
    assert journals() == []


# --- doing and undoing ---


def test_moved_and_taken_back_byte_for_byte(files: Path, tmp_path: Path, disks: str) -> None:
    before = snapshot(files)
    outcome = carry_out(plan_moves(all_to(files, tmp_path / "sorted" / "deep")), title="Sorting")
    assert not outcome.failed
    assert [path for path in files.rglob("*") if path.is_file()] == []
    contents = {path.read_bytes() for path in (tmp_path / "sorted" / "deep").iterdir()}
    assert contents == {content for content, _ in before.values()} - {b"folder"}
    back = undo()
    assert (len(back.done), back.failed) == (4, ())
    assert snapshot(files) == before
    assert not (tmp_path / "sorted").exists()


def test_copied_and_taken_back(files: Path, tmp_path: Path, disks: str) -> None:
    before = snapshot(files)
    outcome = carry_out(
        plan_moves(all_to(files, tmp_path / "sorted"), action=Action.COPY), title="Copies"
    )
    assert len(outcome.done) == 4
    assert snapshot(files) == before
    assert all(
        step.target.read_bytes() == step.source.read_bytes()
        and step.target.stat().st_mtime_ns == step.modified
        for step in outcome.done
    )
    assert len(undo().done) == 4
    assert snapshot(files) == before
    assert not (tmp_path / "sorted").exists()


def test_the_last_journal_is_undone_first_then_the_one_before(files: Path, tmp_path: Path) -> None:
    before = snapshot(files)
    for number in (1, 2):
        wanted = all_to(files if number == 1 else tmp_path / "s1", tmp_path / f"s{number}")
        carry_out(plan_moves(wanted), title=f"number {number}")
    assert [journal.title for journal in journals()] == ["number 2", "number 1"]
    assert {step.target.parent.name for step in undo().done} == {"s2"}
    assert {step.target.parent.name for step in undo().done} == {"s1"}
    assert snapshot(files) == before
    with pytest.raises(StorageError, match="nothing that could be taken back"):
        undo()


def test_a_journal_by_name(files: Path, tmp_path: Path) -> None:
    outcome = carry_out(plan_moves(all_to(files, tmp_path / "s")), title="x")
    with pytest.raises(StorageError, match='nothing called "other"'):
        undo("other")
    assert undo(outcome.journal).journal == outcome.journal


def test_what_changed_since_is_reported_and_left(files: Path, tmp_path: Path, disks: str) -> None:
    target = tmp_path / "sorted"
    carry_out(plan_moves(all_to(files, target)), title="x")
    (target / "one.jpg").write_text("edited")
    (target / "two.jpg").unlink()
    (files / "b" / "one.jpg").write_text("a new one in the old place")
    back = undo()
    assert len(back.done) == 1
    assert {one.reason for one in back.failed} == {
        '"one.jpg" was changed meanwhile, and stays where it is.',
        '"two.jpg" is not there any more.',
        'Its old place is taken by another "one.jpg".',
    }
    assert (target / "one.jpg").read_text() == "edited"
    assert (files / "b" / "one.jpg").read_text() == "a new one in the old place"
    (files / "b" / "one.jpg").unlink()
    assert len(undo().done) == 1, "a second try brings back what is free now"


def test_a_changed_copy_is_not_deleted(files: Path, tmp_path: Path) -> None:
    moves = plan_moves(all_to(files, tmp_path / "sorted"), action=Action.COPY)
    done = carry_out(moves, title="x").done
    edited = done[0].target
    edited.write_bytes(edited.read_bytes()[::-1])
    os.utime(edited, ns=(done[0].modified, done[0].modified))
    back = undo()
    assert [one.path for one in back.failed] == [edited]
    assert edited.exists()


def test_a_place_taken_after_planning_is_never_overwritten(
    files: Path, tmp_path: Path, disks: str
) -> None:
    moves = plan_moves([(files / "a" / "one.jpg", tmp_path / "sorted")])
    (tmp_path / "sorted").mkdir()
    (tmp_path / "sorted" / "one.jpg").write_text("mine")
    outcome = carry_out(moves, title="x")
    assert [one.reason for one in outcome.failed] == ['The place of "one.jpg" was taken meanwhile.']
    assert (tmp_path / "sorted" / "one.jpg").read_text() == "mine"
    assert (files / "a" / "one.jpg").exists()


def test_a_file_changed_after_planning_is_left(files: Path, tmp_path: Path) -> None:
    moves = plan_moves(all_to(files, tmp_path / "s"))
    (files / "a" / "one.jpg").write_text("edited")
    (files / "a" / "two.jpg").unlink()
    outcome = carry_out(moves, title="x")
    assert (len(outcome.done), len(outcome.failed)) == (2, 2)
    assert (files / "a" / "one.jpg").read_text() == "edited"


def test_a_folder_with_something_else_in_it_stays(files: Path, tmp_path: Path) -> None:
    carry_out(plan_moves(all_to(files, tmp_path / "new" / "inner")), title="x")
    (tmp_path / "new" / "mine.txt").write_text("mine")
    undo()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine.txt"]


def test_progress_is_told(files: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    carry_out(plan_moves(all_to(files, tmp_path / "s")), title="x", report=events.append)
    assert StepProgress("save", 4, 4) in events


class _Presses(Control):
    """Asks to end at the n-th look."""

    def __init__(self, looks: int, what: str) -> None:
        super().__init__()
        self._looks, self._what = looks, what

    def checkpoint(self) -> None:
        self._looks -= 1
        if self._looks == 0:
            getattr(self, self._what)()
        super().checkpoint()


def test_stop_keeps_and_cancel_takes_back(files: Path, tmp_path: Path) -> None:
    before = snapshot(files)
    moves = plan_moves(all_to(files, tmp_path / "s"))
    with pytest.raises(Cancelled):
        carry_out(moves, title="x", control=_Presses(3, "cancel"))
    assert snapshot(files) == before
    outcome = carry_out(moves, title="x", control=_Presses(3, "stop"))
    assert (len(outcome.done), outcome.was_stopped) == (2, True)
    assert len(undo().done) == 2
    assert snapshot(files) == before


# --- disks that refuse ---


def test_a_full_disk_loses_nothing(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second copy finds no room: it and the rest stay, the first one can be taken back."""
    big = files / "a" / "two.jpg"
    big.write_bytes(os.urandom(300_000))
    before = snapshot(files)
    moves = plan_moves(all_to(files, tmp_path / "sorted"), action=Action.COPY)
    monkeypatch.setattr(storage, "require_free_space", lambda *_: None)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with disk_without_room(), monkeypatch.context() as patch:
        real = shutil.copyfile

        def copyfile(source: Path, target: Path) -> None:
            try:
                real(source, target)
            except OSError as error:  # the test's disk says "file too large"
                raise full from error

        patch.setattr(shutil, "copyfile", copyfile)
        outcome = carry_out(moves, title="x")
    assert len(outcome.done) == 1
    assert len(outcome.failed) == 3
    assert "No space left" in outcome.failed[0].reason
    assert len(list((tmp_path / "sorted").iterdir())) == 1, "nothing half-written stays"
    undo()
    assert snapshot(files) == before


def test_too_little_room_is_said_before_anything_moves(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(StorageError, match="has only 0 MB left"):
        carry_out(plan_moves(all_to(files, tmp_path / "s"), action=Action.COPY), title="x")
    assert journals() == []


def test_without_a_journal_nothing_moves(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(files)
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv(storage.HOME_VARIABLE, str(blocked / "home"))
    with pytest.raises(StorageError):
        carry_out(plan_moves(all_to(files, tmp_path / "s")), title="x")
    assert snapshot(files) == before


def test_a_spoilt_journal_is_passed_over(
    files: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    carry_out(plan_moves(all_to(files, tmp_path / "s")), title="x")
    (journal_files.folder() / "99999999.jsonl").write_bytes(b'{"format": 1, "made": "now"')
    assert [journal.title for journal in journals()] == ["x"]
    assert "cannot be read" in caplog.text


# --- kills ---


class Killed(BaseException):
    """The program is no more."""


STEPS: tuple[tuple[Any, str], ...] = (
    (os, "link"), (Path, "unlink"), (Path, "mkdir"), (Path, "rename"), (Path, "rmdir"),
    (shutil, "copyfile"), (shutil, "copystat"), (relocate, "flush_to_disk"), (Journal, "note"),
)  # fmt: skip


def kill_at(patch: pytest.MonkeyPatch, count: int) -> None:
    """Let the program end at its n-th touch of the disk: before it, and nothing after it."""
    left = itertools.count(count, -1)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def work(*words: Any, **options: Any) -> Any:
            if next(left) <= 0:
                raise Killed
            return real(*words, **options)

        return work

    for home, name in STEPS:
        patch.setattr(home, name, counted(getattr(home, name)))


def is_killed(work: Callable[[], object], count: int) -> bool:
    """Do the work, with the program ending at its n-th touch of the disk."""
    with pytest.MonkeyPatch.context() as patch:
        kill_at(patch, count)
        try:
            work()
        except Killed:
            return True
    return False


def take_all_back() -> None:
    """What a person does after a kill."""
    if any(journal.moved for journal in journals()):
        assert undo().failed == ()


@pytest.mark.parametrize("action", list(Action))
def test_killed_at_every_step_of_moving(
    action: Action, files: Path, tmp_path: Path, disks: str
) -> None:
    """Each time: every file whole somewhere, and all taken back."""
    before = snapshot(files)
    moves = plan_moves(all_to(files / "a", tmp_path / "sorted" / "in"), action=action)
    contents = {content for content, _ in before.values()} - {b"folder"}
    kills = 0
    while is_killed(lambda: carry_out(moves, title="x"), kills):
        kills += 1
        found = {path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert contents <= found
        take_all_back()
        assert snapshot(files) == before
        assert not (tmp_path / "sorted").exists()
        shutil.rmtree(journal_files.folder(), ignore_errors=True)
    assert kills > 8


@pytest.mark.parametrize("action", list(Action))
def test_killed_at_every_step_of_undoing(
    action: Action, files: Path, tmp_path: Path, disks: str
) -> None:
    before = snapshot(files)
    moves = plan_moves(all_to(files / "a", tmp_path / "sorted" / "in"), action=action)
    carry_out(moves, title="x")
    kills = 0
    while is_killed(undo, kills):
        kills += 1
        take_all_back()
        assert snapshot(files) == before
        assert not (tmp_path / "sorted").exists()
        shutil.rmtree(journal_files.folder())
        carry_out(moves, title="x")
    assert kills > 4
    assert snapshot(files) == before


CHILD = """
import sys
from pathlib import Path
from ml_core.file_moves import carry_out, plan_moves, undo
source, target = map(Path, sys.argv[1:3])
moves = plan_moves([(path, target) for path in sorted(source.iterdir())])
print("ready", flush=True)
carry_out(moves, title="x")
undo()
"""


@pytest.mark.parametrize("number", range(10))
def test_a_killed_process_loses_nothing(number: int, tmp_path: Path) -> None:
    """Really killed, while moving or taking back, at a random moment."""
    source = tmp_path / "many"
    source.mkdir()
    for name in range(60):
        (source / f"{name:03d}.jpg").write_bytes(os.urandom(2000))
    before = snapshot(source)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(source), str(tmp_path / "sorted")],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    time.sleep(random.uniform(0, 0.15) * (number + 1) / 10)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    take_all_back()
    assert snapshot(source) == before
    assert not (tmp_path / "sorted").exists()


def test_a_journal_in_use_is_left_alone(files: Path, tmp_path: Path) -> None:
    """Another program looks at the journals in the middle of the work."""
    seen: list[tuple[int, bool]] = []

    def look(event: Event) -> None:
        (journal,) = journals()
        seen.append((len(journal.done), journal.is_finished))
        with pytest.raises(StorageError, match=r"right now|nothing"):
            undo()

    outcome = carry_out(plan_moves(all_to(files, tmp_path / "s")), title="x", report=look)
    assert len(outcome.done) == 4
    assert seen == [(0, False), (4, False)]
