"""The sample photos: how many, how large, readable, and the flaws they have on purpose."""

from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from assets.render import flaws
from ml_core.errors import ImageError
from ml_core.images import Pixels, read_photo

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
CATEGORIES = (
    "bottle",
    "handbag",
    "lamp",
    "mug",
    "notebook",
    "pencil",
    "ring",
    "shoe",
    "t-shirt",
    "watch",
)
PER_CATEGORY = 40
LONGEST_SIDE = 256
PHOTOS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.*"))
ADDED = {*flaws.NEAR_COPIES, flaws.CORRUPT, flaws.MISLABELLED}


def test_there_are_these_categories_and_nothing_else() -> None:
    assert tuple(sorted(path.name for path in SAMPLES.iterdir())) == CATEGORIES


@pytest.mark.parametrize("category", CATEGORIES)
def test_photos_are_numbered_without_gaps(category: str) -> None:
    names = [name for name in PHOTOS if name.startswith(f"{category}/") and name not in ADDED]
    assert names == [f"{category}/{category}-{n:02}.jpg" for n in range(1, PER_CATEGORY + 1)]


def test_only_the_flaws_are_added() -> None:
    assert len(PHOTOS) == PER_CATEGORY * len(CATEGORIES) + len(ADDED)
    assert set(PHOTOS) >= ADDED


@pytest.mark.parametrize("category", CATEGORIES)
def test_photos_can_be_read_at_their_full_size(category: str) -> None:
    for number in range(1, PER_CATEGORY + 1):
        pixels = read_photo(SAMPLES / category / f"{category}-{number:02}.jpg")
        assert max(pixels.shape) == LONGEST_SIDE, (category, number)
        assert min(pixels.shape[:2]) >= LONGEST_SIDE // 2, (category, number)
        assert pixels.std() > 5, f"{category} {number} is nearly empty"


def test_all_together_stay_below_8_megabytes() -> None:
    assert sum((SAMPLES / name).stat().st_size for name in PHOTOS) < 8_000_000


def test_no_file_is_there_twice() -> None:
    contents = Counter(sha256((SAMPLES / name).read_bytes()).digest() for name in PHOTOS)
    assert max(contents.values()) == 1


def test_the_damaged_photo_says_so() -> None:
    with pytest.raises(ImageError, match=Path(flaws.CORRUPT).name):
        read_photo(SAMPLES / flaws.CORRUPT)


def test_the_photo_on_its_side_is_read_upright() -> None:
    with Image.open(SAMPLES / flaws.SIDEWAYS) as stored:
        assert stored.getexif()[ExifTags.Base.Orientation] == flaws.TURNED
        clockwise = np.rot90(np.asarray(stored.convert("RGB")), -1)
    np.testing.assert_array_equal(read_photo(SAMPLES / flaws.SIDEWAYS), clockwise)


@pytest.mark.parametrize(("copy", "original"), flaws.NEAR_COPIES.items())
def test_near_copies_look_like_their_originals_and_like_no_other(copy: str, original: str) -> None:
    assert (SAMPLES / copy).read_bytes() != (SAMPLES / original).read_bytes()
    small = _small(read_photo(SAMPLES / copy))
    distances = {
        name: float(np.abs(small - _small(read_photo(SAMPLES / name))).mean())
        for name in PHOTOS
        if name not in ADDED
    }
    nearest = sorted(distances, key=lambda name: distances[name])
    assert nearest[0] == original
    assert distances[original] < distances[nearest[1]] / 2


def _small(pixels: Pixels) -> np.ndarray:
    """Sixteen by sixteen grey values, enough to compare two pictures by."""
    grey = Image.fromarray(pixels).convert("L").resize((16, 16), Image.Resampling.BOX)
    return np.asarray(grey, float)
