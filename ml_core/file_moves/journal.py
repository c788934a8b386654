"""The journal of moved files: written before anything is moved, read when it is taken back.

One file of lines under the program's data: a head, a line for each file that is to be moved, and
then what was done, line by line as it happens. Its end may be missing after a kill: what was
really done is then seen from the files themselves.
"""

import json
import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final

from ml_core import storage

log = logging.getLogger(__name__)

FORMAT: Final = 1


class Action(StrEnum):
    """What becomes of the files."""

    MOVE = "move"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Step:
    """One file to be moved or copied. Paths are absolute.

    Attributes:
        source: Where it is.
        target: Where it goes; the name is free.
        size: In bytes.
        modified: When it was last changed, in nanoseconds since 1970.
    """

    source: Path
    target: Path
    size: int
    modified: int


@dataclass(slots=True, kw_only=True)
class Journal:
    """What was to be moved at one time, and how far that got.

    Attributes:
        name: Of the journal; sorts by time.
        made: When, in ISO 8601.
        title: Why, in a few words.
        action: Move or copy.
        dataset: The folder whose decisions were carried out; None if there is none.
        folders: Those that had to be made.
        steps: In the order in which they are done.
        done: Number of step -> content hash; empty where the file kept its place on the disk.
        undone: Steps that were taken back.
        is_undoing: Whether taking back has begun.
        is_finished: Whether what was begun last, moving or taking back, came to its end.
    """

    name: str
    made: str
    title: str
    action: Action
    dataset: Path | None
    folders: tuple[Path, ...]
    steps: tuple[Step, ...]
    done: dict[int, str] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)
    is_undoing: bool = False
    is_finished: bool = False

    @property
    def moved(self) -> list[int]:
        """Steps that were done and not taken back."""
        return [number for number in self.done if number not in self.undone]

    @property
    def path(self) -> Path:
        return folder() / f"{self.name}.jsonl"

    def temporary(self, beside: Path, number: int) -> Path:
        """The name of a file that is not whole yet: known, so that it can be cleared away."""
        return beside.parent / f"{storage.UNFINISHED}{self.name}-{number}{beside.suffix[:16]}"

    def note(self, **what: Any) -> None:
        """Add a line, and follow it. A full disk loses only what the files themselves tell."""
        self._follow(what)
        with suppress(OSError), self.path.open("ab") as file:
            file.write(b"\n" + _line(what))  # the line before may have been cut off by a kill

    def _follow(self, line: dict[str, Any]) -> None:
        if "done" in line:
            self.done[int(line["done"])] = str(line.get("content", ""))
        if "undone" in line:
            self.undone.add(int(line["undone"]))
        if "undoing" in line:
            self.is_undoing, self.is_finished = True, False
        if "finished" in line:
            self.is_finished = True


def folder() -> Path:
    """Where journals lie."""
    return storage.data_folder() / "moves"


def begin(
    steps: Sequence[Step],
    *,
    action: Action,
    title: str,
    folders: Sequence[Path],
    dataset: Path | None = None,
) -> Journal:
    """Write down all that is about to happen; it is on the disk when this returns.

    Raises:
        StorageError: The disk refused. Nothing may be moved then.
    """
    now = datetime.now(UTC)
    journal = Journal(
        name=f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}",
        made=now.isoformat(timespec="seconds"),
        title=title,
        action=action,
        dataset=dataset,
        folders=tuple(folders),
        steps=tuple(steps),
    )
    head = {
        "format": FORMAT,
        "made": journal.made,
        "title": title,
        "action": action.value,
        "dataset": str(dataset) if dataset else None,
        "folders": [str(path) for path in folders],
        "files": len(steps),
    }
    lines = [head, *(_step_line(step) for step in steps)]
    storage.write_bytes(journal.path, b"".join(map(_line, lines)))
    return journal


def read(path: Path) -> Journal | None:
    """A journal, as far as it was written; None, with a log entry, if it is none."""
    try:
        first, *rest = path.read_bytes().splitlines()
        head = json.loads(first)
        steps = [json.loads(line) for line in rest[: head["files"]]]
        journal = _journal(path.stem, head, steps)
        for line in rest[head["files"] :]:
            with suppress(ValueError):  # an empty line, or one that a kill has cut off
                journal._follow(json.loads(line))  # noqa: SLF001 - the same class's other half
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("The journal %s cannot be read: %r", path, error)
        return None
    return journal


def read_all() -> Iterator[Journal]:
    """All journals, the latest first."""
    for path in sorted(folder().glob("*.jsonl"), reverse=True):
        if journal := read(path):
            yield journal


@contextmanager
def held(journal: Journal) -> Iterator[bool]:
    """Keep other programs from settling a journal that is being worked on.

    Gives whether it is ours now. A killed program holds nothing.
    """
    with journal.path.open("rb") as file:
        yield _is_locked(file)


def _is_locked(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: two programs must not move the same files there
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        log.debug("%s cannot be locked: %s", file.name, error)
    return True


def _journal(name: str, head: dict[str, Any], steps: Sequence[dict[str, Any]]) -> Journal:
    if head["format"] != FORMAT or len(steps) != head["files"]:
        raise ValueError(f"format {head['format']!r}, {len(steps)} of {head['files']} steps")
    return Journal(
        name=name,
        made=str(head["made"]),
        title=str(head["title"]),
        action=Action(head["action"]),
        dataset=Path(head["dataset"]) if head["dataset"] else None,
        folders=tuple(map(Path, head["folders"])),
        steps=tuple(_step(line) for line in steps),
    )


def _step_line(step: Step) -> dict[str, Any]:
    return {
        "source": str(step.source),
        "target": str(step.target),
        "size": step.size,
        "modified": step.modified,
    }


def _step(line: dict[str, Any]) -> Step:
    return Step(
        Path(line["source"]), Path(line["target"]), int(line["size"]), int(line["modified"])
    )


def _line(values: dict[str, Any]) -> bytes:
    """ASCII, whatever bytes the names hold."""
    return json.dumps(values).encode() + b"\n"
