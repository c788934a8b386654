"""The Train page: a folder, a recipe, a training one can watch and end, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.events import EpochFinished, StepProgress
from product_gui.jobs.job import Job, JobState, Operation, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.activity import Activity
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.interrupted_runs import InterruptedRuns
from product_gui.presenters.presenter import Notice, Presenter, Surroundings
from product_gui.presenters.recipe_form import RecipeForm, Value, form_of, fresh_form
from product_gui.presenters.sizing import SizeMeasurement
from product_gui.presenters.train_folder import (
    ScannedFolder,
    look_at,
    remark_on,
    unique_name,
    why_blocked,
)
from product_gui.presenters.train_state import Stage, TrainState
from product_gui.presenters.training_progress import (
    activity_of,
    advance,
    begin,
    in_state,
    outcome_of,
    traced,
)
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.events import Report
    from ml_core.runs import Run
    from ml_core.training.recipe import Goal, Recipe
    from ml_core.training.trainer import TrainingResult


MORE_EPOCHS = 10
"""By so many a finished training is made longer."""


class TrainPresenter(Presenter[TrainState]):
    """Leads from a folder of photos to a model."""

    def __init__(self, surroundings: Surroundings, model: CurrentModel) -> None:
        super().__init__(
            surroundings,
            TrainState(recent=surroundings.settings.current.recent_data, blocked=words.NO_FOLDER),
        )
        self.health = DataHealth(
            surroundings,
            lambda health: self._show_checked(health=health),
            look_again=self.rescan,
        )
        self._model = model
        self._scanning: Job | None = None
        self._training: Job | None = None
        self._finished_listeners: list[Callable[[], None]] = []
        self._sizing = SizeMeasurement(surroundings, lambda sizing: self.show(sizing=sizing))
        self.interrupted = InterruptedRuns(
            surroundings, lambda run: self.show(interrupted=run), resume=self.resume_run
        )
        model.listen(self._mark_current)

    @property
    def is_training(self) -> bool:
        return self._training is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision about the shown photos to take back."""
        view = self.state.health.view
        return self.state.stage is Stage.READY and view is not None and bool(view.decisions)

    def on_finished(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when a training has ended, however it did."""
        self._finished_listeners.append(listener)

    # The folder

    def choose_folder(self, folder: Path) -> None:
        """Look through a folder of photos."""
        if self.is_training:
            self.around.notices.say(Notice(words.ALREADY_TRAINING, "info"))
            return
        self.around.abandon(self._scanning)
        self.health.forget()
        self._sizing.forget()
        self.around.settings.remember_folder("data", folder.parent)
        self._show_checked(
            stage=Stage.SCANNING,
            folder=folder,
            advanced=False,
            data=None,
            dataset=None,
            problem=None,
            needs_weights=False,
            progress=None,
            outcome=None,
        )
        self._scanning = self.around.start(self._scan_work(folder), Lane.LOOK)
        self._post_scan()

    def rescan(self) -> None:
        """Look through the same folder again: photos may have been added."""
        if self.state.folder is not None and not self.is_training:
            self.choose_folder(self.state.folder)

    def stop_scanning(self) -> None:
        """Leave the folder alone."""
        self.around.abandon(self._scanning)
        self._scanning = None
        self._show_checked(stage=Stage.EMPTY, folder=None)

    # The recipe

    def prepare(self) -> None:
        """Have the settings ready: called when the page is first shown."""
        if self.state.form is None:
            self._show_form(fresh_form("fast"))

    def choose_goal(self, goal: Goal) -> None:
        if self.state.form is not None:
            self._show_form(self.state.form.with_goal(goal))

    def set_value(self, name: str, value: Value) -> None:
        """One setting was edited."""
        if self.state.form is not None:
            self._show_form(self.state.form.with_value(name, value))

    def reset_form(self) -> None:
        if self.state.form is not None:
            self._show_form(self.state.form.reset())

    def show_advanced(self, shown: bool) -> None:
        self.show(advanced=shown)

    # The training

    def start(self) -> None:
        """Train with what is chosen."""
        form, dataset = self.state.form, self.state.dataset
        if self.state.blocked or dataset is None or form is None or form.recipe is None:
            return
        recipe, data = form.recipe, self.state.data
        name = data.name if data is not None else ""
        library = self.around.library

        def train(report: Report, control: Control) -> TrainingResult:
            free_name = unique_name(name, [run.name for run in library.list_runs()])
            return library.train(dataset, recipe, free_name, report, control)

        self._begin(train, recipe, name)

    def prepare_again(self, run: Run) -> None:
        """Look through the run's folder as it is today, with the run's settings at hand."""
        if self.is_training:
            self.around.notices.say(Notice(words.ALREADY_TRAINING, "info"))
            return
        self._show_form(form_of(run.recipe))
        self.choose_folder(run.dataset_folder)

    def measure(self) -> None:
        """Try how long a training with these settings takes, and what it needs."""
        form, dataset = self.state.form, self.state.dataset
        if not self.state.blocked and dataset is not None and form is not None and form.recipe:
            self._sizing.measure(dataset, form.recipe)

    def resume_run(self, run: Run) -> None:
        """Finish a training that broke off."""
        library = self.around.library
        self._leave_folder(run)
        self._begin(partial(library.resume, run), run.recipe, run.name)

    def extend_run(self, run: Run) -> None:
        """Train the network of a finished run for some more rounds, as a run of its own."""
        library = self.around.library

        def extend(report: Report, control: Control) -> TrainingResult:
            free_name = unique_name(run.name, [other.name for other in library.list_runs()])
            return library.extend(run, MORE_EPOCHS, free_name, report, control)

        self._leave_folder(run)
        self._begin(extend, run.recipe, run.name)

    def _leave_folder(self, run: Run) -> None:
        """The run has its own photos; those that were chosen stay only if they are the same."""
        data = self.state.data
        if not self.is_training and (data is None or data.root != run.dataset_folder):
            self.around.abandon(self._scanning)
            self._scanning = None
            self.health.forget()
            self._show_checked(folder=run.dataset_folder, data=None, dataset=None)

    def _begin(self, operation: Operation[TrainingResult], recipe: Recipe, name: str) -> None:
        if self.is_training:
            self.around.notices.say(Notice(words.ALREADY_TRAINING, "info"))
            return
        self._show_checked(
            stage=Stage.TRAINING,
            problem=None,
            needs_weights=False,
            outcome=None,
            result=None,
            interrupted=None,
            progress=begin(recipe, name),
        )
        self._sizing.forget()
        self.health.hold()
        self._training = self.around.start(self._training_work(operation, recipe), Lane.COMPUTE)
        self.around.trace("training", state="started", goal=recipe.goal)
        self._post_training()

    def pause(self) -> None:
        if self._training is not None:
            self._training.pause()

    def resume(self) -> None:
        if self._training is not None:
            self._training.resume()

    def stop_and_keep(self) -> None:
        """End at the next batch; the best so far becomes a model."""
        if self._training is not None:
            self._training.stop()

    def cancel_and_discard(self) -> None:
        """End at the next batch and keep nothing."""
        if self._training is not None:
            self._training.cancel()

    # Afterwards

    def use_model(self) -> None:
        if self.state.outcome is not None:
            self._model.use(self.state.outcome.model)

    def train_again(self) -> None:
        """Back to the settings, with the same folder."""
        self._show_checked(stage=self._stage_at_rest, progress=None, outcome=None, problem=None)
        if self.state.data is None and self.state.folder is not None:
            self.choose_folder(self.state.folder)

    def use_weights_file(self, path: Path) -> None:
        """Pretrained weights were missing; here they are."""
        self.set_value("weights", str(path))
        self.start()

    def choose_other_network(self) -> None:
        """Pretrained weights were missing: let another network be chosen."""
        self.show(problem=None, needs_weights=False, advanced=True)

    def train_from_scratch(self) -> None:
        """Pretrained weights were missing: do without."""
        self.choose_goal("scratch")
        self.start()

    def dismiss_problem(self) -> None:
        self.show(problem=None, needs_weights=False)

    # What the work says

    def _scan_work(self, folder: Path) -> Work[ScannedFolder]:
        def operation(report: Report, control: Control) -> ScannedFolder:
            return look_at(self.around.library.scan(folder, report, control))

        return Work(
            name="scan",
            operation=operation,
            on_event=self._post_scan,
            on_success=self._scanned,
            on_failure=self._not_scanned,
            on_cancelled=self.stop_scanning,
            on_state=lambda _state: self._post_scan(),
        )

    def _scanned(self, scanned: ScannedFolder) -> None:
        self._scanning = None
        dataset, data = scanned.dataset, scanned.summary
        self.around.settings.remember_data(dataset.root)
        self.around.trace("scanned", categories=len(data.categories), photos=data.photos)
        self._show_checked(
            stage=Stage.READY,
            dataset=dataset,
            data=data,
            recent=self.around.settings.current.recent_data,
        )
        self.health.begin(dataset, scanned.sheets)

    def _not_scanned(self, problem: Problem) -> None:
        self._scanning = None
        self.around.trace("scan_failed", problem=problem.what)
        self._show_checked(stage=Stage.EMPTY, folder=None, problem=problem)

    def _training_work(
        self, operation: Operation[TrainingResult], recipe: Recipe
    ) -> Work[TrainingResult]:
        return Work(
            name="train",
            operation=operation,
            on_event=lambda event: self._heard_of_training(event, recipe.goal),
            on_success=self._trained,
            on_failure=self._not_trained,
            on_cancelled=self._ended_without_result,
            on_state=self._training_state,
        )

    def _heard_of_training(self, event: object, goal: str) -> None:
        if self.state.progress is None:
            return
        self.show(progress=advance(self.state.progress, event, goal))
        self._post_training()
        if isinstance(event, EpochFinished):
            self.around.trace("epoch", **traced(event))

    def _training_state(self, state: JobState) -> None:
        if self.state.progress is not None:
            self.show(progress=in_state(self.state.progress, state))
        self._post_training()
        self.around.trace("job", name="train", state=state)

    def _trained(self, result: TrainingResult) -> None:
        self._training = None
        outcome = outcome_of(result)
        self.around.trace(
            "trained", accuracy=outcome.accuracy, photos=outcome.photos, model=outcome.model
        )
        self._show_checked(stage=Stage.FINISHED, outcome=outcome, result=result)
        self._mark_current()
        self._tell_finished()

    def _not_trained(self, problem: Problem) -> None:
        self._training = None
        self._show_checked(
            stage=self._stage_at_rest,
            problem=problem,
            needs_weights=problem.kind == "WeightsError",
        )
        self.around.trace("training_failed", problem=problem.what)
        self._tell_finished()

    def _ended_without_result(self) -> None:
        was_stopped = self._training is not None and self._training.control.is_stopping
        cancelled = self._training is not None and self._training.control.is_cancelling
        self._training = None
        self._show_checked(stage=self._stage_at_rest, progress=None)
        words_for_it = words.STOPPED_EARLY if was_stopped and not cancelled else words.CANCELLED
        self.around.notices.say(Notice(words_for_it, "info"))
        self._tell_finished()

    def _tell_finished(self) -> None:
        self.health.resume()
        self.interrupted.show_waiting()
        for listener in self._finished_listeners:
            listener()

    # What is shown

    @property
    def _stage_at_rest(self) -> Stage:
        """Without a training: a resumed one may have been of photos that were never looked at."""
        return Stage.READY if self.state.data is not None else Stage.EMPTY

    def _show_form(self, form: RecipeForm) -> None:
        self._show_checked(form=form)
        if (recipe := form.recipe) is not None:
            self.health.set_dealing((recipe.validation_share, recipe.test_share, recipe.seed))

    def _show_checked(self, **changes: object) -> None:
        """Change the state, and see again whether Train can be pressed."""
        changed = replace(self.state, **changes)  # type: ignore[arg-type]
        self.show(**changes, blocked=why_blocked(changed), remark=remark_on(changed))

    def _mark_current(self) -> None:
        outcome, summary = self.state.outcome, self._model.state.summary
        if outcome is not None:
            is_current = summary is not None and summary.path == outcome.model
            self.show(outcome=replace(outcome, is_current=is_current))

    def _post_scan(self, event: object = None) -> None:
        if self._scanning is not None:
            detail = f"{event.done:,}" if isinstance(event, StepProgress) else ""
            activity = Activity(title=words.SCANNING, detail=detail, page="train")
            self.around.activities.show(self._scanning, activity)

    def _post_training(self) -> None:
        progress = self.state.progress
        if self._training is None or progress is None:
            return
        self.around.activities.show(self._training, activity_of(progress))
