"""How many photos each category has, by part of the data set."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import drawable, elided, widest, width_of, words
from ml_core.figures.style import LIGHT, FigureStyle, mixed

_LONGEST_NAME = 2.2
"""Inches that a category's name may take."""


def class_counts_figure(
    counts: Mapping[str, Mapping[str, int]],
    *,
    style: FigureStyle = LIGHT,
    size: Size | None = None,
) -> Figure:
    """Bars of photos per category, most photos first, stacked by part.

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
    figure = new_figure(style, size or (7.0, 2.0 * em * len(totals) + 5.5 * em))
    axes = new_axes(figure, style, grid="none")
    width, height = (float(side) for side in figure.get_size_inches())
    text_size = min(1.0, 0.62 * (height - 5.5 * em) / len(totals) / em)
    room = min(_LONGEST_NAME, 0.4 * width)
    names = [elided(name, style, width=room, size=text_size) for name in totals]
    margins = {
        "left": widest(names, style, size=text_size) + 1.7 * em,
        "right": widest([f"{max(totals.values()):,}"], style, size=text_size) + 1.2 * em,
    }
    place(axes, **margins, bottom=em, top=4.4 * em, size=(width, height))
    _draw_bars(axes, counts, totals, style)
    axes.set_yticks(
        range(len(names)), names, color=style.foreground, **words(style, size=text_size)
    )
    axes.set_xticks([])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max(*totals.values(), 1))
    _write_totals(axes, totals, text_size, style)
    _write_heading(figure, counts, sum(totals.values()), style)
    return figure


def _totals(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for part in counts.values() for name in part)
    totals = {name: sum(part.get(name, 0) for part in counts.values()) for name in names}
    return dict(sorted(totals.items(), key=lambda item: -item[1]))


def _part_colours(parts: int, style: FigureStyle) -> list[str]:
    steps = np.linspace(0.0, 0.62, parts) if parts > 1 else [0.0]
    return [mixed(style.accent, style.background, float(step)) for step in steps]


def _draw_bars(
    axes: Axes,
    counts: Mapping[str, Mapping[str, int]],
    totals: Mapping[str, int],
    style: FigureStyle,
) -> None:
    start = np.zeros(len(totals))
    for part, colour in zip(counts.values(), _part_colours(len(counts), style), strict=True):
        photos = np.array([part.get(name, 0) for name in totals])
        axes.barh(
            range(len(totals)),
            photos,
            left=start,
            height=0.68,
            color=colour,
            edgecolor=style.background,
            linewidth=0.8,
        )
        start = start + photos


def _write_totals(
    axes: Axes, totals: Mapping[str, int], text_size: float, style: FigureStyle
) -> None:
    for row, photos in enumerate(totals.values()):
        axes.annotate(
            f"{photos:,}",
            (photos, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center_baseline",
            color=style.muted,
            annotation_clip=False,
            **words(style, size=text_size),
        )


def _write_heading(
    figure: Figure, counts: Mapping[str, Mapping[str, int]], photos: int, style: FigureStyle
) -> None:
    """A title, and below it the parts by name, each behind a square of its colour."""
    width, height = (float(side) for side in figure.get_size_inches())
    em = style.font_size / 72
    figure.text(
        em / width,
        1 - 1.2 * em / height,
        f"{photos:,} photos in {len(_totals(counts)):,} categories",
        va="center",
        color=style.foreground,
        **words(style, size=1.1, bold=True),
    )
    x, y = em, 1 - 2.9 * em / height
    if len(counts) < 2:
        return
    for part, colour in zip(counts, _part_colours(len(counts), style), strict=True):
        name = f"{drawable(part, style)} {sum(counts[part].values()):,}"
        for text, tint, step in (("■", colour, 1.1 * em), (name, style.muted, 1.6 * em)):
            figure.text(
                x / width, y, text, va="center_baseline", color=tint, **words(style, size=0.9)
            )
            x += step if text == "■" else width_of(name, style, size=0.9) + step
