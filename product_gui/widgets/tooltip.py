"""A short text that appears under the pointer after a moment, or when the keyboard comes."""

import tkinter as tk
from typing import Final

from product_gui.theme import appearance, colours, fonts

_DELAY_MS: Final = 500
_WRAP: Final = 360
_SMALL: Final = 96
_LOOK_MS: Final = 250


class Tooltip:
    """Belongs to one widget for its whole life; shows nothing while its text is empty."""

    def __init__(self, widget: tk.Misc, text: str = "") -> None:
        self._widget = widget
        self._text = text
        self._timer: str | None = None
        self._window: tk.Toplevel | None = None
        self._is_dismissed = False
        # customtkinter's own ``bind`` goes to its inner parts; the pointer is watched on the whole.
        tk.Misc.bind(widget, "<Enter>", self._wait, add=True)
        tk.Misc.bind(widget, "<Leave>", self._leave, add=True)
        for sequence, action in (
            ("<FocusIn>", self._wait),
            ("<FocusOut>", self._hide),
            ("<ButtonPress>", self._dismiss),
            ("<Key>", self._hide),
            ("<Destroy>", self._hide),
        ):
            widget.bind(sequence, action, add=True)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    @property
    def is_shown(self) -> bool:
        """Whether it is on the screen now."""
        return self._window is not None

    def set_text(self, text: str) -> None:
        """Change the text; an empty one shows nothing."""
        if text != self._text:
            self._text = text
            was_shown = self._window is not None
            self._hide()
            if was_shown:
                self._show()

    def _wait(self, _event: object = None) -> None:
        self._cancel()
        if self._text and not self._is_dismissed:
            self._timer = self._widget.after(_DELAY_MS, self._show)

    def _dismiss(self, _event: object = None) -> None:
        # Who presses has seen enough: nothing more until the pointer has left.
        self._is_dismissed = True
        self._hide()

    def _leave(self, event: "tk.Event[tk.Misc]") -> None:
        if self._is_inside(event.x_root, event.y_root):  # only into an inner part
            return
        self._is_dismissed = False
        self._hide()

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
        if not self._text or self._window is not None or not self._widget.winfo_viewable():
            return
        window = tk.Toplevel(self._widget)
        window.wm_overrideredirect(True)
        window.configure(background=appearance.resolve(colours.CONTROL_LINE), padx=1, pady=1)
        self._window = window
        _body(window, self._text).pack()
        window.update_idletasks()
        window.wm_geometry(self._place(window))
        self._timer = self._widget.after(_LOOK_MS, self._look)

    def _look(self) -> None:
        """Go when the page with the widget has gone: nothing else tells of that."""
        self._timer = None
        if self._widget.winfo_viewable():
            self._timer = self._widget.after(_LOOK_MS, self._look)
        else:
            self._hide()

    def _is_inside(self, x: int, y: int) -> bool:
        widget = self._widget
        across, down = x - widget.winfo_rootx(), y - widget.winfo_rooty()
        return 0 <= across < widget.winfo_width() and 0 <= down < widget.winfo_height()

    def _place(self, window: tk.Toplevel) -> str:
        """Below a small widget, so that it hides no words; below the pointer on a large one."""
        widget, gap = self._widget, 8
        x, y = widget.winfo_pointerxy()
        if not self._is_inside(x, y):
            x = widget.winfo_rootx()  # it came with the keyboard
        is_small = widget.winfo_height() <= _SMALL
        below = widget.winfo_rooty() + widget.winfo_height() + gap // 2 if is_small else y + 2 * gap
        above = (widget.winfo_rooty() if is_small else y) - window.winfo_reqheight() - gap
        fits = below + window.winfo_reqheight() <= widget.winfo_screenheight()
        x = min(x, widget.winfo_screenwidth() - window.winfo_reqwidth() - gap)
        return f"+{max(0, x)}+{max(0, below if fits else above)}"


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
