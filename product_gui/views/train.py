"""The Train page: at the left what it is about, at the right what to do about it."""

import tkinter as tk
from dataclasses import replace
from typing import TYPE_CHECKING

from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import Stage, TrainState
from product_gui.text import health as health_words
from product_gui.text import train as words
from product_gui.text.numbers import date
from product_gui.theme import metrics
from product_gui.views.busy import Busy
from product_gui.views.page import Page, show_only
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.views.side_panel import SidePanel
from product_gui.views.train_curves import TrainingCurves
from product_gui.views.train_data import DataPane
from product_gui.views.train_folder import GettingStarted
from product_gui.views.train_live import LivePanel
from product_gui.views.train_recipe import RecipePanel
from product_gui.views.train_result import ResultPanel, WeightsPanel
from product_gui.widgets.banner import Banner, BannerMessage
from product_gui.widgets.button import Button
from product_gui.widgets.drop_zone import DropZone
from product_gui.widgets.toolkit import Base, Frame

if TYPE_CHECKING:
    from product_gui.presenters.window import WindowPresenter
    from product_gui.views.advanced import AdvancedSettings
    from product_gui.views.dialogs import Dialogs

_MOST_LISTED = 500


class TrainPage(Page[TrainState]):
    """Leads from a folder to a model; each stage has its part at the left and at the right."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: TrainPresenter,
        dialogs: "Dialogs",
        window: "WindowPresenter",
    ) -> None:
        super().__init__(master, title=words.TITLE)
        self._presenter, self._dialogs, self._window = presenter, dialogs, window
        self._change = Button(
            self.header.actions,
            text=words.CHANGE_FOLDER,
            command=dialogs.choose_data_folder,
            icon="folder",
        )
        self._report = Button(
            self.header.actions,
            text=health_words.EXPORT_REPORT,
            command=dialogs.save_report,
            kind="quiet",
            icon="export",
        )
        self._problem = Banner(self.body, words=BANNER, on_close=self._dismiss_problem)
        self._notes = Banner(self.body, words=BANNER)
        self._offer = Banner(
            self.body,
            words=BANNER,
            on_action=presenter.interrupted.resume,
            on_second=presenter.interrupted.discard,
            on_close=presenter.interrupted.later,
        )
        self._content = Frame(self.body, fg_color="transparent", corner_radius=0)
        self._content.pack(side="bottom", fill="both", expand=True)
        self._left = Frame(self._content, fg_color="transparent", corner_radius=0)
        self._panel = SidePanel(self._content)
        self._panel.pack(side="right", fill="y", padx=(metrics.GRID * 2, 0))
        self._left.pack(side="left", fill="both", expand=True)
        self._make_left()
        self._make_right()
        self._advanced: AdvancedSettings | None = None
        presenter.prepare()
        presenter.attach(self)

    def apply(self, state: TrainState) -> None:
        """Set every widget from the state."""
        self._apply_header(state)
        self._problem.render(_problem_of(state), above=self._content)
        self._notes.render(notes_of(state), above=self._content)
        self._offer.render(_offer_of(state), above=self._content)
        self._apply_left(state)
        self._apply_right(state)

    def set_drop_active(self, is_active: bool) -> bool:
        self._drop_zone.set_active(is_active)
        return bool(self._drop_zone.winfo_ismapped())

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "drop_zone": self._drop_zone,
            "choose_folder": self._drop_zone.button,
            "change_folder": self._change,
            "report": self._report,
            **self._folder.named_controls(),
            **self._recipe.named_controls(),
            **self._live.named_controls(),
            **self._result.named_controls(),
            **self._weights.named_controls(),
            **(self._advanced.named_controls() if self._advanced is not None else {}),
            **self._curves.named_controls(),
            **({"resume_run": self._offer.action} if self._offer.message is not None else {}),
        }

    def _dismiss_problem(self) -> None:
        self._presenter.dismiss_problem()
        self._presenter.health.dismiss_problem()

    def _make_left(self) -> None:
        self._drop_zone = DropZone(
            self._left,
            title=words.EMPTY_TITLE,
            active_title=words.EMPTY_TITLE_ACTIVE,
            hint=words.EMPTY_HINT,
            button_text=words.CHOOSE_FOLDER,
            on_choose=self._dialogs.choose_data_folder,
            icon="folder",
        )
        self._scanning = Busy(
            self._left,
            title=words.SCANNING,
            stop_text=words.STOP_SCANNING,
            on_stop=self._presenter.stop_scanning,
        )
        self._folder = DataPane(self._left, self._presenter.health)
        self._curves = TrainingCurves(self._left)

    def _make_right(self) -> None:
        space, presenter = self._panel.space, self._presenter
        self._start = GettingStarted(space, on_choose=presenter.choose_folder)
        self._recipe = RecipePanel(space, presenter)
        self._live = LivePanel(space, presenter)
        self._weights = WeightsPanel(space, presenter, self._dialogs)
        self._result = ResultPanel(space, presenter, self._window)

    def _apply_header(self, state: TrainState) -> None:
        data = state.data
        line = words.HEADER_EMPTY
        if state.stage is Stage.SCANNING and state.folder is not None:
            line = str(state.folder)
        elif data is None and state.progress is not None:
            line = words.header_run(state.progress.name)
        elif data is not None:
            line = words.header_data(data.name, len(data.categories), data.photos)
        self.header.set_state_line(line)
        if state.stage in (Stage.READY, Stage.FINISHED):
            self._change.pack(side="right")
        else:
            self._change.pack_forget()
        self._apply_report(state)

    def _apply_report(self, state: TrainState) -> None:
        health = state.health
        has_report = state.stage is Stage.READY and health.view is not None
        is_busy = health.is_writing or health.is_following
        self._report.set_enabled(not is_busy, health_words.WRITING)
        if has_report and not self._report.winfo_manager():
            self._report.pack(side="right", padx=(0, metrics.GRID))
        elif not has_report:
            self._report.pack_forget()

    def _apply_left(self, state: TrainState) -> None:
        parts: list[Base] = [self._drop_zone, self._scanning, self._folder, self._curves]
        if state.advanced or self._advanced is not None:
            parts.append(self._settings())
        chosen: Base = {
            Stage.EMPTY: self._drop_zone,
            Stage.SCANNING: self._scanning,
            Stage.READY: self._folder,
            Stage.TRAINING: self._curves,
            Stage.FINISHED: self._curves,
        }[state.stage]
        if state.advanced and state.stage is Stage.READY:
            chosen = self._settings()
            self._settings().apply(state)
        show_only(chosen, parts)
        if chosen is self._folder:
            self._folder.apply(state.health)
        elif chosen is self._curves:
            self._curves.apply(state)

    def _settings(self) -> "AdvancedSettings":
        """The advanced settings, made when they are first wanted."""
        if self._advanced is None:
            from product_gui.views.advanced import AdvancedSettings

            self._advanced = AdvancedSettings(self._left, self._presenter, self._dialogs)
        return self._advanced

    def _apply_right(self, state: TrainState) -> None:
        part: Base = {
            Stage.EMPTY: self._start,
            Stage.SCANNING: self._start,
            Stage.READY: self._weights if state.needs_weights else self._recipe,
            Stage.TRAINING: self._live,
            Stage.FINISHED: self._result,
        }[state.stage]
        show_only(part, [self._start, self._recipe, self._live, self._weights, self._result])
        if part is self._start:
            self._start.apply(state)
        elif part is self._recipe:
            self._recipe.apply(state)
        elif part is self._live:
            self._live.apply(state)
        elif part is self._result:
            self._result.apply(state)


def _problem_of(state: TrainState) -> BannerMessage | None:
    message = problem_message(state.problem or state.health.problem)
    if message is not None and state.needs_weights:
        details = f"{message.text}\n\n{message.details}"
        return replace(message, text=words.WEIGHTS_BANNER, details=details)
    return message


def _offer_of(state: TrainState) -> BannerMessage | None:
    run = state.interrupted
    if run is None or state.stage is Stage.TRAINING:
        return None
    return BannerMessage(
        words.interrupted_offer(run.name, date(run.created)),
        action_text=words.RESUME_RUN,
        second_text=words.DISCARD_RUN,
    )


def notes_of(state: TrainState) -> BannerMessage | None:
    """What a training left out, and other remarks."""
    progress = state.progress
    if state.problem is not None:
        return None  # One message at a time.
    if progress is not None and (progress.skipped or progress.warnings):
        lines = list(progress.warnings)
        if progress.skipped:
            lines.append(words.left_out_so_far(len(progress.skipped)))
        return BannerMessage(
            " ".join(lines), tone="warning", items=_listed(progress.skipped), can_close=False
        )
    return None


def _listed(skipped: tuple[tuple[object, str], ...]) -> tuple[str, ...]:
    return tuple(f"{path}   {reason}" for path, reason in skipped[:_MOST_LISTED])
