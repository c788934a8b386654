"""The colours and type of figures, so that a plot can look like the window that shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureStyle:
    """How figures look. Colours are ``#RRGGBB``.

    Attributes:
        background: Behind everything.
        foreground: Titles, numbers and names.
        muted: Axis numbers and remarks.
        grid: Thin lines that guide the eye.
        accent: What matters most: validation, right answers, training photos.
        second: What it is compared with: the training curve.
        warning: Wrong answers.
        font_family: Falls back to matplotlib's own font where it is not installed.
        font_size: Of ordinary text, in points.
        dpi: Pixels per inch.
    """

    background: str
    foreground: str
    muted: str
    grid: str
    accent: str
    second: str
    warning: str
    font_family: str = "DejaVu Sans"
    font_size: float = 9.5
    dpi: int = 110


LIGHT = FigureStyle(
    background="#FFFFFF",
    foreground="#1B1D20",
    muted="#565C64",
    grid="#DEE1E5",
    accent="#2F66DB",
    second="#8A929C",
    warning="#E2542B",
)
DARK = FigureStyle(
    background="#1F2123",
    foreground="#ECEDEF",
    muted="#A9AFB7",
    grid="#3A3E43",
    accent="#6C97F5",
    second="#8E97A3",
    warning="#F07F57",
)


def mixed(first: str, second: str, share: float) -> str:
    """``share`` (0..1) of the second colour laid over the first, all ``#RRGGBB``."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def readable_on(background: str) -> str:
    """White where its contrast is enough (4.5 to 1, WCAG 2.2), else black."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(background))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#FFFFFF" if 1.05 / (luminance + 0.05) >= 4.5 else "#000000"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
