"""A folder becomes classes and photos, and every file in it is accounted for."""

import os
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.dataset import listing
from ml_core.dataset.scan import Dataset, Part, Photo, scan_folder
from ml_core.errors import Cancelled, DatasetError, Stopped
from ml_core.events import Event, StepProgress
from tests.core.sample_photos import make_product_photos


def make_files(root: Path, names: Iterable[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def reasons(dataset: Dataset) -> dict[str, str]:
    return {str(skip.path.relative_to(dataset.root)): skip.reason for skip in dataset.skipped}


def found(dataset: Dataset) -> list[str]:
    return [photo.path.relative_to(dataset.root).as_posix() for photo in dataset.photos]


TWO = ("mug/a.jpg", "shirt/b.jpg")


def test_one_folder_for_each_class(tmp_path: Path) -> None:
    dataset = scan_folder(make_product_photos(tmp_path, per_class=4))
    assert dataset.class_names == ("lamp", "mug", "shirt")
    assert dataset.counts() == {"lamp": 4, "mug": 4, "shirt": 4}
    assert dataset.skipped == ()
    for photo in dataset.photos:
        assert photo.path.parent.name == dataset.class_names[photo.class_index]
        assert photo.part is None
        assert photo.index is None


def test_order_is_by_class_without_case_then_by_path(tmp_path: Path) -> None:
    names = ("b/2.jpg", "b/10.jpg", "A/z.jpg", "A/Z.jpg", "C/q/1.jpg", "a2/x.jpg", "C/a.jpg")
    dataset = scan_folder(make_files(tmp_path, names))
    assert dataset.class_names == ("A", "a2", "b", "C")
    assert found(dataset) == [
        "A/Z.jpg", "A/z.jpg", "a2/x.jpg", "b/10.jpg", "b/2.jpg", "C/a.jpg", "C/q/1.jpg",
    ]  # fmt: skip


def test_the_order_of_the_disk_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{name}/{number}.jpg" for name in "abc" for number in range(9)]
    expected = scan_folder(make_files(tmp_path, names))
    scandir = os.scandir

    class Reversed:
        def __init__(self, folder: object) -> None:
            with scandir(folder) as entries:
                self._entries = list(entries)[::-1]

        def __enter__(self) -> list:
            return self._entries

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(listing.os, "scandir", Reversed)
    assert scan_folder(tmp_path) == expected


def test_folders_inside_a_class_belong_to_it(tmp_path: Path) -> None:
    names = ("mug/a.jpg", "mug/red/b.jpg", "mug/red/deep/c.jpg", "mug/x.jpg/d.jpg", "shirt/e.jpg")
    dataset = scan_folder(make_files(tmp_path, names))
    assert dataset.class_names == ("mug", "shirt")
    assert dataset.counts() == {"mug": 4, "shirt": 1}


ENDINGS = (
    "jpg", "JPG", "jpeg", "JPE", "jfif", "png", "PNG", "webp", "gif", "bmp", "tif", "TIFF", "avif",
    "jp2", "mpo", "ppm", "tga", "qoi", "ico", "psd",
)  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_endings_of_photos(tmp_path: Path, ending: str) -> None:
    dataset = scan_folder(make_files(tmp_path, [*TWO, f"mug/photo.{ending}"]))
    assert f"mug/photo.{ending}" in found(dataset)
    assert dataset.skipped == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("mug/notes.txt", '".txt" files are not photos'),
        ("mug/README", "has no ending"),
        ("mug/a.jpg.bak", '".bak" files are not photos'),
        ("mug/phone.HEIC", "HEIC photos cannot be read"),
        ("mug/camera.nef", "Raw photos cannot be read"),
        ("mug/clip.mp4", "Videos cannot be read"),
        ("mug/logo.svg", "Drawings cannot be read"),
        ("mug/deep/er/list.csv", '".csv" files are not photos'),
        ("loose.jpg", "lies beside the category folders"),
        ("labels.csv", "lies beside the category folders"),
        ("mug/.b.jpg", "it is hidden"),
    ],
)
def test_what_is_left_out_is_listed(tmp_path: Path, name: str, reason: str) -> None:
    dataset = scan_folder(make_files(tmp_path, [*TWO, name]))
    assert found(dataset) == list(TWO)
    assert list(reasons(dataset)) == [name.replace("/", os.sep)]
    assert reason in dataset.skipped[0].reason


def test_a_hidden_folder_is_listed_and_not_looked_into(tmp_path: Path) -> None:
    dataset = scan_folder(make_files(tmp_path, [*TWO, ".old/a.jpg", "mug/.old/a.jpg"]))
    assert found(dataset) == list(TWO)
    assert list(reasons(dataset)) == [".old", os.path.join("mug", ".old")]  # noqa: PTH118


