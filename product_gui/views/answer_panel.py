"""The panel with the answer: the category, how sure, the likeliest five, and who answered."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.classify_state import ClassifyState, Row, RowState
from product_gui.text import classify as words
from product_gui.text.numbers import confidence
from product_gui.theme import colours, fonts, metrics
from product_gui.views.answer_deeds import AnswerDeeds
from product_gui.views.page import show_only
from product_gui.views.side_panel import MARGIN, WIDTH
from product_gui.widgets.button import Button
from product_gui.widgets.confidence_bars import ConfidenceBars
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.label import ElidedLine, Line, Paragraph
from product_gui.widgets.toolkit import Callback, Frame

_FEW = 2


class AnswerPanel(Frame):
    """Shows the answer for the selected photo, or what to do to get one."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_train: Callback,
        on_open_model: Callback,
        presenter: ClassifyPresenter,
        ask_for_category: Callable[[], str | None],
    ) -> None:
        super().__init__(master, fg_color=colours.SURFACE, width=WIDTH)
        self.pack_propagate(False)
        self._space = Frame(self, fg_color="transparent")
        self._space.pack(fill="both", expand=True, padx=MARGIN, pady=(MARGIN, metrics.GRID))
        self._model = _ModelLine(self, above=self._space, on_change=on_open_model)
        self.no_model = _NoModel(self._space, on_train=on_train, on_open=on_open_model)
        self._nothing = _Nothing(self._space)
        self._answer = _Answer(self._space, presenter, ask_for_category)
        self.deeds = self._answer.deeds

    @property
    def bars(self) -> ConfidenceBars:
        """The likeliest categories as they are shown now."""
        return self._answer.bars

    def set_compact(self, is_compact: bool) -> None:
        """Make do with less height."""
        self._answer.set_compact(is_compact)

    def apply(self, state: ClassifyState) -> None:
        """Set everything from the state."""
        summary, row = state.model.summary, state.current
        has_model = summary is not None or state.model.opening is not None
        if not has_model:
            part: Frame = self.no_model
        else:
            part = self._nothing if row is None else self._answer
        show_only(part, [self.no_model, self._nothing, self._answer])
        if row is not None:
            self._answer.apply(state, row)
        self._model.apply(state)


class _NoModel(Frame):
    def __init__(self, master: tk.Misc, *, on_train: Callback, on_open: Callback) -> None:
        super().__init__(master, fg_color="transparent")
        gap = metrics.GRID
        Line(self, words.NO_MODEL_TITLE, font=fonts.TITLE).pack(fill="x")
        Paragraph(self, words.NO_MODEL_HINT, colour=colours.MUTED).pack(fill="x", pady=(gap, 0))
        self.train = Button(
            self, text=words.TRAIN_A_MODEL, command=on_train, kind="primary", icon="train"
        )
        self.train.pack(fill="x", pady=(gap * 3, 0))
        self.open = Button(self, text=words.OPEN_A_MODEL, command=on_open, icon="cube")
        self.open.pack(fill="x", pady=(gap, 0))


class _Nothing(Frame):
    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color="transparent")
        Line(self, words.PANEL_EMPTY, font=fonts.LEAD_BOLD).pack(fill="x")
        hint = Paragraph(self, words.PANEL_EMPTY_HINT, colour=colours.MUTED)
        hint.pack(fill="x", pady=(metrics.GRID, 0))


