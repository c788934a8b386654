"""The tab of wrong answers: a grid of photos, the surest mistakes first, and one of them large."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from product_gui.presenters.review import Report, ReviewState
from product_gui.presenters.shown_photo import ShownPhoto
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import review as words
from product_gui.text.numbers import confidence
from product_gui.theme import colours, fonts, metrics
from product_gui.views.page import show_only
from product_gui.views.side_panel import SidePanel
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.toolkit import Frame

_CELL = 136
_MARGIN = metrics.GRID * 3


class MistakesTab(Frame):
    """What the model got wrong, to be walked with mouse or arrow keys."""

    def __init__(
        self, master: tk.Misc, thumbnails: Thumbnails, *, on_select: Callable[[str], None]
    ) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._thumbnails = thumbnails
        self._report: Report | None = None
        self._none = EmptyState(
            self, icon="circle_check", title=words.NO_MISTAKES, text=words.NO_MISTAKES_HINT
        )
        self._some = Frame(self, fg_color="transparent", corner_radius=0)
        self._detail = _Detail(self._some)
        self._detail.pack(side="right", fill="y", padx=(metrics.GRID * 2, 0))
        surface = Frame(self._some)
        surface.pack(side="left", fill="both", expand=True)
        self._title = Line(surface, font=fonts.LEAD_BOLD)
        self._title.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, 0))
        hint = Line(surface, words.MISTAKES_HINT, font=fonts.CAPTION, colour=colours.MUTED)
        hint.pack(fill="x", padx=_MARGIN, pady=(0, metrics.GRID))
        self.grid_of_photos = PhotoGrid(
            surface,
            on_need=self._need,
            on_select=on_select,
            cell=_CELL,
        )
        self.grid_of_photos.pack(
            fill="both", expand=True, padx=metrics.GRID, pady=(0, metrics.GRID)
        )

    def apply(self, state: ReviewState) -> None:
        """Show the mistakes of the state's report."""
        report = state.report
        if report is None:
            return
        show_only(self._some if report.mistakes else self._none, [self._some, self._none])
        if report is not self._report:
            self._report = report
            self._thumbnails.forget()
            self._title.set_text(words.mistakes_count(report.wrong))
            self.grid_of_photos.set_photos(
                [
                    GridPhoto(mistake.picture.key, words.mistake(mistake.true, mistake.given))
                    for mistake in report.mistakes
                ]
            )
        if state.mistake is not None:
            key = state.mistake.picture.key
            if self.grid_of_photos.selected != key:
                self.grid_of_photos.select(key)
        self._detail.apply(state)

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _need(self, keys: list[str]) -> None:
        mistakes = self._report.mistakes if self._report is not None else ()
        pictures = {mistake.picture.key: mistake.picture for mistake in mistakes}
        self._thumbnails.request([pictures[key] for key in keys], self._show_thumbnail)

    def _show_thumbnail(self, key: str, pixels: Any) -> None:
        self.grid_of_photos.set_thumbnail(key, pixels)


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
        mistake, photo = state.mistake, state.photo
        if mistake is None or photo is None:
            self._photo.clear()
            return
        self._lines[words.TRUE].set_text(mistake.true)
        given = words.given(mistake.given, confidence(mistake.confidence))
        self._lines[words.GIVEN].set_text(given)
        if photo.problem is not None:
            self._photo.show_text(photo.problem.what, mistake.picture.name)
        elif photo.pixels is None:
            self._photo.show_text("", mistake.picture.name)
        elif photo is not self._shown:
            self._photo.show(photo.pixels, mistake.picture.name)
        self._shown = photo


class _Pair(Frame):
    def __init__(self, master: tk.Misc, name: str) -> None:
        super().__init__(master, fg_color="transparent")
        Line(self, name, font=fonts.CAPTION, colour=colours.MUTED).pack(fill="x")
        self._text = ElidedLine(self, font=fonts.LEAD_BOLD)
        self._text.pack(fill="x")

    def set_text(self, text: str) -> None:
        self._text.set_text(text)
