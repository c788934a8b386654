"""Tells a test how long the window's thread was ever busy, so that stuttering is noticed."""

import time
import tkinter as tk

from product_gui.trace import Trace

_EVERY_MS = 10
WORTH_TELLING = 0.05
"""Seconds; of shorter gaps nothing is seen."""


def watch_heartbeat(window: tk.Misc, trace: Trace) -> None:
    """Trace every gap between two beats, ten milliseconds apart, that a person might notice."""
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gap, last = now - last - _EVERY_MS / 1000, now
        if gap > WORTH_TELLING:
            trace("stutter", seconds=round(gap, 3))
        window.after(_EVERY_MS, beat)

    window.after(_EVERY_MS, beat)
