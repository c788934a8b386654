"""The table: thousands of rows, sorting, selection, cut texts, thumbnails, themes."""

import time
from tkinter import ttk

import pytest
from PIL import Image

from product_gui.theme import appearance, colours
from product_gui.widgets.table import Column, Row, Table
from tests.gui.stage import Stage

COLUMNS = [
    Column("file", "File", 200, stretch=True),
    Column("category", "Category", 160),
    Column("confidence", "Confidence", 120, "e"),
]
LONG = "Hand-painted porcelain tea cup with a saucer and a very long name that never ends" * 2


def row(number: int, category: str = "Cup", confidence: float | None = None) -> Row:
    share = number / 100 if confidence is None else confidence
    return Row(str(number), (f"{number}.jpg", category, f"{share:.0%}"), (number, category, share))


def make(stage: Stage, rows: list[Row], **options: object) -> Table:
    table = Table(stage.window, COLUMNS, **options)
    table.pack(fill="both", expand=True)
    table.set_rows(rows)
    stage.settle()
    return table


def test_clicking_a_heading_sorts_by_value_not_by_text(stage: Stage) -> None:
    table = make(stage, [row(9), row(10), row(100), row(1)])
    x = table.tree.winfo_rootx() + 40
    y = table.tree.winfo_rooty() + 16
    stage.hand.click((x, y))
    stage.pump(until=lambda: table.row_keys == ["1", "9", "10", "100"])
    assert "▲" in table.tree.heading("file", "text")
    stage.hand.click((x, y))
    stage.pump(until=lambda: table.row_keys == ["100", "10", "9", "1"])
    assert "▼" in table.tree.heading("file", "text")


def test_what_has_no_value_comes_last_in_both_directions(stage: Stage) -> None:
    unknown = Row("x", ("x.jpg", "", "–"), (3, "", None))
    table = make(stage, [unknown, row(1), row(2)])
    table.sort_by("confidence")
    assert table.row_keys == ["1", "2", "x"]
    table.sort_by("confidence", descending=True)
    assert table.row_keys == ["2", "1", "x"]


def test_texts_order_rows_that_have_no_values(stage: Stage) -> None:
    rows = [Row(name, (name, "", "")) for name in ("b", "C", "a")]
    table = make(stage, rows)
    table.sort_by("file")
    assert table.row_keys == ["a", "b", "C"]


def test_sorting_works_by_keyboard(stage: Stage) -> None:
    table = make(stage, [row(1, "B"), row(2, "A")])
    table.focus_set()
    stage.press("alt+Right")
    assert table.row_keys == ["1", "2"]
    stage.press("alt+Right")
    assert table.row_keys == ["2", "1"]
    stage.press("alt+Down")
    assert table.row_keys == ["1", "2"]


def test_appended_rows_find_their_place(stage: Stage) -> None:
    table = make(stage, [row(1), row(5)])
    table.sort_by("file")
    table.append_rows([row(3)])
    assert table.row_keys == ["1", "3", "5"]


def test_keys_select_and_return_opens(stage: Stage) -> None:
    selected: list[list[str]] = []
    opened: list[str] = []
    table = make(stage, [row(1), row(2), row(3)], on_select=selected.append, on_open=opened.append)
    table.focus_set()
    stage.press("Down", "Return")
    assert selected == [["2"]]
    assert opened == ["2"]
    table.select(["3"])
    stage.settle()
    assert table.selection == ["3"]


def test_many_rows_can_be_selected_where_that_is_wanted(stage: Stage) -> None:
    table = make(stage, [row(i) for i in range(9)], can_select_many=True)
    table.select(["1", "4"])
    assert table.selection == ["1", "4"]


def test_a_row_can_change_and_keeps_place_and_selection(stage: Stage) -> None:
    table = make(stage, [row(1), row(2)])
    table.select(["1"])
    table.update_row(Row("1", ("1.jpg", "Teapot", "40%"), tone="warning"))
    stage.settle()
    assert table.tree.item("1", "values")[1] == "Teapot"
    assert (table.row_keys, table.selection) == (["1", "2"], ["1"])


def test_texts_are_cut_to_their_column_and_told_under_the_pointer(stage: Stage) -> None:
    table = make(stage, [Row("a", (LONG, "Cup", "3 %")), Row("b", ("b", "Cup", "3 %"))])
    shown = table.tree.item("a", "values")[0]
    assert shown.endswith("…")
    box = table.tree.bbox("a", "file")
    stage.hand.move((table.tree.winfo_rootx() + 30, table.tree.winfo_rooty() + box[1] + 10))
    stage.pump(until=lambda: table._tooltip.text == LONG)
    stage.window.geometry("600x400")
    stage.pump(until=lambda: len(table.tree.item("a", "values")[0]) < len(shown))


def test_thumbnails_are_asked_for_when_in_sight(stage: Stage) -> None:
    needed: list[list[str]] = []
    table = make(stage, [row(i) for i in range(400)], on_need=needed.append)
    stage.pump(until=lambda: needed)
    assert 3 < len(needed[0]) < 40
    for key in needed[0]:
        table.set_thumbnail(key, Image.new("RGB", (300, 200), "#C83232"))
    table.set_thumbnail("of another table", Image.new("RGB", (3, 3)))
    stage.settle()
    assert table.tree.item(needed[0][0], "image")
    table.tree.yview_moveto(0.5)
    stage.pump(until=lambda: len(needed) > 1)
    assert set(needed[1]).isdisjoint(needed[0])


def test_thousands_of_rows_come_and_sort_quickly(stage: Stage) -> None:
    table = make(stage, [])
    rows = [row(i * 7919 % 20_000) for i in range(5_000)]
    begun = time.process_time()
    table.set_rows(rows)
    stage.settle()
    filled = time.process_time() - begun
    begun = time.process_time()
    table.sort_by("file")
    stage.settle()
    assert filled < 0.5
    assert time.process_time() - begun < 0.3
    assert table.row_keys[0] == "0"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_table_wears_the_theme(stage: Stage, mode: appearance.Mode) -> None:
    table = make(stage, [row(1)])
    appearance.set_mode(mode)
    stage.settle()
    style = ttk.Style(stage.window)
    theme = int(mode == "dark")
    name = str(table.tree.cget("style"))
    assert style.lookup(name, "background") == colours.SURFACE[theme]
    assert style.lookup(name, "foreground") == colours.TEXT[theme]
    assert str(table.tree.tag_configure("error", "foreground")) == colours.ERROR[theme]
    appearance.set_mode("light")


def test_the_ring_tells_where_the_keyboard_is(stage: Stage) -> None:
    table = make(stage, [row(1)])
    table.focus_set()
    stage.settle()
    assert table.cget("border_color") == colours.FOCUS
    stage.window.focus_set()
    stage.settle()
    assert table.cget("border_color") == colours.SURFACE
