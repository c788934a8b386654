"""The head of a page: its title, one line of state, and the page's actions at the right."""

import tkinter as tk

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.button import RING_ROOM
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.toolkit import Frame


class PageHeader(Frame):
    """Of fixed height; put the primary action into ``actions`` last, packed ``side="right"``."""

    def __init__(self, master: tk.Misc, *, title: str) -> None:
        super().__init__(
            master, fg_color="transparent", corner_radius=0, height=metrics.HEADER_HEIGHT
        )
        self.grid_propagate(False)
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure((0, 1), weight=1)
        self._title = ElidedLine(self, title, font=fonts.TITLE)
        self._state = ElidedLine(self, font=fonts.BODY, colour=colours.MUTED, where="middle")
        self.actions = Frame(self, fg_color="transparent", width=1, height=1)
        margin = metrics.PAGE_MARGIN
        self._title.grid(row=0, column=0, sticky="sew", padx=(margin, metrics.GRID))
        self._state.grid(row=1, column=0, sticky="new", padx=(margin, metrics.GRID))
        self.actions.grid(row=0, column=1, rowspan=2, padx=(metrics.GRID, margin - RING_ROOM))

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.set_text(title)

    def set_state_line(self, text: str, tone: Tone = "neutral") -> None:
        """Change the line of state."""
        self._state.set_text(text, colours.TONE_TEXT[tone])
