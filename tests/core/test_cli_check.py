"""``ml-core check`` and ``ml-core undo``: what they say, in words and as JSON."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from ml_core.dataset.decisions import Decisions, load_decisions, save_decisions
from ml_core.dataset.health.health import check_dataset
from ml_core.dataset.scan import scan_folder
from tests.core.command_line import Said, ml_core, process
from tests.core.sample_photos import make_product_photos
from tests.core.test_cli_interrupted import PressesCtrlC

ODD = "odd {name} é 👕.jpg"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three categories with a copy, a dark photo, a broken one, an odd name and a stray file."""
    root = make_product_photos(tmp_path / "shop", per_class=8, size=(96, 72))
    shutil.copy(root / "mug" / "mug_000.jpg", root / "mug" / "mug_copy.jpg")
    with Image.open(root / "lamp" / "lamp_002.jpg") as photo:
        photo.point(lambda value: value // 6).save(root / "lamp" / "dark.png")
    (root / "shirt" / "broken.jpg").write_bytes(b"\xff\xd8 no photo")
    shutil.copy(root / "shirt" / "shirt_001.jpg", root / "lamp" / ODD)
    (root / "notes.txt").write_text("remember")
    return root


def check(folder: Path, *words: object) -> Said:
    return ml_core("check", folder, "--no-labels", *words)


def test_the_whole_check_as_json(shop: Path) -> None:
    said = check(shop, "--json")
    (told,) = said.values
    assert said.status == 0
    assert told["classes"] == {"lamp": 10, "mug": 9, "shirt": 8}
    assert (told["used"], told["photos"]) == (27, 29)
    assert {Path(file["path"]).name: bool(file["reason"]) for file in told["left_out"]} == {
        "broken.jpg": True,
        "notes.txt": True,
    }
    parts = told["split"]
    assert parts["train"] + parts["validation"] + parts["test"] == told["used"]
    assert parts["groups"] == 2
    assert told["problem"] == ""
    assert len(told["not_checked"]) == 1


def test_every_finding_names_its_photos(shop: Path) -> None:
    (told,) = check(shop, "--json").values
    found = {finding["kind"]: finding for finding in told["findings"]}
    assert set(found["in_two_classes"]["photos"]) == {
        str(shop / "lamp" / ODD), str(shop / "shirt" / "shirt_001.jpg"),
    }  # fmt: skip
    assert found["in_two_classes"]["severity"] == "error"
    assert found["unreadable"]["photos"] == [str(shop / "shirt" / "broken.jpg")]
    assert found["very_dark"]["photos"] == [str(shop / "lamp" / "dark.png")]
    assert found["stray_file"]["photos"] == []
    assert found["stray_file"]["paths"] == [str(shop / "notes.txt")]
    assert all(finding["message"].endswith(".") for finding in told["findings"])


def test_used_and_left_out_are_all_that_was_found(shop: Path) -> None:
    (told,) = check(shop, "--json").values
    found = [path for path in shop.rglob("*") if path.is_file()]
    assert told["photos"] == told["used"] + len(told["left_out"]) == len(found)


def test_the_same_in_words(shop: Path) -> None:
    said = check(shop)
    lines = said.results.splitlines()
    assert lines[0].split() == ["Category", "Photos", "Train", "Validation", "Test"]
    assert lines[1].split()[:2] == ["lamp", "10"]
    assert "Split: 2 groups of copies kept together." in lines
    assert any(line.split()[:5] == ["error", "One", "photo", "in", "two"] for line in lines)
    assert "Left out: 2 of 29 found" in lines
    assert any(ODD in line for line in lines)
    assert "Decisions in force" not in said.results
    assert "Wrong labels and outliers were not looked for" in lines[-1]


def test_numbers_stand_in_columns(shop: Path) -> None:
    (shop / "mug").rename(shop / "a category with a longer name, 衣服")
    lines = check(shop).results.splitlines()[:5]
    from rich.cells import cell_len

    assert len({cell_len(line) for line in lines}) == 1


def test_a_name_cannot_break_the_lines(shop: Path) -> None:
    (shop / "mug").rename(shop / "two\nlines\x1b[31m")
    said = check(shop)
    assert "two\\nlines\\x1b[31m" in said.results
    assert "\x1b" not in said.results


def decide(root: Path) -> None:
    """One photo is of another category, one is left out, one finding does not matter."""
    health = check_dataset(scan_folder(root), with_labels=False)
    photos = {photo.path.name: photo for photo in health.dataset.photos}
    decisions: Decisions = health.decisions
    decisions = decisions.move(health.keys([photos[ODD]]), "shirt")
    decisions = decisions.leave_out(health.keys([photos["mug_copy.jpg"]]))
    decisions = decisions.keep(health.keys([photos["dark.png"]]), kind="very_dark")
    save_decisions(decisions)


def test_decisions_are_followed_and_listed(shop: Path) -> None:
    decide(shop)
    said = check(shop)
    assert "Decisions in force: 3" in said.results
    assert f'1. 1 photo is counted to "shirt": lamp/{ODD}.' in said.results
    assert "2. 1 photo is left out: mug/mug_copy.jpg." in said.results
    assert "1 more are settled" in said.results
    (told,) = check(shop, "--json").values
    assert told["classes"] == {"lamp": 9, "mug": 8, "shirt": 9}
    kinds = {finding["kind"] for finding in told["findings"]}
    assert not kinds & {"in_two_classes", "very_dark"}
    assert told["settled"] == 1
    assert [decision["number"] for decision in told["decisions"]] == [1, 2, 3]


def test_nothing_to_train_on_is_status_one(tmp_path: Path) -> None:
    root = make_product_photos(tmp_path / "one", classes=("mug",), per_class=3)
    said = check(root, "--json")
    assert said.status == 1
    assert "at least two categories" in said.error
    (told,) = said.values
    assert (told["split"], told["used"]) == (None, 3)
    assert "at least two categories" in told["problem"]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_text("x"), lambda _: None])
