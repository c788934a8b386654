"""The Models page: the list, and beside it the selected one with what can be done."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.model_list import Entry
from product_gui.presenters.models import ModelsPresenter, ModelsState
from product_gui.text import models as words
from product_gui.text.numbers import count
from product_gui.theme import metrics
from product_gui.views.model_panel import ModelPanel
from product_gui.views.page import Page, show_only
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.widgets.banner import Banner
from product_gui.widgets.button import Button
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.label import Line
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Base, Frame

if TYPE_CHECKING:
    from product_gui.presenters.window import WindowPresenter
    from product_gui.views.dialogs import Dialogs

_EDGE = 4


class ModelsPage(Page[ModelsState]):
    """Every model that was trained or opened."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: ModelsPresenter,
        dialogs: "Dialogs",
        window: "WindowPresenter",
    ) -> None:
        super().__init__(master, title=words.TITLE)
        self._presenter = presenter
        self._entries: tuple[Entry, ...] | None = None
        self._current: object = None
        self.open = Button(
            self.header.actions,
            text=words.OPEN_A_MODEL,
            command=dialogs.choose_model,
            icon="plus",
            tip=words.OPEN_TIP,
        )
        self.open.pack(side="right")
        self._problem = Banner(self.body, words=BANNER, on_close=presenter.dismiss_problem)
        self._content = Frame(self.body, fg_color="transparent", corner_radius=0)
        self._content.pack(side="bottom", fill="both", expand=True)
        self._make_empty(window)
        self._make_list(presenter, dialogs, window)
        presenter.refresh()
        presenter.attach(self)

    def apply(self, state: ModelsState) -> None:
        """Set every widget from the state."""
        entries = state.entries
        self.header.set_state_line(words.HEADER if not entries else count(len(entries), "model"))
        self._problem.render(problem_message(state.problem), above=self._content)
        part: Base = self._loading
        if entries is not None:
            part = self._list if entries else self._empty
        show_only(part, [self._loading, self._empty, self._list])
        if entries:
            self._apply_table(state, entries)
            self.panel.apply(state)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {"open": self.open, "table": self.table.tree, **self.panel.named_controls()}

    def _make_empty(self, window: "WindowPresenter") -> None:
        self._loading = Line(self._content, words.LOADING, align="center")
        self._empty = EmptyState(
            self._content,
            icon="cube",
            title=words.EMPTY_TITLE,
            text=words.EMPTY_HINT,
            button_text=words.TRAIN_A_MODEL,
            command=window.train_a_model,
        )

    def _make_list(
        self, presenter: ModelsPresenter, dialogs: "Dialogs", window: "WindowPresenter"
    ) -> None:
        self._list = Frame(self._content, fg_color="transparent", corner_radius=0)
        surface = Frame(self._list)
        self.panel = ModelPanel(self._list, presenter, dialogs, window)
        self.panel.pack(side="right", fill="y", padx=(metrics.GRID * 2, 0))
        surface.pack(side="left", fill="both", expand=True)
        self.table = Table(
            surface,
            (
                Column("name", words.COLUMN_NAME, 180, stretch=True),
                Column("score", words.COLUMN_SCORE, 150, align="e"),
                Column("date", words.COLUMN_DATE, 150, align="e"),
            ),
            on_select=lambda keys: presenter.select(keys[0]) if keys else None,
            on_open=lambda _key: presenter.use(),
        )
        self.table.pack(fill="both", expand=True, padx=_EDGE, pady=_EDGE)

    def _apply_table(self, state: ModelsState, entries: tuple[Entry, ...]) -> None:
        if (entries, state.current) != (self._entries, self._current):
            self._entries, self._current = entries, state.current
            self.table.set_rows([_row(entry, state) for entry in entries])
        if state.selected and self.table.selection != [state.selected]:
            self.table.select([state.selected])


def _row(entry: Entry, state: ModelsState) -> Row:
    is_current = entry.path == state.current
    name = f"{words.STARRED} {entry.name}" if entry.is_starred else entry.name
    name = words.current_name(name) if is_current else name
    return Row(
        key=entry.key,
        texts=(name, entry.score, entry.date),
        sort_values=(entry.name.casefold(), entry.accuracy or 0.0, entry.created),
        tone="normal" if entry.has_model else "muted",
    )
