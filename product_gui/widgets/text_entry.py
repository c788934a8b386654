"""One line of text to type, whose selection wears our colours and goes with the keyboard."""

from typing import Any

from product_gui.theme import colours
from product_gui.widgets.toolkit import Entry


class TextEntry(Entry):
    """customtkinter's entry, mended: Ctrl+A selects all, as everywhere but in plain X11."""

    def __init__(self, master: Any, **options: Any) -> None:
        super().__init__(master, **options)
        self.bind("<FocusOut>", lambda _event: self.select_clear())
        for key in ("<Control-a>", "<Control-A>"):
            self.bind(key, self._select_all)

    def _draw(self, no_color_updates: bool = False) -> None:
        super()._draw(no_color_updates)
        self._entry.configure(
            selectbackground=self._apply_appearance_mode(colours.ACCENT_SOFT),
            selectforeground=self._apply_appearance_mode(colours.TEXT),
        )

    def _select_all(self, _event: object) -> str:
        self.select_range(0, "end")
        return "break"
