"""Tells a test how long the window's thread was ever busy, so that stuttering is noticed."""

import os
import threading
import time
import tkinter as tk
from pathlib import Path

from product_gui.trace import Trace

_EVERY_MS = 10
WORTH_TELLING = 0.05
"""Seconds; of shorter gaps nothing is seen."""


def watch_heartbeat(window: tk.Misc, trace: Trace) -> None:
    """Trace every gap between two beats, ten milliseconds apart, that a person might notice.

    ``queued`` is how much of it the thread was ready to run but other programs had the processors.
    """
    last, last_queued = time.perf_counter(), _seconds_queued()

    def beat() -> None:
        nonlocal last, last_queued
        now, queued = time.perf_counter(), _seconds_queued()
        gap = now - last - _EVERY_MS / 1000
        if gap > WORTH_TELLING:
            trace("stutter", seconds=round(gap, 3), queued=round(queued - last_queued, 3))
        last, last_queued = now, queued
        window.after(_EVERY_MS, beat)

    window.after(_EVERY_MS, beat)


def _seconds_queued() -> float:
    """How long this thread has waited for a processor so far; 0 where the system does not say."""
    file = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/schedstat")
    try:
        return int(file.read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
