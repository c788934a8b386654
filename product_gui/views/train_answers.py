"""The buttons below the photos of a finding: what can be done about the selected ones, or all."""

import tkinter as tk
from collections.abc import Sequence

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_view import KindOfCase
from product_gui.text import health as words
from product_gui.theme import metrics
from product_gui.widgets.button import Button
from product_gui.widgets.popup import MenuEntry, popup
from product_gui.widgets.toolkit import Callback, Frame

_NEED_NO_PHOTO = ("across_parts", "named_twice")
_LEAVE_COPIES = ("exact_copies", "near_copies")


class AnswerBar(Frame):
    """Every button says how many photos or findings it is about."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", height=metrics.CONTROL_HEIGHT_SMALL)
        self._health = health
        self._kind: KindOfCase | None = None
        self._photos: Sequence[str] = ()
        self._cases: Sequence[str] = ()
        self.main = self._button(self._do_main)
        self.leave_out_button = self._button(self.leave_out)
        self.keep_button = self._button(self.keep)
        self.move_button = self._button(self._ask_where, text=words.MOVE_TO_MENU)

    def set_kind(self, kind: KindOfCase) -> None:
        """The findings are of this kind now."""
        self._kind = kind

    def set_selection(self, photos: Sequence[str], cases: Sequence[str]) -> None:
        """These photos and their findings are selected."""
        self._photos, self._cases = photos, cases
        self._apply()

    def leave_out(self) -> None:
        """Do not use the selected photos, or all."""
        if self._kind is not None:
            self._health.decide.leave_out(self._meant_photos(), kind=self._kind.kind)

    def keep(self) -> None:
        """The selected findings do not matter, or none does."""
        if self._kind is not None:
            self._health.decide.keep(self._kind.kind, self._meant_cases())

    def move_as_suggested(self) -> None:
        """Move the selected photos, or all, to where they seem to belong."""
        if self._kind is not None and self._kind.kind == "wrong_label":
            self._health.decide.move_as_suggested(self._kind.kind, self._meant_cases())

    def _apply(self) -> None:
        kind = self._kind
        if kind is None:
            return
        is_all = not self._photos
        shown: list[Button] = []
        if text := self._main_words(kind, is_all=is_all):
            self.main.set_text(text)
            shown.append(self.main)
        if kind.has_photos and kind.kind not in _NEED_NO_PHOTO:
            number = len(self._meant_photos())
            if not (is_all and kind.are_copies):
                text = words.leave_out_some(number, all_of_them=is_all)
                self.leave_out_button.set_text(text)
                shown.append(self.leave_out_button)
        if kind.has_photos:
            text = words.keep_some(len(self._meant_cases()), all_of_them=is_all)
            self.keep_button.set_text(text)
            shown.append(self.keep_button)
        if kind.has_photos and self._photos and kind.kind not in _NEED_NO_PHOTO:
            shown.append(self.move_button)
        self._show_only(shown)

    def _main_words(self, kind: KindOfCase, *, is_all: bool) -> str:
        """The answer that this kind asks for; empty if it has none of its own."""
        cases = self._meant_cases()
        if kind.kind == "wrong_label":
            return words.move_as_suggested(len(cases), all_of_them=is_all)
        if kind.kind == "across_parts":
            return words.MEND_LEAKS
        if kind.kind == "named_twice":
            chosen = [case for case in kind.cases if case.key in cases]
            return words.merge(chosen[0].suggested) if len(chosen) == 1 else ""
        if kind.kind in _LEAVE_COPIES and is_all:
            copies = sum(len(case.pictures) - 1 for case in kind.cases)
            return words.leave_copies_out(copies)
        return ""

    def _do_main(self) -> None:
        kind, decide = self._kind, self._health.decide
        if kind is None:
            return
        if kind.kind == "wrong_label":
            self.move_as_suggested()
        elif kind.kind == "across_parts":
            decide.mend_leaks()
        elif kind.kind == "named_twice":
            decide.merge(kind.kind, self._meant_cases())
        else:
            decide.leave_copies_out(kind.kind, self._meant_cases())

    def _meant_cases(self) -> list[str]:
        if self._photos or self._kind is None:
            return list(self._cases)
        return [case.key for case in self._kind.cases]

    def _meant_photos(self) -> list[str]:
        if self._photos or self._kind is None:
            return list(self._photos)
        return [picture.key for case in self._kind.cases for picture in case.pictures]

    def _ask_where(self) -> None:
        sheets = self._health.state.sheets
        names = list(sheets.by_category) if sheets is not None else []
        entries = [MenuEntry(name, lambda name=name: self._move(name)) for name in names]  # type: ignore[misc]
        button = self.move_button
        self._menu = popup(self, entries, (button.winfo_rootx(), button.winfo_rooty()))

    def _move(self, category: str) -> None:
        if self._kind is not None:
            self._health.decide.move(self._photos, category, kind=self._kind.kind)

    def _button(self, command: Callback, *, text: str = " ") -> Button:
        return Button(self, text=text, command=command, small=True)

    def _show_only(self, shown: Sequence[Button]) -> None:
        buttons = (self.main, self.leave_out_button, self.keep_button, self.move_button)
        if [button for button in buttons if button.winfo_manager()] == list(shown):
            return
        for button in buttons:
            button.pack_forget()
        for button in shown:
            button.pack(side="left", padx=(0, metrics.GRID))
