"""Tells a test where the controls are on the screen, so that it can press them with the mouse."""

import tkinter as tk
from collections.abc import Mapping

from product_gui.trace import Trace
from product_gui.views.window import MainWindow

_EVERY_MS = 150

Place = tuple[int, int, int, int]


def watch_controls(window: MainWindow, trace: Trace) -> None:
    """Trace middle and size of all visible named controls whenever they have changed."""
    last: list[object] = [None]

    def look() -> None:
        now = (window.front, places(_controls(window)))
        if now != last[0]:
            last[0] = now
            trace("controls", page=now[0], controls=now[1])
        window.after(_EVERY_MS, look)

    window.after(_EVERY_MS, look)


def _controls(window: MainWindow) -> Mapping[str, tk.Misc]:
    jobs = window.bottom.jobs
    found = {
        **window.rail.items,
        "menu": window.rail.footer,
        "job_pause": jobs.pause_button,
        "job_stop": jobs.stop_button,
        "job_cancel": jobs.cancel_button,
        "window": window,
    }
    if window.front_page is not None:
        found |= window.front_page.named_controls()
    found |= _dialog_buttons(window)
    return found


def _dialog_buttons(window: MainWindow) -> dict[str, tk.Misc]:
    buttons: dict[str, tk.Misc] = {}
    for child in window.winfo_children():
        answers: Mapping[object, tk.Misc] = getattr(child, "answer_buttons", {})
        buttons |= {f"dialog_{value}": button for value, button in answers.items()}
    return buttons


def places(controls: Mapping[str, tk.Misc]) -> dict[str, Place]:
    """Middle and size of each control that can be seen, in pixels of the screen."""
    return {name: _place(widget) for name, widget in controls.items() if _is_visible(widget)}


def _is_visible(widget: tk.Misc) -> bool:
    return bool(widget.winfo_exists() and widget.winfo_viewable())


def _place(widget: tk.Misc) -> Place:
    width, height = widget.winfo_width(), widget.winfo_height()
    return (
        widget.winfo_rootx() + width // 2,
        widget.winfo_rooty() + height // 2,
        width,
        height,
    )
