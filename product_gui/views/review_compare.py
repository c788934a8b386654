"""The part of a report that puts the run beside another: scores, photos, categories, curves."""

import tkinter as tk
from pathlib import Path
from typing import TYPE_CHECKING, Any

from product_gui.presenters.review import ReviewPresenter, ReviewState, run_label
from product_gui.presenters.review_comparison import ComparisonState, Difference
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import review as words
from product_gui.text.numbers import percent
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.plots import PlotColours
from product_gui.views.figure_style import figure_style
from product_gui.views.page import show_only
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.figure_view import FigureView
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.select import Select
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Base, Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ml_core.evaluation.comparison import ClassChange

_CELL = 136
_PHOTOS, _CATEGORIES, _CURVES = "photos", "categories", "curves"


class CompareTab(Frame):
    """Which photos got right and which got wrong, against a run that can be chosen."""

    def __init__(self, master: tk.Misc, presenter: ReviewPresenter, thumbnails: Thumbnails) -> None:
        super().__init__(master, corner_radius=metrics.RADIUS)
        self._presenter, self._thumbnails = presenter, thumbnails
        self._shown: ComparisonState | None = None
        self._choices: tuple[tuple[str, str], ...] = ()
        self._make_head()
        self._space = Frame(self, fg_color="transparent")
        gap = metrics.GRID
        self._space.pack(fill="both", expand=True, padx=gap, pady=(0, gap))
        self._make_parts()

    def apply(self, state: ReviewState) -> None:
        """Show the comparison."""
        comparison = state.comparison
        self._apply_runs(state)
        result = comparison.result
        self.parts.set_enabled(result is not None and bool(result.photos))
        if comparison is not self._shown:
            self._shown = comparison
            self._score.set_text(_score(comparison))
            self._verdict.set_text(_verdict(comparison))
            self._apply_result(comparison)
        self._show_part()

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _make_head(self) -> None:
        gap = metrics.GRID
        head = Frame(self, fg_color="transparent")
        head.pack(fill="x", padx=gap * 3, pady=(gap * 2, gap))
        self.other = Select(
            head,
            [("", "")],
            value="",
            on_change=lambda key: self._presenter.compare_with(Path(key)),
            width=300,
        )
        self.parts = Segmented(
            head,
            [
                (_PHOTOS, words.COMPARE_PHOTOS),
                (_CATEGORIES, words.TABS["categories"]),
                (_CURVES, words.COMPARE_CURVES),
            ],
            value=_PHOTOS,
            on_change=lambda _key: self._show_part(),
            width=300,
        )
        self.parts.pack(side="right")
        Line(head, words.COMPARE_WITH, colour=colours.MUTED).pack(side="left")
        self.other.pack(side="left", padx=(gap, 0))
        self._score = ElidedLine(self, font=fonts.LEAD_BOLD)
        self._score.pack(fill="x", padx=gap * 3)
        self._verdict = ElidedLine(self, colour=colours.MUTED)
        self._verdict.pack(fill="x", padx=gap * 3, pady=(0, gap))

    def _make_parts(self) -> None:
        gap = metrics.GRID
        self._photos = Frame(self._space, fg_color="transparent")
        self.difference = Segmented(
            self._photos,
            [(difference, "") for difference in Difference],
            value=Difference.FIXED,
            on_change=lambda key: self._presenter.comparison.look_at(Difference(key)),
            width=330,
        )
        self.difference.pack(anchor="w", padx=gap * 2, pady=(0, gap))
        self.grid_of_photos = PhotoGrid(self._photos, on_need=self._need, cell=_CELL)
        self.grid_of_photos.pack(fill="both", expand=True)
        self.table = Table(
            self._space,
            (
                Column("category", words.COLUMN_CATEGORY, 200, stretch=True),
                Column("photos", words.COLUMN_PHOTOS, 90, align="e"),
                Column("before", words.COLUMN_BEFORE, 130, align="e"),
                Column("now", words.COLUMN_NOW, 130, align="e"),
                Column("change", words.COLUMN_CHANGE, 110, align="e"),
            ),
        )
        self._curves = FigureView(self._space, waiting=words.DRAWING)
        self._loading = Line(self._space, words.LOADING, align="center")
        self._none = EmptyState(
            self._space,
            icon="chart",
            title=words.NOTHING_IN_COMMON,
            text=words.NOTHING_IN_COMMON_HINT,
        )
        self._alone = EmptyState(
            self._space, icon="chart", title=words.NO_OTHER_RUN, text=words.NO_OTHER_RUN_HINT
        )

    def _apply_runs(self, state: ReviewState) -> None:
        selected, other = state.selected, state.comparison.other
        runs = [
            run for run in state.runs or () if selected is None or run.folder != selected.folder
        ]
        options = tuple((str(run.folder), run_label(run)) for run in runs) or (("", "–"),)
        chosen = str(other.folder) if other is not None else options[0][0]
        if options != self._choices:
            self._choices = options
            self.other.set_options(options, chosen)
        elif self.other.value != chosen:
            self.other.set_value(chosen)
        self.other.set_enabled(bool(runs))

    def _apply_result(self, comparison: ComparisonState) -> None:
        result = comparison.result
        if result is None:
            return
        counts = {Difference.FIXED: len(result.fixed), Difference.BROKEN: len(result.broken)}
        self.difference.set_words([(one, words.difference(one, counts[one])) for one in Difference])
        self.difference.set_value(comparison.difference)
        self._thumbnails.forget()
        self.grid_of_photos.set_photos(
            [
                GridPhoto(answer.picture.key, words.mistake(answer.true, answer.wrong))
                for answer in comparison.answers
            ]
        )
        self.table.set_rows([_row(change) for change in result.classes])
        self._curves.show(lambda style: self._figure(comparison, style))

    def _show_part(self) -> None:
        comparison = self._shown
        if comparison is None or comparison.other is None:
            part: Base = self._alone
        elif comparison.loading:
            part = self._loading
        elif comparison.result is None or not comparison.result.photos:
            part = self._none
        else:
            part = {_PHOTOS: self._photos, _CATEGORIES: self.table, _CURVES: self._curves}[
                self.parts.value
            ]
        parts = [self._photos, self.table, self._curves, self._loading, self._none, self._alone]
        show_only(part, parts)

    def _figure(self, comparison: ComparisonState, style: PlotColours) -> "Figure":
        from ml_core.figures import overlaid_curves

        width, height = self._curves.canvas_size
        look = figure_style(style)
        size = (max(2.0, width / look.dpi), max(2.0, height / look.dpi))
        return overlaid_curves(comparison.histories, style=look, size=size)

    def _need(self, keys: list[str]) -> None:
        answers = self._shown.answers if self._shown is not None else ()
        pictures = {answer.picture.key: answer.picture for answer in answers}
        self._thumbnails.request([pictures[key] for key in keys], self._show_thumbnail)

    def _show_thumbnail(self, key: str, pixels: Any) -> None:
        self.grid_of_photos.set_thumbnail(key, pixels)


def _score(comparison: ComparisonState) -> str:
    result = comparison.result
    if result is None or not result.photos:
        return comparison.problem
    before, now = percent(result.first_accuracy), percent(result.second_accuracy)
    return words.compared(result.photos, before, now)


def _verdict(comparison: ComparisonState) -> str:
    result = comparison.result
    if result is None or not result.photos:
        return ""
    return words.fixed_and_broken(len(result.fixed), len(result.broken), result.probability)


def _row(change: "ClassChange") -> Row:
    difference = change.second_recall - change.first_recall
    return Row(
        key=change.name,
        texts=(
            change.name,
            f"{change.photos:,}",
            percent(change.first_recall),
            percent(change.second_recall),
            words.points(difference),
        ),
        sort_values=(
            change.name.casefold(),
            change.photos,
            change.first_recall,
            change.second_recall,
            difference,
        ),
        tone="warning" if difference < 0 else "normal",
    )
