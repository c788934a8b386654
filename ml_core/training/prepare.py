"""Before the first slow step: look at the photos, split them, and see that training can work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.decided import apply_decisions
from ml_core.dataset.decisions import Decisions, load_decisions
from ml_core.dataset.health.copies import Groups
from ml_core.dataset.health.inspection import inspect_photos
from ml_core.dataset.health.measurement_store import MeasurementStore
from ml_core.dataset.health.survey import readable
from ml_core.dataset.photos import Dataset, Part, Photo, SkipKind, SkippedFile
from ml_core.dataset.split import Split, dataset_fingerprint, require_two_classes, split_dataset
from ml_core.embedding.embed import View
from ml_core.errors import DatasetError, ImageError
from ml_core.events import PhaseStarted, PhotoSkipped, PhotosSplit, Report, Warned
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
        return self.at([index for index in range(len(self)) if index not in gone])

    def at(self, indices: Sequence[int]) -> "PartPhotos":
        """Only the photos at these places."""
        return PartPhotos(
            tuple(self.photos[index] for index in indices),
            tuple(self.hashes[index] for index in indices),
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
                photo = photos.photos[index - start]
                reason = str(failures[index])
                file = SkippedFile(photo.path, reason, SkipKind.UNREADABLE, photo.index)
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
    dataset: Dataset,
    recipe: Recipe,
    *,
    decisions: Decisions | None = None,
    report: Report,
    control: Control,
) -> PreparedPhotos:
    """Look at the photos, follow the decisions about them, and split the data set honestly.

    Reports PhotoSkipped for every photo that is left out, and Warned for categories that nothing
    is left of.

    Args:
        dataset: As it was scanned.
        recipe: Says how photos are dealt out.
        decisions: To be followed; None for those that are kept about the folder.
        report: Told of the progress.
        control: May interrupt.

    Raises:
        DatasetError: There are too few usable photos.
        Cancelled, Stopped: The caller ended it.
    """
    decisions = decisions or load_decisions(dataset.root)
    usable, contents, groups = _looked_at(dataset, decisions, report, control)
    decided = apply_decisions(decisions, usable, contents)
    require_two_classes(decided.dataset, scanned=dataset)
    places = list(decided.places)
    hashes = dict(zip(decided.dataset.photos, (contents[place] for place in places), strict=True))
    split = split_dataset(
        decided.dataset,
        list(hashes.values()),
        validation_share=recipe.validation_share,
        test_share=recipe.test_share,
        seed=recipe.seed,
        groups=None if groups is None else groups[places].tolist(),
        mend_leaks=decisions.mends_leaks,
    )
    skipped = (*decided.dataset.skipped, *split.left_out)
    _tell(dataset, decided.dataset, skipped, report)
    prepared = PreparedPhotos(
        decided.dataset.class_names,
        _parts(split, hashes),
        skipped,
        dataset_fingerprint(decided.dataset, list(hashes.values())),
    )
    prepared.require_trainable()
    report(prepared.counts())
    return prepared


def _looked_at(
    dataset: Dataset, decisions: Decisions, report: Report, control: Control
) -> tuple[Dataset, Sequence[bytes], Groups | None]:
    """The usable photos, their content hashes, and (where it matters) which of them are copies.

    It does not matter where the folders say the parts: then photos are not dealt out. Pictures in
    IDX files are too small to tell copies from look-alikes.
    """
    given = {photo.part for photo in dataset.photos}
    is_dealt = not {Part.VALIDATION, Part.TEST} <= given or decisions.mends_leaks
    if is_dealt and all(photo.index is None for photo in dataset.photos):
        inspection = inspect_photos(dataset, report=report, control=control)
        return inspection.survey.dataset, inspection.survey.contents, inspection.groups
    report(PhaseStarted("scan", "Looking through the photos"))
    with MeasurementStore() as store:
        usable, contents = readable(dataset, store=store, report=report, control=control)
    return usable, contents, None


def _tell(scanned: Dataset, used: Dataset, skipped: Sequence[SkippedFile], report: Report) -> None:
    for file in skipped[len(scanned.skipped) :]:
        report(PhotoSkipped(file.path, file.reason))
    for name in scanned.class_names:
        if name not in used.class_names:
            report(Warned(f'No photo of "{name}" can be used, so it is not learned.'))


def _parts(split: Split, hashes: Mapping[Photo, bytes]) -> dict[Part, PartPhotos]:
    by_part = {Part.TRAIN: split.train, Part.VALIDATION: split.validation, Part.TEST: split.test}
    return {
        part: PartPhotos(photos, tuple(hashes[photo] for photo in photos))
        for part, photos in by_part.items()
    }
