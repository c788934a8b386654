"""Before the first slow step: hash the photos, split them, and see that training can work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.reading import content_hashes
from ml_core.dataset.scan import Dataset, Part, Photo, SkippedFile
from ml_core.dataset.split import dataset_fingerprint, split_dataset
from ml_core.embedding.embed import View
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

    def views(self) -> list[View]:
        """Each photo as it is."""
        return list(map(View, self.photos, self.hashes))

    def without(self, indices: Sequence[int]) -> "PartPhotos":
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

    def leave_out(
        self, parts: Sequence[Part], failures: Mapping[int, ImageError], report: Report
    ) -> None:
        """Take photos that could not be read out of these parts, naming each.

        Args:
            parts: In the order in which their photos were read.
            failures: Place among the photos of all these parts -> why it could not be read.
            report: Told of each photo, and of how many are left.

        Raises:
            DatasetError: A class has no training photo left, or nothing is left to validate on.
        """
        start = 0
        for part in parts:
            photos = self.parts[part]
            places = [index for index in sorted(failures) if 0 <= index - start < len(photos)]
            for index in places:
                file = SkippedFile(photos.photos[index - start].path, str(failures[index]))
                self.skipped.append(file)
                report(PhotoSkipped(file.path, file.reason))
            self.parts[part] = photos.without([index - start for index in places])
            start += len(photos)
        if failures:
            self.require_trainable()
            report(self.counts())

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
    readable: dict[Photo, bytes] = {}
    skipped = list(dataset.skipped)
    for photo, outcome in zip(dataset.photos, outcomes, strict=True):
        if isinstance(outcome, bytes):
            readable[photo] = outcome
        else:
            skipped.append(SkippedFile(photo.path, str(outcome)))
            report(PhotoSkipped(photo.path, str(outcome)))
    usable = replace(dataset, photos=tuple(readable))
    fingerprint = dataset_fingerprint(usable, list(readable.values()))
    parts = _dealt(usable, readable, recipe)
    prepared = PreparedPhotos(dataset.class_names, parts, skipped, fingerprint)
    prepared.require_trainable()
    report(prepared.counts())
    return prepared


def _dealt(
    dataset: Dataset, hashes: Mapping[Photo, bytes], recipe: Recipe
) -> dict[Part, PartPhotos]:
    split = split_dataset(
        dataset,
        [hashes[photo] for photo in dataset.photos],
        validation_share=recipe.validation_share,
        test_share=recipe.test_share,
        seed=recipe.seed,
    )
    by_part = {Part.TRAIN: split.train, Part.VALIDATION: split.validation, Part.TEST: split.test}
    return {
        part: PartPhotos(photos, tuple(hashes[photo] for photo in photos))
        for part, photos in by_part.items()
    }
