"""How large the photos of a data set are: width by height, the common sizes by name."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from ml_core.figures.beside import boxes_beside
from ml_core.figures.canvas import Size, new_axes, new_figure, place
from ml_core.figures.lettering import elided, width_of, words
from ml_core.figures.style import LIGHT, FigureStyle

_SMALL = 0.88
"""Size of names and remarks, times the ordinary text."""
_MOST_DOTS = 500
"""More different sizes are drawn as cells: a cloud of thousands of dots says no more."""
_CELLS_PER_DOUBLING = 4
_LARGEST_DOT, _SMALLEST_DOT = 700.0, 12.0
"""Areas in square points: of all photos in one place, and the least that can be seen."""
_LARGEST_CELL, _SMALLEST_CELL = 110.0, 3.0
"""The same for cells, where the fullest one is the measure: they must not run into each other."""
_MOST_NAMES = 4
_LEAST_SHARE_NAMED = 0.05
_NARROWEST = 4.0
"""The axes span at least so many times their smallest value, or one size would fill the world."""

Sizes = NDArray[np.integer[Any]]


def size_spread(
    sizes: Sizes,
    *,
    input_size: int | None = None,
    style: FigureStyle = LIGHT,
    size: Size = (5.6, 4.2),
) -> Figure:
    """Dots at width and height, both in pixels on the same logarithmic scale.

    A dot's area is the share of the photos; on the dashed diagonal they are square.

    Args:
        sizes: Width and height of each photo in pixels, shape (photos, 2).
        input_size: Side of the square that the network sees; photos with a shorter side are
            counted, and a line shows where they begin.
        style: Colours and type.
        size: Width and height of the figure in inches.

    Raises:
        ValueError: No photos, or not a width and a height of at least 1 for each.
    """
    if sizes.ndim != 2 or sizes.shape[1:] != (2,) or not len(sizes) or sizes.min() < 1:
        raise ValueError(f"Widths and heights were expected, got {sizes.shape}.")
    dots = _dots(sizes)
    em = style.font_size / 72
    figure = new_figure(style, size)
    axes = new_axes(figure, style, grid="none")
    place(axes, left=5.0 * em, right=1.4 * em, bottom=3.8 * em, top=4.4 * em, size=size)
    _prepare_axes(axes, sizes, size, style)
    _draw_guides(axes, sizes, input_size, style)
    across, up = dots.centres.T
    axes.scatter(
        across,
        up,
        dots.areas,
        color=style.accent,
        alpha=0.55,
        linewidths=0,
        clip_on=False,
        zorder=3,
    )
    _write_names(axes, dots, size, style)
    _write_heading(figure, sizes, input_size, style)
    return figure


@dataclass(frozen=True, slots=True)
class _Dots:
    """Where the photos are, the fullest places first.

    Attributes:
        centres: Width and height in pixels, shape (dots, 2).
        photos: How many photos each stands for, shape (dots,).
        are_sizes: Whether each dot is one size, rather than a cell of similar ones.
    """

    centres: NDArray[np.float64]
    photos: NDArray[np.int64]
    are_sizes: bool

    @property
    def areas(self) -> NDArray[np.float64]:
        """In square points."""
        if not self.are_sizes:
            fullness = self.photos / self.photos.max()
            return np.asarray(np.maximum(_LARGEST_CELL * fullness, _SMALLEST_CELL))
        return np.asarray(np.maximum(_LARGEST_DOT * self.shares, _SMALLEST_DOT))

    @property
    def shares(self) -> NDArray[np.float64]:
        return np.asarray(self.photos / self.photos.sum())


def _dots(sizes: Sizes) -> _Dots:
    different, counts = np.unique(sizes, axis=0, return_counts=True)
    centres, are_sizes = different.astype(np.float64), True
    if len(different) > _MOST_DOTS:
        centres, counts, are_sizes = *_cells(centres, counts), False
    order = np.argsort(-counts, kind="stable")
    return _Dots(centres[order], counts[order].astype(np.int64), are_sizes)


def _cells(
    centres: NDArray[np.float64], counts: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Put similar sizes together: the middle (geometric mean) of each cell, and its photos."""
    logarithms = np.log2(centres)
    cells = np.round(logarithms * _CELLS_PER_DOUBLING).astype(np.int64)
    _, cell_of = np.unique(cells, axis=0, return_inverse=True)
    photos = np.bincount(cell_of, weights=counts)
    means = [np.bincount(cell_of, weights=counts * side) / photos for side in logarithms.T]
    return 2.0 ** np.column_stack(means), photos.astype(np.intp)


def _prepare_axes(axes: Axes, sizes: Sizes, size: Size, style: FigureStyle) -> None:
    low, high = _limits(sizes)
    ticks = _ticks(low, high, most=int(_width(axes, size) / 0.62))
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(visible=True, color=style.grid, linewidth=0.8)
    axes.tick_params(which="both", length=0)
    text = {"color": style.muted, **words(style, size=0.9)}
    axes.set_xlabel("Width in pixels", labelpad=4, **text)
    axes.set_ylabel("Height in pixels", labelpad=4, **text)


def _limits(sizes: Sizes) -> tuple[float, float]:
    """From below the shortest to above the longest side, never too narrow."""
    low, high = float(sizes.min()), float(sizes.max())
    middle = (low * high) ** 0.5
    span = max((high / low) ** 1.2 * 1.3, _NARROWEST) ** 0.5
    return max(middle / span, 0.7), middle * span