def test_an_empty_folder_a_file_and_nothing_are_no_crash(make: object, tmp_path: Path) -> None:
    place = tmp_path / "place"
    make(place)  # type: ignore[operator]
    said = check(place)
    assert said.status == 1
    assert said.error


def test_no_photo_is_changed(shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    check(shop, "--report", shop.parent / "r.html", "--csv", shop.parent / "r.csv")
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_ctrl_c_ends_cleanly(shop: Path) -> None:
    said = ml_core(
        "check", shop, "--no-labels", "--json", "--report", shop.parent / "r.html",
        notes=PressesCtrlC("Looking at every photo"),
    )  # fmt: skip
    assert (said.status, said.results) == (130, "")
    assert "Traceback" not in said.notes
    assert not (shop.parent / "r.html").exists()


# --- reports ---


def test_reports_are_written_and_named(shop: Path, tmp_path: Path) -> None:
    page, table = tmp_path / "r.html", tmp_path / "new" / "r.csv"
    said = check(shop, "--report", page, "--csv", table)
    assert said.status == 0
    assert f"Saved {page}" in said.notes
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert table.read_text(encoding="utf-8-sig").startswith("kind,severity,photo")


@pytest.mark.parametrize(
    ("option", "name", "sentence"),
    [
        ("--report", "there.html", "exists, so it is left alone"),
        ("--csv", "there.csv", "exists, so it is left alone"),
        ("--report", "photo.jpg", "must end in .html"),
        ("--csv", "photo.jpg", "must end in .csv"),
        ("--report", "folder.html", "is a folder"),
    ],
)
def test_nothing_is_overwritten_by_a_slip(
    option: str, name: str, sentence: str, shop: Path, tmp_path: Path
) -> None:
    for there in ("there.html", "there.csv", "photo.jpg"):
        (tmp_path / there).write_text("mine")
    (tmp_path / "folder.html").mkdir()
    said = check(shop, option, tmp_path / name)
    assert sentence in said.error
    assert said.notes.count("\n") == 1, "said before the work"
    assert (tmp_path / "there.html").read_text() == (tmp_path / "photo.jpg").read_text() == "mine"


def test_force_replaces_reports_only(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("old")
    (tmp_path / "photo.jpg").write_text("mine")
    assert check(shop, "--report", tmp_path / "there.html", "--force").status == 0
    assert "old" not in (tmp_path / "there.html").read_text(encoding="utf-8")[:100]
    assert "must end in" in check(shop, "--report", tmp_path / "photo.jpg", "--force").error


# --- moving ---


def test_files_are_moved_as_decided_and_taken_back(shop: Path, tmp_path: Path) -> None:
    decide(shop)
    before = {path: path.read_bytes() for path in shop.rglob("*.jpg")}
    said = check(shop, "--move-files", "--left-out-to", tmp_path / "aside")
    assert said.status == 0
    assert "Moved 2 files. Take them back with: ml-core undo" in said.results
    assert (shop / "shirt" / ODD).exists()
    assert (tmp_path / "aside" / "mug" / "mug_copy.jpg").exists()
    assert check(shop, "--move-files").results.splitlines()[-1].startswith("Moved nothing")

    listed = ml_core("undo", "--list").results.splitlines()
    assert len(listed) == 2
    assert 'Decisions about "shop"' in listed[1]
    undone = ml_core("undo")
    assert (undone.status, undone.results) == (0, "Took 2 files back.\n")
    assert {path: path.read_bytes() for path in shop.rglob("*.jpg")} == before
    assert len(load_decisions(shop).active) == 3
    assert "taken back" in ml_core("undo", "--list").results


def test_moving_as_json(shop: Path) -> None:
    decide(shop)
    (told,) = check(shop, "--move-files", "--json").values
    assert [Path(file["target"]) for file in told["moved"]["files"]] == [shop / "shirt" / ODD]
    assert told["moved"]["failed"] == []
    (listed,) = ml_core("undo", "--list", "--json").values
    assert [(one["journal"], one["files"]) for one in listed] == [(told["moved"]["journal"], 1)]
    (undone,) = ml_core("undo", told["moved"]["journal"], "--json").values
    assert len(undone["files"]) == 1


def test_a_place_for_files_without_moving_is_a_mistake(shop: Path, tmp_path: Path) -> None:
    assert "Add --move-files" in check(shop, "--left-out-to", tmp_path).error


def test_nothing_to_take_back() -> None:
    assert "nothing that could be taken back" in ml_core("undo").error
    assert ml_core("undo", "--list", "--json").values == [[]]


def test_a_file_that_changed_is_named_and_left(shop: Path) -> None:
    decide(shop)
    check(shop, "--move-files")
    (shop / "shirt" / ODD).write_bytes(b"edited")
    said = ml_core("undo")
    assert said.status == 1
    assert "was changed meanwhile, and stays where it is" in said.results
    assert (shop / "shirt" / ODD).read_bytes() == b"edited"


@pytest.mark.timeout(120)
def test_a_process_of_its_own(shop: Path) -> None:
    """The real thing: results apart from notes, no TensorFlow needed."""
    said = process("check", shop, "--no-labels", "--json")
    assert said.status == 0
    assert said.values[0]["used"] == 27
    assert "Looking at every photo" in said.notes


# --- deciding ---


def test_photos_are_decided_about_and_that_is_taken_back(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ml_core(
        "decide", shop, "--leave-out", "mug/mug_copy.jpg", shop / "lamp" / "dark.png",
        "--move", "shirt", f"lamp/{ODD}", "--merge", "mug", "lamp",
    )  # fmt: skip
    assert said.status == 0
    assert said.results.splitlines() == [
        "Decisions in force: 3",
        "  1. 2 photos are left out: mug/mug_copy.jpg, lamp/dark.png.",
        f'  2. 1 photo is counted to "shirt": lamp/{ODD}.',
        '  3. "mug" is counted to "lamp".',
    ]
    (told,) = check(shop, "--json").values
    assert told["classes"] == {"lamp": 16, "shirt": 9}

    monkeypatch.chdir(shop / "mug")
    ml_core("decide", shop, "--undo")
    ml_core("decide", shop, "--undo", 1)
    ml_core("decide", shop, "--keep", "exact_copies", "mug_copy.jpg", "mug_000.jpg", "--mend-leaks")
    (listed,) = ml_core("decide", shop, "--json").values
    assert [one["what"] for one in listed] == [
        f'1 photo is counted to "shirt": lamp/{ODD}.',
        '2 photos are kept, whatever "Exact copies" says: mug/mug_copy.jpg, mug/mug_000.jpg.',
        "Copies of validation and test photos are left out of training.",
    ]
    (told,) = check(shop, "--json").values
    copies = [one["photos"] for one in told["findings"] if one["kind"] == "exact_copies"]
    assert [sorted(Path(photo).name for photo in photos) for photos in copies] == [
        [ODD, "shirt_001.jpg"]
    ], "those of the mug do not matter any more"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--leave-out", "mug/gone.jpg"), "mug/gone.jpg is no photo of"),
        (("--leave-out", "notes.txt"), "notes.txt is no photo of"),
        (("--move", "hat", "mug/mug_000.jpg"), 'There is no category "hat". There are: lamp, mug'),
        (("--move", "lamp"), "No photo was named."),
        (("--keep", "ugly", "mug/mug_000.jpg"), 'no kind of finding called "ugly"'),
        (("--merge", "hat", "mug"), 'There is no category "hat"'),
        (("--undo",), "There is no decision in force"),
        (("--undo", 4), "There is no decision number 4 in force"),
    ],
)
def test_a_wrong_decision_is_refused_as_a_whole(
    words: tuple[object, ...], sentence: str, shop: Path
) -> None:
    assert sentence in ml_core("decide", shop, "--mend-leaks", *words).error
    assert load_decisions(shop).history == ()
