"""Before the first slow step: hash the photos, split them, and see that training can work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.reading import content_hashes
from ml_core.dataset.scan import Dataset, Part, Photo, SkippedFile
from ml_core.dataset.split import dataset_fingerprint, split_dataset
from ml_core.errors import DatasetError, ImageError
from ml_core.events import PhaseStarted, PhotoSkipped, PhotosSplit, Report
from ml_core.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class PartPhotos:
    """The photos of one part with their content hashes, parallel."""

    photos: tuple[Photo, ...]
    hashes: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.photos)

    def without(self, indices: Sequence[int] | set[int]) -> "PartPhotos":
        """All but the photos at these places."""
        gone = set(indices)
        kept = [index for index in range(len(self)) if index not in gone]
        return PartPhotos(
            tuple(self.photos[index] for index in kept), tuple(self.hashes[index] for index in kept)
        )


class PreparedPhotos:
    """The three parts of a data set, and everything that was left out of them so far."""

    def __init__(
        self,
        class_names: tuple[str, ...],
        parts: dict[Part, PartPhotos],
        skipped: Sequence[SkippedFile],
        fingerprint: str,
    ) -> None:
        self.class_names = class_names
        self.parts = parts
        self.skipped = list(skipped)
        self.fingerprint = fingerprint

    def leave_out(self, part: Part, failures: dict[int, ImageError], report: Report) -> None:
        """Take photos that could not be read out of a part, naming each.

        Raises:
            DatasetError: A class has no training photo left, or nothing is left to validate on.
        """
        for index, error in failures.items():
            path = self.parts[part].photos[index].path
            self.skipped.append(SkippedFile(path, str(error)))
            report(PhotoSkipped(path, str(error)))
        if failures:
            self.parts[part] = self.parts[part].without(set(failures))
            self.require_trainable()

    def require_trainable(self) -> None:
        """Raise DatasetError unless every class can be learned and there is a validation photo."""
        present = {photo.class_index for photo in self.parts[Part.TRAIN].photos}
        empty = [name for index, name in enumerate(self.class_names) if index not in present]
        if empty:
            raise DatasetError(
                f"There is no usable training photo of: {', '.join(empty)}.",
                mend="Add photos of it, or take its folder away.",
            )
        if not self.parts[Part.VALIDATION]:
            raise DatasetError(
                "No usable photo is left to check the training with.", mend="Add more photos."
            )

    def labels(self, part: Part) -> NDArray[np.intp]:
        """Class indices of a part's photos."""
        return np.array([photo.class_index for photo in self.parts[part].photos], np.intp)

    def counts(self) -> PhotosSplit:
        return PhotosSplit(
            train=len(self.parts[Part.TRAIN]),
            validation=len(self.parts[Part.VALIDATION]),
            test=len(self.parts[Part.TEST]),
            skipped=len(self.skipped),
        )


def prepare(
    dataset: Dataset, recipe: Recipe, *, report: Report, control: Control
) -> PreparedPhotos:
    """Hash every photo and split the data set.

    Raises:
        DatasetError: There are too few usable photos.
        Cancelled, Stopped: The caller ended it.
    """
    report(PhaseStarted("scan", "Looking through the photos"))
    outcomes = content_hashes(dataset.photos, report=report, control=control)
    readable = [
        (photo, outcome)
        for photo, outcome in zip(dataset.photos, outcomes, strict=True)
        if isinstance(outcome, bytes)
    ]
    skipped = list(dataset.skipped)
    for photo, outcome in zip(dataset.photos, outcomes, strict=True):
        if isinstance(outcome, ImageError):
            skipped.append(SkippedFile(photo.path, str(outcome)))
            report(PhotoSkipped(photo.path, str(outcome)))
    usable = replace(dataset, photos=tuple(photo for photo, _ in readable))
    hashes = [content for _, content in readable]
    split = split_dataset(
        usable,
        hashes,
        validation_share=recipe.validation_share,
        test_share=recipe.test_share,
        seed=recipe.seed,
    )
    by_photo = dict(readable)
    parts = {
        part: PartPhotos(photos, tuple(by_photo[photo] for photo in photos))
        for part, photos in (
            (Part.TRAIN, split.train),
            (Part.VALIDATION, split.validation),
            (Part.TEST, split.test),
        )
    }
    prepared = PreparedPhotos(
        dataset.class_names, parts, skipped, dataset_fingerprint(usable, hashes)
    )
    prepared.require_trainable()
    report(prepared.counts())
    return prepared
