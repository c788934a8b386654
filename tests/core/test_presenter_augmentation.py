"""The preview of augmentation follows the settings, one computation at a time."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.errors import ImageError
from ml_core.training.recipe import GOALS, Recipe
from product_gui.presenters.augmentation import (
    AugmentationPreview,
    imbalance_of,
    note_on,
    photos_of,
    remark_on_weights,
)
from product_gui.presenters.picture import Picture
from product_gui.presenters.recipe_form import RecipeForm, fresh_form
from product_gui.presenters.train_state import Category, FolderSummary, TrainState
from product_gui.presenters.varied_photo import VariedPhoto
from product_gui.text import augmentation as words
from tests.core.presenter_desk import Desk, FakeLibrary, RecordingView

SIDES = (80, 168)


class VaryingLibrary(FakeLibrary):
    """Keeps what it was asked to vary; can be held up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, Recipe, int, tuple[int, int]]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.variants = 8

    def vary(
        self, picture: Picture, recipe: Recipe, *, seed: int, sides: tuple[int, int]
    ) -> VariedPhoto:
        self.asked.append((picture.name, recipe, seed, sides))
        assert self.gate.wait(10)
        if "broken" in picture.name:
            raise ImageError(f"{picture.name} is damaged.")
        pixels = np.zeros((4, 4, 3), np.uint8)
        return VariedPhoto(pixels, (pixels,) * self.variants)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.runner.close()


@pytest.fixture
def library(desk: Desk) -> VaryingLibrary:
    library = VaryingLibrary()
    object.__setattr__(desk.around, "library", library)
    return library


@pytest.fixture
def preview(desk: Desk, library: VaryingLibrary) -> AugmentationPreview:
    preview = AugmentationPreview(desk.around)
    preview.set_sides(*SIDES)
    return preview


def folder(**photos: int) -> FolderSummary:
    categories = tuple(
        Category(
            name, number, tuple(Picture(Path(f"/{name}-{i}.jpg")) for i in range(min(2, number)))
        )
        for name, number in photos.items()
    )
    return FolderSummary(
        root=Path("/"), name="x", categories=categories, photos=sum(photos.values()),
        skipped=(), has_parts=False,
    )  # fmt: skip


def state(form: RecipeForm | None = None, **photos: int) -> TrainState:
    return TrainState(data=folder(**(photos or {"hat": 9, "mug": 9})), form=form)


def test_nothing_is_computed_before_there_is_something_to_show(
    desk: Desk, library: VaryingLibrary
) -> None:
    preview = AugmentationPreview(desk.around)
    preview.follow(state(fresh_form("best")))
    preview.set_sides(*SIDES)
    desk.settle()
    other = AugmentationPreview(desk.around)
    other.set_sides(*SIDES)
    other.follow(TrainState(form=fresh_form("best")))
    other.follow(TrainState(data=folder()))
    other.another_photo()
    desk.settle()
    assert len(library.asked) == 1


