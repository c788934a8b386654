"""Which files go where: a free name for each, before anything is moved."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml_core.file_moves.journal import Action, Step

_LONGEST_NAME: Final = 255
"""Bytes of a file's name on all disks in use."""


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A file that was not moved, copied or taken back, with the reason in one sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What is going to happen: every target is free and used once."""

    action: Action
    steps: tuple[Step, ...]
    refused: tuple[Unmoved, ...] = ()


def plan_moves(wanted: Iterable[tuple[Path, Path]], *, action: Action = Action.MOVE) -> Moves:
    """Find a free name for each file in the folder where it is to go. Nothing is changed.

    Where a name is taken, by a file that is there or by another one that goes there, a number is
    added. Names that differ in case only count as the same, as they do on many disks. A file that
    is already in its folder is left out.

    Args:
        wanted: Files, each with the folder where it is to go, which need not exist.
        action: Move or copy.
    """
    steps: list[Step] = []
    refused: list[Unmoved] = []
    taken: set[str] = set()
    for source, folder in wanted:
        source, folder = source.absolute(), folder.absolute()
        if source.parent == folder:
            continue
        if reason := why_not_to_move(source):
            refused.append(Unmoved(source, reason))
            continue
        found = source.stat()
        target = _free_name(folder, source.name, taken)
        taken.add(_sameness(target))
        steps.append(Step(source, target, found.st_size, found.st_mtime_ns))
    return Moves(action, tuple(steps), tuple(refused))


def why_not_to_move(source: Path) -> str:
    """The reason in one sentence; empty if the file can be moved."""
    if source.is_symlink():
        return f'"{source.name}" is a link to another file, and stays where it is.'
    if not source.exists():
        return f'"{source.name}" is not there any more.'
    if not source.is_file():
        return f'"{source.name}" is no file.'
    return ""


def _free_name(folder: Path, name: str, taken: set[str]) -> Path:
    """The name itself, or with a number: ``photo (2).jpg``."""
    number, target = 1, folder / name
    while os.path.lexists(target) or _sameness(target) in taken:
        number += 1
        target = folder / _numbered(name, number)
    return target


def _numbered(name: str, number: int) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    ending = os.fsencode(f" ({number}){dot}{suffix}")
    room = max(1, _LONGEST_NAME - len(ending))
    return os.fsdecode(os.fsencode(stem)[:room] + ending)


def _sameness(path: Path) -> str:
    return str(path).casefold()
