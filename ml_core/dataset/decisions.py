"""What a person decided about the photos of a folder: leave out, keep, move to another category.

Nothing happens to any file. Decisions lie in the program's own data, one file a folder, are applied
whenever the folder is checked or trained on, and every one can be taken back.

A decision is about a photo's content, so it survives renaming. Copies share their content; so a
decision also knows which file was meant and which were the others, and never strikes those.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from ml_core import storage
from ml_core.dataset.photos import Photo

log = logging.getLogger(__name__)

FORMAT: Final = 1


class Choice(StrEnum):
    """What can be decided.

    KEEP: the finding is wrong or does not matter; it is not brought up again.
    MERGE: a whole category is another one under a second name, photos to come included.
    MEND_LEAKS: where folders put copies into two parts, those in training are left out.
    """

    LEAVE_OUT = "leave_out"
    KEEP = "keep"
    MOVE = "move"
    MERGE = "merge"
    MEND_LEAKS = "mend_leaks"


@dataclass(frozen=True, slots=True)
class PhotoKey:
    """Names a photo by its content.

    Attributes:
        content: Its hash in hexadecimal digits.
        place: Where it was, relative to the folder, with ``/``; ``#7`` behind an IDX file.
        copies: Where other files of the same content were.
    """

    content: str
    place: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, as it was made.

    Attributes:
        number: Counts up within a folder.
        made: When, in ISO 8601.
        choice: What was decided.
        photos: About which photos.
        kind: The kind of finding that it answers (a ``Kind``); needed for KEEP.
        from_class: The category that is merged into another.
        to_class: Where photos or a category move to.
        undone: When it was taken back, in ISO 8601; empty while it counts.
        carried_out: The journal by which its files were moved; then the folders say it, and the
            decision counts no more.
    """

    number: int
    made: str
    choice: Choice
    photos: tuple[PhotoKey, ...] = ()
    kind: str = ""
    from_class: str = ""
    to_class: str = ""
    undone: str = ""
    carried_out: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions about one folder, the oldest first. A value: changing it gives a new one."""

    root: Path
    history: tuple[Decision, ...] = ()

    @property
    def active(self) -> tuple[Decision, ...]:
        """Those that count."""
        return tuple(
            decision
            for decision in self.history
            if not decision.undone and not decision.carried_out
        )

    @property
    def mends_leaks(self) -> bool:
        return any(decision.choice is Choice.MEND_LEAKS for decision in self.active)

    def leave_out(self, photos: Sequence[PhotoKey], *, kind: str = "") -> "Decisions":
        """Do not use these photos."""
        return self._with(Choice.LEAVE_OUT, photos=tuple(photos), kind=kind)

    def keep(self, photos: Sequence[PhotoKey], *, kind: str) -> "Decisions":
        """Do not bring this up again about these photos."""
        return self._with(Choice.KEEP, photos=tuple(photos), kind=kind)

    def move(self, photos: Sequence[PhotoKey], to_class: str, *, kind: str = "") -> "Decisions":
        """Count these photos to another category."""
        return self._with(Choice.MOVE, photos=tuple(photos), to_class=to_class, kind=kind)

    def merge(self, from_class: str, into: str) -> "Decisions":
        """Count all photos of one category to another."""
        return self._with(Choice.MERGE, from_class=from_class, to_class=into)

    def mend_leaks(self) -> "Decisions":
        """Leave copies out of training that are tested or validated with."""
        return self._with(Choice.MEND_LEAKS)

    def undo(self, number: int | None = None) -> "Decisions":
        """Take a decision back, the last one that counts if no number is given.

        Raises:
            KeyError: There is no such decision that counts.
        """
        if number is None:
            number = max((decision.number for decision in self.active), default=0)
        if number not in {decision.number for decision in self.active}:
            raise KeyError(number)
        return self._changed(lambda decision: decision.number == number, undone=_now())

    def carry_out(self, numbers: Collection[int], journal: str) -> "Decisions":
        """These decisions are in the folders now: a journal has moved their files."""
        return self._changed(lambda decision: decision.number in numbers, carried_out=journal)

    def reopen(self, journal: str) -> "Decisions":
        """The files of a journal are where they were: what it carried out counts again."""
        return self._changed(lambda decision: decision.carried_out == journal, carried_out="")

    def _changed(self, is_meant: Callable[[Decision], bool], **details: Any) -> "Decisions":
        return replace(
            self,
            history=tuple(
                replace(decision, **details) if is_meant(decision) else decision
                for decision in self.history
            ),
        )

    def _with(self, choice: Choice, **details: Any) -> "Decisions":
        decision = Decision(number=len(self.history) + 1, made=_now(), choice=choice, **details)
        return replace(self, history=(*self.history, decision))


def key_of(photo: Photo, content: bytes, root: Path, *, copies: Iterable[Photo] = ()) -> PhotoKey:
    """Name a photo for a decision.

    Args:
        photo: The photo meant.
        content: Its content hash.
        root: The folder of the data set.
        copies: Other photos of the same content.
    """
    place = place_of(photo, root)
    others = {place_of(copy, root) for copy in copies} - {place}
    return PhotoKey(content.hex(), place, tuple(sorted(others)))


def place_of(photo: Photo, root: Path) -> str:
    """Where a photo is, relative to the folder."""
    within = photo.path.is_relative_to(root)
    place = (photo.path.relative_to(root) if within else photo.path).as_posix()
    return place if photo.index is None else f"{place}#{photo.index}"


def load_decisions(root: Path) -> Decisions:
    """The decisions about a folder; none if there are none yet.

    A folder that was renamed is known by its place on the disk. A file that cannot be understood
    is set aside, with a log entry.
    """
    path = _file_of(root)
    if not path.exists():
        path = _file_from_before_renaming(root) or path
    try:
        return Decisions(root, _history(storage.read_json(path)))
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("The decisions in %s cannot be read: %s", path, error)
    except _NOT_UNDERSTOOD as error:
        log.warning("The decisions in %s are not understood and set aside: %r", path, error)
        with suppress(OSError):  # it stays until others are saved
            path.replace(path.with_suffix(".broken"))
    return Decisions(root)


_NOT_UNDERSTOOD: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a file raises that somebody else wrote, or a later release."""


