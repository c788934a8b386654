"""Take the README's pictures from the running program: ``make screenshots``.

The program learns the project's own sample photos on a virtual display, by mouse, and every page is
photographed in the light and in the dark theme.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ml_core.models.weights import weights_are_cached
from product_gui.settings import SettingsStore, Theme
from tests.core.sample_photos import make_product_photos
from tests.gui.hand import Hand, Point
from tests.gui.planted import plant
from tests.gui.program import RunningProgram
from tests.gui.virtual_screen import VirtualScreen

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "assets" / "screenshots"
SAMPLES = ROOT / "assets" / "samples"
SIZE = (1100, 720)
CORNER = (20, 40)
FAST, SCRATCH = (1, 3), (3, 3)
EPOCHS_TO_SHOW = 12
SETTLED = 2.0
"""Seconds until thumbnails and plots have come."""
TOAST = 11.0
"""Seconds until a message with a button has gone."""


class Photographer:
    """Opens the program in one home, again and again, and takes pictures of its window."""

    def __init__(self, hand: Hand, environment: dict[str, str], folder: Path) -> None:
        self._hand, self._environment, self.folder = hand, environment, folder
        self.suffix = ""

    @contextmanager
    def program(self, *paths: Path, theme: Theme, page: str) -> Iterator[RunningProgram]:
        """The program with its window on the screen; it is ended afterwards."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        store = SettingsStore.open(home / "settings.json")
        store.change(lambda old: replace(old, theme=theme, page=page, geometry=""))
        (self.folder / "trace.jsonl").unlink(missing_ok=True)
        self.suffix = "-dark" if theme == "dark" else ""
        program = RunningProgram(self._hand, self._environment, self.folder)
        try:
            program.start(*paths, corner=CORNER, size=SIZE)
            yield program
        finally:
            program.stop()

    def click(self, point: Point) -> None:
        """Click what is no control of its own."""
        self._hand.click(point)

    def forget_caches(self) -> None:
        """Let the next program look at every photo anew."""
        shutil.rmtree(self.folder / "home" / "cache", ignore_errors=True)

    def choose(
        self,
        program: RunningProgram,
        control: str,
        column: tuple[int, int],
        *,
        row: tuple[int, int] = (1, 1),
    ) -> None:
        """Click the middle of a part of a control: its second column of four, say."""
        program.place(control)
        x, y, width, height = program.controls()[control]
        across = (column[0] - 0.5) / column[1] - 0.5
        down = (row[0] - 0.5) / row[1] - 0.5
        self._hand.click((round(x + across * width), round(y + down * height)))

    def take(self, program: RunningProgram, name: str) -> None:
        """Save a picture of the window once it has come to rest."""
        self._hand.move((CORNER[0] + SIZE[0] + 50, CORNER[1] + 20))
        time.sleep(SETTLED)
        file = PICTURES / f"{name}{self.suffix}.png"
        self._hand.screenshot(file, window=program.window)
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")


def sample_photos(folder: Path) -> Path:
    """The project's own sample photos; drawn ones where there are none."""
    return SAMPLES if SAMPLES.is_dir() else make_product_photos(folder / "photos", per_class=40)


def empty(photographer: Photographer) -> None:
    """What a newcomer sees first."""
    with photographer.program(theme="light", page="classify") as program:
        photographer.take(program, "first-start")


def augmentation(photographer: Photographer, photos: Path, theme: Theme) -> None:
    """How photos are varied, with amounts of one's own."""
    with photographer.program(photos, theme=theme, page="classify") as program:
        program.wait_for("photos")
        time.sleep(SETTLED)
        program.click("train_a_model")
        program.wait_for("scanned")
        program.click("goals", part=SCRATCH)
        program.click("advanced")
        x, y = program.place("settings_tabs")
        photographer.click((x + 40, y))
        program.wait_for("preview")
        program.click("amount_colour")
        program.wait_for("preview", after=1)
        photographer.take(program, "augmentation")


