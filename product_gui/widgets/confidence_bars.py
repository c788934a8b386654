"""The likeliest categories as bars: name, bar and confidence, the first one emphasised."""

import tkinter as tk
from collections.abc import Callable, Sequence
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
    With ``on_select`` a category can be chosen, by click or arrow keys, while it is clickable.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        rows: int = 5,
        on_select: Callable[[str], None] | None = None,
        tip: str = "",
    ) -> None:
        self._rows = rows
        self._on_select, self._tip = on_select, tip
        self._is_clickable = False
        self._chosen = 0
        self._values: tuple[tuple[str, float], ...] = ()
        self._cut_names: dict[int, str] = {}
        takes_focus = on_select is not None
        super().__init__(master, width=280, height=rows * _ROW, takes_focus=takes_focus)
        self.canvas.configure(takefocus=False)
        self.canvas.bind("<Button-1>", lambda event: self._press(event.y), add=True)
        self.canvas.bind("<Down>", lambda _event: self._choose(self._chosen + 1))
        self.canvas.bind("<Up>", lambda _event: self._choose(self._chosen - 1))
        self._tooltip = Tooltip(self.canvas)
        self.canvas.bind("<Motion>", self._show_whole_name, add=True)

    @property
    def values(self) -> tuple[tuple[str, float], ...]:
        """What is shown, first one first."""
        return self._values

    def set_values(self, values: Sequence[tuple[str, float]]) -> None:
        """Show these, first one first; an empty list clears."""
        if (shown := tuple(values)[: self._rows]) != self._values:
            self._values, self._chosen = shown, 0
            self.schedule_paint()

    def set_clickable(self, is_clickable: bool) -> None:
        """Let a category be chosen, or not."""
        if is_clickable != self._is_clickable:
            self._is_clickable, self._chosen = is_clickable, 0
            cursor = "hand2" if is_clickable else ""
            self.canvas.configure(takefocus=is_clickable, cursor=cursor)
            self.schedule_paint()

    def paint(self) -> None:
        self._cut_names = {}
        fitting = min(self._rows, self.canvas_size[1] // self.px(_LOWEST_ROW))
        if not self._values:
            for index in range(fitting):
                self._paint_bar(index, self.canvas_size[0], self.colour(colours.SUNKEN))
        for index, (name, confidence) in enumerate(self._values[:fitting]):
            self._paint_row(index, name, confidence)
        self.focus_ring((0, 0, *self.canvas_size), self.px(metrics.RADIUS_SMALL))

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
        is_chosen = index == self._chosen if self._is_clickable else is_first
        fill = colours.ACCENT_BAR if is_chosen else colours.BAR
        self._paint_bar(index, length, self.colour(fill))

    def _paint_bar(self, index: int, length: int, fill: str) -> None:
        top = index * self._row_height() + self.px(28)
        self.shapes.rounded((0, top, length, top + self.px(_BAR)), self.px(_BAR) // 2, fill)

    def _row_height(self) -> int:
        shared = self.canvas_size[1] // self._rows
        return max(self.px(_LOWEST_ROW), min(self.px(_ROW), shared))

    def _press(self, y: int) -> None:
        self._choose(y // self._row_height())

    def _choose(self, index: int) -> None:
        if self._is_clickable and self._on_select is not None and 0 <= index < len(self._values):
            self._chosen = index
            self.schedule_paint()
            self._on_select(self._values[index][0])

    def _show_whole_name(self, event: "tk.Event[tk.Canvas]") -> None:
        tip = self._tip if self._is_clickable else ""
        self._tooltip.set_text(self._cut_names.get(event.y // self._row_height(), tip))


def percentage(share: float) -> str:
    """A share of 1 in whole percent; "< 1 %" and "> 99 %" rather than a false 0 or 100."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")
