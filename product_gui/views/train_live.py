"""The panel of a running training: what happens, how far, and the three ways to interrupt it."""

import tkinter as tk

from product_gui.jobs.job import JobState
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import Progress, TrainState
from product_gui.text import train as words
from product_gui.text.numbers import NO_VALUE, percent, time_left
from product_gui.theme import colours, fonts, metrics
from product_gui.views.side_panel import Numbers
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine, Paragraph
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.toolkit import Frame

_REASON = 32
"""Two lines, kept free, so that the buttons do not move when there is something to say."""


class LivePanel(Frame):
    """Every line has its place from the start, so that nothing moves while it runs."""

    def __init__(self, master: tk.Misc, presenter: TrainPresenter) -> None:
        super().__init__(master, fg_color="transparent")
        self._presenter = presenter
        gap = metrics.GRID
        self._step = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._phase = ElidedLine(self, font=fonts.LEAD_BOLD)
        self._bar = ProgressBar(self, width=312)
        self._left = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._numbers = Numbers(
            self,
            (
                words.NUMBER_EPOCH,
                words.NUMBER_BEST,
                words.NUMBER_SPEED,
                words.NUMBER_RATE,
                words.NUMBER_PHOTOS,
                words.NUMBER_DEVICE,
            ),
        )
        self._step.pack(fill="x")
        self._phase.pack(fill="x")
        self._bar.pack(fill="x", pady=(gap * 1.5, gap / 2))
        self._left.pack(fill="x", pady=(0, gap * 2))
        self._numbers.pack(fill="x")
        self._split = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED, align="e")
        self._split.pack(fill="x", pady=(gap / 2, 0))
        self._make_buttons(presenter)

    def _make_buttons(self, presenter: TrainPresenter) -> None:
        gap = metrics.GRID
        self.pause = Button(
            self, text=words.PAUSE, command=self._pause, icon="pause", tip=words.PAUSE_TIP
        )
        self.stop = Button(
            self, text=words.STOP, command=presenter.stop_and_keep, icon="stop", tip=words.STOP_TIP
        )
        self.cancel = Button(
            self,
            text=words.CANCEL,
            command=presenter.cancel_and_discard,
            kind="quiet",
            icon="trash",
            tip=words.CANCEL_TIP,
        )
        reason_space = Frame(self, fg_color="transparent", height=_REASON)
        reason_space.pack_propagate(False)
        self._reason = Paragraph(reason_space, font=fonts.CAPTION, colour=colours.MUTED)
        self._reason.pack(fill="x")
        for button in (self.cancel, self.stop, self.pause):
            button.pack(side="bottom", fill="x", pady=(gap, 0))
        reason_space.pack(side="bottom", fill="x")

    def apply(self, state: TrainState) -> None:
        """Set everything from the state."""
        progress = state.progress
        if progress is None:
            return
        is_paused = progress.state in (JobState.PAUSED, JobState.PAUSING)
        self._step.set_text(words.step(progress.step, progress.steps) if progress.step else "")
        self._phase.set_text(_STATE_WORDS.get(progress.state) or progress.message)
        self._bar.set_share(progress.fraction if not is_paused else progress.fraction or 0.0)
        self._left.set_text("" if is_paused else time_left(progress.seconds_left))
        self._numbers.render(_numbers(progress))
        self._split.set_text(_split(progress))
        self._apply_buttons(progress, is_paused=is_paused)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {"pause": self.pause, "stop": self.stop, "cancel": self.cancel}

    def _apply_buttons(self, progress: Progress, *, is_paused: bool) -> None:
        self.pause.set_text(words.RESUME if is_paused else words.PAUSE)
        self.pause.set_icon("play" if is_paused else "pause")
        self.pause.set_enabled(not progress.pause_reason, progress.pause_reason)
        self.stop.set_enabled(not progress.stop_reason, progress.stop_reason)
        self.cancel.set_enabled(not progress.cancel_reason, progress.cancel_reason)
        self._reason.set_text(progress.stop_reason)

    def _pause(self) -> None:
        progress = self._presenter.state.progress
        held = progress is not None and progress.state in (JobState.PAUSED, JobState.PAUSING)
        (self._presenter.resume if held else self._presenter.pause)()


_STATE_WORDS = {
    JobState.IDLE: words.STARTING,
    JobState.PAUSING: words.STATE_PAUSING,
    JobState.PAUSED: words.STATE_PAUSED,
    JobState.STOPPING: words.STATE_FINISHING,
    JobState.CANCELLING: words.STATE_CANCELLING,
}


def _numbers(progress: Progress) -> dict[str, str]:
    last = progress.epochs[-1] if progress.epochs else None
    best = [epoch.validation_accuracy for epoch in progress.epochs if epoch.is_best]
    speed = progress.photos_per_second
    split = progress.split
    total = split.train + split.validation + split.test if split is not None else 0
    return {
        words.NUMBER_EPOCH: words.epoch(last.epoch, last.epochs) if last else NO_VALUE,
        words.NUMBER_BEST: percent(best[-1]) if best else NO_VALUE,
        words.NUMBER_SPEED: f"{speed:,.0f}" if speed else NO_VALUE,
        words.NUMBER_RATE: f"{last.learning_rate:.2g}" if last else NO_VALUE,
        words.NUMBER_PHOTOS: f"{total:,}" if total else NO_VALUE,
        words.NUMBER_DEVICE: progress.device or NO_VALUE,
    }


def _split(progress: Progress) -> str:
    split = progress.split
    return words.split(split.train, split.validation, split.test) if split is not None else ""
