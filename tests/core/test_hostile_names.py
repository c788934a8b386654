"""Names and places as hostile as a disk allows: listed, checked, decided about, and trained on."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.dataset.decisions import Decisions, load_decisions, save_decisions
from ml_core.dataset.health.health import Health, assess, check_dataset
from ml_core.dataset.photos import Part, SkipKind
from ml_core.dataset.scan import scan_folder
from ml_core.events import Event, PhotoSkipped
from ml_core.training.prepare import prepare
from tests.core.conftest import fast_recipe
from tests.core.sample_photos import product_photo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names and links of POSIX systems")

NAMES = (
    "two  spaces", " leading", "trailing ", "{braces}", "{", "}{", "$HOME", "%s %d {0}", "a'b",
    'a"b', "back\\slash", "new\nline", "tab\tstop", "carriage\rreturn", "bell\a", "*?[x]", "-rf",
    "--help", "#7", "semi;colon", "a&b|c>d", "~", "con", "nul.jpg", "\N{CAT FACE}\u200d",
    "\u202egpj.exe", "مرحبا", "שלום", "商品", "e\u0301", "\u00e9", "\ufeffbom", "\udcff\udc80",
    "x" * 251, "ｆｕｌｌ", "Case", "CASE", "case",
)  # fmt: skip


def identifier(name: str) -> str:
    return ascii(name)[:30]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two categories of four good photos."""
    for class_index, name in enumerate(("lamp", "mug")):
        (tmp_path / "shop" / name).mkdir(parents=True)
        for number in range(4):
            photo = product_photo(class_index, number)
            photo.save(tmp_path / "shop" / name / f"{number}.jpg")
    return tmp_path / "shop"


def check(folder: Path, decisions: Decisions | None = None) -> Health:
    dataset = scan_folder(folder, least_classes=0)
    return check_dataset(dataset, decisions=decisions or Decisions(folder), with_labels=False)


def add(folder: Path, name: str, number: int = 50) -> Path:
    path = folder / "mug" / f"{name}.jpg"
    with path.open("wb") as file:
        product_photo(1, number).save(file, "JPEG")
    return path


@pytest.mark.parametrize("name", NAMES, ids=identifier)
def test_a_photo_of_any_name_is_used_and_can_be_decided_about(folder: Path, name: str) -> None:
    path = add(folder, name)
    health = check(folder)
    photo = next((photo for photo in health.dataset.photos if photo.path == path), None)
    assert photo is not None, [file.reason for file in health.left_out]
    save_decisions(Decisions(folder).leave_out(health.keys([photo])))
    after = assess(health.examined, load_decisions(folder))
    assert [file.path for file in after.left_out] == [path]
    events: list[Event] = []
    prepared = prepare(scan_folder(folder), fast_recipe(), report=events.append, control=Control())
    assert sum(len(prepared.parts[part]) for part in Part) == 8
    assert [event.path for event in events if isinstance(event, PhotoSkipped)] == [path]


@pytest.mark.parametrize("name", NAMES, ids=identifier)
def test_a_broken_file_of_any_name_is_named_on_one_line(folder: Path, name: str) -> None:
    path = folder / "mug" / f"{name}.jpg"
    path.write_bytes(b"no picture")
    health = check(folder)
    (file,) = health.left_out
    assert file.path == path
    assert file.reason.isprintable()
    file.reason.encode()
    assert any(finding.paths == (path,) for finding in health.findings)
    for finding in health.findings:
        assert finding.message.isprintable()
        finding.message.encode()


@pytest.mark.parametrize("name", NAMES[::3], ids=identifier)
def test_a_category_of_any_name(folder: Path, name: str) -> None:
    name = name[:100]
    shutil.copytree(folder / "mug", folder / name)
    for number, path in enumerate(sorted((folder / name).iterdir())):
        product_photo(2, number).save(path)
    health = check(folder)
    assert len(health.dataset.class_names) == 3
    assert len(health.dataset.photos) == 12
    assert health.problem == ""
    for finding in health.findings:
        finding.message.encode()


def test_names_that_differ_in_case_only_are_two_files(folder: Path) -> None:
    paths = {add(folder, name, 50 + n) for n, name in enumerate(("Photo", "photo", "PHOTO"))}
    if len({path.stat().st_ino for path in paths}) < 3:
        pytest.skip("this disk does not tell upper from lower case")
    health = check(folder)
    used = {photo.path: photo for photo in health.dataset.photos}
    assert paths <= used.keys()
    after = assess(health.examined, Decisions(folder).leave_out(health.keys(
        [used[folder / "mug" / "photo.jpg"]])))  # fmt: skip
    assert [file.path.name for file in after.left_out] == ["photo.jpg"]


