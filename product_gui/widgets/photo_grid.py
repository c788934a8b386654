"""Many photos as a grid of thumbnails, of which only those in sight exist."""

import tkinter as tk
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.widgets.painted import Painted
from product_gui.widgets.scrollbar import SlimScrollbar
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.tooltip import Tooltip

_CAPTION: Final = 24
_WHEEL: Final = 96
# Thumbnails kept beyond those in sight: a few screens of scrolling back without asking again.
_KEPT: Final = 600


@dataclass(frozen=True, slots=True)
class GridPhoto:
    """One photo; ``key`` is unique (its path), ``caption`` a line below it."""

    key: str
    caption: str = ""
    colour: Colour = colours.MUTED


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
        self._bar = SlimScrollbar(self, command=self._scrolled)
        self._cells = _Cells(self, cell, on_need=on_need, on_select=on_select, on_open=on_open)
        self._cells.on_scroll = self._bar.set
        self._bar.pack(side="right", fill="y")
        self._cells.pack(side="left", fill="both", expand=True)

    def set_photos(self, photos: Sequence[GridPhoto]) -> None:
        """Show these instead; forgets selection and thumbnails."""
        self._cells.set_photos(photos)

    def set_thumbnail(self, key: str, picture: "Image.Image | Any") -> None:
        """Give a photo its thumbnail (PIL or uint8 pixels RGB); scaled down if it is larger."""
        self._cells.set_thumbnail(key, picture)

    @property
    def photos(self) -> tuple[GridPhoto, ...]:
        """All photos."""
        return self._cells.photos

    @property
    def visible_keys(self) -> list[str]:
        """The keys of the photos in sight."""
        return self._cells.visible_keys

    @property
    def thumbnail_side(self) -> int:
        """The longer side of a thumbnail in this screen's pixels: make them this large."""
        return self._cells.thumbnail_side

    @property
    def selected(self) -> str | None:
        """The key of the selected photo."""
        return self._cells.selected

    def select(self, key: str) -> None:
        """Select one and scroll to it, without telling ``on_select``."""
        self._cells.select(key)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self._cells.focus_set()

    def _scrolled(self, how: str, amount: str, unit: str = "") -> None:
        self._cells.scroll(how, float(amount), unit)


