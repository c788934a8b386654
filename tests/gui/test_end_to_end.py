"""The whole program as a person uses it: a real window, real drags, real training, real files.

One program serves most of the file: it learns once, and what comes after builds on that, in order.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from product_gui.theme import colours
from tests.core.sample_photos import make_product_photos
from tests.gui.file_manager import FileManager
from tests.gui.hand import Hand
from tests.gui.looks import share_of
from tests.gui.program import RunningProgram
from tests.gui.virtual_screen import VirtualScreen, wait_until

CLASSES = ("lamp", "mug", "shirt")
SCRATCH = (3, 3)  # the last of three recipes


@dataclass
class Desk:
    """What a person has on the screen."""

    hand: Hand
    files: FileManager
    program: RunningProgram
    folder: Path

    @property
    def photos(self) -> Path:
        """Has one folder in it, with the photos to learn from."""
        return self.folder / "photos"

    @property
    def model(self) -> Path:
        """The only model there is."""
        (model,) = (self.program.home / "runs").glob("*/model.keras")
        return model

    def drop(self, source: Path, control: str) -> None:
        """Drag the first thing in a folder onto a control."""
        self.files.open(source)
        self.files.drag_first_to(self.program.place(control))

    def share(self, control: str, colour: str) -> float:
        """How much of a control has exactly this colour."""
        x, y, width, height = self.program.controls()[control]
        file = self.hand.screenshot(self.folder / "screen.png")
        box = (x - width // 2, y - height // 2, x + width // 2, y + height // 2)
        with Image.open(file) as picture:
            return share_of(picture.convert("RGB").crop(box), colour)


@pytest.fixture(scope="module")
def desk(
    hand: Hand, screen: VirtualScreen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "photos").mkdir()
    make_product_photos(folder / "photos" / "my products", classes=CLASSES, per_class=24)
    files = FileManager(hand, screen.environment(), tmp_path_factory.mktemp("pcmanfm"))
    program = RunningProgram(hand, screen.environment(), tmp_path_factory.mktemp("program"))
    program.start()
    yield Desk(hand, files, program, folder)
    files.close()
    program.stop()
    assert program.complaints() == []


def test_the_window_says_what_to_do_first(desk: Desk) -> None:
    controls = desk.program.controls()
    assert {"drop_zone", "choose_photos", "train_a_model", "classify", "train"} <= controls.keys()


def test_a_folder_dropped_on_train_is_looked_at(desk: Desk) -> None:
    desk.program.click("train")
    desk.program.wait_for("page", page="train")
    desk.drop(desk.photos, "drop_zone")
    scanned = desk.program.wait_for("scanned")
    assert (scanned["categories"], scanned["photos"]) == (3, 72)


def test_curves_grow_while_it_learns(desk: Desk) -> None:
    program = desk.program
    program.click("goals", part=SCRATCH)
    program.click("train_button")
    assert program.wait_for("training", state="started", goal="scratch")
    program.wait_for("epoch", timeout=120)
    program.wait_for("epoch", after=1, timeout=60)
    early = desk.share("plot", colours.ACCENT_BAR[0])
    program.wait_for("epoch", after=4, timeout=60)
    wait_until(lambda: desk.share("plot", colours.ACCENT_BAR[0]) > early, what="the curves to grow")
    epochs = program.events("epoch")
    assert [event["epoch"] for event in epochs] == list(range(1, len(epochs) + 1))


def test_stop_and_keep_keeps_a_model(desk: Desk) -> None:
    desk.program.click("stop")
    trained = desk.program.wait_for("trained", timeout=90)
    assert Path(trained["model"]) == desk.model
    assert zipfile.is_zipfile(desk.model)
    assert (desk.model.parent / "history.csv").read_text().count("\n") >= 5
    assert trained["photos"] > 0


def test_the_model_is_exported_to_where_it_is_wanted(desk: Desk) -> None:
    program, goal = desk.program, desk.folder / "exported model.keras"
    program.click("export")
    program.wait_for("dialog", name="export")
    program.place("dialog_True")
    desk.hand.press("Return")
    program.wait_for("dialog", name="file:export")
    desk.hand.find_window(name="Save")
    desk.hand.press("ctrl+slash")
    desk.hand.write(str(goal))
    desk.hand.press("Return")
    exported = program.wait_for("exported", timeout=60)
    assert Path(exported["path"]) == goal
    assert goal.stat().st_size == exported["bytes"] > 10_000
    with zipfile.ZipFile(goal) as archive:
        manifest = json.loads(archive.read("product_classifier/manifest.json"))
    assert set(CLASSES) <= set(json.dumps(manifest).replace('"', " ").split())


def test_a_photo_dropped_on_the_window_is_classified(desk: Desk) -> None:
    program, new = desk.program, desk.folder / "new"
    new.mkdir()
    photo = new / "ein {Bild} für mich.jpg"
    shutil.copy(min((desk.photos / "my products" / "mug").iterdir()), photo)
    program.click("use_model")
    program.wait_for("model")
    desk.drop(new, "window")
    answer = program.wait_for("answer", timeout=30)
    assert Path(answer["path"]) == photo
    assert answer["category"] in CLASSES
    assert 1 / 3 <= answer["confidence"] <= 1
    assert answer["error"] == ""


def test_many_photos_fill_a_table_and_bad_ones_are_named(desk: Desk) -> None:
    program, many = desk.program, desk.folder / "many"
    many.mkdir()
    for name in CLASSES:
        for file in sorted((desk.photos / "my products" / name).iterdir())[:3]:
            shutil.copy(file, many)
    (many / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo")
    before = program.count("answer")
    desk.files.open(many)
    desk.files.drag_all_to(program.place("window"))
    program.wait_for("answered", after=program.count("answered"), timeout=30)
    answers = program.events("answer")[before:]
    assert len(answers) == 10
    assert [Path(a["path"]).name for a in answers if a["error"]] == ["broken.jpg"]
    program.place("table")


def test_cancel_and_discard_leaves_nothing(desk: Desk) -> None:
    program = desk.program
    runs_before = sorted((program.home / "runs").iterdir())
    program.click("train")
    program.click("train_again")
    program.click("goals", part=SCRATCH)
    program.click("train_button")
    program.click("cancel")
    program.wait_for("job", name="train", state="cancelled", timeout=60)
    program.place("train_button")
    assert sorted((program.home / "runs").iterdir()) == runs_before


def test_pages_are_reached_by_keyboard(desk: Desk) -> None:
    for number, page in enumerate(("classify", "review", "models", "train"), start=1):
        seen = desk.program.count("page", page=page)
        desk.hand.press(f"ctrl+{(1, 3, 4, 2)[number - 1]}")
        desk.program.wait_for("page", page=page, after=seen)


def test_the_theme_changes_while_it_runs(desk: Desk) -> None:
    def surface() -> float:
        return desk.share("window", colours.SURFACE[1])

    assert surface() < 0.01
    desk.hand.press("ctrl+comma")
    desk.program.wait_for("dialog", name="theme")
    desk.program.click("dialog_dark")
    wait_until(lambda: surface() > 0.2, what="the dark theme")
    desk.hand.press("ctrl+comma")
    desk.program.wait_for("dialog", name="theme", after=1)
    desk.program.click("dialog_light")
    wait_until(lambda: surface() < 0.01, what="the light theme")


def test_closing_while_it_learns_asks_once_and_ends_cleanly(desk: Desk) -> None:
    program = desk.program
    runs_before = sorted((program.home / "runs").iterdir())
    epochs = program.count("epoch")
    program.click("train_button")
    program.wait_for("epoch", after=epochs, timeout=90)
    desk.hand.press("ctrl+q")
    program.wait_for("dialog", name="close")
    program.click("dialog_keep")
    program.wait_for("epoch", after=program.count("epoch"), timeout=30)
    desk.hand.press("ctrl+q")
    program.wait_for("dialog", name="close", after=1)
    program.click("dialog_discard")
    assert program.wait_for_end() == 0
    assert program.events("closed")
    assert sorted((program.home / "runs").iterdir()) == runs_before
    assert program.complaints() == []


def test_a_model_file_dropped_on_a_photo_answers_for_it(
    desk: Desk, hand: Hand, screen: VirtualScreen, tmp_path: Path
) -> None:
    photo = min((desk.photos / "my products" / "lamp").iterdir())
    (tmp_path / "given").mkdir()
    shutil.copy(desk.folder / "exported model.keras", tmp_path / "given" / "von Jörg.keras")
    program = RunningProgram(hand, screen.environment(), tmp_path)
    program.start(photo)
    try:
        program.wait_for("photos", count=1)
        desk.files.open(tmp_path / "given")
        desk.files.drag_first_to(program.place("window"))
        answer = program.wait_for("answer", timeout=30)
        assert Path(answer["path"]) == photo
        assert program.events("model")
        program.activate()
        hand.press("ctrl+q")
        assert program.wait_for_end() == 0
    finally:
        program.stop()
    assert program.complaints() == []


def test_the_program_opens_with_a_model_and_a_photo(
    desk: Desk, hand: Hand, screen: VirtualScreen, tmp_path: Path
) -> None:
    photo = min((desk.photos / "my products" / "mug").iterdir())
    program = RunningProgram(hand, screen.environment(), tmp_path)
    program.start(desk.folder / "exported model.keras", photo)
    try:
        assert Path(program.wait_for("answer", timeout=30)["path"]) == photo
    finally:
        program.stop()
    assert program.complaints() == []
