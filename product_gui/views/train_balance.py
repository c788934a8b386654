"""The section of balance and split: photos by category and part, copies kept together, sizes."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.health_view import HealthView, Parts
from product_gui.text import health as words
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Tone
from product_gui.theme.plots import PlotColours
from product_gui.views.figure_style import figure_style
from product_gui.views.page import show_only
from product_gui.widgets.button import Button
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.figure_view import FigureView
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.picture import Icon
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEAD, _ROW = 96, 26
_SIZES = 360


class BalanceSection(Frame):
    """Two figures and what must be said of the split."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._view: HealthView | None = None
        self._waiting = EmptyState(
            self, icon="chart", title=words.NOTHING_YET_TITLE, text=words.NOTHING_YET
        )
        self._area = ScrollArea(self, background=colours.SURFACE)
        content, gap = self._area.content, metrics.GRID
        self._leaks = _Leaks(content, health)
        self._split = Paragraph(content, colour=colours.MUTED, width=900)
        self._split.pack(fill="x", padx=gap * 3, pady=(gap * 2, 0))
        self._classes = FigureView(content, waiting=words.DRAWING)
        self._classes.pack(fill="x", padx=gap * 1.5, pady=(gap, 0))
        title = Line(content, words.SIZES_TITLE, font=fonts.BODY_BOLD)
        title.pack(fill="x", padx=gap * 3, pady=(gap * 2, 0))
        self._sizes = FigureView(content, waiting=words.DRAWING)
        self._sizes.configure(height=_SIZES)
        self._sizes.pack(fill="x", padx=gap * 1.5, pady=(0, gap * 2))

    @property
    def mend_button(self) -> Button:
        """Has leaks mended."""
        return self._leaks.button

    def apply(self, state: HealthState) -> None:
        """Show how the photos are shared out."""
        view = state.view
        if view is None or view.parts is None:
            self._waiting.set_text(
                title=words.NOTHING_YET_TITLE if view is None else words.NO_SPLIT,
                text=words.NOTHING_YET if view is None else view.problem,
            )
            show_only(self._waiting, [self._waiting, self._area])
            return
        show_only(self._area, [self._waiting, self._area])
        if self._view is None or view.health is not self._view.health:
            self._apply_parts(view, view.parts)
        self._view = view

    def _apply_parts(self, view: HealthView, parts: Parts) -> None:
        self._split.set_text(_sentence(parts))
        self._leaks.apply(parts, above=self._split)
        self._classes.configure(height=_HEAD + _ROW * len(parts.counts["train"]))
        self._classes.show(lambda style: self._draw_classes(parts, style))
        self._sizes.show(lambda style: self._draw_sizes(view, style))

    def _draw_classes(self, parts: Parts, style: PlotColours) -> "Figure":
        from ml_core.figures import class_distribution

        counts = {words.SHARED_OUT[part]: found for part, found in parts.counts.items()}
        return class_distribution(counts, style=figure_style(style), size=_inches(self._classes))

    def _draw_sizes(self, view: HealthView, style: PlotColours) -> "Figure":
        from ml_core.figures import size_spread

        size = _inches(self._sizes)
        return size_spread(view.health.sizes, style=figure_style(style), size=size)


class _Leaks(Frame):
    """A warning, with the button that mends it; or that it was mended."""

    def __init__(self, master: tk.Misc, health: DataHealth) -> None:
        super().__init__(master, corner_radius=metrics.RADIUS)
        gap = metrics.GRID
        self._icon = Icon(self, "alert", colour=colours.WARNING)
        self._icon.pack(side="left", padx=(gap * 1.5, gap), pady=gap)
        self.button = Button(
            self, text=words.MEND_LEAKS, small=True, command=health.decide.mend_leaks
        )
        space = Frame(self, fg_color="transparent", height=1)
        space.pack(side="left", fill="x", expand=True)
        self._text = Paragraph(space, width=600)
        self._text.pack(fill="x", pady=gap)

    def apply(self, parts: Parts, *, above: tk.Misc) -> None:
        if not parts.leaks and not parts.mends_leaks:
            self.pack_forget()
            return
        tone: Tone = "warning" if parts.leaks else "success"
        self.configure(fg_color=colours.TONE_SOFT[tone])
        self._icon.set_icon("alert" if parts.leaks else "circle_check", colours.TONE_TEXT[tone])
        self._text.set_text(
            words.leaks(parts.leaks) if parts.leaks else words.mended(parts.left_out)
        )
        if parts.leaks:
            self.button.pack(side="right", padx=metrics.GRID)
        else:
            self.button.pack_forget()
        if not self.winfo_manager():
            self.pack(fill="x", padx=metrics.GRID * 2, pady=(metrics.GRID * 2, 0), before=above)


def _sentence(parts: Parts) -> str:
    given = [words.given_parts()] if parts.is_given else []
    return " ".join([*given, words.groups_together(parts.groups)])


def _inches(view: FigureView) -> tuple[float, float]:
    from ml_core.figures.style import LIGHT

    width, height = view.canvas_size
    return max(2.0, width / LIGHT.dpi), max(1.5, height / LIGHT.dpi)
