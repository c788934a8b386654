"""Words in figures: fonts that exist, characters that can be drawn, names cut to their room.

Names of categories are anybody's text: they may hold dollar signs (matplotlib would read
formulas), line breaks, bytes that were no Unicode, or characters that no installed font has.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from ml_core.figures.style import FigureStyle

_FALLBACKS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
)
_CANNOT_DRAW = "\N{WHITE SQUARE}"


def words(style: FigureStyle, *, size: float = 1.0, bold: bool = False) -> dict[str, Any]:
    """Keyword arguments for every matplotlib text: font, size (times the ordinary), no formulas."""
    return {
        "fontfamily": list(families(style.font_family)),
        "fontsize": style.font_size * size,
        "fontweight": "bold" if bold else "normal",
        "parse_math": False,
    }


@lru_cache(maxsize=32)
def families(wanted: str) -> tuple[str, ...]:
    """The wanted font and its fallbacks, those that are installed."""
    names = dict.fromkeys((wanted, *_FALLBACKS))
    return tuple(name for name in names if _file_of(name) is not None)


def drawable(text: str, style: FigureStyle) -> str:
    """``text`` on one line, with a square for each character that no font has."""
    fonts = [font_manager.get_font(path) for path in _files(style.font_family)]
    return "".join(
        letter if any(font.get_char_index(ord(letter)) for font in fonts) else _CANNOT_DRAW
        for letter in " ".join(text.split())
    )


def width_of(text: str, style: FigureStyle, *, size: float = 1.0, bold: bool = False) -> float:
    """Width of a drawable line in inches."""
    font = font_manager.get_font(_files(style.font_family, bold=bold))
    font.set_size(style.font_size * size, style.dpi)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64 / style.dpi


def widest(texts: Sequence[str], style: FigureStyle, *, size: float = 1.0) -> float:
    """Width of the widest drawable line in inches; 0 for none."""
    return max((width_of(text, style, size=size) for text in texts), default=0.0)


def elided(
    text: str, style: FigureStyle, *, width: float, size: float = 1.0, bold: bool = False
) -> str:
    """``text``, made drawable, cut with an ellipsis to at most ``width`` inches."""
    text = drawable(text, style)
    if width_of(text, style, size=size, bold=bold) <= width:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if width_of(_cut(text, middle), style, size=size, bold=bold) <= width:
            fits = middle
        else:
            too_long = middle
    return _cut(text, fits)


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip(" .,;-") + "…"


@lru_cache(maxsize=32)
def _files(wanted: str, *, bold: bool = False) -> tuple[str, ...]:
    files = (_file_of(name, bold=bold) for name in families(wanted))
    return tuple(path for path in files if path is not None)


def _file_of(family: str, *, bold: bool = False) -> str | None:
    wanted = FontProperties(family=family, weight="bold" if bold else "normal")
    try:
        return str(font_manager.findfont(wanted, fallback_to_default=False))
    except ValueError:
        return None
