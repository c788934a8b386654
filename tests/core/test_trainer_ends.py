"""Every way in which a training can end before it is done."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_core.control import Control
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import (
    Cancelled,
    Stopped,
    StorageError,
)
from ml_core.events import (
    EpochFinished,
    Event,
    PhaseStarted,
    StepProgress,
)
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs, load_history
from ml_core.training import trainer
from ml_core.training.callbacks import Coach
from tests.core.conftest import fast_recipe
from tests.core.trainings import Listener, epochs, nothing_is_left, run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def at(phase: str, end: Callable[[], None], *, kind: type = PhaseStarted) -> Listener:
    """Ask for the end at the first event of a kind in a phase."""

    def listen(event: Event) -> None:
        if isinstance(event, kind) and getattr(event, "phase", None) == phase:
            end()

    return listen


@pytest.mark.parametrize("phase", ["scan", "weights", "embed", "head", "evaluate", "save"])
def test_a_cancelled_training_leaves_no_run(photos: Path, warm_home: Path, phase: str) -> None:
    control = Control()
    with pytest.raises(Cancelled):
        run(photos, fast_recipe(), at(phase, control.cancel), control)
    assert nothing_is_left()


@pytest.mark.parametrize("phase", ["scan", "weights", "embed"])
def test_a_stop_before_there_is_anything_leaves_nothing(
    photos: Path, warm_home: Path, phase: str
) -> None:
    control = Control()
    with pytest.raises(Stopped):
        run(photos, fast_recipe(), at(phase, control.stop), control)
    assert nothing_is_left()


def test_vectors_made_before_a_stop_are_not_lost(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_core.parallel._SECONDS_BETWEEN_REPORTS", 0.0)
    control, kept = Control(), []
    put = VectorStore.put

    def counting(store: VectorStore, embedder: bytes, vectors: Any, *, view: int) -> None:
        kept.extend(vectors)
        put(store, embedder, vectors, view=view)

    monkeypatch.setattr(VectorStore, "put", counting)

    def stop_at_twenty(event: Event) -> None:
        if isinstance(event, StepProgress) and event.phase == "embed" and event.done == 20:
            control.stop()

    with pytest.raises(Stopped):
        run(photos, fast_recipe(), stop_at_twenty, control)
    assert len(kept) >= 20


def test_a_stopped_head_is_kept(photos: Path, warm_home: Path) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, EpochFinished) and event.epoch == 2:
            control.stop()

    result, events = run(photos, fast_recipe(), stop, control)
    assert (result.was_stopped, result.run.state, result.epochs) == (True, "stopped", 2)
    assert len(epochs(events)) == 2
    assert list_runs() == [result.run]
    prediction = Classifier.open(result.run.model_path).classify(photos / "mug" / "mug_000.jpg")
    assert prediction.category in {"lamp", "mug", "shirt"}


def test_a_stop_that_comes_too_late_changes_nothing(photos: Path, warm_home: Path) -> None:
    control = Control()
    result, _ = run(photos, fast_recipe(), at("evaluate", control.stop), control)
    assert (result.was_stopped, result.run.state) == (False, "done")


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The epoch of every batch that a whole network was trained on."""
    begun: list[int] = []
    before = Coach.before_batch

    def counting(coach: Coach, batch: int, logs: Any = None) -> None:
        begun.append(coach.epoch + 1)
        before(coach, batch, logs)

    monkeypatch.setattr(Coach, "before_batch", counting)
    return begun


def test_a_stopped_network_is_kept_within_a_batch(
    photos: Path, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control()
    after = Coach.after_batch

    def stop_in_the_third_epoch(coach: Coach, batch: int, logs: Any) -> None:
        if coach.epoch == 2 and batch == 1:
            control.stop()
        after(coach, batch, logs)

    monkeypatch.setattr(Coach, "after_batch", stop_in_the_third_epoch)
    result, events = run(photos, tiny_recipe(), control=control)
    assert Counter(batches) == {1: 3, 2: 3, 3: 2}
    assert (result.run.state, result.epochs, len(epochs(events))) == ("stopped", 2, 2)
    assert Classifier.open(result.run.model_path).class_names == ("lamp", "mug", "shirt")


def test_a_stop_during_validation_keeps_the_epoch_before(
    photos: Path, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control()
    after = Coach.after_validation_batch

    def stop_in_the_second_epoch(coach: Coach, batch: int, logs: Any = None) -> None:
        if coach.epoch == 1:
            control.stop()
        after(coach, batch, logs)

    monkeypatch.setattr(Coach, "after_validation_batch", stop_in_the_second_epoch)
    result, _ = run(photos, tiny_recipe(), control=control)
    assert (result.run.state, result.epochs) == ("stopped", 1)
    assert max(batches) == 2


@pytest.mark.parametrize(("end", "raised"), [("stop", Stopped), ("cancel", Cancelled)])
def test_a_network_ended_in_its_first_epoch_leaves_nothing(
    photos: Path, batches: list[int], end: str, raised: type[Exception]
) -> None:
    control = Control()
    with pytest.raises(raised):
        run(photos, tiny_recipe(), at("scratch", getattr(control, end), kind=StepProgress), control)
    assert len(batches) <= 1
    assert nothing_is_left()


def test_an_exception_leaves_a_failed_run_with_its_sentence(photos: Path, warm_home: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        run(photos, fast_recipe(), at("save", fail))
    (failed,) = list_runs()
    assert (failed.state, failed.error) == ("failed", "ZeroDivisionError: a bug")
    assert not failed.model_path.exists()
    assert len(load_history(failed)) > 0


def test_a_disk_that_fills_up_at_the_end_leaves_a_failed_run(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(trainer, "write", full)
    with pytest.raises(StorageError):
        run(photos, fast_recipe())
    (failed,) = list_runs()
    assert (failed.state, failed.error) == ("failed", "The disk is full.")
    names = {path.name for path in failed.folder.iterdir()}
    expected = {"run.json", "photos.json", "history.csv", "log.txt", ".lock"}
    assert names == expected, "no half-written network is left"
