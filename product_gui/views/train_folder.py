"""The Train page before a folder is chosen: how one should look, and those opened before."""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

from product_gui.presenters.picture import shown_name
from product_gui.presenters.train_state import TrainState
from product_gui.text import train as words
from product_gui.theme import colours, fonts, metrics
from product_gui.views.folder_picture import FolderPicture
from product_gui.widgets.button import Button
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.toolkit import Frame

_MOST_RECENT = 4


class GettingStarted(Frame):
    """A picture of a fitting folder, and the folders opened before."""

    def __init__(self, master: tk.Misc, *, on_choose: Callable[[Path], None]) -> None:
        super().__init__(master, fg_color="transparent")
        self._on_choose = on_choose
        self._recent: tuple[Path, ...] = ()
        gap = metrics.GRID
        Line(self, words.LAYOUT_TITLE, font=fonts.LEAD_BOLD).pack(fill="x", pady=(0, gap))
        FolderPicture(self).pack(fill="x")
        hint = Paragraph(self, words.LAYOUT_HINT, colour=colours.MUTED)
        hint.pack(fill="x", pady=(gap * 2, 0))
        self._list = Frame(self, fg_color="transparent")

    def apply(self, state: TrainState) -> None:
        """List the folders opened before."""
        if state.recent == self._recent:
            return
        self._recent = state.recent
        for old in self._list.winfo_children():
            old.destroy()
        Line(self._list, words.RECENT, font=fonts.CAPTION, colour=colours.MUTED).pack(fill="x")
        for folder in self._recent[:_MOST_RECENT]:
            button = Button(
                self._list,
                text=shown_name(folder),
                icon="folder",
                kind="quiet",
                small=True,
                tip=str(folder),
                command=lambda folder=folder: self._on_choose(folder),  # type: ignore[misc]
            )
            button.pack(anchor="w")
        self._list.pack(side="bottom", fill="x")
