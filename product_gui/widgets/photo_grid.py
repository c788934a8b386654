"""Many photos as a grid of thumbnails, of which only those in sight exist."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from product_gui.widgets.photo_cells import GridPhoto, PhotoCells
from product_gui.widgets.scrollbar import SlimScrollbar
from product_gui.widgets.toolkit import Frame

__all__ = ["GridPhoto", "PhotoGrid"]


class PhotoGrid(Frame):
    """Asks by ``on_need(keys)`` for thumbnails in sight; answer with ``set_thumbnail``.

    ``on_select`` gets the key of the photo that was chosen last, ``on_open`` one that was double
    clicked (or Return, Space), ``on_menu`` the place on the screen where a menu is wanted.
    ``on_selection`` is called after every change of what is selected. The photos may be made when
    they are asked for: a sequence of any length that is cheap to index.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_need: Callable[[list[str]], None],
        on_select: Callable[[str], None] | None = None,
        on_open: Callable[[str], None] | None = None,
        on_menu: Callable[[int, int], None] | None = None,
        on_selection: Callable[[], None] | None = None,
        can_select_many: bool = False,
        cell: int = 128,
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._bar = SlimScrollbar(self, command=self._scrolled)
        self._cells = PhotoCells(self, cell, on_need=on_need, can_select_many=can_select_many)
        self._cells.on_select, self._cells.on_open = on_select, on_open
        self._cells.on_menu, self._cells.on_selection = on_menu, on_selection
        self._cells.on_scroll = self._bar.set
        self._bar.pack(side="right", fill="y")
        self._cells.pack(side="left", fill="both", expand=True)

    def set_photos(self, photos: Sequence[GridPhoto], *, groups: Sequence[int] = ()) -> None:
        """Show these instead; forgets selection and thumbnails.

        ``groups`` are the sizes of groups of photos that stay side by side.
        """
        self._cells.set_photos(photos, groups)

    def update_photos(self, photos: Sequence[GridPhoto], *, groups: Sequence[int] = ()) -> None:
        """Show these instead, most of which were there: thumbnails and the place are kept."""
        self._cells.update_photos(photos, groups)

    def set_thumbnail(self, key: str, picture: "Image.Image | Any") -> None:
        """Give a photo its thumbnail (PIL or uint8 pixels RGB); scaled down if it is larger."""
        self._cells.set_thumbnail(key, picture)

    @property
    def photos(self) -> Sequence[GridPhoto]:
        """All photos."""
        return self._cells.photos

    @property
    def visible_keys(self) -> list[str]:
        """The keys of the photos in sight."""
        return self._cells.visible_keys

    @property
    def places_in_sight(self) -> range:
        """The places of the photos in sight."""
        return self._cells.places_in_sight

    @property
    def thumbnail_side(self) -> int:
        """The longer side of a thumbnail in this screen's pixels: make them this large."""
        return self._cells.thumbnail_side

    @property
    def selected(self) -> str | None:
        """The key of the photo that was chosen last."""
        return self._cells.selected

    @property
    def selection(self) -> list[int]:
        """The places of all selected photos."""
        return self._cells.selection.places

    def select(self, key: str) -> None:
        """Select one and scroll to it, without telling anybody."""
        self._cells.select(key)

    def select_place(self, place: int) -> None:
        """Select the photo in this place and scroll to it, without telling anybody."""
        self._cells.select_place(place)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self._cells.focus_set()

    def bind_key(self, sequence: str, action: Callable[[], object]) -> None:
        """Let a key do something while the grid has the keyboard."""
        self._cells.canvas.bind(sequence, lambda _event: action(), add=True)

    def _scrolled(self, how: str, amount: str, unit: str = "") -> None:
        self._cells.scroll(how, float(amount), unit)
