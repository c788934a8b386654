"""Checks of single photos: at both sides of their thresholds, and on pictures drawn to be bad."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from ml_core.dataset.decisions import Decisions
from ml_core.dataset.health.finding import Kind, Severity
from ml_core.dataset.health.health import Health, check_dataset
from ml_core.dataset.health.measure import SIDE, measure, sharpness
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.scan import scan_folder
from ml_core.images import Overview
from tests.core.health_material import findings, material, numbers
from tests.core.sample_photos import make_product_photos, product_photo

QUALITY = (
    Kind.NEARLY_BLANK, Kind.VERY_DARK, Kind.VERY_LIGHT, Kind.BLURRED, Kind.VERY_SMALL,
    Kind.ODD_SHAPE, Kind.ANIMATED, Kind.UNREADABLE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Kind.VERY_DARK, {"bright": 0.41}, {"bright": 0.39}),
        (Kind.VERY_LIGHT, {"darkest": 0.84, "bright": 1.0}, {"darkest": 0.86, "bright": 1.0}),
        (Kind.BLURRED, {"sharpness": 0.34}, {"sharpness": 0.32}),
        (Kind.NEARLY_BLANK, {"darkest": 0.5, "bright": 0.59}, {"darkest": 0.5, "bright": 0.57}),
        (Kind.VERY_SMALL, {"width": 64, "height": 300}, {"width": 63, "height": 300}),
        (Kind.ODD_SHAPE, {"width": 360, "height": 1000}, {"width": 340, "height": 1000}),
        (Kind.ODD_SHAPE, {"width": 1000, "height": 360}, {"width": 1000, "height": 340}),
        (Kind.ANIMATED, {"is_animated": False}, {"is_animated": True}),
    ],
)  # fmt: skip
def test_thresholds(kind: Kind, good: dict[str, float], bad: dict[str, float]) -> None:
    found = findings(kind, material(["mug"] * 4, measures=[{}, good, bad, {}]))
    assert numbers(found) == [[2]]
    assert found[0].classes == ("mug",)
    assert found[0].what.startswith('"2.jpg" ')


@pytest.mark.parametrize("kind", QUALITY[:-1])
def test_good_photos_are_left_in_peace(kind: Kind) -> None:
    assert findings(kind, material(["mug", "lamp"])) == []


def test_what_is_blank_is_not_called_light_or_blurred_too() -> None:
    blank = {"darkest": 0.97, "bright": 0.98, "sharpness": 0.1}
    of = material(["mug"], measures=[blank])
    assert len(findings(Kind.NEARLY_BLANK, of)) == 1
    assert findings(Kind.VERY_LIGHT, of) == findings(Kind.BLURRED, of) == []


def test_what_is_too_dark_to_see_is_dark_and_not_blank() -> None:
    of = material(["mug"], measures=[{"darkest": 0.0, "bright": 0.05}])
    assert len(findings(Kind.VERY_DARK, of)) == 1
    assert findings(Kind.NEARLY_BLANK, of) == []
    assert "5%" in findings(Kind.VERY_DARK, of)[0].what


@pytest.mark.parametrize(("small", "expected"), [(2, [[0], [1]]), (3, [[]])])
def test_where_most_photos_are_small_it_is_said_once(small: int, expected: list) -> None:
    sizes = [{"width": 40, "height": 40}] * small + [{}] * (4 - small)
    found = findings(Kind.VERY_SMALL, material(["mug"] * 4, measures=sizes))
    assert numbers(found) == expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_product_photos(
        tmp_path, classes=("mug", "lamp"), per_class=24, size=(240, 180), seed=4
    )


def check(folder: Path) -> Health:
    dataset = scan_folder(folder)
    return check_dataset(dataset, decisions=Decisions(folder), with_labels=False)


def named(health: Health, *kinds: Kind) -> list[tuple[Kind, str]]:
    return [
        (finding.kind, path.name)
        for finding in health.findings
        if finding.kind in kinds
        for path in (*(photo.path for photo in finding.photos), *finding.paths)
    ]


def test_a_clean_set_has_no_findings(folder: Path) -> None:
    health = check(folder)
    assert health.findings == ()
    assert health.omitted == (
        "Wrong labels and outliers were not looked for. That was not asked for.",
    )


def test_a_small_thing_on_pure_white_is_no_light_photo(folder: Path) -> None:
    ring = Image.new("RGB", (240, 180), "white")
    ImageDraw.Draw(ring).ellipse((100, 70, 140, 110), outline=(120, 90, 20), width=4)
    ring.save(folder / "mug" / "ring.png")
    assert named(check(folder), *QUALITY) == []


def animation(photo: Image.Image, path: Path) -> None:
    frames = [photo, photo.rotate(90), photo.rotate(180)]
    photo.save(path, "GIF", save_all=True, append_images=frames[1:])


FAULTS: dict[Kind, Callable[[Image.Image, Path], None]] = {
    Kind.VERY_DARK: lambda photo, path: ImageEnhance.Brightness(photo).enhance(0.2).save(path),
    Kind.VERY_LIGHT: lambda photo, path: photo.point(lambda value: 214 + value // 6).save(path),
    Kind.BLURRED: lambda photo, path: photo.filter(ImageFilter.GaussianBlur(3)).save(path),
    Kind.NEARLY_BLANK: lambda photo, path: Image.new("RGB", photo.size, "lightblue").save(path),
    Kind.VERY_SMALL: lambda photo, path: photo.resize((50, 40)).save(path),
    Kind.ODD_SHAPE: lambda photo, path: photo.resize((400, 100)).save(path),
    Kind.ANIMATED: animation,
    Kind.UNREADABLE: lambda photo, path: path.write_bytes(b"GIF89a and nothing more"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_one_bad_photo_is_found_and_no_other(folder: Path, kind: Kind) -> None:
    suffix = ".gif" if kind is Kind.ANIMATED else ".png"
    bad = folder / "mug" / f"bad{suffix}"
    FAULTS[kind](product_photo(0, 99, size=(240, 180)), bad)
    health = check(folder)
    assert named(health, *QUALITY) == [(kind, bad.name)]
    finding = next(finding for finding in health.findings if finding.kind is kind)
    assert finding.severity is CHECKS[kind].severity in (Severity.WARNING, Severity.HINT)
    assert finding.what in finding.message
    assert finding.why in finding.message
    is_used = bad in {photo.path for photo in health.dataset.photos}
    assert is_used is (kind is not Kind.UNREADABLE)


def grey(number: int, size: tuple[int, int] = (240, 180)) -> np.ndarray:
    return np.asarray(product_photo(number % 6, number, size=size).convert("L"))


class TestSharpness:
    @pytest.mark.parametrize("radius", [2, 4, 8])
    def test_blurred_is_below_the_threshold_and_sharp_is_above(self, radius: int) -> None:
        for number in range(6):
            photo = Image.fromarray(grey(number))
            assert sharpness(np.asarray(photo)) > CHECKS[Kind.BLURRED].limit
            blurred = np.asarray(photo.filter(ImageFilter.GaussianBlur(radius)))
            assert sharpness(blurred) < CHECKS[Kind.BLURRED].limit

    @pytest.mark.parametrize("axis", [0, 1])
    def test_shaken_in_one_direction(self, axis: int) -> None:
        photo = grey(1).astype(np.float32)
        shaken = np.mean([np.roll(photo, step, axis) for step in range(9)], axis=0)
        assert sharpness(shaken.astype(np.uint8)) < CHECKS[Kind.BLURRED].limit

    def test_smooth_gradients_beside_sharp_edges_are_not_blur(self) -> None:
        ramp = np.tile(np.linspace(60, 200, 240), (180, 1))
        ramp[40:140, 60:180] += 50
        assert sharpness(ramp.astype(np.uint8)) > 0.5

    def test_a_photo_without_edges_or_too_small_to_tell_is_not_accused(self) -> None:
        assert sharpness(np.full((180, 240), 128, np.uint8)) == 1.0
        assert sharpness(grey(1)[:40, :40]) == 1.0

    def test_direction_does_not_matter(self) -> None:
        assert sharpness(grey(2)) == pytest.approx(sharpness(np.rot90(grey(2))), abs=0.02)


def test_measures_do_not_depend_on_the_photos_size() -> None:
    large = product_photo(2, 5, size=(1600, 1200))
    records = []
    for side in (1600, 800, 400):
        shown = large.resize((side, side * 3 // 4), Image.Resampling.LANCZOS)
        shown = shown.resize((SIDE, SIDE * 3 // 4), Image.Resampling.BILINEAR)
        records.append(measure(Overview(np.asarray(shown), side, side * 3 // 4))[0])
    for field in ("darkest", "bright"):
        values = [float(record[field]) for record in records]
        assert max(values) - min(values) < 0.04