class _Cells(Painted):
    def __init__(
        self,
        master: tk.Misc,
        cell: int,
        *,
        on_need: Callable[[list[str]], None],
        on_select: Callable[[str], None] | None,
        on_open: Callable[[str], None] | None,
    ) -> None:
        self._cell, self._on_need = cell, on_need
        self._on_select, self._on_open = on_select, on_open
        self.on_scroll: Callable[[float, float], None] = lambda _first, _last: None
        self.photos: tuple[GridPhoto, ...] = ()
        self.selected: str | None = None
        self._places: dict[str, int] = {}
        self._thumbnails: OrderedDict[str, ImageTk.PhotoImage] = OrderedDict()
        self._captions: dict[tuple[str, int], str] = {}
        self._asked: set[str] = set()
        self._top = 0
        self._reveal: str | None = None
        super().__init__(master, width=3 * cell, height=2 * cell, takes_focus=True)
        self._tooltip = Tooltip(self.canvas)
        self._bind_keys()

    def set_photos(self, photos: Sequence[GridPhoto]) -> None:
        self.photos = tuple(photos)
        self._places = {photo.key: index for index, photo in enumerate(photos)}
        self._thumbnails.clear()
        self._asked.clear()
        self._captions.clear()
        self._top, self.selected, self._reveal = 0, None, None
        self.schedule_paint()

    def set_thumbnail(self, key: str, picture: Any) -> None:
        self._asked.discard(key)
        if key not in self._places:
            return
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        if max(image.size) > self.thumbnail_side:
            image = image.copy()
            image.thumbnail((self.thumbnail_side, self.thumbnail_side))
        self._thumbnails[key] = ImageTk.PhotoImage(image, master=self.canvas)
        if self._places[key] in self._shown():
            self.schedule_paint()
        self._forget_far_ones()

    def select(self, key: str) -> None:
        self.selected = self._reveal = key
        self.schedule_paint()

    @property
    def thumbnail_side(self) -> int:
        return self.px(self._cell - 2 * metrics.GRID)

    @property
    def visible_keys(self) -> list[str]:
        return [self.photos[index].key for index in self._shown()]

    def scroll(self, how: str, amount: float, unit: str = "") -> None:
        """Move as a scroll bar says: to a share of the whole, or by pages or rows."""
        if how == "moveto":
            self._scroll_to(round(amount * self._full_height()))
        else:
            step = self.canvas_size[1] if unit == "pages" else self._row_height()
            self._scroll_to(self._top + round(amount * step))

    def destroy(self) -> None:
        self._thumbnails.clear()
        super().destroy()

    def paint(self) -> None:
        self._keep_in_bounds()
        shown = self._shown()
        for index in shown:
            self._paint_photo(index)
        full, height = max(1, self._full_height()), self.canvas_size[1]
        self.on_scroll(self._top / full, min(1.0, (self._top + height) / full))
        self._ask_for(shown)
        self.focus_ring((0, 0, *self.canvas_size), self.px(metrics.RADIUS_SMALL))

    def _ask_for(self, shown: range) -> None:
        keys = (self.photos[index].key for index in shown)
        needed = [key for key in keys if key not in self._thumbnails and key not in self._asked]
        if needed:
            self._asked.update(needed)
            self._on_need(needed)

    def _paint_photo(self, index: int) -> None:
        photo, (left, top) = self.photos[index], self._corner(index)
        cell, gap = self.px(self._cell), self.px(metrics.GRID)
        if photo.key == self.selected:
            self._paint_selection(left, top)
        picture = self._thumbnails.get(photo.key)
        if picture is None:
            box = (left + gap, top + gap, left + cell - gap, top + cell - gap)
            fill = self.colour(colours.PHOTO_BACKDROP)
            self.shapes.rounded(box, self.px(metrics.TIGHT), fill)
        else:
            self.canvas.create_image(left + cell / 2, top + cell / 2, image=picture)
        caption = self._fitted(photo.caption, cell - 2 * gap)
        place = (left + cell / 2, top + cell - gap / 2)
        self.write(place, caption, fonts.CAPTION, photo.colour, anchor="n")

    def _fitted(self, caption: str, room: int) -> str:
        key = (caption, room)
        if key not in self._captions:
            self._captions[key] = self.elided(caption, room, fonts.CAPTION, where="middle")
        return self._captions[key]

    def _paint_selection(self, left: int, top: int) -> None:
        inset, radius = self.px(2), self.px(metrics.RADIUS_SMALL)
        right, bottom = left + self.px(self._cell), top + self._row_height()
        box = (left + inset, top + inset, right - inset, bottom - inset)
        self.shapes.rounded(box, radius, self.colour(colours.ACCENT_SOFT))
        self.shapes.ring(box, radius, self.colour(colours.ACCENT_BAR), self.px(2))

    def _corner(self, index: int) -> tuple[int, int]:
        """Left and top of a cell; columns share the width evenly."""
        row, column = divmod(index, self._columns())
        free = self.canvas_size[0] / self._columns()
        left = round(column * free + (free - self.px(self._cell)) / 2)
        return left, row * self._row_height() - self._top

    def _shown(self) -> range:
        row, columns = self._row_height(), self._columns()
        first = (self._top // row) * columns
        last = ((self._top + self.canvas_size[1]) // row + 1) * columns
        return range(first, min(last, len(self.photos)))

    def _columns(self) -> int:
        return max(1, self.canvas_size[0] // self.px(self._cell))

    def _row_height(self) -> int:
        return self.px(self._cell + _CAPTION - metrics.TIGHT)

    def _full_height(self) -> int:
        return -(-len(self.photos) // self._columns()) * self._row_height()

    def _keep_in_bounds(self) -> None:
        if self._reveal is not None:
            top = self._places[self._reveal] // self._columns() * self._row_height()
            lowest = top + self._row_height() - self.canvas_size[1]
            self._top, self._reveal = min(top, max(self._top, lowest)), None
        self._top = max(0, min(self._top, self._full_height() - self.canvas_size[1]))

    def _scroll_to(self, top: int) -> None:
        self._top = top
        self._keep_in_bounds()
        self.schedule_paint()

    def _forget_far_ones(self) -> None:
        while len(self._thumbnails) > _KEPT:
            key, _ = self._thumbnails.popitem(last=False)
            if self._places[key] in self._shown():
                self._asked.discard(key)

    def _bind_keys(self) -> None:
        for sequence, action in (
            ("<Button-1>", self._press),
            ("<Motion>", self._show_whole_caption),
            ("<Double-1>", lambda _event: self._open()),
            ("<Return>", lambda _event: self._open()),
            ("<Button-4>", lambda _event: self._scroll_to(self._top - _WHEEL)),
            ("<Button-5>", lambda _event: self._scroll_to(self._top + _WHEEL)),
            ("<MouseWheel>", self._wheel),
            ("<Right>", lambda _event: self._step(1)),
            ("<Left>", lambda _event: self._step(-1)),
            ("<Down>", lambda _event: self._step(self._columns())),
            ("<Up>", lambda _event: self._step(-self._columns())),
            ("<Next>", lambda _event: self.scroll("scroll", 1, "pages")),
            ("<Prior>", lambda _event: self.scroll("scroll", -1, "pages")),
            ("<Home>", lambda _event: self._choose(0)),
            ("<End>", lambda _event: self._choose(len(self.photos) - 1)),
        ):
            self.canvas.bind(sequence, action, add=True)

    def _wheel(self, event: "tk.Event[tk.Canvas]") -> None:
        self._scroll_to(self._top + (-_WHEEL if event.delta > 0 else _WHEEL))

    def _index_at(self, event: "tk.Event[tk.Canvas]") -> int | None:
        column = int(event.x * self._columns() / max(1, self.canvas_size[0]))
        index = (event.y + self._top) // self._row_height() * self._columns() + column
        return index if 0 <= index < len(self.photos) else None

    def _show_whole_caption(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event)
        self._tooltip.set_text("" if index is None else self.photos[index].caption)

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event)
        if index is not None:
            self._choose(index)

    def _step(self, by: int) -> None:
        at = self._places[self.selected] + by if self.selected is not None else 0
        self._choose(at)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self.photos):
            self.select(self.photos[index].key)
            if self._on_select is not None:
                self._on_select(self.photos[index].key)

    def _open(self) -> None:
        if self.selected is not None and self._on_open is not None:
            self._on_open(self.selected)
