"""Banners, toasts and dialogs: shown, answered, and gone without a trace."""

import pytest

from product_gui.widgets.banner import Banner, BannerMessage, BannerWords
from product_gui.widgets.button import Button
from product_gui.widgets.dialog import Answer, Dialog, ask
from product_gui.widgets.fields import TextField
from product_gui.widgets.toast import Toaster
from tests.gui.stage import Stage

WORDS = BannerWords("Copy details", "Copied", "Show list", "Hide list", "Close")
ANSWERS = (
    Answer("stay", "Go on", "quiet", is_escape=True),
    Answer("discard", "Discard", "danger"),
    Answer("keep", "Keep", "primary", is_default=True),
)


def buttons(banner: Banner) -> dict[str, Button]:
    found = [child for child in banner._buttons.winfo_children() if isinstance(child, Button)]
    return {str(button.cget("text")): button for button in found}


def test_a_banner_copies_its_details(stage: Stage) -> None:
    banner = Banner(stage.window, words=WORDS)
    banner.show(BannerMessage("cup.jpg ends too early.", "error", details="the whole story"))
    stage.settle()
    stage.click(buttons(banner)["Copy details"])
    assert stage.window.clipboard_get() == "the whole story"
    assert "Copied" in buttons(banner)


def test_a_banner_lists_what_was_passed_over(stage: Stage) -> None:
    banner = Banner(stage.window, words=WORDS)
    banner.show(BannerMessage("2 photos were passed over.", "warning", items=("a.jpg", "b.jpg")))
    stage.settle()
    low = banner.winfo_height()
    stage.click(buttons(banner)["Show list"])
    stage.settle()
    assert banner._list.lines == ["a.jpg", "b.jpg"]
    assert banner.winfo_height() > low
    stage.click(buttons(banner)["Hide list"])
    stage.settle()
    assert banner.winfo_height() == low


def test_a_banner_acts_closes_and_shows_the_next_one(stage: Stage) -> None:
    acted: list[str] = []
    banner = Banner(
        stage.window,
        words=WORDS,
        on_action=lambda: acted.append("act"),
        on_close=lambda: acted.append("close"),
    )
    banner.show(BannerMessage("No weights.", "error", action_text="Choose a file…"))
    stage.click(buttons(banner)["Choose a file…"])
    stage.click(buttons(banner)[""])
    assert acted == ["act", "close"]
    assert not banner.winfo_ismapped()
    banner.show(BannerMessage("Saved.", "success", can_close=False))
    stage.settle()
    assert banner.winfo_ismapped()
    assert buttons(banner) == {}


def test_a_long_message_wraps_within_the_window(stage: Stage) -> None:
    banner = Banner(stage.window, words=WORDS)
    banner.show(BannerMessage("A sentence that goes on. " * 30, "info", details="x"))
    stage.settle()
    assert banner.winfo_width() <= stage.window.winfo_width()
    assert banner.winfo_height() > 60
    copy = buttons(banner)["Copy details"]
    right_edge = stage.window.winfo_rootx() + stage.window.winfo_width()
    assert copy.winfo_rootx() + copy.winfo_width() <= right_edge


def test_a_toast_goes_by_itself_and_gives_way_to_the_next(stage: Stage) -> None:
    toaster = Toaster(stage.window)
    toaster.show("Saved", seconds=60)
    toaster.show("Moved to the trash", seconds=0.15)
    stage.settle()
    assert len(stage.window.place_slaves()) == 1
    stage.pump(until=lambda: not stage.window.place_slaves())


def test_a_toast_can_undo(stage: Stage) -> None:
    undone: list[int] = []
    toaster = Toaster(stage.window)
    toaster.show("Deleted", action_text="Undo", on_action=lambda: undone.append(1), seconds=60)
    stage.settle()
    (toast,) = stage.window.place_slaves()
    stage.click(next(child for child in toast.winfo_children() if isinstance(child, Button)))
    stage.settle()
    assert undone == [1]
    assert stage.window.place_slaves() == []


def answered_by(stage: Stage, act: object) -> object:
    """Ask, and let ``act`` run once the dialog is on the screen."""

    def when_shown() -> None:
        opened = [top for top in stage.window.winfo_children() if isinstance(top, Dialog)]
        if opened and opened[0].winfo_viewable():
            act(opened[0])  # type: ignore[operator]
        else:
            stage.window.after(20, when_shown)

    stage.window.after(20, when_shown)
    return ask(stage.window, title="Training is running", text="Keep it?", answers=ANSWERS)


@pytest.mark.parametrize(("key", "value"), [("<Return>", "keep"), ("<Escape>", "stay")])
def test_return_and_escape_answer(stage: Stage, key: str, value: str) -> None:
    def press(dialog: Dialog) -> None:
        dialog.event_generate(key)

    assert answered_by(stage, press) == value


def test_a_real_key_press_reaches_the_default_button(stage: Stage) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:

        def press(_dialog: Dialog) -> None:
            pool.submit(stage.hand.press, "Return")

        assert answered_by(stage, press) == "keep"


@pytest.mark.parametrize("value", ["stay", "discard", "keep"])
def test_every_button_answers(stage: Stage, value: str) -> None:
    def press(dialog: Dialog) -> None:
        dialog.answer_buttons[value].invoke()

    assert answered_by(stage, press) == value


def test_closing_the_window_is_escape(stage: Stage) -> None:
    assert answered_by(stage, lambda dialog: dialog.escape()) == "stay"


def test_the_window_lives_on_while_a_dialog_waits(stage: Stage) -> None:
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        if len(beats) < 10:
            stage.window.after(10, beat)

    def later(dialog: Dialog) -> None:
        beat()
        dialog.after(300, dialog.escape)

    answered_by(stage, later)
    assert len(beats) == 10


class NameDialog(Dialog):
    """Takes a name that is not empty."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.window, title="Rename", answers=ANSWERS)
        self.field = TextField(self.body, label="Name", value="")
        self.field.pack(fill="x")

    def accept(self, value: object) -> tuple[object, str]:
        name = self.field.value()
        return (name, "") if name else (None, "A name is needed.")


def test_an_error_stays_in_the_dialog_until_it_is_mended(stage: Stage) -> None:
    dialog = NameDialog(stage)
    seen: list[str] = []

    def act() -> None:
        dialog.answer("keep")
        seen.append(str(dialog._error.cget("text")))
        dialog.field.set_value("teapots")
        dialog.answer("keep")

    dialog.after(200, act)
    assert dialog.ask() == "teapots"
    assert seen == ["A name is needed."]


def test_the_main_window_gets_no_clicks_meanwhile(stage: Stage) -> None:
    pressed: list[int] = []
    button = Button(stage.window, text="Train", command=lambda: pressed.append(1))
    button.place(x=5, y=5)
    at = stage.middle(button)

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:

        def click_behind(dialog: Dialog) -> None:
            pool.submit(stage.hand.click, at)
            dialog.after(400, dialog.escape)

        answered_by(stage, click_behind)
    assert pressed == []
