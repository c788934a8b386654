"""A menu at a place of the screen, in the theme's colours."""

import tkinter as tk
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from product_gui.theme import appearance, colours, fonts
from product_gui.widgets.toolkit import Callback

_ROWS = 24
"""A longer list goes on beside itself: not every system lets a menu scroll."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line; ``children`` open beside it. A line is drawn above a ``separated`` one."""

    text: str
    command: Callback | None = None
    shortcut: str = ""
    is_enabled: bool = True
    children: tuple["MenuEntry", ...] = ()
    separated: bool = False


def popup(widget: tk.Misc, entries: Sequence[MenuEntry], place: tuple[int, int]) -> tk.Menu:
    """Open a menu; it closes by itself, and goes with the widget."""
    menu = _menu(widget, entries)
    menu.tk_popup(*place)
    menu.grab_release()
    return menu


def themed_menu(master: tk.Misc) -> tk.Menu:
    """An empty menu in the theme's colours."""
    look = appearance.resolve
    return tk.Menu(
        master,
        tearoff=False,
        background=look(colours.RAISED),
        foreground=look(colours.TEXT),
        activebackground=look(colours.ACCENT_SOFT),
        activeforeground=look(colours.TEXT),
        disabledforeground=look(colours.DISABLED),
        font=fonts.scaled(fonts.BODY, 1.0),
        borderwidth=1,
        activeborderwidth=4,
        relief="flat",
    )


def _menu(master: tk.Misc, entries: Sequence[MenuEntry]) -> tk.Menu:
    menu = themed_menu(master)
    for place, entry in enumerate(entries):
        if entry.separated:
            menu.add_separator()
        is_next_column = place > 0 and place % _ROWS == 0
        if entry.children:
            menu.add_cascade(
                label=f" {entry.text} ",
                menu=_menu(menu, entry.children),
                state=_state(entry),
                columnbreak=is_next_column,
            )
        else:
            menu.add_command(
                label=f" {entry.text} ",
                accelerator=entry.shortcut,
                command=entry.command or (lambda: None),
                state=_state(entry),
                columnbreak=is_next_column,
            )
    return menu


def _state(entry: MenuEntry) -> Literal["normal", "disabled"]:
    return "normal" if entry.is_enabled else "disabled"
