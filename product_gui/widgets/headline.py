"""The answer in large letters: the category, how sure, and what that means."""

import tkinter as tk
from dataclasses import dataclass

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.picture import TONE_ICON, Icon
from product_gui.widgets.toolkit import Frame


@dataclass(frozen=True, slots=True)
class HeadlineState:
    """What the headline says; ``verdict`` is a word or two beside an icon ("Sure")."""

    title: str
    verdict: str = ""
    detail: str = ""
    tone: Tone = "neutral"
    icon: str = ""


class Headline(Frame):
    """Three lines whose places are kept when they are empty."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color="transparent")
        self._title = ElidedLine(self, font=fonts.DISPLAY)
        row = Frame(self, fg_color="transparent", height=24)
        self._icon = Icon(row, "info", colour=colours.MUTED)
        self._verdict = ElidedLine(row, font=fonts.BODY_BOLD)
        self._detail = ElidedLine(self, font=fonts.BODY, colour=colours.MUTED)
        self._title.pack(fill="x")
        row.pack(fill="x", pady=(metrics.TIGHT, 0))
        self._icon.pack(side="left", padx=(0, metrics.GRID))
        self._verdict.pack(side="left", fill="x", expand=True)
        self._detail.pack(fill="x", pady=(metrics.TIGHT, 0))
        self.render(HeadlineState(""))

    def render(self, state: HeadlineState) -> None:
        """Show the state."""
        colour = colours.TONE_TEXT[state.tone]
        self._title.set_text(state.title)
        self._verdict.set_text(state.verdict, colour)
        self._detail.set_text(state.detail)
        self._icon.set_icon(state.icon or TONE_ICON[state.tone], colour)
        if state.verdict:
            self._icon.pack(side="left", padx=(0, metrics.GRID), before=self._verdict)
        else:
            self._icon.pack_forget()
