"""A photo fitted into its space, upright as given, with its name below."""

import tkinter as tk
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    import numpy as np

    Pixels = np.ndarray[Any, np.dtype[np.uint8]] | Image.Image

# A photo is kept no larger than this on its longer side: enough for a large screen, quick to refit.
_KEPT = 2048


class PhotoView(Frame):
    """Shows one photo (RGB; a PIL image or uint8 pixels, height x width x 3), or a sentence."""

    def __init__(self, master: tk.Misc, *, empty_text: str = "") -> None:
        super().__init__(master, fg_color="transparent")
        self._empty_text = empty_text
        self._picture = _FittedPhoto(self)
        self._caption = ElidedLine(
            self, font=fonts.CAPTION, colour=colours.MUTED, where="middle", align="center"
        )
        self._picture.pack(fill="both", expand=True)
        self._caption.pack(fill="x", pady=(metrics.TIGHT, 0))
        self.clear()

    def show(self, photo: "Pixels", caption: str = "") -> None:
        """Show a photo; one of over 2,048 pixels is made smaller here, which takes its time."""
        image = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
        if max(image.size) > _KEPT:
            image = image.reduce(-(-max(image.size) // _KEPT))
        self._picture.set_photo(image)
        self._caption.set_text(caption)

    def show_text(self, text: str, caption: str = "") -> None:
        """Show a sentence in the photo's place: it is being read, or it cannot be read."""
        self._picture.set_text(text)
        self._caption.set_text(caption)

    def clear(self) -> None:
        """Back to the empty state."""
        self.show_text(self._empty_text)


class _FittedPhoto(Painted):
    def __init__(self, master: tk.Misc) -> None:
        self._photo: Image.Image | None = None
        self._text = ""
        self._shown: tuple[tuple[int, int], ImageTk.PhotoImage] | None = None
        super().__init__(master, width=320, height=240)

    def set_photo(self, photo: Image.Image) -> None:
        self._photo, self._shown = photo, None
        self.schedule_paint()

    def set_text(self, text: str) -> None:
        self._photo, self._shown, self._text = None, None, text
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        self.shapes.rounded(
            (0, 0, width, height), self.px(metrics.RADIUS), self.colour(colours.PHOTO_BACKDROP)
        )
        if self._photo is None:
            place = (width / 2, height / 2)
            wrap = width - self.px(6 * metrics.GRID)
            self.write(place, self._text, colour=colours.MUTED, anchor="center", width=wrap)
        else:
            self.canvas.create_image(width / 2, height / 2, image=self._fitted(width, height))

    def _fitted(self, width: int, height: int) -> ImageTk.PhotoImage:
        assert self._photo is not None
        size = fitted_size(self._photo.size, (width, height))
        if self._shown is None or self._shown[0] != size:
            picture = self._photo.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
            self._shown = (size, ImageTk.PhotoImage(picture, master=self.canvas))
        return self._shown[1]


def fitted_size(photo: tuple[int, int], space: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which a photo fills the space without being cut or enlarged over 2x."""
    factor = min(space[0] / photo[0], space[1] / photo[1], 2.0)
    return max(1, round(photo[0] * factor)), max(1, round(photo[1] * factor))
