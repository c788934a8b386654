"""Before and around training: splitting, and photos that turn out to be unreadable."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.control import Control
from ml_core.dataset.decisions import Decisions, PhotoKey, save_decisions
from ml_core.dataset.health.health import SplitRule, check_dataset
from ml_core.dataset.scan import Part, scan_folder
from ml_core.embedding.embedder import Embedder
from ml_core.errors import DatasetError, StorageError
from ml_core.events import (
    Event,
    PhotoSkipped,
    PhotosSplit,
    Report,
    StepProgress,
    Warned,
    ignore,
)
from ml_core.images import InputSpec, load_for_model
from ml_core.model_file.read import read
from ml_core.training import pixel_arrays
from ml_core.training.frozen import embed_for_training
from ml_core.training.pixel_arrays import decoded
from ml_core.training.prepare import PreparedPhotos, prepare
from tests.core.conftest import fast_recipe
from tests.core.disk import disk_without_room
from tests.core.sample_photos import make_product_photos, product_photo

ALL = (Part.TRAIN, Part.VALIDATION, Part.TEST)
RECIPE = replace(fast_recipe(), seed=7)


def prepared(folder: Path, events: list[Event] | None = None, **changes: object) -> PreparedPhotos:
    report = ignore if events is None else events.append
    recipe = replace(RECIPE, **changes)  # type: ignore[arg-type]
    return prepare(scan_folder(folder), recipe, report=report, control=Control())


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Three categories of six photos to train on, two to validate with and two to test."""
    parts = {"train": 6, "validation": 2, "test": 2}
    return make_product_photos(tmp_path / "few", parts=parts)


@pytest.fixture
def undivided(tmp_path: Path) -> Path:
    """Three categories of ten."""
    return make_product_photos(tmp_path / "undivided", per_class=10)


def spoil(photos: PreparedPhotos, part: Part, index: int) -> Path:
    """Cut a photo short: its file can be hashed, but not decoded."""
    path = photos.parts[part].photos[index].path
    path.write_bytes(path.read_bytes()[:200])
    return path


def skipped(events: list[Event]) -> list[Path]:
    return [event.path for event in events if isinstance(event, PhotoSkipped)]


def test_every_photo_is_in_one_part_with_its_hash_and_label(few: Path) -> None:
    events: list[Event] = []
    photos = prepared(few, events)
    seen = [photo.path for part in ALL for photo in photos.parts[part].photos]
    assert sorted(seen) == sorted(few.rglob("*.jpg"))
    assert [len(photos.parts[part]) for part in ALL] == [18, 6, 6]
    assert events[-1] == PhotosSplit(18, 6, 6, 0) == photos.counts()
    for part in ALL:
        for photo, label in zip(photos.parts[part].photos, photos.labels(part), strict=True):
            assert photos.class_names[label] == photo.path.parent.name
        hashes = photos.parts[part].hashes
        assert len(set(hashes)) == len(hashes) == len(photos.parts[part])


def test_the_seed_decides_and_names_do_not(undivided: Path, tmp_path: Path) -> None:
    def contents(folder: Path, **changes: object) -> list[set[bytes]]:
        photos = prepared(folder, **changes)
        return [set(photos.parts[part].hashes) for part in ALL]

    renamed = tmp_path / "renamed"
    for number, path in enumerate(sorted(undivided.rglob("*.jpg"), reverse=True)):
        target = renamed / path.parent.name / f"{number}.jpeg"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    assert contents(undivided) == contents(undivided) == contents(renamed)
    assert contents(undivided) != contents(undivided, seed=8)
    assert prepared(undivided).fingerprint == prepared(renamed).fingerprint


def test_files_that_cannot_be_read_at_all_are_skipped_by_name(undivided: Path) -> None:
    events: list[Event] = []
    dataset = scan_folder(undivided)
    gone = undivided / "mug" / "mug_003.jpg"
    gone.unlink()
    photos = prepare(dataset, RECIPE, report=events.append, control=Control())
    assert skipped(events) == [gone]
    assert photos.counts().skipped == 1
    assert "mug_003.jpg" in photos.skipped[0].reason


