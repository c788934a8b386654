"""Loads matplotlib without holding up the window, and gives it the window's font."""

import importlib
import sys
import threading
from pathlib import Path
from typing import Final

_THREAD: Final = "load-matplotlib"
_LAST_LOADED: Final = "product_gui.widgets.curves"


def is_ready() -> bool:
    """Whether matplotlib is loaded, so that using it takes no time."""
    return _LAST_LOADED in sys.modules and not _is_loading()


def load_in_background() -> None:
    """Begin to load it, unless that has begun."""
    if not _is_loading():
        threading.Thread(target=load, name=_THREAD, daemon=True).start()


def load() -> None:
    """Load it now: half a second the first time. Calls nothing of Tk, so any thread may."""
    from matplotlib import font_manager

    known = {Path(font.fname).name for font in font_manager.fontManager.ttflist}
    for file in _fonts_of_customtkinter():
        if file.name not in known:
            font_manager.fontManager.addfont(file)
    importlib.import_module(_LAST_LOADED)


def _fonts_of_customtkinter() -> list[Path]:
    import customtkinter

    return sorted((Path(customtkinter.__file__).parent / "assets" / "fonts").rglob("*.ttf"))


def _is_loading() -> bool:
    return any(thread.name == _THREAD for thread in threading.enumerate())
