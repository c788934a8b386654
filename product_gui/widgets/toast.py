"""A short word at the bottom of the window that goes by itself: something was done."""

import tkinter as tk

from product_gui.theme import colours, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.button import Button
from product_gui.widgets.label import Line
from product_gui.widgets.picture import TONE_ICON, Icon
from product_gui.widgets.toolkit import Callback, Frame


class Toaster:
    """Shows one toast at a time over the window; a new one takes the old one's place."""

    def __init__(self, window: tk.Misc, *, bottom: int = metrics.PAGE_MARGIN) -> None:
        self._window, self._bottom = window, bottom
        self._toast: Frame | None = None
        self._timer: str | None = None

    def show(
        self,
        text: str,
        *,
        tone: Tone = "success",
        action_text: str = "",
        on_action: Callback | None = None,
        seconds: float = 5.0,
    ) -> None:
        """Show it; with an action (``Undo``) give it more seconds."""
        self.hide()
        toast = Frame(
            self._window, fg_color=colours.RAISED, border_width=1, border_color=colours.LINE
        )
        icon = Icon(toast, TONE_ICON[tone], colour=colours.TONE_TEXT[tone])
        icon.pack(side="left", padx=(metrics.GRID * 2, metrics.GRID), pady=metrics.GRID * 1.5)
        Line(toast, text).pack(side="left", padx=(0, metrics.GRID * 2))
        if action_text and on_action is not None:
            action = Button(
                toast,
                text=action_text,
                kind="quiet",
                small=True,
                command=lambda: self._act(on_action),
            )
            action.pack(side="left", padx=(0, metrics.GRID))
        toast.place(relx=0.5, rely=1.0, y=-self._bottom, anchor="s")
        toast.lift()
        self._toast = toast
        self._timer = self._window.after(round(seconds * 1000), self.hide)

    def _act(self, on_action: Callback) -> None:
        self.hide()
        on_action()

    def hide(self) -> None:
        """Take it away now."""
        if self._timer is not None:
            self._window.after_cancel(self._timer)
            self._timer = None
        if self._toast is not None:
            self._toast.destroy()
            self._toast = None
