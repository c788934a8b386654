"""The Classify page: photos at the left, the answer at the right."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.classify_state import ClassifyState, RowState
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import classify as words
from product_gui.theme import metrics
from product_gui.views.answer_panel import AnswerPanel
from product_gui.views.busy import Busy
from product_gui.views.heated_photo import HeatedPhoto
from product_gui.views.page import Page, show_only
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.views.side_panel import WIDTH
from product_gui.widgets.banner import Banner
from product_gui.widgets.button import Button
from product_gui.widgets.drop_zone import DropZone
from product_gui.widgets.toolkit import Base, Callback, Frame

if TYPE_CHECKING:
    from product_gui.views.dialogs import Dialogs
    from product_gui.views.results_table import ResultsTable

_LOW = 700
"""With less height than this, photo and panel share the right side only if both are small."""
_PANEL_LOW, _PANEL = 352, 440


class ClassifyPage(Page[ClassifyState]):
    """Takes photos from drops and buttons, and shows what the presenter makes of them."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: ClassifyPresenter,
        dialogs: "Dialogs",
        *,
        on_train: Callback,
    ) -> None:
        super().__init__(master, title=words.TITLE)
        self._presenter, self._dialogs = presenter, dialogs
        self._many = False
        self._shown_actions: list[Button] = []
        self._make_actions()
        self._banner = Banner(self.body, words=BANNER, on_close=presenter.dismiss_problem)
        self._content = Frame(self.body, fg_color="transparent", corner_radius=0)
        self._content.pack(side="bottom", fill="both", expand=True)
        self._content.grid_columnconfigure(0, weight=1)
        tk.Misc.bind(self._content, "<Configure>", self._fit_height, add=True)
        self._left = Frame(self._content, fg_color="transparent", corner_radius=0)
        self._left.grid(row=0, column=0, rowspan=2, sticky="nsew")
        self._drop_zone = DropZone(
            self._left,
            title=words.EMPTY_TITLE,
            active_title=words.EMPTY_TITLE_ACTIVE,
            hint=words.EMPTY_HINT,
            button_text=words.EMPTY_BUTTON,
            on_choose=dialogs.choose_photos,
        )
        self._collecting = Busy(
            self._left,
            title=words.COLLECTING,
            stop_text=words.STOP_COLLECTING,
            on_stop=presenter.clear,
        )
        self._photo = HeatedPhoto(self._left)
        self._table: ResultsTable | None = None
        self._make_side(on_train)
        presenter.attach(self)

    def apply(self, state: ClassifyState) -> None:
        """Set every widget from the state."""
        many = len(state.rows) > 1
        self._apply_header(state, many=many)
        self._apply_problem(state)
        left: Base = self._collecting if state.collecting else self._drop_zone
        if state.rows:
            left = self._results() if many else self._photo
        is_next = state.model.summary is not None
        self._drop_zone.button.set_kind("primary" if is_next else "secondary")
        tables = [self._table] if self._table is not None else []
        show_only(left, [self._drop_zone, self._collecting, self._photo, *tables])
        if many:
            self._results().apply(state.rows, state.selected)
        self._share_height(many=many)
        (self._small_photo if many else self._photo).apply(state)
        self._panel.apply(state)

    def set_drop_active(self, is_active: bool) -> bool:
        self._drop_zone.set_active(is_active)
        return bool(self._drop_zone.winfo_ismapped())

    def named_controls(self) -> dict[str, tk.Misc]:
        tables = {"table": self._table.table.tree} if self._table is not None else {}
        return tables | {
            "choose_photos": self._drop_zone.button,
            "open_photos": self._open,
            "clear": self._clear,
            "save_csv": self._save,
            "copy": self._copy,
            "photo": self._photo,
            "why": self._panel.deeds.why,
            "correct": self._panel.deeds.correct,
            "heat_strength": self._photo.strength,
            "bars": self._panel.bars,
            "drop_zone": self._drop_zone,
            "train_a_model": self._panel.no_model.train,
            "open_a_model": self._panel.no_model.open,
        }

    def _results(self) -> "ResultsTable":
        """The table, made when there are first many photos."""
        if self._table is None:
            from product_gui.views.results_table import THUMBNAIL, ResultsTable

            thumbnails = Thumbnails(self._presenter.around, THUMBNAIL * 2)
            self._table = ResultsTable(self._left, thumbnails, on_select=self._presenter.select)
        return self._table

    def _make_actions(self) -> None:
        actions, presenter = self.header.actions, self._presenter
        self._clear = Button(
            actions, text=words.CLEAR, command=presenter.clear, kind="quiet", icon="close"
        )
        self._copy = Button(
            actions, text=words.COPY, command=self._copy_table, kind="quiet", icon="copy"
        )
        self._save = Button(
            actions,
            text=words.SAVE_CSV,
            command=self._dialogs.save_table,
            kind="quiet",
            icon="export",
        )
        self._open = Button(
            actions,
            text=words.OPEN,
            command=self._dialogs.choose_photos,
            icon="photo",
            tip=self._dialogs.tip("open_photos"),
        )

    def _make_side(self, on_train: Callback) -> None:
        gap = metrics.GRID * 2
        self._small = Frame(self._content, fg_color="transparent", width=WIDTH, height=1)
        self._small.pack_propagate(False)
        self._small.grid(row=0, column=1, sticky="nsew", padx=(gap, 0), pady=(0, gap))
        self._small_photo = HeatedPhoto(self._small, has_legend=False)
        self._small_photo.pack(fill="both", expand=True)
        self._panel = AnswerPanel(
            self._content,
            on_train=on_train,
            on_open_model=self._dialogs.choose_model,
            presenter=self._presenter,
            ask_for_category=self._dialogs.new_category,
        )
        self._panel.grid(row=1, column=1, sticky="ns", padx=(gap, 0))

    def _share_height(self, *, many: bool) -> None:
        """With many photos the right side holds the photo too, and the panel only what it needs."""
        if many:
            self._small.grid()
        else:
            self._small.grid_remove()
        self._content.grid_rowconfigure(0, weight=int(many))
        self._content.grid_rowconfigure(1, weight=int(not many))
        self._many = many
        self._fit_height()

    def _fit_height(self, _event: object = None) -> None:
        is_low = self._many and self._content.winfo_height() < _LOW * self._get_widget_scaling()
        self._panel.set_compact(is_low)
        self._panel.configure(height=_PANEL_LOW if is_low else _PANEL)

    def _apply_header(self, state: ClassifyState, *, many: bool) -> None:
        self.header.set_state_line(_state_line(state))
        shown = [self._open] if state.rows else []
        if many:
            shown += [self._save, self._copy]
        if state.rows:
            shown.append(self._clear)
        if shown != self._shown_actions:  # Placing them anew each time would make them flicker.
            for button in self._shown_actions:
                button.pack_forget()
            for button in shown:
                button.pack(side="right", padx=(metrics.GRID, 0))
            self._shown_actions = shown

    def _apply_problem(self, state: ClassifyState) -> None:
        self._banner.render(problem_message(state.problem), above=self._content)

    def _copy_table(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._presenter.table_text())
        self._presenter.copied()


def _state_line(state: ClassifyState) -> str:
    if state.collecting:
        return words.COLLECTING
    answered, unreadable = state.count(RowState.ANSWERED), state.count(RowState.UNREADABLE)
    total = len(state.rows)
    line = words.header(answered + unreadable, total, unreadable, answering=state.answering)
    if total > 1 and answered and not state.answering:
        return f"{line} · {words.many_took(answered, state.seconds)}"
    return line
