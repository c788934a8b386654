"""The colours that products, surfaces and walls come in."""

from typing import Final

WHITES: Final = ("#f6f5f2", "#efeeea", "#f9f9f9", "#eceae6")
GREYS: Final = ("#8d8f90", "#5b5f63", "#b8bab9", "#3a3d40", "#cfcfcc")
BLACKS: Final = ("#1b1b1d", "#232226", "#161a20")
EARTHS: Final = ("#a5754d", "#7a4a2b", "#c8a27a", "#8b5e3c", "#b98b5f", "#5c3a25")
BRIGHTS: Final = ("#c8322f", "#e0a21b", "#1f6fb2", "#2c8a57", "#e2672a", "#1d9aa0", "#b52a63")
DEEPS: Final = ("#20344f", "#2e4a3c", "#5e2330", "#3b2f52", "#274b5a", "#6b3d1f")
PASTELS: Final = ("#dcb8b0", "#b9cbb7", "#b4c7d6", "#e6d5a8", "#cdbcd6", "#e8c4a4", "#a9c5c0")
METALS: Final = {
    "gold": "#f0c26a",
    "rose gold": "#e8ab8d",
    "silver": "#e4e4e6",
    "steel": "#b9bcc0",
    "brass": "#cfa85a",
    "copper": "#d98b63",
    "black": "#2b2b2e",
}
"""Reflection of each metal at normal incidence, as seen on a screen."""
