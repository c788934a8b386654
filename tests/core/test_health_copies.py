"""Copies: which photos are one, what is said of them, and that nothing is compared twice."""

import io
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.health import near_copies
from ml_core.dataset.health.candidates import MOST_FOR_EACH, find_candidates
from ml_core.dataset.health.copies import grouped, members
from ml_core.dataset.health.finding import Kind, Severity
from ml_core.dataset.health.inspection import Inspection, inspect_photos
from ml_core.dataset.health.measure import SMALL_SIDE
from ml_core.dataset.health.measurement_store import (
    _SETTLED_AFTER_SECONDS,
    MeasurementStore,
    Stamp,
)
from ml_core.dataset.photos import Part
from ml_core.dataset.reading import PhotoReader
from ml_core.dataset.scan import scan_folder
from ml_core.errors import Cancelled
from ml_core.events import Event, PhaseStarted, StepProgress
from tests.core.health_material import findings, material, numbers


def real_looking(number: int, size: tuple[int, int] = (260, 200)) -> Image.Image:
    """Many shapes of many colours at random places: as rich in detail as a photo."""
    dice = np.random.default_rng(number)
    picture = Image.new("RGB", (520, 400), tuple(dice.integers(60, 220, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = dice.integers(-40, 520), dice.integers(-40, 400)
        box = (x, y, x + dice.integers(10, 120), y + dice.integers(10, 120))
        colour = tuple(dice.integers(0, 256, 3).tolist())
        (draw.ellipse if dice.random() < 0.5 else draw.rectangle)(box, fill=colour)
    noise = np.asarray(picture.resize(size), np.float32) + dice.normal(0, 5, (*size[::-1], 3))
    return Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))


def recoded(photo: Image.Image) -> Image.Image:
    packed = io.BytesIO()
    photo.save(packed, "JPEG", quality=25)
    return Image.open(packed).convert("RGB")


def cropped(photo: Image.Image) -> Image.Image:
    width, height = photo.size
    return photo.crop((width // 12, height // 20, width - width // 15, height - height // 12))


ALTERATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "re-encoded": recoded,
    "half as large": lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
    "enlarged": lambda photo: photo.resize((photo.width * 2, photo.height * 2)),
    "mirrored": ImageOps.mirror,
    "cropped": cropped,
    "mirrored and cropped": lambda photo: ImageOps.mirror(cropped(photo)),
    "darker": lambda photo: photo.point(lambda value: value * 3 // 4),
    "turned a little": lambda photo: cropped(photo.rotate(2, Image.Resampling.BILINEAR)),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two categories of six different pictures each."""
    for name in ("lamp", "mug"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(6):
            seed = number + (100 if name == "mug" else 0)
            real_looking(seed).save(tmp_path / "set" / name / f"{name}{number}.png")
    return tmp_path / "set"


def inspect(folder: Path, **options: object) -> Inspection:
    return inspect_photos(scan_folder(folder), **options)  # type: ignore[arg-type]


def groups(inspection: Inspection) -> list[set[str]]:
    photos = inspection.survey.dataset.photos
    return [{photos[place].path.name for place in group} for group in members(inspection.groups)]


def test_different_photos_are_no_copies(folder: Path) -> None:
    assert groups(inspect(folder)) == []


@pytest.mark.parametrize("name", ALTERATIONS)
def test_altered_copies_are_found(folder: Path, name: str) -> None:
    for number in (0, 3):
        with Image.open(folder / "mug" / f"mug{number}.png") as photo:
            ALTERATIONS[name](photo.convert("RGB")).save(folder / "mug" / f"copy{number}.jpg")
    assert sorted(map(sorted, groups(inspect(folder)))) == [
        ["copy0.jpg", "mug0.png"], ["copy3.jpg", "mug3.png"],
    ]  # fmt: skip


def test_copies_of_copies_hang_together(folder: Path) -> None:
    with Image.open(folder / "mug" / "mug1.png") as photo:
        first = cropped(photo.convert("RGB"))
    first.save(folder / "mug" / "first.jpg")
    cropped(ImageOps.mirror(first)).save(folder / "lamp" / "second.jpg")
    shutil.copy(folder / "mug" / "first.jpg", folder / "lamp" / "third.jpg")
    found = groups(inspect(folder))
    assert found == [{"mug1.png", "first.jpg", "second.jpg", "third.jpg"}]


def test_other_things_on_the_same_ground_are_no_copies(folder: Path) -> None:
    """A shop takes all photos on one table; only what lies there differs."""
    table = real_looking(7)
    for number, colour in enumerate(("red", "green", "blue")):
        photo = table.copy()
        draw = ImageDraw.Draw(photo)
        draw.ellipse((60 + 20 * number, 40, 180 + 20 * number, 160), fill=colour)
        photo.save(folder / "mug" / f"table{number}.png")
    assert groups(inspect(folder)) == []


def test_tiny_pictures_are_only_compared_byte_by_byte(tmp_path: Path) -> None:
    """In 28 pixels many digits look alike."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        real_looking(1, (28, 28)).save(tmp_path / name / "same.png")
    recoded(real_looking(1, (28, 28))).save(tmp_path / "a" / "other.png")
    assert groups(inspect(tmp_path)) == [{"same.png"}]
    assert len(members(inspect(tmp_path).groups)[0]) == 2


class TestNothingTwice:
    def test_a_second_look_opens_no_file_and_compares_nothing(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cropped(real_looking(100)).save(folder / "mug" / "copy.png")
        make_old(folder)
        first = inspect(folder)

        def refuse(*_: object, **__: object) -> None:
            pytest.fail("this was known")

        for name in ("overview", "try_hash"):
            monkeypatch.setattr(PhotoReader, name, refuse)
        monkeypatch.setattr(near_copies, "find_candidates", refuse)
        second = inspect(folder)
        assert second.survey.contents == first.survey.contents
        np.testing.assert_array_equal(second.survey.measures, first.survey.measures)
        np.testing.assert_array_equal(second.groups, first.groups)
        assert groups(second) == [{"mug0.png", "copy.png"}]

    def test_renamed_photos_are_not_measured_again(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = inspect(folder)
        for path in sorted(folder.rglob("*.png")):
            path.rename(path.with_name(f"renamed {path.name}"))
        monkeypatch.setattr(PhotoReader, "overview", lambda *_: pytest.fail("this was known"))
        monkeypatch.setattr(near_copies, "find_candidates", lambda *_, **__: pytest.fail("known"))
        assert sorted(inspect(folder).survey.contents) == sorted(before.survey.contents)

    def test_only_new_photos_are_measured(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inspect(folder)
        real_looking(55).save(folder / "mug" / "new.png")
        looked_at: list[str] = []
        overview = PhotoReader.overview

        def watched(self: PhotoReader, photo: object, side: int) -> object:
            looked_at.append(photo.path.name)  # type: ignore[attr-defined]
            return overview(self, photo, side)  # type: ignore[arg-type]

        monkeypatch.setattr(PhotoReader, "overview", watched)
        inspect(folder)
        assert looked_at == ["new.png"]

    def test_a_changed_file_is_looked_at_again(self, folder: Path) -> None:
        make_old(folder)
        before = inspect(folder)
        real_looking(77).save(folder / "mug" / "mug2.png")
        after = inspect(folder)
        changed = [
            a != b for a, b in zip(before.survey.contents, after.survey.contents, strict=True)
        ]
        assert changed.count(True) == 1

    @pytest.mark.parametrize("damage", [b"", b"no database", None])
    def test_a_lost_or_damaged_cache_costs_time_only(
        self, folder: Path, damage: bytes | None
    ) -> None:
        expected = inspect(folder)
        cache = storage.cache_folder() / "measurements.sqlite"
        for path in cache.parent.glob("measurements.sqlite*"):
            path.unlink()
        if damage is not None:
            cache.write_bytes(damage)
        assert inspect(folder).survey.contents == expected.survey.contents

    def test_without_any_cache(self, folder: Path, program_home: Path) -> None:
        (program_home / "cache").write_text("a file where the folder should be")
        cropped(real_looking(100)).save(folder / "mug" / "copy.png")
        assert groups(inspect(folder)) == [{"mug0.png", "copy.png"}]

    def test_a_file_that_is_just_being_written_is_not_trusted(self, tmp_path: Path) -> None:
        path = tmp_path / "new.png"
        path.write_bytes(b"x")
        assert Stamp.of(path) is None
        assert Stamp.of(tmp_path / "missing.png") is None

    def test_comparisons_are_known_by_the_set_and_by_who_judged(self) -> None:
        keys = [bytes([number]) * 16 for number in range(4)]
        with MeasurementStore() as store:
            assert store.copies(keys, "1") is None
            store.keep_copies(keys, "1", [(keys[0], keys[2])])
            assert store.copies(keys[::-1], "1") == [(keys[0], keys[2])]
            assert store.copies(keys, "2") is None
            assert store.copies(keys[:3], "1") is None
            store.keep_copies(keys[:3], "1", [])
            assert store.copies(keys[:3], "1") == []


def make_old(folder: Path) -> None:
    """Wait until the files no longer count as being written."""
    newest = max(path.stat().st_ctime for path in folder.rglob("*.png"))
    time.sleep(max(0.0, newest + _SETTLED_AFTER_SECONDS + 0.05 - time.time()))


def test_progress_and_phases(folder: Path) -> None:
    events: list[Event] = []
    inspect(folder, report=events.append)
    phases = [event.phase for event in events if isinstance(event, PhaseStarted)]
    assert phases == ["scan", "check", "compare"]
    for phase in phases:
        steps = [e for e in events if isinstance(e, StepProgress) and e.phase == phase]
        assert (steps[-1].done, steps[-1].total) == (12, 12)


@pytest.mark.parametrize("phase", ["scan", "check", "compare"])
def test_it_ends_when_told_and_keeps_what_is_done(folder: Path, phase: str) -> None:
    control = Control()

    def cancel(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == phase:
            control.cancel()

    with pytest.raises(Cancelled):
        inspect(folder, report=cancel, control=control)
    assert groups(inspect(folder)) == []


def test_a_cancelled_check_keeps_what_it_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control()

    def cancel(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == "compare":
            control.cancel()

    with pytest.raises(Cancelled):
        inspect(folder, report=cancel, control=control)
    monkeypatch.setattr(PhotoReader, "overview", lambda *_: pytest.fail("this was known"))
    inspect(folder)


@pytest.mark.parametrize(
    ("contents", "pairs", "expected"),
    [
        ("abc", [], [0, 1, 2]),
        ("aba", [], [0, 1, 0]),
        ("abcd", [(2, 3), (1, 2)], [0, 1, 1, 1]),
        ("abab", [(1, 2)], [0, 0, 0, 0]),
        ("", [], []),
    ],
)
def test_groups_are_closed_under_being_copies(
    contents: str, pairs: list[tuple[int, int]], expected: list[int]
) -> None:
    found = grouped([letter.encode() for letter in contents], pairs)
    assert found.tolist() == expected


class TestFindings:
    def test_exact_copies(self) -> None:
        of = material(["mug"] * 4, contents="abab", groups=[0, 1, 0, 1])
        found = findings(Kind.EXACT_COPIES, of)
        assert numbers(found) == [[0, 2], [1, 3]]
        assert found[0].what == '"0.jpg" and "2.jpg" are the same file.'
        assert findings(Kind.NEAR_COPIES, of) == []

    def test_near_copies(self) -> None:
        of = material(["mug"] * 4, groups=[0, 0, 2, 2], contents="abcc")
        assert numbers(findings(Kind.NEAR_COPIES, of)) == [[0, 1]]

    def test_many_copies_are_counted_not_listed(self) -> None:
        found = findings(Kind.NEAR_COPIES, material(["mug"] * 6, groups=[0] * 6))
        assert found[0].what == '"0.jpg", "1.jpg" and 4 other photos show the same picture.'
        assert len(found[0].photos) == 6

    def test_in_two_classes(self) -> None:
        of = material(["mug", "lamp", "mug", "mug"], groups=[0, 0, 2, 2])
        found = findings(Kind.IN_TWO_CLASSES, of)
        assert numbers(found) == [[0, 1]]
        assert found[0].what.endswith('show the same picture but lie in "lamp" and "mug".')
        assert found[0].severity is Severity.ERROR
        assert set(found[0].classes) == {"lamp", "mug"}

    def test_photos_of_one_name_are_told_apart_by_their_folders(self) -> None:
        parts = [Part.TEST, Part.TRAIN]
        of = material(["mug"] * 2, groups=[0, 0], parts=parts)
        places = (Path("test/mug/a.jpg"), Path("train/mug/a.jpg"))
        photos = (
            replace(photo, path=of.dataset.root / place)
            for photo, place in zip(of.dataset.photos, places, strict=True)
        )
        of = replace(of, dataset=replace(of.dataset, photos=tuple(photos)))
        (found,) = findings(Kind.ACROSS_PARTS, of)
        assert found.what.startswith('"test/mug/a.jpg" and "train/mug/a.jpg" show the same picture')

    def test_in_three_classes(self) -> None:
        of = material(["cup", "lamp", "mug"], groups=[0, 0, 0])
        assert '"cup", "lamp" and "mug".' in findings(Kind.IN_TWO_CLASSES, of)[0].what

    def test_across_parts(self) -> None:
        parts = [Part.TEST, Part.TRAIN, Part.TRAIN, Part.TRAIN]
        of = material(["mug"] * 4, groups=[0, 0, 2, 2], parts=parts)
        found = findings(Kind.ACROSS_PARTS, of)
        assert numbers(found) == [[0, 1]]
        assert found[0].what.endswith("lie in train and test.")

    def test_copies_in_one_part_or_without_parts_leak_nothing(self) -> None:
        same = material(["mug"] * 2, groups=[0, 0], parts=[Part.TEST] * 2)
        assert findings(Kind.ACROSS_PARTS, same) == []
        assert findings(Kind.ACROSS_PARTS, material(["mug"] * 2, groups=[0, 0])) == []


class TestManyAlike:
    """A thousand renderings on one ground: every photo is like every other."""

    @pytest.fixture
    def squares(self) -> np.ndarray:
        dice = np.random.default_rng(0)
        ground = dice.integers(0, 255, (SMALL_SIDE, SMALL_SIDE, 3)).astype(float)
        noisy = ground + dice.normal(0, 6, (600, SMALL_SIDE, SMALL_SIDE, 3))
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def test_only_the_best_candidates_of_each_are_looked_at(self, squares: np.ndarray) -> None:
        pairs = find_candidates(squares)
        assert 600 < len(pairs) <= 600 * MOST_FOR_EACH

    def test_it_can_be_ended_within_a_block(
        self, squares: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        control, looks = Control(), []

        def look() -> None:
            looks.append(1)
            if len(looks) == 3:
                raise Cancelled

        monkeypatch.setattr(control, "checkpoint", look)
        with pytest.raises(Cancelled):
            find_candidates(squares, control=control)
