"""The validation curves of several trainings in the same axes."""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.transforms import blended_transform_factory

from ml_core.events import EpochFinished
from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import elided, widest, words
from ml_core.figures.style import LIGHT, FigureStyle, mixed

MOST = 4
_LONGEST_NAME = 1.5
"""Inches that a name at the end of its line may take."""

History = Sequence[EpochFinished]


def overlaid_curves(
    histories: Sequence[tuple[str, History]],
    *,
    style: FigureStyle = LIGHT,
    size: Size = (6.0, 6.4),
) -> Figure:
    """Validation accuracy above validation loss, a line for each training, named at its end.

    The last training is drawn in the accent. Epochs are counted through all phases.

    Args:
        histories: Name and epochs of one to four trainings.
        style: Colours and type.
        size: Width and height in inches.

    Raises:
        ValueError: There are none, or more than four.
    """
    if not 1 <= len(histories) <= MOST:
        raise ValueError(f"{len(histories)} trainings; 1 to {MOST} can be drawn.")
    figure = new_figure(style, size)
    names = [elided(name, style, width=_LONGEST_NAME, size=0.9) for name, _ in histories]
    panels: tuple[tuple[str, Callable[[EpochFinished], float]], ...] = (
        ("Accuracy on validation photos", lambda epoch: epoch.validation_accuracy),
        ("Loss on validation photos", lambda epoch: epoch.validation_loss),
    )
    for row, (title, value) in enumerate(panels):
        axes = new_axes(figure, style, grid="y")
        _take_row(axes, row, names, size, style)
        _dress(axes, title, style, is_share=row == 0)
        lines = [[value(epoch) for epoch in history] for _, history in histories]
        _draw(axes, names, lines, height=axes.get_position().height * size[1], style=style)
    return figure


def _take_row(axes: Axes, row: int, names: Sequence[str], size: Size, style: FigureStyle) -> None:
    em, half = style.font_size / 72, size[1] / 2
    place(
        axes,
        left=4.2 * em,
        right=widest(names, style, size=0.9) + 1.6 * em,
        bottom=2.6 * em + (1 - row) * half,
        top=2.4 * em + row * half,
        size=size,
    )


def _dress(axes: Axes, title: str, style: FigureStyle, *, is_share: bool) -> None:
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=2))
    if is_share:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_title(
        title, loc="left", pad=10, color=style.foreground, **words(style, size=1.0, bold=True)
    )


def _draw(
    axes: Axes,
    names: Sequence[str],
    lines: Sequence[Sequence[float]],
    *,
    height: float,
    style: FigureStyle,
) -> None:
    colours = _colours(len(lines), style)
    for values, colour in zip(lines, colours, strict=True):
        axes.plot(range(1, len(values) + 1), values, color=colour, linewidth=2.0)
    longest = max([2, *(len(values) for values in lines)])
    axes.set_xlim(1 - 0.01 * longest, longest)
    known = [value for values in lines for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = 0.06 * (high - low or 1.0)
    axes.set_ylim(max(0.0, low - room), high + room)
    ends = [values[-1] if values and math.isfinite(values[-1]) else math.nan for values in lines]
    step = 1.35 * 0.9 * style.font_size / 72 / height * (high - low + 2 * room)
    for name, end, y, colour in zip(names, ends, _apart(ends, step), colours, strict=True):
        if math.isfinite(end):
            axes.text(
                1.03,
                y,
                name,
                color=colour,
                va="center",
                transform=blended_transform_factory(axes.transAxes, axes.transData),
                **words(style, size=0.9),
            )


def _colours(number: int, style: FigureStyle) -> list[str]:
    """The last in the accent, those before in quieter colours that differ in brightness."""
    others = [style.second, style.warning, mixed(style.foreground, style.background, 0.25)]
    return [*others[: number - 1], style.accent]


def _apart(ends: Sequence[float], step: float) -> list[float]:
    """The same heights, moved up where two labels would touch."""
    places = list(ends)
    order = [int(place) for place in np.argsort(ends, kind="stable") if math.isfinite(ends[place])]
    for below, above in itertools.pairwise(order):
        places[above] = max(places[above], places[below] + step)
    return places
