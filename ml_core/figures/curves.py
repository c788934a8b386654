"""Loss and accuracy over the epochs of a training, for training and validation photos."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.transforms import blended_transform_factory

from ml_core.events import EpochFinished
from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import widest, words
from ml_core.figures.style import LIGHT, FigureStyle

_SMALL = 0.88
_TITLE = 1.1


def training_curves(
    history: Sequence[EpochFinished], *, style: FigureStyle = LIGHT, size: Size = (9.0, 3.4)
) -> Figure:
    """Loss and accuracy side by side; the best epoch marked, fine-tuning's start as a line.

    Epochs are counted through all phases. An empty history gives empty axes.
    """
    curves = TrainingCurves(style=style, size=size)
    curves.show(history)
    return curves.figure


class TrainingCurves:
    """A figure of curves that can be shown again with a longer history, for a live plot."""

    def __init__(self, *, style: FigureStyle = LIGHT, size: Size = (9.0, 3.4)) -> None:
        self.figure = new_figure(style, size)
        self._panels = (
            _Panel(self.figure, style, _LOSS),
            _Panel(self.figure, style, _ACCURACY),
        )

    def show(self, history: Sequence[EpochFinished]) -> None:
        """Change the curves; the caller has the canvas drawn. Also adapts to the figure's size."""
        width, height = self.figure.get_size_inches()
        for column, panel in enumerate(self._panels):
            panel.place(column, (float(width), float(height)))
            panel.show(history)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What one panel shows."""

    title: str
    train: Callable[[EpochFinished], float]
    validation: Callable[[EpochFinished], float]
    written: Callable[[float], str]
    is_share: bool


_LOSS = _Measure(
    "Loss",
    lambda e: e.train_loss,
    lambda e: e.validation_loss,
    lambda v: f"{v:.2f}" if v >= 1 else f"{v:.3f}",
    False,
)
_ACCURACY = _Measure(
    "Accuracy",
    lambda e: e.train_accuracy,
    lambda e: e.validation_accuracy,
    lambda v: f"{100 * v:.1f} %",
    True,
)


class _Panel:
    """One pair of axes with two curves, their names at their ends, and the marks."""

    def __init__(self, figure: Figure, style: FigureStyle, measure: _Measure) -> None:
        self._style, self._measure = style, measure
        self._height = 1.0
        self._axes = axes = new_axes(figure, style, grid="y")
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
        )
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=2))
        if measure.is_share:
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        axes.set_xlabel("Epoch", color=style.muted, labelpad=4, **words(style, size=0.9))
        self._title = axes.set_title(
            measure.title,
            loc="left",
            pad=20,
            color=style.foreground,
            **words(style, size=_TITLE, bold=True),
        )
        self._curves = (
            _Curve(axes, style, "training", style.second),
            _Curve(axes, style, "validation", style.accent),
        )
        self._marks = _Marks(axes, style, measure)

    def place(self, column: int, size: Size) -> None:
        """Take the left or the right half of a figure of ``size`` inches."""
        half, em = size[0] / 2, self._style.font_size / 72
        names = widest(["validation 100.0 %"], self._style, size=_SMALL)
        left, right = 4.2 * em, names + 1.2 * em
        place(
            self._axes,
            left=left + column * half,
            right=right + (1 - column) * half,
            bottom=3.6 * em,
            top=3.6 * em,
            size=size,
        )
        self._height = self._axes.get_position().height * size[1]

    def show(self, history: Sequence[EpochFinished]) -> None:
        train = np.array([self._measure.train(epoch) for epoch in history], float)
        validation = np.array([self._measure.validation(epoch) for epoch in history], float)
        self._set_limits(np.concatenate([train, validation]), len(history))
        for curve, values in zip(self._curves, (train, validation), strict=True):
            curve.show(values, self._measure.written)
        self._keep_names_apart()
        self._marks.show(history, validation)

    def _set_limits(self, values: np.ndarray, epochs: int) -> None:
        self._axes.set_xlim(*((max(0.5, 1 - 0.02 * epochs), epochs) if epochs > 1 else (0.5, 1.5)))
        known = values[np.isfinite(values)]
        if self._measure.is_share:
            low = math.floor(10 * known.min() - 0.3) / 10 if known.size else 0.0
            self._axes.set_ylim(max(0.0, min(low, 0.8)), 1.0)
        else:
            self._axes.set_ylim(0.0, 1.08 * known.max() if known.size and known.max() > 0 else 1.0)

    def _keep_names_apart(self) -> None:
        """Move the two names away from each other where they would overlap."""
        train, validation = self._curves
        low, high = self._axes.get_ylim()
        line = 1.35 * _SMALL * self._style.font_size / 72 / self._height * (high - low)
        lower, upper = sorted((train, validation), key=lambda curve: curve.end)
        overlap = line - (upper.end - lower.end)
        if math.isfinite(overlap) and overlap > 0:
            middle = (upper.end + lower.end) / 2
            middle = min(max(middle, low + line / 2), high - line / 2)
            lower.name.set_y(middle - line / 2)
            upper.name.set_y(middle + line / 2)


class _Curve:
    """A line with a dot and its name at the end."""

    def __init__(self, axes: Axes, style: FigureStyle, name: str, colour: str) -> None:
        self._word, self.end = name, math.nan
        (self._line,) = axes.plot([], [], color=colour, linewidth=2.0, solid_capstyle="round")
        (self._dot,) = axes.plot([], [], "o", color=colour, markersize=5, clip_on=False)
        self.name: Text = axes.text(
            1.045,
            0.0,
            "",
            color=style.foreground if colour == style.accent else style.muted,
            va="center",
            transform=blended_transform_factory(axes.transAxes, axes.transData),
            **words(style, size=_SMALL),
        )

    def show(self, values: np.ndarray, written: Callable[[float], str]) -> None:
        epochs = np.arange(1, len(values) + 1)
        self._line.set_data(epochs, values)
        self.end = float(values[-1]) if len(values) else math.nan
        is_known = math.isfinite(self.end)
        self._dot.set_data(epochs[-1:], values[-1:])
        self._dot.set_visible(is_known)
        self.name.set_text(f"{self._word} {written(self.end)}" if is_known else "")
        self.name.set_y(self.end if is_known else 0.0)


class _Marks:
    """The best epoch, and where fine-tuning began."""

    def __init__(self, axes: Axes, style: FigureStyle, measure: _Measure) -> None:
        self._measure = measure
        (self._dot,) = axes.plot(
            [],
            [],
            "o",
            markersize=8,
            markerfacecolor=style.background,
            markeredgecolor=style.accent,
            markeredgewidth=2,
            clip_on=False,
            zorder=4,
        )
        self._best = axes.set_title(
            "", loc="right", pad=20, color=style.muted, **words(style, size=_SMALL)
        )
        self._start: Line2D = axes.axvline(
            0, color=style.muted, linewidth=1, linestyle=(0, (3, 3)), visible=False
        )
        self._start_name: Text = axes.text(
            0,
            1.03,
            "fine-tuning",
            color=style.muted,
            va="bottom",
            visible=False,
            transform=blended_transform_factory(axes.transData, axes.transAxes),
            **words(style, size=_SMALL),
        )

    def show(self, history: Sequence[EpochFinished], validation: np.ndarray) -> None:
        self._show_best(history, validation)
        tuned = [i for i, epoch in enumerate(history) if epoch.phase == "fine_tune"]
        has_start = bool(tuned) and tuned[0] > 0
        for artist in (self._start, self._start_name):
            artist.set_visible(has_start)
        if has_start:
            self._start.set_xdata([tuned[0] + 0.5] * 2)
            self._start_name.set_x(tuned[0] + 0.5)
            is_late = tuned[0] > 0.8 * len(history)
            self._start_name.set_horizontalalignment("right" if is_late else "left")

    def _show_best(self, history: Sequence[EpochFinished], validation: np.ndarray) -> None:
        best = [
            i for i, epoch in enumerate(history) if epoch.is_best and np.isfinite(validation[i])
        ]
        self._dot.set_visible(bool(best))
        self._dot.set_data([best[-1] + 1] if best else [], [validation[best[-1]]] if best else [])
        written = f"{self._measure.written(validation[best[-1]])}" if best else ""
        self._best.set_text(f"best: epoch {best[-1] + 1}, {written}" if best else "")
