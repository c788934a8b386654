"""Matplotlib figures (no pyplot): curves, confusion matrix, categories, sizes, photo sheets.

Importing this package, or a style from it, does not import matplotlib; the figures do.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ml_core.figures.style import DARK, LIGHT, FigureStyle

if TYPE_CHECKING:
    from ml_core.figures.classes import class_distribution
    from ml_core.figures.confusion import confusion_matrix_figure
    from ml_core.figures.curves import training_curves
    from ml_core.figures.overlaid import overlaid_curves
    from ml_core.figures.sheet import photo_sheet
    from ml_core.figures.sizes import size_spread

__all__ = [
    "DARK",
    "LIGHT",
    "FigureStyle",
    "class_distribution",
    "confusion_matrix_figure",
    "overlaid_curves",
    "photo_sheet",
    "size_spread",
    "training_curves",
]

_HOMES = {
    "class_distribution": "classes",
    "confusion_matrix_figure": "confusion",
    "overlaid_curves": "overlaid",
    "photo_sheet": "sheet",
    "size_spread": "sizes",
    "training_curves": "curves",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
