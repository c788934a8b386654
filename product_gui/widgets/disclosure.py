"""A title that unfolds what most people do not need."""

import tkinter as tk
from collections.abc import Callable

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Frame


class Disclosure(Frame):
    """``body`` is shown while it is open; ``on_first_open`` may fill it then, not before."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        title: str,
        on_first_open: Callable[[Frame], None] | None = None,
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._on_first_open = on_first_open
        self._is_open = False
        self._head = _Head(self, title, self.toggle)
        self._head.pack(fill="x")
        self.body = Frame(self, fg_color="transparent")

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self._is_open

    def toggle(self) -> None:
        """Open or close it."""
        self.set_open(not self._is_open)

    def set_open(self, is_open: bool) -> None:
        """Open or close it."""
        self._is_open = is_open
        self._head.set_open(is_open)
        if is_open and self._on_first_open is not None:
            fill, self._on_first_open = self._on_first_open, None
            fill(self.body)
        if is_open:
            self.body.pack(fill="both", expand=True, pady=(metrics.GRID, 0))
        else:
            self.body.pack_forget()

    def set_summary(self, text: str) -> None:
        """A few words at the right of the title (what differs from the defaults)."""
        self._head.set_summary(text)


class _Head(Painted):
    def __init__(self, master: tk.Misc, title: str, toggle: Callable[[], None]) -> None:
        self._title, self._summary, self._is_open = title, "", False
        super().__init__(master, width=200, height=metrics.CONTROL_HEIGHT, takes_focus=True)
        self.canvas.configure(cursor="hand2")
        for sequence in ("<Button-1>", "<space>", "<Return>"):
            self.canvas.bind(sequence, lambda _event: toggle(), add=True)

    def set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self.schedule_paint()

    def set_summary(self, text: str) -> None:
        self._summary = text
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        icon = "arrow_down" if self._is_open else "arrow_right"
        left, middle = self.px(metrics.TIGHT), height / 2
        picture = self.icon(icon, metrics.ICON, colours.MUTED)
        self.canvas.create_image(left, middle, image=picture, anchor="w")
        self.write((left + self.px(28), middle), self._title, fonts.BODY_BOLD, anchor="w")
        end = (width - self.px(metrics.GRID), middle)
        self.write(end, self._summary, fonts.CAPTION, colours.MUTED, anchor="e")
        self.focus_ring((0, 0, width, height), self.px(metrics.RADIUS_SMALL))
