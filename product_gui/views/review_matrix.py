"""The matrix of what was taken for what: counts or shares, in two orders, every cell opens."""

import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from product_gui.presenters.review_report import Report
from product_gui.text import review as words
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.plots import PlotColours
from product_gui.views.figure_style import figure_style
from product_gui.widgets.figure_view import FigureView
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARGIN = metrics.GRID * 3
_COUNTS, _SHARES = "counts", "shares"
_BY_NAME, _SIMILAR = "name", "similar"


class ConfusionCard(Frame):
    """``on_cell`` gets the true and the given category of the cell that was clicked."""

    def __init__(self, master: tk.Misc, *, on_cell: Callable[[str, str], None]) -> None:
        super().__init__(master)
        self._on_cell = on_cell
        self._report: Report | None = None
        self._order: list[int] = []
        self._make_header()
        self.figure = FigureView(
            self, waiting=words.DRAWING, on_click=self._open, tip=self._explain
        )
        self.figure.pack(fill="both", expand=True, padx=metrics.GRID, pady=metrics.GRID)

    def apply(self, report: Report) -> None:
        """Show a report."""
        if report is not self._report:
            self._report = report
            self._show_figure()

    def _make_header(self) -> None:
        header = Frame(self, fg_color="transparent")
        header.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, 0))
        self.values = Segmented(
            header,
            [(_COUNTS, words.COUNTS), (_SHARES, words.SHARES)],
            value=_COUNTS,
            on_change=lambda _key: self._show_figure(),
            width=136,
        )
        self.order = Segmented(
            header,
            [(_BY_NAME, words.BY_NAME), (_SIMILAR, words.BY_SIMILARITY)],
            value=_BY_NAME,
            on_change=lambda _key: self._show_figure(),
            width=136,
        )
        self.order.pack(side="right")
        self.values.pack(side="right", padx=(0, metrics.GRID))
        ElidedLine(header, words.CONFUSION, font=fonts.LEAD_BOLD).pack(fill="x", expand=True)
        hint = Line(self, words.CONFUSION_HINT, font=fonts.CAPTION, colour=colours.MUTED)
        hint.pack(fill="x", padx=_MARGIN)

    def _show_figure(self) -> None:
        report = self._report
        if report is None:
            return
        self._order = self._wanted_order(report)
        self.figure.show(lambda style: self._figure(report, style))

    def _wanted_order(self, report: Report) -> list[int]:
        if self.order.value == _BY_NAME:
            return list(range(len(report.evaluation.class_names)))
        from ml_core.evaluation.seriation import similar_order

        return [int(place) for place in similar_order(report.evaluation.confusion)]

    def _figure(self, report: Report, style: PlotColours) -> "Figure":
        from ml_core.figures import confusion_matrix_figure

        width, height = self.figure.canvas_size
        look = figure_style(style)
        return confusion_matrix_figure(
            report.evaluation.confusion[np.ix_(self._order, self._order)],
            [report.evaluation.class_names[place] for place in self._order],
            as_shares=self.values.value == _SHARES,
            heading=False,
            style=look,
            size=(max(2.0, width / look.dpi), max(2.0, height / look.dpi)),
        )

    def _cell(self, column: float, row: float) -> tuple[int, int] | None:
        """The true and the given category under a place, as the model orders them."""
        places = [round(row), round(column)]
        if not all(0 <= place < len(self._order) for place in places):
            return None
        return self._order[places[0]], self._order[places[1]]

    def _open(self, column: float, row: float) -> None:
        cell = self._cell(column, row)
        if cell is not None and self._report is not None:
            names = self._report.evaluation.class_names
            self._on_cell(names[cell[0]], names[cell[1]])

    def _explain(self, column: float, row: float) -> str:
        cell = self._cell(column, row)
        if cell is None or self._report is None:
            return ""
        names = self._report.evaluation.class_names
        number = int(self._report.evaluation.confusion[cell])
        return words.cell(names[cell[0]], names[cell[1]], number)
