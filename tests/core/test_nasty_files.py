"""Files from decoders' own test suites, dropped as a data set and mixed into one."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ml_core.dataset.decisions import Decisions
from ml_core.dataset.health.finding import Kind
from ml_core.dataset.health.health import check_dataset
from ml_core.dataset.scan import scan_folder
from ml_core.events import Event, PhotoSkipped, PhotosSplit
from ml_core.images import read_photo
from ml_core.prediction.classifier import Classifier
from ml_core.training.trainer import train
from tests.core.conftest import fast_recipe
from tests.core.memory import PEAK_MEMORY
from tests.core.sample_photos import make_product_photos
from tests.core.test_images_shared import FOLDER, ROWS, must_decode, must_fail

pytestmark = pytest.mark.shared

MOST_SECONDS_A_FILE = 10
GIGABYTE = 1_000_000  # in kB
ALL = sorted(path for path in (FOLDER / "files").rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def needs_files(shared_folder: Path) -> None:
    """Skip, saying so, where the files are absent."""


def hashes(paths: list[Path]) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


CHECKED = (
    PEAK_MEMORY
    + """
import json, sys, time
from pathlib import Path
from ml_core.dataset.health.health import check_dataset
from ml_core.dataset.health import survey
from ml_core.dataset.scan import scan_folder

slowest, measured = [0.0, ""], survey.PhotoReader.overview

def timed(self, photo, side):
    started = time.monotonic()
    try:
        return measured(self, photo, side)
    finally:
        slowest[:] = max(slowest, [time.monotonic() - started, str(photo.path)])

survey.PhotoReader.overview = timed
health = check_dataset(scan_folder(Path(sys.argv[1]), least_classes=0), with_labels=False)
print(json.dumps({
    "used": [str(photo.path) for photo in health.dataset.photos],
    "left_out": [[str(file.path), file.reason] for file in health.left_out],
    "findings": [[f.kind, f.message, [str(p.path) for p in f.photos], [str(p) for p in f.paths]]
                 for f in health.findings],
    "slowest": slowest,
    "memory": peak_memory(),
}))
"""
)


@dataclass
class Outcome:
    """What a check in a process of its own made of the folder."""

    used: set[Path]
    left_out: dict[Path, str]
    findings: list[tuple[str, str, set[Path]]]
    slowest: tuple[float, str]
    memory: int
    noise: str


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    before = hashes(ALL)
    finished = subprocess.run(
        [sys.executable, "-c", CHECKED, str(FOLDER / "files")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={"PRODUCT_CLASSIFIER_HOME": str(tmp_path_factory.mktemp("nasty-home"))},
    )  # fmt: skip
    assert hashes(ALL) == before, "a file was changed"
    said: dict[str, Any] = json.loads(finished.stdout)
    return Outcome(
        set(map(Path, said["used"])),
        {Path(path): reason for path, reason in said["left_out"]},
        [
            (kind, message, {*map(Path, photos), *map(Path, paths)})
            for kind, message, photos, paths in said["findings"]
        ],
        tuple(said["slowest"]),
        said["memory"],
        finished.stderr,
    )  # fmt: skip


def test_dropped_as_a_folder_every_file_is_accounted_for_with_a_reason(outcome: Outcome) -> None:
    assert outcome.used | outcome.left_out.keys() == set(ALL)
    assert not outcome.used & outcome.left_out.keys()
    assert all(reason.strip() for reason in outcome.left_out.values())
    assert len(outcome.used) > 130


def test_each_is_what_the_manifest_expects(outcome: Outcome) -> None:
    wrongly_left_out = [
        (row["path"], outcome.left_out[FOLDER / row["path"]])
        for row in ROWS
        if must_decode(row) and FOLDER / row["path"] not in outcome.used
    ]
    wrongly_used = [
        row["path"] for row in ROWS if must_fail(row) and FOLDER / row["path"] in outcome.used
    ]
    assert wrongly_left_out == []
    assert wrongly_used == []


def test_bombs_are_called_too_large(outcome: Outcome) -> None:
    bombs = [
        row for row in ROWS if row["kind"] == "bomb" and "bounded decode" not in row["expected"]
    ]
    reasons = [outcome.left_out[FOLDER / row["path"]] for row in bombs]
    told = ("too large", "more pixels", "far more than its size", "takes far too long", "damaged")
    assert len(reasons) > 10
    assert [reason for reason in reasons if not any(words in reason for words in told)] == []


def test_animations_are_named(outcome: Outcome) -> None:
    animated = {FOLDER / row["path"] for row in ROWS if row["kind"] == "animated"} & outcome.used
    named = {path for kind, _, paths in outcome.findings if kind == Kind.ANIMATED for path in paths}
    assert len(animated) > 10
    assert len(animated - named) <= 2, animated - named


def test_the_same_picture_in_many_formats_is_one_group(outcome: Outcome) -> None:
    groups = [paths for kind, _, paths in outcome.findings if kind == Kind.NEAR_COPIES]
    hopper = {path for path in outcome.used if path.name.startswith("hopper.")}
    assert max(len(group & hopper) for group in groups) >= 15
    turned = {path for path in outcome.used if path.name.startswith("Landscape_")}
    assert max(len(group & turned) for group in groups) >= 9


def test_every_sentence_is_one_printable_line(outcome: Outcome) -> None:
    for text in (*outcome.left_out.values(), *(message for _, message, _ in outcome.findings)):
        assert text.isprintable(), text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where Pillow brings a library")
def test_decoders_complain_to_nobody(outcome: Outcome) -> None:
    assert outcome.noise == ""


def test_no_file_takes_long(outcome: Outcome) -> None:
    assert outcome.slowest[0] < MOST_SECONDS_A_FILE, outcome.slowest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
def test_memory_stays_below_a_gigabyte(outcome: Outcome) -> None:
    assert outcome.memory < GIGABYTE


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Three categories of 30 good photos, the nasty files somewhere among them."""
    folder = make_product_photos(tmp_path / "mixed", per_class=30)
    classes = sorted(folder.iterdir())
    for number, place in enumerate(sorted((FOLDER / "files").iterdir())):
        shutil.copytree(place, classes[number % 3] / "more" / place.name)
    return folder


