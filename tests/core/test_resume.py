"""Runs that were interrupted go on; finished ones can be trained further; nothing gets lost."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ml_core import file_lock, recording, runs, storage
from ml_core.control import Control
from ml_core.errors import (
    Cancelled,
    DatasetError,
    OutOfMemoryError,
    ProcessError,
    Stopped,
    StorageError,
    TrainingError,
)
from ml_core.events import EpochFinished, Event, PhaseStarted, Resumed, Warned, ignore
from ml_core.prediction.classifier import Classifier
from ml_core.runs import Run, interrupted_runs, list_runs, load_evaluation, load_history, load_log
from ml_core.training import apart, trainer
from ml_core.training.recipe import Recipe
from ml_core.training.trainer import TrainingResult, extend, resume
from tests.core.conftest import fast_recipe
from tests.core.sample_photos import make_product_photos
from tests.core.trainings import answers, epochs, run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@dataclass(frozen=True)
class Moment:
    """When an epoch of a phase has ended; without a number, when the phase begins."""

    phase: str
    epoch: int | None = None

    def is_now(self, event: Event) -> bool:
        if self.epoch is None:
            return isinstance(event, PhaseStarted) and event.phase == self.phase
        is_epoch = isinstance(event, EpochFinished) and event.phase == self.phase
        return is_epoch and event.epoch == self.epoch


def after_epoch(number: int, phase: str = "scratch") -> Moment:
    return Moment(phase, number)


def interrupted(photos: Path, recipe: Recipe, moment: Moment) -> Run:
    """A run whose process died at a moment: what lay on the disk then, and nothing else."""
    died = _died(photos, recipe, moment)
    shutil.copytree(died, runs.runs_folder() / "dead")
    (dead,) = interrupted_runs()
    return dead


@cache
def _died(photos: Path, recipe: Recipe, moment: Moment) -> Path:
    """Trained once for all tests that need it, in the place of the first."""
    control, dead = Control(), Path(tempfile.mkdtemp(dir=storage.data_folder())) / "died"

    def die(event: Event) -> None:
        if moment.is_now(event) and not control.is_cancelling:
            (run_folder,) = (path for path in runs.runs_folder().iterdir() if path.is_dir())
            shutil.copytree(run_folder, dead)
            control.cancel()

    with pytest.raises(Cancelled):
        run(photos, recipe, die, control)
    return dead


def resumed(dead: Run, **options: Any) -> tuple[TrainingResult, list[Event]]:
    events: list[Event] = []
    return resume(dead, report=events.append, **options), events


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def whole(photos: Path, home: Path) -> TrainingResult:
    """The training that nobody interrupts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(storage.HOME_VARIABLE, str(home))
        patch.setenv("PRODUCT_CLASSIFIER_ONE_PROCESS", "1")
        return run(photos, tiny_recipe())[0]


def test_an_interrupted_network_goes_on(photos: Path, whole: TrainingResult) -> None:
    dead = interrupted(photos, tiny_recipe(), after_epoch(2))
    assert (dead.state, dead.can_be_resumed, dead.can_be_extended) == ("interrupted", True, False)
    assert [one.epoch for one in load_history(dead)] == [1, 2]
    result, events = resumed(dead)
    assert result.run.folder == dead.folder
    assert (result.run.state, result.run.epochs) == ("done", 4)
    assert answers(result.evaluation) == answers(whole.evaluation)
    assert load_evaluation(result.run) == result.evaluation
    (going_on,) = [event for event in events if isinstance(event, Resumed)]
    assert (going_on.epoch, going_on.epochs) == (2, 4)
    assert [one.epoch for one in epochs(events)] == [1, 2, 3, 4]
    assert load_history(result.run) == epochs(events)
    assert result.seconds["total"] >= result.seconds["scratch"] >= going_on.seconds
    assert list_runs() == [result.run]
    assert Classifier.open(result.run.model_path).class_names == ("lamp", "mug", "shirt")
    log = load_log(result.run)
    for words in ("epoch 2/4", "Going on after an interruption", "after epoch 2 of 4", "Finished"):
        assert words in log


