"""The live curves of a training."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ml_core.events import EpochFinished
from product_gui.presenters.train_state import Stage, TrainState
from product_gui.text import train as words
from product_gui.theme import colours, metrics
from product_gui.views.page import show_only
from product_gui.widgets.card import Card
from product_gui.widgets.curve_values import Curves, EpochPoint, PlotWords
from product_gui.widgets.label import Line
from product_gui.widgets.live_plot import LivePlot
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.text_list import TextList
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.tooltip import Tooltip

EVEN: Final = "even"
LOGARITHMIC: Final = "logarithmic"
"""How the axis of the loss is divided."""

PLOT_WORDS = PlotWords(
    loss=words.LOSS,
    accuracy=words.ACCURACY,
    train=words.TRAINING_CURVE,
    validation=words.VALIDATION_CURVE,
    epoch=words.NUMBER_EPOCH,
    best=words.BEST,
)


_CURVES, _LOG = "curves", "log"


class TrainingCurves(Card):
    """Loss and accuracy on training and validation photos, epoch by epoch; or what happened."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, margin=metrics.GRID)
        gap = metrics.GRID
        bar = Frame(self.body, fg_color="transparent")
        bar.pack(fill="x", padx=gap, pady=(gap / 2, gap))
        self.tabs = Segmented(
            bar,
            [(_CURVES, words.CURVES), (_LOG, words.LOG)],
            value=_CURVES,
            on_change=self._choose,
            width=264,
        )
        self.tabs.pack(side="left")
        self.scale = LossScale(bar, on_change=self._set_scale)
        self.scale.pack(side="right")
        self._space = Frame(self.body, fg_color="transparent")
        self._space.pack(fill="both", expand=True)
        self.plot = LivePlot(self._space, words=PLOT_WORDS)
        self.plot.pack(fill="both", expand=True)
        self.log = TextList(self._space)
        self._hint = Line(self, words.CURVES_EMPTY, colour=colours.MUTED, align="center")

    def apply(self, state: TrainState) -> None:
        """Show the epochs so far."""
        progress = state.progress
        if progress is not None:
            planned = progress.planned_epochs if state.stage is Stage.TRAINING else 0
            curves = curves_of(progress.epochs, planned=planned, scale=self.scale.value)
            if curves != self.plot.curves:
                self.plot.render(curves)
            self.log.follow([str(line) for line in progress.log])
        self._show_hint()

    def named_controls(self) -> dict[str, tk.Misc]:
        return {"plot": self.plot, "plot_tabs": self.tabs, "plot_scale": self.scale}

    def _choose(self, tab: str) -> None:
        show_only(self.plot if tab == _CURVES else self.log, [self.plot, self.log])
        self.scale.set_enabled(tab == _CURVES)
        self._show_hint()

    def _set_scale(self, scale: str) -> None:
        self.plot.render(replace(self.plot.curves, is_logarithmic=scale == LOGARITHMIC))

    def _show_hint(self) -> None:
        if self.plot.curves.points or self.tabs.value == _LOG:
            self._hint.place_forget()
        else:
            self._hint.place(relx=0.45, rely=0.3, anchor="center")


class LossScale(Segmented):
    """The axis of the loss: even steps, or equal factors."""

    def __init__(self, master: tk.Misc, *, on_change: Callable[[str], None]) -> None:
        super().__init__(
            master,
            [(EVEN, words.EVEN_LOSS), (LOGARITHMIC, words.LOGARITHMIC_LOSS)],
            value=EVEN,
            on_change=on_change,
            width=208,
        )
        self._tooltip = Tooltip(self.canvas, words.SCALE_TIP)


def curves_of(epochs: Sequence[EpochFinished], *, planned: int = 0, scale: str = EVEN) -> Curves:
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
    return Curves(points, planned, best, phases, scale == LOGARITHMIC)
