"""A window in the test's own process, watched: whatever goes wrong unseen fails the test."""

import gc
import logging
import threading
import time
import tkinter as tk
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from product_gui.theme import appearance
from product_gui.widgets.toolkit import Window
from tests.gui.hand import Hand, Point

THREAD_PATIENCE = 20.0
# Timers that customtkinter itself keeps, on the window.
_CUSTOMTKINTER_LOOPS = ("check_dpi_scaling", "update", "_set_scaled_min_max")


class Stage:
    """The window, and what a test does with it."""

    def __init__(self, hand: Hand, *, size: str = "1100x720+430+24") -> None:
        self.hand = hand
        # A collection in a thread would end Tk's objects there, and wait for a main loop in vain.
        gc.disable()
        self.errors: list[str] = []
        self._threads = set(threading.enumerate())
        self._log = _ErrorLog(self.errors)
        logging.getLogger().addHandler(self._log)
        appearance.install("light")
        self.window = Window()
        self.window.report_callback_exception = self._report  # type: ignore[method-assign]
        self.window.geometry(size)
        self.pump(until=self.window.winfo_viewable)
        self.window.focus_force()

    def pump(
        self, seconds: float = 0.0, *, until: Callable[[], object] | None = None, timeout: float = 8
    ) -> None:
        """Let the window live: for some seconds, or until something is true (or fail)."""
        deadline = time.monotonic() + (timeout if until is not None else seconds)
        while True:
            self.window.update()
            if until is not None and until():
                return
            if time.monotonic() >= deadline:
                break
            time.sleep(0.005)
        if until is not None:
            raise TimeoutError(f"waited {timeout:g} s in vain for {until}")

    def meanwhile(self, act: Callable[..., object], *arguments: object) -> None:
        """Let the window live while a hand acts that it must answer (a drag)."""
        with ThreadPoolExecutor(1, thread_name_prefix="hand") as hand:
            acting = hand.submit(act, *arguments)
            self.pump(until=acting.done, timeout=30)
        acting.result()

    def settle(self) -> None:
        """Let everything that is pending be drawn."""
        for _ in range(3):
            self.window.update()
            self.window.update_idletasks()

    def middle(self, widget: tk.Misc) -> Point:
        """The middle of a widget on the screen."""
        self.settle()
        return (
            widget.winfo_rootx() + widget.winfo_width() // 2,
            widget.winfo_rooty() + widget.winfo_height() // 2,
        )

    def click(self, widget: tk.Misc, *, times: int = 1) -> None:
        """Click the middle of a widget with the mouse."""
        self.hand.click(self.middle(widget), times=times)
        self.pump(0.05)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self.hand.press(*keys)
        self.pump(0.05)

    def write(self, text: str) -> None:
        """Type a text."""
        self.hand.write(text)
        self.pump(0.05)

    def screenshot(self, file: Path) -> Path:
        """Save what the screen shows."""
        self.settle()
        return self.hand.screenshot(file)

    def close(self) -> None:
        """End the window; raises if something went wrong or was left behind."""
        problems = [*self.errors]
        problems += [f"a window was left open: {top}" for top in _open_windows(self.window)]
        for child in list(self.window.winfo_children()):
            child.destroy()
        self.settle()
        problems += [f"a timer was left running: {name}" for name in self._timers()]
        for timer in self.window.tk.splitlist(self.window.tk.call("after", "info")):
            self.window.after_cancel(timer)
        self.window.destroy()
        logging.getLogger().removeHandler(self._log)
        problems += self._threads_left()
        gc.enable()  # not before all threads have ended: Tk aborts when it is freed in one
        gc.collect()
        problems += [error for error in self.errors if error not in problems]
        if problems:
            raise AssertionError("\n".join(problems))

    def _timers(self) -> Iterator[str]:
        call = self.window.tk.call
        for timer in self.window.tk.splitlist(call("after", "info")):
            script = str(self.window.tk.splitlist(call("after", "info", timer))[0])
            if not script.rstrip("0123456789").endswith(_CUSTOMTKINTER_LOOPS):
                yield script

    def _threads_left(self) -> list[str]:
        for thread in set(threading.enumerate()) - self._threads:
            thread.join(timeout=THREAD_PATIENCE)
        left = set(threading.enumerate()) - self._threads
        return [f"a thread was left running: {thread.name}" for thread in left]

    def _report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.errors.append("".join(traceback.format_exception(kind, error, trace)))


class _ErrorLog(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.append(f"logged: {record.getMessage()}")


def _open_windows(widget: tk.Misc) -> Iterator[tk.Toplevel]:
    for child in widget.winfo_children():
        if isinstance(child, tk.Toplevel) and child.winfo_viewable():
            yield child
        yield from _open_windows(child)