def test_it_shows_a_photo_under_the_settings(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    view = RecordingView()
    preview.attach(view)
    form = fresh_form("best").with_value("zoom", "20")
    preview.follow(state(form))
    desk.settle()
    assert library.asked == [("hat-0.jpg", form.recipe, 0, SIDES)]
    shown = view.states[-1]
    assert shown.photo is not None
    assert len(shown.photo.variants) == 8
    assert shown.caption == "hat · hat-0.jpg"
    assert (shown.heading, shown.message) == (words.VARIED, "")
    assert (shown.no_variants, shown.no_photo) == ("", "")
    assert desk.traced[-1] == ("preview", {"photo": "hat-0.jpg", "seed": 0, "variants": 8})


def test_the_same_settings_are_not_computed_again(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    same = state(fresh_form("best"))
    for _ in range(3):
        preview.follow(same)
        desk.settle()
    assert len(library.asked) == 1


def test_while_it_computes_only_the_newest_wish_is_remembered(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    form = fresh_form("best")
    library.gate.clear()
    data = state(form)
    for angle in range(1, 41):
        form = form.with_value("rotation", str(angle))
        preview.follow(TrainState(data=data.data, form=form))
    library.gate.set()
    desk.settle()
    assert [recipe.custom.rotation for _, recipe, _, _ in library.asked] == [1, 40]


def test_settings_that_cannot_be_used_leave_the_preview_as_it_was(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    first = state(fresh_form("best"))
    preview.follow(first)
    desk.settle()
    preview.follow(TrainState(data=first.data, form=fresh_form("best").with_value("epochs", "x")))
    desk.settle()
    assert len(library.asked) == 1
    assert preview.state.photo is not None


def test_other_variants_are_another_seed_of_the_same_photo(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    preview.follow(state(fresh_form("scratch")))
    preview.other_variants()
    desk.settle()
    preview.other_variants()
    desk.settle()
    assert [(name, seed) for name, _, seed, _ in library.asked][-2:] == [
        ("hat-0.jpg", 1),
        ("hat-0.jpg", 2),
    ]


def test_another_photo_goes_through_the_categories_and_begins_again(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    preview.follow(state(fresh_form("scratch")))
    for _ in range(4):
        desk.settle()
        preview.another_photo()
    desk.settle()
    assert [name for name, *_ in library.asked] == [
        "hat-0.jpg", "mug-0.jpg", "hat-1.jpg", "mug-1.jpg", "hat-0.jpg",
    ]  # fmt: skip


def test_another_folder_begins_with_its_first_photo(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    preview.follow(state(fresh_form("scratch")))
    preview.another_photo()
    desk.settle()
    preview.follow(state(fresh_form("scratch"), shoe=5))
    desk.settle()
    assert library.asked[-1][0] == "shoe-0.jpg"


def test_a_photo_that_cannot_be_read_is_said_and_the_next_one_works(
    desk: Desk, preview: AugmentationPreview
) -> None:
    preview.follow(state(fresh_form("best"), broken=3, mug=3))
    desk.settle()
    assert preview.state.photo is None
    assert preview.state.message == "broken-0.jpg is damaged."
    assert preview.state.no_photo == ""
    preview.another_photo()
    desk.settle()
    assert preview.state.photo is not None
    assert preview.state.message == ""


def test_a_single_photo_has_no_other(desk: Desk, preview: AugmentationPreview) -> None:
    preview.follow(state(fresh_form("best"), hat=1))
    desk.settle()
    assert preview.state.no_photo == words.NO_OTHER_PHOTO


@pytest.mark.parametrize(
    ("variants", "heading", "message", "no_variants"),
    [
        (0, "", words.NOT_VARIED, words.NO_OTHER_VARIANTS),
        (1, words.MIRRORED, words.MIRRORED_ONCE, words.NO_OTHER_VARIANTS),
        (8, words.VARIED, "", ""),
    ],
)
def test_it_says_what_it_shows(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview,
    variants: int, heading: str, message: str, no_variants: str,
) -> None:  # fmt: skip
    library.variants = variants
    preview.follow(state(fresh_form("fast")))
    desk.settle()
    shown = preview.state
    assert (shown.heading, shown.message, shown.no_variants) == (heading, message, no_variants)


def test_what_is_no_longer_wanted_is_not_shown(
    desk: Desk, library: VaryingLibrary, preview: AugmentationPreview
) -> None:
    view = RecordingView()
    preview.attach(view)
    library.gate.clear()
    preview.follow(state(fresh_form("best")))
    preview.forget()
    library.gate.set()
    desk.settle()
    assert [shown.photo for shown in view.states] == [None]


def test_photos_are_offered_one_of_each_category_first() -> None:
    offered = [(picture.name, name) for picture, name in photos_of(folder(a=1, b=5, c=0))]
    assert offered == [("a-0.jpg", "a"), ("b-0.jpg", "b"), ("b-1.jpg", "b")]


@pytest.mark.parametrize(
    ("photos", "expected"),
    [
        ({"a": 30, "b": 10}, None),
        ({"a": 31, "b": 10}, ("a", "b", 3.1)),
        ({"a": 2, "b": 100, "c": 0}, ("b", "a", 50.0)),
        ({"a": 5}, None),
        ({}, None),
    ],
)
def test_class_weights_are_recommended_where_counts_differ_much(
    photos: dict[str, int], expected: Any
) -> None:
    imbalance = imbalance_of(folder(**photos))
    if expected is None:
        assert imbalance is None
        return
    assert imbalance is not None
    assert (imbalance.largest, imbalance.smallest, imbalance.times) == expected
    assert f"{imbalance.largest} has {imbalance.times:.0f} times" in imbalance.advice
    assert imbalance_of(None) is None


def test_the_remark_on_weights_goes_once_they_are_on() -> None:
    form = fresh_form("fast")
    remark = remark_on_weights(state(form, hat=100, mug=10))
    assert "hat has 10 times the photos of mug." in remark
    on = form.with_value("class_weights", True)
    assert remark_on_weights(state(on, hat=100, mug=10)) == ""
    assert remark_on_weights(state(form, hat=10, mug=10)) == ""


@pytest.mark.parametrize("goal", GOALS)
def test_the_note_tells_what_becomes_of_photos(goal: Any) -> None:
    strong = fresh_form(goal).with_value("augmentation", "strong")
    assert note_on(strong) == words.NOTES[goal]
    plain = fresh_form(goal).with_value("augmentation", "none")
    if goal == "fast":
        assert note_on(plain) == words.NOTES["fast"]
        return
    assert note_on(plain) == words.NOT_VARIED
    assert note_on(plain.with_value("mirror", True)) == words.ONLY_MIRRORED