def save_decisions(decisions: Decisions) -> None:
    """Keep the decisions. Raises StorageError."""
    content = {
        "format": FORMAT,
        "folder": str(decisions.root.resolve()),
        "disk": _place_on_disk(decisions.root),
        "decisions": [asdict(decision) for decision in decisions.history],
    }
    storage.write_json(_file_of(decisions.root), content)


def _folder() -> Path:
    return storage.data_folder() / "datasets"


def _file_of(root: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=12).hexdigest()
    return _folder() / f"{name}.json"


def _file_from_before_renaming(root: Path) -> Path | None:
    """The newest file about this folder under a name that it no longer has."""
    disk = _place_on_disk(root)
    files = [path for path in _folder().glob("*.json") if disk and _is_about(path, disk)]
    return max(files, key=lambda path: path.stat().st_mtime_ns, default=None)


def _is_about(path: Path, disk: list[int]) -> bool:
    try:
        content = storage.read_json(path)
        return bool(content["disk"] == disk and _place_on_disk(Path(content["folder"])) != disk)
    except (OSError, *_NOT_UNDERSTOOD):
        return False


def _place_on_disk(root: Path) -> list[int] | None:
    try:
        found = root.stat()
    except (OSError, ValueError):
        return None
    return [found.st_dev, found.st_ino]


def _history(content: Any) -> tuple[Decision, ...]:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']!r}")
    history = tuple(_decision(**values) for values in content["decisions"])
    numbers = [decision.number for decision in history]
    if numbers != list(range(1, len(history) + 1)):
        raise ValueError(f"numbers {numbers}")
    return history


def _decision(*, number: int, choice: str, photos: list[dict[str, Any]], **words: str) -> Decision:
    if not all(isinstance(word, str) for word in words.values()):
        raise TypeError(f"not all words: {words}")
    keys = (
        PhotoKey(str(key["content"]), str(key["place"]), tuple(map(str, key["copies"])))
        for key in photos
    )
    return Decision(number=number, choice=Choice(choice), photos=tuple(keys), **words)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
