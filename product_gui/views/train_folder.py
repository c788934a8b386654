"""The Train page before a training: how a folder should look, and what is in the chosen one."""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import Any

from product_gui.presenters.picture import Picture, shown_name
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.presenters.train_state import Category, FolderSummary, TrainState
from product_gui.text import train as words
from product_gui.theme import colours, fonts, metrics
from product_gui.views.folder_picture import FolderPicture
from product_gui.widgets.button import Button
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.label import ElidedLine, Line, Paragraph
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Frame

_MOST_RECENT = 4
_CELL = 104
_LIST = 208


class GettingStarted(Frame):
    """A picture of a fitting folder, and the folders opened before."""

    def __init__(self, master: tk.Misc, *, on_choose: Callable[[Path], None]) -> None:
        super().__init__(master, fg_color="transparent")
        self._on_choose = on_choose
        self._recent: tuple[Path, ...] = ()
        gap = metrics.GRID
        Line(self, words.LAYOUT_TITLE, font=fonts.LEAD_BOLD).pack(fill="x", pady=(0, gap))
        FolderPicture(self).pack(fill="x")
        hint = Paragraph(self, words.LAYOUT_HINT, colour=colours.MUTED)
        hint.pack(fill="x", pady=(gap * 2, 0))
        self._list = Frame(self, fg_color="transparent")

    def apply(self, state: TrainState) -> None:
        """List the folders opened before."""
        if state.recent == self._recent:
            return
        self._recent = state.recent
        for old in self._list.winfo_children():
            old.destroy()
        Line(self._list, words.RECENT, font=fonts.CAPTION, colour=colours.MUTED).pack(fill="x")
        for folder in self._recent[:_MOST_RECENT]:
            button = Button(
                self._list,
                text=shown_name(folder),
                icon="folder",
                kind="quiet",
                small=True,
                tip=str(folder),
                command=lambda folder=folder: self._on_choose(folder),  # type: ignore[misc]
            )
            button.pack(anchor="w")
        self._list.pack(side="bottom", fill="x")


class FolderContent(Frame):
    """The categories with their counts, and photos of the chosen one, or of all."""

    def __init__(self, master: tk.Misc, thumbnails: Thumbnails) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._thumbnails = thumbnails
        self._data: FolderSummary | None = None
        self._selected = ""
        self._pictures: dict[str, Picture] = {}
        surface = Frame(self)
        surface.pack(fill="both", expand=True)
        surface.grid_columnconfigure(1, weight=1)
        surface.grid_rowconfigure(1, weight=1)
        gap, above = metrics.GRID, (metrics.GRID * 3, metrics.GRID)
        self._title = ElidedLine(surface, font=fonts.LEAD_BOLD)
        title = Line(surface, words.DATA_SECTION, font=fonts.LEAD_BOLD)
        title.grid(row=0, column=0, sticky="ew", padx=(gap * 3, 0), pady=above)
        self._title.grid(row=0, column=1, sticky="ew", padx=gap * 2, pady=above)
        area = ScrollArea(surface, background=colours.SURFACE)
        area.configure(width=_LIST)
        area.grid(row=1, column=0, sticky="ns", padx=(gap * 2, 0), pady=(0, gap))
        self.categories = ClassList(area.content, on_select=self._select)
        self.categories.pack(fill="x")
        self._grid = PhotoGrid(surface, on_need=self._need, cell=_CELL)
        self._grid.grid(row=1, column=1, sticky="nsew", padx=gap, pady=(0, gap))

    def apply(self, state: TrainState) -> None:
        """Show the folder's content."""
        if state.data is None or state.data is self._data:
            return
        self._data = state.data
        self.categories.set_counts([_count(category) for category in state.data.categories])
        self._select("")

    def destroy(self) -> None:
        self._thumbnails.forget()
        super().destroy()

    def _select(self, name: str) -> None:
        """Show photos of one category, or some of each."""
        data = self._data
        if data is None:
            return
        self._selected = "" if name == self._selected else name
        self.categories.select(self._selected)
        self._title.set_text(self._selected or words.SOME_OF_EACH)
        self._thumbnails.forget()
        samples = _samples(data, self._selected)
        self._pictures = {picture.key: picture for picture, _ in samples}
        self._grid.set_photos([GridPhoto(picture.key, caption) for picture, caption in samples])

    def _need(self, keys: list[str]) -> None:
        self._thumbnails.request([self._pictures[key] for key in keys], self._show)

    def _show(self, key: str, pixels: Any) -> None:
        self._grid.set_thumbnail(key, pixels)


def _samples(data: FolderSummary, name: str) -> list[tuple[Picture, str]]:
    """All samples of one category; of every category the first ones if none is named."""
    if name:
        chosen = next(category for category in data.categories if category.name == name)
        return [(picture, picture.name) for picture in chosen.samples]
    each = max(1, words.MIXED_SAMPLES // max(1, len(data.categories)))
    return [
        (category.samples[place], category.name)
        for place in range(each)
        for category in data.categories
        if place < len(category.samples)
    ]


def _count(category: Category) -> ClassCount:
    note = words.FEW_NOTE if category.photos < words.FEW else ""
    return ClassCount(category.name, category.photos, note)
