"""Carry out what was planned, and take it back."""

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import Cancelled, Stopped, StorageError
from ml_core.events import PhaseStarted, Report, StepProgress, ignore
from ml_core.file_moves import journal as journals_on_disk
from ml_core.file_moves import relocate
from ml_core.file_moves.journal import Action, Journal, Step
from ml_core.file_moves.plan import Moves, Unmoved, why_not_to_move
from ml_core.file_moves.settle import remove_empty_folders, settle

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""After these, trying the other files is no use."""
_REPORT_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has happened.

    Attributes:
        journal: Its name, for ``undo``; empty if there was nothing to do.
        done: What was moved or copied, or taken back.
        failed: The other files.
        was_stopped: Whether the caller ended it before the last file.
    """

    journal: str
    done: tuple[Step, ...]
    failed: tuple[Unmoved, ...] = ()
    was_stopped: bool = False


def carry_out(
    moves: Moves,
    *,
    title: str,
    dataset: Path | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> Outcome:
    """Do what was planned. A file that cannot be moved is reported, the others are.

    A stop keeps what is done, a cancel takes it back.

    Args:
        moves: Of ``plan_moves``.
        title: Why, in a few words, for the list of journals.
        dataset: The folder whose decisions are carried out, to be kept in the journal.
        report: Told of the progress in files.
        control: May interrupt between two files.

    Raises:
        StorageError: The journal cannot be written, or a disk has not enough room. Nothing was
            moved then.
        Cancelled: All is as it was.
    """
    settle_all()
    if not moves.steps:
        return Outcome("", (), moves.refused)
    _require_room(moves)
    journal = journals_on_disk.begin(
        moves.steps,
        action=moves.action,
        title=title,
        folders=_new_folders(moves.steps),
        dataset=dataset,
    )
    with journals_on_disk.held(journal):
        try:
            outcome = _do_all(journal, report, control or Control())
        except Cancelled:
            _undo_all(journal, ignore, Control())
            raise
        journal.note(finished=True)
    return Outcome(
        outcome.journal, outcome.done, (*moves.refused, *outcome.failed), outcome.was_stopped
    )


def undo(
    name: str | None = None, *, report: Report = ignore, control: Control | None = None
) -> Outcome:
    """Take the moves or copies of a journal back, the last one's if no name is given.

    Files that were changed since, or whose old place is taken, stay where they are and are
    reported; a second call tries them again.

    Raises:
        StorageError: There is no such journal, or nothing of it is left to be taken back.
        Cancelled: The caller ended it. Calling again goes on, as it does after a stop.
    """
    settle_all()
    journal = _journal_to_undo(name)
    with journals_on_disk.held(journal) as is_ours:
        if not is_ours:
            raise StorageError(
                "These files are being moved right now.", mend="Wait until that is done."
            )
        return _undo_all(journal, report, control or Control())


def journals() -> list[Journal]:
    """All that was moved or copied, the latest first; what a kill left half done is settled."""
    settle_all()
    return list(journals_on_disk.read_all())


def settle_all() -> None:
    """Bring what a killed program left half done into a known state. Cheap if there is nothing."""
    for journal in journals_on_disk.read_all():
        if journal.is_finished:
            continue
        with journals_on_disk.held(journal) as is_ours:
            if is_ours:
                settle(journal)


def _require_room(moves: Moves) -> None:
    """On disks that files are copied to. Raises StorageError."""
    needed: dict[Path, int] = {}
    for step in moves.steps:
        folder = _existing(step.target.parent)
        if moves.action is Action.COPY or not _on_one_disk(step.source.parent, folder):
            needed[folder] = needed.get(folder, 0) + step.size
    for folder, size in needed.items():
        storage.require_free_space(folder, size)


def _on_one_disk(first: Path, second: Path) -> bool:
    try:
        return first.stat().st_dev == second.stat().st_dev
    except OSError:  # gone meanwhile: each file is looked at again when its turn comes
        return True


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _new_folders(steps: Sequence[Step]) -> list[Path]:
    """Folders that have to be made, the outer ones first."""
    wanted = {step.target.parent for step in steps}
    missing = {
        folder
        for parent in wanted
        for folder in (parent, *parent.parents)
        if not os.path.lexists(folder)
    }
    return sorted(missing)


def _do_all(journal: Journal, report: Report, control: Control) -> Outcome:
    verb = "Moving" if journal.action is Action.MOVE else "Copying"
    report(PhaseStarted("save", f"{verb} files"))
    failed: list[Unmoved] = []
    hopeless = ""
    for number, step in enumerate(journal.steps):
        try:
            control.checkpoint()
        except Stopped:
            return _outcome(journal, failed, was_stopped=True)
        if reason := hopeless or _why_changed(step.source, step):
            failed.append(Unmoved(step.source, reason))
            continue
        try:
            _do(journal, number)
        except OSError as error:
            reason = _sentence(step.source, error)
            failed.append(Unmoved(step.source, reason))
            hopeless = reason if error.errno in _FULL else ""
        _tell(report, number + 1, len(journal.steps))
    return _outcome(journal, failed)


def _outcome(journal: Journal, failed: Sequence[Unmoved], *, was_stopped: bool = False) -> Outcome:
    done = tuple(journal.steps[number] for number in journal.moved)
    return Outcome(journal.name, done, tuple(failed), was_stopped)


def _do(journal: Journal, number: int) -> None:
    step = journal.steps[number]
    work = relocate.move if journal.action is Action.MOVE else relocate.copy
    step.target.parent.mkdir(parents=True, exist_ok=True)
    content = work(step.source, step.target, temporary=journal.temporary(step.target, number))
    journal.note(done=number, content=content)


def _undo_all(journal: Journal, report: Report, control: Control) -> Outcome:
    report(PhaseStarted("save", "Taking files back"))
    journal.note(undoing=True)
    undone: list[Step] = []
    failed: list[Unmoved] = []
    waiting = sorted(journal.moved, reverse=True)
    was_stopped = False
    for count, number in enumerate(waiting, start=1):
        try:
            control.checkpoint()
        except Stopped:
            was_stopped = True
            break
        step = journal.steps[number]
        try:
            reason = _take_back(journal, number)
        except OSError as error:
            reason = _sentence(step.target, error)
        if reason:
            failed.append(Unmoved(step.target, reason))
        else:
            undone.append(step)
        _tell(report, count, len(waiting))
    remove_empty_folders(journal)
    journal.note(finished=True)
    return Outcome(journal.name, tuple(undone), tuple(failed), was_stopped)


def _take_back(journal: Journal, number: int) -> str:
    """Take one step back; gives the reason if that cannot be done without harm."""
    step = journal.steps[number]
    if reason := _why_changed(step.target, step, content=journal.done[number]):
        return reason
    if journal.action is Action.COPY:
        step.target.unlink()
    elif os.path.lexists(step.source):
        return f'Its old place is taken by another "{step.source.name}".'
    else:
        step.source.parent.mkdir(parents=True, exist_ok=True)
        temporary = journal.temporary(step.source, number)
        relocate.move(step.target, step.source, temporary=temporary)
    journal.note(undone=number)
    return ""


def _why_changed(path: Path, step: Step, *, content: str = "") -> str:
    """Say why a file is not the one that was planned with or moved; empty if it is."""
    if reason := why_not_to_move(path):
        return reason
    found = path.stat()
    is_same = found.st_size == step.size and (
        relocate.content_of(path) == content if content else found.st_mtime_ns == step.modified
    )
    return "" if is_same else f'"{path.name}" was changed meanwhile, and stays where it is.'


def _sentence(path: Path, error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return f'The place of "{path.name}" was taken meanwhile.'
    return f'"{path.name}" could not be moved: {error.strerror or error}.'


def _tell(report: Report, done: int, total: int) -> None:
    if done == total or done % _REPORT_EVERY == 0:
        report(StepProgress("save", done, total))


def _journal_to_undo(name: str | None) -> Journal:
    for journal in _undoable():
        if name in (None, journal.name):
            return journal
    what = "There is nothing" if name is None else f'There is nothing called "{name}"'
    raise StorageError(f"{what} that could be taken back.", mend="See 'ml-core undo --list'.")


def _undoable() -> Iterator[Journal]:
    return (journal for journal in journals_on_disk.read_all() if journal.moved)
