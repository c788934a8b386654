"""The photos of a run with a person's corrections among them, as vectors."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.photos import Part, Photo
from ml_core.dataset.reading import PhotoReader
from ml_core.embedding.embed import View, embed_photos
from ml_core.embedding.embedder import Embedder
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import DatasetError, ImageError
from ml_core.events import Report
from ml_core.model_file.labels import LONGEST_NAME
from ml_core.runs import Run
from ml_core.training.head import LabelledVectors
from ml_core.training.prepare import PartPhotos, PreparedPhotos
from ml_core.training.versions import LearnedCorrection, additions_folder


@dataclass(frozen=True, slots=True)
class Correction:
    """A photo and the category that a person says it has; the category may be a new one."""

    path: Path
    category: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Photos with their vectors and class indices, parallel."""

    photos: tuple[Photo, ...]
    data: LabelledVectors

    def __len__(self) -> int:
        return len(self.photos)


@dataclass(frozen=True, slots=True)
class CorrectedPhotos:
    """What a corrected head learns from and is measured on.

    Attributes:
        parts: The photos of the run that can still be known, without the corrected ones.
        mirrored: Mirrored training photos and corrections, where the recipe asks for them.
        added: The corrected photos.
    """

    parts: Mapping[Part, Labelled]
    mirrored: LabelledVectors
    added: Labelled

    def counts(self, skipped: int) -> dict[str, int]:
        """Photos per part; corrected ones train."""
        counts = {part.value: len(labelled) for part, labelled in self.parts.items()}
        return {**counts, "train": counts["train"] + len(self.added), "skipped": skipped}


def keep_corrections(
    run: Run, corrections: Sequence[Correction], class_names: Sequence[str]
) -> tuple[LearnedCorrection, ...]:
    """Copy the corrected photos into the run's folder; the originals are left alone.

    Raises:
        DatasetError: A category's name is unusable.
        ImageError: A photo is not there.
        StorageError: The disk refused.
    """
    named = [(one.path, _category(one.category, class_names)) for one in corrections]
    kept = []
    for path, category in named:
        content = PhotoReader().try_hash(Photo(path, 0))
        if isinstance(content, ImageError):
            raise content
        copy = additions_folder(run) / f"{content.hex()}{path.suffix.lower()}"
        if not copy.exists():
            storage.copy_file(path, copy)
        kept.append(LearnedCorrection(copy.name, content.hex(), category))
    return tuple(kept)


def together(
    earlier: Sequence[LearnedCorrection], later: Sequence[LearnedCorrection]
) -> tuple[LearnedCorrection, ...]:
    """All of them; the last word about a photo counts."""
    return tuple({one.content: one for one in (*earlier, *later)}.values())


def with_new_names(
    class_names: tuple[str, ...], corrections: Sequence[LearnedCorrection]
) -> tuple[str, ...]:
    """The model's categories, then the new ones: those that are known keep their places."""
    new = dict.fromkeys(one.category for one in corrections if one.category not in class_names)
    return (*class_names, *new)


def corrected_parts(
    run: Run,
    photos: PreparedPhotos,
    corrections: Sequence[LearnedCorrection],
    class_names: Sequence[str],
) -> tuple[dict[Part, PartPhotos], PartPhotos]:
    """The photos of the run without those that were corrected, and these."""
    corrected = {bytes.fromhex(one.content) for one in corrections}
    folder = additions_folder(run)
    added = PartPhotos(
        tuple(Photo(folder / one.file, class_names.index(one.category)) for one in corrections),
        tuple(bytes.fromhex(one.content) for one in corrections),
    )
    return {part: _without(photos.parts[part], corrected) for part in Part}, added


def embed_corrected(
    run: Run,
    photos: PreparedPhotos,
    corrections: Sequence[LearnedCorrection],
    class_names: Sequence[str],
    embedder: Embedder,
    *,
    report: Report,
    control: Control,
) -> CorrectedPhotos:
    """Look up what is known of the photos; look at those of which nothing is known.

    Photos of the run that are no longer there, and of which nothing is known, are left out.

    Raises:
        ImageError: A corrected photo cannot be read.
        Cancelled, Stopped: The caller ended it.
    """
    groups, added = corrected_parts(run, photos, corrections, class_names)
    plain = [*groups.values(), added]
    mirrored = [groups[Part.TRAIN], added] if run.recipe.mirror else []
    views = [view for group in plain for view in group.views()]
    views += [replace(view, is_mirrored=True) for group in mirrored for view in group.views()]
    found = _labelled([*plain, *mirrored], views, embedder, report=report, control=control)
    _require_all(found[len(Part)], added, embedder)
    return CorrectedPhotos(
        dict(zip(Part, found, strict=False)),
        joined([one.data for one in found[len(plain) :]], embedder.embedding_size),
        found[len(Part)],
    )


def joined(some: Sequence[LabelledVectors], embedding_size: int) -> LabelledVectors:
    """All of them, one after the other."""
    return LabelledVectors(
        np.concatenate([np.empty((0, embedding_size), np.float32), *(one.vectors for one in some)]),
        np.concatenate([np.empty(0, np.intp), *(one.labels for one in some)]),
    )


def _labelled(
    groups: Sequence[PartPhotos],
    views: Sequence[View],
    embedder: Embedder,
    *,
    report: Report,
    control: Control,
) -> list[Labelled]:
    with VectorStore() as store:
        embedded = embed_photos(views, embedder, store=store, report=report, control=control)
    found, start = [], 0
    for group in groups:
        usable = [i for i in range(len(group)) if start + i not in embedded.failures]
        some = group.at(usable)
        labels = np.array([photo.class_index for photo in some.photos], np.intp)
        vectors = embedded.vectors[start : start + len(group)][usable]
        found.append(Labelled(some.photos, LabelledVectors(vectors, labels)))
        start += len(group)
    return found


def _require_all(found: Labelled, wanted: PartPhotos, embedder: Embedder) -> None:
    for photo in wanted.photos:
        if photo not in found.photos:
            reason = PhotoReader().try_for_model(photo, embedder.spec)
            if isinstance(reason, ImageError):
                raise reason
            raise ImageError(f"{photo.path.name} could not be read.", path=photo.path)


def _without(part: PartPhotos, contents: set[bytes]) -> PartPhotos:
    return part.without([i for i, content in enumerate(part.hashes) if content in contents])


def _category(name: str, class_names: Sequence[str]) -> str:
    """The category that is meant: one of the model's in any case, or a usable new name."""
    meant = unicodedata.normalize("NFC", name).strip()
    for known in class_names:
        if unicodedata.normalize("NFC", known).strip().casefold() == meant.casefold():
            return known
    if not 0 < len(meant) <= LONGEST_NAME or "\0" in meant:
        raise DatasetError(
            f"A category cannot be called {name[:80]!r}.",
            expected=f"Its name has 1 to {LONGEST_NAME} characters.",
            mend="Choose another name.",
        )
    return meant
