"""The section of decisions: all that count, the newest first, each of which can be undone."""

import tkinter as tk

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.file_moving import PlannedMoves
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.health_view import MadeDecision
from product_gui.text import health as words
from product_gui.text.numbers import date
from product_gui.theme import colours, fonts, metrics
from product_gui.views.file_questions import ask_to_move
from product_gui.views.page import show_only
from product_gui.widgets.button import Button
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Frame


class DecisionsSection(Frame):
    """Select one or several and press Undo."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._health = health
        self._decisions: tuple[MadeDecision, ...] | None = None
        self._none = EmptyState(
            self, icon="check", title=words.NO_DECISIONS_TITLE, text=words.NO_DECISIONS
        )
        self._some = Frame(self, fg_color="transparent", corner_radius=0)
        foot = Frame(self._some, fg_color="transparent")
        foot.pack(side="bottom", fill="x", padx=metrics.GRID * 2, pady=metrics.GRID)
        self.undo = Button(
            foot, text=words.UNDO, icon="undo", small=True, command=self._undo, tip=words.UNDO_TIP
        )
        self.undo.pack(side="left", padx=(0, metrics.GRID * 1.5))
        self.move_files = Button(
            foot,
            text=words.MOVE_FILES,
            icon="folder",
            kind="quiet",
            small=True,
            command=lambda: health.files.plan(self._ask_to_move),
            tip=words.MOVE_FILES_TIP,
        )
        self.move_files.pack(side="right")
        self._hint = ElidedLine(
            foot, words.DECISIONS_HINT, font=fonts.CAPTION, colour=colours.MUTED
        )
        self._hint.pack(side="left", fill="x", expand=True)
        self.table = Table(
            self._some,
            (
                Column("decision", words.COLUMN_DECISION, 220, stretch=True),
                Column("because", words.COLUMN_BECAUSE, 140),
                Column("made", words.COLUMN_MADE, 156),
            ),
            on_select=lambda _keys: self._apply_selection(),
            on_open=lambda _key: None,
            can_select_many=True,
        )
        self.table.pack(fill="both", expand=True, padx=metrics.GRID, pady=(metrics.GRID, 0))

    def apply(self, state: HealthState) -> None:
        """List the decisions in force."""
        decisions = state.view.decisions if state.view is not None else ()
        show_only(self._some if decisions else self._none, [self._some, self._none])
        is_busy = state.is_moving or state.is_following
        self.move_files.set_enabled(not is_busy, words.FOLLOWING)
        if decisions != self._decisions:
            self._decisions = decisions
            self.table.set_rows([_row(decision) for decision in decisions])
        self._apply_selection()

    def _ask_to_move(self, planned: PlannedMoves) -> None:
        self._health.around.trace("dialog", name="move_files")
        if ask_to_move(self.winfo_toplevel(), planned):
            self._health.files.carry_out()

    def _apply_selection(self) -> None:
        chosen = self.table.selection
        self.undo.set_enabled(bool(chosen), words.UNDO_TIP)
        made = {str(decision.number): decision for decision in self._decisions or ()}
        dormant = made[chosen[0]].dormant if chosen and chosen[0] in made else ""
        self._hint.set_text(dormant or words.DECISIONS_HINT)

    def _undo(self) -> None:
        for key in self.table.selection:
            self._health.decide.undo(int(key))


def _row(decision: MadeDecision) -> Row:
    return Row(
        key=str(decision.number),
        texts=(decision.what, decision.because, date(decision.made)),
        sort_values=(decision.what.casefold(), decision.because.casefold(), decision.number),
        tone="warning" if decision.dormant else "normal",
    )
