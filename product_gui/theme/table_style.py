"""The ttk style of tables, which follows theme and scaling."""

from tkinter import ttk

from product_gui.theme import colours, fonts


def style_table(tree: ttk.Treeview, name: str, *, is_dark: bool, scaling: float) -> None:
    """Style one table; ``name`` ends in ``Treeview``."""
    theme = int(is_dark)
    style = ttk.Style(tree)
    if style.theme_use() != "clam":
        style.theme_use("clam")
    surface = colours.SURFACE[theme]
    height = 52 if name.startswith("Thumbnails") else 34
    style.configure(
        name,
        background=surface,
        fieldbackground=surface,
        foreground=colours.TEXT[theme],
        borderwidth=0,
        relief="flat",
        rowheight=round(height * scaling),
        font=fonts.scaled(fonts.BODY, scaling),
    )
    style.map(
        name,
        background=[("selected", colours.ACCENT_SOFT[theme])],
        foreground=[("selected", colours.TEXT[theme])],
    )
    style.layout(name, [("Treeview.treearea", {"sticky": "nswe"})])
    style.configure(
        f"{name}.Heading",
        background=surface,
        foreground=colours.MUTED[theme],
        relief="flat",
        borderwidth=0,
        padding=(round(6 * scaling), round(8 * scaling)),
        font=fonts.scaled(fonts.CAPTION_BOLD, scaling),
    )
    style.map(f"{name}.Heading", background=[("active", colours.HOVER[theme])])
    tree.configure(style=name)
    tree.tag_configure("muted", foreground=colours.MUTED[theme])
    tree.tag_configure("warning", foreground=colours.WARNING[theme])
    tree.tag_configure("error", foreground=colours.ERROR[theme])