def test_mixed_among_good_photos_training_uses_what_the_check_uses(
    mixed: Path, warm_home: Path
) -> None:
    files = sorted(path for path in mixed.rglob("*") if path.is_file())
    before = hashes(files)
    health = check_dataset(scan_folder(mixed), decisions=Decisions(mixed), with_labels=False)
    assert health.problem == ""
    events: list[Event] = []
    result = train(scan_folder(mixed), fast_recipe(), name="nasty", report=events.append)
    split = next(event for event in events if isinstance(event, PhotosSplit))
    assert split.train + split.validation + split.test == len(health.dataset.photos) > 90 + 120
    assert split.skipped == len(health.left_out)
    assert len(health.dataset.photos) + len(health.left_out) == len(files)
    told = {event.path for event in events if isinstance(event, PhotoSkipped)}
    left_out = {file.path for file in health.left_out}
    assert left_out - told == {file.path for file in health.examined.scanned.skipped}
    assert Classifier.open(result.run.model_path).class_names == ("lamp", "mug", "shirt")
    assert hashes(files) == before, "a file was changed"


BY_MODE = {
    "16-bit": ("golang-image/testdata/video-001-gray-16bit.tiff",
               "pngsuite/tests/pngsuite/g05n0g16.png"),
    "palette": ("pillow/hopper.gif", "pillow/dispose_none.gif", "pillow/iss634.gif"),
    "CMYK": ("zune-image/test-images/jpeg/four_components.jpg", "pillow/pil_sample_cmyk.jpg"),
    "grey and alpha": ("pngsuite/tests/pngsuite/bgbn4a08.png",
                       "pngsuite/tests/pngsuite/basi4a08.png"),
    "1-bit": ("sharp/test/fixtures/50020484-00001.png", "pillow-test-images/msp/TRU256.png",
              "image-rs/pbm/images/narrow.pbm"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "name"), [(mode, name) for mode, names in BY_MODE.items() for name in names]
)
def test_brightness_is_that_of_another_decoder(mode: str, name: str) -> None:
    path = FOLDER / "files" / name
    other = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    expected = other.astype(float) * (255 / np.iinfo(other.dtype).max)
    if mode == "grey and alpha":
        share = expected[..., -1:] / 255
        expected = expected[..., :-1] * share + 255 * (1 - share)
    if mode == "palette":
        expected = expected[..., :3]
    assert abs(read_photo(path).mean() - expected.mean()) < 0.02 * 255
