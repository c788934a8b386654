"""An empty figure in a given style: no box around the axes, a quiet grid, margins in inches."""

from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_core.figures.lettering import families
from ml_core.figures.style import FigureStyle

Size = tuple[float, float]
"""Width and height in inches."""


def new_figure(style: FigureStyle, size: Size) -> Figure:
    """An empty figure of ``size``, in the style's background."""
    return Figure(figsize=size, dpi=style.dpi, facecolor=style.background)


def new_axes(figure: Figure, style: FigureStyle, *, grid: Literal["x", "y", "none"]) -> Axes:
    """Axes without a box, with grid lines across one direction only."""
    axes = figure.add_axes((0, 0, 1, 1), facecolor=style.background)
    axes.spines[:].set_visible(False)
    axes.set_axisbelow(True)
    if grid != "none":
        axes.grid(visible=True, axis=grid, color=style.grid, linewidth=0.8)
    axes.tick_params(
        length=0,
        pad=5,
        labelcolor=style.muted,
        labelsize=style.font_size * 0.9,
        labelfontfamily=families(style.font_family)[0],
    )
    return axes


def place(axes: Axes, *, left: float, right: float, bottom: float, top: float, size: Size) -> None:
    """Put axes so that these margins, in inches, remain around them in a figure of ``size``."""
    width, height = size
    inside = max(width - left - right, 0.1 * width), max(height - bottom - top, 0.1 * height)
    axes.set_position((left / width, bottom / height, inside[0] / width, inside[1] / height))