def test_what_the_scan_skipped_counts(undivided: Path) -> None:
    (undivided / "mug" / "notes.txt").write_text("x")
    assert prepared(undivided).counts().skipped == 1


def test_a_part_without_photos_is_no_error_but_for_training_and_validation(
    few: Path, undivided: Path
) -> None:
    assert len(prepared(undivided, test_share=0.0).parts[Part.TEST]) == 0
    photos = prepared(few)
    photos.parts[Part.VALIDATION] = photos.parts[Part.VALIDATION].without(range(6))
    with pytest.raises(DatasetError, match="left to check the training with"):
        photos.require_trainable()


# Decisions and copies.


def decide(folder: Path, names: Sequence[str]) -> tuple[Decisions, list[PhotoKey]]:
    """No decisions yet, and what they would call these photos."""
    dataset = scan_folder(folder)
    health = check_dataset(dataset, decisions=Decisions(folder), with_labels=False)
    photos = {photo.path.name: photo for photo in health.dataset.photos}
    return Decisions(folder), health.keys([photos[name] for name in names])


def names_of(photos: PreparedPhotos) -> dict[str, str]:
    """File name -> category, of all parts."""
    found = (photo for part in ALL for photo in photos.parts[part].photos)
    return {photo.path.name: photos.class_names[photo.class_index] for photo in found}


def part_of(photos: PreparedPhotos, name: str) -> Part:
    return next(
        part for part in ALL if name in {photo.path.name for photo in photos.parts[part].photos}
    )


class TestDecisions:
    def test_kept_ones_are_followed(self, undivided: Path) -> None:
        decisions, keys = decide(undivided, ["mug_001.jpg", "lamp_002.jpg"])
        save_decisions(decisions.leave_out(keys[:1]).move(keys[1:], "shirt"))
        events: list[Event] = []
        photos = prepared(undivided, events)
        assert skipped(events) == [undivided / "mug" / "mug_001.jpg"]
        assert names_of(photos)["lamp_002.jpg"] == "shirt"
        assert len(names_of(photos)) == 29
        assert photos.counts().skipped == 1

    def test_undone_ones_are_not(self, undivided: Path) -> None:
        decisions, keys = decide(undivided, ["mug_001.jpg"])
        before = prepared(undivided).fingerprint
        save_decisions(decisions.leave_out(keys))
        assert prepared(undivided).fingerprint != before
        save_decisions(decisions.leave_out(keys).undo())
        assert prepared(undivided).fingerprint == before

    def test_given_ones_win_over_kept_ones(self, undivided: Path) -> None:
        decisions, keys = decide(undivided, ["mug_001.jpg"])
        save_decisions(decisions.leave_out(keys))
        photos = prepare(
            scan_folder(undivided), RECIPE, decisions=decisions, report=ignore, control=Control()
        )
        assert len(names_of(photos)) == 30

    def test_a_merged_category_is_gone(self, undivided: Path) -> None:
        save_decisions(Decisions(undivided).merge("mug", "lamp"))
        events: list[Event] = []
        photos = prepared(undivided, events)
        assert photos.class_names == ("lamp", "shirt")
        assert sum(name == "lamp" for name in names_of(photos).values()) == 20
        assert [event.message for event in events if isinstance(event, Warned)] == [
            'No photo of "mug" can be used, so it is not learned.'
        ]

    def test_too_much_left_out_is_an_error_that_names_what_is_lost(self, undivided: Path) -> None:
        lost = [path.name for path in undivided.rglob("*.jpg") if path.parent.name != "mug"]
        decisions, keys = decide(undivided, lost)
        save_decisions(decisions.leave_out(keys))
        with pytest.raises(DatasetError, match='No photo of "lamp", "shirt" can be used'):
            prepared(undivided)

    def test_the_training_uses_what_the_check_shows(self, undivided: Path) -> None:
        (undivided / "mug" / "broken.jpg").write_bytes(b"x")
        shutil.copy(undivided / "mug" / "mug_002.jpg", undivided / "lamp" / "copy.jpg")
        decisions, keys = decide(undivided, ["mug_001.jpg", "copy.jpg"])
        save_decisions(decisions.leave_out(keys[:1]).move(keys[1:], "mug"))
        rule = SplitRule(RECIPE.validation_share, RECIPE.test_share, RECIPE.seed)
        health = check_dataset(scan_folder(undivided), rule=rule, with_labels=False)
        photos = prepared(undivided)
        assert health.split is not None
        shown = (health.split.train, health.split.validation, health.split.test)
        assert shown == tuple(photos.parts[part].photos for part in ALL)
        assert [f.path for f in health.left_out] == [f.path for f in photos.skipped]


