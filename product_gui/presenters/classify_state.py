"""What the Classify page shows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.problem import Problem
from product_gui.presenters.current_model import ModelState
from product_gui.presenters.shown_heat import ShownHeat
from product_gui.presenters.shown_photo import ShownPhoto
from product_gui.text import classify as words

if TYPE_CHECKING:
    from ml_core.evaluation.trust import State
    from ml_core.prediction.classifier import Prediction


class RowState(StrEnum):
    """What is known of a photo."""

    WAITING = "waiting"
    ANSWERED = "answered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Row:
    """One photo and what the model said of it.

    Attributes:
        confidence: Of the category, 0..1.
        top: The likeliest categories with their confidence, best first.
        reliance: How far to rely on the answer; None if the model cannot say.
        candidates: The categories worth a look: one where the model is sure.
    """

    path: Path
    name: str
    state: RowState = RowState.WAITING
    category: str = ""
    confidence: float = 0.0
    top: tuple[tuple[str, float], ...] = ()
    error: str = ""
    reliance: State | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """News from the worker: the next rows' answers, and the seconds since the first was asked."""

    first: int
    predictions: tuple[Prediction, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyState:
    """The whole page.

    Attributes:
        model: The model that answers, or is being opened.
        source: What the user gave: files and folders.
        collecting: Folders are being looked through.
        rows: One for each photo.
        selected: The row shown large.
        photo: That row's photo.
        explains: Reasons for the answers are wanted.
        explained: The category whose reasons are wanted.
        heat: Where in the photo they lie; None until that is known.
        answering: Answers are still to come.
        learning: A correction is being learned.
        seconds: How long the answers took so far.
        problem: Why nothing could be shown, or what else failed.
    """

    model: ModelState
    source: tuple[Path, ...] = ()
    collecting: bool = False
    rows: tuple[Row, ...] = ()
    selected: int | None = None
    photo: ShownPhoto | None = None
    explains: bool = False
    explained: str = ""
    heat: ShownHeat | None = None
    answering: bool = False
    learning: bool = False
    seconds: float = 0.0
    problem: Problem | None = None

    @property
    def correct_reason(self) -> str:
        """Why the shown answer cannot be corrected; empty when it can."""
        summary = self.model.summary
        if summary is None or self.current is None:
            return words.NOTHING_TO_CORRECT
        if summary.run_folder is None:
            return words.ONLY_OWN_LEARN
        return "" if self.current.state is RowState.ANSWERED else words.NOTHING_TO_CORRECT

    @property
    def can_explain(self) -> bool:
        """There is an answer to a photo that can be shown."""
        row, photo = self.current, self.photo
        is_shown = photo is not None and photo.pixels is not None
        return row is not None and row.state is RowState.ANSWERED and is_shown

    @property
    def current(self) -> Row | None:
        """The row shown large."""
        return None if self.selected is None else self.rows[self.selected]

    def count(self, state: RowState) -> int:
        """How many rows are in that state."""
        return sum(row.state is state for row in self.rows)
