"""The panel after a training: how good the model is and what to do with it; or what was missing."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import Outcome, TrainState
from product_gui.text import review
from product_gui.text import train as words
from product_gui.text.numbers import NO_VALUE, duration, percent
from product_gui.theme import colours, fonts, metrics
from product_gui.views.side_panel import Numbers
from product_gui.widgets.button import Button
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from product_gui.presenters.window import WindowPresenter
    from product_gui.views.dialogs import Dialogs


class ResultPanel(Frame):
    """The score with what it rests on, and the next steps."""

    def __init__(
        self, master: tk.Misc, presenter: TrainPresenter, window: "WindowPresenter"
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._presenter, self._window = presenter, window
        gap = metrics.GRID
        self._title = Line(self, words.RESULT_TITLE, font=fonts.LEAD_BOLD)
        self._title.pack(fill="x", pady=(0, gap))
        self._headline = Headline(self)
        self._headline.pack(fill="x")
        self._numbers = Numbers(self, (words.NUMBER_WRONG, words.NUMBER_DURATION, words.EPOCHS))
        self._numbers.pack(fill="x", pady=(gap * 2, 0))
        self._make_buttons()

    def _make_buttons(self) -> None:
        gap = metrics.GRID
        self.use = Button(
            self, text=words.USE_MODEL, command=self._use, kind="primary", icon="check"
        )
        self.export = Button(self, text=words.EXPORT, command=self._export, icon="export")
        self.review = Button(self, text=words.REVIEW, command=self._review, icon="chart")
        self.again = Button(
            self,
            text=words.TRAIN_AGAIN,
            command=self._presenter.train_again,
            kind="quiet",
            icon="redo",
        )
        self.longer = Button(
            self,
            text=words.TRAIN_LONGER,
            command=self._longer,
            kind="quiet",
            icon="plus",
            tip=words.TRAIN_LONGER_TIP,
        )
        for button in (self.again, self.review, self.export, self.use):
            button.pack(side="bottom", fill="x", pady=(gap, 0))

    def apply(self, state: TrainState) -> None:
        """Set everything from the state."""
        outcome = state.outcome
        if outcome is None:
            return
        self._title.set_text(words.STOPPED_TITLE if outcome.was_stopped else words.RESULT_TITLE)
        self._headline.render(_headline(outcome))
        self._numbers.render(_numbers(outcome))
        if outcome.can_be_longer and not self.longer.winfo_manager():
            above = metrics.GRID
            self.longer.pack(side="bottom", fill="x", pady=(above, 0), after=self.again)
        elif not outcome.can_be_longer:
            self.longer.pack_forget()
        self.use.set_text(words.CLASSIFY_NOW if outcome.is_current else words.USE_MODEL)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "use_model": self.use,
            "export": self.export,
            "review": self.review,
            "train_again": self.again,
            "train_longer": self.longer,
        }

    def _longer(self) -> None:
        outcome = self._presenter.state.outcome
        if outcome is not None and outcome.run is not None:
            self._presenter.extend_run(outcome.run)

    def _use(self) -> None:
        outcome = self._presenter.state.outcome
        if outcome is not None and outcome.is_current:
            self._window.go("classify")
        else:
            self._presenter.use_model()

    def _export(self) -> None:
        outcome = self._presenter.state.outcome
        if outcome is not None:
            self._window.pages.export.open(outcome.model, outcome.name)

    def _review(self) -> None:
        outcome = self._presenter.state.outcome
        if outcome is not None:
            self._window.review_run(outcome.run_folder)


def _headline(outcome: Outcome) -> HeadlineState:
    if outcome.accuracy is None:
        return HeadlineState(NO_VALUE, words.NOT_TESTED, tone="warning")
    right = round(outcome.accuracy * outcome.photos)
    if not outcome.is_meaningful:
        few = review.right_of(right, outcome.photos)
        return HeadlineState(few, review.TOO_FEW, review.TOO_FEW_HINT, tone="warning")
    return HeadlineState(
        percent(outcome.accuracy),
        review.right_on(outcome.photos),
        review.expected(*outcome.interval),
        icon="circle_check",
    )


def _numbers(outcome: Outcome) -> dict[str, str]:
    wrong = outcome.photos - round((outcome.accuracy or 0.0) * outcome.photos)
    return {
        words.NUMBER_WRONG: review.of_photos(wrong, outcome.photos),
        words.NUMBER_DURATION: duration(outcome.seconds),
        words.EPOCHS: f"{outcome.epochs:,}",
    }


class WeightsPanel(Frame):
    """Pretrained weights are missing: three ways out, none of them taken in silence."""

    def __init__(self, master: tk.Misc, presenter: TrainPresenter, dialogs: "Dialogs") -> None:
        super().__init__(master, fg_color="transparent")
        self._presenter, self._dialogs = presenter, dialogs
        gap = metrics.GRID
        Line(self, words.WEIGHTS_TITLE, font=fonts.LEAD_BOLD).pack(fill="x", pady=(0, gap))
        Paragraph(self, words.WEIGHTS_TEXT, colour=colours.MUTED).pack(fill="x")
        self.retry = Button(
            self, text=words.TRY_AGAIN, command=presenter.start, kind="primary", icon="redo"
        )
        self.pick = Button(self, text=words.PICK_WEIGHTS, command=self._pick, icon="file")
        self.other = Button(
            self, text=words.CHOOSE_OTHER, command=presenter.choose_other_network, icon="settings"
        )
        self.scratch = Button(
            self, text=words.CHOOSE_SCRATCH, command=presenter.train_from_scratch, icon="sprout"
        )
        for place, button in enumerate((self.retry, self.pick, self.other, self.scratch)):
            button.pack(fill="x", pady=(gap * 3 if place == 0 else gap, 0))

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "retry": self.retry,
            "pick_weights": self.pick,
            "other_network": self.other,
            "from_scratch": self.scratch,
        }

    def _pick(self) -> None:
        path = self._dialogs.choose_weights()
        if path is not None:
            self._presenter.use_weights_file(path)
