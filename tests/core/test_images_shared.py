"""Files from decoders' own test suites, row by row of their manifest, and real photos."""

import csv
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import ImageError
from ml_core.images import InputSpec, Pixels, load_for_model, read_photo, thumbnail
from tests.core.memory import PEAK_MEMORY

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "nasty_files"

_RUNS_PROGRAMS = "PostScript is a program: opening it would run Ghostscript"
REFUSED_ON_PURPOSE = {
    "files/pillow/eps/zero_bb.eps": _RUNS_PROGRAMS,
    "files/pillow/eps/zero_bb_trailer.eps": _RUNS_PROGRAMS,
}
"""Rows that ask for a decode and get a clear error. Pillow decodes all the others."""

BLANK = {"files/pillow/truncated_exif_dpi.jpg", "files/pillow/multiple_exif.jpg"}
BLANK |= {"files/pillow/zero_mask_totals.dds"}
"""Pictures of one colour, as their makers meant them."""


def rows() -> list[dict[str, str]]:
    if not FOLDER.is_dir():
        return []
    with (FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = rows()
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=[row["path"] for row in ROWS])


@pytest.fixture(autouse=True)
def needs_files(shared_folder: Path) -> None:
    """Skip, saying so, where the files are absent."""


def expected_size(row: dict[str, str]) -> str | None:
    found = re.search(r"decode(?: first frame)? to (\d+x\d+)", row["expected"])
    return found[1] if found else None


def must_decode(row: dict[str, str]) -> bool:
    is_strict = row["expected"].startswith("decode") and "or clear error" not in row["expected"]
    return is_strict and row["path"] not in REFUSED_ON_PURPOSE


def must_fail(row: dict[str, str]) -> bool:
    allowed = ("decode to", "decode first", "correct decode", "bounded decode", "opened as what")
    return not any(words in row["expected"] for words in allowed) or (
        row["path"] in REFUSED_ON_PURPOSE
    )


def read_or_error(path: Path) -> Pixels | ImageError:
    try:
        return read_photo(path)
    except ImageError as error:
        return error


@EVERY_ROW
def test_row(row: dict[str, str]) -> None:
    path = FOLDER / row["path"]
    before, started = path.read_bytes(), time.monotonic()
    pixels = read_or_error(path)
    if isinstance(pixels, ImageError):
        assert not must_decode(row), pixels
        assert pixels.what.startswith('"')
        assert pixels.path == path
    else:
        assert not must_fail(row)
        size = expected_size(row) or "100x100"
        assert row["kind"] == "not-an-image" or f"{pixels.shape[1]}x{pixels.shape[0]}" == size
        assert row["path"] in BLANK or pixels.size < 100 or pixels.std() > 1
    assert time.monotonic() - started < 10
    assert path.read_bytes() == before


def test_the_manifest_is_taken_at_its_word() -> None:
    """The rows above would prove little if most of them allowed both outcomes."""
    assert sum(must_decode(row) for row in ROWS) > 130
    assert sum(must_fail(row) for row in ROWS) > 90
    assert sum(not must_fail(row) and not must_decode(row) for row in ROWS) < 60


MEASURED = (
    PEAK_MEMORY
    + """
import sys
from pathlib import Path
from ml_core.errors import ImageError
from ml_core.images import read_photo
for path in sys.stdin.read().split(chr(0)):
    try:
        read_photo(Path(path))
    except ImageError:
        pass
print(peak_memory())
"""
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
def test_all_of_them_in_little_memory() -> None:
    paths = "\0".join(str(FOLDER / row["path"]) for row in ROWS)
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", MEASURED],
        input=paths, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert int(found.stdout) < 400 * 1024


@pytest.mark.parametrize("scene", ["Landscape", "Portrait"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_real_orientations_give_the_same_tensor(scene: str, orientation: int) -> None:
    folder = FOLDER / "files" / "exif-orientation-examples"
    expected = load_for_model(folder / f"{scene}_0.jpg", InputSpec(160)).astype(float)
    pixels = load_for_model(folder / f"{scene}_{orientation}.jpg", InputSpec(160))
    assert np.abs(pixels - expected).mean() < 0.02 * 255


@pytest.mark.parametrize(
    ("name", "largest_difference"),
    [
        ("hopper.Lab.tif", 3), ("hopper.bmp", 0), ("hopper.dds", 0), ("hopper.im", 0),
        ("hopper.gif", 5), ("hopper.ppm", 2), ("hopper.sgi", 2), ("hopper.psd", 2),
        ("hopper.qoi", 0), ("hopper.ras", 0), ("hopper.tif", 0), ("hopper.webp", 5),
        ("hopper.xpm", 8), ("hopper.iccprofile.tif", 0),
    ],
)  # fmt: skip
def test_the_same_picture_in_many_formats(name: str, largest_difference: float) -> None:
    folder = FOLDER / "files" / "pillow"
    expected = read_photo(folder / "hopper.png").astype(float)
    pixels = read_photo(folder / name)
    assert np.abs(pixels - expected).mean() <= largest_difference
    assert abs(pixels.mean() - expected.mean()) < 0.02 * 255


@pytest.mark.parametrize("name", ["hopper.pfm", "hopper.fits", "hopper.spider"])
def test_scientific_formats_are_no_black_or_white(name: str) -> None:
    folder = FOLDER / "files" / "pillow"
    expected = read_photo(folder / "hopper.bw").mean()
    assert abs(read_photo(folder / name).mean() - expected) < 0.02 * 255


def test_a_real_photo_looks_the_same_to_every_caller(shared_folder: Path) -> None:
    photos = sorted((shared_folder / "data" / "clothing" / "test").rglob("*.jpg"))[::40]
    assert len(photos) > 5
    for path in photos:
        full = read_photo(path)
        assert np.abs(thumbnail(path, 96).mean() - full.mean()) < 4
        assert np.abs(load_for_model(path, InputSpec(96)).mean() - full.mean()) < 4
