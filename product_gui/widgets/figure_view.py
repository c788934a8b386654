"""Shows a matplotlib Figure as a picture that fills its space and follows the theme."""

import threading
import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageTk

from product_gui.theme import appearance, colours, metrics
from product_gui.theme.plots import PlotColours, plot_colours
from product_gui.widgets.painted import Painted
from product_gui.widgets.plotting import is_ready, load_in_background
from product_gui.widgets.tooltip import Tooltip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SETTLED_MS: Final = 120
_LOOK_MS: Final = 15


class _Drawing(threading.Thread):
    """Draws one figure in a thread: that takes 50 to 250 ms, for which no window should stand."""

    def __init__(self, figure: "Figure", size: tuple[int, int]) -> None:
        super().__init__(name="draw-figure", daemon=True)
        self.figure, self._size = figure, size
        self.picture: Image.Image | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        try:
            width, height = self._size
            self.figure.set_size_inches(width / self.figure.dpi, height / self.figure.dpi)
            canvas: Any = FigureCanvasAgg(self.figure)
            canvas.draw()
            pixels = canvas.buffer_rgba().tobytes()
            self.picture = Image.frombuffer("RGBA", self._size, pixels)
        except Exception as error:  # noqa: BLE001 - raised again where the window sees it
            self.error = error


class FigureView(Painted):
    """``make`` draws the figure in the colours given to it; it is called again for another theme.

    It is drawn in a thread; until that is done the old picture stays, stretched while the window is
    being resized: so dragging the edge stays smooth. ``on_click`` gets the place in the first axes'
    own coordinates (column and row of a matrix), and so does ``tip``, which says what is under the
    pointer. ``waiting`` is shown while matplotlib is being loaded.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        waiting: str = "",
        on_click: Callable[[float, float], None] | None = None,
        tip: Callable[[float, float], str] | None = None,
    ) -> None:
        self._waiting = waiting
        self._make: Callable[[PlotColours], Figure] | None = None
        self._figure: Figure | None = None
        self._drawn: Image.Image | None = None
        self._drawing: _Drawing | None = None
        self._is_stale = True
        self._picture: ImageTk.PhotoImage | None = None
        self._timer: str | None = None
        self._on_click, self._tip = on_click, tip
        super().__init__(master, width=320, height=240, background=colours.SURFACE)
        self.canvas.bind("<Map>", lambda _event: self.schedule_paint(), add=True)
        if on_click is not None:
            self.canvas.bind("<Button-1>", self._click, add=True)
        self._tooltip = Tooltip(self.canvas)
        if tip is not None:
            self.canvas.bind("<Motion>", self._point, add=True)

    def show(self, make: "Callable[[PlotColours], Figure]") -> None:
        """Show the figure that ``make`` makes."""
        self._make = make
        self._forget()

    def clear(self) -> None:
        """Show nothing."""
        self._make = self._drawn = None
        self._forget()

    def destroy(self) -> None:
        self._stop_timer()
        self._figure = self._drawn = self._picture = self._drawing = None
        super().destroy()

    def paint(self) -> None:
        if self._make is None or not self.canvas.winfo_viewable():
            return  # <Map> comes back to it
        if not is_ready():
            middle = (self.canvas_size[0] / 2, self.canvas_size[1] / 2)
            self.write(middle, self._waiting, colour=colours.MUTED, anchor="center")
            load_in_background()
            self._draw_later(30)
            return
        size = self._size()
        if self._drawing is None and self._is_stale:
            self._begin_drawing(size)
        elif self._drawing is None and self._drawn is not None and self._drawn.size != size:
            self._draw_later(_SETTLED_MS)
        if self._drawn is None:
            return
        shown = self._drawn if self._drawn.size == size else self._drawn.resize(size)
        self._picture = ImageTk.PhotoImage(shown, master=self.canvas)
        margin = self.px(metrics.GRID)
        self.canvas.create_image(margin, margin, image=self._picture, anchor="nw")

    def _size(self) -> tuple[int, int]:
        margin = 2 * self.px(metrics.GRID)
        return max(1, self.canvas_size[0] - margin), max(1, self.canvas_size[1] - margin)

    def _begin_drawing(self, size: tuple[int, int]) -> None:
        assert self._make is not None
        style = plot_colours(is_dark=appearance.is_dark())
        self._is_stale = False
        self._drawing = _Drawing(self._figure or self._make(style), size)
        self._look_later()

    def _look_later(self) -> None:
        self._stop_timer()
        self._timer = self.after(_LOOK_MS, self._look)

    def _look(self) -> None:
        """Show what was drawn, once it is; what is no longer wanted by then is left out."""
        self._timer = None
        drawing = self._drawing
        if drawing is None:
            return
        if drawing.is_alive():
            self._look_later()
            return
        self._drawing = None
        if drawing.error is not None:
            raise drawing.error
        if not self._is_stale:
            self._figure, self._drawn = drawing.figure, drawing.picture
        self.schedule_paint()

    def _draw_later(self, milliseconds: int) -> None:
        self._stop_timer()
        self._timer = self.after(milliseconds, self._redraw)

    def _redraw(self) -> None:
        self._timer = None
        self._is_stale = True
        self.schedule_paint()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def _forget(self) -> None:
        """Make the figure anew; the old picture stays until that is done."""
        self._figure, self._is_stale = None, True
        self.schedule_paint()

    def _click(self, event: "tk.Event[tk.Canvas]") -> None:
        place = self._place_of(event)
        if place is not None and self._on_click is not None:
            self._on_click(*place)

    def _point(self, event: "tk.Event[tk.Canvas]") -> None:
        place = self._place_of(event)
        text = self._tip(*place) if place is not None and self._tip is not None else ""
        self._tooltip.set_text(text)
        self.canvas.configure(cursor="hand2" if text else "")

    def _place_of(self, event: "tk.Event[tk.Canvas]") -> tuple[float, float] | None:
        """Where in the first axes the pointer is."""
        if self._figure is None or self._drawing is not None or not self._figure.axes:
            return None
        axes, margin = self._figure.axes[0], self.px(metrics.GRID)
        pixel = (event.x - margin, self._size()[1] - (event.y - margin))
        if not axes.bbox.contains(*pixel):
            return None
        x, y = axes.transData.inverted().transform(pixel)
        return float(x), float(y)

    def _set_appearance_mode(self, mode_string: str) -> None:
        self._drawn = None
        self._forget()
        super()._set_appearance_mode(mode_string)
