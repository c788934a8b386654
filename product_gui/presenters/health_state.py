"""How far the check of a folder is, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ml_core.events import PhaseStarted, StepProgress
from product_gui.jobs.problem import Problem
from product_gui.presenters.health_view import HealthView
from product_gui.presenters.photo_sheets import Sheets
from product_gui.presenters.photo_viewer import Viewing

PHASES = {"scan": 0.04, "check": 0.40, "compare": 0.10, "weights": 0.0, "embed": 0.46}
"""Phase -> its share of the time, measured on 3,781 photos; in their order."""

_SHARE_TO_GUESS_FROM = 0.08


class CheckStage(StrEnum):
    """Where the check stands."""

    NONE = "none"
    CHECKING = "checking"
    DONE = "done"
    STOPPED = "stopped"
    HELD = "held"
    FAILED = "failed"


class Section(StrEnum):
    """What the page shows of the folder."""

    PHOTOS = "photos"
    FINDINGS = "findings"
    DECISIONS = "decisions"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """A running check.

    Attributes:
        began: When, by ``time.monotonic``.
        phase: Its name in ``PHASES``.
        done, total: Photos of the phase; 0 of 0 while unknown.
        share: How much of all phases is done, 0 to 1.
        seconds_left: A guess; None while there is none.
    """

    began: float
    phase: str = ""
    done: int = 0
    total: int = 0
    share: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthState:
    """What is known of the folder's photos.

    Attributes:
        sheets: The photos by category; None until the folder has been looked through.
        checking: While the check runs.
        view: Of the last finished check, with decisions shown before they are worked out.
        section: What is shown.
        opened: The kind of finding that is shown with its photos; empty for the list of kinds.
        viewing: The photo that is shown large.
        is_following: A decision is being worked out.
        is_moving: Files are being moved, or it is being found out which would be.
        is_writing: A report is being written.
        problem: Why the check failed, or a decision could not be kept.
    """

    stage: CheckStage = CheckStage.NONE
    sheets: Sheets | None = None
    checking: Checking | None = None
    view: HealthView | None = None
    section: Section = Section.PHOTOS
    opened: str = ""
    viewing: Viewing | None = None
    is_following: bool = False
    is_moving: bool = False
    is_writing: bool = False
    problem: Problem | None = None


def advanced(checking: Checking, event: PhaseStarted | StepProgress, *, now: float) -> Checking:
    """The check after one more report."""
    done, total = (event.done, event.total) if isinstance(event, StepProgress) else (0, 0)
    names = list(PHASES)
    before = sum(PHASES[name] for name in names[: names.index(event.phase)])
    share = before + PHASES[event.phase] * (done / total if total else 0.0)
    share = max(checking.share, min(1.0, share))
    elapsed = now - checking.began
    left = elapsed / share * (1 - share) if share > _SHARE_TO_GUESS_FROM else None
    return replace(
        checking, phase=event.phase, done=done, total=total, share=share, seconds_left=left
    )
