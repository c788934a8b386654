"""The ttk style of tables, which follows theme and scaling."""

from tkinter import ttk
from typing import Final

from product_gui.theme import colours, fonts, metrics

CELL_PADDING: Final = 8
_ROW: Final = 36
_TONES: Final = {"muted": colours.MUTED, "warning": colours.WARNING, "error": colours.ERROR}


def style_table(tree: ttk.Treeview, name: str, *, is_dark: bool, scaling: float) -> None:
    """Style one table; ``name`` ends in ``Treeview``, and begins so if rows have thumbnails."""
    theme = int(is_dark)
    style = ttk.Style(tree)
    if style.theme_use() != "clam":  # the only one of ttk's own whose every colour can be set
        style.theme_use("clam")
    _style_rows(style, name, theme, scaling)
    _style_headings(style, f"{name}.Heading", theme, scaling)
    tree.configure(style=name)
    for tone, colour in _TONES.items():
        tree.tag_configure(tone, foreground=colour[theme])


def _style_rows(style: ttk.Style, name: str, theme: int, scaling: float) -> None:
    surface, text = colours.SURFACE[theme], colours.TEXT[theme]
    has_thumbnails = name.startswith("Thumbnails")
    height = metrics.THUMBNAIL + metrics.GRID if has_thumbnails else _ROW
    style.configure(
        name,
        background=surface,
        fieldbackground=surface,
        foreground=text,
        borderwidth=0,
        relief="flat",
        rowheight=round(height * scaling),
        font=fonts.scaled(fonts.BODY, scaling),
    )
    selected = colours.ACCENT_SOFT[theme]
    style.map(name, background=[("selected", selected)], foreground=[("selected", text)])
    style.layout(name, [("Treeview.treearea", {"sticky": "nswe"})])
    padding = (round(CELL_PADDING * scaling), 0)
    style.configure(f"{name}.Cell", padding=padding)
    style.configure(f"{name}.Item", indicatorsize=0, padding=padding)


def _style_headings(style: ttk.Style, name: str, theme: int, scaling: float) -> None:
    # The heading's label has no padding of its own, a cell's has four pixels.
    side = round(CELL_PADDING * scaling) + 4
    style.configure(
        name,
        background=colours.SURFACE[theme],
        foreground=colours.MUTED[theme],
        relief="flat",
        borderwidth=0,
        padding=(side, round(8 * scaling)),
        font=fonts.scaled(fonts.CAPTION_BOLD, scaling),
    )
    style.map(name, background=[("active", colours.HOVER[theme])])
