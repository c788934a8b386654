"""The likeliest categories as bars: name, bar and confidence, the first one emphasised."""

import tkinter as tk
import tkinter.font
from collections.abc import Sequence

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import elide
from product_gui.widgets.painted import Painted

_ROW = 40
_FIRST_ROW = 48


class ConfidenceBars(Painted):
    """Up to ``rows`` pairs of category and confidence (0 to 1); always as high as all rows are."""

    def __init__(self, master: tk.Misc, *, rows: int = 5) -> None:
        self._rows = rows
        self._values: tuple[tuple[str, float], ...] = ()
        super().__init__(master, width=280, height=_FIRST_ROW + (rows - 1) * _ROW)

    @property
    def values(self) -> tuple[tuple[str, float], ...]:
        """What is shown, first one first."""
        return self._values

    def set_values(self, values: Sequence[tuple[str, float]]) -> None:
        """Show these, first one first; an empty list clears."""
        self._values = tuple(values)[: self._rows]
        self.schedule_paint()

    def paint(self) -> None:
        self.canvas.delete("all")
        top = 0
        for index in range(self._rows):
            height = self.px(_FIRST_ROW if index == 0 else _ROW)
            value = self._values[index] if index < len(self._values) else None
            self._paint_row(top, value, is_first=index == 0)
            top += height

    def _paint_row(self, top: int, value: tuple[str, float] | None, *, is_first: bool) -> None:
        width = self.canvas_size[0]
        font = self.font(fonts.LEAD_BOLD if is_first else fonts.BODY)
        bar_top = top + self.px(28 if is_first else 24)
        bar = (0, bar_top, width, bar_top + self.px(8 if is_first else 6))
        self.shapes.rounded(bar, self.px(4), self.colour(colours.TRACK))
        if value is None:
            return
        name, confidence = value
        percent = percentage(confidence)
        measure = tkinter.font.Font(self.canvas, font=font).measure
        room = width - measure("100.0 %") - self.px(metrics.GRID)
        fill = self.colour(colours.ACCENT_BAR if is_first else colours.BAR)
        text = self.colour(colours.TEXT)
        self.canvas.create_text(
            0, top, text=elide(name, room, measure), anchor="nw", font=font, fill=text
        )
        self.canvas.create_text(width, top, text=percent, anchor="ne", font=font, fill=text)
        end = max(self.px(4), round(width * min(1.0, max(0.0, confidence))))
        self.shapes.rounded((0, bar[1], end, bar[3]), self.px(4), fill)


def percentage(share: float) -> str:
    """A share of 1 in whole percent; "under 1 %" and "over 99 %" rather than a false 0 or 100."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")