def test_an_empty_part_is_listed(tmp_path: Path) -> None:
    make_files(tmp_path, [f"train/{name}" for name in TWO])
    (tmp_path / "test").mkdir()
    assert reasons(scan_folder(tmp_path)) == {"test": "This folder is empty."}


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    names = (
        "mug/Thumbs.db", "mug/.DS_Store", "shirt/desktop.ini", "mug/._a.jpg",
        "__MACOSX/mug/._a.jpg", ".git/config", "@eaDir/a.jpg",
    )  # fmt: skip
    dataset = scan_folder(make_files(tmp_path, [*TWO, *names]))
    assert found(dataset) == list(TWO)
    assert dataset.skipped == ()


def test_empty_folders_are_no_classes(tmp_path: Path) -> None:
    make_files(tmp_path, TWO)
    (tmp_path / "empty").mkdir()
    (tmp_path / "hollow" / "inside").mkdir(parents=True)
    make_files(tmp_path, ["texts/a.txt"])
    dataset = scan_folder(tmp_path)
    assert dataset.class_names == ("mug", "shirt")
    assert set(reasons(dataset)) == {"empty", "hollow", str(Path("texts", "a.txt"))}


class TestParts:
    @pytest.mark.parametrize(
        ("names", "parts"),
        [
            (("train", "validation", "test"), [Part.TRAIN, Part.VALIDATION, Part.TEST]),
            (("Training", "VAL", "testing"), [Part.TRAIN, Part.VALIDATION, Part.TEST]),
            (("TRAIN", "Valid"), [Part.TRAIN, Part.VALIDATION]),
            (("train", "test"), [Part.TRAIN, Part.TEST]),
            (("train",), [Part.TRAIN]),
        ],
    )
    def test_names(self, tmp_path: Path, names: tuple[str, ...], parts: list[Part]) -> None:
        make_product_photos(tmp_path, classes=("mug", "lamp"), parts=dict.fromkeys(names, 2))
        dataset = scan_folder(tmp_path)
        assert dataset.class_names == ("lamp", "mug")
        assert [photo.part for photo in dataset.photos] == [p for p in parts for _ in range(4)]

    def test_classes_of_all_parts_count(self, tmp_path: Path) -> None:
        names = ("train/a/1.jpg", "train/b/1.jpg", "val/b/2.jpg", "test/c/3.jpg")
        dataset = scan_folder(make_files(tmp_path, names))
        assert dataset.class_names == ("a", "b", "c")
        assert dataset.photos[-1] == Photo(tmp_path / "test/c/3.jpg", 2, Part.TEST)

    def test_two_folders_of_one_part(self, tmp_path: Path) -> None:
        names = ("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "validation/a/3.jpg")
        dataset = scan_folder(make_files(tmp_path, names))
        assert [photo.part for photo in dataset.photos[2:]] == [Part.VALIDATION] * 2

    def test_another_folder_makes_them_classes(self, tmp_path: Path) -> None:
        names = ("train/a/1.jpg", "train/b/1.jpg", "bus/1.jpg")
        assert scan_folder(make_files(tmp_path, names)).class_names == ("bus", "train")

    def test_no_training_folder_makes_them_classes(self, tmp_path: Path) -> None:
        names = ("val/a/1.jpg", "test/b/1.jpg")
        assert scan_folder(make_files(tmp_path, names)).class_names == ("test", "val")

    def test_toys_called_train(self, tmp_path: Path) -> None:
        """Photos lie directly in the folder: it is a category."""
        names = ("train/1.jpg", "test/1.jpg")
        assert scan_folder(make_files(tmp_path, names)).class_names == ("test", "train")

    def test_a_hidden_folder_is_not_looked_at(self, tmp_path: Path) -> None:
        names = ("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", ".cache/x.jpg")
        dataset = scan_folder(make_files(tmp_path, names))
        assert dataset.class_names == ("a", "b")

    def test_loose_files_in_parts_are_listed(self, tmp_path: Path) -> None:
        names = ("train/a/1.jpg", "train/b/1.jpg", "train/x.jpg", "list.txt")
        dataset = scan_folder(make_files(tmp_path, names))
        assert set(reasons(dataset)) == {"list.txt", str(Path("train", "x.jpg"))}


class TestRefused:
    @pytest.mark.parametrize(
        ("files", "what", "mend"),
        [
            ([], "has no sub-folders.", "into its own sub-folder"),
            (["a.jpg", "b.jpg"], "has no sub-folders, only 2 loose files", "its own sub-folder"),
            (["mug/a.jpg"], 'photos of one category only: "mug"', "into its own sub-folder"),
            (["mug/a.txt", "lamp/b.txt"], "No photos were found in the 2 sub-folders", ""),
            (["all/mug/a.jpg", "all/b/c.jpg"], 'only: "all"', 'inside "all", choose that'),
            (["train/mug/a.jpg", "test/mug/b.jpg"], 'one category only: "mug"', "sub-folder"),
        ],
    )
    def test_what_cannot_be_trained_on(
        self, tmp_path: Path, files: list[str], what: str, mend: str
    ) -> None:
        folder = tmp_path / "products"
        folder.mkdir()
        with pytest.raises(DatasetError) as caught:
            scan_folder(make_files(folder, files))
        assert what in caught.value.what
        assert '"products"' in caught.value.what
        assert mend in caught.value.mend
        assert caught.value.path == folder

    def test_one_class_is_enough_where_the_caller_says_so(self, tmp_path: Path) -> None:
        dataset = scan_folder(make_files(tmp_path, ["mug/a.jpg"]), least_classes=1)
        assert dataset.class_names == ("mug",)

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match='"nowhere" is not there'):
            scan_folder(tmp_path / "nowhere")

    def test_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").touch()
        with pytest.raises(DatasetError, match=r'"a\.jpg" is a file, not a folder'):
            scan_folder(tmp_path / "a.jpg")