def data(photographer: Photographer, photos: Path, theme: Theme) -> None:
    """A folder with faults: while it is checked, what was found, one finding, what was decided."""
    photographer.forget_caches()
    folder = photographer.folder / theme / "my products"
    shutil.copytree(photos, folder)
    plant(folder)
    with photographer.program(folder, theme=theme, page="classify") as program:
        program.wait_for("photos")
        time.sleep(SETTLED)
        program.click("train_a_model")
        program.wait_for("scanned")
        photographer.take(program, "photos-checking")
        program.wait_for("checked", timeout=200)
        photographer.choose(program, "sections", (2, 4))
        photographer.take(program, "findings")
        kinds = list(program.events("checked")[-1]["findings"])
        program.click("finding_kinds", part=(kinds.index("in_two_classes") + 1, len(kinds)))
        photographer.choose(program, "finding_sheet", (2, 4), row=(1, 5))
        photographer.take(program, "finding-copies")
        program.click("answer_leave_out")
        program.wait_for("checked", after=1, timeout=60)
        program.click("findings_back")
        if "wrong_label" in kinds:
            kinds = list(program.events("checked")[-1]["findings"])
            program.click("finding_kinds", part=(kinds.index("wrong_label") + 1, len(kinds)))
            photographer.choose(program, "finding_sheet", (1, 4), row=(1, 5))
            photographer.take(program, "finding")
            program.click("answer_main")
            program.wait_for("checked", after=2, timeout=60)
        photographer.choose(program, "sections", (3, 4))
        photographer.take(program, "decisions")
        photographer.choose(program, "sections", (4, 4))
        photographer.take(program, "balance")


def train(photographer: Photographer, photos: Path, theme: Theme) -> None:
    """A training from scratch that is broken off, resumed, and stopped."""
    with photographer.program(photos, theme=theme, page="classify") as program:
        program.wait_for("photos")
        time.sleep(SETTLED)
        program.click("train_a_model")
        program.wait_for("scanned")
        photographer.take(program, "train-folder")
        program.click("goals", part=SCRATCH)
        program.click("train_button")
        program.wait_for("epoch", timeout=300)
        photographer.take(program, "train-begun")
        program.wait_for("epoch", after=EPOCHS_TO_SHOW, timeout=300)
        photographer.take(program, "train-running")
        photographer.choose(program, "plot_tabs", (2, 2))
        photographer.take(program, "train-log")
        program.kill()
    with photographer.program(theme=theme, page="train") as program:
        program.wait_for("interrupted")
        time.sleep(TOAST)
        photographer.take(program, "train-interrupted")
        program.click("resume_run")
        program.wait_for("epoch", after=EPOCHS_TO_SHOW + 1, timeout=300)
        program.click("stop")
        program.wait_for("trained", timeout=120)
        photographer.take(program, "train-result")


def train_fast(photographer: Photographer, photos: Path) -> None:
    """The model that the other pictures are taken with."""
    with photographer.program(photos, theme="light", page="classify") as program:
        program.wait_for("photos")
        time.sleep(SETTLED)
        program.click("train_a_model")
        program.wait_for("scanned")
        program.click("goals", part=FAST if weights_are_cached("mobilenet_v2") else SCRATCH)
        program.click("train_button")
        program.wait_for("trained", timeout=300)
        program.click("use_model")
        program.wait_for("model")


def pages(photographer: Photographer, photos: Path, theme: Theme) -> None:
    """Every page with the model in use."""
    shown = [sorted(path.glob("*.jpg"))[1] for path in sorted(photos.iterdir()) if path.is_dir()]
    with photographer.program(shown[3], theme=theme, page="classify") as program:
        program.wait_for("answer", timeout=30)
        photographer.take(program, "classify")
        program.click("why")
        program.wait_for("explained", timeout=30)
        photographer.take(program, "classify-why")
    with photographer.program(*shown, theme=theme, page="classify") as program:
        program.wait_for("answered", timeout=60)
        photographer.take(program, "classify-many")
        program.click("review")
        program.wait_for("reviewed")
        photographer.take(program, "review")
        photographer.choose(program, "tabs", (3, 5))
        photographer.take(program, "review-photos")
        photographer.choose(program, "tabs", (5, 5))
        program.wait_for("compared")
        photographer.take(program, "review-compare")
        program.click("models")
        program.wait_for("page", page="models")
        photographer.take(program, "models")


def main() -> None:
    """Take all pictures anew."""
    keras_home = ROOT.parent / "shared" / "keras_home"
    if keras_home.is_dir():
        os.environ.setdefault("KERAS_HOME", str(keras_home))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screen = VirtualScreen(folder, width=1200, height=800)
        screen.start()
        try:
            photographer = Photographer(Hand(screen.environment()), screen.environment(), folder)
            photos = sample_photos(folder)
            empty(photographer)
            data(photographer, photos, "light")
            data(photographer, photos, "dark")
            augmentation(photographer, photos, "light")
            augmentation(photographer, photos, "dark")
            train(photographer, photos, "light")
            train(photographer, photos, "dark")
            train_fast(photographer, photos)
            pages(photographer, photos, "light")
            pages(photographer, photos, "dark")
        finally:
            screen.stop()


if __name__ == "__main__":
    main()
