"""A slim scroll bar that keeps its place but is not seen while there is nothing to scroll."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from product_gui.theme import colours
from product_gui.widgets.toolkit import Scrollbar


class SlimScrollbar(Scrollbar):
    """Vertical; ``command`` is called as Tk's scroll bars call theirs."""

    def __init__(self, master: tk.Misc, *, command: Callable[..., Any]) -> None:
        self._is_needed = True
        super().__init__(master, command=command, width=12)

    def set(self, start: Any, end: Any) -> None:
        """Show which part of the whole is seen, both 0 to 1."""
        is_needed = float(start) > 0 or float(end) < 1
        if is_needed != self._is_needed:
            self._is_needed = is_needed
            shown = (colours.BAR, colours.CONTROL_LINE)
            normal, hover = shown if is_needed else (self._bg_color, self._bg_color)
            self.configure(button_color=normal, button_hover_color=hover)
        super().set(start, end)
