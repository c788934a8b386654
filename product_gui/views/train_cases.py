"""One kind of finding: why it matters, its photos, and what can be done about them."""

import tkinter as tk
from collections.abc import Sequence
from dataclasses import dataclass

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.health_view import Case, KindOfCase
from product_gui.presenters.photo_sheets import Sheets
from product_gui.presenters.picture import Picture
from product_gui.text import health as words
from product_gui.theme import colours, fonts, metrics
from product_gui.views.page import show_only
from product_gui.views.photo_sheet import PhotoSheet
from product_gui.views.train_answers import AnswerBar
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine, Line, Paragraph
from product_gui.widgets.text_list import TextList
from product_gui.widgets.toolkit import Frame

_CELL = 128
_SENTENCE = 40
"""Room for two lines, kept free: nothing moves when another photo is selected."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The photos of all cases in a row, and the case of each."""

    pictures: Sequence[Picture]
    cases: Sequence[Case]
    groups: Sequence[int]


class CasesPanel(Frame):
    """Without a selection the buttons are about all of it; their words say so."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._health = health
        self._kind: KindOfCase | None = None
        self._sheets: Sheets | None = None
        self._shown = _Shown((), (), ())
        self._make_head()
        self.answers = AnswerBar(self, health)
        self.answers.pack(side="bottom", fill="x", padx=metrics.GRID * 2, pady=metrics.GRID)
        sentence_space = Frame(self, fg_color="transparent", height=_SENTENCE)
        sentence_space.pack_propagate(False)
        sentence_space.pack(side="bottom", fill="x", padx=metrics.GRID * 2)
        self._sentence = Paragraph(
            sentence_space, font=fonts.CAPTION, colour=colours.MUTED, width=1000
        )
        self._sentence.pack(fill="x", pady=(metrics.TIGHT, 0))
        self.sheet = PhotoSheet(self, health, cell=_CELL, on_selection=self._apply_selection)
        self._lines = TextList(self, height=6)
        for sequence, action in (
            ("<Escape>", health.close),
            ("<BackSpace>", health.close),
            ("<Key-k>", self._keep),
            ("<Key-s>", self._move_as_suggested),
        ):
            self.sheet.bind_key(sequence, action)

    def apply(self, state: HealthState, kind: KindOfCase) -> None:
        """Show all cases of the kind."""
        assert state.sheets is not None
        if kind is self._kind and state.sheets is self._sheets:
            return
        is_same = self._kind is not None and kind.kind == self._kind.kind
        self._kind, self._sheets = kind, state.sheets
        self._title.set_text(kind.title)
        self._number.set_text(words.cases(len(kind.cases), are_copies=kind.are_copies))
        self._why.set_text(f"{kind.why} {kind.mend}".strip())
        self.answers.set_kind(kind)
        if kind.has_photos:
            self._apply_photos(kind, state.sheets, is_same=is_same)
        else:
            self._lines.set_lines(_lines(kind))
        part = self.sheet if kind.has_photos else self._lines
        show_only(part, [self.sheet, self._lines])
        self._apply_selection()

    @property
    def chosen(self) -> list[str]:
        """The keys of the selected photos."""
        return self.sheet.chosen

    def _make_head(self) -> None:
        gap = metrics.GRID
        head = Frame(self, fg_color="transparent")
        head.pack(fill="x", padx=gap * 2, pady=(gap * 1.5, 0))
        self.back = Button(
            head,
            text=words.BACK,
            icon="arrow_left",
            kind="quiet",
            small=True,
            command=self._health.close,
            tip=words.BACK_TIP,
        )
        self.back.pack(side="left", padx=(0, gap))
        self._number = Line(head, font=fonts.BODY_BOLD)
        self._number.pack(side="right", padx=(gap, gap))
        self._title = ElidedLine(head, font=fonts.BODY_BOLD)
        self._title.pack(side="left", fill="x", expand=True)
        why_space = Frame(self, fg_color="transparent", height=1)
        why_space.pack(fill="x", padx=gap * 2)
        self._why = Paragraph(why_space, font=fonts.CAPTION, colour=colours.MUTED, width=1000)
        self._why.pack(fill="x", padx=gap, pady=gap)

    def _apply_photos(self, kind: KindOfCase, sheets: Sheets, *, is_same: bool) -> None:
        self.sheet.kind = kind.kind
        self._shown = shown = _shown(kind)

        def caption(place: int) -> str:
            return sheets.category_of.get(shown.pictures[place].key, "")

        def note(place: int) -> str:
            suggested = shown.cases[place].suggested if kind.kind == "wrong_label" else ""
            return words.suggestion(suggested) if suggested else ""

        groups = shown.groups if kind.are_copies else ()
        self.sheet.show(shown.pictures, sheets, caption, note=note, groups=groups, is_same=is_same)

    def _apply_selection(self) -> None:
        places = self.sheet.selection if self._kind is not None and self._kind.has_photos else []
        cases = list(dict.fromkeys(self._shown.cases[place].key for place in places))
        what = self._shown.cases[places[-1]].what if places else ""
        self._sentence.set_text(what)
        self.answers.set_selection([self._shown.pictures[place].key for place in places], cases)

    def _keep(self) -> None:
        self.answers.keep()

    def _move_as_suggested(self) -> None:
        self.answers.move_as_suggested()


def _shown(kind: KindOfCase) -> _Shown:
    pictures = [picture for case in kind.cases for picture in case.pictures]
    cases = [case for case in kind.cases for _ in case.pictures]
    return _Shown(pictures, cases, [len(case.pictures) for case in kind.cases if case.pictures])


def _lines(kind: KindOfCase) -> list[str]:
    """Findings without photos, each on a line, with the files they are about below it."""
    lines: list[str] = []
    for case in kind.cases:
        extra = case.mend if case.mend != kind.mend else ""
        lines.append(f"{case.what} {extra}".strip())
        if case.paths:
            lines.extend(f"    {path}" for path in case.paths)
    return lines
