"""A table of many rows: sorted by clicking a heading, walked by keyboard, themed."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, Literal

from product_gui.theme import appearance, colours
from product_gui.theme.table_style import style_table
from product_gui.widgets.toolkit import Frame, Scrollbar


@dataclass(frozen=True, slots=True)
class Column:
    """One column; numbers are aligned right. ``stretch`` lets it take what room is left."""

    key: str
    title: str
    width: int = 120
    align: Literal["w", "center", "e"] = "w"
    stretch: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``texts`` are shown; ``sort_values`` order it (same keys; texts where absent)."""

    key: str
    texts: Sequence[str]
    sort_values: Sequence[Any] = ()
    tone: Literal["normal", "muted", "warning", "error"] = "normal"


class Table(Frame):
    """``on_select`` gets the keys of the selected rows, ``on_open`` one (Return, double click).

    With ``on_need`` rows have thumbnails: it gets the keys of rows in sight that have none yet;
    answer with ``set_thumbnail``.
    """

    def __init__(
        self,
        master: tk.Misc,
        columns: Sequence[Column],
        *,
        on_select: Callable[[list[str]], None] | None = None,
        on_open: Callable[[str], None] | None = None,
        on_need: Callable[[list[str]], None] | None = None,
        can_select_many: bool = False,
    ) -> None:
        super().__init__(master, fg_color=colours.SURFACE)
        self._columns = tuple(columns)
        self._rows: dict[str, Row] = {}
        self._thumbnails: dict[str, Any] = {}
        self._sorted_by: tuple[str, bool] | None = None
        self._on_select, self._on_open, self._on_need = on_select, on_open, on_need
        self._asked: set[str] = set()
        self._idle: str | None = None
        has_thumbnails = on_need is not None
        self.tree = ttk.Treeview(
            self,
            columns=[column.key for column in columns],
            show="tree headings" if has_thumbnails else "headings",
            selectmode="extended" if can_select_many else "browse",
        )
        self._has_thumbnails = has_thumbnails
        self._build()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these instead of all others; keys are unique."""
        self.tree.delete(*self.tree.get_children())
        self._rows.clear()
        self._thumbnails.clear()
        self._asked.clear()
        self.append_rows(rows)

    def append_rows(self, rows: Sequence[Row]) -> None:
        """Add these at the end, or where the sorting has them."""
        for row in rows:
            self._rows[row.key] = row
            self.tree.insert("", "end", iid=row.key, values=tuple(row.texts), tags=(row.tone,))
        if self._sorted_by is not None:
            self._order()
        self._ask_soon()

    def update_row(self, row: Row) -> None:
        """Change the row of that key, which keeps its place and selection."""
        self._rows[row.key] = row
        self.tree.item(row.key, values=tuple(row.texts), tags=(row.tone,))

    def set_thumbnail(self, key: str, picture: Any) -> None:
        """Give a row its picture (PIL, about 40 pixels high)."""
        from PIL import ImageTk

        if key in self._rows:
            self._thumbnails[key] = ImageTk.PhotoImage(picture, master=self.tree)
            self.tree.item(key, image=self._thumbnails[key])

    @property
    def row_keys(self) -> list[str]:
        """The keys of all rows as they are ordered now."""
        return list(self.tree.get_children())

    @property
    def selection(self) -> list[str]:
        """The keys of the selected rows."""
        return list(self.tree.selection())

    def select(self, keys: Sequence[str]) -> None:
        """Select these and show the first one."""
        self.tree.selection_set(list(keys))
        if keys:
            self.tree.focus(keys[0])
            self.tree.see(keys[0])

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Order the rows by a column."""
        self._sorted_by = (key, descending)
        self._order()
        self._show_headings()

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self.tree.focus_set()

    def _build(self) -> None:
        self._bar = Scrollbar(self, command=self.tree.yview, width=12)
        self.tree.configure(yscrollcommand=self._scrolled)
        self._bar.pack(side="right", fill="y")
        self.tree.pack(side="left", fill="both", expand=True)
        for column in self._columns:
            self.tree.column(
                column.key, width=column.width, anchor=column.align, stretch=column.stretch
            )
        self.tree.column("#0", width=64, stretch=False)
        self._show_headings()
        self._restyle()
        self.tree.bind("<<TreeviewSelect>>", lambda _event: self._selected())
        self.tree.bind("<Double-1>", lambda _event: self._open())
        self.tree.bind("<Return>", lambda _event: self._open())

    def destroy(self) -> None:
        if self._idle is not None:
            self.after_cancel(self._idle)
            self._idle = None
        self._thumbnails.clear()
        super().destroy()

    def _scrolled(self, first: str, last: str) -> None:
        self._bar.set(first, last)
        self._ask_soon()

    def _ask_soon(self) -> None:
        if self._on_need is not None and self._idle is None:
            self._idle = self.after_idle(self._ask)

    def _ask(self) -> None:
        self._idle = None
        missing = [key for key in self._keys_in_sight() if key not in self._asked]
        if missing and self._on_need is not None and self.winfo_viewable():
            self._asked.update(missing)
            self._on_need(missing)

    def _keys_in_sight(self) -> list[str]:
        """From the first row to the last one that can be seen."""
        heights = range(0, self.tree.winfo_height(), 16)
        return list(dict.fromkeys(filter(None, map(self.tree.identify_row, heights))))

    def _show_headings(self) -> None:
        for column in self._columns:
            arrow = ""
            if self._sorted_by is not None and self._sorted_by[0] == column.key:
                arrow = "  ▾" if self._sorted_by[1] else "  ▴"
            self.tree.heading(
                column.key,
                text=column.title + arrow,
                anchor=column.align,
                command=lambda key=column.key: self._toggle_sort(key),
            )

    def _toggle_sort(self, key: str) -> None:
        self.sort_by(key, descending=self._sorted_by == (key, False))

    def _order(self) -> None:
        assert self._sorted_by is not None
        key, descending = self._sorted_by
        index = [column.key for column in self._columns].index(key)

        def value(row: Row) -> Any:
            return row.sort_values[index] if row.sort_values else row.texts[index].casefold()

        ordered = sorted(self._rows.values(), key=value, reverse=descending)
        for place, row in enumerate(ordered):
            self.tree.move(row.key, "", place)

    def _selected(self) -> None:
        if self._on_select is not None:
            self._on_select(self.selection)

    def _open(self) -> None:
        if self._on_open is not None and self.selection:
            self._on_open(self.selection[0])

    def _restyle(self) -> None:
        name = "Thumbnails.Treeview" if self._has_thumbnails else "Treeview"
        style_table(
            self.tree, name, is_dark=appearance.is_dark(), scaling=self._get_widget_scaling()
        )

    def _set_appearance_mode(self, mode_string: str) -> None:
        super()._set_appearance_mode(mode_string)
        self._restyle()

    def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None:
        super()._set_scaling(new_widget_scaling, new_window_scaling)
        self._restyle()
