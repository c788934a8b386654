"""``ml-core undo``: take back what was moved or copied; and how a move is told."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ml_core.console import Console, ProgressDisplay, aligned
from ml_core.control import Control

if TYPE_CHECKING:
    from ml_core.file_moves import Journal, Outcome

INTERRUPTED: Final = 130
_MOST_FAILURES: Final = 20


def undo(arguments: argparse.Namespace, console: Console, control: Control) -> int:
    """Take back the last moves, or list them all."""
    if arguments.list:
        return _list(arguments, console)
    from ml_core.dataset.decided_moves import undo_moves

    with ProgressDisplay(console) as display:
        outcome = undo_moves(arguments.journal, report=display, control=control)
    if arguments.json:
        console.result_json(outcome_json(outcome))
    else:
        console.result(f"Took {_files(len(outcome.done))} back.")
        for line in _failures(outcome):
            console.result(line)
    if outcome.was_stopped:
        return INTERRUPTED
    return 0 if outcome.done or not outcome.failed else 1


def moved_lines(outcome: "Outcome") -> Iterator[str]:
    """What was moved, and how to take it back."""
    if not outcome.journal:
        yield "Moved nothing: all files are where the decisions want them."
    else:
        yield f"Moved {_files(len(outcome.done))}. Take them back with: ml-core undo"
    yield from _failures(outcome)


def outcome_json(outcome: "Outcome") -> dict[str, Any]:
    """What was moved or taken back, as one object."""
    return {
        "journal": outcome.journal,
        "files": [
            {"source": str(step.source), "target": str(step.target)} for step in outcome.done
        ],
        "failed": [{"path": str(one.path), "reason": one.reason} for one in outcome.failed],
    }


def _list(arguments: argparse.Namespace, console: Console) -> int:
    from ml_core.file_moves import journals

    found = journals()
    if arguments.json:
        console.result_json([_journal_json(journal) for journal in found])
        return 0
    rows = [
        (journal.name, journal.made, _state(journal), journal.title, f"{len(journal.done):,}")
        for journal in found
    ]
    head = ("Name", "Made", "State", "What", "Files")
    for line in aligned([head, *rows], words=4):
        console.result(line)
    return 0


def _journal_json(journal: "Journal") -> dict[str, Any]:
    return {
        "journal": journal.name,
        "made": journal.made,
        "action": journal.action.value,
        "title": journal.title,
        "files": len(journal.done),
        "taken_back": len(journal.undone),
    }


def _state(journal: "Journal") -> str:
    """How a journal stands, in two words."""
    if not journal.undone:
        return "moved" if journal.action == "move" else "copied"
    return "partly taken back" if journal.moved else "taken back"


def _failures(outcome: "Outcome") -> Iterator[str]:
    for one in outcome.failed[:_MOST_FAILURES]:
        yield f"  {one.path}: {one.reason}"
    if len(outcome.failed) > _MOST_FAILURES:
        yield f"  and {len(outcome.failed) - _MOST_FAILURES:,} more were left where they are."


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"
