"""The Review page: the score with what it rests on, the categories, the photos, the training."""

import tkinter as tk
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.presenters.review import ReviewPresenter, ReviewState, Tab, run_label
from product_gui.presenters.thumbnails import Thumbnails
from product_gui.text import review as words
from product_gui.theme import metrics
from product_gui.views.page import Page, show_only
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.views.review_categories import CategoriesTab
from product_gui.views.review_compare import CompareTab
from product_gui.views.review_overview import OverviewTab
from product_gui.views.review_photos import PhotosTab
from product_gui.views.review_training import TrainingTab
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
    """Five parts about the chosen run."""

    def __init__(self, master: tk.Misc, presenter: ReviewPresenter, *, on_train: Callback) -> None:
        super().__init__(master, title=words.TITLE)
        self._presenter = presenter
        self._runs: Sequence[Run] | None = None
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
            self._show_tab(state.tab)
            self._overview.apply(state.report)
            self._categories.apply(state.report)
            self._photos.apply(state)
            self._training.apply(state)
            self._compare.apply(state)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "runs": self.runs,
            "tabs": self.tabs,
            "answers_grid": self._photos.grid_of_photos,
            "answers_verdict": self._photos.choice.verdict,
            "answers_true": self._photos.choice.true,
            "matrix": self._overview.matrix.figure,
            "matrix_values": self._overview.matrix.values,
            "matrix_order": self._overview.matrix.order,
            "mix_ups": self._overview.mix_ups.list,
            "tensorboard": self._training.tensorboard,
            "compare_with": self._compare.other,
            "compare_parts": self._compare.parts,
            "compare_difference": self._compare.difference,
            "categories_table": self._categories.table.tree,
            **({"train_a_model": self._empty.button} if self._empty.button else {}),
        }

    def _make_report(self) -> None:
        self._report = Frame(self._content, fg_color="transparent", corner_radius=0)
        self.tabs = Segmented(
            self._report,
            [(tab, words.TABS[tab]) for tab in Tab],
            value=Tab.OVERVIEW,
            on_change=lambda key: self._presenter.choose_tab(Tab(key)),
            width=600,
        )
        self.tabs.pack(anchor="w", pady=(0, metrics.GRID * 2))
        space = Frame(self._report, fg_color="transparent", corner_radius=0)
        space.pack(fill="both", expand=True)
        presenter = self._presenter
        self._overview = OverviewTab(space, on_cell=presenter.open_cell)
        self._categories = CategoriesTab(space, on_open=presenter.open_category)
        thumbnails = Thumbnails(presenter.around, _THUMBNAIL)
        self._photos = PhotosTab(
            space,
            thumbnails,
            on_select=presenter.look_at,
            on_choose=presenter.choose_answers,
        )
        self._training = TrainingTab(space, on_tensorboard=presenter.open_tensorboard)
        self._compare = CompareTab(space, presenter, Thumbnails(presenter.around, _THUMBNAIL))
        self._parts: dict[Tab, Base] = {
            Tab.OVERVIEW: self._overview,
            Tab.CATEGORIES: self._categories,
            Tab.PHOTOS: self._photos,
            Tab.TRAINING: self._training,
            Tab.COMPARE: self._compare,
        }

    def _show_tab(self, tab: Tab) -> None:
        self.tabs.set_value(tab)
        show_only(self._parts[tab], list(self._parts.values()))

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
