"""Buttons, bars, banners, type and icons in all their states."""

from product_gui.gallery.parts import GAP, WORDS, Host, nothing
from product_gui.gallery.samples import LONG
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.icons import names as icon_names
from product_gui.widgets.banner import Banner, BannerMessage
from product_gui.widgets.button import Button
from product_gui.widgets.card import Card
from product_gui.widgets.label import ElidedLine, Line, Paragraph
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.picture import Icon
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.toolkit import Frame


def controls_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Controls")
    header.set_state_line("This is what went wrong", "error")
    header.pack(fill="x")
    area = ScrollArea(page)
    area.pack(fill="both", expand=True)
    for kind in ("primary", "secondary", "quiet", "danger"):
        row = Frame(area.content, fg_color="transparent")
        row.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=(0, metrics.GRID))
        for text, icon, small, enabled in (
            (kind.title(), None, False, True),
            ("With icon", "folder", False, True),
            ("Small", "export", True, True),
            ("", "trash", False, True),
            ("Off", "play", False, False),
        ):
            button = Button(
                row,
                text=text,
                icon=icon,
                small=small,
                kind=kind,
                command=nothing,
                tip="What it does, in a few words",
            )
            button.set_enabled(enabled, "Choose a folder first")
            button.pack(side="left", padx=(0, metrics.GRID))
    Segmented(
        area.content,
        [("l", "Light"), ("d", "Dark"), ("s", "System")],
        value="l",
        on_change=nothing,
    ).pack(anchor="w", padx=metrics.PAGE_MARGIN)
    for share in (0.0, 0.02, 0.6, 1.0, None):
        bar = ProgressBar(area.content)
        bar.set_share(share)
        bar.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=metrics.GRID)
    for tone in ("info", "success", "warning", "error"):
        banner = Banner(area.content, words=WORDS, on_action=nothing)
        banner.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=metrics.TIGHT)
        banner.show(
            BannerMessage(
                f"A banner that says {tone}. " + "It may be long. " * 6,
                tone,
                action_text="Choose another file…",
            )
        )
    sizes = Card(area.content, title="Five sizes, two weights")
    sizes.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    for font in (
        fonts.DISPLAY,
        fonts.TITLE,
        fonts.LEAD_BOLD,
        fonts.LEAD,
        fonts.BODY_BOLD,
        fonts.BODY,
        fonts.CAPTION_BOLD,
        fonts.CAPTION,
    ):
        Line(sizes.body, f"Product photos, 1,117 of 4,040 · {font[0]} {font[1]}", font=font).pack(
            fill="x"
        )
    ElidedLine(sizes.body, LONG * 3, where="middle").pack(fill="x")
    Paragraph(sizes.body, LONG * 3, colour=colours.MUTED).pack(fill="x")
    icons = Frame(sizes.body, fg_color="transparent")
    icons.pack(fill="x", pady=GAP)
    for index, name in enumerate(icon_names()):
        Icon(icons, name, size=28).grid(row=index // 20, column=index % 20, padx=7, pady=7)
    host.toaster.show("Model saved", action_text="Undo", on_action=nothing, seconds=60)
