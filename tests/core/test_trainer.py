"""Training from the folder to the model file, and every way in which it can end."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.scan import scan_folder
from ml_core.embedding import conversion
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import (
    Cancelled,
    DatasetError,
    RecipeError,
    Stopped,
    StorageError,
    TrainingError,
    WeightsError,
)
from ml_core.evaluation.evaluate import Evaluation, evaluate_folder
from ml_core.events import (
    DeviceChosen,
    EpochFinished,
    Event,
    PhaseStarted,
    PhotoSkipped,
    PhotosSplit,
    StepProgress,
    Warned,
)
from ml_core.model_file.read import read_manifest
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs, load_evaluation, load_history, runs_folder
from ml_core.training import keras_network, trainer
from ml_core.training.callbacks import Coach
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import TrainingResult, train
from tests.core.conftest import Trained, fast_recipe
from tests.core.sample_photos import make_product_photos

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Listener = Callable[[Event], None]


def tiny_recipe() -> Recipe:
    """Training a whole network as quickly as one can."""
    recipe = recipe_for("scratch", architecture="fashion_mlp")
    return replace(recipe, input_size=16, epochs=4, batch_size=16, augmentation="none")


def run(
    photos: Path, recipe: Recipe, listener: Listener | None = None, control: Control | None = None
) -> tuple[TrainingResult, list[Event]]:
    events: list[Event] = []

    def report(event: Event) -> None:
        events.append(event)
        if listener:
            listener(event)

    result = train(scan_folder(photos), recipe, name="test", report=report, control=control)
    return result, events


def phases(events: list[Event] | tuple[Event, ...]) -> list[str]:
    return [event.phase for event in events if isinstance(event, PhaseStarted)]


def epochs(events: list[Event] | tuple[Event, ...]) -> list[EpochFinished]:
    return [event for event in events if isinstance(event, EpochFinished)]


def answers(evaluation: Evaluation) -> list[tuple[Path, int, float]]:
    return [(one.path, one.predicted_index, one.confidence) for one in evaluation.answers]


def nothing_is_left() -> bool:
    return list_runs() == [] and (not runs_folder().exists() or not any(runs_folder().iterdir()))


# A training that is left alone.


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_events_tell_the_course_in_a_sensible_order(
    which: str, request: pytest.FixtureRequest
) -> None:
    trained: Trained = request.getfixturevalue(which)
    expected = {
        "fast": ["scan", "weights", "embed", "head", "evaluate", "save"],
        "scratch": ["scan", "weights", "read", "scratch", "evaluate", "save"],
    }[which]
    assert phases(trained.events) == expected
    running = ""
    done: Counter[str] = Counter()
    for event in trained.events:
        if isinstance(event, PhaseStarted):
            running = event.phase
        elif isinstance(event, StepProgress | EpochFinished):
            assert event.phase == running
        if isinstance(event, StepProgress):
            assert done[running] <= event.done <= event.total
            done[running] = event.done
    assert sum(isinstance(event, PhotosSplit) for event in trained.events) == 1
    assert sum(isinstance(event, DeviceChosen) for event in trained.events) == 1
    finished = epochs(trained.events)
    assert [event.epoch for event in finished] == list(range(1, trained.result.epochs + 1))
    assert finished[0].is_best


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_the_result_is_kept_as_a_run(which: str, request: pytest.FixtureRequest) -> None:
    trained: Trained = request.getfixturevalue(which)
    result, run = trained.result, trained.result.run
    assert (run.state, run.error, result.was_stopped) == ("done", None, False)
    assert run.name == "shared"
    assert run.dataset_folder == trained.photos.resolve()
    assert sum(run.photo_counts.values()) == 72
    assert result.evaluation.photos == run.photo_counts["test"] > 0
    assert run.test_accuracy == result.evaluation.accuracy
    assert load_evaluation(run) == result.evaluation
    assert load_history(run) == epochs(trained.events)
    assert {path.name for path in run.folder.iterdir()} == {
        "run.json", "history.csv", "model.keras", "evaluation.json",
    }  # fmt: skip
    parts = {name: seconds for name, seconds in result.seconds.items() if name != "total"}
    assert set(parts) == {"prepare", which, "evaluate", "save"}
    assert sum(parts.values()) <= result.seconds["total"] + 0.01
    assert min(parts.values()) >= 0


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_the_model_file_says_how_it_was_made(which: str, request: pytest.FixtureRequest) -> None:
    trained: Trained = request.getfixturevalue(which)
    manifest, run = read_manifest(trained.path), trained.result.run
    assert manifest.recipe == run.recipe
    assert manifest.class_names == run.class_names == ("lamp", "mug", "shirt")
    assert manifest.photo_counts == run.photo_counts
    assert manifest.scores.test_accuracy == run.test_accuracy
    assert manifest.scores.validation_accuracy == run.validation_accuracy
    assert manifest.scores.validation_photos == run.photo_counts["validation"]


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_something_was_learned(which: str, request: pytest.FixtureRequest) -> None:
    result: TrainingResult = request.getfixturevalue(which).result
    both = (result.run.validation_accuracy or 0) + (result.run.test_accuracy or 0)
    assert both / 2 > 0.5, "a third would be guessing"


def held_out(trained: Trained, folder: Path) -> Path:
    """The test photos of a training, as a folder of categories."""
    for answer in trained.result.evaluation.answers:
        target = folder / answer.path.parent.name / answer.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(answer.path, target)
    return folder


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_the_score_is_that_of_the_written_model_on_those_photos(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    trained: Trained = request.getfixturevalue(which)
    folder = held_out(trained, tmp_path / "held out")
    measured = evaluate_folder(Classifier.open(trained.path), folder)
    assert measured.accuracy == trained.result.run.test_accuracy
    np.testing.assert_array_equal(measured.confusion, trained.result.evaluation.confusion)
    expected = {one.path.name: one.confidence for one in trained.result.evaluation.answers}
    for answer in measured.answers:
        assert answer.confidence == pytest.approx(expected[answer.path.name], abs=1e-5)


def test_validation_and_test_photos_were_not_trained_on(fast: Trained) -> None:
    tested = {answer.path for answer in fast.result.evaluation.answers}
    assert len(tested) == fast.result.run.photo_counts["test"]
    assert fast.result.run.photo_counts == {
        "train": 48, "validation": 12, "test": 12, "skipped": 0,
    }  # fmt: skip


# Repeating it.


def test_the_same_seed_gives_the_same_answers(fast: Trained, warm_home: Path) -> None:
    again, _ = run(fast.photos, fast_recipe())
    assert answers(again.evaluation) == answers(fast.result.evaluation)
    assert [asdict(e)["validation_loss"] for e in load_history(again.run)] == [
        e.validation_loss for e in epochs(fast.events)
    ]
    other, _ = run(fast.photos, replace(fast_recipe(), seed=1))
    assert answers(other.evaluation) != answers(fast.result.evaluation)


def test_a_second_training_takes_its_vectors_from_the_cache(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = run(photos, fast_recipe())

    def decode(*_: object) -> None:
        raise AssertionError("every vector is known")

    monkeypatch.setattr("ml_core.dataset.reading.load_for_model", decode)
    second, _ = run(photos, fast_recipe())
    assert answers(second.evaluation) == answers(first.evaluation)


def test_the_same_seed_gives_the_same_whole_network(photos: Path) -> None:
    recipe = replace(tiny_recipe(), epochs=2, mirror=True, augmentation="gentle")
    first, _ = run(photos, recipe)
    second, _ = run(photos, recipe)
    assert answers(first.evaluation) == answers(second.evaluation)
    assert [event.train_loss for event in load_history(first.run)] == [
        event.train_loss for event in load_history(second.run)
    ]


# Photos of every kind.


def test_folders_that_give_the_parts(tmp_path: Path, warm_home: Path) -> None:
    folder = make_product_photos(tmp_path / "data", parts={"train": 6, "validation": 3, "test": 4})
    result, _ = run(folder, fast_recipe())
    assert result.run.photo_counts == {"train": 18, "validation": 9, "test": 12, "skipped": 0}
    assert {answer.path.parts[-3] for answer in result.evaluation.answers} == {"test"}
    measured = evaluate_folder(Classifier.open(result.run.model_path), folder)
    assert measured.accuracy == result.run.test_accuracy


def test_without_test_photos_validation_photos_are_shown(photos: Path, warm_home: Path) -> None:
    result, _ = run(photos, replace(fast_recipe(), test_share=0.0))
    assert result.run.test_accuracy is None
    assert result.run.photo_counts["test"] == 0
    assert result.evaluation.accuracy == result.run.validation_accuracy
    assert result.evaluation.photos == result.run.photo_counts["validation"]
    assert read_manifest(result.run.model_path).scores.test_accuracy is None


def test_corrupt_photos_are_skipped_by_name_and_training_goes_on(
    tmp_path: Path, warm_home: Path
) -> None:
    folder = make_product_photos(tmp_path / "data", per_class=12)
    bad = [folder / "lamp" / f"lamp_00{number}.jpg" for number in (1, 4)]
    bad += [folder / "mug" / f"mug_00{number}.jpg" for number in (0, 5, 9)]
    for number, path in enumerate(bad):
        path.write_bytes((b"", b"no photo", path.read_bytes()[:300])[number % 3])
    result, events = run(folder, replace(fast_recipe(), mirror=True))
    named = [event.path for event in events if isinstance(event, PhotoSkipped)]
    assert sorted(named) == bad
    assert result.run.photo_counts["skipped"] == 5
    assert sum(result.run.photo_counts.values()) == 36
    splits = [event for event in events if isinstance(event, PhotosSplit)]
    assert asdict(splits[-1]) == result.run.photo_counts
    assert sorted(file.path for file in result.evaluation.skipped) == bad
    assert not set(bad) & {answer.path for answer in result.evaluation.answers}


@pytest.mark.parametrize("content", [b"", b"no photo at all"])
def test_a_class_of_corrupt_photos_is_named(
    tmp_path: Path, warm_home: Path, content: bytes
) -> None:
    folder = make_product_photos(tmp_path / "data", per_class=8)
    for path in (folder / "mug").iterdir():
        path.write_bytes(content)
    with pytest.raises(DatasetError, match="mug") as caught:
        run(folder, fast_recipe())
    assert "lamp" not in caught.value.what
    (failed,) = list_runs()
    assert (failed.state, failed.error) == ("failed", str(caught.value))


def test_pictures_in_idx_files(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    for part, count in (("train", 40), ("t10k", 12)):
        labels = np.arange(count, dtype=np.uint8) % 2
        pictures = random.integers(0, 90, (count, 16, 16), np.uint8) + 160 * labels[:, None, None]
        sizes = b"".join(number.to_bytes(4) for number in pictures.shape)
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(
            b"\0\0\x08\x03" + sizes + pictures.astype(np.uint8).tobytes()
        )
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(
            b"\0\0\x08\x01" + sizes[:4] + labels.tobytes()
        )
    result, _ = run(tmp_path, replace(tiny_recipe(), epochs=20, batch_size=8))
    assert result.run.photo_counts["test"] == 12
    assert result.run.test_accuracy == 1.0
    assert {answer.index for answer in result.evaluation.answers} == set(range(12))
    measured = evaluate_folder(Classifier.open(result.run.model_path), tmp_path)
    assert measured.accuracy == 1.0
    assert measured.photos == 12


# Head first, then fine-tuning.


def best_recipe() -> Recipe:
    return replace(
        fast_recipe(), goal="best", epochs=6, fine_tune_epochs=2, fine_tune_layers=8,
        learning_rate=0.01,
    )  # fmt: skip


def test_best_goes_on_from_the_head(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    result, events = run(photos, best_recipe())
    assert phases(events) == [
        "scan", "weights", "embed", "head", "weights", "read", "fine_tune", "evaluate", "save",
    ]  # fmt: skip
    assert [event.phase for event in epochs(events)] == ["head"] * 6 + ["fine_tune"] * 2
    assert result.epochs == 8
    assert {"fast", "fine_tune"} <= set(result.seconds)
    head, tuned = (
        min(e.validation_loss for e in epochs(events) if e.phase == phase)
        for phase in ("head", "fine_tune")
    )
    kept_frozen = any("no better" in e.message for e in events if isinstance(e, Warned))
    assert kept_frozen == (tuned >= head)
    trained = Trained(result.run.model_path, photos, result, tuple(events))
    measured = evaluate_folder(
        Classifier.open(result.run.model_path), held_out(trained, tmp_path / "held out")
    )
    assert measured.accuracy == result.run.test_accuracy


def fast_answers(photos: Path) -> list[tuple[Path, int, float]]:
    return answers(run(photos, replace(best_recipe(), goal="fast"))[0].evaluation)


def test_a_stop_while_reading_for_fine_tuning_keeps_the_frozen_network(
    photos: Path, warm_home: Path
) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == "read":
            control.stop()

    result, events = run(photos, best_recipe(), stop, control)
    assert phases(events)[-3:] == ["read", "evaluate", "save"]
    assert (result.was_stopped, result.run.state) == (True, "stopped")
    assert answers(result.evaluation) == fast_answers(photos)


def test_a_stop_while_the_head_trains_leaves_out_fine_tuning(photos: Path, warm_home: Path) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, EpochFinished):
            control.stop()

    result, events = run(photos, best_recipe(), stop, control)
    assert phases(events) == ["scan", "weights", "embed", "head", "evaluate", "save"]
    assert (result.run.state, result.epochs) == ("stopped", 1)


@pytest.mark.parametrize(
    "error", [TrainingError("The loss grew beyond all bounds."), StorageError("The disk is full.")]
)
def test_a_failure_of_fine_tuning_keeps_the_frozen_network(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(keras_network, "_tune", fail)
    result, events = run(photos, best_recipe())
    assert result.run.state == "done"
    assert [e.message for e in events if isinstance(e, Warned)][-1].endswith(str(error))
    assert answers(result.evaluation) == fast_answers(photos)


def test_a_cancel_of_fine_tuning_leaves_nothing(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr(keras_network, "_tune", cancelled)
    with pytest.raises(Cancelled):
        run(photos, best_recipe())
    assert nothing_is_left()


# Ends asked for by the user.


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


# Ends that nobody asked for.


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
    assert names == {"run.json", "history.csv"}, "no half-written network is left"


# What cannot be trained is told before anything slow.


def assert_refused(photos: Path, recipe: Recipe, error: type[Exception], sentence: str) -> None:
    events: list[Event] = []
    with pytest.raises(error, match=sentence):
        train(scan_folder(photos), recipe, report=events.append)
    assert "scan" not in phases(events)
    assert nothing_is_left()


def test_settings_out_of_range(photos: Path) -> None:
    assert_refused(photos, replace(fast_recipe(), epochs=0), RecipeError, "Epochs is 0")


def test_a_full_disk(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert_refused(photos, fast_recipe(), StorageError, "disk")


def test_no_room_for_the_pixels(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=120_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert_refused(photos, tiny_recipe(), StorageError, "disk")


def test_a_weights_file_that_is_not_there(photos: Path, tmp_path: Path) -> None:
    recipe = replace(fast_recipe(), weights=str(tmp_path / "gone.h5"))
    assert_refused(photos, recipe, WeightsError, "gone.h5 does not exist")


def test_weights_that_cannot_be_downloaded(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("ml_core.models.weights.urlopen", no_network)
    recipe = replace(fast_recipe(), weights="imagenet")
    assert_refused(photos, recipe, WeightsError, "no network")


def test_a_prepared_network_needs_no_download(
    photos: Path, warm_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    recipe = replace(fast_recipe(), weights="imagenet", epochs=1)
    prepared = conversion._folder(recipe.architecture, recipe.input_size, "none")
    shutil.copytree(
        prepared, conversion._folder(recipe.architecture, recipe.input_size, "imagenet")
    )
    result, events = run(photos, recipe)
    assert result.run.state == "done"
    assert not any(isinstance(event, Warned) for event in events)


def test_random_weights_are_told(fast: Trained) -> None:
    warnings = [event.message for event in fast.events if isinstance(event, Warned)]
    assert any("random weights" in message for message in warnings)


# The cache of prepared backbones.


def test_a_half_deleted_backbone_is_made_again(warm_home: Path) -> None:
    recipe = fast_recipe()
    folder = conversion._folder(recipe.architecture, recipe.input_size, "none")
    assert conversion.backbone_is_prepared(recipe.architecture, input_size=64, weights="none")
    (folder / "embedder.tflite").unlink()
    assert not conversion.backbone_is_prepared(recipe.architecture, input_size=64, weights="none")
    made = conversion.prepare_backbone(recipe.architecture, input_size=64, weights="none")
    assert made.template.is_file()
    assert len(made.embedder) > 100_000


def test_a_weights_file_counts_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(weights: str) -> Path:
        return conversion._folder("mobilenet_v2", 64, weights)

    one, same, other = (tmp_path / name for name in ("one.h5", "same.h5", "other.h5"))
    one.write_bytes(b"weights")
    same.write_bytes(b"weights")
    other.write_bytes(b"others")
    assert place(str(one)) == place(str(same)) != place(str(other))
    before = place("imagenet")
    monkeypatch.chdir(tmp_path)
    Path("imagenet").write_bytes(b"a file of this name")
    assert place("imagenet") == before
    assert place("none") != before
    assert before.is_relative_to(storage.cache_folder())
    assert os.sep not in before.name
