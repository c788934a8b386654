"""Bring files that a killed program was just moving into a known state: here or there, not both."""

import os
from contextlib import suppress
from pathlib import Path

from ml_core.file_moves import relocate
from ml_core.file_moves.journal import Action, Journal, Step


def settle(journal: Journal) -> None:
    """Settle what is open in a journal that nobody is working on. Raises OSError.

    What was being moved is moved, what was being taken back is taken back; what had not begun is
    left alone.
    """
    if journal.is_undoing:
        for number in journal.moved:
            _settle_undoing(journal, number)
    else:
        for number in range(len(journal.steps)):
            if number not in journal.done:
                _settle_doing(journal, number)
    if not journal.moved:
        remove_empty_folders(journal)
    journal.note(finished=True)


def remove_empty_folders(journal: Journal) -> None:
    """Remove the folders that were made for the files, unless something else is in them."""
    for folder in sorted(journal.folders, reverse=True):
        with suppress(OSError):
            folder.rmdir()


def _settle_doing(journal: Journal, number: int) -> None:
    step = journal.steps[number]
    journal.temporary(step.target, number).unlink(missing_ok=True)
    if not os.path.lexists(step.target):
        return
    if not os.path.lexists(step.source):
        if journal.action is Action.MOVE and _has_size(step.target, step):
            journal.note(done=number, content=_content(step.target, step))
    elif _same_content(step.source, step.target):
        content = _content(step.target, step)
        if journal.action is Action.MOVE:
            step.source.unlink()
        else:
            content = relocate.content_of(step.target)
        journal.note(done=number, content=content)


def _settle_undoing(journal: Journal, number: int) -> None:
    step = journal.steps[number]
    journal.temporary(step.source, number).unlink(missing_ok=True)
    if journal.action is Action.COPY:
        if not os.path.lexists(step.target):
            journal.note(undone=number)
    elif os.path.lexists(step.source):
        if not os.path.lexists(step.target):
            if _has_size(step.source, step):
                journal.note(undone=number)
        elif _same_content(step.source, step.target):
            step.target.unlink()
            journal.note(undone=number)


def _same_content(first: Path, second: Path) -> bool:
    """Two names of one file, or a copy that was just finished; both must be files."""
    if not (first.is_file() and second.is_file()):
        return False
    if first.samefile(second):
        return True
    if first.stat().st_size != second.stat().st_size:
        return False
    return relocate.content_of(first) == relocate.content_of(second)


def _has_size(path: Path, step: Step) -> bool:
    return path.is_file() and path.stat().st_size == step.size


def _content(path: Path, step: Step) -> str:
    """The hash, where the disk does not keep times as exactly as the one that it came from."""
    return "" if path.stat().st_mtime_ns == step.modified else relocate.content_of(path)
