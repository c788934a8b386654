"""One number that matters, with what it means and what it rests on."""

import tkinter as tk

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.toolkit import Frame


class StatTile(Frame):
    """Title, value in large figures, and a line of detail; of fixed height."""

    def __init__(self, master: tk.Misc, *, title: str) -> None:
        super().__init__(master, fg_color=colours.SURFACE, corner_radius=metrics.RADIUS)
        gap = metrics.GRID * 2
        self._title = ElidedLine(self, title, font=fonts.CAPTION, colour=colours.MUTED)
        self._value = ElidedLine(self, "–", font=fonts.DISPLAY)
        self._detail = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._title.pack(fill="x", padx=gap, pady=(gap, 0))
        self._value.pack(fill="x", padx=gap)
        self._detail.pack(fill="x", padx=gap, pady=(0, gap))

    def render(self, value: str, detail: str = "", *, tone: Tone = "neutral") -> None:
        """Show a value; ``tone`` colours the detail, whose words carry the meaning."""
        self._value.set_text(value)
        self._detail.set_text(detail, colours.TONE_TEXT[tone])
