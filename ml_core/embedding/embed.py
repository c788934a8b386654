"""Many photos into vectors: from the cache where they are known, else decoded and embedded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.control import Control
from ml_core.dataset.reading import PhotoReader
from ml_core.dataset.scan import Photo
from ml_core.embedding.embedder import Embedder, Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import ImageError
from ml_core.events import Phase, Report, ignore
from ml_core.parallel import counted, map_in_order

_KEEP_EVERY = 256


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of photos.

    Attributes:
        vectors: float32, shape (views, embedding_size); zeros where a photo failed.
        failures: Index into the views -> why it could not be read.
    """

    vectors: Vectors
    failures: dict[int, ImageError]


@dataclass(frozen=True, slots=True)
class View:
    """One photo seen in one way. ``content`` is the hash of the photo's content."""

    photo: Photo
    content: bytes
    is_mirrored: bool = False


def embed_photos(
    views: Sequence[View],
    embedder: Embedder,
    *,
    store: VectorStore,
    phase: Phase = "embed",
    report: Report = ignore,
    control: Control | None = None,
) -> Embedded:
    """Embed photos, every core decoding and embedding photos of its own.

    Args:
        views: What to embed.
        embedder: What makes the vectors.
        store: Known vectors are taken from it, new ones kept in it.
        phase: The phase named in the reports of StepProgress.
        report: Told of the progress.
        control: May interrupt; vectors made so far stay in the store.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    vectors, missing = _known_vectors(views, embedder, store)
    failures: dict[int, ImageError] = {}
    fresh: dict[int, Vectors] = {}
    reader = PhotoReader()

    def embed(index: int) -> tuple[int, Vectors | ImageError]:
        return index, _embed(views[index], embedder, reader)

    outcomes = counted(
        map_in_order(embed, missing, control=control),
        phase=phase,
        total=len(views),
        known=len(views) - len(missing),
        report=report,
    )
    try:
        for index, outcome in outcomes:
            if isinstance(outcome, ImageError):
                failures[index] = outcome
            else:
                vectors[index] = fresh[index] = outcome
            if len(fresh) >= _KEEP_EVERY:
                _keep(fresh, views, embedder, store)
    finally:
        _keep(fresh, views, embedder, store)
    return Embedded(vectors, failures)


def _embed(view: View, embedder: Embedder, reader: PhotoReader) -> Vectors | ImageError:
    pixels = reader.try_for_model(view.photo, embedder.spec)
    if isinstance(pixels, ImageError):
        return pixels
    return embedder.embed_here(pixels[:, ::-1] if view.is_mirrored else pixels)


def _known_vectors(
    views: Sequence[View], embedder: Embedder, store: VectorStore
) -> tuple[Vectors, list[int]]:
    """All vectors, zeros where unknown, and the places of the unknown ones."""
    key = embedder.fingerprint()
    known = {
        is_mirrored: store.get(
            key,
            [view.content for view in views if view.is_mirrored == is_mirrored],
            view=int(is_mirrored),
        )
        for is_mirrored in (False, True)
    }
    vectors = np.zeros((len(views), embedder.embedding_size), np.float32)
    missing = []
    for index, view in enumerate(views):
        vector = known[view.is_mirrored].get(view.content)
        if vector is None or vector.shape != vectors[index].shape:
            missing.append(index)
        else:
            vectors[index] = vector
    return vectors, missing


def _keep(
    fresh: dict[int, Vectors], views: Sequence[View], embedder: Embedder, store: VectorStore
) -> None:
    """Move fresh vectors into the store."""
    key = embedder.fingerprint()
    for is_mirrored in (False, True):
        chosen = {
            views[index].content: vector
            for index, vector in fresh.items()
            if views[index].is_mirrored == is_mirrored
        }
        if chosen:
            store.put(key, chosen, view=int(is_mirrored))
    fresh.clear()