class TestCopies:
    def test_near_copies_land_on_one_side(self, undivided: Path) -> None:
        originals = sorted((undivided / "mug").glob("*.jpg"))
        for path in originals:
            with Image.open(path) as photo:
                photo.resize((72, 54)).save(path.with_name(f"near {path.name}"), quality=70)
        for seed in range(5):
            photos = prepared(undivided, seed=seed)
            for path in originals:
                assert part_of(photos, path.name) is part_of(photos, f"near {path.name}")
        assert len(names_of(photos)) == 40

    def test_photos_keep_their_side_when_others_come(self, tmp_path: Path) -> None:
        folder = make_product_photos(tmp_path, classes=("lamp", "shirt"), per_class=40)
        before = prepared(folder)
        for number in range(50, 56):
            product_photo(0, number).save(folder / "lamp" / f"new {number}.jpg")
        after = prepared(folder)
        moved = [name for name in names_of(before) if part_of(before, name) != part_of(after, name)]
        assert len(moved) <= 2

    @pytest.mark.parametrize("is_mended", [False, True])
    def test_copies_across_given_parts(self, few: Path, *, is_mended: bool) -> None:
        leak = next((few / "train" / "mug").glob("*.jpg"))
        shutil.copy(leak, few / "test" / "mug" / "leak.jpg")
        if is_mended:
            save_decisions(Decisions(few).mend_leaks())
        photos = prepared(few)
        assert part_of(photos, "leak.jpg") is Part.TEST
        assert (leak.name in names_of(photos)) is not is_mended
        reasons = {file.path: file.reason for file in photos.skipped}
        expected = 'A copy of it is among the test photos: "leak.jpg".'
        assert reasons.get(leak) == (expected if is_mended else None)


# The frozen way: vectors.


@pytest.fixture
def embedder(fast_model: Path) -> Embedder:
    contents = read(fast_model)
    return Embedder(contents.embedder, contents.manifest.input)


def embed_aligned(
    photos: PreparedPhotos, embedder: Embedder, *, mirror: bool, report: Report = ignore
) -> None:
    """Every vector is that of the photo with its label, the mirrored ones behind the plain."""
    train, validation = embed_for_training(
        photos, embedder, mirror=mirror, report=report, control=Control()
    )
    chosen = [photo.path for photo in photos.parts[Part.TRAIN].photos]
    labels = photos.labels(Part.TRAIN)
    times = 2 if mirror else 1
    assert len(train.vectors) == len(train.labels) == times * len(chosen)
    np.testing.assert_array_equal(train.labels, np.tile(labels, times))
    for place, vector in enumerate(train.vectors):
        pixels = load_for_model(chosen[place % len(chosen)], embedder.spec)
        if place >= len(chosen):
            pixels = pixels[:, ::-1]
        np.testing.assert_array_equal(vector, embedder.embed(pixels))
    for photo, vector in zip(photos.parts[Part.VALIDATION].photos, validation.vectors, strict=True):
        np.testing.assert_array_equal(
            vector, embedder.embed(load_for_model(photo.path, embedder.spec))
        )
    np.testing.assert_array_equal(validation.labels, photos.labels(Part.VALIDATION))


@pytest.mark.parametrize("mirror", [False, True])
def test_vectors_and_labels_stay_aligned(few: Path, embedder: Embedder, *, mirror: bool) -> None:
    embed_aligned(prepared(few), embedder, mirror=mirror)


