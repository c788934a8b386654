"""Colour tokens for the light and the dark theme, and the pairs whose contrast is promised.

Surfaces are neutral so that photos carry the colour. There is one accent, for the primary action
and for what is selected. Semantic colours carry meaning and always stand beside an icon or a word.
Every token is a pair ``(light, dark)``, which is how customtkinter takes colours.
"""

from typing import Final, Literal

Colour = tuple[str, str]
Tone = Literal["neutral", "info", "success", "warning", "error"]

# Surfaces, from the back to the front.
WINDOW: Final[Colour] = ("#F4F5F6", "#17181A")
RAIL: Final[Colour] = ("#EAECEE", "#101113")
SURFACE: Final[Colour] = ("#FFFFFF", "#1F2123")
SUNKEN: Final[Colour] = ("#F0F1F3", "#17181A")
RAISED: Final[Colour] = ("#FFFFFF", "#2A2D30")
HOVER: Final[Colour] = ("#E9EBEE", "#2C2F33")
PRESSED: Final[Colour] = ("#DCDFE3", "#373B40")
CHOSEN: Final[Colour] = ("#FFFFFF", "#4A5057")
BUTTON: Final[Colour] = ("#E4E7EB", "#33373C")
BUTTON_HOVER: Final[Colour] = ("#D8DCE1", "#3E4349")
PHOTO_BACKDROP: Final[Colour] = ("#ECEDEF", "#121314")

# Lines.
LINE: Final[Colour] = ("#DEE1E5", "#313438")
CONTROL_LINE: Final[Colour] = ("#858C95", "#777E87")
TRACK: Final[Colour] = ("#E2E5E9", "#34383C")

# Text.
TEXT: Final[Colour] = ("#1B1D20", "#ECEDEF")
MUTED: Final[Colour] = ("#565C64", "#A9AFB7")
DISABLED: Final[Colour] = ("#62686F", "#949BA4")
DISABLED_FILL: Final[Colour] = ("#E8EAED", "#2A2D30")

# The accent.
ACCENT: Final[Colour] = ("#2457C5", "#3F6FDB")
ACCENT_HOVER: Final[Colour] = ("#1C48A8", "#3463CE")
ACCENT_PRESSED: Final[Colour] = ("#173C8E", "#2C57BA")
ON_ACCENT: Final[Colour] = ("#FFFFFF", "#FFFFFF")
ACCENT_TEXT: Final[Colour] = ("#2457C5", "#8FB2FF")
ACCENT_SOFT: Final[Colour] = ("#E6EDFB", "#22304E")
ACCENT_BAR: Final[Colour] = ("#2F66DB", "#6C97F5")
BAR: Final[Colour] = ("#AEB6C1", "#59616B")
FOCUS: Final[Colour] = ("#1B1D20", "#F2F4F7")

# Meaning: a strong colour for icon and word, a soft one for the surface behind them.
INFO: Final[Colour] = ("#1F5CA8", "#86B6F2")
INFO_SOFT: Final[Colour] = ("#E8F0FA", "#1D2B3D")
SUCCESS: Final[Colour] = ("#1B6E3C", "#74CE96")
SUCCESS_SOFT: Final[Colour] = ("#E5F4EA", "#1A3124")
WARNING: Final[Colour] = ("#8A4B00", "#F0B862")
WARNING_SOFT: Final[Colour] = ("#FCF1DF", "#382A15")
ERROR: Final[Colour] = ("#B3261E", "#FF9A92")
ERROR_SOFT: Final[Colour] = ("#FCEBEA", "#3D1F1D")
DANGER: Final[Colour] = ("#B3261E", "#C5362D")
DANGER_HOVER: Final[Colour] = ("#951D16", "#AE2B23")
DANGER_PRESSED: Final[Colour] = ("#7E1711", "#97231C")

TONE_TEXT: Final[dict[Tone, Colour]] = {
    "neutral": MUTED,
    "info": INFO,
    "success": SUCCESS,
    "warning": WARNING,
    "error": ERROR,
}
TONE_SOFT: Final[dict[Tone, Colour]] = {
    "neutral": SUNKEN,
    "info": INFO_SOFT,
    "success": SUCCESS_SOFT,
    "warning": WARNING_SOFT,
    "error": ERROR_SOFT,
}

# (text, background) pairs that occur: each at least 4.5 to 1 in both themes (WCAG 2.2, 1.4.3).
TEXT_PAIRS: Final[tuple[tuple[Colour, Colour], ...]] = (
    *(
        (text, back)
        for text in (TEXT, MUTED, DISABLED)
        for back in (WINDOW, RAIL, SURFACE, SUNKEN, RAISED, PHOTO_BACKDROP)
    ),
    *((text, back) for text in (TEXT, MUTED) for back in (HOVER, ACCENT_SOFT)),
    *((TEXT, back) for back in (PRESSED, BUTTON, BUTTON_HOVER, CHOSEN)),
    (DISABLED, DISABLED_FILL),
    *(
        (ON_ACCENT, back)
        for back in (ACCENT, ACCENT_HOVER, ACCENT_PRESSED, DANGER, DANGER_HOVER, DANGER_PRESSED)
    ),
    *((ACCENT_TEXT, back) for back in (WINDOW, RAIL, SURFACE, SUNKEN, ACCENT_SOFT, HOVER)),
    *(
        (TONE_TEXT[tone], back)
        for tone in TONE_TEXT
        for back in (WINDOW, SURFACE, SUNKEN, TONE_SOFT[tone])
    ),
    *((TEXT, soft) for soft in TONE_SOFT.values()),
)
# Lines and shapes that carry information: at least 3 to 1 (WCAG 2.2, 1.4.11).
SHAPE_PAIRS: Final[tuple[tuple[Colour, Colour], ...]] = (
    (CONTROL_LINE, SURFACE),
    (CONTROL_LINE, WINDOW),
    *((FOCUS, back) for back in (WINDOW, RAIL, SURFACE)),
    (ACCENT_BAR, SURFACE),
    (ACCENT_BAR, TRACK),
)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def mix(first: str, second: str, share: float) -> str:
    """``share`` of the second colour laid over the first, both ``#RRGGBB``."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
