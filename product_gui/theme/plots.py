"""The colours and the font of plots, as plain values that a figure-drawing library can take."""

from dataclasses import dataclass

from product_gui.theme import colours, fonts


@dataclass(frozen=True, slots=True)
class PlotColours:
    """Colours as ``#RRGGBB``; the two curves differ in brightness too, not in hue alone."""

    background: str
    foreground: str
    muted: str
    grid: str
    accent: str
    train: str
    validation: str
    warning: str
    accent_text: str
    font_families: tuple[str, ...]
    strong_families: tuple[str, ...]


def plot_colours(*, is_dark: bool) -> PlotColours:
    """The values for the light or the dark theme."""
    theme = int(is_dark)
    return PlotColours(
        background=colours.SURFACE[theme],
        foreground=colours.TEXT[theme],
        muted=colours.MUTED[theme],
        grid=colours.LINE[theme],
        accent=colours.ACCENT_BAR[theme],
        train=("#8A929C", "#8E97A3")[theme],
        validation=colours.ACCENT_BAR[theme],
        warning=colours.WARNING[theme],
        accent_text=colours.ACCENT_TEXT[theme],
        font_families=(fonts.FAMILY, "DejaVu Sans"),
        strong_families=(fonts.STRONG_FAMILY, fonts.FAMILY, "DejaVu Sans"),
    )
