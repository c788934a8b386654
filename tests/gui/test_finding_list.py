"""The list of what was found: opened by mouse and keyboard, even where it is very long."""

import pytest

from product_gui.theme import colours
from product_gui.widgets.finding_list import FindingList, FindingRow
from product_gui.widgets.scroll_area import ScrollArea
from tests.gui.looks import texts
from tests.gui.stage import Stage

LONG = (
    "A wrong label teaches the model a mistake, and in the test it counts a right answer as wrong."
)


class Shown:
    """A list in a scroll area, and what was opened in it."""

    def __init__(self, stage: Stage, rows: int) -> None:
        self.opened: list[str] = []
        self.area = ScrollArea(stage.window, background=colours.SURFACE)
        self.area.pack(fill="both", expand=True)
        self.list = FindingList(
            self.area.content,
            on_open=self.opened.append,
            on_reveal=lambda top, bottom: self.area.show(self.list, (top, bottom)),
        )
        self.list.pack(fill="x")
        self.list.set_rows(
            [FindingRow(str(n), "warning", f"Kind {n}", f"{n}", LONG) for n in range(rows)]
        )
        stage.settle()

    @property
    def top(self) -> int:
        return self.list.winfo_rooty() - self.area.winfo_rooty()


@pytest.fixture
def many(stage: Stage) -> Shown:
    return Shown(stage, 30)


def test_a_click_opens_what_lies_under_it_and_moves_nothing(stage: Stage, many: Shown) -> None:
    x, y = many.list.winfo_rootx() + 100, many.list.winfo_rooty() + 68 * 2 + 30
    stage.hand.click((x, y))
    stage.pump(until=lambda: many.opened)
    stage.pump(0.1)
    assert (many.opened, many.top) == (["2"], 0)


def test_keys_walk_the_list_and_scroll_to_the_row(stage: Stage, many: Shown) -> None:
    many.list.focus_set()
    stage.press(*["Down"] * 20, "Return")
    assert many.opened == ["20"]
    assert many.top < -68 * 5
    stage.press(*["Up"] * 30, "space")
    assert many.opened[-1] == "0"
    assert many.top == 0


def test_sentences_take_two_lines_at_most(stage: Stage, many: Shown) -> None:
    many.list.set_rows([FindingRow("a", "error", "Title", "3", LONG * 5)])
    stage.settle()
    written = texts(many.list)
    assert written[:2] == ["3", "Title"]
    assert len(written) == 4
    assert written[-1].endswith("…")


def test_fewer_rows_keep_a_row_chosen(stage: Stage, many: Shown) -> None:
    many.list.focus_set()
    stage.press(*["Down"] * 9)
    many.list.set_rows(many.list.rows[:3])
    stage.press("Return")
    assert many.opened == ["2"]
