"""The section of all photos: the categories with their counts, and the photos of one, or of all."""

import tkinter as tk

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.photo_sheets import Sheets
from product_gui.text import health as words
from product_gui.text import train as train_words
from product_gui.text.numbers import photos
from product_gui.theme import colours, fonts, metrics
from product_gui.views.photo_sheet import PhotoSheet
from product_gui.widgets.button import Button
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Frame

_LIST = 212
_CELL = 96


class PhotosSection(Frame):
    """A category that is chosen again gives way to all of them."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._sheets: Sheets | None = None
        self._category = ""
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        gap = metrics.GRID
        title = Line(self, words.CATEGORIES_TITLE, font=fonts.BODY_BOLD)
        title.grid(row=0, column=0, sticky="ew", padx=(gap * 3, 0), pady=(gap, metrics.TIGHT))
        head = Frame(self, fg_color="transparent", height=metrics.CONTROL_HEIGHT_SMALL)
        head.pack_propagate(False)
        head.grid(row=0, column=1, sticky="ew", padx=gap * 2, pady=(gap, metrics.TIGHT))
        self.all = Button(
            head,
            text=words.ALL_CATEGORIES,
            kind="quiet",
            small=True,
            command=lambda: self._select(""),
        )
        self._count = Line(head, font=fonts.CAPTION, colour=colours.MUTED)
        self._title = ElidedLine(head, font=fonts.BODY_BOLD)
        self._title.pack(side="left", fill="x", expand=True)
        area = ScrollArea(self, background=colours.SURFACE)
        area.configure(width=_LIST)
        area.grid(row=1, column=0, sticky="ns", padx=(gap * 2, 0), pady=(0, gap))
        self.categories = ClassList(area.content, on_select=self._select, name_share=0.5)
        self.categories.pack(fill="x")
        self.sheet = PhotoSheet(self, health, cell=_CELL)
        self.sheet.grid(row=1, column=1, sticky="nsew", padx=gap, pady=(0, gap))

    def apply(self, state: HealthState) -> None:
        """Show the photos of the state as they stand."""
        sheets = state.sheets
        if sheets is None or sheets is self._sheets:
            return
        is_same = self._sheets is not None and _is_same_folder(self._sheets, sheets)
        self._sheets = sheets
        self.categories.set_counts([_count(name, number) for name, number in sheets.counts.items()])
        if not is_same:
            self._category = ""
        self._show(is_same=is_same)

    def _select(self, name: str) -> None:
        self._category = "" if name == self._category else name
        self._show(is_same=False)

    def _show(self, *, is_same: bool) -> None:
        sheets, category = self._sheets, self._category
        if sheets is None:
            return
        self.categories.select(category)
        self._title.set_text(category or words.ALL_CATEGORIES)
        pictures = sheets.of(category)
        self._count.set_text(photos(len(pictures)))
        for part in (self.all, self._count):
            if category and not part.winfo_manager():
                part.pack(side="right", padx=(metrics.GRID, 0), before=self._title)
            elif not category:
                part.pack_forget()

        def caption(place: int) -> str:
            picture = pictures[place]
            return picture.name if category else sheets.category_of[picture.key]

        self.sheet.show(pictures, sheets, caption, is_same=is_same)


def _is_same_folder(old: Sheets, new: Sheets) -> bool:
    return old.mixed[:1] == new.mixed[:1] and list(old.by_category) == list(new.by_category)


def _count(name: str, number: int) -> ClassCount:
    return ClassCount(name, number, train_words.FEW_NOTE if number < train_words.FEW else "")
