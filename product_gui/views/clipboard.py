"""Files and text on the clipboard, as Tk gives them; whether there is a picture instead."""

import sys
import tkinter as tk
from dataclasses import dataclass

_FILE_TYPES = ("text/uri-list", "x-special/gnome-copied-files")


@dataclass(frozen=True, slots=True)
class Clipboard:
    """``text`` is paths or any other text; ``has_picture`` where there may be a picture."""

    text: str
    has_picture: bool


def read_clipboard(window: tk.Misc) -> Clipboard:
    """Files come first, then a picture, then text."""
    if not sys.platform.startswith("linux"):
        return Clipboard(_get(window, "STRING"), has_picture=True)
    offered = _get(window, "TARGETS").split()
    for kind in _FILE_TYPES:
        if kind in offered and (text := _as_text(_get(window, kind))):
            return Clipboard(text, has_picture=False)
    if any(kind.startswith("image/") for kind in offered):
        return Clipboard("", has_picture=True)
    return Clipboard(_get(window, "UTF8_STRING") or _get(window, "STRING"), has_picture=False)


def _get(window: tk.Misc, kind: str) -> str:
    try:
        return str(window.tk.call("clipboard", "get", "-displayof", window, "-type", kind))
    except (tk.TclError, UnicodeError):
        return ""


def _as_text(listed: str) -> str:
    """Some sources offer addresses as text, others as bytes: Tk lists these as "0x66 0x69 …"."""
    if not listed.startswith("0x"):
        return listed
    return bytes(int(number, 16) for number in listed.split()).decode("utf-8", "replace")
