"""The pages at the left edge: an icon and a word each."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.tooltip import Tooltip


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One page; ``tip`` names its shortcut."""

    key: str
    text: str
    icon: str
    tip: str = ""


class Rail(Frame):
    """Arrow keys walk, Space and Return choose; ``footer`` lies at the bottom."""

    def __init__(
        self, master: tk.Misc, entries: Sequence[RailEntry], *, on_choose: Callable[[str], None]
    ) -> None:
        super().__init__(master, fg_color=colours.RAIL, corner_radius=0, width=metrics.RAIL_WIDTH)
        self.pack_propagate(False)
        self.items = {entry.key: _RailItem(self, entry, on_choose) for entry in entries}
        for index, item in enumerate(self.items.values()):
            gap = metrics.GRID * 2 if index == 0 else metrics.TIGHT
            item.pack(fill="x", padx=metrics.GRID, pady=(gap, 0))
            item.canvas.bind("<Down>", self._focusing(index + 1))
            item.canvas.bind("<Up>", self._focusing(index - 1))
        self.footer = Frame(self, fg_color="transparent", height=1)
        self.footer.pack(side="bottom", fill="x", padx=metrics.GRID, pady=metrics.GRID * 2)

    def set_current(self, key: str) -> None:
        """Mark the page that is shown."""
        for name, item in self.items.items():
            item.set_current(name == key)

    def set_badge(self, key: str, *, is_busy: bool) -> None:
        """Mark a page on which something runs."""
        self.items[key].set_busy(is_busy)

    def _focusing(self, index: int) -> Callable[[object], None]:
        def focus(_event: object) -> None:
            items = list(self.items.values())
            items[index % len(items)].focus_set()

        return focus


class _RailItem(Painted):
    def __init__(self, master: tk.Misc, entry: RailEntry, on_choose: Callable[[str], None]) -> None:
        self._entry = entry
        self._is_current = self._is_busy = False
        super().__init__(master, width=72, height=64, takes_focus=True, follows_pointer=True)
        self.canvas.configure(cursor="hand2")
        self._tooltip = Tooltip(self.canvas, entry.tip)
        for sequence in ("<Button-1>", "<space>", "<Return>"):
            self.canvas.bind(sequence, lambda _event: on_choose(entry.key), add=True)

    def set_current(self, is_current: bool) -> None:
        self._is_current = is_current
        self.schedule_paint()

    def set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        middle, centre = width / 2, height / 2
        colour = colours.ACCENT_TEXT if self._is_current else colours.MUTED
        if self._is_current or self._is_hovered:
            fill = colours.ACCENT_SOFT if self._is_current else colours.HOVER
            inset = self.px(metrics.TIGHT)
            box = (inset, inset, width - inset, height - inset)
            self.shapes.rounded(box, self.px(metrics.RADIUS), self.colour(fill))
        icon = self.icon(self._entry.icon, 24, colour)
        self.canvas.create_image(middle, centre - self.px(9), image=icon)
        font = fonts.CAPTION_BOLD if self._is_current else fonts.CAPTION
        word = self.elided(self._entry.text, width - self.px(metrics.GRID), font)
        self.write((middle, centre + self.px(15)), word, font, colour, anchor="center")
        if self._is_busy:
            self._paint_badge(middle + self.px(16), centre - self.px(20))
        self.focus_ring((0, 0, width, height), self.px(metrics.RADIUS + metrics.TIGHT))

    def _paint_badge(self, x: float, y: float) -> None:
        radius = self.px(4)
        box = (x - radius, y - radius, x + radius, y + radius)
        self.shapes.rounded(box, radius, self.colour(colours.ACCENT_BAR))
