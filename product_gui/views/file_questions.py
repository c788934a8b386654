"""The question whether files shall be moved as it was decided, with everything that will happen."""

import tkinter as tk

from product_gui.presenters.file_moving import PlannedMoves
from product_gui.text import health as words
from product_gui.widgets.dialog import Answer, ask


def ask_to_move(window: tk.Misc, planned: PlannedMoves) -> bool:
    """Shall these files be moved? With nothing to be moved, only that is said."""
    text = words.moving_question(
        planned.to_categories,
        planned.left_out,
        str(planned.left_out_to),
        [reason for _, reason in planned.refused],
    )
    if not planned.number:
        answers = [Answer(False, words.CLOSE, kind="primary", is_default=True, is_escape=True)]
    else:
        answers = [
            Answer(False, words.CANCEL, is_escape=True),
            Answer(True, words.move_files(planned.number), kind="primary", is_default=True),
        ]
    return bool(ask(window, title=words.MOVE_FILES_TITLE, text=text, answers=answers))
