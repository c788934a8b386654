"""The base of dialogs: a title, a text, an inline error, Return and Escape, and a result."""

import tkinter as tk
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button, Kind
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.toolkit import Frame, Toplevel


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of a dialog. Escape gives the answer with ``is_escape``, Return the default one."""

    value: Any
    text: str
    kind: Kind = "secondary"
    is_default: bool = False
    is_escape: bool = False


class Dialog(Toplevel):
    """A modal window. Jobs go on: waiting for it runs Tk's event loop as ever.

    Subclasses put their fields into ``body`` and may override ``accept``, which turns the answer
    into the result or returns an error to show. ``result`` is None after Escape or closing.
    """

    def __init__(
        self,
        parent: tk.Misc,
        *,
        title: str,
        text: str = "",
        answers: Sequence[Answer],
        width: int = 480,
    ) -> None:
        super().__init__(parent, fg_color=colours.SURFACE)
        self.withdraw()
        self._parent = parent.winfo_toplevel()
        self.result: Any = None
        self.title(title)
        self.resizable(False, False)
        margin = metrics.PAGE_MARGIN
        Line(self, title, font=fonts.LEAD_BOLD).pack(fill="x", padx=margin, pady=(margin, 0))
        if text:
            paragraph = Paragraph(self, text, colour=colours.MUTED, width=width)
            paragraph.pack(fill="x", padx=margin, pady=(metrics.GRID, 0))
        self.body = Frame(self, fg_color="transparent", width=width, height=1)
        self.body.pack(fill="both", expand=True, padx=margin, pady=(metrics.GRID * 2, 0))
        self._error = Line(self, "", font=fonts.CAPTION, colour=colours.ERROR)
        self._error.pack(fill="x", padx=margin)
        self._add_answers(answers, margin)
        self.protocol("WM_DELETE_WINDOW", self.escape)

    def accept(self, value: Any) -> tuple[Any, str]:
        """The result for the chosen answer, and an error: if there is one the dialog stays."""
        return value, ""

    def ask(self) -> Any:
        """Show the dialog, wait for the answer and return it."""
        self._show()
        self.wait_window()
        return self.result

    def answer(self, value: Any) -> None:
        """What pressing the button with this value does."""
        result, error = self.accept(value)
        self._error.set_text(error)
        if not error:
            self.result = result
            self._close()

    def escape(self) -> None:
        """Close without a result, or with the value of the escape answer."""
        self.result = self._escape_value
        self._close()

    def _add_answers(self, answers: Sequence[Answer], margin: int) -> None:
        row = Frame(self, fg_color="transparent", height=1)
        row.pack(fill="x", padx=margin, pady=(metrics.GRID, margin))
        self._escape_value = next((a.value for a in answers if a.is_escape), None)
        self.answer_buttons: dict[Any, Button] = {}
        for answer in reversed(answers):
            button = Button(
                row,
                text=answer.text,
                kind=answer.kind,
                command=partial(self.answer, answer.value),
            )
            button.pack(side="right", padx=(metrics.GRID, 0))
            self.answer_buttons[answer.value] = button
        default = next((a for a in answers if a.is_default), None)
        if default is not None:
            self.bind("<Return>", lambda _event: self.answer(default.value))
        self.bind("<Escape>", lambda _event: self.escape())
        self._first = self.answer_buttons[default.value] if default else None

    def _show(self) -> None:
        self.transient(self._parent)
        self.update_idletasks()
        x = self._parent.winfo_rootx() + (self._parent.winfo_width() - self.winfo_reqwidth()) // 2
        y = self._parent.winfo_rooty() + (self._parent.winfo_height() - self.winfo_reqheight()) // 3
        self.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.deiconify()
        self.wait_visibility()
        self.grab_set()
        self.lift()
        self.focus_force()
        if self._first is not None:
            self._first.focus_set()

    def _close(self) -> None:
        self.grab_release()
        self.destroy()
        if self._parent.winfo_exists():
            self._parent.focus_set()


def ask(parent: tk.Misc, *, title: str, text: str, answers: Sequence[Answer]) -> Any:
    """Ask a question and wait: the value of the chosen answer."""
    return Dialog(parent, title=title, text=text, answers=answers).ask()
