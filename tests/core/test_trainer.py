"""Training from the folder to the model file, and repeating it."""

import gc
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import (
    DatasetError,
)
from ml_core.evaluation.evaluate import evaluate_folder
from ml_core.events import (
    DeviceChosen,
    EpochFinished,
    PhaseStarted,
    PhotoSkipped,
    PhotosSplit,
    StepProgress,
    Warned,
)
from ml_core.model_file.read import read_manifest
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs, load_evaluation, load_history
from ml_core.training.trainer import TrainingResult
from tests.core.conftest import Trained, fast_recipe
from tests.core.sample_photos import make_product_photos
from tests.core.trainings import answers, epochs, held_out, phases, run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_events_tell_the_course_in_a_sensible_order(
    which: str, request: pytest.FixtureRequest
) -> None:
    trained: Trained = request.getfixturevalue(which)
    expected = {
        "fast": ["weights", "embed", "head", "evaluate", "save"],
        "scratch": ["weights", "read", "scratch", "evaluate", "save"],
    }[which]
    expected = ["scan", "check", "compare", *expected]
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
    kept = {
        "run.json", "photos.json", "history.csv", "model.keras", "evaluation.json", "log.txt",
        ".lock",
    }  # fmt: skip
    if which == "scratch":
        kept.add("checkpoint.npz")
    assert {path.name for path in run.folder.iterdir()} == kept
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


def test_only_test_photos_are_tested(fast: Trained) -> None:
    counts = fast.result.run.photo_counts
    tested = {answer.path for answer in fast.result.evaluation.answers}
    assert len(tested) == counts["test"]
    (split,) = [event for event in fast.events if isinstance(event, PhotosSplit)]
    assert asdict(split) == counts
    assert min(counts["train"], counts["validation"], counts["test"]) > 0


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


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system lists no open files")
def test_no_pixels_stay_open_after_training(photos: Path) -> None:
    """TensorFlow keeps what its data sets once held; gigabytes of pixels must not be among it."""

    def unnamed() -> list[str]:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return [str(link.readlink()) for link in links if "deleted" in str(link.readlink())]

    before = unnamed()
    run(photos, replace(tiny_recipe(), epochs=1))
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, np.memmap)]
    assert unnamed() == before


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
def test_a_class_of_corrupt_photos_is_left_out_by_name(
    tmp_path: Path, warm_home: Path, content: bytes
) -> None:
    folder = make_product_photos(tmp_path / "data", per_class=8)
    for path in (folder / "mug").iterdir():
        path.write_bytes(content)
    result, events = run(folder, fast_recipe())
    assert result.run.class_names == result.evaluation.class_names == ("lamp", "shirt")
    assert Warned('No photo of "mug" can be used, so it is not learned.') in events
    assert result.run.photo_counts["skipped"] == 8


@pytest.mark.parametrize("content", [b"", b"no photo at all"])
def test_where_only_one_class_is_left_the_other_is_named(
    tmp_path: Path, warm_home: Path, content: bytes
) -> None:
    folder = make_product_photos(tmp_path / "data", classes=("mug", "lamp"), per_class=8)
    for path in (folder / "mug").iterdir():
        path.write_bytes(content)
    with pytest.raises(DatasetError, match='No photo of "mug" can be used') as caught:
        run(folder, fast_recipe())
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
