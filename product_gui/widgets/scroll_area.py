"""A space that scrolls up and down: by wheel, by bar, by keyboard, and with the focus."""

import sys
import tkinter as tk

from product_gui.theme import appearance, colours
from product_gui.theme.colours import Colour
from product_gui.widgets.scrollbar import SlimScrollbar
from product_gui.widgets.toolkit import Frame

_WHEEL_PIXELS = 48


class ScrollArea(Frame):
    """Put things into ``content``, which is as wide as the area and as high as it needs."""

    def __init__(self, master: tk.Misc, *, background: Colour = colours.WINDOW) -> None:
        super().__init__(master, fg_color=background, corner_radius=0)
        self._background = background
        self._canvas = tk.Canvas(self, borderwidth=0, highlightthickness=0, width=1, height=1)
        self._bar = SlimScrollbar(self, command=self._canvas.yview)
        self.content = Frame(self._canvas, fg_color=background, corner_radius=0)
        self._item = self._canvas.create_window(0, 0, window=self.content, anchor="nw")
        self._canvas.configure(yscrollcommand=self._show_position, yscrollincrement=1)
        self._canvas.pack(side="left", fill="both", expand=True)
        self._bar.pack(side="right", fill="y")
        self._canvas.bind("<Configure>", self._fit_width)
        tk.Misc.bind(self.content, "<Configure>", self._fit_region, add=True)
        bind_wheel(self.winfo_toplevel())
        self._paint()

    def scroll(self, pixels: int) -> None:
        """Move the view down by so many pixels."""
        if self.content.winfo_reqheight() > self._canvas.winfo_height():
            self._canvas.yview_scroll(pixels, "units")

    def scroll_to_top(self) -> None:
        """Show the beginning."""
        self._canvas.yview_moveto(0)

    def show(self, widget: tk.Misc, part: tuple[int, int] | None = None) -> None:
        """Scroll just far enough that a widget inside can be seen, or the part from top to bottom.

        Of a widget that does not fit, no part is better than another: then nothing moves.
        """
        height = self._canvas.winfo_height()
        first, last = part or (0, widget.winfo_height())
        if last - first > height:
            return
        top = widget.winfo_rooty() - self.content.winfo_rooty() + first
        bottom = top + last - first
        seen = round(self._canvas.canvasy(0))
        if top < seen:
            self._canvas.yview_scroll(top - seen - 8, "units")
        elif bottom > seen + height:
            self._canvas.yview_scroll(bottom - seen - height + 8, "units")

    def _fit_width(self, event: "tk.Event[tk.Canvas]") -> None:
        self._canvas.itemconfigure(self._item, width=event.width)

    def _fit_region(self, _event: object) -> None:
        self._canvas.configure(scrollregion=(0, 0, 1, self.content.winfo_reqheight()))

    def _show_position(self, first: float, last: float) -> None:
        self._bar.set(first, last)

    def _paint(self) -> None:
        self._canvas.configure(background=appearance.resolve(self._background))

    def _set_appearance_mode(self, mode_string: str) -> None:
        super()._set_appearance_mode(mode_string)
        self._paint()


def bind_wheel(window: tk.Misc) -> None:
    """Let the wheel scroll whichever scroll area lies under the pointer, once per window."""
    if getattr(window, "_has_wheel", False):
        return
    window._has_wheel = True  # type: ignore[attr-defined]  # noqa: SLF001
    window.bind_all("<MouseWheel>", _on_wheel, add=True)
    if sys.platform.startswith("linux"):
        window.bind_all("<Button-4>", _on_wheel, add=True)
        window.bind_all("<Button-5>", _on_wheel, add=True)
    window.bind_all("<FocusIn>", _on_focus, add=True)


def _on_wheel(event: "tk.Event[tk.Misc]") -> None:
    area = _area_around(event.widget)
    if area is not None:
        up = event.num == 4 or event.delta > 0
        area.scroll(-_WHEEL_PIXELS if up else _WHEEL_PIXELS)


def _on_focus(event: "tk.Event[tk.Misc]") -> None:
    area = _area_around(event.widget)
    if area is not None:
        area.show(event.widget)


def _area_around(widget: object) -> ScrollArea | None:
    while isinstance(widget, tk.Misc):
        if isinstance(widget, ScrollArea):
            return widget
        widget = widget.master
    return None
