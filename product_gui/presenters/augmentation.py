"""A preview of how training varies photos, which follows the settings as they are changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Presenter, Surroundings
from product_gui.presenters.recipe_form import RecipeForm
from product_gui.presenters.train_state import FolderSummary, TrainState
from product_gui.presenters.varied_photo import VariedPhoto
from product_gui.text import augmentation as words

if TYPE_CHECKING:
    from ml_core.training.recipe import Recipe

IMBALANCE = 3.0
"""From here on class weights are recommended: the largest category against the smallest."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be seen; for ``sides`` see ``varied_photo``."""

    photo: Picture
    category: str
    recipe: Recipe
    seed: int
    sides: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewState:
    """The preview.

    Attributes:
        photo: The pictures; None before the first has come.
        caption: Which photo it is.
        message: Stands where no variants are; why the photo cannot be shown, for instance.
        heading: Stands above the variants.
        no_variants: Why there are no other variants; empty if there are.
        no_photo: Why no other photo can be shown; empty if one can.
    """

    photo: VariedPhoto | None = None
    caption: str = ""
    message: str = ""
    heading: str = ""
    no_variants: str = words.NO_OTHER_VARIANTS
    no_photo: str = words.NO_OTHER_PHOTO


class AugmentationPreview(Presenter[PreviewState]):
    """Computes beside the window; while it does, only the newest wish is remembered."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, PreviewState())
        self._data: FolderSummary | None = None
        self._photos: tuple[tuple[Picture, str], ...] = ()
        self._recipe: Recipe | None = None
        self._place = self._seed = 0
        self._sides: tuple[int, int] | None = None
        self._wish: Wish | None = None
        self._job: Job | None = None

    def follow(self, state: TrainState) -> None:
        """Show the photos of this state under its settings, if these can be used."""
        if state.data is not None and state.data is not self._data:
            self._data, self._photos, self._place = state.data, photos_of(state.data), 0
        if state.form is not None and state.form.recipe is not None:
            self._recipe = state.form.recipe
        self._look()

    def set_sides(self, small: int, large: int) -> None:
        """Variants, and the photo itself, are shown so large."""
        self._sides = (small, large)
        self._look()

    def other_variants(self) -> None:
        """Vary the same photo in other ways."""
        self._seed += 1
        self._look()

    def another_photo(self) -> None:
        """Show the next photo, of the next category."""
        self._place = (self._place + 1) % max(1, len(self._photos))
        self._look()

    def forget(self) -> None:
        """It is not shown any more."""
        self.around.abandon(self._job)
        self._job = self._wish = None

    def _look(self) -> None:
        if not self._photos or self._recipe is None or self._sides is None:
            return
        photo, category = self._photos[self._place]
        wish = Wish(photo, category, self._recipe, self._seed, self._sides)
        if wish != self._wish:
            self._wish = wish
            if self._job is None:
                self._begin(wish)

    def _begin(self, wish: Wish) -> None:
        library = self.around.library
        work = Work(
            name="augmentation preview",
            operation=lambda _report, _control: library.vary(
                wish.photo, wish.recipe, seed=wish.seed, sides=wish.sides
            ),
            on_success=lambda photo: self._came(wish, photo),
            on_failure=lambda problem: self._failed(wish, problem),
        )
        self._job = self.around.start(work, Lane.THUMBNAILS)

    def _came(self, wish: Wish, photo: VariedPhoto) -> None:
        self._end(wish)
        several = len(photo.variants) > 1
        self.show(
            photo=photo,
            caption=words.preview_of(wish.photo.name, wish.category),
            message=_message(photo),
            heading=words.VARIED if several else words.MIRRORED if photo.variants else "",
            no_variants="" if several else words.NO_OTHER_VARIANTS,
            no_photo="" if len(self._photos) > 1 else words.NO_OTHER_PHOTO,
        )
        self.around.trace(
            "preview", photo=wish.photo.name, seed=wish.seed, variants=len(photo.variants)
        )

    def _failed(self, wish: Wish, problem: Problem) -> None:
        self._end(wish)
        self.show(
            photo=None,
            caption=words.preview_of(wish.photo.name, wish.category),
            message=problem.what,
            heading="",
            no_variants=words.NO_OTHER_VARIANTS,
            no_photo="" if len(self._photos) > 1 else words.NO_OTHER_PHOTO,
        )

    def _end(self, wish: Wish) -> None:
        """Let go of the job; what was wished for meanwhile is next."""
        self._job = None
        if self._wish is not None and self._wish != wish:
            self._begin(self._wish)


def photos_of(data: FolderSummary) -> tuple[tuple[Picture, str], ...]:
    """The samples of a folder with their categories: one of each category, then the next ones."""
    most = max((len(category.samples) for category in data.categories), default=0)
    return tuple(
        (category.samples[place], category.name)
        for place in range(most)
        for category in data.categories
        if place < len(category.samples)
    )


def note_on(form: RecipeForm) -> str:
    """What becomes of photos under these settings."""
    is_varied = any(float(entry) for entry in form.amounts.values())
    if form.goal == "fast" or is_varied:
        return words.NOTES[form.goal]
    return words.ONLY_MIRRORED if form.values["mirror"] else words.NOT_VARIED


@dataclass(frozen=True, slots=True)
class Imbalance:
    """The categories with the most and the fewest photos, where they differ much."""

    largest: str
    smallest: str
    times: float

    @property
    def advice(self) -> str:
        """Beside the switch for class weights."""
        return words.weights_advice(self.largest, self.smallest, self.times)

    @property
    def remark(self) -> str:
        """Where the switch is not in sight."""
        return words.weights_remark(self.largest, self.smallest, self.times)


def imbalance_of(data: FolderSummary | None) -> Imbalance | None:
    """Why every category should count the same in this folder; None where it hardly matters."""
    filled = [category for category in data.categories if category.photos] if data else []
    if not filled:
        return None
    largest = max(filled, key=lambda category: category.photos)
    smallest = min(filled, key=lambda category: category.photos)
    times = largest.photos / smallest.photos
    return Imbalance(largest.name, smallest.name, times) if times > IMBALANCE else None


def remark_on_weights(state: TrainState) -> str:
    """What to know of a folder's imbalance before training; empty once it is seen to."""
    imbalance = imbalance_of(state.data)
    is_done = state.form is not None and bool(state.form.values["class_weights"])
    return "" if imbalance is None or is_done else imbalance.remark


def _message(photo: VariedPhoto) -> str:
    if not photo.variants:
        return words.NOT_VARIED
    return words.MIRRORED_ONCE if len(photo.variants) == 1 else ""
