"""The ttk style of tables, which follows theme and scaling."""

from tkinter import ttk
from typing import Final

from product_gui.theme import colours, fonts, metrics

CELL_PADDING: Final = 8
_ROW: Final = 36


def style_table(tree: ttk.Treeview, name: str, *, is_dark: bool, scaling: float) -> None:
    """Style one table; ``name`` ends in ``Treeview``."""
    theme = int(is_dark)
    style = ttk.Style(tree)
    if style.theme_use() != "clam":
        style.theme_use("clam")
    surface, text = colours.SURFACE[theme], colours.TEXT[theme]
    height = metrics.THUMBNAIL + metrics.GRID if name.startswith("Thumbnails") else _ROW
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
    style.map(
        name,
        background=[("selected", colours.ACCENT_SOFT[theme])],
        foreground=[("selected", text)],
    )
    style.layout(name, [("Treeview.treearea", {"sticky": "nswe"})])
    style.configure(f"{name}.Cell", padding=(round(CELL_PADDING * scaling), 0))
    style.configure(f"{name}.Item", indicatorsize=0, padding=(round(CELL_PADDING * scaling), 0))
    style.configure(
        f"{name}.Heading",
        background=surface,
        foreground=colours.MUTED[theme],
        relief="flat",
        borderwidth=0,
        # The heading's label has no padding of its own, a cell's has four pixels.
        padding=(round(CELL_PADDING * scaling) + 4, round(8 * scaling)),
        font=fonts.scaled(fonts.CAPTION_BOLD, scaling),
    )
    style.map(f"{name}.Heading", background=[("active", colours.HOVER[theme])])
    tree.configure(style=name)
    for tone, colour in (
        ("muted", colours.MUTED),
        ("warning", colours.WARNING),
        ("error", colours.ERROR),
    ):
        tree.tag_configure(tone, foreground=colour[theme])
