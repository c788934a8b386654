"""From a folder with one sub-folder per category to a list of photos with labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ml_core.control import Control
from ml_core.events import Report, ignore


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


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left out, with the reason in one sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a folder holds. ``class_names`` are sorted; ``class_index`` points into them."""

    root: Path
    class_names: tuple[str, ...]
    photos: tuple[Photo, ...]
    skipped: tuple[SkippedFile, ...]

    def counts(self) -> dict[str, int]:
        """Photos per class name, in class order."""
        raise NotImplementedError

    def samples(self, per_class: int) -> Sequence[Photo]:
        """Up to ``per_class`` photos of each class, spread evenly over it, in class order."""
        raise NotImplementedError


def scan_folder(
    folder: Path, *, report: Report = ignore, control: Control | None = None
) -> Dataset:
    """List the photos of ``folder`` by class. Fast: no picture is decoded.

    Two layouts are understood: ``folder/<class>/photo`` and
    ``folder/{train,validation|val|valid,test}/<class>/photo``; or a folder of IDX files (MNIST
    format, ``.gz`` or not).

    Raises:
        DatasetError: No folder, or nothing in it can be trained on.
        Cancelled, Stopped: The caller ended it.
    """
    raise NotImplementedError
