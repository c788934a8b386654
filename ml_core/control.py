"""The token by which a caller pauses, stops (keep) or cancels (discard) long work.

The caller keeps one end, the worker polls the other: ``checkpoint()`` between two batches.
All methods may be called from any thread.
"""

import threading

from ml_core.errors import Cancelled, Stopped


class Control:
    """Shared by one piece of work and whoever may interrupt it."""

    def __init__(self) -> None:
        self._may_run = threading.Event()
        self._may_run.set()
        self._stop_requested = threading.Event()
        self._cancel_requested = threading.Event()

    def pause(self) -> None:
        """Hold the work at its next checkpoint, using no processor time."""
        self._may_run.clear()
        if self.is_ending:  # asked last, so that a stop at the same moment cannot be held up
            self._may_run.set()

    def resume(self) -> None:
        """Let paused work go on."""
        self._may_run.set()

    def stop(self) -> None:
        """End at the next checkpoint and keep the best result so far."""
        self._stop_requested.set()
        self._may_run.set()

    def cancel(self) -> None:
        """End at the next checkpoint and leave nothing behind. Wins over ``stop``."""
        self._cancel_requested.set()
        self._may_run.set()

    @property
    def is_paused(self) -> bool:
        return not self._may_run.is_set()

    @property
    def is_stopping(self) -> bool:
        return self._stop_requested.is_set()

    @property
    def is_cancelling(self) -> bool:
        return self._cancel_requested.is_set()

    @property
    def is_ending(self) -> bool:
        return self.is_stopping or self.is_cancelling

    def wait_while_paused(self) -> None:
        """Block while paused. Returns at once when stopped or cancelled."""
        self._may_run.wait()

    def checkpoint(self) -> None:
        """Block while paused; then raise if the work is to end.

        Raises:
            Cancelled: ``cancel`` was called.
            Stopped: ``stop`` was called. Work that has something to keep catches it.
        """
        self.wait_while_paused()
        if self.is_cancelling:
            raise Cancelled
        if self.is_stopping:
            raise Stopped

    def closing(self) -> "Control":
        """The same token for the closing phases (evaluate, save): a stop no longer ends them.

        Pausing and cancelling still work.
        """
        return _ClosingControl(self)


class _ClosingControl(Control):
    """Shares everything with ``control`` but the wish to stop."""

    def __init__(self, control: Control) -> None:
        super().__init__()
        self._may_run = control._may_run  # noqa: SLF001 - the same token under another rule
        self._cancel_requested = control._cancel_requested  # noqa: SLF001
