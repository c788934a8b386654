"""Five type sizes and two weights in one family, whose figures are tabular by default.

Fonts are the tuples that customtkinter takes: sizes are pixels at 100 % scaling.
"""

import sys
from typing import Final

Font = tuple[str, int] | tuple[str, int, str]


def _family() -> str:
    # Figures of equal width are wanted, so that numbers stay aligned while they change: hence not
    # Apple's system font. customtkinter brings Roboto to Linux; without it Tk falls back by itself.
    if sys.platform == "darwin":
        return "Helvetica Neue"
    return "Segoe UI" if sys.platform == "win32" else "Roboto"


FAMILY: Final = _family()
MONO_FAMILY: Final = {"darwin": "Menlo", "win32": "Consolas"}.get(sys.platform, "DejaVu Sans Mono")

SIZE_CAPTION: Final = 12
SIZE_BODY: Final = 14
SIZE_LEAD: Final = 17
SIZE_TITLE: Final = 22
SIZE_DISPLAY: Final = 34

CAPTION: Final[Font] = (FAMILY, SIZE_CAPTION)
CAPTION_BOLD: Final[Font] = (FAMILY, SIZE_CAPTION, "bold")
BODY: Final[Font] = (FAMILY, SIZE_BODY)
BODY_BOLD: Final[Font] = (FAMILY, SIZE_BODY, "bold")
LEAD: Final[Font] = (FAMILY, SIZE_LEAD)
LEAD_BOLD: Final[Font] = (FAMILY, SIZE_LEAD, "bold")
TITLE: Final[Font] = (FAMILY, SIZE_TITLE, "bold")
DISPLAY: Final[Font] = (FAMILY, SIZE_DISPLAY, "bold")


def scaled(font: Font, scaling: float) -> tuple[str, int, str]:
    """The font for plain Tk, in which negative sizes are pixels."""
    weight = font[2] if len(font) == 3 else "normal"
    return font[0], -round(font[1] * scaling), weight
