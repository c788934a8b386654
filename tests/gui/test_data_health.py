"""A folder with faults, as a person deals with it: dropped, checked, decided about, trained on.

One program serves the whole file; what comes later builds on what was done before.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.sample_photos import make_product_photos
from tests.gui.file_manager import FileManager
from tests.gui.hand import Hand
from tests.gui.planted import Planted, plant
from tests.gui.program import Event, RunningProgram
from tests.gui.virtual_screen import VirtualScreen, wait_until

CLASSES = ("lamp", "mug", "shirt")
SCRATCH = (3, 3)
SECTIONS = ("photos", "findings", "decisions", "balance")
ROW = 68
"""Height of a row of the list of findings."""


@dataclass
class Desk:
    """What a person has on the screen."""

    hand: Hand
    files: FileManager
    program: RunningProgram
    planted: Planted

    @property
    def checked(self) -> Event:
        """The last finished check."""
        return self.program.events("checked")[-1]

    def show(self, section: str) -> None:
        """Choose a section by mouse."""
        self.program.activate()
        x, y, width, _ = self.program.controls()["sections"]
        part = width / len(SECTIONS)
        self.hand.click((round(x - width / 2 + (SECTIONS.index(section) + 0.5) * part), y))
        wait_until(
            lambda: self.program.events("section")[-1]["name"] == section, what=f"section {section}"
        )

    def open(self, kind: str) -> None:
        """Open the findings of a kind."""
        self.show("findings")
        if "findings_back" in self.program.controls():
            self.program.click("findings_back")
        self.program.place("finding_kinds")
        x, y, _, height = self.program.controls()["finding_kinds"]
        row = list(self.checked["findings"]).index(kind)
        self.hand.click((x, round(y - height / 2 + (row + 0.5) * ROW)))
        self.program.place("finding_sheet")

    def choose_first(self, sheet: str) -> None:
        """Click the first photo of a sheet."""
        self.program.place(sheet)
        x, y, width, height = self.program.controls()[sheet]
        self.hand.click((x - width // 2 + 50, y - height // 2 + 50))

    def after(self, event: str, count: int) -> Event:
        return self.program.wait_for(event, after=count, timeout=60)


@pytest.fixture(scope="module")
def desk(
    hand: Hand, screen: VirtualScreen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk") / "shop"
    make_product_photos(folder / "my {odd} products", classes=CLASSES, per_class=24)
    planted = plant(folder / "my {odd} products")
    files = FileManager(hand, screen.environment(), tmp_path_factory.mktemp("pcmanfm"))
    environment = {**screen.environment(), "KERAS_HOME": str(folder / "no weights")}
    program = RunningProgram(hand, environment, tmp_path_factory.mktemp("program"))
    program.start()
    yield Desk(hand, files, program, planted)
    files.close()
    program.stop()
    assert program.complaints() == []


def test_a_dropped_folder_is_checked(desk: Desk) -> None:
    desk.program.click("train")
    desk.program.wait_for("page", page="train")
    desk.files.open(desk.planted.folder.parent)
    desk.files.drag_first_to(desk.program.place("drop_zone"))
    scanned = desk.program.wait_for("scanned")
    assert scanned["photos"] == 78
    checked = desk.program.wait_for("checked", timeout=60)
    found = checked["findings"]
    assert found["unreadable"] == len(desk.planted.corrupt)
    assert found["exact_copies"] == len(desk.planted.exact)
    assert found["near_copies"] >= len(desk.planted.near)
    assert found["very_dark"] >= len(desk.planted.dark)
    assert found["stray_file"] == len(desk.planted.stray)
    assert checked["used"] == scanned["photos"] - len(desk.planted.corrupt)


def test_a_finding_is_opened_and_its_photo_left_out_by_key(desk: Desk) -> None:
    program, before = desk.program, desk.checked
    desk.open("very_dark")
    desk.choose_first("finding_sheet")
    decided, checks = program.count("decided"), program.count("checked")
    desk.hand.press("Delete")
    made = desk.after("decided", decided)
    assert made["choice"] == "leave_out"
    assert made["photos"][0] in desk.planted.dark
    assert "left out" in program.events("notice")[-1]["message"]
    after = desk.after("checked", checks)
    assert after["used"] == before["used"] - 1
    assert after["findings"]["very_dark"] == before["findings"]["very_dark"] - 1


def test_the_keys_take_it_back(desk: Desk) -> None:
    program, checks = desk.program, desk.program.count("checked")
    desk.hand.press("ctrl+z")
    program.wait_for("undone", choice="leave_out")
    assert desk.after("checked", checks)["used"] == 77


def test_the_best_of_each_copy_stays(desk: Desk) -> None:
    program, checks = desk.program, desk.program.count("checked")
    desk.open("exact_copies")
    program.click("answer_main")
    after = desk.after("checked", checks)
    assert "exact_copies" not in after["findings"]
    assert after["used"] == 77 - len(desk.planted.exact)


def test_a_photo_is_moved_to_its_category_by_keyboard(desk: Desk) -> None:
    program = desk.program
    desk.show("photos")
    desk.choose_first("photo_sheet")
    decided, checks = program.count("decided"), program.count("checked")
    desk.hand.press("m")
    wait_until(lambda: _has_menu(desk), what="the menu of categories")
    desk.hand.press("Down", "Down", "Return")
    made = desk.after("decided", decided)
    assert (made["choice"], made["to_class"]) == ("move", "mug")
    assert desk.after("checked", checks)["decisions"] == 2


def _has_menu(desk: Desk) -> bool:
    try:
        return bool(desk.hand.find_window(class_name="Menu", timeout=0.2))
    except TimeoutError:
        return False


def test_a_photo_is_shown_large_and_walked_from(desk: Desk) -> None:
    program = desk.program
    desk.choose_first("photo_sheet")
    desk.hand.press("space")
    first = program.wait_for("viewing")
    desk.hand.press("Right")
    assert program.wait_for("viewing", after=1)["path"] != first["path"]
    desk.hand.press("Escape")


def test_decisions_are_listed_and_one_is_undone(desk: Desk) -> None:
    program, checks = desk.program, desk.program.count("checked")
    desk.show("decisions")
    program.place("decisions_table")
    x, y, _, height = program.controls()["decisions_table"]
    desk.hand.click((x, y - height // 2 + 50))
    program.click("undo_decision")
    program.wait_for("undone", choice="move")
    assert desk.after("checked", checks)["decisions"] == 1


def test_the_report_is_saved_where_it_is_wanted(desk: Desk, tmp_path: Path) -> None:
    program, goal = desk.program, tmp_path / "photo check.html"
    program.click("report")
    program.wait_for("dialog", name="file:report")
    desk.hand.find_window(name="Save")
    desk.hand.press("ctrl+slash")
    desk.hand.write(str(goal))
    desk.hand.press("Return")
    program.wait_for("report_saved", timeout=60)
    assert "exact" in goal.read_text().lower()


def test_training_uses_exactly_what_was_decided(desk: Desk) -> None:
    program, used = desk.program, desk.checked["used"]
    desk.show("balance")
    program.click("goals", part=SCRATCH)
    program.click("train_button")
    program.wait_for("epoch", after=1, timeout=120)
    program.click("stop")
    program.wait_for("trained", timeout=90)
    (record,) = (program.home / "runs").glob("*/run.json")
    counts = json.loads(record.read_text())["photo_counts"]
    assert counts["train"] + counts["validation"] + counts["test"] == used
    assert counts["skipped"] == len(desk.planted.corrupt + desk.planted.stray + desk.planted.exact)


def test_decisions_survive_looking_again(desk: Desk) -> None:
    program, checks = desk.program, desk.program.count("checked")
    used = desk.checked["used"]
    program.click("train_again")
    program.place("sections")
    desk.hand.press("F5")
    again = desk.after("checked", checks)
    assert (again["used"], again["decisions"]) == (used, 1)


def test_files_are_moved_only_when_that_is_agreed_to(desk: Desk) -> None:
    program, copies = desk.program, desk.planted.exact
    outside = desk.planted.folder.with_name(f"{desk.planted.folder.name} (left out)")
    desk.show("decisions")
    program.click("move_files")
    program.wait_for("dialog", name="move_files")
    program.click("dialog_False")
    assert not outside.exists()
    checks = program.count("checked")
    program.click("move_files")
    program.wait_for("dialog", name="move_files", after=1)
    program.click("dialog_True")
    assert program.wait_for("moved")["files"] == len(copies)
    assert all((outside / copy).exists() for copy in copies)
    assert desk.after("checked", checks)["decisions"] == 0


@pytest.mark.shared
def test_the_window_is_never_kept_busy_while_real_photos_are_checked(
    hand: Hand, screen: VirtualScreen, tmp_path: Path, shared_folder: Path
) -> None:
    """By processor time: what else runs on the computer must not decide this."""
    environment = {**screen.environment(), "KERAS_HOME": str(shared_folder / "keras_home")}
    program = RunningProgram(hand, environment, tmp_path)
    program.start(shared_folder / "data" / "clothing" / "test")
    try:
        program.wait_for("photos")
        time.sleep(1.5)  # until the page has come to rest: its button moves once
        program.click("train_a_model")
        program.wait_for("scanned")
        program.place("photo_sheet")
        before = program.count("stutter")
        checked = program.wait_for("checked", timeout=240)
        busy = [beat["busy"] for beat in program.events("stutter")[before:]]
    finally:
        program.stop()
    assert checked["used"] == 372
    assert max(busy, default=0.0) < 0.1
    assert program.complaints() == []
