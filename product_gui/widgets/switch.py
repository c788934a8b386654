"""A switch: on or off, with its words beside it."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted

_WIDTH: Final = 36
_HEIGHT: Final = 20


class Switch(Painted):
    """A click, Space or Return turns it; ``on_change`` gets the new value."""

    def __init__(
        self, master: tk.Misc, *, text: str, value: bool, on_change: Callable[[bool], None]
    ) -> None:
        self._text, self._value, self._on_change = text, value, on_change
        super().__init__(master, width=200, height=metrics.CONTROL_HEIGHT_SMALL, takes_focus=True)
        for sequence in ("<Button-1>", "<space>", "<Return>"):
            self.canvas.bind(sequence, lambda _event: self._turn(), add=True)

    @property
    def value(self) -> bool:
        """Whether it is on."""
        return self._value

    def set_value(self, value: bool) -> None:
        """Turn it without telling ``on_change``."""
        self._value = value
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        left, middle = self.px(metrics.TIGHT), height / 2
        half = self.px(_HEIGHT) / 2
        track = (left, middle - half, left + self.px(_WIDTH), middle + half)
        self.shapes.rounded(track, round(half), self.colour(self._track_colour()))
        gap, knob = self.px(2), 2 * half - 2 * self.px(2)
        x = track[2] - gap - knob if self._value else track[0] + gap
        box = (x, track[1] + gap, x + knob, track[3] - gap)
        self.shapes.rounded(box, round(knob / 2), self.colour(colours.ON_ACCENT))
        text = colours.TEXT if self._is_enabled else colours.DISABLED
        place = (track[2] + self.px(metrics.GRID * 1.5), middle)
        room = int(width - place[0])
        self.write(place, self.elided(self._text, room, fonts.BODY), colour=text, anchor="w")
        right = min(width, place[0] + self.measure(self._text, fonts.BODY) + self.px(8))
        self.focus_ring((0, 0, right, height), self.px(metrics.RADIUS_SMALL))

    def _track_colour(self) -> colours.Colour:
        if not self._is_enabled:
            return colours.BAR
        return colours.ACCENT if self._value else colours.CONTROL_LINE

    def _turn(self) -> None:
        if self._is_enabled:
            self.set_value(not self._value)
            self._on_change(self._value)
