"""All photos of a folder by category, as the Train page shows them: used, left out, or moved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from product_gui.presenters.picture import Picture

if TYPE_CHECKING:
    from ml_core.dataset.photos import Dataset, Photo


class Standing(StrEnum):
    """What is said of a photo that is not simply used under its folder's name."""

    LEFT_OUT = "left_out"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Sheets:
    """The photos by category. Made on a worker: there may be very many.

    Attributes:
        by_category: In the order of the folder. A photo that was moved is where it was moved to,
            one that was left out is where its folder has it.
        mixed: All of them, taken from each category in turn.
        category_of: The category of each, by its key.
        standing: Of those only that are left out or moved, by key.
        folders: The category of the folder of those that were moved.
        counts: How many photos of each category are used.
    """

    by_category: Mapping[str, tuple[Picture, ...]]
    mixed: tuple[Picture, ...]
    category_of: Mapping[str, str]
    standing: Mapping[str, Standing]
    folders: Mapping[str, str]
    counts: Mapping[str, int]

    def of(self, category: str) -> tuple[Picture, ...]:
        """The photos of a category; of all if none is named."""
        return self.by_category.get(category, ()) if category else self.mixed

    def folder_of(self, key: str) -> str:
        """The category that a photo's folder has."""
        return self.folders.get(key) or self.category_of[key]

    def with_standing(self, keys: Sequence[str], standing: Standing | None) -> Sheets:
        """The same, as it will soon be: what was decided is marked before it is worked out."""
        chosen = set(keys)
        others = {key: now for key, now in self.standing.items() if key not in chosen}
        marks = dict.fromkeys(keys, standing) if standing is not None else {}
        return replace(self, standing={**others, **marks})


def picture_of(photo: Photo) -> Picture:
    """Where the photo's picture is."""
    return Picture(photo.path, photo.index)


def sheets_of(scanned: Dataset, used: Dataset | None = None) -> Sheets:
    """Put the photos of a folder into sheets.

    Args:
        scanned: As the folders have it.
        used: What is left of it after the decisions; None while that is not known.
    """
    used = used or scanned
    now = {picture_of(photo).key: used.class_names[photo.class_index] for photo in used.photos}
    sheets: dict[str, list[Picture]] = {name: [] for name in scanned.class_names}
    category_of: dict[str, str] = {}
    standing: dict[str, Standing] = {}
    folders: dict[str, str] = {}
    for photo in scanned.photos:
        picture, folder = picture_of(photo), scanned.class_names[photo.class_index]
        category = now.get(picture.key)
        if category is None:
            standing[picture.key] = Standing.LEFT_OUT
        elif category != folder:
            standing[picture.key] = Standing.MOVED
            folders[picture.key] = folder
        category_of[picture.key] = category or folder
        sheets[category or folder].append(picture)
    return Sheets(
        {name: tuple(pictures) for name, pictures in sheets.items()},
        tuple(_in_turn(list(sheets.values()))),
        category_of,
        standing,
        folders,
        {**dict.fromkeys(scanned.class_names, 0), **used.counts()},
    )


def _in_turn(sheets: Sequence[Sequence[Picture]]) -> Iterator[Picture]:
    for row in itertools.zip_longest(*sheets):
        yield from (picture for picture in row if picture is not None)
