"""What covers a page while files are dragged over it: it says what letting go will do."""

import tkinter as tk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted


class DropCurtain(Painted):
    """Lies over the page between ``raise_with`` and ``lower``."""

    def __init__(self, master: tk.Misc) -> None:
        self._text = ""
        super().__init__(master, background=colours.ACCENT_SOFT)

    def raise_with(self, text: str) -> None:
        """Cover the page."""
        self._text = text
        self.place(x=0, y=0, relwidth=1, relheight=1)
        self.lift()
        self.schedule_paint()

    def lower_again(self) -> None:
        """Uncover the page."""
        self.place_forget()

    def paint(self) -> None:
        width, height = self.canvas_size
        margin = self.px(metrics.PAGE_MARGIN)
        box = (margin, margin, width - margin, height - margin)
        self.shapes.dashed(box, self.px(16), self.colour(colours.ACCENT_TEXT), self.px(2))
        icon = self.icon("photos", metrics.ICON_LARGE, colours.ACCENT_TEXT)
        self.canvas.create_image(width / 2, height / 2 - self.px(40), image=icon)
        place = (width / 2, height / 2 + self.px(20))
        self.write(place, self._text, fonts.TITLE, anchor="center", width=width - 4 * margin)
