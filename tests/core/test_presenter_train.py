"""Train: from a folder to a model, with every way to end it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_core.control import Control
from ml_core.dataset.photos import Dataset, Part
from ml_core.errors import TrainingError, WeightsError
from ml_core.events import PhaseStarted, PhotoSkipped, Warned
from product_gui.jobs.job import JobState
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.sizing import NOT_MEASURED
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import Stage
from product_gui.text import train as words
from tests.core.presenter_desk import Desk, RecordingView, epoch


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def page(desk: Desk) -> TrainPresenter:
    made = TrainPresenter(desk.around, CurrentModel(desk.around))
    made.prepare()
    return made


def photos(desk: Desk, **counts: int) -> Path:
    for name, count in counts.items():
        (desk.folder / "shop" / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            desk.file(f"shop/{name}/{name}-{number}.jpg")
    return desk.folder / "shop"


@pytest.fixture
def ready(desk: Desk, page: TrainPresenter) -> TrainPresenter:
    page.choose_folder(photos(desk, hat=8, mug=9))
    desk.settle()
    return page


class Gate:
    """A training that waits at a chosen place until the test lets it go on."""

    def __init__(self, *, epochs_before: int) -> None:
        self.open = threading.Event()
        self._epochs = epochs_before

    def __call__(self, report: Callable[[Any], None], control: Control) -> None:
        report(PhaseStarted("embed", ""))
        report(PhaseStarted("head", ""))
        for number in range(1, self._epochs + 1):
            report(epoch(number))
        while not self.open.wait(0.002):
            control.checkpoint()


def training(desk: Desk, page: TrainPresenter, *, epochs_before: int = 1) -> Gate:
    gate = Gate(epochs_before=epochs_before)
    desk.library.train_body = gate
    page.start()
    desk.until(
        lambda: (
            page.state.progress is not None
            and page.state.progress.phase == "head"
            and len(page.state.progress.epochs) == epochs_before
        )
    )
    return gate


def test_at_first_train_says_what_is_missing(page: TrainPresenter) -> None:
    assert page.state.stage is Stage.EMPTY
    assert page.state.blocked == words.NO_FOLDER


def test_a_folder_is_looked_through(desk: Desk, page: TrainPresenter) -> None:
    view = RecordingView()
    page.attach(view)
    desk.file("shop/hat/notes.txt")
    page.choose_folder(photos(desk, hat=8, mug=9))
    assert view.states[-1].stage is Stage.SCANNING
    assert view.states[-1].blocked == words.STILL_SCANNING
    desk.settle()
    state = view.states[-1]
    assert (state.stage, state.blocked) == (Stage.READY, "")
    assert [(c.name, c.photos) for c in state.data.categories] == [("hat", 8), ("mug", 9)]
    assert all(c.samples for c in state.data.categories)
    assert [path.name for path, _ in state.data.skipped] == ["notes.txt"]
    assert state.recent == (desk.folder / "shop",)


def test_one_category_is_not_enough(desk: Desk, page: TrainPresenter) -> None:
    page.choose_folder(photos(desk, hat=8))
    desk.settle()
    assert page.state.blocked == words.ONE_CATEGORY
    page.start()
    assert not page.is_training


def test_a_folder_that_cannot_be_used(desk: Desk, page: TrainPresenter) -> None:
    folder = desk.folder / "flat"
    folder.mkdir()
    page.choose_folder(folder)
    desk.settle()
    assert page.state.stage is Stage.EMPTY
    assert page.state.problem is not None
    assert "flat" in page.state.problem.what
    assert page.state.recent == ()


def test_looking_again(desk: Desk, ready: TrainPresenter) -> None:
    desk.file("shop/mug/mug-99.jpg")
    ready.rescan()
    desk.settle()
    assert ready.state.data is not None
    assert ready.state.data.photos == 18


def test_a_whole_training(desk: Desk, ready: TrainPresenter) -> None:
    ended: list[int] = []
    ready.on_finished(lambda: ended.append(1))
    ready.start()
    assert ready.state.stage is Stage.TRAINING
    assert ready.state.blocked == words.ALREADY_TRAINING
    desk.settle()
    state = ready.state
    assert state.stage is Stage.FINISHED
    assert state.outcome is not None
    assert (state.outcome.accuracy, state.outcome.photos) == (0.875, 40)
    assert state.outcome.is_meaningful
    assert state.progress is not None
    assert len(state.progress.epochs) == 3
    assert state.progress.device == "2 processor cores"
    assert ended == [1]
    assert not desk.around.activities.entries
    assert [info["state"] for name, info in desk.traced if name == "job"] == ["running", "done"]


def test_the_recipe_that_is_shown_is_the_one_trained(desk: Desk, ready: TrainPresenter) -> None:
    ready.set_value("epochs", "7")
    ready.start()
    desk.settle()
    assert desk.library.recipes[0].epochs == 7


def test_progress_in_words(desk: Desk, ready: TrainPresenter) -> None:
    gate = training(desk, ready)
    progress = ready.state.progress
    assert progress is not None
    assert (progress.message, progress.step, progress.steps) == (words.PHASES["head"], 2, 4)
    activity = desk.around.activities.entries[0][1]
    assert activity.title == "Training on shop"
    assert activity.can_pause
    assert activity.keeps
    gate.open.set()
    desk.settle()


def test_keeping_needs_something_learned(desk: Desk, ready: TrainPresenter) -> None:
    gate = training(desk, ready, epochs_before=0)
    assert ready.state.progress is not None
    assert ready.state.progress.stop_reason == words.NOTHING_LEARNED
    assert desk.around.activities.entries[0][1].keep_reason == words.NOTHING_LEARNED
    gate.open.set()
    desk.settle()


def test_stop_and_keep(desk: Desk, ready: TrainPresenter) -> None:
    training(desk, ready)
    assert ready.state.progress is not None
    assert ready.state.progress.stop_reason == ""
    ready.stop_and_keep()
    assert ready.state.progress.state is JobState.STOPPING
    assert ready.state.progress.stop_reason == words.STATE_STOPPING
    assert ready.state.progress.cancel_reason == "", "one can still change one's mind and discard"
    desk.settle()
    assert ready.state.stage is Stage.FINISHED
    assert ready.state.outcome is not None
    assert ready.state.outcome.was_stopped


def test_cancel_and_discard(desk: Desk, ready: TrainPresenter) -> None:
    training(desk, ready)
    ready.cancel_and_discard()
    desk.settle()
    assert (ready.state.stage, ready.state.progress) == (Stage.READY, None)
    assert desk.notices[-1].message == words.CANCELLED
    assert desk.library.runs == []
    assert ready.state.blocked == ""


def test_cancel_after_stop_discards(desk: Desk, ready: TrainPresenter) -> None:
    training(desk, ready)
    ready.stop_and_keep()
    ready.cancel_and_discard()
    desk.settle()
    assert desk.library.runs in ([], desk.library.runs[:1])
    assert ready.state.stage in (Stage.READY, Stage.FINISHED)


def test_pause_and_resume(desk: Desk, ready: TrainPresenter) -> None:
    gate = training(desk, ready)
    ready.pause()
    desk.until(lambda: ready.state.progress.state is JobState.PAUSED)
    assert desk.around.activities.entries[0][1].state is JobState.PAUSED
    ready.resume()
    assert ready.state.progress is not None
    assert ready.state.progress.state is JobState.RUNNING
    gate.open.set()
    desk.settle()
    assert ready.state.stage is Stage.FINISHED


def test_another_folder_during_a_training_is_refused(desk: Desk, ready: TrainPresenter) -> None:
    gate = training(desk, ready)
    ready.choose_folder(desk.folder / "other")
    assert ready.state.folder == desk.folder / "shop"
    assert desk.notices[-1].message == words.ALREADY_TRAINING
    gate.open.set()
    desk.settle()


def test_a_failure_leaves_the_page_usable(desk: Desk, ready: TrainPresenter) -> None:
    desk.library.train_error = TrainingError("The loss became infinite.", mend="Lower the rate.")
    ready.start()
    desk.settle()
    assert ready.state.stage is Stage.READY
    assert ready.state.problem is not None
    assert ready.state.problem.sentence == "The loss became infinite. Lower the rate."
    assert "TrainingError" in ready.state.problem.details
    assert not ready.state.needs_weights
    desk.library.train_error = None
    ready.start()
    desk.settle()
    assert ready.state.stage is Stage.FINISHED


class TestMissingWeights:
    @pytest.fixture
    def missing(self, desk: Desk, ready: TrainPresenter) -> TrainPresenter:
        desk.library.train_error = WeightsError("The weights could not be fetched.")
        ready.start()
        desk.settle()
        desk.library.train_error = None
        return ready

    def test_a_choice_is_offered(self, missing: TrainPresenter) -> None:
        assert missing.state.needs_weights
        assert missing.state.stage is Stage.READY

    def test_a_weights_file(self, desk: Desk, missing: TrainPresenter) -> None:
        weights = desk.file("mine.h5")
        missing.use_weights_file(weights)
        desk.settle()
        assert desk.library.recipes[-1].weights == str(weights)
        assert missing.state.stage is Stage.FINISHED

    def test_from_scratch(self, desk: Desk, missing: TrainPresenter) -> None:
        missing.train_from_scratch()
        desk.settle()
        assert desk.library.recipes[-1].goal == "scratch"

    def test_another_network(self, missing: TrainPresenter) -> None:
        missing.choose_other_network()
        assert missing.state.advanced
        assert not missing.state.needs_weights


def test_skipped_photos_and_warnings_are_gathered(desk: Desk, ready: TrainPresenter) -> None:
    def body(report: Callable[[Any], None], _control: Control) -> None:
        report(PhotoSkipped(Path("a.jpg"), "It is damaged."))
        report(Warned("Few photos."))
        report(epoch(1))

    desk.library.train_body = body
    ready.start()
    desk.settle()
    assert ready.state.progress is not None
    assert ready.state.progress.skipped == ((Path("a.jpg"), "It is damaged."),)
    assert ready.state.progress.warnings == ("Few photos.",)


def test_using_the_model(desk: Desk, ready: TrainPresenter) -> None:
    ready.start()
    desk.settle()
    assert ready.state.outcome is not None
    assert not ready.state.outcome.is_current
    ready.use_model()
    desk.settle()
    assert ready.state.outcome.is_current
    assert desk.around.settings.current.current_model == ready.state.outcome.model


def test_each_training_gets_a_name_of_its_own(desk: Desk, ready: TrainPresenter) -> None:
    for _ in range(3):
        ready.start()
        desk.settle()
        ready.train_again()
    assert [run.name for run in desk.library.runs] == ["shop 3", "shop 2", "shop"]


def test_training_again(desk: Desk, ready: TrainPresenter) -> None:
    ready.start()
    desk.settle()
    ready.train_again()
    assert (ready.state.stage, ready.state.blocked) == (Stage.READY, "")
    assert ready.state.outcome is None


class TestRemarks:
    def test_a_download_is_told_before_it_happens(
        self, ready: TrainPresenter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "nothing"))
        ready.choose_goal("best")
        assert ready.state.remark == "Downloads 9 MB once."
        ready.choose_goal("scratch")
        assert ready.state.remark == ""

    def test_the_folders_own_parts_are_told(self, desk: Desk, ready: TrainPresenter) -> None:
        scan = desk.library.scan

        def with_parts(folder: Path, report: Any, control: Control) -> Dataset:
            dataset = scan(folder, report, control)
            photos = tuple(replace(photo, part=Part.TRAIN) for photo in dataset.photos)
            return replace(dataset, photos=photos)

        desk.library.scan = with_parts
        ready.choose_goal("scratch")
        ready.rescan()
        desk.settle()
        assert ready.state.remark == words.GIVEN_SPLIT


def test_a_measurement_belongs_to_the_settings_it_was_made_of(
    desk: Desk, ready: TrainPresenter
) -> None:
    ready.measure()
    assert ready.state.sizing.measuring
    desk.settle()
    form, sizing = ready.state.form, ready.state.sizing
    assert form is not None
    assert sizing.recipe == form.recipe
    assert sizing.estimate is not None
    assert not sizing.measuring
    assert not desk.around.activities.entries
    assert desk.notices[-1].message.startswith("At most about 3 minutes, 1.2 GB of memory")
    ready.set_value("epochs", "7")
    assert ready.state.form is not None
    assert ready.state.form.recipe != ready.state.sizing.recipe


def test_a_measurement_gives_way_to_a_training(desk: Desk, ready: TrainPresenter) -> None:
    ready.measure()
    desk.settle()
    ready.start()
    assert ready.state.sizing == NOT_MEASURED
    desk.settle()


def test_a_measurement_that_fails_is_said(
    desk: Desk, ready: TrainPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise WeightsError("The weights are missing.")

    monkeypatch.setattr(desk.library, "estimate", fail)
    ready.measure()
    desk.settle()
    assert desk.notices[-1].message == "The weights are missing."
    assert ready.state.sizing == NOT_MEASURED
