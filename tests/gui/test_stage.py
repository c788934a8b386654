"""The watch over the window works: what goes wrong unseen does fail a test."""

import logging
import threading
import tkinter as tk
from collections.abc import Callable

import pytest

from tests.gui.hand import Hand
from tests.gui.stage import Stage


def raises_in_callback(stage: Stage) -> None:
    stage.window.after(1, lambda: 1 / 0)
    stage.pump(0.05)


def logs_an_error(stage: Stage) -> None:
    logging.getLogger("product_gui.somewhere").error("the disk is full")


def leaves_a_timer(stage: Stage) -> None:
    stage.window.after(60_000, print)


def leaves_a_window(stage: Stage) -> None:
    tk.Toplevel(stage.window)
    stage.settle()


@pytest.mark.parametrize(
    ("misdeed", "words"),
    [
        (raises_in_callback, "ZeroDivisionError"),
        (logs_an_error, "the disk is full"),
        (leaves_a_timer, "timer was left running"),
        (leaves_a_window, "window was left open"),
    ],
)
def test_misdeeds_are_found(hand: Hand, misdeed: Callable[[Stage], None], words: str) -> None:
    stage = Stage(hand)
    misdeed(stage)
    with pytest.raises(AssertionError, match=words):
        stage.close()


def test_a_thread_left_running_is_found(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.gui.stage.THREAD_PATIENCE", 0.1)
    stage, stop = Stage(hand), threading.Event()
    threading.Thread(target=stop.wait, name="forgotten").start()
    with pytest.raises(AssertionError, match="forgotten"):
        stage.close()
    stop.set()


def test_a_clean_window_passes(hand: Hand) -> None:
    Stage(hand).close()
