"""The categories with their numbers of photos as small bars."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.tooltip import Tooltip

_ROW: Final = 32
_NAME_SHARE: Final = 0.42


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A category and its photos; ``note`` says what is wrong with it ("needs 3 more")."""

    name: str
    count: int
    note: str = ""


class ClassList(Painted):
    """As high as its rows; put it into a scroll area where there may be many.

    ``name_share`` is the share of the width that names may take.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_select: Callable[[str], None] | None = None,
        name_share: float = _NAME_SHARE,
    ) -> None:
        self._name_share = name_share
        self._counts: tuple[ClassCount, ...] = ()
        self._selected = ""
        self._on_select = on_select
        self._cut_names: dict[int, str] = {}
        super().__init__(master, width=320, height=_ROW, takes_focus=on_select is not None)
        self._tooltip = Tooltip(self.canvas)
        self.canvas.bind("<Motion>", self._show_whole_name, add=True)
        if on_select is not None:
            self.canvas.bind("<Button-1>", self._press, add=True)
            self.canvas.bind("<Down>", lambda _event: self._step(1))
            self.canvas.bind("<Up>", lambda _event: self._step(-1))

    @property
    def counts(self) -> tuple[ClassCount, ...]:
        """What is shown."""
        return self._counts

    def set_counts(self, counts: Sequence[ClassCount]) -> None:
        """Show these, in this order."""
        self._counts = tuple(counts)
        self.configure(height=max(1, len(counts)) * _ROW)
        self.schedule_paint()

    @property
    def selected(self) -> str:
        """The name of the selected category, or an empty text."""
        return self._selected

    def select(self, name: str) -> None:
        """Mark one without telling ``on_select``."""
        self._selected = name
        self.schedule_paint()

    def paint(self) -> None:
        self._cut_names = {}
        most = max((count.count for count in self._counts), default=1) or 1
        for index, count in enumerate(self._counts):
            self._paint_row(index, count, count.count / most)
        width, height = self.canvas_size
        self.focus_ring((0, 0, width, height), self.px(metrics.RADIUS_SMALL))

    def _paint_row(self, index: int, count: ClassCount, share: float) -> None:
        width, row, gap = self.canvas_size[0], self.px(_ROW), self.px(metrics.GRID)
        top, middle = index * row, index * row + row / 2
        if count.name == self._selected:
            fill = self.colour(colours.ACCENT_SOFT)
            self.shapes.rounded((0, top, width, top + row), self.px(metrics.RADIUS_SMALL), fill)
        bar_left = gap + int((width - 2 * gap) * self._name_share)
        bar_right = width - 2 * gap - self.measure("000,000", fonts.BODY)
        self._paint_name(index, count.name, bar_left - 2 * gap)
        bar_end = bar_left + max(self.px(3), (bar_right - bar_left) * share)
        bar = (bar_left, middle - self.px(4), bar_end, middle + self.px(4))
        tint = colours.WARNING if count.note else colours.BAR
        self.shapes.rounded(bar, self.px(4), self.colour(tint))
        if count.note:
            note = self.elided(count.note, int(bar_right - bar_end - gap), fonts.CAPTION)
            place = (bar_end + gap, middle)
            self.write(place, note, fonts.CAPTION, colours.WARNING, anchor="w")
        self.write((width - gap, middle), f"{count.count:,}", anchor="e")

    def _paint_name(self, index: int, name: str, room: int) -> None:
        shown = self.elided(name, room, fonts.BODY)
        if shown != name:
            self._cut_names[index] = name
        place = (self.px(metrics.GRID), (index + 0.5) * self.px(_ROW))
        self.write(place, shown, anchor="w")

    def _show_whole_name(self, event: "tk.Event[tk.Canvas]") -> None:
        self._tooltip.set_text(self._cut_names.get(event.y // self.px(_ROW), ""))

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        self._choose(event.y // self.px(_ROW))

    def _step(self, by: int) -> None:
        names = [count.name for count in self._counts]
        self._choose(names.index(self._selected) + by if self._selected in names else 0)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._counts) and self._on_select is not None:
            self.select(self._counts[index].name)
            self._on_select(self._selected)
