"""A choice of one among several in a menu that opens below."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted


class Select(Painted):
    """``options`` are (key, words). A click, Space, Return or Down opens the menu."""

    def __init__(
        self,
        master: tk.Misc,
        options: Sequence[tuple[str, str]],
        *,
        value: str,
        on_change: Callable[[str], None],
        width: int = 240,
    ) -> None:
        self._words = dict(options)
        self._value, self._on_change = value, on_change
        self._menu: tk.Menu | None = None
        super().__init__(
            master,
            width=width,
            height=metrics.CONTROL_HEIGHT_SMALL,
            takes_focus=True,
            follows_pointer=True,
        )
        self.canvas.configure(cursor="hand2")
        for sequence in ("<Button-1>", "<space>", "<Return>", "<Down>"):
            self.canvas.bind(sequence, lambda _event: self._open(), add=True)

    @property
    def value(self) -> str:
        """The key of the chosen option."""
        return self._value

    def set_value(self, key: str) -> None:
        """Choose without telling ``on_change``."""
        self._value = key
        self.schedule_paint()

    def set_options(self, options: Sequence[tuple[str, str]], value: str) -> None:
        """Offer others."""
        self._words = dict(options)
        self.set_value(value)

    def paint(self) -> None:
        width, height = self.canvas_size
        box, radius = (0, 0, width, height), self.px(metrics.RADIUS_SMALL)
        fill = colours.HOVER if self._is_hovered and self._is_enabled else colours.SURFACE
        text = colours.TEXT if self._is_enabled else colours.DISABLED
        self.shapes.rounded(box, radius, self.colour(fill))
        self.shapes.ring(box, radius, self.colour(colours.CONTROL_LINE), self.px(1))
        self.focus_ring(box, radius)
        gap, arrow = self.px(metrics.GRID), self.icon("arrow_down", metrics.ICON_SMALL, text)
        self.canvas.create_image(width - gap, height / 2, image=arrow, anchor="e")
        room = width - 3 * gap - self.px(metrics.ICON_SMALL)
        words = self.elided(self._words[self._value], room, fonts.BODY)
        self.write((gap, height / 2), words, colour=text, anchor="w")

    def _open(self) -> None:
        if not self._is_enabled:
            return
        if self._menu is not None:
            self._menu.destroy()
        self._menu = menu = self._make_menu()
        x, y = self.canvas.winfo_rootx(), self.canvas.winfo_rooty() + self.canvas.winfo_height()
        menu.tk_popup(x, y + self.px(2), list(self._words).index(self._value))
        menu.grab_release()

    def _make_menu(self) -> tk.Menu:
        menu = tk.Menu(
            self.canvas,
            tearoff=False,
            font=self.font(fonts.BODY),
            background=self.colour(colours.RAISED),
            foreground=self.colour(colours.TEXT),
            activebackground=self.colour(colours.ACCENT_SOFT),
            activeforeground=self.colour(colours.TEXT),
            relief="flat",
            borderwidth=self.px(1),
            activeborderwidth=self.px(4),
        )
        for key, words in self._words.items():
            menu.add_command(label=f" {words} ", command=partial(self._choose, key))
        return menu

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.set_value(key)
            self._on_change(key)
