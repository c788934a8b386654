"""Buttons answer mouse and keyboard, show where the keyboard is, and say why they are off."""

from pathlib import Path

import pytest

from product_gui.theme import colours
from product_gui.widgets.button import Button
from product_gui.widgets.toolkit import Frame
from tests.gui.stage import Stage


@pytest.fixture
def pressed() -> list[str]:
    return []


def make(stage: Stage, pressed: list[str], name: str) -> Button:
    button = Button(stage.window, text=name, command=lambda: pressed.append(name))
    button.pack(padx=20, pady=20)
    stage.settle()
    return button


def test_a_click_presses(stage: Stage, pressed: list[str]) -> None:
    stage.click(make(stage, pressed, "Train"))
    assert pressed == ["Train"]


@pytest.mark.parametrize("key", ["space", "Return", "KP_Enter"])
def test_keys_press_the_button_that_has_the_keyboard(
    stage: Stage, pressed: list[str], key: str
) -> None:
    make(stage, pressed, "first")
    make(stage, pressed, "second").focus_set()
    stage.press(key)
    assert pressed == ["second"]


def test_tab_walks_from_button_to_button(stage: Stage, pressed: list[str]) -> None:
    for name in ("one", "two", "three"):
        make(stage, pressed, name)
    stage.press("Tab", "space", "Tab", "space", "Tab", "space", "shift+Tab", "space")
    assert pressed == ["one", "two", "three", "two"]


def test_the_ring_shows_and_moves_nothing(stage: Stage, pressed: list[str]) -> None:
    button = make(stage, pressed, "Train")
    before = (button.winfo_width(), button.winfo_height(), button.winfo_x())
    ring = button._canvas.itemcget("border_rectangle_1", "fill")
    button.focus_set()
    stage.settle()
    assert button._canvas.itemcget("border_rectangle_1", "fill") == colours.FOCUS[0] != ring
    assert (button.winfo_width(), button.winfo_height(), button.winfo_x()) == before


def test_a_disabled_button_does_nothing_and_says_why(stage: Stage, pressed: list[str]) -> None:
    button = make(stage, pressed, "Train")
    button.set_enabled(False, "Choose a folder first")
    stage.click(button)
    button.focus_set()
    stage.press("space")
    assert pressed == []
    assert button._tooltip.text == "Choose a folder first"
    button.set_enabled(True)
    stage.press("space")
    assert pressed == ["Train"]
    assert button._tooltip.text == ""


def test_the_reason_appears_under_the_pointer(
    stage: Stage, pressed: list[str], tmp_path: Path
) -> None:
    button = make(stage, pressed, "Train")
    button.set_enabled(False, "Choose a folder first")
    stage.hand.move(stage.middle(button))
    stage.pump(until=lambda: button._tooltip.is_shown, timeout=3)
    stage.hand.move((2, 990))
    stage.pump(until=lambda: not button._tooltip.is_shown, timeout=3)


def test_words_and_icon_can_change(stage: Stage, pressed: list[str]) -> None:
    button = make(stage, pressed, "Pause")
    button.set_icon("play")
    button.set_text("Go on")
    stage.settle()
    assert button.cget("text") == "Go on"
    stage.click(button)
    assert pressed == ["Pause"]


def test_a_click_draws_no_ring_but_the_next_key_does(stage: Stage, pressed: list[str]) -> None:
    button = make(stage, pressed, "Train")
    make(stage, pressed, "other")
    stage.click(button)
    assert button._canvas.itemcget("border_rectangle_1", "fill") == colours.WINDOW[0]
    stage.press("shift")
    assert button._canvas.itemcget("border_rectangle_1", "fill") == colours.FOCUS[0]
    stage.press("Tab", "shift+Tab")
    assert button._canvas.itemcget("border_rectangle_1", "fill") == colours.FOCUS[0]


def test_the_tooltip_goes_with_its_page(stage: Stage) -> None:
    page = Frame(stage.window)
    page.pack(fill="both", expand=True)
    button = Button(page, text="Cancel", command=print, tip="Nothing is kept.")
    button.pack(pady=80)
    stage.hand.move(stage.middle(button))
    stage.pump(until=lambda: button._tooltip.is_shown, timeout=3)
    page.pack_forget()
    stage.pump(until=lambda: not button._tooltip.is_shown, timeout=3)
