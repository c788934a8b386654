"""Trainings that broke off are offered, go on or are put away; finished ones can be longer."""

from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.errors import DatasetError
from ml_core.events import (
    EpochFinished,
    MemoryMeasured,
    PhaseStarted,
    PhotoSkipped,
    Resumed,
    Warned,
)
from ml_core.runs import Run
from ml_core.training.recipe import Recipe, recipe_for
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.train import MORE_EPOCHS, TrainPresenter
from product_gui.presenters.train_state import Stage
from product_gui.presenters.training_progress import advance, begin
from product_gui.text import train as words
from tests.core.presenter_desk import Desk, epoch, run


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.library.runs = [
        interrupted(tmp_path / "b", "lamps"),
        run(tmp_path / "c", "shoes"),
        interrupted(tmp_path / "a", "clothing"),
    ]
    return made


def interrupted(folder: Path, name: str) -> Run:
    return replace(run(folder, name), state="interrupted")


@pytest.fixture
def led() -> list[str]:
    return []


@pytest.fixture
def page(desk: Desk, led: list[str]) -> TrainPresenter:
    made = TrainPresenter(desk.around, CurrentModel(desk.around))
    made.prepare()
    made.interrupted.look(lead_there=lambda: led.append("train"))
    desk.settle()
    return made


def offered(page: TrainPresenter) -> str | None:
    return page.state.interrupted.name if page.state.interrupted is not None else None


def test_the_first_is_offered_and_a_message_leads_there(
    desk: Desk, page: TrainPresenter, led: list[str]
) -> None:
    assert offered(page) == "lamps"
    notice = desk.notices[-1]
    assert (notice.message, notice.action) == (words.interrupted("lamps"), words.SHOW)
    assert notice.run is not None
    notice.run()
    assert led == ["train"]


def test_nothing_is_said_where_nothing_broke_off(tmp_path: Path, led: list[str]) -> None:
    desk = Desk(tmp_path)
    desk.library.runs = [run(tmp_path / "c", "shoes")]
    page = TrainPresenter(desk.around, CurrentModel(desk.around))
    page.interrupted.look(lead_there=lambda: led.append("train"))
    desk.settle()
    assert (offered(page), desk.notices, led) == (None, [], [])


def test_resuming_shows_the_training_and_its_outcome(desk: Desk, page: TrainPresenter) -> None:
    page.interrupted.resume()
    assert page.state.stage is Stage.TRAINING
    assert page.state.progress is not None
    assert page.state.progress.name == "lamps"
    assert offered(page) is None
    desk.settle()
    assert page.state.stage is Stage.FINISHED
    assert page.state.outcome is not None
    assert page.state.outcome.name == "lamps"
    assert offered(page) == "clothing", "the other one is offered afterwards"


def test_a_resumed_training_that_fails_says_why_without_a_folder(
    desk: Desk, page: TrainPresenter
) -> None:
    desk.library.train_error = DatasetError("3 photos of this training have gone.")
    page.interrupted.resume()
    desk.settle()
    assert page.state.stage is Stage.EMPTY
    assert page.state.problem is not None
    assert "have gone" in page.state.problem.what


def test_after_a_resumed_training_its_folder_can_be_trained_again(
    desk: Desk, page: TrainPresenter
) -> None:
    for name in ("hat", "mug"):
        for number in range(8):
            desk.file(f"shop/{name}/{number}.jpg")
    page.resume_run(replace(desk.library.runs[0], dataset_folder=desk.folder / "shop"))
    desk.library.runs.append(desk.library.runs[0])
    desk.settle()
    page.train_again()
    desk.settle()
    assert page.state.stage is Stage.READY
    assert page.state.data is not None
    assert page.state.data.root == desk.folder / "shop"


def test_later_leaves_it_for_the_next_start(desk: Desk, page: TrainPresenter) -> None:
    page.interrupted.later()
    assert offered(page) == "clothing"
    page.interrupted.later()
    assert offered(page) is None
    assert len(desk.library.interrupted_runs()) == 2
    page.interrupted.later()
    page.interrupted.discard()
    page.interrupted.resume()
    assert page.state.stage is Stage.EMPTY


