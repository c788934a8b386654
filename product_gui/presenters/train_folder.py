"""What the Train page makes of a folder, and whether it can be trained on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from product_gui.presenters.photo_sheets import Sheets, sheets_of
from product_gui.presenters.picture import Picture, shown_name
from product_gui.presenters.recipe_form import RecipeForm
from product_gui.presenters.train_state import Category, FolderSummary, Stage, TrainState
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.dataset.scan import Dataset
    from ml_core.training.recipe import Recipe

SAMPLES = 60
"""So many photos of each category are shown."""
FEWEST_CATEGORIES = 2


@dataclass(frozen=True, slots=True)
class ScannedFolder:
    """A folder for the trainer, and the same for the page."""

    dataset: Dataset
    summary: FolderSummary
    sheets: Sheets


def look_at(dataset: Dataset) -> ScannedFolder:
    """Make a scanned folder ready to be shown. Made on a worker: there may be very many photos."""
    return ScannedFolder(dataset, summarise(dataset), sheets_of(dataset))


def unique_name(name: str, taken: Sequence[str]) -> str:
    """The name itself, or with the first number that makes it another than all those taken."""
    names = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(free for free in names if free not in taken)


def why_blocked(state: TrainState) -> str:
    """Why Train cannot be pressed; empty when it can."""
    if state.stage is Stage.TRAINING:
        return words.ALREADY_TRAINING
    if state.stage is Stage.SCANNING:
        return words.STILL_SCANNING
    if state.data is None:
        return words.NO_FOLDER
    if state.health.is_moving:
        return words.MOVING_FILES
    view = state.health.view
    problem = view.problem if view is not None else ""
    return _why_data_blocks(state.data) or problem or _why_form_blocks(state.form)


def remark_on(state: TrainState) -> str:
    """What is good to know before the training begins: a download, the folder's own parts."""
    recipe = state.form.recipe if state.form is not None else None
    parts = [_download(recipe)] if recipe is not None else []
    if state.data is not None and state.data.has_parts:
        parts.append(words.GIVEN_SPLIT)
    return " ".join(filter(None, parts))


def _download(recipe: Recipe) -> str:
    from ml_core.models.registry import ARCHITECTURES
    from ml_core.models.weights import weights_are_cached

    network = ARCHITECTURES[recipe.architecture]
    if recipe.weights != "imagenet" or not network.pretrained or weights_are_cached(network.name):
        return ""
    return words.download(network.download_mb)


def _why_data_blocks(data: FolderSummary) -> str:
    filled = [category for category in data.categories if category.photos]
    if len(filled) < FEWEST_CATEGORIES:
        return words.ONE_CATEGORY
    return ""


def _why_form_blocks(form: RecipeForm | None) -> str:
    if form is None:
        return words.NO_SETTINGS
    return words.FIX_SETTINGS if form.recipe is None else ""


def summarise(dataset: Dataset) -> FolderSummary:
    """What the page shows of a scanned folder."""
    samples: dict[int, list[Picture]] = {}
    for photo in dataset.samples(SAMPLES):
        picture = Picture(photo.path, photo.index)
        samples.setdefault(photo.class_index, []).append(picture)
    categories = tuple(
        Category(name, number, tuple(samples.get(index, ())))
        for index, (name, number) in enumerate(dataset.counts().items())
    )
    return FolderSummary(
        root=dataset.root,
        name=shown_name(dataset.root),
        categories=categories,
        photos=len(dataset.photos),
        skipped=tuple((skipped.path, skipped.reason) for skipped in dataset.skipped),
        has_parts=any(photo.part is not None for photo in dataset.photos),
    )