class _Answer(Frame):
    """The headline, and below it either the bars or why there is no answer."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: ClassifyPresenter,
        ask_for_category: Callable[[], str | None],
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._headline = Headline(self)
        self._headline.pack(fill="x")
        self.deeds = AnswerDeeds(self, presenter, ask_for_category=ask_for_category)
        self.deeds.pack(side="bottom", fill="x", pady=(0, metrics.GRID * 1.5))
        on_category = presenter.explain_category
        self._all = _Bars(self, rows=5, title=words.TOP_FIVE, on_select=on_category)
        self._few = _Bars(self, rows=_FEW, title="", on_select=on_category)
        self._is_compact = False
        self._reason = Frame(self, fg_color="transparent")
        self._reason_text = Paragraph(self._reason, colour=colours.TEXT)
        self._reason_text.pack(fill="x", pady=(metrics.GRID, 0))

    def set_compact(self, is_compact: bool) -> None:
        """Where there is little height, show fewer bars."""
        self._is_compact = is_compact
        if not self._reason.winfo_manager():
            self._show(self._bars)

    def apply(self, state: ClassifyState, row: Row) -> None:
        self._headline.render(_headline(state, row))
        for bars in (self._all, self._few):
            bars.values.set_values(row.top)
            bars.values.set_clickable(state.explains)
        self._reason_text.set_text(row.error)
        self.deeds.apply(state)
        self._show(self._reason if row.state is RowState.UNREADABLE else self._bars)

    @property
    def bars(self) -> ConfidenceBars:
        return self._bars.values

    @property
    def _bars(self) -> "_Bars":
        return self._few if self._is_compact else self._all

    def _show(self, part: Frame) -> None:
        show_only(part, [self._all, self._few, self._reason])


class _Bars(Frame):
    def __init__(
        self, master: tk.Misc, *, rows: int, title: str, on_select: Callable[[str], None]
    ) -> None:
        super().__init__(master, fg_color="transparent")
        above = metrics.GRID
        if title:
            line = Line(self, title, font=fonts.CAPTION, colour=colours.MUTED)
            line.pack(fill="x", pady=(metrics.GRID * 2, 0))
            above = metrics.TIGHT
        self.values = ConfidenceBars(self, rows=rows, on_select=on_select, tip=words.BARS_TIP)
        self.values.pack(fill="x", pady=(above, 0))


def _headline(state: ClassifyState, row: Row) -> HeadlineState:
    match row.state:
        case RowState.ANSWERED:
            took = words.took(state.seconds) if len(state.rows) == 1 else ""
            return _answer_headline(row, took)
        case RowState.UNREADABLE:
            return HeadlineState(words.NO_ANSWER_SHORT, words.NO_ANSWER_TITLE, tone="error")
        case _ if state.model.opening is not None and state.model.summary is None:
            return HeadlineState("…", words.OPENING_MODEL, icon="clock")
        case _ if state.answering:
            return HeadlineState("…", words.ANSWERING, icon="clock")
        case _:
            return HeadlineState("–", words.NOT_ASKED, icon="clock")


def _answer_headline(row: Row, took: str) -> HeadlineState:
    share = confidence(row.confidence)
    match row.reliance:
        case None:
            sure = f"{words.CONFIDENCE} {share}"
            return HeadlineState(row.category, sure, took, icon="tag")
        case "sure":
            sure = words.verdict("sure", share)
            return HeadlineState(row.category, sure, took, tone="success", icon="circle_check")
        case "unsure":
            return HeadlineState(
                words.either(row.candidates),
                words.verdict("unsure", share),
                took,
                tone="warning",
                icon="circle_question",
            )
        case _:
            return HeadlineState(
                words.UNLIKE, words.UNLIKE_HINT, words.nearest(row.category), icon="circle_cross"
            )


class _ModelLine(Frame):
    """Which model answered, and what it is worth."""

    def __init__(self, master: tk.Misc, *, above: Frame, on_change: Callback) -> None:
        super().__init__(master, fg_color="transparent")
        self._above = above
        self._line = Frame(self, fg_color=colours.LINE, height=2, corner_radius=0)
        self._line.pack(fill="x", pady=(0, metrics.GRID * 1.5))
        self.change = Button(
            self, text=words.CHANGE_MODEL, command=on_change, kind="quiet", small=True
        )
        self.change.pack(side="right")
        self._name = ElidedLine(self, font=fonts.BODY_BOLD, where="middle")
        self._name.pack(fill="x")
        self._score = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._score.pack(fill="x")

    def apply(self, state: ClassifyState) -> None:
        summary, opening = state.model.summary, state.model.opening
        if summary is None and opening is None:
            self.pack_forget()
            return
        if not self.winfo_manager():
            # Before what lies above it: it keeps its room when that needs more than there is.
            self.pack(
                side="bottom",
                fill="x",
                padx=MARGIN,
                pady=(0, metrics.GRID * 2),
                before=self._above,
            )
        if opening is not None:
            self._name.set_text(words.OPENING_MODEL)
            self._score.set_text(opening.name)
        elif summary is not None:
            is_answered = state.current is not None and state.current.state is RowState.ANSWERED
            name = words.answered_by(summary.name) if is_answered else summary.name
            self._name.set_text(name)
            self._score.set_text(summary.score)
