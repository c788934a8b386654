"""The left half of the Train page: four sections about a folder, and how its check stands."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import CheckStage, HealthState, Section
from product_gui.text import health as words
from product_gui.text.numbers import time_left
from product_gui.theme import colours, fonts, metrics
from product_gui.views.page import show_only
from product_gui.views.photo_large import LargePhoto
from product_gui.views.train_balance import BalanceSection
from product_gui.views.train_decisions import DecisionsSection
from product_gui.views.train_findings import FindingsSection
from product_gui.views.train_photos import PhotosSection
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.toolkit import Frame

_FOOT = 48
_BAR = 4
_Part = PhotosSection | FindingsSection | DecisionsSection | BalanceSection


class DataPane(Frame):
    """Sections are made when they are first shown."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._health = health
        self._section: Section | None = None
        self._makers: dict[Section, Callable[[tk.Misc, DataHealth], _Part]] = {
            Section.PHOTOS: PhotosSection,
            Section.FINDINGS: FindingsSection,
            Section.DECISIONS: DecisionsSection,
            Section.BALANCE: BalanceSection,
        }
        self._parts: dict[Section, _Part] = {}
        self.tabs = Segmented(
            self,
            _titles(HealthState()),
            value=Section.PHOTOS,
            on_change=lambda key: health.show_section(Section(key)),
            width=560,
        )
        self.tabs.pack(fill="x", pady=(0, metrics.GRID * 1.5))
        surface = Frame(self)
        surface.pack(fill="both", expand=True)
        self.status = CheckStatus(surface, health)
        self.status.pack(side="bottom", fill="x", padx=metrics.GRID * 2)
        self._space = Frame(surface, fg_color="transparent")
        self._space.pack(fill="both", expand=True, padx=metrics.TIGHT, pady=(metrics.TIGHT, 0))
        self._large = LargePhoto(self._space, health, on_close=self._focus_sheet)

    def apply(self, state: HealthState) -> None:
        """Show the section of the state."""
        self.tabs.set_words(_titles(state))
        if self.tabs.value != state.section:
            self.tabs.set_value(state.section)
        part = self._part(state.section)
        show_only(part, list(self._parts.values()))
        part.apply(state)
        self.status.apply(state)
        self._large.apply(state)
        if state.section is not self._section:
            self._section = state.section
            self._health.around.trace("section", name=state.section)

    def named_controls(self) -> dict[str, tk.Misc]:
        controls: dict[str, tk.Misc] = {
            "sections": self.tabs,
            "check_stop": self.status.stop,
            "check_again": self.status.again,
        }
        for part in self._parts.values():
            controls |= _controls_of(part)
        return controls

    def _part(self, section: Section) -> _Part:
        if section not in self._parts:
            self._parts[section] = self._makers[section](self._space, self._health)
        return self._parts[section]

    def _focus_sheet(self) -> None:
        part = self._parts.get(self._health.state.section)
        if isinstance(part, PhotosSection):
            part.sheet.focus_set()
        elif isinstance(part, FindingsSection):
            part.cases.sheet.focus_set()


class CheckStatus(Frame):
    """One line at the bottom, always there: how far the check is, or what came of it."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", height=_FOOT)
        self.pack_propagate(False)
        line = Frame(self, fg_color=colours.LINE, height=2, corner_radius=0)
        line.pack(fill="x")
        self._bar = ProgressBar(self, height=_BAR)
        self.stop = Button(
            self, text=words.STOP_CHECK, kind="quiet", small=True, command=health.stop
        )
        self.again = Button(
            self, text=words.CHECK_ON, kind="quiet", small=True, command=health.check_again
        )
        self._left = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED, align="e")
        self._left.configure(width=120)
        self._line = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._line.pack(side="left", fill="x", expand=True, padx=metrics.GRID)

    def apply(self, state: HealthState) -> None:
        """Set everything from the state."""
        is_busy = state.stage is CheckStage.CHECKING or state.is_following
        if is_busy:
            self._bar.place(x=0, y=0, relwidth=1)
        else:
            self._bar.place_forget()
        checking = state.checking
        self._bar.set_share(checking.share if checking is not None and checking.share else None)
        self._line.set_text(_words(state))
        left = time_left(checking.seconds_left) if checking is not None else ""
        self._left.set_text(left)
        self._show_button(state)
        if left and not self._left.winfo_manager():
            self._left.pack(side="right", padx=metrics.GRID)
        elif not left:
            self._left.pack_forget()

    def _show_button(self, state: HealthState) -> None:
        shown = {
            CheckStage.CHECKING: self.stop,
            CheckStage.STOPPED: self.again,
            CheckStage.HELD: self.again,
            CheckStage.FAILED: self.again,
        }.get(state.stage)
        again = words.TRY_AGAIN if state.stage is CheckStage.FAILED else words.CHECK_ON
        self.again.set_text(again)
        for button in (self.stop, self.again):
            if button is not shown:
                button.pack_forget()
        if shown is not None and not shown.winfo_manager():
            shown.pack(side="right", padx=(0, metrics.GRID), before=self._line)


def _words(state: HealthState) -> str:
    checking, view = state.checking, state.view
    if checking is not None:
        return words.progress(checking.phase, checking.done, checking.total)
    if state.is_writing:
        return words.WRITING
    if state.is_following:
        return words.FOLLOWING
    if state.stage is CheckStage.DONE and view is not None:
        return view.problem or words.checked(view.used, view.found)
    return {
        CheckStage.STOPPED: words.STOPPED,
        CheckStage.HELD: words.HELD,
        CheckStage.FAILED: words.FAILED,
    }.get(state.stage, "")


def _titles(state: HealthState) -> list[tuple[str, str]]:
    view = state.view
    return [
        (Section.PHOTOS.value, words.PHOTOS),
        (Section.FINDINGS.value, words.findings(view.open_cases if view is not None else None)),
        (Section.DECISIONS.value, words.decisions(len(view.decisions) if view is not None else 0)),
        (Section.BALANCE.value, words.BALANCE),
    ]


def _controls_of(part: _Part) -> dict[str, tk.Misc]:
    if isinstance(part, PhotosSection):
        return {"categories": part.categories, "photo_sheet": part.sheet}
    if isinstance(part, DecisionsSection):
        return {
            "decisions_table": part.table.tree,
            "undo_decision": part.undo,
            "move_files": part.move_files,
        }
    if isinstance(part, BalanceSection):
        return {"mend_leaks": part.mend_button}
    answers = part.cases.answers
    return {
        "finding_kinds": part.kinds,
        "finding_sheet": part.cases.sheet,
        "findings_back": part.cases.back,
        "answer_main": answers.main,
        "answer_leave_out": answers.leave_out_button,
        "answer_keep": answers.keep_button,
        "answer_move": answers.move_button,
    }
