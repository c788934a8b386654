"""How many photos each category has, by part of the data set: readable from 1 to 50 and more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import drawable, elided, widest, width_of, words
from ml_core.figures.style import LIGHT, FigureStyle, mixed

_LONGEST_NAME = 2.2
"""Inches that a category's name may take."""
_SMALLEST_TEXT = 7.0
"""Points below which nobody reads a list of names."""
_TEXT_IN_ROW = 0.62
"""Height of the text, times that of its row."""
_HEAD, _TALLEST_ROW = 4.4, 2.6
"""Heights times the ordinary text: title and names of the parts; a bar with its share of gap."""


def class_distribution(
    counts: Mapping[str, Mapping[str, int]],
    *,
    style: FigureStyle = LIGHT,
    size: Size | None = None,
) -> Figure:
    """Bars of photos per category, most photos first, stacked by part.

    Where ``size`` has no room for all categories, the largest and the smallest ones are shown, and
    a line between them says how many are not.

    Args:
        counts: Part -> category -> photos. Parts keep their order from left to right; one part
            needs no name.
        style: Colours and type.
        size: Width and height in inches; chosen by the number of categories if None.

    Raises:
        ValueError: No part or no category.
    """
    totals = _totals(counts)
    if not totals:
        raise ValueError("There are no categories to draw.")
    em = style.font_size / 72
    size = size or (7.0, 2.0 * em * len(totals) + (_HEAD + 1.1) * em)
    figure = new_figure(style, size)
    axes = new_axes(figure, style, grid="none")
    rows = _rows(totals, height=size[1] - (_HEAD + 1) * em, style=style)
    _place(axes, rows, size, style)
    _draw_bars(axes, counts, rows, style)
    _write_names(axes, rows, size[0], style)
    _write_totals(axes, rows, style)
    _write_heading(figure, counts, sum(totals.values()), style)
    return figure


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is shown from top to bottom.

    Attributes:
        totals: Category -> photos, those that are shown.
        places: The row of each.
        hidden: Photos of the smallest and the largest category that is not shown, and how many
            these are; None if all are shown.
        gap: The row that says so.
        height: Of a row, in inches.
        text_size: Times the ordinary text.
    """

    totals: Mapping[str, int]
    places: Sequence[int]
    hidden: tuple[int, int, int] | None
    gap: int
    height: float
    text_size: float

    @property
    def count(self) -> int:
        return len(self.totals) + (self.hidden is not None)


def _totals(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for part in counts.values() for name in part)
    totals = {name: sum(part.get(name, 0) for part in counts.values()) for name in names}
    return dict(sorted(totals.items(), key=lambda item: -item[1]))


def _rows(totals: Mapping[str, int], *, height: float, style: FigureStyle) -> _Rows:
    """Share the height out; leave the middle of the list out where rows would be too low."""
    em = style.font_size / 72
    fitting = max(3, int(height * 72 * _TEXT_IN_ROW / _SMALLEST_TEXT))
    shown = len(totals) if len(totals) <= fitting else fitting - 1
    first = (shown + 1) // 2 if shown < len(totals) else shown
    items = list(totals.items())
    middle = [photos for _, photos in items[first : len(items) - (shown - first)]]
    row = min(height / (shown + bool(middle)), _TALLEST_ROW * em)
    return _Rows(
        dict(items[:first] + items[len(items) - (shown - first) :]),
        [*range(first), *range(first + 1, shown + 1)] if middle else range(shown),
        (min(middle), max(middle), len(middle)) if middle else None,
        first,
        row,
        min(1.0, _TEXT_IN_ROW * row / em),
    )


def _place(axes: Axes, rows: _Rows, size: Size, style: FigureStyle) -> None:
    """Below the heading, as high as the rows are together."""
    em = style.font_size / 72
    numbers = [f"{photos:,}" for photos in rows.totals.values()]
    names = widest(_names(rows, size[0], style), style, size=rows.text_size)
    place(
        axes,
        left=names + 1.7 * em,
        right=widest(numbers, style, size=rows.text_size) + 1.2 * em,
        bottom=max(0.0, size[1] - _HEAD * em - rows.count * rows.height),
        top=_HEAD * em,
        size=size,
    )
    axes.set_ylim(rows.count - 0.5, -0.5)
    axes.set_xlim(0, max(*rows.totals.values(), 1))
    axes.set_xticks([])


def _names(rows: _Rows, width: float, style: FigureStyle) -> list[str]:
    room = min(_LONGEST_NAME, 0.4 * width)
    return [elided(name, style, width=room, size=rows.text_size) for name in rows.totals]


def _part_colours(parts: int, style: FigureStyle) -> list[str]:
    steps = np.linspace(0.0, 0.62, parts) if parts > 1 else [0.0]
    return [mixed(style.accent, style.background, float(step)) for step in steps]


def _draw_bars(
    axes: Axes, counts: Mapping[str, Mapping[str, int]], rows: _Rows, style: FigureStyle
) -> None:
    start = np.zeros(len(rows.totals))
    for part, colour in zip(counts.values(), _part_colours(len(counts), style), strict=True):
        photos = np.array([part.get(name, 0) for name in rows.totals])
        axes.barh(
            rows.places,
            photos,
            left=start,
            height=0.68,
            color=colour,
            edgecolor=style.background,
            linewidth=0.8 * rows.text_size,
        )
        start = start + photos


def _write_names(axes: Axes, rows: _Rows, width: float, style: FigureStyle) -> None:
    names = _names(rows, width, style)
    axes.set_yticks(rows.places, names, color=style.foreground, **words(style, size=rows.text_size))
    if rows.hidden:
        room = (1 - axes.get_position().x0) * width - style.font_size / 72
        _write_beside(axes, (0, rows.gap), _said(rows.hidden, room, rows, style), rows, style)


def _said(hidden: tuple[int, int, int], room: float, rows: _Rows, style: FigureStyle) -> str:
    """How many are hidden and, where there is room, how many photos they have."""
    least, most, count = hidden
    photos = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    long = f"… {count:,} more, {photos} photos each"
    fits = width_of(long, style, size=rows.text_size) <= room
    return long if fits else f"… {count:,} more"


def _write_totals(axes: Axes, rows: _Rows, style: FigureStyle) -> None:
    for row, photos in zip(rows.places, rows.totals.values(), strict=True):
        _write_beside(axes, (photos, row), f"{photos:,}", rows, style)


def _write_beside(
    axes: Axes, place: tuple[float, float], text: str, rows: _Rows, style: FigureStyle
) -> None:
    axes.annotate(
        text,
        place,
        xytext=(5, 0),
        textcoords="offset points",
        va="center_baseline",
        color=style.muted,
        annotation_clip=False,
        **words(style, size=rows.text_size),
    )


def _write_heading(
    figure: Figure, counts: Mapping[str, Mapping[str, int]], photos: int, style: FigureStyle
) -> None:
    """A title, and below it the parts by name, each behind a square of its colour."""
    width, height = (float(side) for side in figure.get_size_inches())
    em = style.font_size / 72
    classes = len(_totals(counts))
    figure.text(
        em / width,
        1 - 1.2 * em / height,
        f"{photos:,} photo{'s' * (photos != 1)} in {classes:,}"
        f" categor{'y' if classes == 1 else 'ies'}",
        va="center",
        color=style.foreground,
        **words(style, size=1.1, bold=True),
    )
    if len(counts) > 1:
        _write_parts(figure, counts, style)


def _write_parts(
    figure: Figure, counts: Mapping[str, Mapping[str, int]], style: FigureStyle
) -> None:
    width, height = (float(side) for side in figure.get_size_inches())
    em = style.font_size / 72
    names = [f"{drawable(part, style)} {sum(photos.values()):,}" for part, photos in counts.items()]
    widths = [width_of(name, style, size=0.9) + 2.7 * em for name in names]
    size = min(1.0, (width - em) / sum(widths))
    left, up = em, 1 - 2.9 * em / height
    look = {"va": "center_baseline", **words(style, size=0.9 * size)}
    for name, wide, tint in zip(names, widths, _part_colours(len(counts), style), strict=True):
        figure.text(left / width, up, "■", color=tint, **look)
        figure.text((left + 1.1 * em * size) / width, up, name, color=style.muted, **look)
        left += wide * size
