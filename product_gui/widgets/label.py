"""Text: a line, a paragraph that wraps, a line cut with an ellipsis where it must fit."""

import tkinter as tk
from typing import Literal

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.theme.fonts import Font
from product_gui.widgets.elide import Where
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Label
from product_gui.widgets.tooltip import Tooltip


class Line(Label):
    """One line of text in one of the five sizes."""

    def __init__(
        self,
        master: tk.Misc,
        text: str = "",
        *,
        font: Font = fonts.BODY,
        colour: Colour = colours.TEXT,
        align: Literal["w", "center", "e"] = "w",
    ) -> None:
        super().__init__(master, text=text, font=font, text_color=colour, anchor=align, height=1)

    def set_text(self, text: str, colour: Colour | None = None) -> None:
        """Change the text, and its colour if one is given."""
        self.configure(text=text)
        if colour is not None:
            self.configure(text_color=colour)


class Paragraph(Line):
    """Text that wraps at the width it is given, or at a comfortable reading width."""

    def __init__(
        self,
        master: tk.Misc,
        text: str = "",
        *,
        font: Font = fonts.BODY,
        colour: Colour = colours.TEXT,
        align: Literal["w", "center", "e"] = "w",
        width: int = metrics.READING_WIDTH,
    ) -> None:
        super().__init__(master, text, font=font, colour=colour, align=align)
        self._widest = width
        justify = {"w": "left", "center": "center", "e": "right"}[align]
        self.configure(justify=justify, wraplength=width)
        self._wrapped_at = width
        tk.Misc.bind(master, "<Configure>", lambda _event: self._wrap(), add=True)

    def _wrap(self) -> None:
        if not self.winfo_exists():
            return
        room = round(self.master.winfo_width() / self._get_widget_scaling())
        width = max(80, min(self._widest, room - 2 * metrics.GRID))
        if width != self._wrapped_at:
            self._wrapped_at = width
            self.configure(wraplength=width)


class ElidedLine(Painted):
    """One line that fits any width: the rest becomes an ellipsis, and a tooltip has it all."""

    def __init__(
        self,
        master: tk.Misc,
        text: str = "",
        *,
        font: Font = fonts.BODY,
        colour: Colour = colours.TEXT,
        where: Where = "end",
        align: Literal["w", "center", "e"] = "w",
    ) -> None:
        self._text, self._font, self._text_colour = text, font, colour
        self._where, self._align = where, align
        super().__init__(master, height=round(font[1] * 1.5))
        self._tooltip = Tooltip(self.canvas)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, colour: Colour | None = None) -> None:
        """Change the text, and its colour if one is given."""
        if (text, colour or self._text_colour) != (self._text, self._text_colour):
            self._text, self._text_colour = text, colour or self._text_colour
            self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        shown = self.elided(self._text, width, self._font, where=self._where)
        self._tooltip.set_text(self._text if shown != self._text else "")
        x = {"w": 0, "center": width / 2, "e": width}[self._align]
        self.write((x, height / 2), shown, self._font, self._text_colour, anchor=self._align)
