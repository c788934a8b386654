"""What was found, a row for each kind: how bad, what, how many, and why it matters."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.painted import Painted
from product_gui.widgets.picture import TONE_ICON

_ROW: Final = 68
_TEXT_LEFT: Final = 44
_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One kind; ``sentence`` stands below the title, ``number`` at the right."""

    key: str
    tone: Tone
    title: str
    number: str
    sentence: str


class FindingList(Painted):
    """As high as its rows; put it into a scroll area. A click or Return opens a row.

    ``on_reveal`` gets top and bottom of the row that the keys have come to.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_open: Callable[[str], None],
        on_reveal: Callable[[int, int], None] = lambda _top, _bottom: None,
    ) -> None:
        self._on_reveal = on_reveal
        self._rows: tuple[FindingRow, ...] = ()
        self._on_open = on_open
        self._current = 0
        self._hovered: int | None = None
        super().__init__(master, width=320, height=_ROW, takes_focus=True)
        self.canvas.configure(cursor="hand2")
        for sequence, action in (
            ("<ButtonRelease-1>", self._press),
            ("<Motion>", self._point),
            ("<Leave>", self._leave),
            ("<Down>", lambda _event: self._step(1)),
            ("<Up>", lambda _event: self._step(-1)),
            ("<Return>", lambda _event: self._open(self._current)),
            ("<space>", lambda _event: self._open(self._current)),
            ("<Right>", lambda _event: self._open(self._current)),
        ):
            self.canvas.bind(sequence, action, add=True)

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[FindingRow]) -> None:
        """Show these, in this order."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._current = min(self._current, max(0, len(rows) - 1))
            self.configure(height=max(1, len(rows)) * _ROW)
            self.schedule_paint()

    def paint(self) -> None:
        for index, row in enumerate(self._rows):
            self._paint_row(index, row)
        if self.has_focus:
            top = self._current * self.px(_ROW)
            box = (0, top, self.canvas_size[0], top + self.px(_ROW))
            self.focus_ring(box, self.px(metrics.RADIUS_SMALL))

    def _paint_row(self, index: int, row: FindingRow) -> None:
        width, height, gap = self.canvas_size[0], self.px(_ROW), self.px(metrics.GRID)
        top = index * height
        if index == self._hovered:
            box = (0, top, width, top + height)
            self.shapes.rounded(box, self.px(metrics.RADIUS_SMALL), self.colour(colours.HOVER))
        if index:
            line = self.colour(colours.LINE)
            left = self.px(_TEXT_LEFT)
            self.canvas.create_rectangle(left, top, width - gap, top + 1, fill=line, width=0)
        title = top + self.px(18)
        tint = colours.TONE_TEXT[row.tone]
        icon = self.icon(TONE_ICON[row.tone], metrics.ICON, tint)
        self.canvas.create_image(self.px(12), title, image=icon, anchor="w")
        arrow = self.icon("arrow_right", metrics.ICON_SMALL, colours.MUTED)
        self.canvas.create_image(width - gap, title, image=arrow, anchor="e")
        right = width - gap - self.px(metrics.ICON_SMALL + metrics.GRID)
        self.write((right, title), row.number, fonts.BODY_BOLD, anchor="e")
        room = right - self.measure(row.number, fonts.BODY_BOLD) - self.px(_TEXT_LEFT + 16)
        words = self.elided(row.title, room, fonts.BODY_BOLD)
        self.write((self.px(_TEXT_LEFT), title), words, fonts.BODY_BOLD, anchor="w")
        self._paint_sentence(row.sentence, top + self.px(31), right - self.px(_TEXT_LEFT))

    def _paint_sentence(self, sentence: str, top: int, room: int) -> None:
        """Up to two lines; the rest becomes an ellipsis."""
        left, line = self.px(_TEXT_LEFT), self.line_height(fonts.CAPTION)
        for number, text in enumerate(self._wrapped(sentence, room)):
            place = (left, top + number * line)
            self.write(place, text, fonts.CAPTION, colours.MUTED, anchor="nw")

    def _wrapped(self, sentence: str, room: int) -> list[str]:
        lines: list[str] = []
        rest = sentence.split()
        while rest and len(lines) < _LINES - 1:
            taken = 1
            while taken < len(rest):
                if self.measure(" ".join(rest[: taken + 1]), fonts.CAPTION) > room:
                    break
                taken += 1
            lines.append(" ".join(rest[:taken]))
            rest = rest[taken:]
        return [*lines, self.elided(" ".join(rest), room, fonts.CAPTION)] if rest else lines

    def _row_at(self, event: "tk.Event[tk.Canvas]") -> int | None:
        index = event.y // self.px(_ROW)
        return index if 0 <= index < len(self._rows) else None

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._row_at(event)
        if index is not None:
            self._open(index)

    def _point(self, event: "tk.Event[tk.Canvas]") -> None:
        self._hover(self._row_at(event))

    def _leave(self, _event: object) -> None:
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.schedule_paint()

    def _step(self, by: int) -> None:
        self._current = max(0, min(self._current + by, len(self._rows) - 1))
        self._on_reveal(self._current * self.px(_ROW), (self._current + 1) * self.px(_ROW))
        self.schedule_paint()

    def _open(self, index: int) -> None:
        if 0 <= index < len(self._rows):
            self._current = index
            self._on_open(self._rows[index].key)