@pytest.mark.skipif(os.name == "nt", reason="links and odd names of POSIX systems")
class TestHostileFolders:
    def test_links_in_circles(self, tmp_path: Path) -> None:
        make_files(tmp_path, TWO)
        (tmp_path / "mug" / "up").symlink_to(tmp_path)
        (tmp_path / "mug" / "self").symlink_to(tmp_path / "mug")
        (tmp_path / "mug" / "other").symlink_to(tmp_path / "shirt")
        (tmp_path / "shirt" / "loop").symlink_to("loop")
        dataset = scan_folder(tmp_path)
        assert found(dataset) == list(TWO)
        assert set(reasons(dataset)) == {"mug/up", "mug/self", "mug/other", "shirt/loop"}

    def test_links_to_photos_elsewhere_count(self, tmp_path: Path) -> None:
        make_files(tmp_path / "store", ["red/1.jpg", "2.jpg"])
        make_files(tmp_path / "data", TWO)
        (tmp_path / "data" / "mug" / "red").symlink_to(tmp_path / "store" / "red")
        (tmp_path / "data" / "mug" / "2.jpg").symlink_to(tmp_path / "store" / "2.jpg")
        assert scan_folder(tmp_path / "data").counts() == {"mug": 3, "shirt": 1}

    def test_a_class_may_be_a_link(self, tmp_path: Path) -> None:
        make_files(tmp_path / "store", ["1.jpg"])
        make_files(tmp_path / "data", TWO)
        (tmp_path / "data" / "linked").symlink_to(tmp_path / "store")
        (tmp_path / "data" / "twice").symlink_to(tmp_path / "store")
        dataset = scan_folder(tmp_path / "data")
        assert dataset.class_names == ("linked", "mug", "shirt")
        assert list(reasons(dataset)) == ["twice"]

    def test_pipes_and_dead_links(self, tmp_path: Path) -> None:
        make_files(tmp_path, TWO)
        os.mkfifo(tmp_path / "mug" / "pipe.jpg")
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "mug" / "dead.jpg").symlink_to("gone.jpg")
        dataset = scan_folder(tmp_path)
        assert found(dataset) == list(TWO)
        assert set(reasons(dataset)) == {"mug/pipe.jpg", "mug/dead.jpg", "pipe"}

    @pytest.mark.parametrize("refused", ["mug", "mug/inner", ""])
    def test_folders_that_may_not_be_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
    ) -> None:
        make_files(tmp_path, [*TWO, "mug/inner/c.jpg", "lamp/d.jpg"])
        scandir = os.scandir

        def guarded(folder: object) -> object:
            if Path(os.fspath(folder)) == tmp_path / refused:
                raise PermissionError(13, "Permission denied")
            return scandir(folder)

        monkeypatch.setattr(listing.os, "scandir", guarded)
        if not refused:
            with pytest.raises(DatasetError, match="cannot be opened: Permission denied"):
                scan_folder(tmp_path)
            return
        dataset = scan_folder(tmp_path)
        assert reasons(dataset) == {refused: "This folder cannot be opened: Permission denied."}
        assert len(dataset.photos) == (2 if refused == "mug" else 3)

    @pytest.mark.parametrize(
        "name",
        [
            "new\nline",
            "\N{CAT FACE}",
            "x" * 255,
            " ",
            "-rf",
            "a\udcffb",
            'quo"te',
            "café",
            "con.jpg",
        ],
    )
    def test_odd_names(self, tmp_path: Path, name: str) -> None:
        make_files(tmp_path, TWO)
        make_files(tmp_path, [f"{name}/p.jpg", f"mug/{name[:250]}.jpg"])
        dataset = scan_folder(tmp_path)
        assert len(dataset.photos) == 4
        assert dataset.skipped == ()
        assert all(photo.path.is_file() for photo in dataset.photos)
        for class_name in dataset.class_names:
            class_name.encode()

    def test_composed_and_decomposed_accents_are_one_class(self, tmp_path: Path) -> None:
        composed = unicodedata.normalize("NFC", "café")
        decomposed = unicodedata.normalize("NFD", "café")
        names = (f"train/{composed}/1.jpg", f"test/{decomposed}/2.jpg", "train/b/3.jpg")
        dataset = scan_folder(make_files(tmp_path, names))
        assert dataset.class_names == ("b", composed)
        assert dataset.counts() == {"b": 1, composed: 2}

    def test_everything_is_accounted_for(self, tmp_path: Path) -> None:
        make_product_photos(tmp_path, per_class=5)
        make_files(
            tmp_path, ["a.txt", "mug/b.txt", "mug/c/d.txt", "mug/c/e.jpg", "x/y.heic", "shirt/n"]
        )
        (tmp_path / "mug" / "dead.png").symlink_to("gone")
        on_disk = {p for p in tmp_path.rglob("*") if not p.is_dir()}
        dataset = scan_folder(tmp_path)
        used, skipped = {p.path for p in dataset.photos}, {s.path for s in dataset.skipped}
        assert used | skipped == on_disk
        assert not used & skipped
        assert len(dataset.photos) + len(dataset.skipped) == len(on_disk)


