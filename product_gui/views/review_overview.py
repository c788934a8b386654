"""The first two tabs of a report: the score with the confusions, and the table of categories."""

import tkinter as tk
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml_core.events import EpochFinished
from product_gui.presenters.review import Report
from product_gui.text import review as words
from product_gui.text.numbers import interval, percent, photos
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.plots import PlotColours
from product_gui.views.figure_style import figure_style
from product_gui.views.side_panel import WIDTH, Numbers
from product_gui.views.train_curves import PLOT_WORDS, curves_of
from product_gui.widgets.figure_view import FigureView
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.label import Line
from product_gui.widgets.live_plot import LivePlot
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARGIN = metrics.GRID * 3


class OverviewTab(Frame):
    """The score, the curves that led to it, and what was taken for what."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._report: Report | None = None
        left = Frame(self, fg_color="transparent", corner_radius=0, width=WIDTH)
        left.pack_propagate(False)
        left.pack(side="left", fill="y", padx=(0, metrics.GRID * 2))
        score = Frame(left)
        score.pack(fill="x", pady=(0, metrics.GRID * 2))
        self._headline = Headline(score)
        self._headline.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, metrics.GRID))
        self._numbers = Numbers(score, (words.EXPECTED, words.TESTED_ON, words.MACRO_F1))
        self._numbers.pack(fill="x", padx=_MARGIN, pady=(0, metrics.GRID * 2))
        curves = Frame(left)
        curves.pack(fill="both", expand=True)
        self._curves = LivePlot(curves, words=PLOT_WORDS, waiting=words.DRAWING)
        self._curves.pack(fill="both", expand=True, padx=metrics.GRID, pady=metrics.GRID)
        right = Frame(self)
        right.pack(side="left", fill="both", expand=True)
        title = Line(right, words.CONFUSION, font=fonts.LEAD_BOLD)
        title.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, 0))
        hint = Line(right, words.CONFUSION_HINT, font=fonts.CAPTION, colour=colours.MUTED)
        hint.pack(fill="x", padx=_MARGIN)
        self._matrix = FigureView(right, waiting=words.DRAWING)
        self._matrix.pack(fill="both", expand=True, padx=metrics.GRID, pady=metrics.GRID)

    def apply(self, report: Report, history: Sequence[EpochFinished]) -> None:
        """Show a report."""
        self._curves.render(curves_of(history))
        if report is self._report:
            return
        self._report = report
        self._headline.render(_headline(report))
        low, high = report.interval
        self._numbers.render(
            {
                words.EXPECTED: interval(low, high) if report.is_meaningful else "–",
                words.TESTED_ON: photos(report.photos),
                words.MACRO_F1: percent(report.macro_f1),
            }
        )
        self._matrix.show(lambda style: self._figure(report, style))

    def _figure(self, report: Report, style: PlotColours) -> "Figure":
        from ml_core.figures import confusion_matrix_figure

        width, height = self._matrix.canvas_size
        look = figure_style(style)
        return confusion_matrix_figure(
            report.evaluation.confusion,
            report.evaluation.class_names,
            style=look,
            size=(max(2.0, width / look.dpi), max(2.0, height / look.dpi)),
        )


def _headline(report: Report) -> HeadlineState:
    if not report.is_meaningful:
        detail = words.too_few_detail(report.photos - report.wrong, report.photos)
        return HeadlineState(words.TOO_FEW_SHORT, words.TOO_FEW, detail=detail, tone="warning")
    return HeadlineState(
        percent(report.accuracy),
        words.RIGHT,
        icon="circle_check",
        detail=words.skipped(report.skipped),
    )


class CategoriesTab(Frame):
    """Precision, recall, F1 and photos of each category."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master)
        self._report: Report | None = None
        self.table = Table(
            self,
            (
                Column("category", words.COLUMN_CATEGORY, 200, stretch=True),
                Column("precision", words.COLUMN_PRECISION, 110, align="e"),
                Column("recall", words.COLUMN_RECALL, 110, align="e"),
                Column("f1", words.COLUMN_F1, 90, align="e"),
                Column("photos", words.COLUMN_PHOTOS, 110, align="e"),
            ),
        )
        for place, text in enumerate((words.F1_TIP, words.RECALL_TIP, words.PRECISION_TIP)):
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
