"""The base of all pages: a header, and one ``apply`` that sets every widget from the state."""

import tkinter as tk
from collections.abc import Sequence
from typing import Generic, TypeVar

from product_gui.theme import colours, metrics
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.toolkit import Base, Frame

State = TypeVar("State")


class Page(Frame, Generic[State]):
    """Subclasses put their content into ``body`` and implement ``apply``.

    However often ``render`` is called, the widgets are set once, when Tk is idle; while the page
    is hidden they are left alone.
    """

    def __init__(self, master: tk.Misc, *, title: str) -> None:
        super().__init__(master, fg_color=colours.WINDOW, corner_radius=0)
        self._waiting: State | None = None
        self._idle: str | None = None
        self._is_shown = False
        self.header = PageHeader(self, title=title)
        self.header.pack(fill="x")
        self.body = Frame(self, fg_color="transparent", corner_radius=0)
        self.body.pack(
            fill="both", expand=True, padx=metrics.PAGE_MARGIN, pady=(0, metrics.PAGE_MARGIN)
        )

    def apply(self, state: State) -> None:
        """Set every widget from the state."""
        raise NotImplementedError

    def named_controls(self) -> dict[str, tk.Misc]:
        """The controls a test may want to find, by name."""
        return {}

    def set_drop_active(self, is_active: bool) -> bool:
        """Files are dragged over the window, or no longer. True if the page shows that itself."""
        del is_active
        return False

    def render(self, state: State) -> None:
        """Show the state soon."""
        self._waiting = state
        if self._idle is None and self._is_shown:
            self._idle = self.after_idle(self._apply_waiting)

    def set_shown(self, is_shown: bool) -> None:
        """The page comes to the front, or leaves it."""
        self._is_shown = is_shown
        if is_shown and self._waiting is not None:
            self.render(self._waiting)

    def destroy(self) -> None:
        if self._idle is not None:
            self.after_cancel(self._idle)
            self._idle = None
        super().destroy()

    def _apply_waiting(self) -> None:
        self._idle = None
        if self._waiting is not None:
            state, self._waiting = self._waiting, None
            self.apply(state)


def show_only(chosen: Base, among: Sequence[Base]) -> None:
    """Show one of several widgets that share a place, and hide the others."""
    for widget in among:
        if widget is not chosen and widget.winfo_manager():
            widget.pack_forget()
    if not chosen.winfo_manager():
        chosen.pack(fill="both", expand=True)
