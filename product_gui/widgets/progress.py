"""A slim progress bar: a known share, or motion while the end is not known."""

import tkinter as tk
from typing import Final

from product_gui.theme import colours
from product_gui.widgets.painted import Painted

_FRAME_MS: Final = 40


class ProgressBar(Painted):
    """``set_share(None)`` shows motion; it rests while the bar is hidden."""

    def __init__(self, master: tk.Misc, *, width: int = 240, height: int = 8) -> None:
        self._share: float | None = 0.0
        self._position = 0.0
        self._timer: str | None = None
        super().__init__(master, width=width, height=height)

    def set_share(self, share: float | None) -> None:
        """How much is done, 0 to 1, or None where that is not known."""
        self._share = None if share is None else min(1.0, max(0.0, share))
        self.schedule_paint()

    def destroy(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        super().destroy()

    def paint(self) -> None:
        width, height = self.canvas_size
        self.shapes.rounded((0, 0, width, height), height // 2, self.colour(colours.TRACK))
        if self._share is None:
            start = (self._position * 1.3 - 0.3) * width
            part = (max(0.0, start), 0, min(float(width), start + 0.3 * width), height)
            self._keep_moving()
        else:
            part = (0, 0, max(height, self._share * width) if self._share else 0, height)
        self.shapes.rounded(part, height // 2, self.colour(colours.ACCENT_BAR))

    def _keep_moving(self) -> None:
        if self._timer is None:
            self._timer = self.after(_FRAME_MS, self._move)

    def _move(self) -> None:
        self._timer = None
        if self._share is None and self.winfo_viewable():
            self._position = (self._position + 0.02) % 1.0
            self.schedule_paint()
        elif self._share is None:
            self._keep_moving()
