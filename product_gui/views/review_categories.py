"""The part of a report with precision, recall and F1 of each category."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.review_report import Report
from product_gui.text import review as words
from product_gui.text.numbers import percent
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import Line
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Frame


class CategoriesTab(Frame):
    """A double click or Return opens a category's photos: ``on_open`` gets its name."""

    def __init__(self, master: tk.Misc, *, on_open: Callable[[str], None]) -> None:
        super().__init__(master)
        self._report: Report | None = None
        self._on_open = on_open
        self.table = Table(
            self,
            (
                Column("category", words.COLUMN_CATEGORY, 200, stretch=True),
                Column("precision", words.COLUMN_PRECISION, 110, align="e"),
                Column("recall", words.COLUMN_RECALL, 110, align="e"),
                Column("f1", words.COLUMN_F1, 90, align="e"),
                Column("photos", words.COLUMN_PHOTOS, 110, align="e"),
            ),
            on_open=lambda place: self._open(int(place)),
        )
        notes = (words.OPEN_TIP, words.F1_TIP, words.RECALL_TIP, words.PRECISION_TIP)
        for place, text in enumerate(notes):
            line = Line(self, text, font=fonts.CAPTION, colour=colours.MUTED)
            below = metrics.GRID * 1.5 if place == 0 else 0
            line.pack(side="bottom", fill="x", padx=metrics.GRID * 2, pady=(2, below))
        self.table.pack(fill="both", expand=True, padx=metrics.GRID, pady=(metrics.GRID, 0))

    def apply(self, report: Report) -> None:
        """Show a report."""
        if report is self._report:
            return
        self._report = report
        self.table.set_rows(
            [
                Row(
                    key=str(place),
                    texts=(
                        name,
                        percent(score.precision),
                        percent(score.recall),
                        percent(score.f1),
                        f"{score.photos:,}",
                    ),
                    sort_values=(
                        name.casefold(),
                        score.precision,
                        score.recall,
                        score.f1,
                        score.photos,
                    ),
                )
                for place, (name, score) in enumerate(report.categories)
            ]
        )

    def _open(self, place: int) -> None:
        if self._report is not None:
            self._on_open(self._report.categories[place][0])
