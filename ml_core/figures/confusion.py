"""The confusion matrix: which category was taken for which, readable from 2 to 50 and more."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import elided, widest, width_of, words
from ml_core.figures.style import LIGHT, FigureStyle, mixed, readable_on

_SMALLEST_TEXT = 5.0
"""Points below which text helps nobody."""
_LONGEST_NAME = 1.7
"""Inches that a category's name may take."""


def confusion_matrix_figure(
    confusion: NDArray[np.int64],
    class_names: Sequence[str],
    *,
    as_shares: bool = False,
    heading: bool = True,
    style: FigureStyle = LIGHT,
    size: Size | None = None,
) -> Figure:
    """Draw counts, or percent of each row. Data coordinates are (column, row).

    Cells are coloured by their share of the row: right answers in the accent, wrong ones in the
    warning colour and more steeply, so that rare mistakes show too. Numbers that would be too
    small to read are left out, as are zeros.

    Args:
        confusion: Counts, shape (classes, classes); row = true, column = predicted.
        class_names: One for each row.
        as_shares: Write percent of the row instead of counts.
        heading: Say above the matrix what the numbers are.
        style: Colours and type.
        size: Width and height in inches; chosen by the number of classes if None.

    Raises:
        ValueError: There is not one name for each row and column.
    """
    classes = len(class_names)
    if confusion.shape != (classes, classes) or not classes:
        raise ValueError(f"{confusion.shape} counts do not fit {classes} class names.")
    layout = _layout(class_names, size, style)
    size = size or layout.size
    figure = new_figure(style, size)
    axes = new_axes(figure, style, grid="none")
    place(axes, **layout.margins, size=size)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    colours = _cell_colours(shares, style)
    _draw_cells(axes, colours, layout, style)
    _write_names(axes, layout, style)
    values = 100 * shares if as_shares else confusion
    _write_numbers(axes, values, colours, layout, style, as_shares=as_shares)
    if heading:
        _write_heading(axes, as_shares=as_shares, style=style)
    return figure


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything goes. Lengths in inches, ``name_size`` times the ordinary text."""

    cell: float
    names: list[str]
    column_names: list[str]
    name_size: float
    every: int
    angle: int
    margins: dict[str, float]

    @property
    def size(self) -> Size:
        side, around = len(self.names) * self.cell, self.margins
        return around["left"] + side + around["right"], around["bottom"] + side + around["top"]


def _layout(class_names: Sequence[str], size: Size | None, style: FigureStyle) -> _Layout:
    """The layout at the best size of cells, or at the size that fills ``size``."""
    classes = len(class_names)
    if size is None:
        return _layout_at(class_names, min(0.85, max(0.17, 5.6 / classes)), _LONGEST_NAME, style)
    room = min(_LONGEST_NAME, 0.24 * min(size))
    rough = _layout_at(class_names, 0.7 * min(size) / classes, room, style)
    left_over = np.subtract(size, rough.size)
    cell = rough.cell + float(left_over.min()) / classes
    return _layout_at(class_names, max(cell, 0.01), room, style)


def _layout_at(class_names: Sequence[str], cell: float, room: float, style: FigureStyle) -> _Layout:
    em = style.font_size / 72
    name_size = min(1.0, max(_SMALLEST_TEXT / style.font_size, 0.62 * cell / em))
    names = [elided(name, style, width=room, size=name_size) for name in class_names]
    longest = widest(names, style, size=name_size)
    angle = 0 if longest < 0.9 * cell else 45 if len(names) <= 12 else 90
    columns = [elided(name, style, width=min(room, 1.2), size=name_size) for name in class_names]
    tallest = widest(columns, style, size=name_size)
    below = {0: name_size * em, 45: 0.75 * tallest + 0.7 * em, 90: tallest}[angle]
    margins = {
        "left": longest + 3.5 * em,
        "right": em,
        "bottom": below + 3.2 * em,
        "top": 2.8 * em,
    }
    every = max(1, math.ceil(1.05 * name_size * em / cell))
    return _Layout(cell, names, columns, name_size, every, angle, margins)


def _cell_colours(shares: NDArray[np.float64], style: FigureStyle) -> list[list[str]]:
    empty = mixed(style.background, style.grid, 0.28)
    return [
        [
            mixed(empty, style.accent, 0.1 + 0.9 * share**0.5)
            if row == column and share
            else mixed(empty, style.warning, 0.12 + 0.88 * share**0.6)
            if share
            else empty
            for column, share in enumerate(line)
        ]
        for row, line in enumerate(shares)
    ]


def _draw_cells(axes: Axes, colours: list[list[str]], layout: _Layout, style: FigureStyle) -> None:
    classes = len(colours)
    axes.imshow(
        [[to_rgb(colour) for colour in line] for line in colours],
        interpolation="nearest",
        aspect="equal",
    )
    edges = np.arange(classes + 1) - 0.5
    gap = max(0.4, min(2.0, 72 * layout.cell * 0.06))
    axes.hlines(edges, -0.5, classes - 0.5, color=style.background, linewidth=gap)
    axes.vlines(edges, -0.5, classes - 0.5, color=style.background, linewidth=gap)


def _write_names(axes: Axes, layout: _Layout, style: FigureStyle) -> None:
    shown = range(0, len(layout.names), layout.every)
    columns = [layout.column_names[index] for index in shown]
    rows = [layout.names[index] for index in shown]
    text = {"color": style.foreground, **words(style, size=layout.name_size)}
    slanted = {"ha": "right", "va": "center", "rotation_mode": "anchor"}
    axes.set_xticks(shown, columns, rotation=layout.angle, **text)
    if layout.angle:
        for label in axes.get_xticklabels():
            label.set(**slanted)
    axes.set_yticks(shown, rows, **text)
    heading = {"color": style.muted, **words(style, size=0.9)}
    axes.set_xlabel("Answer", labelpad=8, **heading)
    axes.set_ylabel("True category", labelpad=8, **heading)


def _write_numbers(
    axes: Axes,
    values: NDArray[np.float64] | NDArray[np.int64],
    colours: list[list[str]],
    layout: _Layout,
    style: FigureStyle,
    *,
    as_shares: bool,
) -> None:
    written = [[_number(float(value), as_shares=as_shares) for value in line] for line in values]
    broadest = widest([text for line in written for text in line], style)
    em = style.font_size / 72
    size = min(1.15, 0.48 * layout.cell / em, 0.86 * layout.cell / broadest)
    if size * style.font_size < _SMALLEST_TEXT:
        return
    for (row, column), value in np.ndenumerate(values):
        if value > 0:
            axes.text(
                column,
                row,
                written[row][column],
                ha="center",
                va="center_baseline",
                color=readable_on(colours[row][column]),
                **words(style, size=size),
            )


def _number(value: float, *, as_shares: bool) -> str:
    """A count, or percent that never says 0 or 100 where it is only nearly so."""
    if as_shares and 0 < value < 1:
        return "<1"
    return ">99" if as_shares and 99 < value < 100 else f"{value:,.0f}"


def _write_heading(axes: Axes, *, as_shares: bool, style: FigureStyle) -> None:
    """Say what the numbers are, above the matrix, further left where it would not fit."""
    heading = "Percent of each true category" if as_shares else "Number of photos"
    figure = axes.get_figure(root=True)
    assert figure is not None
    axes.apply_aspect()
    width, height = figure.get_size_inches()
    needed = width_of(heading, style, bold=True)
    corner = axes.get_position()
    figure.text(
        max(0.02, min(corner.x0, 1 - needed / width - 0.02)),
        corner.y1 + 1.3 * style.font_size / 72 / height,
        heading,
        va="center",
        color=style.foreground,
        **words(style, bold=True),
    )
