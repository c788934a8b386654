"""Augmentation as one sees it: sliders, the sheet of variants, and both in the running program."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from product_gui.presenters.augmentation import AugmentationPreview
from product_gui.presenters.recipe_form import fresh_form
from product_gui.presenters.train_state import TrainState
from product_gui.theme import colours
from product_gui.views.augmentation import AugmentationPanel
from product_gui.widgets.slider import Slider
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.variant_sheet import VariantSheet
from tests.core import presenter_desk
from tests.core.sample_photos import make_product_photos
from tests.gui.hand import Hand
from tests.gui.looks import pixels, share_of, text_box, texts
from tests.gui.program import Box, RunningProgram
from tests.gui.stage import Stage
from tests.gui.virtual_screen import VirtualScreen, wait_until

SCRATCH = (3, 3)  # the last of three recipes


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def slider(stage: Stage, told: list[int]) -> Slider:
    slider = Slider(
        stage.window, label="Turn", most=180, on_change=told.append, shown_as="{}°".format
    )
    slider.pack(fill="x", padx=40, pady=40)
    stage.settle()
    return slider


def knob_of(slider: Slider) -> tuple[int, int]:
    x, y = slider.knob
    return slider.canvas.winfo_rootx() + x, slider.canvas.winfo_rooty() + y


def test_a_slider_follows_the_mouse(stage: Stage, slider: Slider, told: list[int]) -> None:
    start = knob_of(slider)
    middle = stage.middle(slider)[0], start[1]
    stage.meanwhile(stage.hand.drag, start, middle)
    assert abs(slider.value - 90) <= 1
    assert told == sorted(told)
    assert len(told) > 5, "it tells on the way, not only at the end"
    assert told[-1] == slider.value
    assert f"{slider.value}°" in texts(slider)


def test_a_slider_ends_at_its_ends(stage: Stage, slider: Slider, told: list[int]) -> None:
    start = knob_of(slider)
    stage.meanwhile(stage.hand.drag, start, (start[0] + 2000, start[1]))
    assert slider.value == 180
    stage.meanwhile(stage.hand.drag, knob_of(slider), (start[0] - 300, start[1]))
    assert slider.value == 0


def test_a_slider_obeys_the_keyboard(stage: Stage, slider: Slider, told: list[int]) -> None:
    slider.focus_set()
    stage.press("Right", "Up", "Prior", "Left", "Down", "End", "Next", "Home", "Left")
    assert told == [1, 2, 12, 11, 10, 180, 170, 0]


def test_a_slider_moved_by_the_program_is_silent(stage: Stage, slider: Slider) -> None:
    slider.set_value(33)
    stage.settle()
    assert "33°" in texts(slider)


def test_a_slider_that_is_off_stays(stage: Stage, slider: Slider, told: list[int]) -> None:
    slider.set_enabled(False)
    stage.click(slider)
    assert (slider.value, told) == (0, [])


def test_the_value_of_a_narrow_slider_is_never_cut(stage: Stage) -> None:
    place = Frame(stage.window, width=90, height=60)
    place.pack_propagate(False)
    place.pack()
    slider = Slider(place, label="Brightness", most=90, on_change=print, shown_as="{} %".format)
    slider.pack(fill="x")
    slider.set_value(90)
    stage.settle()
    label, value = texts(slider)
    assert value == "90 %"
    assert label.endswith("…")
    assert text_box(slider, label)[2] <= text_box(slider, value)[0]


Sides = list[tuple[int, int]]


def coloured(side: int, red: int) -> NDArray[np.uint8]:
    return np.full((side, side, 3), (red, 40, 40), np.uint8)


def sheet_of(stage: Stage, width: int, sides: Sides) -> VariantSheet:
    place = Frame(stage.window, width=width, height=600)
    place.pack_propagate(False)
    place.pack()
    sheet = VariantSheet(
        place, title="Seen", on_size=lambda small, large: sides.append((small, large))
    )
    sheet.pack(fill="x")
    stage.settle()
    return sheet


@pytest.mark.parametrize("width", [300, 520, 1000, 1500])
def test_the_sheet_fits_its_width(stage: Stage, width: int) -> None:
    sides: Sides = []
    sheet = sheet_of(stage, width, sides)
    small, large = sides[-1]
    gap = large - 2 * small
    assert large + 4 * (gap + small) <= width
    assert small == 164 or large + 4 * (gap + small) > width - 6
    assert sheet.canvas.winfo_height() >= large
    assert sheet.canvas.winfo_height() <= large + 24


def test_the_sheet_shows_the_photo_and_eight_variants(stage: Stage, tmp_path: Path) -> None:
    sides: Sides = []
    sheet = sheet_of(stage, 520, sides)
    small, large = sides[-1]
    variants = [coloured(small, 100 + 10 * place) for place in range(8)]
    sheet.set_pictures(coloured(large, 60), variants, heading="Varied", message="")
    seen = pixels(stage, sheet, tmp_path)
    area = seen.width * seen.height
    assert share_of(seen, "#3C2828") == pytest.approx(large**2 / area, rel=0.01)
    for place in range(8):
        found = share_of(seen, f"#{100 + 10 * place:02X}2828")
        assert found == pytest.approx(small**2 / area, rel=0.02)
    assert texts(sheet) == ["Seen", "Varied"]


def test_a_single_variant_is_as_large_as_the_photo(stage: Stage, tmp_path: Path) -> None:
    sides: Sides = []
    sheet = sheet_of(stage, 520, sides)
    large = sides[-1][1]
    sheet.set_pictures(
        coloured(large, 60), [coloured(large, 200)], heading="Mirrored", message="Counts twice."
    )
    seen = pixels(stage, sheet, tmp_path)
    assert share_of(seen, "#C82828") == pytest.approx(share_of(seen, "#3C2828"), rel=0.01)
    assert texts(sheet) == ["Seen", "Mirrored", "Counts twice."]
    assert text_box(sheet, "Counts twice.")[2] <= sheet.canvas.winfo_width()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[AugmentationPreview]:
    """A preview that has no photo to show."""
    desk = presenter_desk.Desk(tmp_path)
    yield AugmentationPreview(desk.around)
    desk.runner.close()


Edits = list[tuple[str, str | bool]]


def panel_of(
    stage: Stage, preview: AugmentationPreview, width: int, edits: Edits
) -> AugmentationPanel:
    place = Frame(stage.window, width=width, height=700)
    place.pack_propagate(False)
    place.pack()
    panel = AugmentationPanel(
        place, preview, on_change=lambda name, value: edits.append((name, value))
    )
    panel.pack(fill="x")
    return panel


def tops(panel: AugmentationPanel) -> list[int]:
    return [slider.winfo_rooty() for slider in panel.amounts.sliders.values()]


@pytest.mark.parametrize(("width", "columns"), [(340, 2), (520, 4), (1000, 4)])
def test_the_settings_fit_their_width(
    stage: Stage, preview: AugmentationPreview, width: int, columns: int
) -> None:
    panel = panel_of(stage, preview, width, [])
    panel.apply(TrainState(form=fresh_form("scratch")))
    stage.settle()
    assert len(set(tops(panel)[:columns])) == 1
    assert len(set(tops(panel)[: columns + 1])) == 2
    right = panel.winfo_rootx() + panel.winfo_width()
    for part in (panel.choice, *panel.amounts.sliders.values(), panel.amounts.mirror):
        assert part.winfo_rootx() + part.winfo_width() <= right
    label_and_choice = panel.choice.winfo_width() < width - 150
    assert label_and_choice == (columns == 4)


def test_every_control_tells_its_setting(stage: Stage, preview: AugmentationPreview) -> None:
    edits: Edits = []
    panel = panel_of(stage, preview, 520, edits)
    panel.apply(TrainState(form=fresh_form("scratch").with_value("augmentation", "none")))
    stage.settle()
    for name, slider in panel.amounts.sliders.items():
        slider.focus_set()
        stage.press("Right")
        assert edits.pop() == (name, "1")
    panel.amounts.mirror.focus_set()
    stage.press("space")
    panel.choice.focus_set()
    stage.press("Right")
    assert edits == [("mirror", True), ("augmentation", "gentle")]


def test_sliders_show_what_a_preset_does(stage: Stage, preview: AugmentationPreview) -> None:
    panel = panel_of(stage, preview, 520, [])
    panel.apply(TrainState(form=fresh_form("best").with_value("augmentation", "strong")))
    stage.settle()
    assert {name: texts(slider)[-1] for name, slider in panel.amounts.sliders.items()} == {
        "rotation": "40°", "shift": "20 %", "shear": "20 %", "zoom": "20 %",
        "brightness": "30 %", "contrast": "30 %", "colour": "10 %",
    }  # fmt: skip
    panel.apply(TrainState(form=fresh_form("best").with_value("augmentation", "none")))
    stage.settle()
    assert {texts(slider)[-1] for slider in panel.amounts.sliders.values()} == {"off"}


@dataclass
class Desk:
    """The running program with a folder of photos, on the sheet for photos."""

    hand: Hand
    program: RunningProgram
    folder: Path

    def box(self, control: str) -> Box:
        """Middle and size of a control, once it is there."""
        self.program.place(control)
        return self.program.controls()[control]

    def picture(self, control: str = "preview") -> NDArray[np.uint8]:
        """What the screen shows of a control."""
        x, y, width, height = self.box(control)
        file = self.hand.screenshot(self.folder / "screen.png")
        box = (x - width // 2, y - height // 2, x + width // 2, y + height // 2)
        with Image.open(file) as picture:
            return np.asarray(picture.convert("RGB").crop(box))

    def still(self, control: str = "preview") -> NDArray[np.uint8]:
        """The same, once it has come to rest: news are traced before they are painted."""
        shots = [self.picture(control)]

        def rests() -> bool:
            shots.append(self.picture(control))
            return np.array_equal(*shots[-2:])

        wait_until(rests, what=f"{control} to come to rest", pause=0.3)
        return shots[-1]

    def drag(self, control: str, share: float) -> None:
        """Pull the knob of a slider from its left end to a share of its way."""
        x, y, width, height = self.box(control)
        left, line = x - width // 2 + 8, y + height // 4
        self.hand.drag((left, line), (round(left + share * (width - 16)), line), pause=0.03)


def is_on_train(program: RunningProgram) -> bool:
    """Whether the Train page is shown; if not, go there. The button moves as photos come in."""
    if program.count("page", page="train"):
        return True
    program.click("train_a_model")
    return False


@pytest.fixture(scope="module")
def desk(
    hand: Hand, screen: VirtualScreen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("augmentation")
    photos = make_product_photos(folder / "photos", classes=("lamp", "mug"), per_class=8)
    make_product_photos(photos, classes=("shirt",), per_class=40)
    program = RunningProgram(hand, screen.environment(), tmp_path_factory.mktemp("program"))
    program.start(photos)
    program.wait_for("photos")
    wait_until(lambda: is_on_train(program), what="the Train page", pause=0.6)
    program.wait_for("scanned")
    program.click("goals", part=SCRATCH)
    program.click("advanced")
    x, y = program.place("settings_tabs")
    hand.click((x + 60, y))
    program.wait_for("preview")
    yield Desk(hand, program, folder)
    program.stop()
    assert program.complaints() == []


def test_the_preview_follows_a_slider_that_is_dragged(desk: Desk) -> None:
    program = desk.program
    shown = program.count("preview")
    before = desk.still()
    desk.drag("amount_rotation", 0.9)
    assert program.wait_for("preview", after=shown + 1)["variants"] == 8, "on the way already"
    after = desk.still()
    changed = np.abs(before.astype(int) - after).mean(axis=(0, 2)) > 3
    large = before.shape[1] // 3
    assert changed[large + 8 :].mean() > 0.8, "the variants have turned"
    assert changed[: large - 24].mean() < 0.05, "the photo has not"


def test_a_preset_takes_its_amounts_back(desk: Desk) -> None:
    program = desk.program
    shown = program.count("preview")
    x, y, width, _ = desk.box("augmentation")
    desk.hand.click((x - 3 * width // 8, y))  # not at all
    last = program.wait_for("preview", after=shown)
    assert last["variants"] == 0
    desk.hand.click((x - width // 8, y))  # gentle
    assert program.wait_for("preview", after=shown + 1)["variants"] == 8


def test_other_variants_and_another_photo(desk: Desk) -> None:
    program = desk.program
    shown = program.count("preview")
    first = program.events("preview")[-1]
    program.click("other_variants")
    other = program.wait_for("preview", after=shown)
    assert (other["photo"], other["seed"]) == (first["photo"], first["seed"] + 1)
    program.click("another_photo")
    next_one = program.wait_for("preview", after=shown + 1)
    assert next_one["photo"] != first["photo"]


def orange(picture: NDArray[np.uint8]) -> float:
    return share_of(Image.fromarray(picture), colours.WARNING[0])


def test_mirroring_warns_of_print(desk: Desk) -> None:
    program = desk.program
    shown = program.count("preview")
    before = desk.still("window")
    program.click("mirror")
    program.wait_for("preview", after=shown)
    wait_until(
        lambda: orange(desk.picture("window")) > orange(before), what="the warning to be seen"
    )


def test_fast_shows_what_fast_does(desk: Desk) -> None:
    program = desk.program
    shown = program.count("preview")
    program.click("goals", part=(1, 3))
    assert program.wait_for("preview", after=shown)["variants"] == 1, "mirrored only"
    seen = {"mirror", "another_photo"}
    wait_until(
        lambda: seen <= program.controls().keys() and "amount_rotation" not in program.controls(),
        what="the sliders to be gone",
    )
