"""A sheet of photos with captions: samples of a category, or what a model got wrong."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_core.figures.canvas import new_axes, new_figure
from ml_core.figures.lettering import elided, words
from ml_core.figures.style import LIGHT, FigureStyle
from ml_core.images import Pixels

_GAP = 0.12


def photo_sheet(
    images: Sequence[Pixels],
    captions: Sequence[str],
    *,
    columns: int = 6,
    cell: float = 1.5,
    title: str = "",
    style: FigureStyle = LIGHT,
) -> Figure:
    """Photos in rows, each whole and in its own shape, with its caption below.

    Args:
        images: uint8, shape (height, width, 3), or (height, width, 1) for grey.
        captions: One for each photo. Of several lines, those after the first are muted. Lines
            are cut to the photo's width.
        columns: Photos in a row.
        cell: Side of the square that each photo has, in inches.
        title: Above all; may be empty.
        style: Colours and type.

    Raises:
        ValueError: No photo, or not one caption for each.
    """
    if not images or len(images) != len(captions) or columns < 1:
        raise ValueError(f"{len(images)} photos with {len(captions)} captions make no sheet.")
    columns = min(columns, len(images))
    line = 1.45 * style.font_size * 0.88 / 72
    row = cell + _GAP + line * max(caption.count("\n") + 1 for caption in captions) + 0.08
    head = 2.6 * style.font_size / 72 if title else 0.0
    width = columns * (cell + _GAP) + _GAP
    height = math.ceil(len(images) / columns) * row + _GAP + head
    figure = new_figure(style, (width, height))
    axes = new_axes(figure, style, grid="none")
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="auto")
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = _GAP + number % columns * (cell + _GAP)
        top = _GAP + head + number // columns * row
        _draw_photo(axes, image, left=left, top=top, cell=cell)
        _write_caption(axes, caption, (left, top + cell + 0.05), cell, line, style)
    if title:
        heading = elided(title, style, width=width - 2 * _GAP, size=1.1, bold=True)
        axes.text(
            _GAP,
            _GAP + 0.3 * head,
            heading,
            va="center",
            color=style.foreground,
            **words(style, size=1.1, bold=True),
        )
    axes.set(xlim=(0, width), ylim=(height, 0))  # imshow has moved them
    return figure


def _draw_photo(axes: Axes, image: Pixels, *, left: float, top: float, cell: float) -> None:
    height, width = image.shape[:2]
    scale = cell / max(height, width)
    left += (cell - width * scale) / 2
    top += (cell - height * scale) / 2
    if image.shape[2] == 1:
        image = image.repeat(3, axis=2)
    axes.imshow(
        image,
        extent=(left, left + width * scale, top + height * scale, top),
        aspect="auto",
        interpolation="antialiased",
    )


def _write_caption(
    axes: Axes,
    caption: str,
    corner: tuple[float, float],
    cell: float,
    line: float,
    style: FigureStyle,
) -> None:
    left, top = corner
    for number, text in enumerate(caption.split("\n")):
        axes.text(
            left,
            top + number * line,
            elided(text, style, width=cell, size=0.88),
            va="top",
            color=style.muted if number else style.foreground,
            **words(style, size=0.88),
        )
