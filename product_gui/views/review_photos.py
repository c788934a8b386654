"""The part of a report with the photos: wrong answers first, any others on request, one large."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from product_gui.presenters.review import ReviewState
from product_gui.presenters.review_report import Order, PhotoAnswer, Report, Selection, Verdict
from product_gui.presenters.shown_photo import ShownPhoto
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import review as words
from product_gui.theme import colours, fonts, metrics
from product_gui.views.page import show_only
from product_gui.views.side_panel import SidePanel
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.select import Select
from product_gui.widgets.toolkit import Frame

_CELL = 136
_SELECT = 184


class PhotosTab(Frame):
    """What the model answered, to be walked with mouse or arrow keys."""

    def __init__(
        self,
        master: tk.Misc,
        thumbnails: Thumbnails,
        *,
        on_select: Callable[[str], None],
        on_choose: Callable[[Selection], None],
    ) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._thumbnails = thumbnails
        self._answers: Sequence[PhotoAnswer] | None = None
        self._detail = _Detail(self)
        self._detail.pack(side="right", fill="y", padx=(metrics.GRID * 2, 0))
        surface = Frame(self)
        surface.pack(side="left", fill="both", expand=True)
        self.choice = AnswerChoice(surface, on_choose=on_choose)
        self.choice.pack(fill="x", padx=metrics.GRID * 2, pady=(metrics.GRID * 2, metrics.GRID))
        place = Frame(surface, fg_color="transparent")
        place.pack(fill="both", expand=True, padx=metrics.GRID, pady=(0, metrics.GRID))
        self.grid_of_photos = PhotoGrid(place, on_need=self._need, on_select=on_select, cell=_CELL)
        self._none = EmptyState(
            place, icon="circle_check", title=words.NO_MISTAKES, text=words.NO_MISTAKES_HINT
        )
        self._unmatched = EmptyState(
            place, icon="photo", title=words.NO_SUCH_PHOTOS, text=words.NO_SUCH_PHOTOS_HINT
        )

    def apply(self, state: ReviewState) -> None:
        """Show the answers that are looked at."""
        report = state.report
        if report is None:
            return
        self.choice.apply(report, state.selection)
        is_flawless = state.selection.verdict is Verdict.WRONG and not report.wrong
        part = self._none if is_flawless else self._unmatched
        parts = [self.grid_of_photos, self._none, self._unmatched]
        show_only(self.grid_of_photos if state.answers else part, parts)
        if state.answers is not self._answers:
            self._answers = state.answers
            self._thumbnails.forget()
            self.grid_of_photos.set_photos([_cell_of(answer) for answer in state.answers])
        if state.answer is not None:
            key = state.answer.picture.key
            if self.grid_of_photos.selected != key:
                self.grid_of_photos.select(key)
        self._detail.apply(state)

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _need(self, keys: list[str]) -> None:
        pictures = {answer.picture.key: answer.picture for answer in self._answers or ()}
        self._thumbnails.request([pictures[key] for key in keys], self._show_thumbnail)

    def _show_thumbnail(self, key: str, pixels: Any) -> None:
        self.grid_of_photos.set_thumbnail(key, pixels)


class AnswerChoice(Frame):
    """Which answers are looked at: wrong or right, by true and by given category, in an order."""

    def __init__(self, master: tk.Misc, *, on_choose: Callable[[Selection], None]) -> None:
        super().__init__(master, fg_color="transparent")
        self._on_choose = on_choose
        self._report: Report | None = None
        self._selection = Selection()
        self.verdict = Segmented(
            self,
            [(verdict, "") for verdict in Verdict],
            value=Verdict.WRONG,
            on_change=lambda key: self._choose(verdict=Verdict(key)),
            width=330,
        )
        self.order = self._select(words.ORDERS, lambda key: self._choose(order=Order(key)))
        self.true = self._select({}, lambda key: self._choose(true=key))
        self.given = self._select({}, lambda key: self._choose(given=key))
        gap = metrics.GRID
        self.verdict.grid(row=0, column=0, columnspan=3, sticky="w", pady=(0, gap))
        for column, part in enumerate((self.true, self.given, self.order)):
            self.grid_columnconfigure(column, weight=1, uniform="third")
            part.grid(row=1, column=column, sticky="ew", padx=(gap if column else 0, 0))

    def apply(self, report: Report, selection: Selection) -> None:
        """Show what is chosen."""
        if report is not self._report:
            self._report = report
            names = sorted((name for name, _ in report.categories), key=str.casefold)
            self.true.set_options([("", words.ANY_TRUE), *((n, words.truly(n)) for n in names)], "")
            given = ((name, words.answered(name)) for name in names)
            self.given.set_options([("", words.ANY_GIVEN), *given], "")
            right = report.photos - report.wrong
            numbers = {Verdict.WRONG: report.wrong, Verdict.RIGHT: right}
            self.verdict.set_words(
                [
                    (verdict, words.verdict(verdict, numbers.get(verdict, report.photos)))
                    for verdict in Verdict
                ]
            )
        self._selection = selection
        self.verdict.set_value(selection.verdict)
        self.true.set_value(selection.true)
        self.given.set_value(selection.given)
        self.order.set_value(selection.order)

    def _select(self, options: dict[str, str], on_change: Callable[[str], None]) -> Select:
        choices = list(options.items()) or [("", "")]
        return Select(self, choices, value=choices[0][0], on_change=on_change, width=_SELECT)

    def _choose(self, **changes: Any) -> None:
        self._on_choose(replace(self._selection, **changes))


def _cell_of(answer: PhotoAnswer) -> GridPhoto:
    if answer.is_right:
        return GridPhoto(answer.picture.key, words.sure_of(answer.true, answer.confidence))
    return GridPhoto(answer.picture.key, words.mistake(answer.true, answer.given))


class _Detail(SidePanel):
    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master)
        self._shown: ShownPhoto | None = None
        self._lines = {name: _Pair(self.space, name) for name in (words.GIVEN, words.TRUE)}
        for line in self._lines.values():
            line.pack(side="bottom", fill="x", pady=(metrics.GRID, 0))
        self._photo = PhotoView(self.space)
        self._photo.pack(fill="both", expand=True)

    def apply(self, state: ReviewState) -> None:
        answer, photo = state.answer, state.photo
        if answer is None or photo is None:
            self._photo.clear()
            self._shown = None
            for line in self._lines.values():
                line.set_text("")
            return
        self._lines[words.TRUE].set_text(answer.true)
        self._lines[words.GIVEN].set_text(words.sure_of(answer.given, answer.confidence))
        if photo.problem is not None:
            self._photo.show_text(photo.problem.what, answer.picture.name)
        elif photo.pixels is None:
            self._photo.show_text("", answer.picture.name)
        elif photo is not self._shown:
            self._photo.show(photo.pixels, answer.picture.name)
        self._shown = photo


class _Pair(Frame):
    def __init__(self, master: tk.Misc, name: str) -> None:
        super().__init__(master, fg_color="transparent")
        Line(self, name, font=fonts.CAPTION, colour=colours.MUTED).pack(fill="x")
        self._text = ElidedLine(self, font=fonts.LEAD_BOLD)
        self._text.pack(fill="x")

    def set_text(self, text: str) -> None:
        self._text.set_text(text)
