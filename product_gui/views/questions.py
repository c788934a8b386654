"""Questions with two or three answers, each in words of its own."""

import tkinter as tk
from typing import Literal

from product_gui.settings import Theme
from product_gui.text import models as models_words
from product_gui.text import window as words
from product_gui.widgets.dialog import Answer, ask

Ending = Literal["keep", "stop", "discard"]


def ask_theme(window: tk.Misc, current: Theme) -> Theme | None:
    """Light, dark, or as the system has it? None if it shall stay."""
    answers = [
        Answer(
            key,
            text,
            kind="primary" if key == current else "secondary",
            is_default=key == current,
        )
        for key, text in words.THEMES.items()
    ]
    chosen: Theme | None = ask(
        window, title=words.THEME_TITLE, text=words.THEME_TEXT, answers=answers
    )
    return chosen


def ask_how_to_end(window: tk.Misc, *, can_keep: bool) -> Ending:
    """What shall happen to the running training? Escape goes on with it."""
    answers = [
        Answer("discard", words.DISCARD_AND_CLOSE),
        Answer("keep", words.KEEP_TRAINING, kind="primary", is_default=True, is_escape=True),
    ]
    if can_keep:
        answers.insert(1, Answer("stop", words.STOP_AND_CLOSE))
    question = words.CLOSE_QUESTION if can_keep else words.CLOSE_NOTHING
    chosen: Ending = ask(window, title=words.CLOSE_TITLE, text=question, answers=answers)
    return chosen


def ask_to_replace(window: tk.Misc, name: str) -> bool:
    """May what is there be replaced?"""
    answers = [
        Answer(False, models_words.CANCEL, is_default=True, is_escape=True),
        Answer(True, models_words.REPLACE, kind="danger"),
    ]
    question = models_words.replace_question(name)
    return bool(ask(window, title=models_words.REPLACE_TITLE, text=question, answers=answers))
