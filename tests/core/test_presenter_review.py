"""Review: a run's report, and every way to its photos."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ml_core.evaluation.evaluate import Answer, Evaluation
from product_gui.presenters.review import ReviewPresenter, Tab
from product_gui.presenters.review_report import (
    MOST_MIX_UPS,
    MixUp,
    Order,
    Selection,
    Verdict,
    report_of,
)
from tests.core.presenter_desk import NAMES, Desk, evaluation, run


def mixed(folder: Path, *, photos: int = 120) -> Evaluation:
    """Answers of every kind, in no order."""
    random = np.random.default_rng(3)
    return Evaluation.from_answers(
        NAMES,
        (
            Answer(folder / f"{number}.jpg", true, given, float(random.uniform(0.34, 1)))
            for number, (true, given) in enumerate(random.integers(3, size=(photos, 2)).tolist())
        ),
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.library.runs = [
        run(tmp_path / "b", "lamps", created="2025-03-01T00:00:00+00:00"),
        run(tmp_path / "a", "clothing", created="2025-01-01T00:00:00+00:00"),
    ]
    return made


@pytest.fixture
def review(desk: Desk) -> ReviewPresenter:
    made = ReviewPresenter(desk.around)
    made.refresh()
    desk.settle()
    return made


def test_the_newest_run_is_shown(review: ReviewPresenter) -> None:
    assert review.state.selected is not None
    assert review.state.selected.name == "lamps"
    report = review.state.report
    assert report is not None
    assert (report.photos, report.wrong, report.accuracy) == (40, 5, 0.875)
    assert [name for name, _ in report.categories] == ["hat", "mug", "shoe"]
    assert len(review.state.history) == 2


def test_it_begins_with_the_surest_mistakes(review: ReviewPresenter) -> None:
    answers = review.state.answers
    assert {(answer.true, answer.given) for answer in answers} == {("hat", "mug")}
    shares = [answer.confidence for answer in answers]
    assert shares == sorted(shares, reverse=True)
    assert review.state.answer == answers[0]


def test_another_run(desk: Desk, review: ReviewPresenter) -> None:
    review.choose_answers(Selection(Verdict.RIGHT))
    review.select(desk.folder / "a")
    assert review.state.loading
    assert review.state.answers == ()
    desk.settle()
    assert review.state.selected is not None
    assert review.state.selected.name == "clothing"
    assert review.state.selection == Selection()


def test_a_run_that_is_not_in_the_list_yet(desk: Desk) -> None:
    review = ReviewPresenter(desk.around)
    review.select(desk.folder / "a")
    desk.settle()
    assert review.state.selected is not None
    assert review.state.selected.name == "clothing"


def test_a_run_without_report(desk: Desk, review: ReviewPresenter) -> None:
    desk.library.runs = [replace(desk.library.runs[1], test_accuracy=None, state="stopped")]
    review.refresh()
    desk.settle()
    assert review.state.report is None
    assert not review.state.loading
    review.open_category("hat")
    assert review.state.answers == ()


def test_nothing_to_review(desk: Desk, review: ReviewPresenter) -> None:
    desk.library.runs = [replace(desk.library.runs[0], state="failed")]
    review.refresh()
    desk.settle()
    assert (review.state.runs, review.state.selected, review.state.report) == ((), None, None)


@pytest.mark.parametrize(("photos", "meaningful"), [(19, False), (20, True)])
def test_few_photos_give_no_score(desk: Desk, photos: int, meaningful: bool) -> None:
    report = report_of(evaluation(desk.folder, photos=photos, wrong=2))
    assert report.is_meaningful is meaningful


def test_every_cell_opens_exactly_its_photos(tmp_path: Path) -> None:
    judged = mixed(tmp_path)
    report = report_of(judged)
    for true, row in zip(NAMES, judged.confusion, strict=True):
        for given, number in zip(NAMES, row, strict=True):
            shown = report.selected(Selection(Verdict.ALL, true, given))
            expected = {
                answer.path
                for answer in judged.answers
                if (NAMES[answer.true_index], NAMES[answer.predicted_index]) == (true, given)
            }
            assert {answer.picture.path for answer in shown} == expected
            assert len(shown) == number


@pytest.mark.parametrize(
    ("verdict", "right"), [(Verdict.WRONG, [False]), (Verdict.RIGHT, [True]), (Verdict.ALL, None)]
)
def test_verdicts(tmp_path: Path, verdict: Verdict, right: list[bool] | None) -> None:
    judged = mixed(tmp_path)
    shown = report_of(judged).selected(Selection(verdict))
    expected = [a for a in judged.answers if right is None or a.is_right in right]
    assert len(shown) == len(expected) > 10
    assert right is None or {answer.is_right for answer in shown} == set(right)


def test_the_order(tmp_path: Path) -> None:
    report = report_of(mixed(tmp_path))
    surest, least = (
        [answer.confidence for answer in report.selected(Selection(Verdict.ALL, order=order))]
        for order in Order
    )
    assert surest == sorted(surest, reverse=True)
    assert least == surest[::-1]


def test_mix_ups_are_the_largest_cells(tmp_path: Path) -> None:
    judged = mixed(tmp_path)
    pairs = Counter(
        (NAMES[a.true_index], NAMES[a.predicted_index]) for a in judged.answers if not a.is_right
    )
    found = report_of(judged).mix_ups
    assert len(found) == min(MOST_MIX_UPS, len(pairs))
    assert [one.photos for one in found] == sorted(pairs.values(), reverse=True)[:MOST_MIX_UPS]
    assert all(pairs[one.true, one.given] == one.photos for one in found)


def test_no_mix_ups_where_all_is_right(desk: Desk) -> None:
    assert report_of(evaluation(desk.folder, wrong=0)).mix_ups == ()
    assert report_of(evaluation(desk.folder)).mix_ups == (MixUp("hat", "mug", 5),)


def test_a_cell_leads_to_its_photos(review: ReviewPresenter) -> None:
    review.open_cell("mug", "mug")
    assert review.state.tab is Tab.PHOTOS
    assert len(review.state.answers) == 35
    assert review.state.answer == review.state.answers[0]


def test_a_category_begins_with_its_least_sure_answers(review: ReviewPresenter) -> None:
    review.open_category("hat")
    assert review.state.tab is Tab.PHOTOS
    shares = [answer.confidence for answer in review.state.answers]
    assert len(shares) == 5
    assert shares == sorted(shares)


def test_where_nothing_fits_no_photo_stays_on_show(desk: Desk, review: ReviewPresenter) -> None:
    desk.settle()
    assert review.state.photo is not None
    review.choose_answers(Selection(Verdict.RIGHT, true="shoe"))
    assert (review.state.answers, review.state.answer, review.state.photo) == ((), None, None)


def test_tensorboard_opens_once_and_ends_with_the_program(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    closed: list[str] = []
    server = SimpleNamespace(url="http://127.0.0.1:6006/", close=lambda: closed.append("closed"))
    monkeypatch.setattr(desk.library, "has_tensorboard", lambda _run: True)
    monkeypatch.setattr(desk.library, "serve_tensorboard", lambda *_: server)
    review = ReviewPresenter(desk.around, open_address=opened.append)
    review.refresh()
    desk.settle()
    for _ in range(2):
        review.open_tensorboard()
        desk.settle()
    assert opened == [server.url] * 2
    review.tensorboard.close()
    assert closed == ["closed"]


def test_a_run_without_logs_opens_nothing(desk: Desk, review: ReviewPresenter) -> None:
    assert not review.state.has_logs
    review.open_tensorboard()
    assert desk.notices == []


def test_looking_at_a_photo(desk: Desk, review: ReviewPresenter) -> None:
    second = review.state.answers[1]
    review.look_at(second.picture.key)
    desk.settle()
    assert review.state.answer == second
    assert review.state.photo is not None
    assert review.state.photo.pixels is not None
    review.look_at("no such photo")
    assert review.state.answer == second
