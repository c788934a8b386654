"""The panel at the right of a page, where one decides and acts; the same place on every page."""

import tkinter as tk
from collections.abc import Sequence

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.toolkit import Frame

WIDTH = 360
MARGIN = metrics.GRID * 3


class SidePanel(Frame):
    """Of fixed width; ``space`` is its inside, in which parts take turns."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color=colours.SURFACE, width=WIDTH)
        self.pack_propagate(False)
        self.space = Frame(self, fg_color="transparent")
        self.space.pack(fill="both", expand=True, padx=MARGIN, pady=MARGIN)


class Numbers(Frame):
    """Names with values at the right, one below the other, each in a place of its own."""

    def __init__(self, master: tk.Misc, names: Sequence[str]) -> None:
        super().__init__(master, fg_color="transparent")
        self._values: dict[str, ElidedLine] = {}
        self.grid_columnconfigure(1, weight=1)
        for row, name in enumerate(names):
            # The value is drawn two pixels lower than a label writes.
            label = Line(self, name, colour=colours.MUTED)
            label.grid(row=row, column=0, sticky="w", pady=(5, 1))
            value = ElidedLine(self, font=fonts.BODY_BOLD, align="e")
            value.grid(row=row, column=1, sticky="ew", padx=(metrics.GRID * 2, 0))
            self._values[name] = value

    def render(self, values: dict[str, str]) -> None:
        """Set the values by name."""
        for name, value in values.items():
            self._values[name].set_text(value)
