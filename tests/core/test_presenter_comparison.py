"""The chosen run beside another: which one is taken, what is shown, when it is forgotten."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import StorageError
from ml_core.evaluation.evaluate import Answer, Evaluation
from ml_core.runs import Run
from product_gui.presenters.review import ReviewPresenter, Tab
from product_gui.presenters.review_comparison import NOT_COMPARED, Difference
from tests.core.presenter_desk import NAMES, Desk, run

PHOTOS = 6
RIGHT: dict[str, set[int]] = {"old": {0, 1, 2}, "new": {0, 1, 3, 4}, "perfect": set(range(PHOTOS))}


def judged(one: Run) -> Evaluation:
    """Six hats, of which each run finds others."""
    right = RIGHT.get(one.name, {0})
    return Evaluation.from_answers(
        NAMES,
        [
            Answer(Path(f"/photos/hat-{number}.jpg"), 0, 0 if number in right else 1, 0.9)
            for number in range(PHOTOS)
        ],
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path)
    here, there = tmp_path / "shop", tmp_path / "elsewhere"
    made.library.runs = [
        replace(run(tmp_path / name, name, created=created), dataset_folder=folder)
        for name, created, folder in (
            ("newest", "2025-05-01T00:00:00+00:00", there),
            ("new", "2025-04-01T00:00:00+00:00", here),
            ("other shop", "2025-03-01T00:00:00+00:00", there),
            ("old", "2025-02-01T00:00:00+00:00", here),
            ("perfect", "2025-01-01T00:00:00+00:00", here),
        )
    ]
    monkeypatch.setattr(made.library, "load_evaluation", judged)
    return made


@pytest.fixture
def review(desk: Desk) -> ReviewPresenter:
    made = ReviewPresenter(desk.around)
    made.select(desk.folder / "new")
    desk.settle()
    return made


def compared(review: ReviewPresenter) -> Any:
    return review.state.comparison


def test_nothing_is_compared_before_it_is_looked_at(review: ReviewPresenter) -> None:
    assert compared(review) == NOT_COMPARED


def test_it_begins_with_the_run_before_on_the_same_photos(
    desk: Desk, review: ReviewPresenter
) -> None:
    review.choose_tab(Tab.COMPARE)
    assert compared(review).loading
    desk.settle()
    assert compared(review).other.name == "old"
    result = compared(review).result
    assert (result.photos, len(result.fixed), len(result.broken)) == (6, 2, 1)
    assert [name for name, _ in compared(review).histories] == ["old", "new"]
    assert [answer.picture.name for answer in compared(review).answers] == [
        "hat-3.jpg",
        "hat-4.jpg",
    ]


def test_another_one_is_chosen_and_stays_when_the_tab_comes_back(
    desk: Desk, review: ReviewPresenter
) -> None:
    review.choose_tab(Tab.COMPARE)
    review.compare_with(desk.folder / "perfect")
    desk.settle()
    review.choose_tab(Tab.OVERVIEW)
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    assert compared(review).other.name == "perfect"
    assert compared(review).difference is Difference.BROKEN, "nothing was fixed"
    assert len(compared(review).answers) == 2


def test_the_broken_ones_on_request(desk: Desk, review: ReviewPresenter) -> None:
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    review.comparison.look_at(Difference.BROKEN)
    assert [(a.picture.name, a.true, a.wrong) for a in compared(review).answers] == [
        ("hat-2.jpg", "hat", "mug")
    ]


def test_another_run_begins_anew(desk: Desk, review: ReviewPresenter) -> None:
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    review.select(desk.folder / "old")
    assert compared(review) == NOT_COMPARED
    desk.settle()
    assert compared(review).other.name == "perfect"


def test_a_run_alone_has_nothing_to_compare_with(desk: Desk) -> None:
    desk.library.runs = desk.library.runs[:1]
    review = ReviewPresenter(desk.around)
    review.refresh()
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    assert compared(review) == NOT_COMPARED


def test_a_run_without_report(
    desk: Desk, review: ReviewPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.library, "load_evaluation", lambda _run: None)
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    assert compared(review).result is None
    assert not compared(review).loading


def test_a_report_that_cannot_be_read(
    desk: Desk, review: ReviewPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_run: Run) -> None:
        raise StorageError("The disk is gone.")

    monkeypatch.setattr(desk.library, "load_evaluation", fail)
    review.choose_tab(Tab.COMPARE)
    desk.settle()
    assert compared(review).problem == "The disk is gone."
