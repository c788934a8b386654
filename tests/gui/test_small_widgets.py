"""Choices, switches, fields, folds and bars: by mouse, by keyboard, and in all their states."""

import pytest

from product_gui.theme import colours
from product_gui.widgets.choice_cards import Choice, ChoiceCards
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.disclosure import Disclosure
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.fields import NumberField, OptionField, SwitchField, TextField
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.job_bar import JobBar, JobBarState
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.rail import Rail, RailEntry
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.select import Select
from product_gui.widgets.stat_tile import StatTile
from product_gui.widgets.switch import Switch
from product_gui.widgets.toolkit import Frame
from tests.gui.looks import text_box, texts
from tests.gui.stage import Stage

LONG = "Hand-painted porcelain tea cup with a saucer and a very long name that never ends"
RECIPES = [
    Choice("fast", "Fast", "Quick.", "bolt", "1 min"),
    Choice("best", "Best", "Slow.", "photo"),
    Choice("scratch", "From scratch", "Own.", "sprout"),
]


@pytest.fixture
def told() -> list[object]:
    return []


def test_cards_are_chosen_by_mouse_and_by_arrow_keys(stage: Stage, told: list[object]) -> None:
    cards = ChoiceCards(stage.window, RECIPES, value="fast", on_change=told.append)
    cards.pack(fill="x")
    stage.settle()
    stage.click(cards._cards["best"])
    assert cards.value == "best"
    stage.press("Right", "Right", "Left")
    assert told == ["best", "scratch", "fast", "scratch"]
    cards.set_value("best")
    assert told[-1] == "scratch"


def test_cards_that_are_off_keep_their_value(stage: Stage, told: list[object]) -> None:
    cards = ChoiceCards(stage.window, RECIPES, value="fast", on_change=told.append)
    cards.pack(fill="x")
    cards.set_enabled(False)
    stage.click(cards._cards["best"])
    assert (cards.value, told) == ("fast", [])


def test_tab_reaches_only_the_chosen_card(stage: Stage, told: list[object]) -> None:
    cards = ChoiceCards(stage.window, RECIPES, value="best", on_change=told.append)
    cards.pack(fill="x")
    stage.settle()
    stage.press("Tab", "Right")
    assert told == ["scratch"]


def test_segments_by_mouse_and_keys(stage: Stage, told: list[object]) -> None:
    words = [("l", "Light"), ("d", "Dark"), ("s", "System")]
    segmented = Segmented(stage.window, words, value="l", on_change=told.append)
    segmented.pack()
    stage.click(segmented)
    stage.press("Right", "Right")
    assert told == ["d", "s", "l"]
    assert texts(segmented) == ["Light", "Dark", "System"]


def test_a_switch_turns_by_click_and_space(stage: Stage, told: list[object]) -> None:
    switch = Switch(stage.window, text="Mirror photos", value=False, on_change=told.append)
    switch.pack(padx=20, pady=20)
    stage.click(switch)
    stage.press("space")
    switch.set_enabled(False)
    stage.click(switch)
    assert told == [True, False]
    assert switch.value is False


def test_a_select_is_worked_by_keyboard_alone(stage: Stage, told: list[object]) -> None:
    options = [("a", "MobileNet"), ("b", "ResNet"), ("c", "ConvNeXt")]
    select = Select(stage.window, options, value="a", on_change=told.append)
    select.pack(padx=20, pady=20)
    stage.settle()
    select.focus_set()
    stage.meanwhile(stage.hand.press, "space")
    stage.meanwhile(stage.hand.press, "Down", "Return")
    stage.pump(until=lambda: told)
    assert told == [select.value]
    assert select.value in {"b", "c"}
    stage.meanwhile(stage.hand.press, "Down")
    stage.meanwhile(stage.hand.press, "Escape")
    assert len(told) == 1


def test_a_number_field_takes_numbers_within_limits(stage: Stage, told: list[object]) -> None:
    field = NumberField(
        stage.window,
        label="Epochs",
        value=30,
        least=1,
        most=500,
        on_change=lambda: told.append(field.number),
        error_text=lambda least, most: f"{least} to {most}",
    )
    field.pack()
    stage.settle()
    field.focus_set()
    stage.write("12")
    assert (field.number, field.error) == (12, "")
    stage.press("Up", "Up", "Down")
    assert field.number == 13
    stage.press("ctrl+a")
    stage.write("0")
    assert (field.number, field.error) == (None, "1 to 500")
    stage.press("ctrl+a")
    stage.write("x")
    assert field.number is None
    field.set_number(7)
    assert (field.number, field.error, field.value()) == (7, "", "7")
    assert {12, None} <= set(told)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.001", 0.001), ("1e-4", 1e-4), ("0,5", 0.5), ("2", None), ("", None), ("nan", None)],
)
def test_fractions_are_read_as_people_write_them(
    stage: Stage, text: str, number: float | None
) -> None:
    field = NumberField(
        stage.window,
        label="Rate",
        value=0.5,
        least=1e-6,
        most=1,
        is_whole=False,
        error_text=lambda _least, _most: "no",
    )
    field.set_value(text)
    assert field.number == number


