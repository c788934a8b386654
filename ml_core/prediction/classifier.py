"""Open a model file and classify photos with it, through LiteRT only."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.embedding.embedder import Embedder, Vectors
from ml_core.errors import ImageError, ModelFileError
from ml_core.evaluation.novelty import References
from ml_core.evaluation.trust import WANTED_PRECISION, Judge, State
from ml_core.events import Report, ignore
from ml_core.images import PHOTO_SUFFIXES, Pixels, fit, load_for_model
from ml_core.model_file.inspect import naming
from ml_core.model_file.manifest import Manifest
from ml_core.model_file.read import ModelFile, read
from ml_core.parallel import counted, map_in_order

log = logging.getLogger(__name__)

ENOUGH_FOR_TWO = 0.95
"""Probability of the two likeliest categories together from which on a third is not offered."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one photo; ``category`` is None and ``error`` set where there is none.

    ``confidence`` and the values in ``top`` are 0..1 (calibrated, if the model is); ``top`` is
    sorted, best first. ``state`` is None where there is no answer, or the model's file does not
    say how far to rely on it.
    """

    path: Path | None
    category: str | None
    confidence: float
    top: tuple[tuple[str, float], ...]
    error: str | None = None
    state: State | None = None

    @property
    def candidates(self) -> tuple[str, ...]:
        """The categories to offer a person: one if it is sure, else the two or three likeliest.

        The third is left out where the first two are very likely to hold the right one.
        """
        if self.state is State.SURE or len(self.top) < 2:
            return tuple(name for name, _ in self.top[:1])
        is_enough = sum(share for _, share in self.top[:2]) >= ENOUGH_FOR_TWO
        return tuple(name for name, _ in self.top[: 2 if is_enough else 3])


class Classifier:
    """An opened model file. May be used from several threads.

    Attributes:
        precision: Share of the answers called sure that are to be right, 0..1; may be set.
    """

    def __init__(self, path: Path, model: ModelFile) -> None:
        self.path = path
        self.precision = WANTED_PRECISION
        self.manifest: Manifest = model.manifest
        self.embedder = Embedder(model.embedder, model.manifest.input)
        self._kernel, self._bias = model.kernel, model.bias
        self._judge = _judge(model)
        if self.embedder.embedding_size != len(self._kernel):
            raise ModelFileError(
                f"Its embedder gives {self.embedder.embedding_size} numbers a photo.",
                expected=f"Its head takes {len(self._kernel)}.",
            )

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a model file. Raises ModelFileError."""
        model = read(path)
        with naming(path):
            return cls(path, model)

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.manifest.class_names

    def probabilities(self, vectors: Vectors) -> NDArray[np.float32]:
        """Confidence of every category, float32 (photos, classes), from (photos, embedding)."""
        return softmax(self._logits(vectors))

    def scores(self, vectors: Vectors) -> NDArray[np.float32]:
        """How much more speaks for every category than on average, shape (..., classes).

        Without the bias, so that the scores of parts of a photo average to those of the whole.
        """
        logits = vectors @ self._kernel
        scores: NDArray[np.float32] = logits - logits.mean(axis=-1, keepdims=True)
        return scores

    def state(self, vector: Vectors) -> State | None:
        """How far to rely on the answer to one photo's vector, shape (embedding_size,).

        None if the model cannot say.
        """
        if self._judge is None:
            return None
        vectors = vector[np.newaxis]
        return self._judge.states(self._logits(vectors), vectors, precision=self.precision)[0]

    def classify(self, path: Path, *, top: int = 5) -> Prediction:
        """Classify one file. A file that is no photo gives a Prediction with ``error``."""
        try:
            vector = self.embedder.embed(load_for_model(path, self.manifest.input))
        except ImageError as error:
            return _unreadable(path, error)
        return self.answer(vector, path=path, top=top)

    def classify_pixels(self, pixels: Pixels, *, top: int = 5) -> Prediction:
        """Classify upright 8-bit RGB pixels, shape (height, width, 3)."""
        vector = self.embedder.embed(fit(pixels, self.manifest.input))
        return self.answer(vector, path=None, top=top)

    def classify_many(
        self,
        paths: Iterable[Path],
        *,
        top: int = 5,
        report: Report = ignore,
        control: Control | None = None,
    ) -> Iterator[Prediction]:
        """Classify many files, in order, every core decoding and embedding photos of its own.

        Reports StepProgress("evaluate"); its total is 0 while the number of paths is unknown.

        Raises:
            Cancelled, Stopped: The caller ended it; what was yielded stays valid.
        """
        total = len(paths) if isinstance(paths, Sequence) else 0
        outcomes = map_in_order(self._embed_file, paths, control=control)
        for path, outcome in counted(outcomes, phase="evaluate", total=total, report=report):
            if isinstance(outcome, ImageError):
                yield _unreadable(path, outcome)
            else:
                yield self.answer(outcome, path=path, top=top)

    def answer(self, vector: Vectors, *, path: Path | None, top: int = 5) -> Prediction:
        """From one photo's vector, shape (embedding_size,), to its answer."""
        probabilities = self.probabilities(vector)
        order = np.argsort(-probabilities, kind="stable")[:top]
        best = tuple((self.class_names[index], float(probabilities[index])) for index in order)
        state = self.state(vector)
        return Prediction(path, best[0][0], best[0][1], best, state=state)

    def _logits(self, vectors: Vectors) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = vectors @ self._kernel + self._bias
        return logits

    def _embed_file(self, path: Path) -> tuple[Path, Vectors | ImageError]:
        try:
            return path, self.embedder.embed_here(load_for_model(path, self.manifest.input))
        except ImageError as error:
            return path, error


def _judge(model: ModelFile) -> Judge | None:
    if model.manifest.trust is None or model.references is None:
        return None
    return Judge(model.manifest.trust, References(model.references))


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the last axis; float32 in, float32 out."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares


def photos_under(paths: Iterable[Path]) -> list[Path]:
    """Files as they are, folders replaced by the photos in them (recursive, sorted)."""
    found: list[Path] = []
    for path in paths:
        found.extend(_photos_in(path) if _is_folder(path) else [path])
    return found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # reading the file will tell what is wrong
        return False


def _photos_in(folder: Path) -> Iterator[Path]:
    # os.walk does not follow links to folders, so that a loop of links cannot trap it.
    for parent, folders, files in os.walk(folder, onerror=_passed_over):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in PHOTO_SUFFIXES:
                yield path


def _passed_over(error: OSError) -> None:
    log.warning("%s cannot be opened and is passed over: %s", error.filename, error.strerror)


def _unreadable(path: Path, error: ImageError) -> Prediction:
    return Prediction(path, None, 0.0, (), str(error))
