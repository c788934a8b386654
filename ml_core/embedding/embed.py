"""Many photos into vectors: from the cache where they are known, else decoded and embedded."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml_core.control import Control
from ml_core.dataset.reading import read_for_model
from ml_core.dataset.scan import Photo
from ml_core.embedding.embedder import Embedder, Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import ImageError
from ml_core.events import Phase, Report, StepProgress, ignore
from ml_core.parallel import map_in_order

PLAIN, MIRRORED = 0, 1
"""Views: the photo as it is, and mirrored left to right."""

_KEEP_EVERY = 256
_PROGRESS_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of photos.

    Attributes:
        vectors: float32, shape (photos, embedding_size); zeros where a photo failed.
        failures: Index into the photos -> why it could not be read.
    """

    vectors: Vectors
    failures: dict[int, ImageError]


def embed_photos(
    photos: Sequence[Photo],
    hashes: Sequence[bytes],
    embedder: Embedder,
    *,
    view: int = PLAIN,
    store: VectorStore | None = None,
    phase: Phase = "embed",
    report: Report = ignore,
    control: Control | None = None,
) -> Embedded:
    """Embed photos, every core decoding and embedding photos of its own.

    Args:
        photos: What to embed.
        hashes: Content hashes, parallel to ``photos``.
        embedder: What makes the vectors.
        view: ``PLAIN`` or ``MIRRORED``.
        store: Known vectors are taken from it, new ones kept in it.
        phase: The phase named in the reports of StepProgress.
        report: Told of the progress.
        control: May interrupt; vectors made so far stay in the store.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    key = embedder.fingerprint()
    known = store.get(key, hashes, view=view) if store else {}
    vectors = np.zeros((len(photos), embedder.embedding_size), np.float32)
    missing = []
    for index, content in enumerate(hashes):
        if content in known:
            vectors[index] = known[content]
        else:
            missing.append(index)
    failures: dict[int, ImageError] = {}
    fresh: dict[bytes, Vectors] = {}
    progress = _Progress(phase, len(photos), len(photos) - len(missing), report)

    def embed(index: int) -> tuple[int, Vectors | ImageError]:
        try:
            pixels = read_for_model(photos[index], embedder.spec)
        except ImageError as error:
            return index, error
        return index, embedder.embed_here(pixels[:, ::-1] if view == MIRRORED else pixels)

    try:
        for index, outcome in map_in_order(embed, missing, control=control):
            if isinstance(outcome, ImageError):
                failures[index] = outcome
            else:
                vectors[index] = fresh[hashes[index]] = outcome
            if store and len(fresh) >= _KEEP_EVERY:
                store.put(key, fresh, view=view)
                fresh.clear()
            progress.step()
    finally:
        if store and fresh:
            store.put(key, fresh, view=view)
    return Embedded(vectors, failures)


class _Progress:
    """Reports StepProgress about ten times a second."""

    def __init__(self, phase: Phase, total: int, done: int, report: Report) -> None:
        self._phase, self._total, self._report = phase, total, report
        self._known = self._done = done
        self._started = self._reported = time.monotonic()
        self._tell(self._started)

    def step(self) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._reported >= _PROGRESS_INTERVAL or self._done == self._total:
            self._reported = now
            self._tell(now)

    def _tell(self, now: float) -> None:
        rate = (self._done - self._known) / max(now - self._started, 1e-9)
        left = (self._total - self._done) / rate if rate else None
        self._report(StepProgress(self._phase, self._done, self._total, rate, left))
