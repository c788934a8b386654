"""Lines of text that can be read, selected and copied, but not changed."""

import tkinter as tk
from collections.abc import Sequence

from product_gui.theme import appearance, colours, fonts, metrics
from product_gui.widgets.scrollbar import SlimScrollbar
from product_gui.widgets.toolkit import Frame


class TextList(Frame):
    """So many lines high; scrolls where there are more."""

    def __init__(self, master: tk.Misc, *, height: int = 6) -> None:
        super().__init__(master, fg_color=colours.SURFACE, corner_radius=metrics.RADIUS_SMALL)
        self._text = tk.Text(
            self,
            height=height,
            width=20,
            wrap="none",
            state="disabled",
            borderwidth=0,
            highlightthickness=0,
            relief="flat",
        )
        self._bar = SlimScrollbar(self, command=self._text.yview)
        self._text.configure(yscrollcommand=self._bar.set)
        self._bar.pack(side="right", fill="y", padx=2, pady=2)
        inset = metrics.GRID
        self._text.pack(side="left", fill="both", expand=True, padx=inset, pady=inset)
        self._paint()

    @property
    def lines(self) -> list[str]:
        """What is shown."""
        return self._text.get("1.0", "end-1c").splitlines()

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show these."""
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.insert("1.0", "\n".join(lines))
        self._text.configure(state="disabled")

    def follow(self, lines: Sequence[str]) -> None:
        """Show these, of which most are there already; the end stays in sight if it was."""
        shown = self.lines
        if list(lines[: len(shown)]) != shown:
            self.set_lines(lines)
            return
        new = lines[len(shown) :]
        if not new:
            return
        is_at_end = self._text.yview()[1] >= 1.0
        self._text.configure(state="normal")
        self._text.insert("end", ("\n" if shown else "") + "\n".join(new))
        self._text.configure(state="disabled")
        if is_at_end:
            self._text.see("end")

    def _paint(self) -> None:
        self._text.configure(
            font=fonts.scaled(fonts.CAPTION, self._get_widget_scaling()),
            background=appearance.resolve(colours.SURFACE),
            foreground=appearance.resolve(colours.TEXT),
            selectbackground=appearance.resolve(colours.ACCENT_SOFT),
            selectforeground=appearance.resolve(colours.TEXT),
        )

    def _set_appearance_mode(self, mode_string: str) -> None:
        super()._set_appearance_mode(mode_string)
        self._paint()

    def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None:
        super()._set_scaling(new_widget_scaling, new_window_scaling)
        self._paint()
