"""A photo at the left, and smaller ones beside it that were made of it."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any, Final

from PIL import Image, ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted

_COLUMNS: Final = 4
_ROWS: Final = 2
_GAP: Final = metrics.GRID
_HEADING: Final = 20
_LARGEST: Final = 164


class VariantSheet(Painted):
    """As wide as its place and as high as that asks for; pixels are RGB in the sides asked for.

    ``on_size(small, large)`` tells the sides of a variant and of the photo in this screen's pixels.
    """

    def __init__(self, master: tk.Misc, *, title: str, on_size: Callable[[int, int], None]) -> None:
        self._title, self._on_size = title, on_size
        self._heading = self._message = ""
        self._photo: ImageTk.PhotoImage | None = None
        self._variants: list[ImageTk.PhotoImage] = []
        self._told: tuple[int, int] = (0, 0)
        super().__init__(master, width=400, height=_HEADING + 2 * 64)
        self.canvas.bind("<Configure>", lambda _event: self._fit(), add=True)

    def set_pictures(
        self, photo: Any | None, variants: Sequence[Any], *, heading: str, message: str
    ) -> None:
        """Show these; a single variant is as large as the photo, ``message`` stands behind it."""
        self._photo = None if photo is None else self._picture(photo)
        self._variants = [self._picture(variant) for variant in variants]
        self._heading, self._message = heading, message
        self.schedule_paint()

    def paint(self) -> None:
        small, large = self._sides()
        self._write_heading(0, self._title, large)
        self._show(self._photo, 0, self.px(_HEADING), large)
        left = large + self.px(_GAP)
        self._write_heading(left, self._heading, self.canvas_size[0] - left)
        if len(self._variants) == 1:
            self._show(self._variants[0], left, self.px(_HEADING), large)
            left += large + self.px(_GAP)
        if self._message:
            self._write_message(left, large)
        elif len(self._variants) != 1:
            self._show_variants(left, small)

    def destroy(self) -> None:
        # Here, because a picture that the garbage collector meets in a worker would call Tk there.
        self._photo = None
        self._variants.clear()
        super().destroy()

    def _write_heading(self, left: int, text: str, room: int) -> None:
        font = fonts.CAPTION_BOLD
        self.write((left, 0), self.elided(text, room, font), font, colours.MUTED)

    def _show_variants(self, left: int, side: int) -> None:
        step = side + self.px(_GAP)
        for place in range(_COLUMNS * _ROWS):
            row, column = divmod(place, _COLUMNS)
            picture = self._variants[place] if place < len(self._variants) else None
            self._show(picture, left + column * step, self.px(_HEADING) + row * step, side)

    def _show(self, picture: ImageTk.PhotoImage | None, left: int, top: int, side: int) -> None:
        if picture is None:
            box = (left, top, left + side, top + side)
            self.shapes.rounded(box, self.px(metrics.TIGHT), self.colour(colours.PHOTO_BACKDROP))
        else:
            self.canvas.create_image(left + side / 2, top + side / 2, image=picture)

    def _write_message(self, left: int, large: int) -> None:
        gap = self.px(2 * _GAP)
        place = (left + gap, self.px(_HEADING) + large / 2)
        width = max(self.px(80), self.canvas_size[0] - left - 2 * gap)
        self.write(place, self._message, colour=colours.MUTED, anchor="w", width=width)

    def _picture(self, pixels: Any) -> ImageTk.PhotoImage:
        return ImageTk.PhotoImage(Image.fromarray(pixels), master=self.canvas)

    def _sides(self) -> tuple[int, int]:
        """Of a variant and of the photo, which is as high as two variants with their gap."""
        gap, units = self.px(_GAP), _COLUMNS + 2
        small = (self.canvas_size[0] - (units - 1) * gap) // units
        small = max(self.px(24), min(self.px(_LARGEST), small))
        return small, 2 * small + gap

    def _fit(self) -> None:
        """Be as high as the width asks for, and tell the sides of the pictures."""
        if self._sides() != self._told:
            self._told = self._sides()
            scaling = self._get_widget_scaling()
            self.configure(height=_HEADING + round(self._told[1] / scaling))
            self._on_size(*self._told)