def test_fields_do_not_jump_when_an_error_comes(stage: Stage) -> None:
    made = [
        TextField(stage.window, label="Name", help_text=""),
        OptionField(stage.window, label="Net", options=[("a", "A")], value="a"),
        SwitchField(stage.window, label="Mirror", value=True),
    ]
    for field in made:
        field.pack(fill="x")
    stage.settle()
    before = [(field.winfo_y(), field.winfo_height()) for field in made]
    for field in made:
        field.set_error("This is not right: " + LONG)
    stage.settle()
    assert [(field.winfo_y(), field.winfo_height()) for field in made] == before
    assert all(field.error for field in made)


def test_fields_give_back_what_was_put_in(stage: Stage, told: list[object]) -> None:
    option = OptionField(stage.window, label="Net", options=[("a", "A"), ("b", "B")], value="a")
    option.set_value("b")
    assert option.value() == "b"
    option.set_options([("c", "C")], "c")
    assert option.value() == "c"
    switch = SwitchField(stage.window, label="Mirror", value=True, on_change=lambda: told.append(1))
    switch.set_value(False)
    assert (switch.value(), told) == (False, [])
    text = TextField(stage.window, label="Name", value=" cup ")
    assert text.value() == "cup"


def test_a_field_that_is_off_takes_values_but_no_keys(stage: Stage, told: list[object]) -> None:
    field = TextField(
        stage.window, label="Name", value="cup", on_change=lambda: told.append(field.value())
    )
    field.pack()
    field.set_enabled(False)
    field.set_value("mug")
    stage.settle()
    field.focus_set()
    stage.write("x")
    assert (field.value(), told) == ("mug", [])
    field.set_enabled(True)
    field.focus_set()
    stage.write("y")
    assert (field.value(), told) == ("y", ["y"])


def test_a_selection_goes_with_the_keyboard(stage: Stage) -> None:
    first, second = (TextField(stage.window, label=name, value=name) for name in ("one", "two"))
    first.pack()
    second.pack()
    stage.settle()
    first.focus_set()
    stage.settle()
    assert first._entry._entry.selection_present()
    stage.press("Tab")
    assert not first._entry._entry.selection_present()


def test_a_fold_fills_itself_once_when_first_opened(stage: Stage) -> None:
    filled: list[Frame] = []
    fold = Disclosure(stage.window, title="Advanced", on_first_open=filled.append)
    fold.pack(fill="x")
    stage.settle()
    assert (filled, fold.is_open) == ([], False)
    fold._head.focus_set()
    stage.press("space")
    assert (filled, fold.is_open, bool(fold.body.winfo_ismapped())) == ([fold.body], True, True)
    stage.click(fold._head)
    stage.click(fold._head)
    assert filled == [fold.body]


def test_the_class_list_shows_counts_and_what_lacks(stage: Stage, told: list[object]) -> None:
    listing = ClassList(stage.window, on_select=told.append)
    listing.pack(fill="x", padx=20)
    listing.set_counts(
        [ClassCount("Cup", 1204), ClassCount("Hat", 3, "needs 7 more"), ClassCount(LONG, 0)]
    )
    stage.settle()
    shown = texts(listing)
    assert {"Cup", "1,204", "Hat", "3", "needs 7 more", "0"} <= set(shown)
    listing.focus_set()
    stage.press("Down", "Down")
    assert (told, listing.selected) == (["Cup", "Hat"], "Hat")


def test_a_job_bar_keeps_its_height_in_every_state(stage: Stage) -> None:
    clicked: list[str] = []
    bar = JobBar(
        stage.window,
        on_pause=lambda: clicked.append("pause"),
        on_stop=lambda: clicked.append("stop"),
        on_cancel=lambda: clicked.append("cancel"),
    )
    bar.pack(side="bottom", fill="x")
    heights = set()
    busy = JobBarState(
        "Training", LONG, 0.4, "1 min", "Pause", False, "Stop and keep", "Cancel and discard"
    )
    for state in (None, busy, JobBarState("Exporting"), None, busy):
        bar.render(state)
        stage.settle()
        heights.add(bar.winfo_height())
    assert len(heights) == 1
    for button in (bar.pause_button, bar.stop_button, bar.cancel_button):
        stage.click(button)
    assert clicked == ["pause", "stop", "cancel"]


def test_buttons_of_an_ending_job_are_off(stage: Stage) -> None:
    bar = JobBar(stage.window, on_pause=print, on_stop=print, on_cancel=print)
    bar.render(JobBarState("Stopping", stop_text="Stop and keep", is_ending=True))
    assert not bar.stop_button.is_enabled


