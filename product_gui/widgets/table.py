"""A table of many rows: sorted by clicking a heading, walked by keyboard, themed."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, Final, Literal

from PIL import ImageTk

from product_gui.theme import appearance, colours, fonts, metrics
from product_gui.theme.table_style import CELL_PADDING, style_table
from product_gui.widgets.elide import elide
from product_gui.widgets.scrollbar import SlimScrollbar
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.tooltip import Tooltip

_THUMBNAIL_COLUMN: Final = 68
_INSET: Final = 4
"""What a cell keeps free on each side beyond its padding."""


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
    """One row. ``texts`` are shown; ``sort_values`` order it (None last; texts where absent)."""

    key: str
    texts: Sequence[str]
    sort_values: Sequence[Any] = ()
    tone: Literal["normal", "muted", "warning", "error"] = "normal"


class Table(Frame):
    """``on_select`` gets the keys of the selected rows, ``on_open`` one (Return, double click).

    With ``on_need`` rows have thumbnails: it gets the keys of rows in sight that have none yet;
    answer with ``set_thumbnail``. Alt with the arrow keys sorts: left and right choose the column,
    up and down the direction.
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
        super().__init__(
            master,
            fg_color=colours.SURFACE,
            border_width=metrics.FOCUS_RING,
            border_color=colours.SURFACE,
            corner_radius=metrics.RADIUS_SMALL,
        )
        self._columns = {column.key: column for column in columns}
        self._rows: dict[str, Row] = {}
        self._thumbnails: dict[str, ImageTk.PhotoImage] = {}
        self._fitted: dict[str, tuple[int, ...]] = {}
        self._asked: set[str] = set()
        self._sorted_by: tuple[str, bool] | None = None
        self._idle: str | None = None
        self._on_select, self._on_open, self._on_need = on_select, on_open, on_need
        self.tree = ttk.Treeview(
            self,
            columns=list(self._columns),
            show="headings" if on_need is None else "tree headings",
            selectmode="extended" if can_select_many else "browse",
        )
        self._bar = SlimScrollbar(self, command=self.tree.yview)
        self._tooltip = Tooltip(self.tree)
        self._arrange()
        self._bind_keys()
        self._show_headings()
        self._restyle()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these instead of all others; keys are unique."""
        self.tree.delete(*self.tree.get_children())
        for memory in (self._rows, self._thumbnails, self._fitted, self._asked):
            memory.clear()
        self.append_rows(rows)

    def append_rows(self, rows: Sequence[Row]) -> None:
        """Add these at the end, or where the sorting has them."""
        for row in rows:
            self._rows[row.key] = row
            self.tree.insert("", "end", iid=row.key, values=tuple(row.texts), tags=(row.tone,))
        if self._sorted_by is not None:
            self._order()
        self._look_soon()

    def update_row(self, row: Row) -> None:
        """Change the row of that key, which keeps its place and selection."""
        self._rows[row.key] = row
        self._fitted.pop(row.key, None)
        self.tree.item(row.key, values=tuple(row.texts), tags=(row.tone,))
        self._look_soon()

    def set_thumbnail(self, key: str, picture: Any) -> None:
        """Give a row its picture (PIL); scaled down if it is higher than the row."""
        if key not in self._rows:
            return
        side = round(metrics.THUMBNAIL * self._get_widget_scaling())
        if max(picture.size) > side:
            picture = picture.copy()
            picture.thumbnail((side, side))
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

    def destroy(self) -> None:
        if self._idle is not None:
            self.after_cancel(self._idle)
            self._idle = None
        self._thumbnails.clear()
        super().destroy()

    def _arrange(self) -> None:
        inset = metrics.FOCUS_RING
        self.tree.configure(yscrollcommand=self._scrolled)
        self._bar.pack(side="right", fill="y", padx=inset, pady=inset)
        self.tree.pack(side="left", fill="both", expand=True, padx=(inset, 0), pady=inset)

    def _bind_keys(self) -> None:
        for sequence, action in (
            ("<<TreeviewSelect>>", self._selected),
            ("<Double-1>", self._open),
            ("<Return>", self._open),
            ("<Configure>", self._look_soon),
            ("<Map>", self._look_soon),
            ("<ButtonRelease-1>", self._look_soon),
            ("<FocusIn>", self._focused),
            ("<FocusOut>", lambda: self.configure(border_color=colours.SURFACE)),
            ("<Alt-Right>", lambda: self._sort_next(1)),
            ("<Alt-Left>", lambda: self._sort_next(-1)),
            ("<Alt-Up>", lambda: self._sort_direction(descending=False)),
            ("<Alt-Down>", lambda: self._sort_direction(descending=True)),
        ):
            self.tree.bind(sequence, _without_event(action), add=True)
        self.tree.bind("<Motion>", self._show_whole_text, add=True)

    def _scrolled(self, first: float, last: float) -> None:
        self._bar.set(first, last)
        self._look_soon()

    def _look_soon(self) -> None:
        if self._idle is None:
            self._idle = self.after_idle(self._look)

    def _look(self) -> None:
        """Fit the texts of the rows in sight, and ask for the thumbnails that they lack."""
        self._idle = None
        if not self.winfo_viewable():
            return
        keys = self._keys_in_sight()
        self._fit(keys)
        missing = [key for key in keys if key not in self._asked]
        if missing and self._on_need is not None:
            self._asked.update(missing)
            self._on_need(missing)

    def _keys_in_sight(self) -> list[str]:
        heights = range(0, self.tree.winfo_height(), 16)
        return list(dict.fromkeys(filter(None, map(self.tree.identify_row, heights))))

    def _fit(self, keys: Sequence[str]) -> None:
        font = fonts.scaled(fonts.BODY, self._get_widget_scaling())
        padding = 2 * round((CELL_PADDING + _INSET) * self._get_widget_scaling())

        def measure(text: str) -> int:
            return int(self.tree.tk.call("font", "measure", font, text))

        widths = tuple(int(self.tree.column(key, "width")) - padding for key in self._columns)
        for key in keys:
            if self._fitted.get(key) != widths:
                self._fitted[key] = widths
                texts = zip(self._rows[key].texts, widths, strict=True)
                shown = tuple(elide(text, width, measure) for text, width in texts)
                self.tree.item(key, values=shown)

    def _show_whole_text(self, event: "tk.Event[ttk.Treeview]") -> None:
        key, column = self.tree.identify_row(event.y), self.tree.identify_column(event.x)
        index = int(column[1:]) - 1 if column else -1
        whole = self._rows[key].texts[index] if key and index >= 0 else ""
        is_cut = whole and str(self.tree.item(key, "values")[index]) != whole
        self._tooltip.set_text(whole if is_cut else "")

    def _show_headings(self) -> None:
        for key, column in self._columns.items():
            self.tree.heading(
                key,
                text=self._heading(column),
                anchor=column.align,
                command=lambda key=key: self._toggle_sort(key),
            )

    def _heading(self, column: Column) -> str:
        if self._sorted_by is None or self._sorted_by[0] != column.key:
            return column.title
        arrow = "▼" if self._sorted_by[1] else "▲"
        # On the inner side, so that the title stays in line with the numbers below it.
        return f"{arrow} {column.title}" if column.align == "e" else f"{column.title} {arrow}"

    def _toggle_sort(self, key: str) -> None:
        self.sort_by(key, descending=self._sorted_by == (key, False))

    def _sort_next(self, by: int) -> None:
        keys = list(self._columns)
        at = keys.index(self._sorted_by[0]) + by if self._sorted_by is not None else 0
        self.sort_by(keys[at % len(keys)])

    def _sort_direction(self, *, descending: bool) -> None:
        key = self._sorted_by[0] if self._sorted_by is not None else next(iter(self._columns))
        self.sort_by(key, descending=descending)

    def _order(self) -> None:
        assert self._sorted_by is not None
        key, descending = self._sorted_by
        index = list(self._columns).index(key)

        def value(row: Row) -> Any:
            return row.sort_values[index] if row.sort_values else row.texts[index].casefold()

        known = [row for row in self._rows.values() if value(row) is not None]
        unknown = [row.key for row in self._rows.values() if value(row) is None]
        ordered = [row.key for row in sorted(known, key=value, reverse=descending)]
        self.tree.set_children("", *ordered, *unknown)
        self._look_soon()

    def _focused(self) -> None:
        self.configure(border_color=colours.FOCUS)
        if not self.tree.focus() and self._rows:
            self.tree.focus(self.row_keys[0])

    def _selected(self) -> None:
        if self._on_select is not None:
            self._on_select(self.selection)

    def _open(self) -> None:
        if self._on_open is not None and self.selection:
            self._on_open(self.selection[0])

    def _restyle(self) -> None:
        scaling = self._get_widget_scaling()
        name = "Treeview" if self._on_need is None else "Thumbnails.Treeview"
        style_table(self.tree, name, is_dark=appearance.is_dark(), scaling=scaling)
        self.tree.column("#0", width=round(_THUMBNAIL_COLUMN * scaling), stretch=False)
        for key, column in self._columns.items():
            width = round(column.width * scaling)
            self.tree.column(key, width=width, anchor=column.align, stretch=column.stretch)

    def _set_appearance_mode(self, mode_string: str) -> None:
        super()._set_appearance_mode(mode_string)
        self._restyle()

    def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None:
        super()._set_scaling(new_widget_scaling, new_window_scaling)
        self._restyle()


def _without_event(action: Callable[[], object]) -> Callable[[object], None]:
    def answer(_event: object) -> None:
        action()

    return answer
