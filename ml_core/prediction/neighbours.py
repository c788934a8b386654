"""The training photos that an answer's photo is most like: the plainest of explanations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ml_core.control import Control
from ml_core.dataset.photos import Part, Photo
from ml_core.embedding.embed import embed_photos
from ml_core.embedding.embedder import Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import DatasetError
from ml_core.evaluation.novelty import unit
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.prediction.classifier import Classifier
from ml_core.runs import Run
from ml_core.training.corrected_photos import corrected_parts
from ml_core.training.recorded_photos import listed_photos
from ml_core.training.versions import current_version

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A training photo.

    Attributes:
        path: Of the photo, or of the IDX file that holds it.
        category: Under which it was learned.
        distance: Cosine distance, 0 (the same) to 2.
        index: Place of the picture inside an IDX file; None for a photo of its own.
    """

    path: Path
    category: str
    distance: float
    index: int | None = None


class TrainingPhotos:
    """The photos that a model was trained on, ready to be searched; from several threads, too.

    Args:
        photos: Their class indices point into ``class_names``.
        class_names: In the model's order.
        vectors: Shape (photos, embedding_size).
    """

    def __init__(
        self, photos: Sequence[Photo], class_names: Sequence[str], vectors: Vectors
    ) -> None:
        self._photos, self._class_names = tuple(photos), tuple(class_names)
        self._vectors = unit(vectors)

    def __len__(self) -> int:
        return len(self._photos)

    def nearest(self, vector: Vectors, *, count: int = SHOWN) -> tuple[Neighbour, ...]:
        """The photos most like the one of this vector, shape (embedding_size,), nearest first."""
        distances = 1 - self._vectors @ unit(vector)
        order = np.argsort(distances, kind="stable")[:count]
        return tuple(self._neighbour(int(place), float(distances[place])) for place in order)

    def _neighbour(self, place: int, distance: float) -> Neighbour:
        photo = self._photos[place]
        category = self._class_names[photo.class_index]
        return Neighbour(photo.path, category, max(0.0, distance), photo.index)


def training_photos(
    run: Run,
    classifier: Classifier,
    *,
    report: Report = ignore,
    control: Control | None = None,
) -> TrainingPhotos:
    """The photos that a run's model was trained on, corrections among them.

    Their vectors come from the cache; what is not there is looked at again. Photos that are gone
    and of which nothing is known are left out.

    Args:
        run: Finished.
        classifier: The run's model.
        report: Told of the progress.
        control: May end it.

    Raises:
        DatasetError: The run's photos are not recorded.
        StorageError: Its version in use cannot be read.
        Cancelled, Stopped: The caller ended it.
    """
    photos = listed_photos(run)
    if photos is None:
        raise DatasetError(
            f'Which photos "{run.name}" was trained on is not recorded.',
            mend="Train it again: then its nearest training photos can be shown.",
            path=run.folder,
        )
    report(PhaseStarted("embed", "Looking for the training photos"))
    corrections, names = current_version(run).corrections, classifier.class_names
    parts, added = corrected_parts(run, photos, corrections, names)
    views = parts[Part.TRAIN].views() + added.views()
    with VectorStore() as store:
        embedded = embed_photos(
            views, classifier.embedder, store=store, report=report, control=control
        )
    known = [index for index in range(len(views)) if index not in embedded.failures]
    return TrainingPhotos([views[i].photo for i in known], names, embedded.vectors[known])
