"""The part of a report about the training itself: its curves, and what it was."""

import tkinter as tk
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml_core.events import EpochFinished
from product_gui.presenters.picture import shown_name
from product_gui.presenters.review import ReviewState
from product_gui.text import review as words
from product_gui.text.numbers import NO_VALUE, date, duration, photos, size
from product_gui.text.train import GOAL_TITLES
from product_gui.theme import colours, fonts, metrics
from product_gui.views.side_panel import Numbers, SidePanel
from product_gui.views.train_curves import PLOT_WORDS, curves_of
from product_gui.widgets.button import Button
from product_gui.widgets.card import Card
from product_gui.widgets.label import Line
from product_gui.widgets.live_plot import LivePlot
from product_gui.widgets.toolkit import Callback, Frame

if TYPE_CHECKING:
    from ml_core.runs import Run

_NAMES = (
    words.GOAL,
    words.NETWORK,
    words.FOLDER,
    words.LEARNED_FROM,
    words.CHECKED_ON,
    words.TESTED_ON,
    words.ROUNDS,
    words.BEST_ROUND,
    words.TOOK,
    words.MEMORY,
    words.DEVICE,
    words.MADE,
)


class TrainingTab(Frame):
    """Loss and accuracy round by round, and how the model was made."""

    def __init__(self, master: tk.Misc, *, on_tensorboard: Callback) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        panel = SidePanel(self)
        panel.pack(side="right", fill="y", padx=(metrics.GRID * 2, 0))
        Line(panel.space, words.HOW_MADE, font=fonts.LEAD_BOLD).pack(fill="x")
        self._numbers = Numbers(panel.space, _NAMES)
        self._numbers.pack(fill="x", pady=(metrics.GRID, 0))
        self.tensorboard = Button(
            panel.space,
            text=words.TENSORBOARD,
            command=on_tensorboard,
            icon="chart",
            tip=words.TENSORBOARD_TIP,
        )
        self.tensorboard.pack(side="bottom", fill="x")
        card = Card(self, margin=metrics.GRID)
        card.pack(side="left", fill="both", expand=True)
        self.plot = LivePlot(card.body, words=PLOT_WORDS, waiting=words.DRAWING)
        self.plot.pack(fill="both", expand=True)
        self._hint = Line(card, words.NO_CURVES, colour=colours.MUTED, align="center")

    def apply(self, state: ReviewState) -> None:
        """Show a run."""
        if state.selected is None:
            return
        self.tensorboard.set_enabled(state.has_logs, words.NO_TENSORBOARD)
        curves = curves_of(state.history)
        if curves != self.plot.curves:
            self.plot.render(curves)
        if state.history or state.loading:
            self._hint.place_forget()
        else:
            self._hint.place(relx=0.45, rely=0.28, anchor="center")
        self._numbers.render(numbers_of(state.selected, state.history))


def numbers_of(run: "Run", history: Sequence[EpochFinished]) -> dict[str, str]:
    """What is told about a training, by name."""
    from ml_core.models.registry import ARCHITECTURES

    network = ARCHITECTURES.get(run.recipe.architecture)
    best = max((place for place, epoch in enumerate(history, 1) if epoch.is_best), default=None)
    counts = {part: run.photo_counts.get(part) for part in ("train", "validation", "test")}
    total = run.seconds.get("total")
    return {
        words.GOAL: GOAL_TITLES[run.recipe.goal],
        words.NETWORK: network.title if network is not None else run.recipe.architecture,
        words.FOLDER: shown_name(run.dataset_folder),
        words.LEARNED_FROM: _photos(counts["train"]),
        words.CHECKED_ON: _photos(counts["validation"]),
        words.TESTED_ON: _photos(counts["test"]),
        words.ROUNDS: f"{run.epochs:,}",
        words.BEST_ROUND: f"{best:,}" if best is not None else NO_VALUE,
        words.TOOK: duration(total) if total is not None else NO_VALUE,
        words.MEMORY: size(run.peak_memory) if run.peak_memory else NO_VALUE,
        words.DEVICE: run.device or NO_VALUE,
        words.MADE: date(run.created),
    }


def _photos(number: int | None) -> str:
    return NO_VALUE if number is None else photos(number)
