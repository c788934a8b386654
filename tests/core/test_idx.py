"""IDX files are listed and read like a folder of photos; broken ones are named."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from ml_core.dataset.idx import IdxPictures, is_idx_folder
from ml_core.dataset.photos import Part, Photo
from ml_core.dataset.scan import scan_folder
from ml_core.errors import DatasetError

DICE = np.random.default_rng(0)
PICTURES = {"train": DICE.integers(0, 256, (30, 8, 6), np.uint8)}
PICTURES["t10k"] = DICE.integers(0, 256, (10, 8, 6), np.uint8)
LABELS = {part: np.arange(len(found), dtype=np.uint8) % 3 for part, found in PICTURES.items()}


def idx_bytes(values: np.ndarray, *, kind: int = 8, shape: tuple[int, ...] | None = None) -> bytes:
    shape = shape or values.shape
    header = bytes((0, 0, kind, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
    return header + values.tobytes()


def write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def make_idx(
    folder: Path,
    *,
    parts: tuple[str, ...] = ("train", "t10k"),
    ending: str = "-idx{}-ubyte.gz",
) -> Path:
    folder.mkdir(exist_ok=True)
    for part in parts:
        images, labels = ending.format(3), ending.format(1)
        write(folder / f"{part}-images{images}", idx_bytes(PICTURES[part]))
        write(folder / f"{part}-labels{labels}", idx_bytes(LABELS[part]))
    return folder


@pytest.mark.parametrize("ending", ["-idx{}-ubyte", "-idx{}-ubyte.gz", ".idx{}-ubyte"])
def test_listed_like_a_folder(tmp_path: Path, ending: str) -> None:
    make_idx(tmp_path, ending=ending)
    dataset = scan_folder(tmp_path)
    assert dataset.class_names == ("0", "1", "2")
    assert dataset.counts() == {"0": 14, "1": 13, "2": 13}
    assert dataset.skipped == ()
    images = tmp_path / f"train-images{ending.format(3)}"
    assert dataset.photos[:2] == (Photo(images, 0, Part.TRAIN, 0), Photo(images, 1, Part.TRAIN, 1))
    assert [photo.part for photo in dataset.photos] == [Part.TRAIN] * 30 + [Part.TEST] * 10
    assert dataset.photos[-1].index == 9


@pytest.mark.parametrize("parts", [("train",), ("t10k",)])
def test_one_part_is_enough(tmp_path: Path, parts: tuple[str, ...]) -> None:
    dataset = scan_folder(make_idx(tmp_path, parts=parts))
    assert len(dataset.photos) == len(PICTURES[parts[0]])


def test_pictures_come_back(tmp_path: Path) -> None:
    dataset = scan_folder(make_idx(tmp_path))
    reader = IdxPictures()
    for photo in dataset.photos:
        part = "train" if photo.part is Part.TRAIN else "t10k"
        np.testing.assert_array_equal(reader.grey(photo), PICTURES[part][photo.index])


def test_each_file_is_read_once(tmp_path: Path) -> None:
    dataset = scan_folder(make_idx(tmp_path))
    reader = IdxPictures()
    reader.grey(dataset.photos[0])
    dataset.photos[0].path.unlink()
    assert reader.grey(dataset.photos[5]).shape == (8, 6)


def test_ordinary_folders_are_no_idx_folders(tmp_path: Path) -> None:
    (tmp_path / "train-images").mkdir()
    (tmp_path / "my-train-images-idx3-ubyte.txt").touch()
    assert not is_idx_folder(tmp_path)
    assert not is_idx_folder(tmp_path / "nowhere")


class TestClassNames:
    def test_written_beside_the_files(self, tmp_path: Path) -> None:
        make_idx(tmp_path)
        (tmp_path / "labels.txt").write_text("mug\n lamp \n\nshirt\nspare\n", encoding="utf-8")
        assert scan_folder(tmp_path).class_names == ("mug", "lamp", "shirt", "spare")

    @pytest.mark.parametrize("name", ["fashion-mnist", "Fashion_MNIST"])
    def test_known_for_fashion_mnist(self, tmp_path: Path, name: str) -> None:
        dataset = scan_folder(make_idx(tmp_path / name))
        assert dataset.class_names[0] == "T-shirt/top"
        assert dataset.class_names[9] == "Ankle boot"
        assert len(set(dataset.class_names)) == 10

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (b"mug\nlamp\n", "names 2 categories, but there are 3 labels"),
            (b"mug\nmug\nshirt\n", "names a category twice"),
            (b"\xff\xfe\xff", "cannot be read as text"),
        ],
    )
    def test_names_that_do_not_fit(self, tmp_path: Path, text: bytes, message: str) -> None:
        make_idx(tmp_path)
        (tmp_path / "labels.txt").write_bytes(text)
        with pytest.raises(DatasetError, match=message) as caught:
            scan_folder(tmp_path)
        assert caught.value.path == tmp_path / "labels.txt"


GOOD = idx_bytes(PICTURES["train"])
TRAIN = PICTURES["train"]


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no IDX file"),
        (b"\0\0\x08", "is no IDX file"),
        (b"a text, not numbers", "is no IDX file"),
        (idx_bytes(LABELS["train"]), "is no IDX file of bytes in 3 dimensions"),
        (idx_bytes(TRAIN, kind=0x0D), "is no IDX file of bytes"),
        (GOOD[:10], "ends inside its header"),
        (GOOD[:-1], "ends after 1,439 of 1,440 bytes"),
        (GOOD + b"x", "holds more than it says"),
        (idx_bytes(TRAIN, shape=(0, 8, 6)), "claims a shape of 0 x 8 x 6"),
        (idx_bytes(TRAIN, shape=(30, 5000, 6)), "claims a shape of 30 x 5000 x 6"),
        (idx_bytes(TRAIN, shape=(2**32 - 1,) * 3), "claims a shape of 4294967295 x"),
        (idx_bytes(TRAIN, shape=(4_000_000_000, 28, 28)), "claims a shape of 4000000000 x"),
        (idx_bytes(TRAIN[:29]), "holds 29 pictures, but"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, content: bytes, message: str, ending: str) -> None:
    make_idx(tmp_path, ending="-idx{}-ubyte" + ending)
    path = tmp_path / f"train-images-idx3-ubyte{ending}"
    write(path, content)
    with pytest.raises(DatasetError, match=message) as caught:
        scan_folder(tmp_path)
    assert f'"{path.name}"' in caught.value.what


@pytest.mark.parametrize("damage", ["cut", "flipped", "not packed"])
def test_damaged_gz(tmp_path: Path, damage: str) -> None:
    make_idx(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[:-20]
    elif damage == "flipped":
        content[len(content) // 2] ^= 255
    path.write_bytes(GOOD if damage == "not packed" else content)
    with pytest.raises(DatasetError, match=r'"train-images-idx3-ubyte\.gz" is damaged'):
        scan_folder(tmp_path)


def test_gz_bomb_is_not_unpacked(tmp_path: Path) -> None:
    make_idx(tmp_path)
    bomb = idx_bytes(TRAIN) + bytes(50_000_000)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(bomb))
    with pytest.raises(DatasetError, match="holds more than it says"):
        scan_folder(tmp_path)


@pytest.mark.parametrize(("kind", "number"), [("images", 3), ("labels", 1)])
def test_missing_partner(tmp_path: Path, kind: str, number: int) -> None:
    make_idx(tmp_path)
    (tmp_path / f"t10k-{kind}-idx{number}-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match=f"has no file of {kind} beside it"):
        scan_folder(tmp_path)


def test_picture_beyond_the_end(tmp_path: Path) -> None:
    dataset = scan_folder(make_idx(tmp_path))
    photo = Photo(dataset.photos[0].path, 0, Part.TRAIN, 30)
    with pytest.raises(DatasetError, match="ends before picture 30"):
        IdxPictures().grey(photo)


@pytest.mark.shared
def test_fashion_mnist(shared_folder: Path) -> None:
    dataset = scan_folder(shared_folder / "keras_home" / "datasets" / "fashion-mnist")
    assert len(dataset.photos) == 70_000
    assert set(dataset.counts().values()) == {7000}
    assert dataset.class_names[dataset.photos[0].class_index] == "Ankle boot"
    assert IdxPictures().grey(dataset.photos[0]).shape == (28, 28)
