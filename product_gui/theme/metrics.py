"""Sizes in pixels at 100 % scaling: an 8-pixel grid, control heights and corner radii."""

from typing import Final

GRID: Final = 8
TIGHT: Final = 4
RADIUS: Final = 8
RADIUS_SMALL: Final = 6
CONTROL_HEIGHT: Final = 40
CONTROL_HEIGHT_SMALL: Final = 32
PAGE_MARGIN: Final = 24
FOCUS_RING: Final = 2
THUMBNAIL: Final = 44
ICON: Final = 20
ICON_SMALL: Final = 16
ICON_LARGE: Final = 56
RAIL_WIDTH: Final = 104
JOB_BAR_HEIGHT: Final = 64
HEADER_HEIGHT: Final = 80
# Paragraphs wrap here at the latest: about 75 characters of body text.
READING_WIDTH: Final = 560


def space(steps: float) -> int:
    """``steps`` steps of the grid, in pixels."""
    return round(steps * GRID)
