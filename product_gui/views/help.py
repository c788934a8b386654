"""The help page: what each page is for, and every shortcut there is."""

import tkinter as tk
from collections.abc import Sequence

from product_gui.text import window as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.label import Line
from product_gui.widgets.toolkit import Frame


class HelpDialog(Dialog):
    """``shortcuts`` are titles and keys from the table of actions."""

    def __init__(self, parent: tk.Misc, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            parent,
            title=words.HELP_TITLE,
            answers=[Answer(True, words.CLOSE, kind="primary", is_default=True, is_escape=True)],
            width=640,
        )
        for title, sentence in words.HELP_INTRO:
            self._add_pair(title, sentence)
        Frame(self.body, fg_color=colours.LINE, height=1).pack(fill="x", pady=metrics.GRID * 2)
        self._add_shortcuts(shortcuts)

    def _add_pair(self, title: str, sentence: str) -> None:
        row = Frame(self.body, fg_color="transparent")
        row.pack(fill="x", pady=(0, metrics.GRID))
        name = Line(row, title, font=fonts.BODY_BOLD)
        name.configure(width=88)
        name.pack(side="left", anchor="n")
        Line(row, sentence, colour=colours.MUTED).pack(side="left")

    def _add_shortcuts(self, shortcuts: Sequence[tuple[str, str]]) -> None:
        grid = Frame(self.body, fg_color="transparent")
        grid.pack(fill="x")
        half = -(-len(shortcuts) // 2)
        for index, (title, keys) in enumerate(shortcuts):
            row, column = index % half, 2 * (index // half)
            gap = metrics.GRID * 4 if column else 0
            shown = Line(grid, keys, font=fonts.BODY_BOLD)
            shown.grid(row=row, column=column, sticky="w", padx=(gap, metrics.GRID * 2), pady=2)
            Line(grid, title, colour=colours.MUTED).grid(row=row, column=column + 1, sticky="w")
