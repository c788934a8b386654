"""The inside of a photo grid: paints what is in sight, and answers mouse and keyboard."""

import tkinter as tk
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageTk

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour, Tone
from product_gui.widgets.grid_layout import GridLayout
from product_gui.widgets.grid_selection import Selection
from product_gui.widgets.painted import Painted
from product_gui.widgets.tooltip import Tooltip

_CAPTION: Final = 24
_WHEEL: Final = 96
# Thumbnails kept beyond those in sight: a few screens of scrolling back without asking again.
_KEPT: Final = 600
_VEIL: Final = 0.62
_NEARBY: Final = 300
_SHIFT, _CONTROL = 0x1, 0x4


@dataclass(frozen=True, slots=True)
class GridPhoto:
    """One photo; ``key`` is unique (its path), ``caption`` a line below it.

    ``mark`` is a word or two written on the photo; a dimmed one is seen as through a veil.
    """

    key: str
    caption: str = ""
    colour: Colour = colours.MUTED
    mark: str = ""
    tone: Tone = "neutral"
    is_dimmed: bool = False


class PhotoCells(Painted):
    """A canvas that holds only the cells in sight."""

    def __init__(
        self,
        master: tk.Misc,
        cell: int,
        *,
        on_need: Callable[[list[str]], None],
        can_select_many: bool,
    ) -> None:
        self._cell, self._on_need = cell, on_need
        self.on_select: Callable[[str], None] | None = None
        self.on_open: Callable[[str], None] | None = None
        self.on_menu: Callable[[int, int], None] | None = None
        self.on_selection: Callable[[], None] | None = None
        self.on_scroll: Callable[[float, float], None] = lambda _first, _last: None
        self.photos: Sequence[GridPhoto] = ()
        self.selection = Selection(can_be_many=can_select_many)
        self._layout = GridLayout(0)
        self._thumbnails: OrderedDict[str, ImageTk.PhotoImage] = OrderedDict()
        self._captions: dict[tuple[str, int], str] = {}
        self._asked: set[str] = set()
        self._in_sight: set[str] = set()
        self._veil: tuple[tuple[int, str], ImageTk.PhotoImage] | None = None
        self._top = 0
        self._reveal: int | None = None
        super().__init__(master, width=3 * cell, height=2 * cell, takes_focus=True)
        self._tooltip = Tooltip(self.canvas)
        self._bind_keys()

    def set_photos(self, photos: Sequence[GridPhoto], groups: Sequence[int]) -> None:
        self._thumbnails.clear()
        self._captions.clear()
        self._top, self._reveal = 0, None
        self.selection.clear()
        self.update_photos(photos, groups)
        self._asked.clear()

    def update_photos(self, photos: Sequence[GridPhoto], groups: Sequence[int]) -> None:
        chosen = {self.photos[place].key: place for place in self.selection.places}
        following = self._following()
        self.photos = photos
        self._layout = GridLayout(len(photos), groups)
        self._keep_selection(chosen, following)
        self.schedule_paint()

    def set_thumbnail(self, key: str, picture: Any) -> None:
        if key not in self._asked and key not in self._in_sight and key not in self._thumbnails:
            return
        self._asked.discard(key)
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        if max(image.size) > self.thumbnail_side:
            image = image.copy()
            image.thumbnail((self.thumbnail_side, self.thumbnail_side))
        self._thumbnails[key] = ImageTk.PhotoImage(image, master=self.canvas)
        if key in self._in_sight:
            self.schedule_paint()
        self._forget_far_ones()

    @property
    def selected(self) -> str | None:
        current = self.selection.current
        return None if current is None else self.photos[current].key

    def select(self, key: str) -> None:
        place = next((place for place, photo in enumerate(self.photos) if photo.key == key), None)
        if place is not None:
            self.select_place(place)

    def select_place(self, place: int) -> None:
        if 0 <= place < len(self.photos):
            self.selection.choose(place)
            self._reveal = place
            self.schedule_paint()

    @property
    def thumbnail_side(self) -> int:
        return self.px(self._cell - 2 * metrics.GRID)

    @property
    def visible_keys(self) -> list[str]:
        return [self.photos[index].key for index in self.places_in_sight]

    def scroll(self, how: str, amount: float, unit: str = "") -> None:
        """Move as a scroll bar says: to a share of the whole, or by pages or rows."""
        if how == "moveto":
            self._scroll_to(round(amount * self._full_height()))
        else:
            step = self.canvas_size[1] if unit == "pages" else self._row_height()
            self._scroll_to(self._top + round(amount * step))

    def destroy(self) -> None:
        self._thumbnails.clear()
        self._veil = None
        super().destroy()

    def paint(self) -> None:
        self._keep_in_bounds()
        shown = self.places_in_sight
        for group in self._layout.groups_in(shown):
            self._paint_group(group)
        photos = {index: self.photos[index] for index in shown}
        self._in_sight = {photo.key for photo in photos.values()}
        for index, photo in photos.items():
            self._paint_photo(index, photo)
        full, height = max(1, self._full_height()), self.canvas_size[1]
        self.on_scroll(self._top / full, min(1.0, (self._top + height) / full))
        self._ask_for([photo.key for photo in photos.values()])
        self.focus_ring((0, 0, *self.canvas_size), self.px(metrics.RADIUS_SMALL))

    def _following(self) -> dict[str, int]:
        """The photo after those that are selected: it is next if these go."""
        places = self.selection.places
        after = places[-1] + 1 if places else 0
        is_there = bool(places) and after < len(self.photos)
        return {self.photos[after].key: after} if is_there else {}

    def _keep_selection(self, chosen: Mapping[str, int], following: Mapping[str, int]) -> None:
        """Select what was selected as far as it is still there, or else what came after it."""
        self.selection.clear()
        found = self._find(chosen) or self._find(following)
        if found:
            self.selection.choose(found[0])
        for place in found[1:]:
            self.selection.toggle(place)

    def _find(self, keys: Mapping[str, int]) -> list[int]:
        """Where photos are now; they are looked for around where they were."""
        if not keys:
            return []
        first = max(0, min(keys.values()) - _NEARBY)
        last = min(len(self.photos), max(keys.values()) + _NEARBY)
        return [place for place in range(first, last) if self.photos[place].key in keys]

    def _ask_for(self, keys: Sequence[str]) -> None:
        needed = [key for key in keys if key not in self._thumbnails and key not in self._asked]
        if needed:
            self._asked.update(needed)
            self._on_need(needed)

    def _paint_group(self, group: range) -> None:
        """A backdrop behind each row of photos that belong together."""
        inset, row_height = self.px(2), self._row_height()
        rows: dict[int, list[int]] = {}
        for index in group:
            rows.setdefault(self._layout.place(index)[0], []).append(index)
        for indices in rows.values():
            left, top = self._corner(indices[0])
            right = self._corner(indices[-1])[0] + self.px(self._cell)
            box = (left + inset, top + inset, right - inset, top + row_height - inset)
            self.shapes.rounded(box, self.px(metrics.RADIUS), self.colour(colours.SUNKEN))

    def _paint_photo(self, index: int, photo: GridPhoto) -> None:
        left, top = self._corner(index)
        cell, gap = self.px(self._cell), self.px(metrics.GRID)
        if index in self.selection:
            self._paint_selection(left, top)
        picture = self._thumbnails.get(photo.key)
        if picture is None:
            box = (left + gap, top + gap, left + cell - gap, top + cell - gap)
            fill = self.colour(colours.PHOTO_BACKDROP)
            self.shapes.rounded(box, self.px(metrics.TIGHT), fill)
        else:
            self.canvas.create_image(left + cell / 2, top + cell / 2, image=picture)
        if photo.is_dimmed:
            self.canvas.create_image(left + cell / 2, top + cell / 2, image=self._veiling(index))
        if photo.mark:
            self._paint_mark(photo, left + cell / 2, top + cell - gap - self.px(2))
        caption = self._fitted(photo.caption, self.px(self._cell - 2 * metrics.GRID))
        place = (left + cell / 2, top + cell - gap / 2)
        self.write(place, caption, fonts.CAPTION, photo.colour, anchor="n")

    def _paint_mark(self, photo: GridPhoto, middle: float, bottom: float) -> None:
        pad = self.px(5)
        room = self.px(self._cell - 2 * metrics.GRID) - 2 * pad - self.px(4)
        mark = self.elided(photo.mark, room, fonts.CAPTION)
        width, height = self.measure(mark, fonts.CAPTION), self.line_height(fonts.CAPTION)
        half = width / 2 + pad
        box = (middle - half, bottom - height - self.px(2), middle + half, bottom)
        self.shapes.rounded(box, self.px(4), self.colour(colours.TONE_SOFT[photo.tone]))
        place = (middle, (box[1] + bottom) / 2)
        tint = colours.TONE_TEXT[photo.tone]
        self.write(place, mark, fonts.CAPTION, tint, anchor="center")

    def _veiling(self, index: int) -> ImageTk.PhotoImage:
        """The background's colour, half transparent, as large as a thumbnail."""
        behind = colours.ACCENT_SOFT if index in self.selection else None
        colour = self.colour(behind) if behind else self.background
        key = (self.thumbnail_side, colour)
        if self._veil is None or self._veil[0] != key:
            veil = Image.new("RGBA", (key[0], key[0]), colour)
            veil.putalpha(round(255 * _VEIL))
            self._veil = (key, ImageTk.PhotoImage(veil, master=self.canvas))
        return self._veil[1]

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
        """Left and top of a cell; columns share the width evenly, but for groups side by side."""
        row, column = self._layout.place(index)
        free = self.canvas_size[0] / self._columns()
        left = round(column * free + (free - self.px(self._cell)) / 2)
        return left, row * self._row_height() - self._top

    @property
    def places_in_sight(self) -> range:
        self._columns()
        row = self._row_height()
        return self._layout.shown(self._top // row, (self._top + self.canvas_size[1]) // row)

    def _columns(self) -> int:
        self._layout.set_columns(max(1, self.canvas_size[0] // self.px(self._cell)))
        return self._layout.columns

    def _row_height(self) -> int:
        return self.px(self._cell + _CAPTION - metrics.TIGHT)

    def _full_height(self) -> int:
        self._columns()
        return self._layout.rows * self._row_height()

    def _keep_in_bounds(self) -> None:
        if self._reveal is not None:
            self._columns()
            top = self._layout.place(self._reveal)[0] * self._row_height()
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
            self._asked.discard(key)

    def _bind_keys(self) -> None:
        for sequence, action in (
            ("<Button-1>", self._press),
            ("<Button-3>", self._show_menu),
            ("<Motion>", self._show_whole_caption),
            ("<Double-1>", lambda _event: self._open()),
            ("<Return>", lambda _event: self._open()),
            ("<space>", lambda _event: self._open()),
            ("<Menu>", lambda _event: self._show_menu_of_key()),
            ("<Shift-F10>", lambda _event: self._show_menu_of_key()),
            ("<Control-a>", lambda _event: self._select_all()),
            ("<Button-4>", lambda _event: self._scroll_to(self._top - _WHEEL)),
            ("<Button-5>", lambda _event: self._scroll_to(self._top + _WHEEL)),
            ("<MouseWheel>", self._wheel),
            ("<Right>", lambda event: self._step(1, event)),
            ("<Left>", lambda event: self._step(-1, event)),
            ("<Down>", lambda event: self._step_rows(1, event)),
            ("<Up>", lambda event: self._step_rows(-1, event)),
            ("<Next>", lambda _event: self.scroll("scroll", 1, "pages")),
            ("<Prior>", lambda _event: self.scroll("scroll", -1, "pages")),
            ("<Home>", lambda event: self._choose(0, event)),
            ("<End>", lambda event: self._choose(len(self.photos) - 1, event)),
        ):
            self.canvas.bind(sequence, action, add=True)

    def _wheel(self, event: "tk.Event[tk.Canvas]") -> None:
        self._scroll_to(self._top + (-_WHEEL if event.delta > 0 else _WHEEL))

    def _index_at(self, event: "tk.Event[tk.Canvas]") -> int | None:
        column = int(event.x * self._columns() / max(1, self.canvas_size[0]))
        return self._layout.index_at((event.y + self._top) // self._row_height(), column)

    def _show_whole_caption(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event)
        caption = "" if index is None else self.photos[index].caption
        room = self.px(self._cell - 2 * metrics.GRID)
        self._tooltip.set_text(caption if self._fitted(caption, room) != caption else "")

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event)
        if index is not None:
            self._choose(index, event)

    def _show_menu(self, event: "tk.Event[tk.Canvas]") -> None:
        index = self._index_at(event)
        if index is None or self.on_menu is None:
            return
        self.canvas.focus_set()
        if index not in self.selection:
            self._choose(index)
        self.on_menu(event.x_root, event.y_root)

    def _show_menu_of_key(self) -> None:
        if self.selection.current is not None and self.on_menu is not None:
            left, top = self._corner(self.selection.current)
            half = self.px(self._cell) // 2
            self.on_menu(
                self.canvas.winfo_rootx() + left + half, self.canvas.winfo_rooty() + top + half
            )

    def _step(self, by: int, event: "tk.Event[tk.Canvas]") -> None:
        current = self.selection.current
        self._choose(0 if current is None else current + by, event)

    def _step_rows(self, by: int, event: "tk.Event[tk.Canvas]") -> None:
        current = self.selection.current
        if current is None:
            return self._choose(0)
        target = self._layout.step(current, by)
        if self._layout.place(target)[0] != self._layout.place(current)[0]:
            self._choose(target, event)
        return None

    def _choose(self, index: int, event: "tk.Event[tk.Canvas] | None" = None) -> None:
        if not 0 <= index < len(self.photos):
            return
        state = int(event.state) if event is not None and isinstance(event.state, int) else 0
        if state & _SHIFT:
            self.selection.extend(index)
        elif state & _CONTROL:
            self.selection.toggle(index)
        else:
            self.selection.choose(index)
        self._reveal = index
        self.schedule_paint()
        if self.on_select is not None:
            self.on_select(self.photos[index].key)
        if self.on_selection is not None:
            self.on_selection()

    def _select_all(self) -> str:
        self.selection.all(len(self.photos))
        self.schedule_paint()
        if self.on_selection is not None:
            self.on_selection()
        return "break"

    def _open(self) -> None:
        if self.selected is not None and self.on_open is not None:
            self.on_open(self.selected)
