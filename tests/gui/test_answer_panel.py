"""What the panel says of an answer, by how far the model may be relied on."""

from pathlib import Path

import pytest

from ml_core.evaluation.trust import State
from product_gui.presenters.classify_state import Row, RowState
from product_gui.views.answer_panel import _answer_headline


def answered(reliance: State | None, *candidates: str, confidence: float = 0.62) -> Row:
    return Row(
        Path("photo.jpg"),
        "photo.jpg",
        RowState.ANSWERED,
        candidates[0],
        confidence,
        reliance=reliance,
        candidates=candidates,
    )


@pytest.mark.parametrize(
    ("row", "title", "verdict", "detail"),
    [
        (answered(None, "mug"), "mug", "Confidence 62 %", "took"),
        (answered(State.SURE, "mug", confidence=0.97), "mug", "Sure, 97 %", "took"),
        (answered(State.UNSURE, "mug", "hat"), "mug or hat", "Not sure, 62 %", "took"),
        (
            answered(State.UNSURE, "mug", "hat", "shoe"),
            "mug, hat or shoe",
            "Not sure, 62 %",
            "took",
        ),
        (
            answered(State.UNLIKE, "mug", "hat"),
            "Nothing it knows",
            "Unlike the photos it learned from",
            "Nearest: mug",
        ),
    ],
)
def test_the_headline(row: Row, title: str, verdict: str, detail: str) -> None:
    shown = _answer_headline(row, "took")
    assert (shown.title, shown.verdict, shown.detail) == (title, verdict, detail)


def test_the_kinds_of_answer_differ_by_icon_too() -> None:
    rows = [answered(state, "mug", "hat") for state in (None, *State)]
    assert len({_answer_headline(row, "").icon for row in rows}) == len(rows)
