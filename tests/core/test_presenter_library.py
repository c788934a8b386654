"""The presenters' door to the library, with the real library behind it."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.control import Control
from ml_core.errors import ImageError, ModelFileError
from ml_core.events import ignore
from product_gui.presenters.library import Library
from product_gui.presenters.picture import Picture, shown_name
from product_gui.presenters.train_folder import summarise
from tests.core.sample_photos import make_product_photos


@pytest.fixture
def library() -> Library:
    return Library()


def test_pictures_are_upright_and_no_larger_than_asked(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "sideways.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "red").save(file, exif=exif)
    assert library.read_picture(Picture(file), 100).shape == (100, 50, 3)


def test_what_is_no_picture_raises(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "notes.jpg"
    file.write_text("not a picture")
    with pytest.raises(ImageError, match=r"notes\.jpg"):
        library.read_picture(Picture(file), 100)


def test_small_pictures_inside_idx_files_are_enlarged(library: Library, tmp_path: Path) -> None:
    pixels = np.zeros((3, 28, 28), np.uint8)
    pixels[1, 0, 0] = 255
    header = struct.pack(">IIII", 0x803, 3, 28, 28)
    file = tmp_path / "train-images-idx3-ubyte.gz"
    file.write_bytes(gzip.compress(header + pixels.tobytes()))
    shown = library.read_picture(Picture(file, 1), 128)
    assert shown.shape == (112, 112, 3)
    assert shown[:4, :4].min() == 255
    assert shown[4:, 4:].max() == 0


def test_a_folder_is_scanned_and_summed_up(library: Library, tmp_path: Path) -> None:
    root = make_product_photos(tmp_path, classes=("mug", "lamp"), per_class=4)
    data = summarise(library.scan(root, ignore, Control()))
    assert [(c.name, c.photos, len(c.samples)) for c in data.categories] == [
        ("lamp", 4, 4),
        ("mug", 4, 4),
    ]
    assert not data.has_parts
    assert len(library.photos_under([root])) == 8


def test_folders_with_parts_say_so(library: Library, tmp_path: Path) -> None:
    root = make_product_photos(tmp_path, classes=("mug", "lamp"), parts={"train": 3, "test": 2})
    assert summarise(library.scan(root, ignore, Control())).has_parts


def test_no_runs_at_first(library: Library) -> None:
    assert library.list_runs() == []


def test_what_is_no_model_raises(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "m.keras"
    file.write_text("no")
    with pytest.raises(ModelFileError):
        library.read_manifest(file)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.jpg", "plain.jpg"),
        ("new\nline.jpg", "new�line.jpg"),
        ("caf\udce9.jpg", "caf�.jpg"),
        ("été {1} 日本.jpg", "été {1} 日本.jpg"),
        ("right\u202eleft.jpg", "right�left.jpg"),
    ],
)
def test_hostile_names_cannot_break_a_label(name: str, shown: str) -> None:
    assert shown_name(Path("/photos") / name) == shown


def test_keys_tell_pictures_apart() -> None:
    keys = {Picture(Path("/a")).key, Picture(Path("/a"), 0).key, Picture(Path("/a"), 1).key}
    assert len(keys) == 3
    assert Picture(Path("/a/x.gz"), 1234).name == "x.gz #1,234"
