"""The categories with their numbers of photos as small bars."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted

_ROW = 32


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A category and its photos; ``note`` says what is wrong with it ("needs 3 more")."""

    name: str
    count: int
    note: str = ""


class ClassList(Painted):
    """As high as its rows; put it into a scroll area where there may be many."""

    def __init__(self, master: tk.Misc, *, on_select: Callable[[str], None] | None = None) -> None:
        self._counts: tuple[ClassCount, ...] = ()
        self._selected = ""
        self._on_select = on_select
        super().__init__(master, width=280, height=_ROW, takes_focus=on_select is not None)
        if on_select is not None:
            self.canvas.bind("<Button-1>", self._press, add=True)
            self.canvas.bind("<Down>", lambda _event: self._step(1))
            self.canvas.bind("<Up>", lambda _event: self._step(-1))

    def set_counts(self, counts: Sequence[ClassCount]) -> None:
        """Show these, in this order."""
        self._counts = tuple(counts)
        self.configure(height=max(1, len(counts)) * _ROW + 4)
        self.schedule_paint()

    def select(self, name: str) -> None:
        """Mark one without telling ``on_select``."""
        self._selected = name
        self.schedule_paint()

    def paint(self) -> None:
        most = max((count.count for count in self._counts), default=1) or 1
        for index, count in enumerate(self._counts):
            self._paint_row(2 + index * self.px(_ROW), count, count.count / most)

    def _paint_row(self, top: int, count: ClassCount, share: float) -> None:
        width, row, gap = self.canvas_size[0], self.px(_ROW), self.px(metrics.GRID)
        middle, font = top + row / 2, self.font(fonts.BODY)
        if count.name == self._selected:
            fill = self.colour(colours.ACCENT_SOFT)
            self.shapes.rounded((2, top, width - 2, top + row), self.px(6), fill)
        name_width = int((width - 2 * gap) * 0.42)
        self.canvas.create_text(
            gap,
            middle,
            text=self.elided(count.name, name_width - gap, fonts.BODY),
            anchor="w",
            font=font,
            fill=self.colour(colours.TEXT),
        )
        number_width = self.measure("000,000", fonts.BODY)
        left, right = gap + name_width, width - gap - number_width - gap
        bar = (
            left,
            middle - self.px(4),
            left + max(self.px(3), (right - left) * share),
            middle + self.px(4),
        )
        self.shapes.rounded(
            bar, self.px(4), self.colour(colours.WARNING if count.note else colours.BAR)
        )
        self.canvas.create_text(
            width - gap,
            middle,
            text=f"{count.count:,}",
            anchor="e",
            font=font,
            fill=self.colour(colours.TEXT),
        )

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        self._choose((event.y - 2) // self.px(_ROW))

    def _step(self, by: int) -> None:
        names = [count.name for count in self._counts]
        at = names.index(self._selected) if self._selected in names else -by
        self._choose(at + by)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._counts) and self._on_select is not None:
            self.select(self._counts[index].name)
            self._on_select(self._selected)
