"""The dialog that asks for a name, and says at once what is wrong with it."""

import tkinter as tk
from collections.abc import Callable

from product_gui.text import models as words
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.fields import TextField


class RenameDialog(Dialog):
    """Its result is the new name; ``problem`` gives what is wrong with one, or nothing."""

    def __init__(self, parent: tk.Misc, name: str, *, problem: Callable[[str], str]) -> None:
        super().__init__(
            parent,
            title=words.RENAME_TITLE,
            answers=[
                Answer("", words.CANCEL, is_escape=True),
                Answer("rename", words.RENAME_OK, kind="primary", is_default=True),
            ],
            width=400,
        )
        self._problem = problem
        self._field = TextField(
            self.body, label=words.RENAME_FIELD, value=name, width=400, on_change=self._check
        )
        self._field.pack(fill="x")
        self.after(50, self._field.focus_set)

    def accept(self, value: str) -> tuple[str, str]:
        if not value:
            return "", ""
        error = self._problem(self._field.value())
        return self._field.value(), error

    def _check(self) -> None:
        self._field.set_error(self._problem(self._field.value()))
