"""Small still pictures: an icon in a colour of the theme."""

import tkinter as tk

from product_gui.theme import colours, metrics
from product_gui.theme.colours import Colour, Tone
from product_gui.widgets.icon_picture import IconPicture
from product_gui.widgets.toolkit import Label

TONE_ICON: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "success": "circle_check",
    "warning": "alert",
    "error": "circle_cross",
}


class Icon(Label):
    """One of our icons."""

    def __init__(
        self,
        master: tk.Misc,
        name: str,
        *,
        size: int = metrics.ICON,
        colour: Colour = colours.TEXT,
    ) -> None:
        self._size, self._shown = size, (name, colour)
        super().__init__(
            master, text="", image=IconPicture(name, size, colour), width=size, height=size
        )

    def destroy(self) -> None:
        super().destroy()
        self._image.clear()

    def set_icon(self, name: str, colour: Colour) -> None:
        """Show another icon or colour."""
        if (name, colour) != self._shown:
            self._shown = (name, colour)
            self.configure(image=IconPicture(name, self._size, colour))
