"""The bar at the bottom: what runs, or, while nothing runs, which model answers."""

import tkinter as tk

from product_gui.jobs.job import JobState
from product_gui.presenters.activity import Activity
from product_gui.presenters.window import RunningJob, WindowPresenter, WindowState
from product_gui.text import train as train_words
from product_gui.text import window as words
from product_gui.text.numbers import time_left
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.job_bar import JobBar, JobBarState
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.picture import Icon
from product_gui.widgets.toolkit import Frame

_PATIENCE_MS = 300
"""What takes less time than this needs no bar: it would only flicker."""


class BottomBar(Frame):
    """Of fixed height, so that nothing moves when work begins or ends."""

    def __init__(self, master: tk.Misc, presenter: WindowPresenter) -> None:
        super().__init__(
            master, fg_color=colours.SURFACE, corner_radius=0, height=metrics.JOB_BAR_HEIGHT + 2
        )
        self._presenter = presenter
        self.pack_propagate(False)
        Frame(self, fg_color=colours.LINE, height=2, corner_radius=0).pack(fill="x")
        self._idle = _IdleLine(self)
        self.jobs = JobBar(
            self,
            on_pause=presenter.pause_or_resume,
            on_stop=presenter.stop_job,
            on_cancel=presenter.cancel_job,
        )
        self._idle.pack(fill="both", expand=True)
        self._shown_job: int | None = None
        self._timer: str | None = None
        self._state: WindowState | None = None

    def render(self, state: WindowState) -> None:
        """Show the job of the state, or the model."""
        self._state = state
        self._idle.render(state)
        job = state.job
        if job is None:
            self._shown_job = None
            self.jobs.render(None)
            self.jobs.pack_forget()
            self._idle.pack(fill="both", expand=True)
        elif job.number == self._shown_job:
            self.jobs.render(job_bar_state(job, page=state.page))
        elif self._timer is None:
            self._timer = self.after(_PATIENCE_MS, self._show_job)

    def destroy(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None
        super().destroy()

    def _show_job(self) -> None:
        self._timer = None
        state = self._state
        if state is not None and state.job is not None:
            self._shown_job = state.job.number
            self._idle.pack_forget()
            self.jobs.pack(fill="both", expand=True)
            self.jobs.render(job_bar_state(state.job, page=state.page))


class _IdleLine(Frame):
    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._icon = Icon(self, "cube", colour=colours.MUTED)
        self._icon.pack(side="left", padx=(metrics.GRID * 2, metrics.GRID))
        self._line = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED, where="middle")
        self._line.pack(side="left", fill="x", expand=True, padx=(0, metrics.GRID * 2))

    def render(self, state: WindowState) -> None:
        summary = state.model.summary
        text = words.NO_MODEL if summary is None else words.model_line(summary.name, summary.line)
        self._line.set_text(text)


def job_bar_state(job: RunningJob, *, page: str) -> JobBarState:
    """A running job as the bar shows it; a training's own page has its buttons already."""
    activity = job.activity
    has_buttons = not (activity.keeps and activity.page == page)
    held = activity.state in (JobState.PAUSED, JobState.PAUSING)
    others = f" · {words.more_jobs(job.others)}" if job.others else ""
    return JobBarState(
        what=activity.title,
        detail=(_STATE_WORDS.get(activity.state) or activity.detail) + others,
        share=activity.fraction,
        time_left="" if activity.state in _STATE_WORDS else time_left(activity.seconds_left),
        pause_text=_pause_text(activity, held=held) if has_buttons else "",
        is_paused=held,
        stop_text=_stop_text(activity) if has_buttons else "",
        cancel_text=_cancel_text(activity) if has_buttons else "",
        is_ending=activity.state.is_ending,
    )


def _pause_text(activity: Activity, *, held: bool) -> str:
    if not activity.can_pause:
        return ""
    return train_words.RESUME if held else train_words.PAUSE


def _stop_text(activity: Activity) -> str:
    if not activity.keeps:
        return words.STOP_JOB
    return "" if activity.keep_reason else train_words.STOP


def _cancel_text(activity: Activity) -> str:
    return train_words.CANCEL if activity.keeps else ""


_STATE_WORDS = {
    JobState.IDLE: words.WAITING,
    JobState.PAUSING: words.PAUSING,
    JobState.PAUSED: words.PAUSED,
    JobState.STOPPING: words.STOPPING,
    JobState.CANCELLING: words.CANCELLING,
}
