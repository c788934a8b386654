"""Corrections: learned at once, measured before and after, kept as versions that can be undone."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core import runs
from ml_core.control import Control
from ml_core.dataset.photos import Part
from ml_core.errors import Cancelled, DatasetError, ImageError, StorageError
from ml_core.model_file.read import read_manifest
from ml_core.prediction.classifier import Classifier
from ml_core.prediction.neighbours import TrainingPhotos, training_photos
from ml_core.runs import Run, load_evaluation
from ml_core.training.corrections import Correction, learn_corrections
from ml_core.training.recorded_photos import listed_photos
from ml_core.training.versions import (
    additions_folder,
    current_version,
    list_versions,
    use_version,
)
from tests.core.conftest import Trained
from tests.core.disk import disk_without_room
from tests.core.sample_photos import product_photo


@pytest.fixture
def run(fast: Trained, session_home: Path, program_home: Path) -> Run:
    """A finished run of the test's own, with the vectors of its photos."""
    original = fast.result.run.folder
    shutil.copytree(original, program_home / "runs" / original.name)
    (program_home / "cache").mkdir(exist_ok=True)
    for path in (session_home / "cache").glob("vectors.sqlite*"):
        shutil.copy(path, program_home / "cache" / path.name)
    found = runs.load(program_home / "runs" / original.name)
    assert found is not None
    return found


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A photo that is in no data set: a plate, which the model has never seen."""
    path = tmp_path / "new plate.JPG"
    product_photo(3, 99, size=(120, 90)).save(path, format="jpeg")
    return path


def part(run: Run, part: Part) -> list[Path]:
    photos = listed_photos(run)
    assert photos is not None
    return [photo.path for photo in photos.parts[part].photos]


def plates(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True)
    for number in range(count):
        product_photo(3, 200 + number, size=(120, 90)).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


def test_a_corrected_photo_is_answered_as_it_was_told(run: Run, stranger: Path) -> None:
    given = Classifier.open(run.model_path).classify(stranger).category
    told = next(name for name in run.class_names if name != given)
    improvement = learn_corrections(run, [Correction(stranger, told)])
    classifier = Classifier.open(improvement.run.model_path)
    assert classifier.classify(stranger).category == told
    assert improvement.version.learned == len(improvement.version.corrections) == 1
    assert improvement.version.number == 2
    assert classifier.class_names == run.class_names


def test_before_and_after_are_told_on_the_test_photos(run: Run, stranger: Path) -> None:
    before = load_evaluation(run)
    improvement = learn_corrections(run, [Correction(stranger, run.class_names[0])])
    assert before is not None
    assert improvement.before.answers == before.answers
    assert improvement.version.test_photos == len(before.answers)
    then = {one.path: one.is_right for one in before.answers}
    now = {one.path: one.is_right for one in improvement.after.answers}
    assert {one.path for one in improvement.fixed} == {p for p in now if now[p] and not then[p]}
    assert {one.path for one in improvement.broke} == {p for p in now if then[p] and not now[p]}
    assert len(improvement.fixed) == improvement.version.fixed
    assert len(improvement.broke) == improvement.version.broke
    gained = improvement.version.fixed - improvement.version.broke
    assert improvement.after.accuracy - before.accuracy == pytest.approx(gained / len(now))


def test_the_new_version_is_the_runs_model(run: Run, stranger: Path) -> None:
    improved = learn_corrections(run, [Correction(stranger, "mug")]).run
    assert improved == runs.load(run.folder)
    manifest = read_manifest(improved.model_path)
    assert manifest.scores.test_accuracy == improved.test_accuracy
    assert manifest.photo_counts == improved.photo_counts
    assert improved.photo_counts["train"] == run.photo_counts["train"] + 1
    assert manifest.parameters == read_manifest(run.folder / "versions/1/model.keras").parameters
    evaluation = load_evaluation(improved)
    assert evaluation is not None
    assert evaluation.accuracy == improved.test_accuracy
    measured = [
        Classifier.open(improved.model_path).classify(one.path) for one in evaluation.answers
    ]
    assert [one.category for one in measured] == [
        improved.class_names[one.predicted_index] for one in evaluation.answers
    ]
    assert [one.state for one in measured] == [one.state for one in evaluation.answers]


def test_keras_answers_like_the_new_version(run: Run, stranger: Path) -> None:
    """The whole network in the file has the new head, too, and a new category."""
    keras = pytest.importorskip("keras")
    improved = learn_corrections(run, [Correction(stranger, "plate")]).run
    classifier = Classifier.open(improved.model_path)
    network = keras.saving.load_model(improved.model_path, compile=False)
    pixels = np.asarray(Image.open(stranger).convert("RGB").resize((64, 64)), np.float32)
    shares = network.predict_on_batch(pixels[np.newaxis])[0]
    expected = classifier.probabilities(classifier.embedder.embed(pixels))
    assert shares.shape == (4,)
    np.testing.assert_allclose(shares, expected, atol=1e-4)


def test_a_new_category(run: Run, tmp_path: Path) -> None:
    photos = plates(tmp_path / "plates", 6)
    improvement = learn_corrections(run, [Correction(path, " plate ") for path in photos[:4]])
    assert improvement.run.class_names == (*run.class_names, "plate")
    assert improvement.version.learned == 4
    manifest = read_manifest(improvement.run.model_path)
    assert manifest.parameters == read_manifest(
        run.folder / "versions" / "1" / "model.keras"
    ).parameters + (1280 + 1)
    classifier = Classifier.open(improvement.run.model_path)
    assert "plate" in [classifier.classify(path).category for path in photos[4:]]
    assert improvement.after.confusion.shape == improvement.before.confusion.shape == (4, 4)


def test_a_known_category_is_meant_in_any_case(run: Run, stranger: Path) -> None:
    assert learn_corrections(run, [Correction(stranger, "MUG ")]).run.class_names == run.class_names


def test_corrected_photos_are_not_tested_any_more(run: Run) -> None:
    tested, validated = part(run, Part.TEST)[0], part(run, Part.VALIDATION)[0]
    trained = part(run, Part.TRAIN)[0]
    before = run.photo_counts
    corrections = [Correction(path, "mug") for path in (tested, validated, trained)]
    improvement = learn_corrections(run, corrections)
    for evaluation in (improvement.before, improvement.after):
        assert tested not in [answer.path for answer in evaluation.answers]
        assert evaluation.photos == before["test"] - 1
    assert improvement.run.photo_counts == {
        "train": before["train"] + 2,
        "validation": before["validation"] - 1,
        "test": before["test"] - 1,
        "skipped": before["skipped"],
    }


def test_the_photos_are_copied_and_the_originals_left_alone(run: Run, stranger: Path) -> None:
    content, changed = stranger.read_bytes(), stranger.stat().st_mtime_ns
    learn_corrections(run, [Correction(stranger, "mug")])
    (copy,) = additions_folder(run).iterdir()
    assert (copy.read_bytes(), copy.suffix) == (content, ".jpg")
    assert (stranger.read_bytes(), stranger.stat().st_mtime_ns) == (content, changed)
    stranger.unlink()
    other = run.folder.parent.parent / "other.png"
    product_photo(0, 7, size=(80, 80)).save(other)
    second = learn_corrections(run, [Correction(other, "mug")])
    assert [one.category for one in second.version.corrections] == ["mug", "mug"]
    assert second.run.photo_counts["train"] == run.photo_counts["train"] + 2


def test_the_last_word_about_a_photo_counts(run: Run, stranger: Path) -> None:
    learn_corrections(run, [Correction(stranger, "mug")])
    improvement = learn_corrections(run, [Correction(stranger, "lamp")])
    assert [one.category for one in improvement.version.corrections] == ["lamp"]
    classifier = Classifier.open(improvement.run.model_path)
    assert classifier.classify(stranger).category == "lamp"


def test_going_back_and_forth(run: Run, stranger: Path) -> None:
    first, evaluation = run.model_path.read_bytes(), load_evaluation(run)
    assert [version.number for version in list_versions(run)] == [1]
    learn_corrections(run, [Correction(stranger, "plate")])
    second = learn_corrections(run, [Correction(stranger, "mug")]).run
    latest = second.model_path.read_bytes()
    assert [version.number for version in list_versions(run)] == [1, 2, 3]
    assert current_version(second).number == 3

    back = use_version(second, 1)
    assert back == run == runs.load(run.folder)
    assert back.model_path.read_bytes() == first
    assert load_evaluation(back) == evaluation
    assert current_version(back).number == 1

    forth = use_version(back, 3)
    assert forth == second
    assert forth.model_path.read_bytes() == latest
    assert use_version(back, 2).class_names == (*run.class_names, "plate")


def test_after_going_back_the_next_version_has_a_new_number(run: Run, stranger: Path) -> None:
    improved = learn_corrections(run, [Correction(stranger, "plate")]).run
    back = use_version(improved, 1)
    again = learn_corrections(back, [Correction(stranger, "mug")])
    assert again.version.number == 3
    assert [one.category for one in again.version.corrections] == ["mug"]
    assert again.run.class_names == run.class_names


def test_a_run_keeps_its_name_and_marks(run: Run, stranger: Path) -> None:
    runs.annotate(runs.rename(runs.star(run), "Shop"), "best so far")
    improved = learn_corrections(run, [Correction(stranger, "mug")]).run
    assert (improved.name, improved.note, improved.is_starred) == ("Shop", "best so far", True)


def test_a_version_that_is_not_there(run: Run) -> None:
    assert use_version(run, 1) == run
    with pytest.raises(StorageError, match="no version 7"):
        use_version(run, 7)


def test_a_damaged_version_is_told(run: Run, stranger: Path) -> None:
    learn_corrections(run, [Correction(stranger, "mug")])
    (run.folder / "versions" / "1" / "version.json").write_text("{")
    with pytest.raises(StorageError, match="damaged"):
        use_version(run, 1)


# --- what can go wrong ---


def nothing_changed(run: Run, before: bytes) -> bool:
    return run.model_path.read_bytes() == before and runs.load(run.folder) == run


@pytest.mark.parametrize("name", ["", "  ", "x" * 300, "a\0b"])
def test_unusable_names_are_refused(run: Run, stranger: Path, name: str) -> None:
    before = run.model_path.read_bytes()
    with pytest.raises(DatasetError, match="cannot be called"):
        learn_corrections(run, [Correction(stranger, name)])
    assert nothing_changed(run, before)


def test_what_is_no_photo_is_refused(run: Run, tmp_path: Path) -> None:
    before = run.model_path.read_bytes()
    (tmp_path / "text.jpg").write_text("no photo")
    for path in (tmp_path / "text.jpg", tmp_path / "gone.jpg"):
        with pytest.raises(ImageError):
            learn_corrections(run, [Correction(path, "mug")])
    assert nothing_changed(run, before)


def test_cancelling_leaves_the_model_as_it_was(run: Run, stranger: Path) -> None:
    before, control = run.model_path.read_bytes(), Control()
    control.cancel()
    with pytest.raises(Cancelled):
        learn_corrections(run, [Correction(stranger, "mug")], control=control)
    assert nothing_changed(run, before)
    assert len(list_versions(run)) == 1


def test_a_full_disk_leaves_the_model_as_it_was(run: Run, stranger: Path) -> None:
    learn_corrections(run, [Correction(stranger, "mug")])
    current = runs.load(run.folder)
    assert current is not None
    before = run.model_path.read_bytes()
    with disk_without_room(len(before) // 2), pytest.raises(StorageError):
        learn_corrections(current, [Correction(stranger, "lamp")])
    assert nothing_changed(current, before)
    assert current_version(current).number == 2


def test_runs_of_earlier_versions_say_why_they_cannot(run: Run, stranger: Path) -> None:
    (run.folder / "photos.json").unlink()
    with pytest.raises(DatasetError, match="Train it again"):
        learn_corrections(run, [Correction(stranger, "mug")])


def test_photos_that_are_gone_are_known_by_their_vectors(
    run: Run, stranger: Path, tmp_path: Path
) -> None:
    moved = runs.save(replace(run, dataset_folder=tmp_path / "gone"))
    improvement = learn_corrections(moved, [Correction(stranger, "mug")])
    assert improvement.run.photo_counts["train"] == run.photo_counts["train"] + 1


# --- the nearest training photos ---


def test_nearest_by_hand() -> None:
    from ml_core.dataset.photos import Photo

    vectors = np.array([[1, 0], [0, 2], [3, 3], [-1, 0]], np.float32)
    photos = [Photo(Path(f"{n}.jpg"), n % 2, index=n or None) for n in range(4)]
    found = TrainingPhotos(photos, ("a", "b"), vectors).nearest(np.array([5, 0], np.float32))
    assert [one.path.name for one in found] == ["0.jpg", "2.jpg", "1.jpg", "3.jpg"]
    assert [one.category for one in found] == ["a", "a", "b", "b"]
    assert [one.index for one in found] == [None, 2, 1, 3]
    assert [one.distance for one in found] == pytest.approx([0, 1 - 0.5**0.5, 1, 2])


def test_a_training_photo_is_nearest_to_itself(run: Run) -> None:
    classifier = Classifier.open(run.model_path)
    known = training_photos(run, classifier)
    assert len(known) == run.photo_counts["train"]
    for path in part(run, Part.TRAIN)[:6]:
        vector = classifier.embedder.embed(_pixels(classifier, path))
        found = known.nearest(vector)
        assert len(found) == 5
        assert found[0].path == path
        assert found[0].category == path.parent.name
        assert found[0].distance == pytest.approx(0, abs=1e-5)
        distances = [one.distance for one in found]
        assert distances == sorted(distances)


def test_corrected_photos_are_among_the_nearest(run: Run, stranger: Path) -> None:
    relabelled = part(run, Part.TRAIN)[0]
    corrections = [Correction(stranger, "plate"), Correction(relabelled, "plate")]
    improved = learn_corrections(run, corrections).run
    classifier = Classifier.open(improved.model_path)
    known = training_photos(improved, classifier)
    assert len(known) == improved.photo_counts["train"] == run.photo_counts["train"] + 1
    for path in (stranger, relabelled):
        nearest = known.nearest(classifier.embedder.embed(_pixels(classifier, path)), count=1)[0]
        assert nearest.category == "plate"
        assert nearest.path.parent == additions_folder(improved)


def test_without_a_record_there_are_no_nearest(run: Run) -> None:
    (run.folder / "photos.json").unlink()
    with pytest.raises(DatasetError, match="not recorded"):
        training_photos(run, Classifier.open(run.model_path))


def _pixels(classifier: Classifier, path: Path) -> np.ndarray:
    from ml_core.images import load_for_model

    return load_for_model(path, classifier.manifest.input)
