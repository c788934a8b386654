"""The live curves of a training."""

import tkinter as tk
from collections.abc import Sequence

from ml_core.events import EpochFinished
from product_gui.presenters.train_state import Stage, TrainState
from product_gui.text import train as words
from product_gui.theme import colours, metrics
from product_gui.widgets.card import Card
from product_gui.widgets.curve_values import Curves, EpochPoint, PlotWords
from product_gui.widgets.label import Line
from product_gui.widgets.live_plot import LivePlot

PLOT_WORDS = PlotWords(
    loss=words.LOSS,
    accuracy=words.ACCURACY,
    train=words.TRAINING_CURVE,
    validation=words.VALIDATION_CURVE,
    epoch=words.NUMBER_EPOCH,
    best=words.BEST,
)


class TrainingCurves(Card):
    """Loss and accuracy on training and validation photos, epoch by epoch."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, margin=metrics.GRID)
        self.plot = LivePlot(self.body, words=PLOT_WORDS)
        self.plot.pack(fill="both", expand=True)
        self._hint = Line(self, words.CURVES_EMPTY, colour=colours.MUTED, align="center")

    def apply(self, state: TrainState) -> None:
        """Show the epochs so far."""
        progress = state.progress
        if progress is not None:
            planned = progress.planned_epochs if state.stage is Stage.TRAINING else 0
            curves = curves_of(progress.epochs, planned=planned)
            if curves != self.plot.curves:
                self.plot.render(curves)
            if curves.points:
                self._hint.place_forget()
            else:
                self._hint.place(relx=0.45, rely=0.28, anchor="center")


def curves_of(epochs: Sequence[EpochFinished], *, planned: int = 0) -> Curves:
    """Finished epochs as the plot wants them."""
    points = tuple(
        EpochPoint(
            epoch.train_loss,
            epoch.validation_loss,
            epoch.train_accuracy,
            epoch.validation_accuracy,
        )
        for epoch in epochs
    )
    best = max((place for place, epoch in enumerate(epochs, 1) if epoch.is_best), default=None)
    phases = tuple(
        (place, words.PHASES[epoch.phase])
        for place, epoch in enumerate(epochs)
        if place and epoch.phase != epochs[place - 1].phase
    )
    return Curves(points, planned, best, phases)
