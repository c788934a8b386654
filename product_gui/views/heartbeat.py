"""Tells a test how long the window's thread was ever busy, so that stuttering is noticed."""

import time
import tkinter as tk

from product_gui.trace import Trace

_EVERY_MS = 10
WORTH_TELLING = 0.05
"""Seconds; of shorter gaps nothing is seen."""
SLOW = 0.033
"""Seconds between two beats with which 30 pictures a second are no longer reached."""
_TOLD_EVERY = 2.0


def watch_heartbeat(window: tk.Misc, trace: Trace) -> None:
    """Trace every gap between two beats, ten milliseconds apart, that a person might notice.

    ``seconds`` went by; for ``busy`` of them this thread had a processor. The rest it waited: for
    other threads, other programs or the screen. Every two seconds the beats are told, and how many
    of them were slow.
    """
    last, last_busy = time.perf_counter(), time.thread_time()
    told_at, beats, slow = last, 0, 0

    def beat() -> None:
        nonlocal last, last_busy, told_at, beats, slow
        now, busy = time.perf_counter(), time.thread_time()
        beats, slow = beats + 1, slow + (now - last > SLOW)
        if now - told_at > _TOLD_EVERY:
            trace("pulse", beats=beats, slow=slow)
            told_at, beats, slow = now, 0, 0
        gap = now - last - _EVERY_MS / 1000
        if gap > WORTH_TELLING:
            trace("stutter", seconds=round(gap, 3), busy=round(busy - last_busy, 3))
        last, last_busy = now, busy
        window.after(_EVERY_MS, beat)

    window.after(_EVERY_MS, beat)
