"""Five type sizes and two weights in one family, whose figures are tabular by default.

Fonts are the tuples that customtkinter takes: sizes are pixels at 100 % scaling.
"""

import os
import sys
from pathlib import Path
from typing import Final

Font = tuple[str, int]


def _family() -> str:
    # Figures of equal width are wanted, so that numbers stay aligned while they change: hence not
    # Apple's system font. customtkinter brings Roboto to Linux; without it Tk falls back by itself.
    if sys.platform == "darwin":
        return "Helvetica Neue"
    return "Segoe UI" if sys.platform == "win32" else "Roboto"


def _strong_family() -> str:
    # The second weight by its own name: asked for "bold", X11 smears the medium weight instead.
    names = {"darwin": "Helvetica Neue Medium", "win32": "Segoe UI Semibold"}
    return names.get(sys.platform, "Roboto Medium")


def prepare() -> None:
    """Let Tk find the regular weight (see ``fontconfig.conf``). Call before the window is made."""
    system, ours = Path("/etc/fonts/fonts.conf"), Path(__file__).with_name("fontconfig.conf")
    if sys.platform.startswith("linux") and system.is_file() and ours.is_file():
        os.environ.setdefault("FONTCONFIG_FILE", str(ours))


FAMILY: Final = _family()
STRONG_FAMILY: Final = _strong_family()

SIZE_CAPTION: Final = 12
SIZE_BODY: Final = 14
SIZE_LEAD: Final = 17
SIZE_TITLE: Final = 22
SIZE_DISPLAY: Final = 34

CAPTION: Final[Font] = (FAMILY, SIZE_CAPTION)
CAPTION_BOLD: Final[Font] = (STRONG_FAMILY, SIZE_CAPTION)
BODY: Final[Font] = (FAMILY, SIZE_BODY)
BODY_BOLD: Final[Font] = (STRONG_FAMILY, SIZE_BODY)
LEAD: Final[Font] = (FAMILY, SIZE_LEAD)
LEAD_BOLD: Final[Font] = (STRONG_FAMILY, SIZE_LEAD)
TITLE: Final[Font] = (STRONG_FAMILY, SIZE_TITLE)
DISPLAY: Final[Font] = (STRONG_FAMILY, SIZE_DISPLAY)


def scaled(font: Font, scaling: float) -> tuple[str, int]:
    """The font for plain Tk, in which negative sizes are pixels."""
    return font[0], -round(font[1] * scaling)
