"""What a data set is: labelled photos, their classes, and the files that were left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Part(StrEnum):
    """The part of a data set that a photo belongs to."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Photo:
    """One labelled photo.

    ``part`` is set when the folders say it. ``index`` is set for a picture inside an IDX file
    (then ``path`` is that file).
    """

    path: Path
    class_index: int
    part: Part | None = None
    index: int | None = None


class SkipKind(StrEnum):
    """Why a file or folder was left out, for those who want to count it."""

    UNREADABLE = "unreadable"
    STRAY = "stray"
    EMPTY_FOLDER = "empty folder"
    CLOSED_FOLDER = "closed folder"
    LINK = "link"
    HIDDEN = "hidden"
    DECIDED = "decided"
    LEAK = "leak"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file or folder that was left out, with the reason in one sentence.

    ``index`` is set for a picture inside an IDX file, as in ``Photo``.
    """

    path: Path
    reason: str
    kind: SkipKind = SkipKind.OTHER
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a folder holds. ``class_names`` are sorted; ``class_index`` points into them."""

    root: Path
    class_names: tuple[str, ...]
    photos: tuple[Photo, ...]
    skipped: tuple[SkippedFile, ...]

    def counts(self) -> dict[str, int]:
        """Photos per class name, in class order."""
        found = Counter(photo.class_index for photo in self.photos)
        return {name: found[index] for index, name in enumerate(self.class_names)}

    def samples(self, per_class: int) -> Sequence[Photo]:
        """Up to ``per_class`` photos of each class, spread evenly over it, in class order."""
        by_class: list[list[Photo]] = [[] for _ in self.class_names]
        for photo in self.photos:
            by_class[photo.class_index].append(photo)
        return [photo for photos in by_class for photo in _spread(photos, per_class)]


def _spread(photos: Sequence[Photo], count: int) -> list[Photo]:
    if len(photos) <= count:
        return list(photos)
    return [photos[number * len(photos) // count] for number in range(count)]