def _ticks(low: float, high: float, *, most: int) -> list[float]:
    """Round numbers between the limits, as many as there is room for."""
    for steps in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 5), (1, 3), (1,)):
        numbers = [step * 10.0**power for power in range(9) for step in steps]
        ticks = [tick for tick in numbers if low <= tick <= high and tick.is_integer()]
        if len(ticks) <= most:
            break
    return ticks


def _draw_guides(axes: Axes, sizes: Sizes, input_size: int | None, style: FigureStyle) -> None:
    """The diagonal of square photos, and the corner beyond which a photo fills the input."""
    low, high = _limits(sizes)
    axes.plot((low, high), (low, high), color=style.second, linewidth=1, linestyle=(0, (3, 3)))
    _remark_at(axes, (1.0, 0.985), "square ", style)
    if input_size and low < input_size < high:
        corner = ((input_size, input_size, high), (high, input_size, input_size))
        axes.plot(*corner, color=style.warning, linewidth=1.2)
        up = np.log(input_size / low) / np.log(high / low)
        _remark_at(axes, (0.995, up - 0.015), f"under {input_size:,}", style)


def _remark_at(axes: Axes, corner: tuple[float, float], text: str, style: FigureStyle) -> None:
    """Small words whose upper right corner is at shares of the axes."""
    axes.text(
        *corner,
        text,
        ha="right",
        va="top",
        color=style.muted,
        transform=axes.transAxes,
        path_effects=_halo(style),
        zorder=4,
        **words(style, size=0.8),
    )


def _halo(style: FigureStyle) -> list[withStroke]:
    return [withStroke(linewidth=2.5, foreground=style.background, alpha=0.8)]


def _width(axes: Axes, size: Size) -> float:
    return float(axes.get_position().width) * size[0]


def _height(axes: Axes, size: Size) -> float:
    return float(axes.get_position().height) * size[1]


def _write_names(axes: Axes, dots: _Dots, size: Size, style: FigureStyle) -> None:
    """Name the common sizes beside their dots, where there is room for it."""
    if not dots.are_sizes:
        return
    low, high = axes.get_xlim()
    page = _width(axes, size), _height(axes, size)
    named = _named(dots)
    names = [_name(dots.centres[number], int(dots.photos[number])) for number in range(named)]
    boxes = boxes_beside(
        np.log(dots.centres / low) / np.log(high / low) * page,
        gaps=np.sqrt(dots.areas[:named] / np.pi) / 72 + 0.05,
        widths=[width_of(name, style, size=_SMALL) for name in names],
        line=1.3 * _SMALL * style.font_size / 72,
        page=page,
    )
    for name, box in zip(names, boxes, strict=True):
        if box:
            _write_name(axes, (box[0] / page[0], (box[1] + box[3]) / 2 / page[1]), name, style)


def _named(dots: _Dots) -> int:
    """How many of the dots, the fullest first, are worth a name."""
    common = int((dots.shares >= _LEAST_SHARE_NAMED).sum())
    if len(dots.photos) > _MOST_NAMES:
        common = min(common, int((dots.photos > 1).sum()))
    return min(common, _MOST_NAMES)


def _name(pixels: NDArray[np.float64], photos: int) -> str:
    return _pixels(pixels) if photos == 1 else f"{_pixels(pixels)}: {photos:,} photos"


def _write_name(axes: Axes, start: tuple[float, float], name: str, style: FigureStyle) -> None:
    axes.text(
        *start,
        name,
        va="center_baseline",
        color=style.foreground,
        transform=axes.transAxes,
        path_effects=_halo(style),
        zorder=5,
        **words(style, size=_SMALL),
    )


def _write_heading(
    figure: Figure, sizes: Sizes, input_size: int | None, style: FigureStyle
) -> None:
    width, height = (float(side) for side in figure.get_size_inches())
    em = style.font_size / 72
    lines = ((_headline(sizes), 1.2, True), (_remark(sizes, input_size), 2.9, False))
    for text, down, bold in lines:
        scale = 1.1 if bold else 0.9
        figure.text(
            em / width,
            1 - down * em / height,
            elided(text, style, width=width - 2 * em, size=scale, bold=bold),
            va="center",
            color=style.foreground if bold else style.muted,
            **words(style, size=scale, bold=bold),
        )


def _headline(sizes: Sizes) -> str:
    areas = sizes.prod(axis=1, dtype=np.int64)
    least, most = sizes[areas.argmin()], sizes[areas.argmax()]
    if (sizes == sizes[0]).all():
        return f"{'All are' if len(sizes) > 1 else 'One photo of'} {_pixels(sizes[0])} pixels"
    return f"{_pixels(least)} to {_pixels(most)} pixels"


def _remark(sizes: Sizes, input_size: int | None) -> str:
    if input_size:
        small = int((sizes.min(axis=1) < input_size).sum())
        are = "is" if small == 1 else "are"
        fewer = f"{small:,} {are}" if small else "None is"
        return f"{fewer} smaller than the {input_size:,} pixels that the network sees"
    upright, wide = (int((sizes @ sign > 0).sum()) for sign in (_UPRIGHT, -_UPRIGHT))
    square = len(sizes) - upright - wide
    return f"{upright:,} upright, {wide:,} wide, {square:,} square"


_UPRIGHT = np.array([-1, 1], np.int64)


def _pixels(pixels: Sizes | NDArray[np.float64]) -> str:
    return f"{int(pixels[0]):,} × {int(pixels[1]):,}"
