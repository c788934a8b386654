"""What the Review page makes of an evaluation: answers to look through and frequent mix-ups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from product_gui.presenters.picture import Picture
from product_gui.presenters.training_progress import FEWEST_PHOTOS

if TYPE_CHECKING:
    from ml_core.evaluation.evaluate import Answer, Evaluation
    from ml_core.evaluation.metrics import ClassScore

MOST_MIX_UPS = 6


class Verdict(StrEnum):
    """Which answers are looked at."""

    WRONG = "wrong"
    RIGHT = "right"
    ALL = "all"


class Order(StrEnum):
    """Which answers come first."""

    SUREST = "surest"
    LEAST_SURE = "least_sure"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which answers are looked at, and in which order. An empty category means any."""

    verdict: Verdict = Verdict.WRONG
    true: str = ""
    given: str = ""
    order: Order = Order.SUREST


FIRST_LOOK: Final = Selection()
"""The surest mistakes."""


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """A photo with the category it has and the one it was given; the confidence is 0..1."""

    picture: Picture
    true: str
    given: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.true == self.given

    def fits(self, selection: Selection) -> bool:
        """Whether it is among the answers looked at."""
        return (
            selection.verdict in (Verdict.ALL, Verdict.RIGHT if self.is_right else Verdict.WRONG)
            and selection.true in ("", self.true)
            and selection.given in ("", self.given)
        )


@dataclass(frozen=True, slots=True)
class MixUp:
    """So many photos of one category were taken for another."""

    true: str
    given: str
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one run's test says. Shares are 0..1.

    Attributes:
        is_meaningful: Enough photos to name a score.
        categories: Name and scores, in the model's order.
        answers: About every photo, the surest first.
        mix_ups: The most frequent ones.
        skipped: Photos that could not be read.
    """

    evaluation: Evaluation
    accuracy: float
    interval: tuple[float, float]
    photos: int
    wrong: int
    macro_f1: float
    skipped: int
    is_meaningful: bool
    categories: tuple[tuple[str, ClassScore], ...]
    answers: tuple[PhotoAnswer, ...]
    mix_ups: tuple[MixUp, ...]

    def selected(self, selection: Selection) -> tuple[PhotoAnswer, ...]:
        """The answers that fit, in the order that is wanted."""
        found = tuple(answer for answer in self.answers if answer.fits(selection))
        return found if selection.order is Order.SUREST else found[::-1]


def report_of(evaluation: Evaluation) -> Report:
    """An evaluation, ready to be shown."""
    answers = sorted(evaluation.answers, key=lambda answer: -answer.confidence)
    return Report(
        evaluation=evaluation,
        accuracy=evaluation.accuracy,
        interval=evaluation.interval,
        photos=evaluation.photos,
        wrong=sum(not answer.is_right for answer in answers),
        macro_f1=evaluation.macro_f1,
        skipped=len(evaluation.skipped),
        is_meaningful=evaluation.photos >= FEWEST_PHOTOS,
        categories=tuple(evaluation.per_class.items()),
        answers=tuple(_photo_answer(answer, evaluation.class_names) for answer in answers),
        mix_ups=_mix_ups(evaluation),
    )


def _photo_answer(answer: Answer, names: tuple[str, ...]) -> PhotoAnswer:
    return PhotoAnswer(
        picture=Picture(answer.path, answer.index),
        true=names[answer.true_index],
        given=names[answer.predicted_index],
        confidence=answer.confidence,
    )


def _mix_ups(evaluation: Evaluation) -> tuple[MixUp, ...]:
    import numpy as np

    counts = evaluation.confusion.copy()
    np.fill_diagonal(counts, 0)
    rows, columns = np.nonzero(counts)
    names = evaluation.class_names
    found = (
        MixUp(names[row], names[column], int(counts[row, column]))
        for row, column in zip(rows, columns, strict=True)
    )
    return tuple(sorted(found, key=lambda mix_up: -mix_up.photos)[:MOST_MIX_UPS])
