"""The first part of a report: the score with what it rests on, and what was taken for what."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.review_report import MixUp, Report
from product_gui.text import review as words
from product_gui.text.numbers import percent, photos
from product_gui.theme import colours, fonts, metrics
from product_gui.views.review_matrix import ConfusionCard
from product_gui.views.side_panel import WIDTH, Numbers
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Frame

_MARGIN = metrics.GRID * 3


class OverviewTab(Frame):
    """The score, the frequent mix-ups, and the matrix; ``on_cell`` opens the photos of a cell."""

    def __init__(self, master: tk.Misc, *, on_cell: Callable[[str, str], None]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._report: Report | None = None
        left = Frame(self, fg_color="transparent", corner_radius=0, width=WIDTH)
        left.pack_propagate(False)
        left.pack(side="left", fill="y", padx=(0, metrics.GRID * 2))
        score = Frame(left)
        score.pack(fill="x", pady=(0, metrics.GRID * 2))
        self._headline = Headline(score)
        self._headline.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, metrics.GRID))
        self._numbers = Numbers(score, (words.WRONG_ANSWERS, words.MACRO_F1, words.NOT_READ))
        self._numbers.pack(fill="x", padx=_MARGIN, pady=(0, metrics.GRID * 2))
        self.mix_ups = MixUps(left, on_cell=on_cell)
        self.mix_ups.pack(fill="both", expand=True)
        self.matrix = ConfusionCard(self, on_cell=on_cell)
        self.matrix.pack(side="left", fill="both", expand=True)

    def apply(self, report: Report) -> None:
        """Show a report."""
        self.matrix.apply(report)
        if report is self._report:
            return
        self._report = report
        self._headline.render(headline_of(report))
        self._numbers.render(
            {
                words.WRONG_ANSWERS: words.of_photos(report.wrong, report.photos),
                words.MACRO_F1: percent(report.macro_f1),
                words.NOT_READ: photos(report.skipped),
            }
        )
        self.mix_ups.apply(report)


class MixUps(Frame):
    """The categories that are taken for each other most often."""

    def __init__(self, master: tk.Misc, *, on_cell: Callable[[str, str], None]) -> None:
        super().__init__(master)
        self._on_cell = on_cell
        self._shown: dict[str, MixUp] = {}
        title = Line(self, words.MIX_UPS, font=fonts.LEAD_BOLD)
        title.pack(fill="x", padx=_MARGIN, pady=(metrics.GRID * 2, metrics.GRID))
        self._area = ScrollArea(self, background=colours.SURFACE)
        self.list = ClassList(self._area.content, on_select=self._open, name_share=0.68)
        self.list.pack(fill="x")
        self._none = Paragraph(self, words.NO_MIX_UPS, colour=colours.MUTED, width=WIDTH)

    def apply(self, report: Report) -> None:
        """Show a report."""
        self._shown = {words.mistake(one.true, one.given): one for one in report.mix_ups}
        self.list.set_counts([ClassCount(name, one.photos) for name, one in self._shown.items()])
        self.list.select("")
        margin = metrics.GRID * 2
        if self._shown:
            self._none.pack_forget()
            self._area.pack(fill="both", expand=True, padx=margin, pady=(0, metrics.GRID))
        else:
            self._area.pack_forget()
            self._none.pack(fill="x", padx=_MARGIN)

    def _open(self, name: str) -> None:
        mix_up = self._shown[name]
        self._on_cell(mix_up.true, mix_up.given)


def headline_of(report: Report) -> HeadlineState:
    """The score and what it rests on, in the same breath; no percentage on a handful of photos."""
    if not report.is_meaningful:
        right = report.photos - report.wrong
        return HeadlineState(
            words.right_of(right, report.photos), words.TOO_FEW, words.TOO_FEW_HINT, tone="warning"
        )
    return HeadlineState(
        percent(report.accuracy),
        words.right_on(report.photos),
        words.expected(*report.interval),
        icon="circle_check",
    )
