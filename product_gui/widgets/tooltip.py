"""A short text that appears under the pointer after a moment, or when the keyboard comes."""

import tkinter as tk
from typing import Final

from product_gui.theme import appearance, colours, fonts

_DELAY_MS: Final = 500
_WRAP: Final = 360


class Tooltip:
    """Belongs to one widget for its whole life; shows nothing while its text is empty."""

    def __init__(self, widget: tk.Misc, text: str = "") -> None:
        self._widget = widget
        self._text = text
        self._timer: str | None = None
        self._window: tk.Toplevel | None = None
        for sequence, action in (
            ("<Enter>", self._wait),
            ("<Leave>", self._hide),
            ("<ButtonPress>", self._hide),
            ("<Destroy>", self._hide),
        ):
            widget.bind(sequence, action, add=True)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Change the text; an empty one shows nothing."""
        self._text = text
        if not text:
            self._hide()

    def _wait(self, _event: object = None) -> None:
        self._cancel()
        if self._text:
            self._timer = self._widget.after(_DELAY_MS, self._show)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._widget.after_cancel(self._timer)
            self._timer = None

    def _hide(self, _event: object = None) -> None:
        self._cancel()
        if self._window is not None:
            self._window.destroy()
            self._window = None

    def _show(self) -> None:
        self._timer = None
        if self._window is not None or not self._widget.winfo_viewable():
            return
        window = tk.Toplevel(self._widget)
        window.wm_overrideredirect(True)
        window.configure(background=appearance.resolve(colours.CONTROL_LINE), padx=1, pady=1)
        self._window = window
        _body(window, self._text).pack()
        window.update_idletasks()
        window.wm_geometry(self._place(window))

    def _place(self, window: tk.Toplevel) -> str:
        widget = self._widget
        x = min(widget.winfo_pointerx(), widget.winfo_screenwidth() - window.winfo_reqwidth() - 8)
        below = widget.winfo_pointery() + 20
        if below + window.winfo_reqheight() > widget.winfo_screenheight():
            below = widget.winfo_pointery() - window.winfo_reqheight() - 8
        return f"+{max(0, x)}+{max(0, below)}"


def _body(window: tk.Toplevel, text: str) -> tk.Label:
    return tk.Label(
        window,
        text=text,
        justify="left",
        wraplength=_WRAP,
        font=fonts.scaled(fonts.CAPTION, 1.0),
        background=appearance.resolve(colours.RAISED),
        foreground=appearance.resolve(colours.TEXT),
        padx=10,
        pady=6,
    )