def test_the_rail_chooses_pages_by_click_and_keys(stage: Stage, told: list[object]) -> None:
    entries = [RailEntry("classify", "Classify", "photo"), RailEntry("train", "Train", "train")]
    rail = Rail(stage.window, entries, on_choose=told.append)
    rail.pack(side="left", fill="y")
    rail.set_current("classify")
    stage.settle()
    stage.click(rail.items["train"])
    rail.items["classify"].focus_set()
    stage.press("Down", "Return", "Down", "space")
    assert told == ["train", "train", "classify"]
    rail.set_badge("train", is_busy=True)
    stage.settle()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 1.0, None])
def test_progress_is_drawn_for_every_share(stage: Stage, share: float | None) -> None:
    bar = ProgressBar(stage.window)
    bar.pack(fill="x")
    bar.set_share(share)
    stage.pump(0.1)
    fill = colours.ACCENT_BAR[0]
    drawn = [
        bar.canvas.bbox(item)
        for item in bar.canvas.find_all()
        if bar.canvas.type(item) == "rectangle" and bar.canvas.itemcget(item, "fill") == fill
    ]
    widest = max((box[2] for box in drawn), default=0)
    if share == 0:
        assert drawn == []
    elif share is not None:
        assert widest == pytest.approx(max(4, share * bar.canvas.winfo_width()), abs=6)


def test_progress_without_end_rests_while_hidden(stage: Stage) -> None:
    bar = ProgressBar(stage.window)
    bar.pack(fill="x")
    bar.set_share(None)
    stage.pump(0.2)
    moved = bar._position
    assert moved > 0
    bar.pack_forget()
    stage.pump(0.15)
    still = bar._position
    stage.pump(0.15)
    assert bar._position == still
    bar.set_share(1.0)


def test_a_headline_keeps_its_height(stage: Stage) -> None:
    headline = Headline(stage.window)
    headline.pack(fill="x")
    heights = set()
    for state in (
        HeadlineState(""),
        HeadlineState("Cup", "Sure", "93 %", "success"),
        HeadlineState(LONG, "Not sure", "", "warning"),
        HeadlineState("?"),
    ):
        headline.render(state)
        stage.settle()
        heights.add(headline.winfo_height())
    assert len(heights) == 1


def test_a_tile_and_a_header_cut_what_is_too_long(stage: Stage) -> None:
    tile = StatTile(stage.window, title="Test accuracy")
    tile.pack(anchor="w")
    tile.render("87 %", LONG)
    header = PageHeader(stage.window, title=LONG * 3)
    header.pack(fill="x")
    header.set_state_line("/home/ada/" + LONG * 4 + "/photos", "warning")
    stage.settle()
    state_line = texts(header._state)[0]
    assert (state_line[:9], state_line[-7:]) == ("/home/ada", "/photos")
    assert "…" in state_line


@pytest.mark.parametrize("where", ["end", "middle"])
def test_a_line_is_cut_to_its_width_and_tells_the_rest(stage: Stage, where: str) -> None:
    line = ElidedLine(stage.window, LONG, where=where)
    line.pack()
    line.configure(width=160)
    stage.settle()
    left, _, right, _ = text_box(line, texts(line)[0])
    assert 120 < right - left <= 162
    assert line._tooltip.text == LONG
    line.configure(width=1000)
    stage.settle()
    assert (texts(line), line._tooltip.text) == ([LONG], "")


def fill(area: ScrollArea) -> list[Switch]:
    switches = [Switch(area.content, text=str(i), value=False, on_change=print) for i in range(60)]
    for switch in switches:
        switch.pack(fill="x")
    return switches


def first_seen(area: ScrollArea) -> float:
    return float(area._canvas.yview()[0])


def test_the_wheel_scrolls_what_lies_under_the_pointer(stage: Stage) -> None:
    area = ScrollArea(stage.window)
    area.pack(fill="both", expand=True)
    fill(area)
    middle = stage.middle(area)
    stage.hand.wheel(middle, 5)
    stage.pump(until=lambda: first_seen(area) > 0)
    stage.hand.wheel(middle, -9)
    stage.pump(until=lambda: first_seen(area) == 0)


def test_the_view_follows_the_keyboard(stage: Stage) -> None:
    area = ScrollArea(stage.window)
    area.pack(fill="both", expand=True)
    switches = fill(area)
    stage.settle()
    switches[50].focus_set()
    stage.pump(until=lambda: first_seen(area) > 0)
    top = switches[50].winfo_rooty() - area.winfo_rooty()
    assert 0 <= top < area.winfo_height()


def test_what_fits_does_not_scroll(stage: Stage) -> None:
    area = ScrollArea(stage.window)
    area.pack(fill="both", expand=True)
    Switch(area.content, text="alone", value=False, on_change=print).pack()
    stage.hand.wheel(stage.middle(area), 3)
    stage.pump(0.2)
    assert first_seen(area) == 0


def test_an_empty_page_names_the_next_step(stage: Stage, told: list[object]) -> None:
    empty = EmptyState(
        stage.window,
        icon="cube",
        title="No model yet",
        text=LONG,
        button_text="Train one",
        command=lambda: told.append("train"),
    )
    empty.pack(fill="both", expand=True)
    stage.settle()
    assert empty.button is not None
    stage.click(empty.button)
    assert told == ["train"]