class TestSamples:
    def test_spread_evenly_in_class_order(self, tmp_path: Path) -> None:
        names = [f"{name}/{number:02}.jpg" for name in ("b", "a") for number in range(10)]
        dataset = scan_folder(make_files(tmp_path, names))
        samples = [photo.path.relative_to(tmp_path).as_posix() for photo in dataset.samples(3)]
        assert samples == ["a/00.jpg", "a/03.jpg", "a/06.jpg", "b/00.jpg", "b/03.jpg", "b/06.jpg"]

    def test_no_more_than_there_are(self, tmp_path: Path) -> None:
        dataset = scan_folder(make_files(tmp_path, TWO))
        assert list(dataset.samples(5)) == list(dataset.photos)
        assert list(dataset.samples(0)) == []


class TestLongWork:
    def test_progress_is_sparse_and_ends_full(self, tmp_path: Path) -> None:
        make_files(tmp_path, [f"class{number}/a.jpg" for number in range(200)])
        events: list[Event] = []
        scan_folder(tmp_path, report=events.append)
        assert 1 <= len(events) < 20
        assert events[-1] == StepProgress("scan", 200, 200)

    @pytest.mark.parametrize("order", ["cancel", "stop"])
    def test_it_ends_when_told(self, tmp_path: Path, order: str) -> None:
        make_files(tmp_path, TWO)
        control = Control()
        getattr(control, order)()
        with pytest.raises(Cancelled if order == "cancel" else Stopped):
            scan_folder(tmp_path, control=control)

    def test_it_can_be_cancelled_half_way(self, tmp_path: Path) -> None:
        make_files(tmp_path, [f"class{number}/a.jpg" for number in range(50)])
        control = Control()

        def cancel(event: Event) -> None:
            control.cancel()

        with pytest.raises(Cancelled):
            scan_folder(tmp_path, report=cancel, control=control)

    def test_twenty_thousand_files_take_about_a_second(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            for number in range(10_000):
                os.close(os.open(tmp_path / name / f"{number}.jpg", os.O_CREAT))
        started = time.process_time()
        assert len(scan_folder(tmp_path).photos) == 20_000
        assert time.process_time() - started < 2.5


@pytest.mark.shared
def test_real_folders(shared_folder: Path) -> None:
    dataset = scan_folder(shared_folder / "data" / "clothing")
    parts = [photo.part for photo in dataset.photos]
    assert [parts.count(part) for part in Part] == [3068, 341, 372]
    assert len(dataset.class_names) == 10
    assert dataset.skipped == ()
    assert len(scan_folder(shared_folder / "data" / "groceries").class_names) == 43
    assert len(scan_folder(shared_folder / "data" / "clothing_more").photos) == 1315
