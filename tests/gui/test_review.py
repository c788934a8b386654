"""The Review page under a hand: every cell, row and mix-up leads to exactly its photos."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.evaluation.evaluate import Answer, Evaluation
from product_gui.presenters.review import ReviewPresenter, Tab
from product_gui.views.review import ReviewPage
from tests.core.presenter_desk import NAMES, Desk, run
from tests.gui.stage import Stage

CONFUSION = np.array([[9, 4, 0], [1, 7, 0], [0, 2, 5]])


def answers(folder: Path) -> Evaluation:
    """Photos for every cell of the matrix above."""
    path = folder / "mug.jpg"
    Image.new("RGB", (40, 30), "#3264C8").save(path)
    found = [
        Answer(path, true, given, 0.9 - 0.01 * number, index=100 * true + 10 * given + number)
        for (true, given), photos in np.ndenumerate(CONFUSION)
        for number in range(photos)
    ]
    return Evaluation.from_answers(NAMES, found)


@pytest.fixture
def page(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[ReviewPage, ReviewPresenter]]:
    desk = Desk(tmp_path)
    desk.library.runs = [run(tmp_path / "a", "clothing")]
    monkeypatch.setattr(desk.library, "load_evaluation", lambda _run: answers(tmp_path))
    presenter = ReviewPresenter(desk.around)
    page = ReviewPage(stage.window, presenter, on_train=lambda: None)
    page.pack(fill="both", expand=True)
    page.set_shown(True)
    desk.settle()
    page.render(presenter.state)
    stage.pump(until=lambda: page._overview.matrix.figure._figure is not None, timeout=30)
    yield page, presenter
    page.destroy()
    desk.runner.close()
    desk.settle()


def cell(page: ReviewPage, true: int, given: int) -> tuple[int, int]:
    """The middle of a cell on the screen."""
    figure = page._overview.matrix.figure
    drawn = figure._figure
    assert drawn is not None
    x, y = drawn.axes[0].transData.transform((given, true))
    margin = (figure.canvas_size[1] - figure._size()[1]) // 2
    left, top = figure.canvas.winfo_rootx(), figure.canvas.winfo_rooty()
    return round(left + margin + x), round(top + margin + figure._size()[1] - y)


@pytest.mark.parametrize(("true", "given"), [(0, 1), (1, 1), (2, 1)])
def test_a_click_on_a_cell_shows_its_photos(
    stage: Stage, page: tuple[ReviewPage, ReviewPresenter], true: int, given: int
) -> None:
    view, presenter = page
    stage.hand.click(cell(view, true, given))
    stage.pump(until=lambda: presenter.state.tab is Tab.PHOTOS)
    stage.pump(0.2)
    shown = presenter.state.answers
    assert {(answer.true, answer.given) for answer in shown} == {(NAMES[true], NAMES[given])}
    assert len(shown) == CONFUSION[true, given]
    assert [photo.key for photo in view._photos.grid_of_photos.photos] == [
        answer.picture.key for answer in shown
    ]
    assert view._photos.choice.true.value == NAMES[true]
    assert view._photos.choice.given.value == NAMES[given]


def test_cells_open_their_photos_in_the_other_order_too(
    stage: Stage, page: tuple[ReviewPage, ReviewPresenter]
) -> None:
    view, presenter = page
    matrix = view._overview.matrix
    matrix.order._choose(1)
    matrix._order = [2, 0, 1]
    stage.pump(0.5)
    stage.hand.click(cell(view, 0, 2))
    stage.pump(until=lambda: presenter.state.tab is Tab.PHOTOS)
    assert (presenter.state.selection.true, presenter.state.selection.given) == ("shoe", "mug")
    assert len(presenter.state.answers) == 2


def test_the_pointer_says_what_is_in_a_cell(
    stage: Stage, page: tuple[ReviewPage, ReviewPresenter]
) -> None:
    view, _ = page
    figure = view._overview.matrix.figure
    stage.hand.move(cell(view, 0, 1))
    stage.pump(until=lambda: figure._tooltip.text)
    assert figure._tooltip.text == "hat, taken for mug: 4 photos"
    stage.hand.move(cell(view, 2, 2))
    stage.pump(until=lambda: figure._tooltip.text == "shoe: 5 photos right")


def test_the_most_frequent_mix_up_opens(
    stage: Stage, page: tuple[ReviewPage, ReviewPresenter]
) -> None:
    view, presenter = page
    names = [count.name for count in view._overview.mix_ups.list.counts]
    assert names[0] == "hat → mug"
    mix_ups = view._overview.mix_ups.list
    stage.settle()
    stage.hand.click((mix_ups.winfo_rootx() + 40, mix_ups.winfo_rooty() + 12))
    stage.pump(until=lambda: presenter.state.tab is Tab.PHOTOS)
    assert {answer.true for answer in presenter.state.answers} == {"hat"}


def test_return_opens_a_category(stage: Stage, page: tuple[ReviewPage, ReviewPresenter]) -> None:
    view, presenter = page
    presenter.choose_tab(Tab.CATEGORIES)
    view.render(presenter.state)
    stage.pump(0.3)
    table = view._categories.table
    table.sort_by("recall")
    assert table.row_keys[0] == "0", "hats are found least often"
    stage.click(table.tree)
    table.select(["0"])
    stage.press("Return")
    stage.pump(until=lambda: presenter.state.tab is Tab.PHOTOS)
    assert {answer.true for answer in presenter.state.answers} == {"hat"}
    shares = [answer.confidence for answer in presenter.state.answers]
    assert shares == sorted(shares)


def test_right_answers_on_request(stage: Stage, page: tuple[ReviewPage, ReviewPresenter]) -> None:
    view, presenter = page
    presenter.choose_tab(Tab.PHOTOS)
    view.render(presenter.state)
    stage.pump(0.3)
    choice = view._photos.choice.verdict
    stage.hand.click(stage.middle(choice))
    stage.pump(until=lambda: presenter.state.selection.verdict == "right")
    assert len(presenter.state.answers) == np.trace(CONFUSION)


def test_all_parts_can_be_seen(stage: Stage, page: tuple[ReviewPage, ReviewPresenter]) -> None:
    view, presenter = page
    for tab in Tab:
        presenter.choose_tab(tab)
        view.render(presenter.state)
        stage.pump(0.2)
        part = view._parts[tab]
        assert part.winfo_viewable()
        assert part.winfo_height() > 300
        assert sum(bool(other.winfo_viewable()) for other in view._parts.values()) == 1
