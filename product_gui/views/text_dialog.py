"""The dialog that asks for one line of text, and says at once what is wrong with it."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass

from product_gui.text import models as words
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.fields import TextField


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; ``problem`` gives what is wrong with an entry, or nothing."""

    title: str
    field: str
    accept: str
    value: str
    problem: Callable[[str], str]


class TextDialog(Dialog):
    """Its result is the text, or None if it was left; an empty text is told from that."""

    def __init__(self, parent: tk.Misc, question: Question) -> None:
        super().__init__(
            parent,
            title=question.title,
            answers=[
                Answer("", words.CANCEL, is_escape=True),
                Answer("accept", question.accept, kind="primary", is_default=True),
            ],
            width=400,
        )
        self._question = question
        self._accepted = False
        self._field = TextField(
            self.body,
            label=question.field,
            value=question.value,
            width=400,
            on_change=self._check,
        )
        self._field.pack(fill="x")
        self.after(50, self._field.focus_set)

    def ask_for_text(self) -> str | None:
        """Show it and wait."""
        text = self.ask()
        return text if self._accepted else None

    def accept(self, value: str) -> tuple[str, str]:
        if not value:
            return "", ""
        error = self._question.problem(self._field.value())
        self._accepted = not error
        return self._field.value(), error

    def _check(self) -> None:
        self._field.set_error(self._question.problem(self._field.value()))
