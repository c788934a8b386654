"""An icon for labels and buttons, drawn anew for every scaling instead of being stretched."""

from PIL import ImageTk

from product_gui.theme.colours import Colour
from product_gui.theme.icons import draw_icon
from product_gui.widgets.toolkit import Picture


class IconPicture(Picture):
    """One of our icons in a colour for each theme."""

    def __init__(self, name: str, size: int, colour: Colour) -> None:
        self._name, self._colour = name, colour
        self._drawings: dict[tuple[int, str], ImageTk.PhotoImage] = {}
        light, dark = (draw_icon(name, size, tint) for tint in colour)
        super().__init__(light, dark, size=(size, size))

    def clear(self) -> None:
        """Let go of the drawings, here and now: the garbage collector might run in a worker."""
        self._drawings.clear()

    def _get_scaled_light_photo_image(self, scaled_size: tuple[int, int]) -> ImageTk.PhotoImage:
        return self._drawn(scaled_size[0], self._colour[0])

    def _get_scaled_dark_photo_image(self, scaled_size: tuple[int, int]) -> ImageTk.PhotoImage:
        return self._drawn(scaled_size[0], self._colour[1])

    def _drawn(self, size: int, tint: str) -> ImageTk.PhotoImage:
        if (size, tint) not in self._drawings:
            self._drawings[size, tint] = ImageTk.PhotoImage(draw_icon(self._name, size, tint))
        return self._drawings[size, tint]
