"""Makes Tk's own file dialogs, as they are on X11, look like the rest of the window."""

import sys
import tkinter as tk
from tkinter import ttk

from product_gui.theme import appearance, colours, fonts


def dress_file_dialogs(window: tk.Misc) -> None:
    """Set colours and fonts for the next file dialog; elsewhere the system draws its own."""
    if not sys.platform.startswith("linux"):
        return
    text, surface = appearance.resolve(colours.TEXT), appearance.resolve(colours.SURFACE)
    back, line = appearance.resolve(colours.WINDOW), appearance.resolve(colours.CONTROL_LINE)
    style = ttk.Style(window)
    font = fonts.scaled(fonts.BODY, 1.0)
    style.configure(".", background=back, foreground=text, font=font, bordercolor=line)
    for name in ("TEntry", "TCombobox"):
        style.configure(name, fieldbackground=surface, foreground=text, insertcolor=text, padding=4)
    style.map("TCombobox", fieldbackground=[("readonly", surface)])
    hover = appearance.resolve(colours.HOVER)
    style.configure("TButton", background=hover, padding=(12, 6), relief="flat")
    style.map("TButton", background=[("active", appearance.resolve(colours.PRESSED))])
    _set_options(window, text=text, surface=surface)
    _hide_dot_files(window)


def _set_options(window: tk.Misc, *, text: str, surface: str) -> None:
    """Parts of the dialog are plain Tk and read these; our own widgets set theirs themselves."""
    chosen = appearance.resolve(colours.ACCENT_SOFT)
    for name in ("tk_getOpenFile", "__tk_filedialog", "__tk_choosedir"):
        for option, value in (
            ("background", surface),
            ("foreground", text),
            ("selectBackground", chosen),
            ("selectForeground", text),
        ):
            window.option_add(f"*{name}*Canvas.{option}", value)
            window.option_add(f"*{name}*Listbox.{option}", value)


def _hide_dot_files(window: tk.Misc) -> None:
    """Tk shows hidden files unless told otherwise; the variables exist once it is loaded."""
    try:
        window.tk.call("catch", "tk_getOpenFile -foo")
        window.tk.call("set", "::tk::dialog::file::showHiddenBtn", "1")
        window.tk.call("set", "::tk::dialog::file::showHiddenVar", "0")
    except tk.TclError:
        return
