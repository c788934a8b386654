"""Tells a test how long the window's thread was ever busy, so that stuttering is noticed."""

import time
import tkinter as tk

from product_gui.trace import Trace

_EVERY_MS = 10
WORTH_TELLING = 0.05
"""Seconds; of shorter gaps nothing is seen."""


def watch_heartbeat(window: tk.Misc, trace: Trace) -> None:
    """Trace every gap between two beats, ten milliseconds apart, that a person might notice.

    ``seconds`` went by; for ``busy`` of them this thread had a processor. The rest it waited: for
    other threads, other programs or the screen.
    """
    last, last_busy = time.perf_counter(), time.thread_time()

    def beat() -> None:
        nonlocal last, last_busy
        now, busy = time.perf_counter(), time.thread_time()
        gap = now - last - _EVERY_MS / 1000
        if gap > WORTH_TELLING:
            trace("stutter", seconds=round(gap, 3), busy=round(busy - last_busy, 3))
        last, last_busy = now, busy
        window.after(_EVERY_MS, beat)

    window.after(_EVERY_MS, beat)
