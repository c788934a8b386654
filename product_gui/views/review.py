"""The Review page: the score with what it rests on, the confusions, the table, the mistakes."""

import tkinter as tk
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.presenters.review import ReviewPresenter, ReviewState, run_label
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import review as words
from product_gui.theme import metrics
from product_gui.views.page import Page, show_only
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.views.review_mistakes import MistakesTab
from product_gui.views.review_overview import CategoriesTab, OverviewTab
from product_gui.widgets.banner import Banner
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.label import Line
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.select import Select
from product_gui.widgets.toolkit import Base, Callback, Frame

if TYPE_CHECKING:
    from ml_core.runs import Run

_THUMBNAIL = 160


class ReviewPage(Page[ReviewState]):
    """Three tabs about the chosen run."""

    def __init__(self, master: tk.Misc, presenter: ReviewPresenter, *, on_train: Callback) -> None:
        super().__init__(master, title=words.TITLE)
        self._presenter = presenter
        self._runs: Sequence[Run] | None = None
        self._tab = "overview"
        self.runs = Select(
            self.header.actions,
            [("", words.CHOOSE_RUN)],
            value="",
            on_change=lambda key: presenter.select(Path(key)),
            width=300,
        )
        self._problem = Banner(self.body, words=BANNER, on_close=presenter.dismiss_problem)
        self._content = Frame(self.body, fg_color="transparent", corner_radius=0)
        self._content.pack(side="bottom", fill="both", expand=True)
        self._loading = Line(self._content, words.LOADING, align="center")
        self._empty = EmptyState(
            self._content,
            icon="chart",
            title=words.EMPTY_TITLE,
            text=words.EMPTY_HINT,
            button_text=words.TRAIN_A_MODEL,
            command=on_train,
        )
        self._unscored = EmptyState(
            self._content, icon="chart", title=words.NO_REPORT_TITLE, text=words.NO_REPORT_HINT
        )
        self._make_report()
        presenter.refresh()
        presenter.attach(self)

    def apply(self, state: ReviewState) -> None:
        """Set every widget from the state."""
        self._apply_runs(state)
        self._problem.render(problem_message(state.problem), above=self._content)
        if state.runs is None or state.loading:
            part: Base = self._loading
        elif state.selected is None:
            part = self._empty
        else:
            part = self._report if state.report is not None else self._unscored
        show_only(part, [self._loading, self._empty, self._unscored, self._report])
        if state.report is not None:
            self._overview.apply(state.report, state.history)
            self._categories.apply(state.report)
            self._mistakes.apply(state)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "runs": self.runs,
            "tabs": self.tabs,
            "mistakes_grid": self._mistakes.grid_of_photos,
            "categories_table": self._categories.table.tree,
            **({"train_a_model": self._empty.button} if self._empty.button else {}),
        }

    def _make_report(self) -> None:
        self._report = Frame(self._content, fg_color="transparent", corner_radius=0)
        self.tabs = Segmented(
            self._report,
            [
                ("overview", words.TAB_OVERVIEW),
                ("categories", words.TAB_CATEGORIES),
                ("mistakes", words.TAB_MISTAKES),
            ],
            value=self._tab,
            on_change=self._choose_tab,
            width=420,
        )
        self.tabs.pack(anchor="w", pady=(0, metrics.GRID * 2))
        space = Frame(self._report, fg_color="transparent", corner_radius=0)
        space.pack(fill="both", expand=True)
        self._overview = OverviewTab(space)
        self._categories = CategoriesTab(space)
        thumbnails = Thumbnails(self._presenter.around, _THUMBNAIL)
        self._mistakes = MistakesTab(space, thumbnails, on_select=self._presenter.look_at)
        self._tabs: dict[str, Base] = {
            "overview": self._overview,
            "categories": self._categories,
            "mistakes": self._mistakes,
        }
        self._choose_tab(self._tab)

    def _choose_tab(self, key: str) -> None:
        self._tab = key
        show_only(self._tabs[key], list(self._tabs.values()))

    def _apply_runs(self, state: ReviewState) -> None:
        runs, selected = state.runs, state.selected
        self.header.set_state_line(words.HEADER)
        if runs is not None and runs is not self._runs:
            self._runs = runs
            self.runs.set_options(
                [(str(run.folder), run_label(run)) for run in runs] or [("", words.CHOOSE_RUN)],
                str(selected.folder) if selected is not None else "",
            )
        if selected is None:
            self.runs.pack_forget()
        else:
            self.runs.set_value(str(selected.folder))
            self.runs.pack(side="right")
