"""Loss and accuracy over the epochs of a training, for training and validation photos."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from ml_core.events import EpochFinished
from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import widest, words
from ml_core.figures.style import LIGHT, FigureStyle

_SMALL = 0.88
"""Size of names and remarks, times the ordinary text."""
_TITLE_GAP = 20
"""Points between the axes and their title: room for one remark."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """What one of the two panels shows."""

    title: str
    train: Callable[[EpochFinished], float]
    validation: Callable[[EpochFinished], float]
    written: Callable[[float], str]
    is_share: bool


_LOSS = _Measure(
    "Loss",
    lambda epoch: epoch.train_loss,
    lambda epoch: epoch.validation_loss,
    lambda value: f"{value:.2f}" if value >= 1 else f"{value:.3f}",
    is_share=False,
)
_ACCURACY = _Measure(
    "Accuracy",
    lambda epoch: epoch.train_accuracy,
    lambda epoch: epoch.validation_accuracy,
    lambda value: f"{100 * value:.1f} %",
    is_share=True,
)


@dataclass(frozen=True, slots=True)
class _Curve:
    """One line of a panel."""

    name: str
    values: NDArray[np.float64]
    colour: str
    name_colour: str

    @property
    def end(self) -> float:
        """The last value; NaN where there is none."""
        return float(self.values[-1]) if len(self.values) else math.nan


def training_curves(
    history: Sequence[EpochFinished], *, style: FigureStyle = LIGHT, size: Size = (9.0, 3.4)
) -> Figure:
    """Loss and accuracy side by side; the best epoch marked, fine-tuning's start as a line.

    Epochs are counted through all phases. An empty history gives empty axes, and values that are
    no numbers (a training without validation photos, or one that diverged) leave gaps.
    """
    figure = new_figure(style, size)
    for column, measure in enumerate((_LOSS, _ACCURACY)):
        axes = new_axes(figure, style, grid="y")
        height = _take_half(axes, column, size, style)
        _draw_panel(axes, measure, history, height=height, style=style)
    return figure


def _take_half(axes: Axes, column: int, size: Size, style: FigureStyle) -> float:
    """Place the axes in the left or right half; gives their height in inches."""
    half, em = size[0] / 2, style.font_size / 72
    names = widest(["validation 100.0 %"], style, size=_SMALL)
    left, right = 4.2 * em + column * half, names + 1.2 * em + (1 - column) * half
    place(axes, left=left, right=right, bottom=3.6 * em, top=3.6 * em, size=size)
    return axes.get_position().height * size[1]


def _draw_panel(
    axes: Axes,
    measure: _Measure,
    history: Sequence[EpochFinished],
    *,
    height: float,
    style: FigureStyle,
) -> None:
    train, validation = (
        np.array([value(epoch) for epoch in history], float)
        for value in (measure.train, measure.validation)
    )
    curves = (
        _Curve("training", train, style.second, style.muted),
        _Curve("validation", validation, style.accent, style.foreground),
    )
    _prepare_axes(axes, measure, style)
    _set_limits(axes, measure, np.concatenate([train, validation]), len(history))
    for curve in curves:
        _draw_curve(axes, curve)
    _write_names(axes, measure, curves, height=height, style=style)
    _mark_best(axes, measure, history, validation, style)
    _mark_fine_tuning(axes, history, style)


def _prepare_axes(axes: Axes, measure: _Measure, style: FigureStyle) -> None:
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=2))
    if measure.is_share:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_xlabel("Epoch", color=style.muted, labelpad=4, **words(style, size=0.9))
    axes.set_title(
        measure.title,
        loc="left",
        pad=_TITLE_GAP,
        color=style.foreground,
        **words(style, size=1.1, bold=True),
    )


def _set_limits(axes: Axes, measure: _Measure, values: NDArray[np.float64], epochs: int) -> None:
    axes.set_xlim(*((max(0.5, 1 - 0.02 * epochs), epochs) if epochs > 1 else (0.5, 1.5)))
    known = values[np.isfinite(values)]
    if measure.is_share:
        low = math.floor(10 * known.min() - 0.3) / 10 if known.size else 0.0
        axes.set_ylim(max(0.0, min(low, 0.8)), 1.0)
    else:
        axes.set_ylim(0.0, 1.08 * known.max() if known.size and known.max() > 0 else 1.0)


def _draw_curve(axes: Axes, curve: _Curve) -> None:
    epochs = np.arange(1, len(curve.values) + 1)
    axes.plot(epochs, curve.values, color=curve.colour, linewidth=2.0, solid_capstyle="round")
    if math.isfinite(curve.end):
        axes.plot(epochs[-1:], curve.end, "o", color=curve.colour, markersize=5, clip_on=False)


def _write_names(
    axes: Axes,
    measure: _Measure,
    curves: Sequence[_Curve],
    *,
    height: float,
    style: FigureStyle,
) -> None:
    """Each curve's name and last value at its end, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    line = 1.35 * _SMALL * style.font_size / 72 / height * (high - low)
    shown = sorted((c for c in curves if math.isfinite(c.end)), key=lambda c: c.end)
    places = [curve.end for curve in shown]
    if len(shown) == 2 and places[1] - places[0] < line:
        middle = min(max(sum(places) / 2, low + line / 2), high - line / 2)
        places = [middle - line / 2, middle + line / 2]
    for curve, y in zip(shown, places, strict=True):
        axes.text(
            1.045,
            y,
            f"{curve.name} {measure.written(curve.end)}",
            color=curve.name_colour,
            va="center",
            transform=blended_transform_factory(axes.transAxes, axes.transData),
            **words(style, size=_SMALL),
        )


def _mark_best(
    axes: Axes,
    measure: _Measure,
    history: Sequence[EpochFinished],
    validation: NDArray[np.float64],
    style: FigureStyle,
) -> None:
    best = [i for i, epoch in enumerate(history) if epoch.is_best and np.isfinite(validation[i])]
    if not best:
        return
    number, value = best[-1] + 1, float(validation[best[-1]])
    axes.plot(
        [number],
        [value],
        "o",
        markersize=8,
        markerfacecolor=style.background,
        markeredgecolor=style.accent,
        markeredgewidth=2,
        clip_on=False,
        zorder=4,
    )
    remark = f"best: epoch {number:,}, {measure.written(value)}"
    text = {"color": style.muted, **words(style, size=_SMALL)}
    axes.set_title(remark, loc="right", pad=_TITLE_GAP, **text)


def _mark_fine_tuning(axes: Axes, history: Sequence[EpochFinished], style: FigureStyle) -> None:
    tuned = [i for i, epoch in enumerate(history) if epoch.phase == "fine_tune"]
    if not tuned or not tuned[0]:
        return
    start = tuned[0] + 0.5
    axes.axvline(start, color=style.muted, linewidth=1, linestyle=(0, (3, 3)))
    axes.text(
        start,
        1.03,
        "fine-tuning",
        color=style.muted,
        va="bottom",
        ha="right" if start > 0.8 * len(history) else "left",
        transform=blended_transform_factory(axes.transData, axes.transAxes),
        **words(style, size=_SMALL),
    )
