"""The drawn photos are always the same, and their classes can be told apart."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.core.sample_photos import make_product_photos, product_photo


def test_same_arguments_give_same_files(tmp_path: Path) -> None:
    first = make_product_photos(tmp_path / "a", per_class=3)
    second = make_product_photos(tmp_path / "b", per_class=3)
    names = sorted(path.relative_to(first) for path in first.rglob("*.jpg"))
    assert len(names) == 9
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_seed_and_number_change_the_picture() -> None:
    pictures = {
        product_photo(0, number, seed=seed).tobytes() for number in (0, 1) for seed in (0, 1)
    }
    assert len(pictures) == 4


def test_parts_share_no_photo(tmp_path: Path) -> None:
    root = make_product_photos(tmp_path, classes=("mug", "lamp"), parts={"train": 3, "test": 2})
    contents = [path.read_bytes() for path in sorted(root.rglob("*.jpg"))]
    assert len(contents) == 10
    assert len(set(contents)) == 10
    assert len(list((root / "test" / "mug").iterdir())) == 2


def test_size_is_width_and_height(tmp_path: Path) -> None:
    root = make_product_photos(tmp_path, classes=("mug",), per_class=1, size=(50, 30))
    with Image.open(root / "mug" / "mug_000.jpg") as photo:
        assert photo.size == (50, 30)


def test_nearest_mean_colour_tells_most_classes_apart() -> None:
    """Even a rule of one line beats chance, so that a small network can learn them."""
    centres = np.stack([np.mean([_feature(c, n) for n in range(10)], axis=0) for c in range(3)])
    hits = [
        np.argmin(np.linalg.norm(centres - _feature(c, n), axis=1)) == c
        for c in range(3)
        for n in range(10, 20)
    ]
    assert np.mean(hits) > 0.7


def _feature(class_index: int, number: int) -> np.ndarray:
    pixels = np.asarray(product_photo(class_index, number), np.float32).reshape(-1, 3)
    saturation = pixels.max(axis=1) - pixels.min(axis=1)
    return (pixels * saturation[:, None]).sum(axis=0) / saturation.sum()
