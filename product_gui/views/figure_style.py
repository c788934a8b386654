"""The window's colours and font for the library's figures."""

from ml_core.figures.style import FigureStyle
from product_gui.theme.plots import PlotColours


def figure_style(colours: PlotColours) -> FigureStyle:
    """A figure in this style looks like a part of the window."""
    return FigureStyle(
        background=colours.background,
        foreground=colours.foreground,
        muted=colours.muted,
        grid=colours.grid,
        accent=colours.accent,
        second=colours.train,
        warning=colours.warning,
        font_family=colours.font_families[0],
    )