@pytest.mark.parametrize("mirror", [False, True])
def test_vectors_and_labels_stay_aligned_around_bad_photos(
    few: Path, embedder: Embedder, *, mirror: bool
) -> None:
    photos = prepared(few)
    bad = [
        spoil(photos, Part.TRAIN, 0),
        spoil(photos, Part.TRAIN, 9),
        spoil(photos, Part.TRAIN, 17),
        spoil(photos, Part.VALIDATION, 0),
        spoil(photos, Part.VALIDATION, 5),
    ]
    events: list[Event] = []
    embed_aligned(photos, embedder, mirror=mirror, report=events.append)
    assert skipped(events) == bad, "each once, in order"
    assert events[-1] == PhotosSplit(15, 4, 6, 5)
    assert [file.path for file in photos.skipped] == bad


def test_a_class_without_a_readable_photo_is_named(few: Path, embedder: Embedder) -> None:
    photos = prepared(few)
    for index, photo in enumerate(photos.parts[Part.TRAIN].photos):
        if photo.path.parent.name == "mug":
            spoil(photos, Part.TRAIN, index)
    with pytest.raises(DatasetError, match="no usable training photo of: mug") as caught:
        embed_for_training(photos, embedder, mirror=True, report=ignore, control=Control())
    assert "lamp" not in str(caught.value)


# The Keras way: pixels.

SPEC = InputSpec(20, 3)


def assert_pixels(photos: PreparedPhotos, part: Part, found: pixel_arrays.PixelArray) -> None:
    assert len(found.pixels) == len(photos.parts[part]) > 0
    np.testing.assert_array_equal(found.labels, photos.labels(part))
    for photo, pixels in zip(photos.parts[part].photos, found.pixels, strict=True):
        np.testing.assert_array_equal(pixels, load_for_model(photo.path, SPEC))


@pytest.mark.parametrize("bad", [0, 3])
def test_pixels_and_labels_stay_aligned(few: Path, bad: int) -> None:
    photos, events = prepared(few), []
    expected = [spoil(photos, Part.TRAIN, index * 8) for index in range(bad)]
    expected += [spoil(photos, Part.VALIDATION, index) for index in range(bad)]
    with decoded(photos, SPEC, report=events.append, control=Control()) as (train, validation):
        assert_pixels(photos, Part.TRAIN, train)
        assert_pixels(photos, Part.VALIDATION, validation)
    assert skipped(events) == expected
    steps = [(event.done, event.total) for event in events if isinstance(event, StepProgress)]
    assert steps[-1] == (24, 24)
    assert steps == sorted(steps), "one count for both parts"


def test_pixels_leave_nothing_on_the_disk(few: Path, program_home: Path) -> None:
    photos = prepared(few)
    with decoded(photos, SPEC, report=ignore, control=Control()):
        kept = [path.name for path in (program_home / "cache").rglob("*") if path.is_file()]
        assert kept == ["measurements.sqlite"]


def test_a_disk_that_is_too_full_for_the_pixels_is_an_error_in_words(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = prepared(few)
    with (
        pytest.raises(StorageError, match="could not be written"),
        disk_without_room(5000),
        decoded(photos, SPEC, report=ignore, control=Control()),
    ):
        pytest.fail("there is no room")
    monkeypatch.setattr(pixel_arrays, "SPARE_BYTES", 2**60)
    with (
        pytest.raises(StorageError),
        decoded(photos, SPEC, report=ignore, control=Control()),
    ):
        pytest.fail("there is no room")


def test_a_class_without_a_readable_photo_is_named_when_pixels_are_read(few: Path) -> None:
    photos = prepared(few)
    for index, photo in enumerate(photos.parts[Part.TRAIN].photos):
        if photo.path.parent.name == "shirt":
            spoil(photos, Part.TRAIN, index)
    with (
        pytest.raises(DatasetError, match="no usable training photo of: shirt"),
        decoded(photos, SPEC, report=ignore, control=Control()),
    ):
        pytest.fail("it cannot be trained on")