def test_all_at_once_all_accounted_for(folder: Path) -> None:
    for number, name in enumerate(NAMES):
        add(folder, name, 100 + number)
        (folder / "lamp" / f"{name[:240]} broken.png").write_bytes(b"x")
    health = check(folder)
    on_disk = {path for path in folder.rglob("*") if path.is_file()}
    used = {photo.path for photo in health.dataset.photos}
    left_out = {file.path for file in health.left_out}
    assert used | left_out == on_disk
    assert not used & left_out
    assert len(used) == 8 + len(NAMES)


class TestHostilePlaces:
    def test_links_in_a_loop(self, folder: Path) -> None:
        (folder / "mug" / "self").symlink_to(folder / "mug")
        (folder / "lamp" / "up").symlink_to(folder)
        (folder / "lamp" / "round.jpg").symlink_to("round.jpg")
        (folder / "loop").symlink_to(folder)
        health = check(folder)
        assert len(health.dataset.photos) == 8
        kinds = {file.path.name: file.kind for file in health.left_out}
        assert kinds == {
            "self": SkipKind.LINK, "up": SkipKind.LINK, "loop": SkipKind.LINK,
            "round.jpg": SkipKind.STRAY,
        }  # fmt: skip

    def test_the_same_photo_through_a_link_is_a_copy(self, folder: Path) -> None:
        (folder / "mug" / "link.jpg").symlink_to(folder / "mug" / "3.jpg")
        health = check(folder)
        copies = [f for f in health.findings if f.kind == "exact_copies"]
        assert [{photo.path.name for photo in f.photos} for f in copies] == [{"3.jpg", "link.jpg"}]

    def test_pipes_sockets_and_devices(self, folder: Path) -> None:
        os.mkfifo(folder / "mug" / "pipe.jpg")
        (folder / "mug" / "zero.jpg").symlink_to("/dev/zero")
        (folder / "lamp" / "terminal.jpg").symlink_to("/dev/tty")
        health = check(folder)
        assert len(health.dataset.photos) == 8
        assert {file.path.name for file in health.left_out} == {
            "pipe.jpg", "zero.jpg", "terminal.jpg",
        }  # fmt: skip
        assert all(file.reason for file in health.left_out)

    def test_folders_called_like_photos(self, folder: Path) -> None:
        (folder / "mug" / "empty.jpg").mkdir()
        (folder / "mug" / "full.jpg").mkdir()
        product_photo(1, 60).save(folder / "mug" / "full.jpg" / "inside.jpg")
        (folder / "shirt.jpg").mkdir()
        product_photo(2, 60).save(folder / "shirt.jpg" / "0.jpg")
        health = check(folder)
        assert "shirt.jpg" in health.dataset.class_names
        assert folder / "mug" / "full.jpg" / "inside.jpg" in {
            photo.path for photo in health.dataset.photos
        }

    @pytest.mark.parametrize("mode", [0o000, 0o444])
    def test_folders_and_files_that_may_not_be_opened(self, folder: Path, mode: int) -> None:
        closed, hidden = folder / "mug", folder / "lamp" / "3.jpg"
        hidden.chmod(0)
        closed.chmod(mode)
        if os.access(hidden, os.R_OK):
            pytest.skip("this user (root, most likely) may open every folder and file")
        try:
            health = check(folder)
        finally:
            closed.chmod(0o755)
            hidden.chmod(0o644)
        assert len(health.dataset.photos) == 3
        reasons = {file.path: file.reason for file in health.left_out}
        assert "permission" in reasons[hidden].casefold()
        assert any("ermission" in reasons[path] for path in reasons if path != hidden)

    def test_a_read_only_folder_is_checked(self, folder: Path) -> None:
        for place in (folder, *folder.iterdir()):
            place.chmod(0o555)
        try:
            health = check(folder)
        finally:
            for place in (folder, *folder.iterdir()):
                place.chmod(0o755)
        assert len(health.dataset.photos) == 8

    def test_very_deep_folders(self, folder: Path) -> None:
        place = folder / "mug"
        for _ in range(12):
            place /= "deep" * 40
        if len(os.fsencode(place)) > os.pathconf("/", "PC_PATH_MAX") - 20:
            pytest.skip("longer than a path may be")
        place.mkdir(parents=True)
        product_photo(1, 70).save(place / "down here.jpg")
        assert len(check(folder).dataset.photos) == 9

    @pytest.mark.skipif(sys.platform != "linux", reason="paths past the system's limit, on Linux")
    def test_folders_deeper_than_a_path_may_be(self, folder: Path) -> None:
        here = os.getcwd()  # noqa: PTH109 - the point is to go where no path leads
        os.chdir(folder / "mug")
        try:
            for _ in range(25):
                Path("d" * 200).mkdir()
                os.chdir("d" * 200)
            product_photo(1, 71).save("unreachable.jpg")
        finally:
            os.chdir(here)
        health = check(folder)
        assert len(health.dataset.photos) == 8
        assert any("cannot be opened" in file.reason for file in health.left_out)