def test_discarding_can_be_undone(desk: Desk, page: TrainPresenter) -> None:
    page.interrupted.discard()
    desk.settle()
    assert offered(page) == "clothing"
    assert [one.name for one in desk.library.interrupted_runs()] == ["clothing"]
    notice = desk.notices[-1]
    assert notice.message == words.interrupted_discarded("lamps")
    assert notice.run is not None
    notice.run()
    desk.settle()
    assert offered(page) == "lamps"
    assert {one.name for one in desk.library.runs} == {"lamps", "shoes", "clothing"}


def test_nothing_is_resumed_while_another_training_runs(desk: Desk, page: TrainPresenter) -> None:
    page.interrupted.resume()
    page.resume_run(desk.library.runs[-1])
    assert desk.notices[-1].message == words.ALREADY_TRAINING
    desk.settle()
    assert len(desk.library.recipes) == 1


def test_a_finished_run_is_made_longer_as_a_run_of_its_own(
    desk: Desk, page: TrainPresenter
) -> None:
    shoes = desk.library.runs[1]
    page.extend_run(shoes)
    desk.settle()
    assert desk.library.recipes[-1].epochs == shoes.recipe.epochs + MORE_EPOCHS
    assert page.state.outcome is not None
    assert page.state.outcome.name == "shoes 2"
    assert shoes in desk.library.runs


def test_a_run_s_settings_come_back_with_its_folder(desk: Desk, page: TrainPresenter) -> None:
    for name in ("hat", "mug"):
        for number in range(8):
            desk.file(f"shop/{name}/{number}.jpg")
    recipe = recipe_for("scratch")
    recipe = replace(recipe, epochs=7, augmentation="custom", seed=5)
    recipe = replace(recipe, custom=replace(recipe.custom, rotation=33.0))
    old = replace(desk.library.runs[1], recipe=recipe, dataset_folder=desk.folder / "shop")
    page.prepare_again(old)
    desk.settle()
    assert page.state.stage is Stage.READY
    assert page.state.data is not None
    assert page.state.data.photos == 16
    assert page.state.form is not None
    assert page.state.form.recipe == recipe


def test_epochs_told_again_are_not_shown_twice() -> None:
    progress = begin(Recipe(goal="best"), "lamps")
    told = [epoch(1), epoch(2), Resumed("head", 2, 60, 3.0), epoch(1), epoch(2), epoch(3)]
    for event in told:
        progress = advance(progress, event, "best")
    assert [one.epoch for one in progress.epochs] == [1, 2, 3]


def test_other_phases_stay_when_one_is_told_again() -> None:
    progress = begin(Recipe(goal="best"), "lamps")
    tuned = replace(epoch(1), phase="fine_tune")
    for event in (epoch(1), tuned, Resumed("fine_tune", 1, 10, 3.0), tuned):
        progress = advance(progress, event, "best")
    assert [one.phase for one in progress.epochs] == ["head", "fine_tune"]


def test_the_log_tells_what_happened_in_order() -> None:
    progress = begin(Recipe(), "lamps")
    skipped = PhotoSkipped(Path("/photos/hat/old.jpg"), "It is damaged.")
    begun = PhaseStarted("embed", "Looking at the photos")
    for event in (begun, epoch(1), Warned("A cat!"), skipped):
        progress = advance(progress, event, "fast")
    assert progress.log[0].text == "Looking at the photos ..."
    assert progress.log[1].text.startswith("Round 1 of ")
    assert progress.log[2].text == "Note: A cat!"
    assert progress.log[3].text == "Left out: old.jpg. It is damaged."
    assert all(len(line.time) == len("12:34:56") for line in progress.log)


def test_the_highest_memory_is_kept() -> None:
    progress = begin(Recipe(), "lamps")
    for peak in (500, 900, 700):
        progress = advance(progress, MemoryMeasured(peak), "fast")
    assert progress.peak_memory == 900


def test_epochs_are_of_the_kind_that_the_tests_mean() -> None:
    assert isinstance(epoch(1), EpochFinished)
    assert epoch(1).phase == "head"
