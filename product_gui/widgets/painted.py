"""Base of the widgets that draw themselves on one canvas: few Tk objects, hence fast."""

import tkinter as tk
from typing import Any, Literal

from PIL import ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.theme.icons import draw_icon
from product_gui.theme.shapes import Box, Shapes
from product_gui.widgets.elide import Where, elide
from product_gui.widgets.focus import uses_keyboard, watch_input
from product_gui.widgets.toolkit import Base

Anchor = Literal["nw", "n", "ne", "w", "center", "e", "sw", "s", "se"]


class Painted(Base):
    """A canvas that is painted anew, once per idle moment, after any change.

    Subclasses implement ``paint``; sizes in it go through ``px``, colours through ``colour`` and
    fonts through ``font``, so scaling and theme switches need no further care.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        width: int = 0,
        height: int = 0,
        background: Colour | None = None,
        takes_focus: bool = False,
        follows_pointer: bool = False,
    ) -> None:
        self._idle: str | None = None
        self._background = background
        self._icons: dict[tuple[str, int, str], ImageTk.PhotoImage] = {}
        self._is_focused = False
        self._is_enabled = True
        self._takes_focus = takes_focus
        self._is_hovered = False
        super().__init__(master, width=width, height=height)
        self.canvas = tk.Canvas(
            self, width=1, height=1, borderwidth=0, highlightthickness=0, takefocus=0
        )
        self.canvas.place(x=0, y=0, relwidth=1, relheight=1)
        self.shapes = Shapes(self.canvas)
        if takes_focus:
            self._take_focus()
        if follows_pointer:
            self.canvas.bind("<Enter>", lambda _event: self._set_hovered(True), add=True)
            self.canvas.bind("<Leave>", lambda _event: self._set_hovered(False), add=True)
        self.canvas.bind("<Configure>", lambda _event: self.schedule_paint())
        self.schedule_paint()

    def paint(self) -> None:
        """Draw everything on the canvas, which is empty and has its size."""
        raise NotImplementedError

    def schedule_paint(self) -> None:
        """Ask for one ``paint`` when Tk is idle, however often this is called."""
        if self._idle is None:
            self._idle = self.after_idle(self._paint_now)

    def px(self, size: float) -> int:
        """Pixels on this screen for a size at 100 %."""
        return round(size * self._get_widget_scaling())

    def colour(self, colour: Colour | str) -> str:
        """The colour of the theme that is shown now."""
        return self._apply_appearance_mode(colour)

    def font(self, font: fonts.Font) -> tuple[str, int]:
        """The font in this screen's pixels."""
        return fonts.scaled(font, self._get_widget_scaling())

    def write(
        self,
        place: tuple[float, float],
        text: str,
        font: fonts.Font = fonts.BODY,
        colour: Colour = colours.TEXT,
        *,
        anchor: Anchor = "nw",
        width: int = 0,
    ) -> None:
        """Write text; with a ``width`` it wraps there, centred if the anchor is."""
        self.canvas.create_text(
            *place,
            text=text,
            anchor=anchor,
            width=width,
            font=self.font(font),
            fill=self.colour(colour),
            justify="center" if anchor in ("n", "center", "s") else "left",
        )

    def measure(self, text: str, font: fonts.Font) -> int:
        """How wide a text is, in this screen's pixels."""
        return int(self.canvas.tk.call("font", "measure", self.font(font), text))

    def line_height(self, font: fonts.Font) -> int:
        """How high a line of text is, in this screen's pixels."""
        return int(self.canvas.tk.call("font", "metrics", self.font(font), "-linespace"))

    def elided(self, text: str, width: int, font: fonts.Font, *, where: Where = "end") -> str:
        """The text, or as much of it as fits into ``width`` of this screen's pixels."""
        return elide(text, width, lambda part: self.measure(part, font), where=where)

    def icon(self, name: str, size: float, colour: Colour) -> ImageTk.PhotoImage:
        """One of our icons as a picture for the canvas; ``size`` is at 100 %."""
        key = (name, self.px(size), self.colour(colour))
        if key not in self._icons:
            self._icons[key] = ImageTk.PhotoImage(draw_icon(*key), master=self.canvas)
        return self._icons[key]

    def focus_ring(self, box: Box, radius: int) -> None:
        """Draw the ring around what has the keyboard, if ``has_focus``."""
        if self.has_focus:
            self.shapes.ring(box, radius, self.colour(colours.FOCUS), self.px(metrics.FOCUS_RING))

    def set_enabled(self, enabled: bool) -> None:
        """Whether it can be used; while it cannot, Tab passes it by."""
        self._is_enabled = enabled
        self.canvas.configure(takefocus=enabled and self._takes_focus)
        self.schedule_paint()

    @property
    def has_focus(self) -> bool:
        """Whether it has the keyboard, and keys are in use."""
        return self._is_focused and uses_keyboard(self)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self.canvas.focus_set()

    @property
    def background(self) -> str:
        """The colour behind the drawing."""
        return self.colour(self._background or self._bg_color)

    @property
    def canvas_size(self) -> tuple[int, int]:
        """Width and height of the drawing area in this screen's pixels."""
        return self.canvas.winfo_width(), self.canvas.winfo_height()

    def cget(self, attribute_name: str) -> Any:
        if attribute_name == "fg_color":  # asked by customtkinter's children, to blend in
            return self._background or "transparent"
        return super().cget(attribute_name)

    def destroy(self) -> None:
        if self._idle is not None:
            self.after_cancel(self._idle)
            self._idle = None
        # Here, because a picture that the garbage collector meets in a worker would call Tk there.
        self._icons.clear()
        self.shapes.clear()
        super().destroy()

    def _paint_now(self) -> None:
        self._idle = None
        if min(self.canvas_size) > 1:
            self.canvas.configure(background=self.background)
            self.canvas.delete("all")
            self.paint()

    def _draw(self, no_color_updates: bool = False) -> None:
        super()._draw(no_color_updates)
        self.schedule_paint()

    def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None:
        super()._set_scaling(new_widget_scaling, new_window_scaling)
        self.schedule_paint()

    def _take_focus(self) -> None:
        watch_input(self)
        self.canvas.configure(takefocus=1)
        self.canvas.bind("<Button-1>", lambda _event: self.canvas.focus_set(), add=True)
        self.canvas.bind("<FocusIn>", lambda _event: self._set_focus(True), add=True)
        self.canvas.bind("<FocusOut>", lambda _event: self._set_focus(False), add=True)
        self.canvas.bind("<Key>", lambda _event: self.schedule_paint(), add=True)

    def _set_hovered(self, is_hovered: bool) -> None:
        self._is_hovered = is_hovered
        self.schedule_paint()

    def _set_focus(self, has_focus: bool) -> None:
        self._is_focused = has_focus
        self.schedule_paint()
