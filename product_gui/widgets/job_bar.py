"""The bar at the bottom: what runs, how far, time left, and the ways to pause and to end it."""

import tkinter as tk
from dataclasses import dataclass

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.toolkit import Callback, Frame


@dataclass(frozen=True, slots=True)
class JobBarState:
    """What the bar shows. Each button is shown if its text is not empty.

    ``share`` is 0 to 1, or None where the end is not known; ``time_left`` is a phrase. Buttons say
    what happens to the result ("Stop and keep", "Cancel and discard"). ``is_ending`` greys them.
    """

    what: str
    detail: str = ""
    share: float | None = None
    time_left: str = ""
    pause_text: str = ""
    is_paused: bool = False
    stop_text: str = ""
    cancel_text: str = ""
    is_ending: bool = False


class JobBar(Frame):
    """Of fixed height; keeps its place while hidden by ``render(None)``."""

    def __init__(
        self, master: tk.Misc, *, on_pause: Callback, on_stop: Callback, on_cancel: Callback
    ) -> None:
        super().__init__(
            master, fg_color=colours.SURFACE, corner_radius=0, height=metrics.JOB_BAR_HEIGHT
        )
        self.pack_propagate(False)
        self._row = Frame(self, fg_color="transparent", corner_radius=0)
        self._what = ElidedLine(self._row, font=fonts.BODY_BOLD)
        self._detail = ElidedLine(self._row, font=fonts.CAPTION, colour=colours.MUTED)
        self._progress = ProgressBar(self._row)
        self._left = ElidedLine(self._row, font=fonts.CAPTION, colour=colours.MUTED, align="e")
        buttons = Frame(self._row, fg_color="transparent")
        self.pause_button = Button(buttons, text="", command=on_pause, icon="pause", small=True)
        self.stop_button = Button(buttons, text="", command=on_stop, icon="stop", small=True)
        self.cancel_button = Button(buttons, text="", command=on_cancel, icon="trash", small=True)
        self._shown_buttons: tuple[str, ...] | None = None
        self._place(buttons)

    def _place(self, buttons: Frame) -> None:
        row = self._row
        row.grid_columnconfigure(0, weight=2, uniform="text")
        row.grid_columnconfigure(1, weight=3, uniform="text")
        row.grid_rowconfigure((0, 1), weight=1)
        gap = metrics.GRID
        self._what.grid(row=0, column=0, sticky="sew", padx=(0, 2 * gap))
        self._detail.grid(row=1, column=0, sticky="new", padx=(0, 2 * gap))
        self._progress.grid(row=0, column=1, sticky="sew", pady=(0, gap))
        self._left.grid(row=1, column=1, sticky="new")
        buttons.grid(row=0, column=2, rowspan=2, padx=(2 * gap, 0))

    def render(self, state: JobBarState | None) -> None:
        """Show the state, or nothing."""
        if state is None:
            self._row.pack_forget()
            return
        self._what.set_text(state.what)
        self._detail.set_text(state.detail)
        self._left.set_text(state.time_left)
        self._progress.set_share(state.share)
        self._render_buttons(state)
        self._row.pack(fill="both", expand=True, padx=2 * metrics.GRID)

    def _render_buttons(self, state: JobBarState) -> None:
        texts = (state.pause_text, state.stop_text, state.cancel_text)
        buttons = (self.pause_button, self.stop_button, self.cancel_button)
        self.pause_button.set_icon("play" if state.is_paused else "pause")
        for button, text in zip(buttons, texts, strict=True):
            button.set_text(text)
            button.set_enabled(not state.is_ending)
        shown = tuple(str(bool(text)) for text in texts)
        if shown != self._shown_buttons:
            self._shown_buttons = shown
            for button, text in zip(buttons, texts, strict=True):
                button.pack_forget()
                if text:
                    button.pack(side="left", padx=(metrics.GRID, 0))
