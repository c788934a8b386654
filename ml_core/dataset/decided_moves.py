"""Move the files of a data set as it was decided, so that the folders say it themselves.

Only when a person asks for it: decisions count without this, too. The journal of the moves takes
everything back, the decisions included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml_core.control import Control
from ml_core.dataset.decisions import Choice, Decision, Decisions, load_decisions, save_decisions
from ml_core.dataset.health.health import Health
from ml_core.dataset.photos import Dataset, Part, Photo, SkipKind
from ml_core.errors import StorageError
from ml_core.events import Report, ignore
from ml_core.file_moves import Moves, Outcome, carry_out, journals, plan_moves, undo

_CAN_BE_CARRIED_OUT = (Choice.LEAVE_OUT, Choice.MOVE)
"""A merged category stays so for photos to come."""


def plan_decided_moves(health: Health, *, left_out_to: Path | None = None) -> Moves:
    """Which files would go where. Nothing is changed.

    Photos that count to another category go to its folder, those that were left out go below
    ``left_out_to`` as they lay in the data set. Without that folder they stay.

    Raises:
        StorageError: ``left_out_to`` lies inside the data set, where it would be a category.
    """
    _require_outside(left_out_to, health.dataset.root)
    return plan_moves(
        (wish.photo.path, wish.folder)
        for wish in _wishes(health, left_out_to)
        if wish.folder is not None
    )


def carry_out_decisions(
    health: Health,
    *,
    left_out_to: Path | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> Outcome:
    """Move files as decided. Decisions whose files have all been moved count no more.

    Args:
        health: Of a check just done.
        left_out_to: A folder outside the data set for what was left out; see
            ``plan_decided_moves``.
        report: Told of the progress in files.
        control: A stop keeps what is moved, a cancel takes it back.

    Raises:
        StorageError: The folder cannot serve, or a disk refused. No file was moved then.
        Cancelled: All is as it was.
    """
    root = health.dataset.root.absolute()
    moves = plan_decided_moves(health, left_out_to=left_out_to)
    outcome = carry_out(
        moves, title=f'Decisions about "{root.name}"', dataset=root, report=report, control=control
    )
    if outcome.journal:
        moved = {step.source for step in outcome.done}
        waiting = [
            wish for wish in _wishes(health, left_out_to) if wish.photo.path.absolute() not in moved
        ]
        finished = [decision.number for decision in _finished(health.decisions, waiting)]
        save_decisions(load_decisions(root).carry_out(finished, outcome.journal))
    return outcome


def undo_moves(
    name: str | None = None, *, report: Report = ignore, control: Control | None = None
) -> Outcome:
    """Take files back, see ``file_moves.undo``; decisions that were carried out count again."""
    outcome = undo(name, report=report, control=control)
    (journal,) = (one for one in journals() if one.name == outcome.journal)
    if journal.dataset is not None and journal.dataset.is_dir():
        save_decisions(load_decisions(journal.dataset).reopen(journal.name))
    return outcome


@dataclass(frozen=True, slots=True)
class _Wish:
    """A photo that is not where the decisions want it.

    Attributes:
        photo: As it was scanned.
        content: Its content hash.
        folder: Where it is to go; None where there is no place for it.
    """

    photo: Photo
    content: bytes
    folder: Path | None


def _wishes(health: Health, left_out_to: Path | None) -> Iterator[_Wish]:
    survey = health.examined.inspection.survey
    scanned, contents = survey.dataset, survey.contents
    folders = _folders(scanned)
    for photo, place in zip(health.dataset.photos, health.decided.places, strict=True):
        before = scanned.photos[place]
        category = health.dataset.class_names[photo.class_index]
        if category != scanned.class_names[before.class_index]:
            folder = None if before.index is not None else folders[before.part, category]
            yield _Wish(before, contents[place], folder)
    left_out = {
        (file.path, file.index) for file in health.left_out if file.kind is SkipKind.DECIDED
    }
    for photo, content in zip(scanned.photos, contents, strict=True):
        if (photo.path, photo.index) in left_out:
            yield _Wish(photo, content, _place_outside(photo, scanned.root, left_out_to))


def _folders(scanned: Dataset) -> dict[tuple[Part | None, str], Path]:
    """The folder of each category in each part, made up where a part has no photo of it."""
    found: dict[tuple[Part | None, str], Path] = {}
    for photo in scanned.photos:
        if photo.index is None:
            depth = 1 if photo.part is None else 2
            folder = scanned.root.joinpath(*photo.path.relative_to(scanned.root).parts[:depth])
            found.setdefault((photo.part, scanned.class_names[photo.class_index]), folder)
    homes = {part: folder.parent for (part, _), folder in found.items()}
    names = {category: folder.name for (_, category), folder in found.items()}
    made_up = {
        (part, category): home / name
        for part, home in homes.items()
        for category, name in names.items()
    }
    return made_up | found


def _place_outside(photo: Photo, root: Path, left_out_to: Path | None) -> Path | None:
    if left_out_to is None or photo.index is not None:
        return None
    return left_out_to / photo.path.relative_to(root).parent


def _finished(decisions: Decisions, waiting: Sequence[_Wish]) -> Iterator[Decision]:
    """Decisions of which nothing is waiting to be moved."""
    contents = {wish.content.hex() for wish in waiting}
    for decision in decisions.active:
        is_waiting = any(key.content in contents for key in decision.photos)
        if decision.choice in _CAN_BE_CARRIED_OUT and not is_waiting:
            yield decision


def _require_outside(folder: Path | None, root: Path) -> None:
    if folder is None or not folder.resolve().is_relative_to(root.resolve()):
        return
    raise StorageError(
        f"{folder} lies inside the data set, where it would be a category of its own.",
        mend="Choose a folder outside it for the photos that were left out.",
        path=folder,
    )
