"""A slider with its name at the left above it and its value at the right."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.tooltip import Tooltip

_HEIGHT: Final = 44
_TEXT: Final = 11
_TRACK: Final = 32
_THICK: Final = 4
_KNOB: Final = 8
_PAGE: Final = 10


class Slider(Painted):
    """Whole numbers from 0 to ``most``, by mouse or arrow keys; ``on_change`` gets each new one.

    Page up and page down move by ten, Home and End to the ends.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        label: str,
        most: int,
        on_change: Callable[[int], None],
        shown_as: Callable[[int], str] = str,
        tip: str = "",
    ) -> None:
        self._label, self._most, self._value = label, most, 0
        self._on_change, self._shown_as = on_change, shown_as
        super().__init__(master, width=160, height=_HEIGHT, takes_focus=True, follows_pointer=True)
        self.canvas.configure(cursor="hand2")
        self._tooltip = Tooltip(self.canvas, tip)
        for sequence in ("<Button-1>", "<B1-Motion>"):
            self.canvas.bind(sequence, self._to_pointer, add=True)
        for keys, by in (
            (("Left", "Down"), -1),
            (("Right", "Up"), 1),
            (("Next",), -_PAGE),
            (("Prior",), _PAGE),
            (("Home",), -most),
            (("End",), most),
        ):
            for key in keys:
                self.canvas.bind(f"<{key}>", lambda _event, by=by: self._step(by))  # type: ignore[misc]

    @property
    def value(self) -> int:
        """Where it stands."""
        return self._value

    def set_value(self, value: int) -> None:
        """Move it without telling ``on_change``."""
        if value != self._value:
            self._value = value
            self.schedule_paint()

    @property
    def knob(self) -> tuple[int, int]:
        """The middle of the knob on the canvas, in this screen's pixels."""
        left, right = self._ends()
        share = min(1.0, self._value / self._most)
        return round(left + share * (right - left)), self.px(_TRACK)

    def paint(self) -> None:
        width = self.canvas_size[0]
        text = colours.TEXT if self._is_enabled else colours.DISABLED
        value = self._shown_as(self._value)
        room = width - self.measure(value, fonts.BODY) - self.px(metrics.GRID)
        middle = self.px(_TEXT)
        self.write((0, middle), self.elided(self._label, room, fonts.BODY), colour=text, anchor="w")
        muted = colours.MUTED if self._is_enabled else colours.DISABLED
        self.write((width, middle), value, colour=muted, anchor="e")
        self._paint_track()

    def _paint_track(self) -> None:
        (left, right), (x, y) = self._ends(), self.knob
        half, knob = self.px(_THICK) / 2, self.px(_KNOB)
        track = (left, y - half, right, y + half)
        self.shapes.rounded(track, round(half), self.colour(colours.TRACK))
        fill = self._fill()
        self.shapes.rounded((left, y - half, x, y + half), round(half), fill)
        if self._is_hovered and self._is_enabled:
            knob += self.px(1)
        self.shapes.rounded((x - knob, y - knob, x + knob, y + knob), knob, fill)
        ring = self.px(metrics.FOCUS_RING) + knob
        self.focus_ring((x - ring - 1, y - ring - 1, x + ring + 1, y + ring + 1), ring)

    def _fill(self) -> str:
        if not self._is_enabled:
            return self.colour(colours.BAR)
        return self.colour(colours.ACCENT if self._value else colours.CONTROL_LINE)

    def _ends(self) -> tuple[int, int]:
        margin = self.px(_KNOB)
        return margin, self.canvas_size[0] - margin

    def _to_pointer(self, event: "tk.Event[tk.Canvas]") -> None:
        left, right = self._ends()
        share = (event.x - left) / max(1, right - left)
        self._move_to(round(self._most * share))

    def _step(self, by: int) -> str:
        self._move_to(self._value + by)
        return "break"

    def _move_to(self, value: int) -> None:
        value = max(0, min(self._most, value))
        if self._is_enabled and value != self._value:
            self.set_value(value)
            self._on_change(value)
