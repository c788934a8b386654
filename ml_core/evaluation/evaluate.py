"""How good a classifier is on a folder of labelled photos."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.control import Control
from ml_core.dataset.photos import Dataset, Part, Photo, SkippedFile
from ml_core.errors import DatasetError, ImageError
from ml_core.evaluation.scores import Answer, Evaluation
from ml_core.events import PhaseStarted, PhotoSkipped, Report, Warned, ignore

if TYPE_CHECKING:
    from ml_core.prediction.classifier import Classifier

__all__ = ["Answer", "Evaluation", "evaluate_folder"]


def evaluate_folder(
    classifier: "Classifier",
    folder: Path,
    *,
    report: Report = ignore,
    control: Control | None = None,
) -> Evaluation:
    """Measure a classifier on a folder with one sub-folder of photos per category.

    Category folders are matched to the model's categories by name, in any case. If the folder is
    divided into parts, only its test photos count; without any, its validation photos, and only
    then its training photos. Which it was is reported as Warned.

    Raises:
        DatasetError: No folder, no photos, or none of the model's categories.
        Cancelled, Stopped: The caller ended it.
    """
    from ml_core.dataset.scan import scan_folder

    report(PhaseStarted("scan", f'Looking through "{folder.name or folder}"'))
    dataset = scan_folder(folder, least_classes=1, report=report, control=control)
    dataset = _held_out(dataset, report)
    photos, skipped = _with_known_classes(dataset, classifier.class_names)
    for file in skipped:
        report(PhotoSkipped(file.path, file.reason))
    report(PhaseStarted("evaluate", f"Classifying {len(photos):,} photos"))
    answers = []
    for outcome in _answers(classifier, photos, report=report, control=control):
        if isinstance(outcome, Answer):
            answers.append(outcome)
        else:
            skipped.append(outcome)
            report(PhotoSkipped(outcome.path, outcome.reason))
    return Evaluation.from_answers(classifier.class_names, answers, skipped)


def _held_out(dataset: Dataset, report: Report) -> Dataset:
    """The photos of one part, the fairest that there is, where the folder has parts."""
    parts = {photo.part for photo in dataset.photos} - {None}
    if not parts:
        return dataset
    part = next(part for part in (Part.TEST, Part.VALIDATION, Part.TRAIN) if part in parts)
    report(Warned(_ABOUT_PART[part]))
    photos = tuple(photo for photo in dataset.photos if photo.part is part)
    part_folders = {_part_folder(photo.path, dataset.root) for photo in photos}
    skipped = (s for s in dataset.skipped if _part_folder(s.path, dataset.root) in part_folders)
    return replace(dataset, photos=photos, skipped=tuple(skipped))


_ABOUT_PART = {
    Part.TEST: "The folder is divided into parts: only its test photos are counted.",
    Part.VALIDATION: (
        "The folder is divided into parts but has no test photos: its validation photos are"
        " counted. A model that was chosen by them looks a little better than it is."
    ),
    Part.TRAIN: (
        "The folder holds training photos only. A model that was trained on them looks much"
        " better than it is."
    ),
}


def _part_folder(path: Path, root: Path) -> str:
    return path.relative_to(root).parts[0] if path != root and root in path.parents else ""


def _with_known_classes(
    dataset: Dataset, class_names: Sequence[str]
) -> tuple[list[Photo], list[SkippedFile]]:
    """Photos with the model's class indices, and those whose category the model does not have."""
    known = {_matching(name): index for index, name in enumerate(class_names)}
    exact = {name: index for index, name in enumerate(class_names)}
    indices = [exact.get(name, known.get(_matching(name))) for name in dataset.class_names]
    photos, skipped = [], list(dataset.skipped)
    for photo in dataset.photos:
        index = indices[photo.class_index]
        if index is None:
            name = dataset.class_names[photo.class_index]
            skipped.append(SkippedFile(photo.path, f'The model has no category "{name}".'))
        else:
            photos.append(replace(photo, class_index=index))
    if not photos:
        raise DatasetError(
            f'The model knows none of the categories in "{dataset.root.name}":'
            f" {_listed(dataset.class_names)}.",
            expected=f"It knows {_listed(class_names)}.",
            mend="Choose a folder whose sub-folders have these names.",
            path=dataset.root,
        )
    return photos, skipped


def _matching(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def _answers(
    classifier: "Classifier", photos: Sequence[Photo], *, report: Report, control: Control | None
) -> Iterator[Answer | SkippedFile]:
    """Every core reads and embeds photos of its own; answers come in the order of the photos."""
    from ml_core.dataset.reading import PhotoReader
    from ml_core.parallel import counted, map_in_order

    reader, spec = PhotoReader(), classifier.manifest.input

    def answer(photo: Photo) -> Answer | SkippedFile:
        pixels = reader.try_for_model(photo, spec)
        if isinstance(pixels, ImageError):
            return SkippedFile(photo.path, str(pixels))
        vector = classifier.embedder.embed_here(pixels)
        shares = classifier.probabilities(vector)
        state = classifier.state(vector)
        return Answer.of(photo, shares, trust=classifier.manifest.trust, state=state)

    answers = map_in_order(answer, photos, control=control)
    return counted(answers, phase="evaluate", total=len(photos), report=report)
