"""The section of findings: the list of kinds, one kind with its photos, or that there is none."""

import tkinter as tk

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import CheckStage, HealthState
from product_gui.presenters.health_view import HealthView, KindOfCase
from product_gui.text import health as words
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.views.page import show_only
from product_gui.views.train_cases import CasesPanel
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.finding_list import FindingList, FindingRow
from product_gui.widgets.label import Paragraph
from product_gui.widgets.picture import Icon
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Base, Frame

TONES: dict[str, Tone] = {"error": "error", "warning": "warning", "hint": "info"}


class FindingsSection(Frame):
    """Shows what the state says; decided findings are gone from it."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._health = health
        self._waiting = EmptyState(
            self, icon="search", title=words.NOTHING_YET_TITLE, text=words.NOTHING_YET
        )
        self._none = EmptyState(self, icon="circle_check", title="", text="")
        self._list = _KindList(self, health)
        self._cases = CasesPanel(self, health)

    @property
    def kinds(self) -> FindingList:
        """The list of kinds."""
        return self._list.kinds

    @property
    def cases(self) -> CasesPanel:
        """The photos of one kind."""
        return self._cases

    def apply(self, state: HealthState) -> None:
        """Show the list, the opened kind, or why there is nothing to be seen."""
        view = state.view
        opened = view.kind(state.opened) if view is not None else None
        part: Base = self._waiting
        if view is None:
            self._apply_waiting(state)
        elif opened is not None:
            part = self._cases
            self._cases.apply(state, opened)
        elif view.kinds:
            part = self._list
            self._list.apply(view)
        else:
            part = self._none
            self._apply_none(view)
        show_only(part, [self._waiting, self._none, self._list, self._cases])

    def _apply_waiting(self, state: HealthState) -> None:
        is_checking = state.stage in (CheckStage.CHECKING, CheckStage.NONE)
        self._waiting.set_text(
            title=words.NOTHING_YET_TITLE if is_checking else words.NOT_CHECKED_TITLE,
            text=words.NOTHING_YET if is_checking else words.NOT_CHECKED,
        )

    def _apply_none(self, view: HealthView) -> None:
        if view.decisions:
            self._none.set_text(title=words.ALL_ANSWERED_TITLE, text=words.ALL_ANSWERED)
            return
        sentences = (
            words.nothing_found(view.used),
            words.looked_for(view.looked_for),
            *view.omitted,
        )
        self._none.set_text(title=words.NOTHING_FOUND_TITLE, text="\n\n".join(sentences))


class _KindList(Frame):
    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        gap = metrics.GRID
        self._note = Frame(self, fg_color="transparent")
        icon = Icon(self._note, "info", size=metrics.ICON_SMALL, colour=colours.MUTED)
        icon.pack(side="left", anchor="n", padx=(gap * 1.5, gap), pady=gap)
        text_space = Frame(self._note, fg_color="transparent", height=1)
        text_space.pack(side="left", fill="x", expand=True)
        self._omitted = Paragraph(text_space, font=fonts.CAPTION, colour=colours.MUTED, width=900)
        self._omitted.pack(fill="x", pady=gap)
        self._area = ScrollArea(self, background=colours.SURFACE)
        self.kinds = FindingList(
            self._area.content,
            on_open=health.open,
            on_reveal=lambda top, bottom: self._area.show(self.kinds, (top, bottom)),
        )
        self.kinds.pack(fill="x")
        self._area.pack(fill="both", expand=True, padx=gap, pady=gap)

    def apply(self, view: HealthView) -> None:
        self.kinds.set_rows([_row(kind) for kind in view.kinds])
        self._omitted.set_text(" ".join(view.omitted))
        if view.omitted and not self._note.winfo_manager():
            self._note.pack(side="bottom", fill="x", padx=metrics.GRID, before=self._area)
        elif not view.omitted:
            self._note.pack_forget()


def _row(kind: KindOfCase) -> FindingRow:
    return FindingRow(
        key=kind.kind,
        tone=TONES[kind.severity],
        title=kind.title,
        number=words.cases(len(kind.cases), are_copies=kind.are_copies),
        sentence=words.why(kind.severity, kind.why),
    )
