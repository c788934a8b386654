"""The menu button at the foot of the rail, and the keys: both made from the table of actions."""

import sys
import tkinter as tk
from collections.abc import Callable, Sequence

from product_gui.actions import Action, Situation
from product_gui.text import window as words
from product_gui.widgets.button import Button
from product_gui.widgets.popup import themed_menu

_TEXT_CLASSES = ("Entry", "Text", "TEntry", "TCombobox", "Spinbox")
_NAMES = {",": "comma"}


class Menu:
    """Drops up from its button; what is not possible just now is grey and says why."""

    def __init__(
        self,
        master: tk.Misc,
        actions: Sequence[Action],
        situation: Callable[[], Situation],
    ) -> None:
        self._actions, self._situation = actions, situation
        self.button = Button(
            master, text=words.MENU, command=self.show, kind="quiet", icon="more", small=True
        )
        self._menu: tk.Menu | None = None

    def show(self) -> None:
        """Open the menu."""
        if self._menu is not None:
            self._menu.destroy()
        self._menu = _menu(self.button, self._actions, self._situation())
        x = self.button.winfo_rootx() + self.button.winfo_width()
        y = self.button.winfo_rooty() + self.button.winfo_height()
        self._menu.update_idletasks()
        self._menu.tk_popup(x + 4, y - self._menu.winfo_reqheight())


def _menu(master: tk.Misc, actions: Sequence[Action], now: Situation) -> tk.Menu:
    menu = themed_menu(master)
    for action in actions:
        if action.separated:
            menu.add_separator()
        reason = action.available(now)
        menu.add_command(
            label=f"{action.title}   ({reason})" if reason else action.title,
            accelerator=action.shortcut,
            command=action.run,
            state="disabled" if reason else "normal",
        )
    return menu


def bind_keys(
    window: tk.Misc,
    actions: Sequence[Action],
    situation: Callable[[], Situation],
    *,
    say: Callable[[str], None],
) -> None:
    """Let each shortcut run its action, or ``say`` why it cannot."""
    for action in actions:
        for sequence in sequences(action.shortcut):
            window.bind(sequence, _runner(action, situation, say), add=True)


def sequences(shortcut: str) -> list[str]:
    """Tk's names for a shortcut, with capital letters too, as Caps Lock gives them."""
    if not shortcut:
        return []
    *modifiers, key = shortcut.split("+")
    control = "Command" if sys.platform == "darwin" else "Control"
    held = [{"Ctrl": control}.get(modifier, modifier) for modifier in modifiers]
    keys = {key.lower(), key.upper()} if key.isalpha() and len(key) == 1 else {key}
    if "Shift" in held:
        keys = {key.upper()}
    names = (_NAMES.get(key, f"Key-{key}" if len(key) == 1 else key) for key in sorted(keys))
    return ["<" + "-".join([*held, name]) + ">" for name in names]


def _runner(
    action: Action, situation: Callable[[], Situation], say: Callable[[str], None]
) -> Callable[["tk.Event[tk.Misc]"], str | None]:
    def run(event: "tk.Event[tk.Misc]") -> str | None:
        if action.id == "paste" and _is_text(event.widget):
            return None  # A text field pastes for itself.
        reason = action.available(situation())
        if reason:
            say(reason)
        else:
            action.run()
        return "break"

    return run


def _is_text(widget: object) -> bool:
    return isinstance(widget, tk.Misc) and widget.winfo_class() in _TEXT_CLASSES