def test_death_at_the_very_end_costs_no_epoch(photos: Path, whole: TrainingResult) -> None:
    result, events = resumed(interrupted(photos, tiny_recipe(), Moment("save")))
    assert [event.epoch for event in events if isinstance(event, Resumed)] == [4]
    assert answers(result.evaluation) == answers(whole.evaluation)


@pytest.mark.parametrize("phase", ["check", "save"])
def test_a_fast_training_starts_again_from_its_caches(
    photos: Path, warm_home: Path, phase: str
) -> None:
    expected, _ = run(photos, fast_recipe())
    runs.discard(expected.run)
    result, _ = resumed(interrupted(photos, fast_recipe(), Moment(phase)))
    assert (result.run.state, result.epochs) == ("done", expected.epochs)
    assert answers(result.evaluation) == answers(expected.evaluation)


def test_fine_tuning_goes_on(photos: Path, warm_home: Path) -> None:
    recipe = replace(
        fast_recipe(), goal="best", epochs=3, fine_tune_epochs=3, fine_tune_layers=8,
        learning_rate=0.01,
    )  # fmt: skip
    expected, _ = run(photos, recipe)
    runs.discard(expected.run)
    result, events = resumed(interrupted(photos, recipe, after_epoch(2, "fine_tune")))
    assert [(e.phase, e.epoch) for e in events if isinstance(e, Resumed)] == [("fine_tune", 2)]
    assert [(e.phase, e.epoch) for e in epochs(events)] == [
        (phase, number) for phase in ("head", "fine_tune") for number in (1, 2, 3)
    ]
    assert answers(result.evaluation) == answers(expected.evaluation)


def test_in_processes_of_their_own(
    photos: Path, whole: TrainingResult, processes_apart: None
) -> None:
    result, _ = resumed(interrupted(photos, tiny_recipe(), after_epoch(1)))
    assert answers(result.evaluation) == answers(whole.evaluation)
    assert (result.run.peak_memory or 0) > 200e6


# The photos


@pytest.fixture
def own_photos(tmp_path: Path) -> Path:
    return make_product_photos(tmp_path / "photos", per_class=8)


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_without_its_photos_it_says_so_and_waits(own_photos: Path, change: Any) -> None:
    dead = interrupted(own_photos, tiny_recipe(), after_epoch(1))
    photo = own_photos / "mug" / "mug_003.jpg"
    content = photo.read_bytes()
    change(photo)
    with pytest.raises(DatasetError, match=r"1 of the 24 photos.*mug_003\.jpg.*new training"):
        resumed(dead)
    assert interrupted_runs() == [dead]
    photo.write_bytes(content)
    assert resumed(dead)[0].run.state == "done"


def test_photos_that_came_are_left_out_and_told(own_photos: Path) -> None:
    dead = interrupted(own_photos, tiny_recipe(), after_epoch(1))
    shutil.copy(own_photos / "mug" / "mug_003.jpg", own_photos / "mug" / "new.jpg")
    result, events = resumed(dead)
    assert sum(result.run.photo_counts.values()) == 24
    (warning,) = [event.message for event in events if isinstance(event, Warned)]
    assert "One photo has come" in warning


# Ending a resumed run


def test_a_cancelled_resumption_leaves_nothing(photos: Path) -> None:
    control = Control()
    dead = interrupted(photos, tiny_recipe(), after_epoch(1))

    def cancel(event: Event) -> None:
        if isinstance(event, EpochFinished) and event.epoch == 2:
            control.cancel()

    with pytest.raises(Cancelled):
        resume(dead, report=cancel, control=control)
    assert list_runs() == []
    assert list(runs.runs_folder().iterdir()) == []


def test_a_stopped_resumption_keeps_the_best_so_far(photos: Path) -> None:
    control = Control()
    dead = interrupted(photos, tiny_recipe(), after_epoch(2))

    def stop(event: Event) -> None:
        if isinstance(event, Resumed):
            control.stop()

    result = resume(dead, report=stop, control=control)
    assert (result.run.state, result.epochs) == ("stopped", 2)


