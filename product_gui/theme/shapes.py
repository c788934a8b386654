"""Smooth rounded shapes for a Tk canvas, whose own curves are jagged on Windows and Linux.

Corners are small pictures drawn large and scaled down; straight parts are plain rectangles.
"""

import tkinter as tk
from functools import lru_cache

from PIL import Image, ImageDraw, ImageTk

Box = tuple[float, float, float, float]
_FINER = 8


class Shapes:
    """Draws on one canvas and keeps the corner pictures that it needs."""

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._corners: dict[tuple[int, str, str], tuple[ImageTk.PhotoImage, ...]] = {}

    def clear(self) -> None:
        """Let go of the pictures."""
        self._corners.clear()

    def rounded(self, box: Box, radius: int, fill: str, *, tags: str = "") -> None:
        """A filled rectangle with round corners; ``radius`` is cut to half of the shorter side."""
        left, top, right, bottom = (round(edge) for edge in box)
        if right <= left or bottom <= top:
            return
        radius = max(0, min(radius, (right - left) // 2, (bottom - top) // 2))
        self._rectangle((left + radius, top, right - radius, bottom), fill, tags)
        self._rectangle((left, top + radius, left + radius, bottom - radius), fill, tags)
        self._rectangle((right - radius, top + radius, right, bottom - radius), fill, tags)
        if radius:
            self._place_corners((left, top, right - radius, bottom - radius), radius, fill, tags)

    def outlined(self, box: Box, radius: int, fill: str, line: str, *, tags: str = "") -> None:
        """The same with a line of one pixel around it."""
        left, top, right, bottom = box
        self.rounded(box, radius, line, tags=tags)
        self.rounded((left + 1, top + 1, right - 1, bottom - 1), radius - 1, fill, tags=tags)

    def ring(self, box: Box, radius: int, line: str, width: int, *, tags: str = "") -> None:
        """An outline alone, drawn within the box."""
        radius = max(radius, width)
        left, top, right, bottom = (round(edge) for edge in box)
        for side in (
            (left + radius, top, right - radius, top + width),
            (left + radius, bottom - width, right - radius, bottom),
            (left, top + radius, left + width, bottom - radius),
            (right - width, top + radius, right, bottom - radius),
        ):
            self._rectangle(side, line, tags)
        self._place_corners((left, top, right - radius, bottom - radius), radius, line, tags, width)

    def dashed(self, box: Box, radius: int, line: str, width: int, *, tags: str = "") -> None:
        """A dashed outline: solid round corners, dashes along the sides."""
        left, top, right, bottom = (round(edge) for edge in box)
        half, dash = width / 2, (4, 3)
        for start, end in (
            ((left + radius, top + half), (right - radius, top + half)),
            ((left + radius, bottom - half), (right - radius, bottom - half)),
            ((left + half, top + radius), (left + half, bottom - radius)),
            ((right - half, top + radius), (right - half, bottom - radius)),
        ):
            self._canvas.create_line(
                *start, *end, fill=line, width=width, dash=dash, tags=tags, capstyle="butt"
            )
        self._place_corners((left, top, right - radius, bottom - radius), radius, line, tags, width)

    def _rectangle(self, box: tuple[int, int, int, int], fill: str, tags: str) -> None:
        left, top, right, bottom = box
        if right > left and bottom > top:
            self._canvas.create_rectangle(*box, fill=fill, width=0, tags=tags)

    def _place_corners(
        self, box: tuple[int, int, int, int], radius: int, fill: str, tags: str, width: int = 0
    ) -> None:
        left, top, right, bottom = box
        places = ((left, top), (right, top), (right, bottom), (left, bottom))
        for place, picture in zip(places, self._corner(radius, fill, width), strict=True):
            self._canvas.create_image(*place, image=picture, anchor="nw", tags=tags)

    def _corner(self, radius: int, fill: str, width: int) -> tuple[ImageTk.PhotoImage, ...]:
        key = (radius, fill, str(width))
        if key not in self._corners:
            mask = corner_mask(radius, width)
            self._corners[key] = tuple(
                ImageTk.PhotoImage(_tinted(mask.rotate(-90 * turn), fill), master=self._canvas)
                for turn in range(4)
            )
        return self._corners[key]


@lru_cache(maxsize=64)
def corner_mask(radius: int, width: int = 0) -> Image.Image:
    """Coverage of the top left corner, ``L``, radius x radius; an arc if ``width`` is given."""
    size = radius * _FINER
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((0, 0, 2 * size - 1, 2 * size - 1), fill=255)
    if width:
        inner = width * _FINER
        draw.ellipse((inner, inner, 2 * size - 1 - inner, 2 * size - 1 - inner), fill=0)
    return mask.resize((radius, radius), Image.Resampling.BOX)


def _tinted(mask: Image.Image, fill: str) -> Image.Image:
    picture = Image.new("RGBA", mask.size, fill)
    picture.putalpha(mask)
    return picture
