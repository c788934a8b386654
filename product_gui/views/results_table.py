"""The table of many photos: it fills as answers come, with thumbnails of the rows in sight."""

import tkinter as tk
from collections.abc import Callable
from typing import Any, Literal

from product_gui.presenters import classify_state as states
from product_gui.presenters.picture import Picture
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import classify as words
from product_gui.text.numbers import confidence
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Frame

THUMBNAIL = 40
_EDGE = 4
"""Room for the rounded corners of the surface behind the table."""


class ResultsTable(Frame):
    """Shows the rows of a state, changing only those that have changed."""

    def __init__(
        self, master: tk.Misc, thumbnails: Thumbnails, *, on_select: Callable[[int], None]
    ) -> None:
        super().__init__(master)
        self._thumbnails = thumbnails
        self._rows: tuple[states.Row, ...] = ()
        self._places: dict[str, int] = {}
        self.table = Table(
            self,
            (
                Column("name", words.COLUMN_NAME, 100, stretch=True),
                Column("category", words.COLUMN_CATEGORY, 104, stretch=True),
                Column("confidence", words.COLUMN_CONFIDENCE, 96, align="e"),
                Column("reliance", words.COLUMN_RELIANCE, 88),
            ),
            on_need=self._need_thumbnails,
            on_select=lambda keys: on_select(int(keys[0])) if keys else None,
        )
        self.table.pack(fill="both", expand=True, padx=_EDGE, pady=_EDGE)

    def apply(self, rows: tuple[states.Row, ...], selected: int | None) -> None:
        """Show these rows."""
        if rows is not self._rows:
            if _are_same_photos(rows, self._rows):
                self._update(rows)
            else:
                self._replace(rows)
            self._rows = rows
        if selected is not None and self.table.selection != [str(selected)]:
            self.table.select([str(selected)])

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _update(self, rows: tuple[states.Row, ...]) -> None:
        for number, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old is not new:
                self.table.update_row(_table_row(number, new))

    def _replace(self, rows: tuple[states.Row, ...]) -> None:
        self._thumbnails.forget()
        self._places = {str(row.path): number for number, row in enumerate(rows)}
        self.table.set_rows([_table_row(number, row) for number, row in enumerate(rows)])

    def _need_thumbnails(self, keys: list[str]) -> None:
        pictures = [Picture(self._rows[int(key)].path) for key in keys]
        self._thumbnails.request(pictures, self._show_thumbnail)

    def _show_thumbnail(self, path: str, pixels: Any) -> None:
        from PIL import Image

        if path in self._places:
            self.table.set_thumbnail(str(self._places[path]), Image.fromarray(pixels))


def _are_same_photos(first: tuple[states.Row, ...], second: tuple[states.Row, ...]) -> bool:
    return len(first) == len(second) and all(
        one.path is other.path for one, other in zip(first, second, strict=True)
    )


_DOUBTS = {"unlike": 0, "unsure": 1, "sure": 2}
"""Sorted by reliance, what wants to be looked at comes first."""


def _table_row(number: int, row: states.Row) -> Row:
    tone: Literal["normal", "muted", "warning", "error"] = "normal"
    reliance = words.RELIANCE[row.reliance] if row.reliance is not None else ""
    texts = (row.name, row.category, confidence(row.confidence), reliance)
    if row.state is states.RowState.UNREADABLE:
        texts, tone = (row.name, row.error, "", ""), "error"
    elif row.state is states.RowState.WAITING:
        texts, tone = (row.name, words.WAITING, "", ""), "muted"
    elif row.reliance in ("unsure", "unlike"):
        tone = "warning"
    return Row(
        key=str(number),
        texts=texts,
        sort_values=(
            row.name.casefold(),
            texts[1].casefold(),
            row.confidence,
            _DOUBTS.get(row.reliance or "", len(_DOUBTS)),
        ),
        tone=tone,
    )
