"""Many photos as a grid of thumbnails, of which only those in sight exist."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Frame, Scrollbar


@dataclass(frozen=True, slots=True)
class GridPhoto:
    """One photo; ``key`` is unique (its path), ``caption`` a line below it."""

    key: str
    caption: str = ""


class PhotoGrid(Frame):
    """Asks by ``on_need(keys)`` for thumbnails in sight; answer with ``set_thumbnail``."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_need: Callable[[list[str]], None],
        on_select: Callable[[str], None] | None = None,
        on_open: Callable[[str], None] | None = None,
        cell: int = 128,
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._bar = Scrollbar(self, width=12, command=self._scrolled)
        self._cells = _Cells(self, cell, on_need, self._bar, (on_select, on_open))
        self._bar.pack(side="right", fill="y")
        self._cells.pack(side="left", fill="both", expand=True)

    def set_photos(self, photos: Sequence[GridPhoto]) -> None:
        """Show these instead; forgets selection and thumbnails."""
        self._cells.set_photos(photos)

    def set_thumbnail(self, key: str, picture: "Image.Image | Any") -> None:
        """Give a photo its thumbnail (PIL or uint8 pixels RGB); scaled down if it is larger."""
        self._cells.set_thumbnail(key, picture)

    @property
    def selected(self) -> str | None:
        """The key of the selected photo."""
        return self._cells.selected

    def select(self, key: str) -> None:
        """Select one and scroll to it."""
        self._cells.select(key)

    def _scrolled(self, *how: str) -> None:
        self._cells.scrolled(*how)


class _Cells(Painted):
    def __init__(
        self,
        master: tk.Misc,
        cell: int,
        on_need: Callable[[list[str]], None],
        bar: Scrollbar,
        listeners: tuple[Callable[[str], None] | None, Callable[[str], None] | None],
    ) -> None:
        self._cell, self._on_need, self._bar = cell, on_need, bar
        self._on_select, self._on_open = listeners
        self._photos: tuple[GridPhoto, ...] = ()
        self._places: dict[str, int] = {}
        self._thumbnails: dict[str, ImageTk.PhotoImage] = {}
        self._asked: set[str] = set()
        self._top = 0
        self.selected: str | None = None
        super().__init__(master, width=320, height=240, takes_focus=True)
        for sequence, action in (
            ("<Button-1>", self._press),
            ("<Double-1>", self._open),
            ("<Return>", self._open),
            ("<Button-4>", lambda _event: self._scroll_by(-96)),
            ("<Button-5>", lambda _event: self._scroll_by(96)),
            ("<MouseWheel>", self._wheel),
            ("<Right>", lambda _event: self._step(1)),
            ("<Left>", lambda _event: self._step(-1)),
            ("<Down>", lambda _event: self._step(self._columns())),
            ("<Up>", lambda _event: self._step(-self._columns())),
        ):
            self.canvas.bind(sequence, action, add=True)

    def set_photos(self, photos: Sequence[GridPhoto]) -> None:
        self._photos = tuple(photos)
        self._places = {photo.key: index for index, photo in enumerate(photos)}
        self._thumbnails.clear()
        self._asked.clear()
        self._top, self.selected = 0, None
        self.schedule_paint()

    def set_thumbnail(self, key: str, picture: Any) -> None:
        if key not in self._places:
            return
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        side = self.px(self._cell - 2 * metrics.TIGHT)
        if max(image.size) > side:
            image = image.copy()
            image.thumbnail((side, side))
        self._thumbnails[key] = ImageTk.PhotoImage(image, master=self.canvas)
        self.schedule_paint()

    def select(self, key: str) -> None:
        self.selected = key
        row = self._places[key] // self._columns()
        top, bottom = row * self._row_height(), (row + 1) * self._row_height()
        height = self.canvas_size[1]
        self._top = min(top, max(self._top, bottom - height))
        self.schedule_paint()

    def scrolled(self, how: str, amount: str, unit: str = "") -> None:
        if how == "moveto":
            self._scroll_to(round(float(amount) * self._full_height()))
        else:
            step = self.canvas_size[1] if unit == "pages" else self._row_height()
            self._scroll_by(int(amount) * step)

    def paint(self) -> None:
        self._top = min(self._top, max(0, self._full_height() - self.canvas_size[1]))
        shown = self._shown()
        for index in shown:
            self._paint_photo(index)
        self._show_position()
        wanted = [self._photos[i].key for i in shown]
        needed = [key for key in wanted if key not in self._thumbnails and key not in self._asked]
        if needed:
            self._asked.update(needed)
            self._on_need(needed)

    def _paint_photo(self, index: int) -> None:
        photo, cell, columns = self._photos[index], self.px(self._cell), self._columns()
        left = (index % columns) * cell
        top = (index // columns) * self._row_height() - self._top
        gap = self.px(metrics.TIGHT)
        if photo.key == self.selected:
            box = (left, top, left + cell, top + self._row_height())
            self.shapes.rounded(box, self.px(6), self.colour(colours.ACCENT_SOFT))
        picture = self._thumbnails.get(photo.key)
        middle = (left + cell / 2, top + cell / 2)
        if picture is None:
            box = (left + gap, top + gap, left + cell - gap, top + cell - gap)
            self.shapes.rounded(box, self.px(4), self.colour(colours.SUNKEN))
        else:
            self.canvas.create_image(*middle, image=picture)
        font = self.font(fonts.CAPTION)
        self.canvas.create_text(
            middle[0],
            top + cell + self.px(8),
            fill=self.colour(colours.MUTED),
            font=font,
            text=self.elided(photo.caption, cell - 2 * gap, fonts.CAPTION, where="middle"),
        )

    def _shown(self) -> range:
        row, columns = self._row_height(), self._columns()
        first = (self._top // row) * columns
        last = ((self._top + self.canvas_size[1]) // row + 1) * columns
        return range(first, min(last, len(self._photos)))

    def _columns(self) -> int:
        return max(1, self.canvas_size[0] // self.px(self._cell))

    def _row_height(self) -> int:
        return self.px(self._cell + 20)

    def _full_height(self) -> int:
        return -(-len(self._photos) // self._columns()) * self._row_height()

    def _show_position(self) -> None:
        full = max(1, self._full_height())
        self._bar.set(self._top / full, min(1.0, (self._top + self.canvas_size[1]) / full))

    def _scroll_by(self, pixels: int) -> None:
        self._scroll_to(self._top + pixels)

    def _scroll_to(self, top: int) -> None:
        self._top = max(0, min(top, self._full_height() - self.canvas_size[1]))
        self.schedule_paint()

    def _wheel(self, event: "tk.Event[tk.Canvas]") -> None:
        self._scroll_by(-96 if event.delta > 0 else 96)

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        column = event.x // self.px(self._cell)
        index = (event.y + self._top) // self._row_height() * self._columns() + column
        if column < self._columns() and index < len(self._photos):
            self._choose(index)

    def _step(self, by: int) -> None:
        at = self._places[self.selected] if self.selected else -by
        if 0 <= at + by < len(self._photos):
            self._choose(at + by)

    def _choose(self, index: int) -> None:
        self.select(self._photos[index].key)
        if self._on_select is not None:
            self._on_select(self._photos[index].key)

    def _open(self, _event: object) -> None:
        if self.selected is not None and self._on_open is not None:
            self._on_open(self.selected)