def test_a_stop_before_there_is_anything_new_can_be_resumed(photos: Path) -> None:
    control = Control()
    dead = interrupted(photos, tiny_recipe(), Moment("read"))

    def stop(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == "read":
            control.stop()

    with pytest.raises(Stopped):
        resume(dead, report=stop, control=control)
    assert [one.folder for one in interrupted_runs()] == [dead.folder]
    assert resumed(dead)[0].run.state == "done"


def test_a_full_disk_at_the_end_can_be_resumed(
    photos: Path, whole: TrainingResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "write", full)
        with pytest.raises(StorageError):
            run(photos, tiny_recipe())
    (failed,) = list_runs()
    assert (failed.state, failed.can_be_resumed) == ("failed", True)
    assert not (failed.folder / apart.ARCHIVE).exists(), "the checkpoint is enough"
    result, _ = resumed(failed)
    assert (result.run.state, result.run.error) == ("done", None)
    assert answers(result.evaluation) == answers(whole.evaluation)


def test_a_run_is_trained_by_one_process_only(photos: Path) -> None:
    dead = interrupted(photos, tiny_recipe(), after_epoch(1))
    with file_lock.held(dead.folder / runs.LOCK):
        assert [one.state for one in list_runs()] == ["running"]
        assert interrupted_runs() == []
        with pytest.raises(StorageError, match="trained already"):
            resumed(dead)
        for end in (runs.discard, runs.move_to_trash):
            with pytest.raises(StorageError, match="being trained"):
                end(dead)
    runs.discard(dead)
    assert list_runs() == []


def test_what_a_kill_left_is_swept_away(photos: Path) -> None:
    dead = interrupted(photos, tiny_recipe(), after_epoch(1))
    (dead.folder / ".writing-abc.npz").write_bytes(b"half")
    (dead.folder / ".writing-folder").mkdir()
    (dead.folder / ".writing-folder" / "network.keras").write_bytes(b"half")
    with file_lock.held(dead.folder / runs.LOCK):
        recording.sweep()
        assert (dead.folder / ".writing-abc.npz").exists(), "somebody is writing it"
    recording.sweep()
    assert not list(dead.folder.glob(".writing-*"))
    assert (dead.folder / "checkpoint.npz").exists()


# Further training


def test_a_finished_network_can_be_trained_further(photos: Path, whole: TrainingResult) -> None:
    first, _ = run(photos, tiny_recipe())
    assert first.run.can_be_extended
    before = {path.name: path.read_bytes() for path in first.run.folder.iterdir()}
    events: list[Event] = []
    longer = extend(first.run, 2, report=events.append)
    assert longer.run.folder != first.run.folder
    assert (longer.run.extends, longer.run.name) == (first.run.folder.name, "test +2")
    assert (longer.epochs, longer.run.recipe.epochs) == (6, 6)
    assert [event.epoch for event in events if isinstance(event, Resumed)] == [4]
    assert load_history(longer.run)[:4] == [replace(e, epochs=6) for e in load_history(first.run)]
    assert {path.name: path.read_bytes() for path in first.run.folder.iterdir()} == before
    assert len(list_runs()) == 2


def test_a_cancelled_extension_leaves_the_first_run(photos: Path) -> None:
    first, _ = run(photos, replace(tiny_recipe(), epochs=2))
    control = Control()

    def cancel(event: Event) -> None:
        if isinstance(event, Resumed):
            control.cancel()

    with pytest.raises(Cancelled):
        extend(first.run, 2, report=cancel, control=control)
    assert list_runs() == [first.run]
    Classifier.open(first.run.model_path)


def test_what_cannot_be_trained_further_is_said(photos: Path, warm_home: Path) -> None:
    first, _ = run(photos, replace(fast_recipe(), epochs=2))
    assert not first.run.can_be_extended
    with pytest.raises(TrainingError, match="cannot be trained further"):
        extend(first.run, 2)
    assert list_runs() == [first.run]


def test_what_is_finished_or_gone_is_not_resumed(photos: Path) -> None:
    result, _ = run(photos, replace(tiny_recipe(), epochs=1))
    with pytest.raises(TrainingError, match="it is finished"):
        resumed(result.run)
    assert list_runs() == [result.run]
    runs.discard(result.run)
    with pytest.raises(TrainingError, match="it is gone"):
        resumed(result.run)


# Memory and crashes


def short_of_memory(monkeypatch: pytest.MonkeyPatch, largest: int, error: Exception) -> list[int]:
    """Let processes that train with larger batches end with an error."""
    tried: list[int] = []

    def pretend(work: Any, *arguments: Any, **options: Any) -> Any:
        (recipe,) = [one for one in arguments if isinstance(one, Recipe)]
        tried.append(recipe.batch_size)
        if recipe.batch_size > largest:
            raise error
        return work(*arguments, **options)

    monkeypatch.setattr(apart, "run_in_child", pretend)
    return tried


def test_where_memory_runs_out_batches_are_halved(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = short_of_memory(monkeypatch, 4, OutOfMemoryError("Memory ran out."))
    result, events = run(photos, tiny_recipe())
    assert tried == [16, 8, 4]
    warnings = [event.message for event in events if isinstance(event, Warned)]
    assert [message.rpartition("with ")[2] for message in warnings] == [
        "8 photos at a time instead of 16.", "4 photos at a time instead of 8.",
    ]  # fmt: skip
    assert result.run.state == "done"


@pytest.mark.parametrize("largest", [0, 16])
def test_where_nothing_helps_the_run_fails_with_a_sentence(
    photos: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    error = OutOfMemoryError("Memory ran out.") if largest == 0 else ProcessError("It crashed.")
    tried = short_of_memory(monkeypatch, 0, error)
    with pytest.raises(TrainingError, match=error.what):
        run(photos, tiny_recipe())
    assert tried == ([16, 8, 4, 2, 1] if largest == 0 else [16])
    (failed,) = list_runs()
    assert (failed.state, failed.error) == ("failed", error.what)


def test_a_crash_of_fine_tuning_keeps_the_frozen_network(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(monkeypatch, 0, ProcessError("It crashed."))
    result, events = run(photos, replace(fast_recipe(), goal="best", epochs=3))
    assert result.run.state == "done"
    assert any("It crashed." in e.message for e in events if isinstance(e, Warned))


# What people say of runs


def test_a_star_and_a_note_given_while_it_trains_stay(photos: Path) -> None:
    def say(event: Event) -> None:
        if isinstance(event, EpochFinished) and event.epoch == 2:
            (running,) = list_runs()
            runs.annotate(runs.rename(runs.star(running), "renamed"), " good light ")

    result, _ = run(photos, replace(tiny_recipe(), epochs=3), say)
    assert (result.run.is_starred, result.run.note) == (True, "good light")
    assert result.run.name == "renamed"
    assert list_runs() == [result.run]
    again = runs.star(result.run, is_starred=False)
    assert not again.is_starred
    assert list_runs() == [again]


def test_older_runs_load(photos: Path) -> None:
    result, _ = run(photos, replace(tiny_recipe(), epochs=1))
    values = storage.read_json(result.run.folder / "run.json")
    new = ("is_starred", "note", "device", "peak_memory", "fingerprint", "versions", "extends")
    for name in new:
        del values[name]
    storage.write_json(result.run.folder / "run.json", values)
    (old,) = list_runs()
    assert (old.is_starred, old.note, old.versions) == (False, "", {})
    assert old.state == "done"


def test_a_cut_line_of_the_history_is_left_out(photos: Path) -> None:
    dead = interrupted(photos, tiny_recipe(), after_epoch(3))
    path = dead.folder / "history.csv"
    content = path.read_text()
    path.write_text(content[:-20])
    assert [one.epoch for one in load_history(dead)] == [1, 2]
    report: Callable[[Event], None] = ignore
    assert len(load_history(resume(dead, report=report).run)) == 4


def test_the_newest_finished_runs_can_be_trained_further(photos: Path) -> None:
    recipe = replace(tiny_recipe(), epochs=1)
    old, _ = run(photos, recipe)
    new, _ = run(photos, recipe)
    dead = runs.save(
        replace(
            old.run,
            folder=shutil.copytree(old.run.folder, old.run.folder.with_name("dead")),
            state="running",
        )
    )
    runs.drop_old_checkpoints(most_bytes=(new.run.folder / "checkpoint.npz").stat().st_size)
    assert new.run.can_be_extended
    assert not old.run.can_be_extended
    assert (dead.folder / "checkpoint.npz").is_file()
    Classifier.open(old.run.model_path)
