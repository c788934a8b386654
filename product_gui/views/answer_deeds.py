"""What can be done about an answer: see the reasons for it, and correct it."""

import tkinter as tk
from collections.abc import Callable
from functools import partial

from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.classify_state import ClassifyState
from product_gui.text import classify as words
from product_gui.theme import metrics
from product_gui.widgets.button import Button
from product_gui.widgets.popup import MenuEntry, popup
from product_gui.widgets.toolkit import Frame


class AnswerDeeds(Frame):
    """``ask_for_category`` asks for the name of a category that the model does not have."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: ClassifyPresenter,
        *,
        ask_for_category: Callable[[], str | None],
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._presenter, self._ask_for_category = presenter, ask_for_category
        self.why = Button(
            self,
            text=words.WHY,
            command=self._explain,
            icon="search",
            small=True,
            tip=words.WHY_TIP,
        )
        self.correct = Button(
            self,
            text=words.CORRECT,
            command=self._ask_what_it_is,
            icon="tag",
            small=True,
            tip=words.CORRECT_TIP,
        )
        self.grid_columnconfigure((0, 1), weight=1, uniform="half")
        self.why.grid(row=0, column=0, sticky="ew")
        self.correct.grid(row=0, column=1, sticky="ew", padx=(metrics.GRID, 0))

    def apply(self, state: ClassifyState) -> None:
        """Set everything from the state."""
        self.why.set_text(words.HIDE_WHY if state.explains else words.WHY)
        can_explain = state.can_explain or state.explains
        self.why.set_enabled(can_explain, words.NOTHING_TO_EXPLAIN)
        self.correct.set_text(words.LEARNING if state.learning else words.CORRECT)
        is_free = not state.correct_reason and not state.learning
        self.correct.set_enabled(is_free, state.correct_reason)

    def _explain(self) -> None:
        self._presenter.explain(not self._presenter.state.explains)

    def _ask_what_it_is(self) -> None:
        state = self._presenter.state
        if state.model.summary is None or state.current is None:
            return
        known = sorted(state.model.summary.categories, key=str.casefold)
        entries = [
            MenuEntry(name, partial(self._presenter.correct, name))
            for name in known
            if name != state.current.category
        ]
        new = MenuEntry(words.NEW_CATEGORY, self._name_category, separated=True)
        below = self.correct.winfo_rooty() + self.correct.winfo_height()
        popup(self.correct, [*entries, new], (self.correct.winfo_rootx(), below))

    def _name_category(self) -> None:
        name = self._ask_for_category()
        if name:
            self._presenter.correct(name)
