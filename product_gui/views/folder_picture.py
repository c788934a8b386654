"""A small drawing of a folder that can be trained on."""

import tkinter as tk

from product_gui.text import train as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted

_ROW = 36
_INDENT = 28
_PHOTOS = 4


class FolderPicture(Painted):
    """A folder with one sub-folder for each category, and photos in each."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, width=300, height=_ROW * len(words.LAYOUT_EXAMPLE))

    def paint(self) -> None:
        for row, (name, depth) in enumerate(words.LAYOUT_EXAMPLE):
            self._paint_row(row, name, depth)

    def _paint_row(self, row: int, name: str, depth: int) -> None:
        left, middle = self.px(_INDENT * depth), self.px(_ROW * row + _ROW // 2)
        if depth:
            self._paint_branch(left, middle, is_first=row == 1)
        icon = self.icon("folder", metrics.ICON, colours.ACCENT_TEXT)
        self.canvas.create_image(left, middle, image=icon, anchor="w")
        font = fonts.BODY if depth else fonts.BODY_BOLD
        self.write((left + self.px(28), middle), name, font, anchor="w")
        if depth:
            for number in range(_PHOTOS):
                photo = self.icon("photo", metrics.ICON_SMALL, colours.MUTED)
                x = self.canvas_size[0] - self.px(22) * (_PHOTOS - number)
                self.canvas.create_image(x, middle, image=photo, anchor="w")

    def _paint_branch(self, left: int, middle: int, *, is_first: bool) -> None:
        x, line = left - self.px(_INDENT - 10), self.colour(colours.LINE)
        top = middle - self.px(_ROW - 14 if is_first else _ROW)
        width = self.px(2)
        self.canvas.create_line([(x, top), (x, middle), (left - 4, middle)], fill=line, width=width)
