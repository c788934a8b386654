"""Whether a ring shall tell where the keyboard is: yes once keys are used, no after a click."""

import tkinter as tk
from typing import Final

_MARK: Final = "_uses_keyboard"


def watch_input(widget: tk.Misc) -> None:
    """Note in the widget's program which device was used last; once is enough, more do no harm."""
    root = widget.nametowidget(".")
    if hasattr(root, _MARK):
        return
    setattr(root, _MARK, True)
    root.bind_all("<Key>", lambda _event: note_key(root), add=True)
    for button in ("<Button-1>", "<Button-2>", "<Button-3>"):
        root.bind_all(button, lambda _event: setattr(root, _MARK, False), add=True)


def note_key(widget: tk.Misc) -> None:
    """A key was pressed: rings are wanted."""
    setattr(widget.nametowidget("."), _MARK, True)


def uses_keyboard(widget: tk.Misc) -> bool:
    """Whether a key was pressed since the last click."""
    return bool(getattr(widget.nametowidget("."), _MARK, True))
