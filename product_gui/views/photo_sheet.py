"""A grid of a folder's photos: marked as they stand, decided about by menu and keys."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.photo_sheets import Sheets, Standing
from product_gui.presenters.picture import Picture
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import health as words
from product_gui.views.folder import show_in_folder
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.popup import MenuEntry, popup

THUMBNAIL = 128
_MARKS = {Standing.LEFT_OUT: words.MARK_LEFT_OUT, Standing.MOVED: words.MARK_MOVED}

Caption = Callable[[int], str]
"""What stands below the photo in a place, or on it."""


class LazyPhotos(Sequence[GridPhoto]):
    """Photos for a grid, made when they come into sight: of 20,000 a few dozen ever do."""

    def __init__(
        self, pictures: Sequence[Picture], sheets: Sheets, caption: Caption, note: Caption
    ) -> None:
        self._pictures, self._sheets = pictures, sheets
        self._caption, self._note = caption, note

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, place: Any) -> Any:
        key = self._pictures[place].key
        standing = self._sheets.standing.get(key)
        return GridPhoto(
            key,
            self._caption(place),
            mark=_MARKS[standing] if standing is not None else self._note(place),
            tone="warning" if standing is Standing.LEFT_OUT else "info",
            is_dimmed=standing is Standing.LEFT_OUT,
        )


class PhotoSheet(PhotoGrid):
    """``kind`` is the kind of finding that decisions made here answer."""

    def __init__(
        self,
        master: tk.Misc,
        health: DataHealth,
        *,
        cell: int,
        on_selection: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            master,
            on_need=self._need,
            on_open=lambda _key: self.open_large(),
            on_menu=self._show_menu,
            on_selection=on_selection,
            can_select_many=True,
            cell=cell,
        )
        self._health = health
        self._thumbnails = Thumbnails(health.around, THUMBNAIL)
        self._pictures: Sequence[Picture] = ()
        self.kind = ""
        for sequence, action in (
            ("<Delete>", self.leave_out),
            ("<Key-m>", self.move_menu),
            ("<Key-M>", self.move_menu),
        ):
            self.bind_key(sequence, action)

    def show(
        self,
        pictures: Sequence[Picture],
        sheets: Sheets,
        caption: Caption,
        *,
        note: Caption = lambda _place: "",
        groups: Sequence[int] = (),
        is_same: bool = False,
    ) -> None:
        """Show these photos; ``is_same`` if most of them are shown already."""
        self._pictures = pictures
        if not is_same:
            self._thumbnails.forget()
        show = self.update_photos if is_same else self.set_photos
        show(LazyPhotos(pictures, sheets, caption, note), groups=groups)

    @property
    def chosen(self) -> list[str]:
        """The keys of the selected photos."""
        return [self._pictures[place].key for place in self.selection]

    def open_large(self) -> None:
        """Show the current photo in the whole space."""
        places = self.selection
        if places:
            self._health.viewer.open(self._pictures, places[-1])

    def leave_out(self) -> None:
        """Do not use the selected photos."""
        if self.chosen:
            self._health.decide.leave_out(self.chosen, kind=self.kind)

    def move_menu(self) -> None:
        """Ask for the category of the selected photos."""
        if self.chosen and self._health.decide.can_decide:
            place = (self.winfo_rootx() + self.winfo_width() // 3, self.winfo_rooty() + 48)
            self._menu = popup(self, self.categories(), place)

    def categories(self) -> tuple[MenuEntry, ...]:
        """An entry for each category that the selected photos can be moved to."""
        sheets = self._health.state.sheets
        names = list(sheets.by_category) if sheets is not None else []
        return tuple(MenuEntry(name, lambda name=name: self._move(name)) for name in names)  # type: ignore[misc]

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _move(self, category: str) -> None:
        self._health.decide.move(self.chosen, category, kind=self.kind)

    def _use_again(self) -> None:
        self._health.decide.use_again(self.chosen)

    def _show_menu(self, x: int, y: int) -> None:
        can = self._health.decide.can_decide
        sheets = self._health.state.sheets
        is_changed = sheets is not None and any(key in sheets.standing for key in self.chosen)
        entries = [
            MenuEntry(words.OPEN_LARGE, self.open_large, shortcut="Space"),
            MenuEntry(words.SHOW_IN_FOLDER, self._show_in_folder),
            MenuEntry(
                words.LEAVE_OUT, self.leave_out, shortcut="Del", is_enabled=can, separated=True
            ),
            MenuEntry(words.MOVE_TO, children=self.categories(), is_enabled=can),
        ]
        if is_changed:
            entries.append(MenuEntry(words.USE_AGAIN, self._use_again, is_enabled=can))
        if not can:
            entries.append(MenuEntry(words.STILL_CHECKING, is_enabled=False, separated=True))
        self._menu = popup(self, entries, (x, y))

    def _show_in_folder(self) -> None:
        place = self.selection[-1]
        show_in_folder(self._pictures[place].path, say=self._health.around.notices.say)

    def _need(self, keys: list[str]) -> None:
        wanted = set(keys)
        shown = [self._pictures[place] for place in self.places_in_sight]
        self._thumbnails.request([p for p in shown if p.key in wanted], self.set_thumbnail)
