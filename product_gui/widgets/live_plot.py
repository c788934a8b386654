"""Live curves of loss and accuracy in the window, drawn by matplotlib.

matplotlib is loaded in a thread when the first curve is wanted, so the window never waits for it.
Its own Tk canvas is not used: that takes the keyboard, binds keys on the whole window and keeps
timers after its end. A picture on our canvas does none of it and is drawn in 2 ms an epoch.
"""

import tkinter as tk
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PIL import ImageTk

from product_gui.theme import appearance, colours
from product_gui.theme.plots import plot_colours
from product_gui.widgets.curve_values import Curves, EpochPoint, PlotWords
from product_gui.widgets.painted import Painted
from product_gui.widgets.plotting import is_ready, load_in_background

if TYPE_CHECKING:
    from product_gui.widgets.curves import CurveSheet

__all__ = ["Curves", "EpochPoint", "LivePlot", "PlotWords"]

_LEAST_MS: Final = 200


class LivePlot(Painted):
    """Draws at most five times a second, and not while it is hidden.

    The values of the epoch under the pointer are written out. ``waiting`` is shown while
    matplotlib is being loaded.
    """

    def __init__(self, master: tk.Misc, *, words: PlotWords, waiting: str = "") -> None:
        self._plot_words, self._waiting = words, waiting
        self._curves = Curves()
        self._timer: str | None = None
        self._sheet: CurveSheet | None = None
        self._picture: ImageTk.PhotoImage | None = None
        self._pointed_at: int | None = None
        super().__init__(master, width=480, height=280, background=colours.SURFACE)
        self.canvas.bind("<Map>", lambda _event: self.schedule_paint(), add=True)
        self.canvas.bind("<Motion>", lambda event: self._point_at((event.x, event.y)), add=True)
        self.canvas.bind("<Leave>", lambda _event: self._point_at(None), add=True)

    @property
    def pointed_at(self) -> int | None:
        """The epoch under the pointer, counted from 1."""
        return self._pointed_at

    @property
    def curves(self) -> Curves:
        """What is shown."""
        return self._curves

    def render(self, curves: Curves) -> None:
        """Show these curves."""
        self._curves = curves
        if self._timer is None:
            self._timer = self.after(_LEAST_MS, self._paint_after_wait)

    def clear(self, *, epochs: int = 0) -> None:
        """Forget everything; ``epochs`` are expected."""
        self.render(Curves(epochs=epochs))

    def set_history(self, points: Sequence[EpochPoint], *, best: int | None = None) -> None:
        """Show these epochs of a finished run; ``best`` counts from 1."""
        self.render(replace(self._curves, points=tuple(points), epochs=len(points), best=best))

    def append(self, point: EpochPoint, *, is_best: bool = False) -> None:
        """Add an epoch."""
        old = self._curves
        points = (*old.points, point)
        best = len(points) if is_best else old.best
        self.render(replace(old, points=points, best=best))

    def start_phase(self, label: str, *, epochs: int = 0) -> None:
        """Draw a line before the next epoch, with a label; so many epochs more are expected."""
        old, done = self._curves, len(self._curves.points)
        phases = (*old.phases, (done, label)) if done else old.phases
        self.render(replace(old, epochs=max(old.epochs, done + epochs), phases=phases))

    def destroy(self) -> None:
        self._stop_timer()
        self._sheet = self._picture = None
        super().destroy()

    def paint(self) -> None:
        if not self.canvas.winfo_viewable():
            return  # <Map> comes back to it
        if not is_ready():
            middle = (self.canvas_size[0] / 2, self.canvas_size[1] / 2)
            self.write(middle, self._waiting, colour=colours.MUTED, anchor="center")
            load_in_background()
            self._stop_timer()
            self._timer = self.after(30, self._paint_after_wait)
            return
        picture = self._sheet_of_theme().picture(
            self._curves, self.canvas_size, pointed_at=self._pointed_at
        )
        self._picture = ImageTk.PhotoImage(picture, master=self.canvas)
        self.canvas.create_image(0, 0, image=self._picture, anchor="nw")

    def _sheet_of_theme(self) -> "CurveSheet":
        if self._sheet is None:
            from product_gui.widgets.curves import CurveSheet

            style = plot_colours(is_dark=appearance.is_dark())
            self._sheet = CurveSheet(self._plot_words, style, self._get_widget_scaling())
        return self._sheet

    def _point_at(self, place: tuple[int, int] | None) -> None:
        epoch = None
        if place is not None and self._sheet is not None and self._picture is not None:
            epoch = self._sheet.epoch_at(self._curves, place, self.canvas_size)
        if epoch != self._pointed_at:
            self._pointed_at = epoch
            self.schedule_paint()

    def _paint_after_wait(self) -> None:
        self._timer = None
        self.schedule_paint()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def _set_appearance_mode(self, mode_string: str) -> None:
        self._sheet = None
        super()._set_appearance_mode(mode_string)

    def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None:
        self._sheet = None
        super()._set_scaling(new_widget_scaling, new_window_scaling)
