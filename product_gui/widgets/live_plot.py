"""Live curves and other figures in the window; the one file with matplotlib's Tk canvas."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from product_gui.theme import appearance, colours
from product_gui.theme.plots import PlotColours, plot_colours
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEAST_MS = 200


@dataclass(frozen=True, slots=True)
class EpochPoint:
    """The values of one epoch: losses, and accuracies from 0 to 1."""

    train_loss: float
    validation_loss: float
    train_accuracy: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True)
class PlotWords:
    """The words in the plot."""

    loss: str
    accuracy: str
    train: str
    validation: str
    epoch: str
    best: str


class LivePlot(Frame):
    """Draws at most five times a second, and not while it is hidden."""

    def __init__(self, master: tk.Misc, *, words: PlotWords) -> None:
        super().__init__(master, fg_color=colours.SURFACE)
        self._words = words
        self._points: list[EpochPoint] = []
        self._phases: list[tuple[int, str]] = []
        self._best: int | None = None
        self._timer: str | None = None
        self._is_dirty = False
        self._drawing: Any = None
        self.bind("<Map>", lambda _event: self._changed())

    def clear(self) -> None:
        """Forget everything."""
        self._points, self._phases, self._best = [], [], None
        self._changed()

    def set_history(self, points: Sequence[EpochPoint], *, best: int | None = None) -> None:
        """Show these epochs; ``best`` counts from 1."""
        self._points, self._best = list(points), best
        self._changed()

    def append(self, point: EpochPoint, *, is_best: bool = False) -> None:
        """Add an epoch."""
        self._points.append(point)
        if is_best:
            self._best = len(self._points)
        self._changed()

    def start_phase(self, label: str) -> None:
        """Draw a line before the next epoch, with a label (fine-tuning begins)."""
        self._phases.append((len(self._points), label))
        self._changed()

    @property
    def points(self) -> tuple[EpochPoint, ...]:
        """The epochs that are shown."""
        return tuple(self._points)

    def destroy(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        super().destroy()

    def _changed(self) -> None:
        self._is_dirty = True
        if self._timer is None:
            self._timer = self.after(_LEAST_MS, self._draw_if_needed)

    def _draw_if_needed(self) -> None:
        self._timer = None
        if self._is_dirty and self.winfo_viewable():
            self._is_dirty = False


class FigureView(Frame):
    """Shows a matplotlib Figure; made anew by ``make`` when the theme changes."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color=colours.SURFACE)
        self._make: Callable[[PlotColours], Figure] | None = None
        self._canvas: Any = None

    def show(self, make: "Callable[[PlotColours], Figure]") -> None:
        """Show the figure that ``make`` draws in the colours given to it."""
        self._make = make
        self._renew()

    def clear(self) -> None:
        """Show nothing."""
        self._make = None
        self._renew()

    def _renew(self) -> None:
        from matplotlib.backends.backend_tkagg import FigureCanvasTkAgg

        if self._canvas is not None:
            self._canvas.get_tk_widget().destroy()
            self._canvas = None
        if self._make is not None:
            figure = self._make(plot_colours(is_dark=appearance.is_dark()))
            self._canvas = FigureCanvasTkAgg(figure, master=self)  # type: ignore[no-untyped-call]
            self._canvas.get_tk_widget().pack(fill="both", expand=True)
            self._canvas.draw_idle()

    def _set_appearance_mode(self, mode_string: str) -> None:
        super()._set_appearance_mode(mode_string)
        if self._make is not None:
            self._renew()
