"""A photo with the reasons for its answer laid over it, and how strongly."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.classify_state import ClassifyState
from product_gui.presenters.shown_heat import ShownHeat
from product_gui.presenters.shown_photo import ShownPhoto
from product_gui.text import classify as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.slider import Slider
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from PIL.Image import Image

_USUAL_STRENGTH = 65


class HeatedPhoto(Frame):
    """Shows the photo of a state; with a legend and a slider where there is room for them."""

    def __init__(self, master: tk.Misc, *, has_legend: bool = True) -> None:
        super().__init__(master, fg_color="transparent")
        self._shown: tuple[ShownPhoto, ShownHeat | None, int] | None = None
        self._state: ClassifyState | None = None
        self._has_legend = has_legend
        self.photo = PhotoView(self)
        self.photo.pack(side="top", fill="both", expand=True)
        gap = metrics.GRID
        self._below = Frame(self, fg_color="transparent")
        self.strength = Slider(
            self._below,
            label=words.HEAT_STRENGTH,
            most=100,
            on_change=lambda _value: self._show_photo(),
            shown_as=lambda value: f"{value} %",
        )
        self.strength.set_value(_USUAL_STRENGTH)
        self._legend = ElidedLine(self._below, font=fonts.CAPTION, colour=colours.MUTED)
        self.strength.pack(side="right", padx=(gap * 2, 0))
        self._legend.pack(side="left", fill="x", expand=True)

    def apply(self, state: ClassifyState) -> None:
        """Show the photo of the state, with its heat if there is one."""
        self._state = state
        is_explained = bool(state.explains and state.explained and self._has_legend)
        if is_explained and not self._below.winfo_manager():
            self._below.pack(side="bottom", fill="x", pady=(metrics.GRID, 0), before=self.photo)
        elif not is_explained:
            self._below.pack_forget()
        legend = words.heat_legend if state.heat is not None else words.looking_for_reasons
        self._legend.set_text(legend(state.explained) if is_explained else "")
        self._show_photo()

    def _show_photo(self) -> None:
        state = self._state
        if state is None:
            return
        photo, row = state.photo, state.current
        if photo is None or row is None:
            self.photo.clear()
            self._shown = None
        elif photo.problem is not None:
            self.photo.show_text(words.NO_PICTURE, row.name)
            self._shown = None
        elif photo.pixels is None:
            self.photo.show_text("", row.name)
            self._shown = None
        elif self._shown != (wanted := (photo, state.heat, self.strength.value)):
            self._shown = wanted
            self.photo.show(_heated(*wanted), row.name)


def _heated(photo: ShownPhoto, heat: ShownHeat | None, strength: int) -> "Image":
    """The photo, coloured by the heat as strongly as is wanted, 0 to 100."""
    from PIL import Image

    assert photo.pixels is not None
    image = Image.fromarray(photo.pixels)
    if heat is None or not strength or heat.picture != photo.picture:
        return image
    mask = Image.fromarray(heat.heat).point([value * strength // 100 for value in range(256)])
    return Image.composite(Image.fromarray(heat.colours), image, mask)
