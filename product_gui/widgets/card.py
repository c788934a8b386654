"""A surface with a title that groups what belongs together."""

import tkinter as tk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import Line
from product_gui.widgets.toolkit import Frame


class Card(Frame):
    """Put things into ``body``; ``actions`` lies at the right of the title."""

    def __init__(self, master: tk.Misc, *, title: str = "", margin: int = metrics.GRID * 2) -> None:
        super().__init__(master, fg_color=colours.SURFACE, corner_radius=metrics.RADIUS)
        self._head = Frame(self, fg_color="transparent", height=1)
        self._title = Line(self._head, title, font=fonts.BODY_BOLD)
        self.actions = Frame(self._head, fg_color="transparent", height=1, width=1)
        self.body = Frame(self, fg_color="transparent")
        if title:
            self._head.pack(fill="x", padx=margin, pady=(margin, 0))
            self._title.pack(side="left")
            self.actions.pack(side="right")
        self.body.pack(
            fill="both", expand=True, padx=margin, pady=(metrics.GRID if title else margin, margin)
        )

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.set_text(title)
