"""The likeliest categories as bars: name, bar and confidence, the first one emphasised."""

import tkinter as tk
from collections.abc import Sequence
from typing import Final

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.tooltip import Tooltip

_ROW: Final = 48
_LOWEST_ROW: Final = 40
_BAR: Final = 8


class ConfidenceBars(Painted):
    """Up to ``rows`` pairs of category and confidence (0 to 1); always as high as all rows are.

    Where it gets less height, rows move closer, and those that do not fit whole are left out.
    """

    def __init__(self, master: tk.Misc, *, rows: int = 5) -> None:
        self._rows = rows
        self._values: tuple[tuple[str, float], ...] = ()
        self._cut_names: dict[int, str] = {}
        super().__init__(master, width=280, height=rows * _ROW)
        self._tooltip = Tooltip(self.canvas)
        self.canvas.bind("<Motion>", self._show_whole_name, add=True)

    @property
    def values(self) -> tuple[tuple[str, float], ...]:
        """What is shown, first one first."""
        return self._values

    def set_values(self, values: Sequence[tuple[str, float]]) -> None:
        """Show these, first one first; an empty list clears."""
        self._values = tuple(values)[: self._rows]
        self.schedule_paint()

    def paint(self) -> None:
        self._cut_names = {}
        fitting = min(self._rows, self.canvas_size[1] // self.px(_LOWEST_ROW))
        if not self._values:
            for index in range(fitting):
                self._paint_bar(index, self.canvas_size[0], self.colour(colours.SUNKEN))
        for index, (name, confidence) in enumerate(self._values[:fitting]):
            self._paint_row(index, name, confidence)

    def _paint_row(self, index: int, name: str, confidence: float) -> None:
        width, is_first = self.canvas_size[0], index == 0
        font = fonts.BODY_BOLD if is_first else fonts.BODY
        room = width - self.measure("> 99 %", font) - self.px(metrics.GRID)
        shown = self.elided(name, room, font)
        if shown != name:
            self._cut_names[index] = name
        baseline = index * self._row_height() + self.px(24)
        self.write((0, baseline), shown, font, anchor="sw")
        self.write((width, baseline), percentage(confidence), font, anchor="se")
        self._paint_bar(index, width, self.colour(colours.TRACK))
        length = max(self.px(_BAR), round(width * min(1.0, max(0.0, confidence))))
        fill = colours.ACCENT_BAR if is_first else colours.BAR
        self._paint_bar(index, length, self.colour(fill))

    def _paint_bar(self, index: int, length: int, fill: str) -> None:
        top = index * self._row_height() + self.px(28)
        self.shapes.rounded((0, top, length, top + self.px(_BAR)), self.px(_BAR) // 2, fill)

    def _row_height(self) -> int:
        shared = self.canvas_size[1] // self._rows
        return max(self.px(_LOWEST_ROW), min(self.px(_ROW), shared))

    def _show_whole_name(self, event: "tk.Event[tk.Canvas]") -> None:
        self._tooltip.set_text(self._cut_names.get(event.y // self._row_height(), ""))


def percentage(share: float) -> str:
    """A share of 1 in whole percent; "< 1 %" and "> 99 %" rather than a false 0 or 100."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")
