"""Open a model file and classify photos with it, through LiteRT only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ml_core.control import Control
from ml_core.events import Report, ignore
from ml_core.images import Pixels
from ml_core.model_file.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one photo; ``category`` is None and ``error`` set where there is none.

    ``confidence`` and the values in ``top`` are 0..1; ``top`` is sorted, best first.
    """

    path: Path | None
    category: str | None
    confidence: float
    top: tuple[tuple[str, float], ...]
    error: str | None = None


class Classifier:
    """An opened model file."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises ModelFileError."""
        raise NotImplementedError

    @property
    def class_names(self) -> tuple[str, ...]:
        raise NotImplementedError

    def classify(self, path: Path, *, top: int = 5) -> Prediction:
        """Classify one file. A file that is no photo gives a Prediction with ``error``."""
        raise NotImplementedError

    def classify_pixels(self, pixels: Pixels, *, top: int = 5) -> Prediction:
        """Classify upright 8-bit RGB pixels, shape (height, width, 3)."""
        raise NotImplementedError

    def classify_many(
        self,
        paths: Iterable[Path],
        *,
        top: int = 5,
        report: Report = ignore,
        control: Control | None = None,
    ) -> Iterator[Prediction]:
        """Classify many files, in order, decoding in threads and answering in batches.

        Raises:
            Cancelled, Stopped: The caller ended it; what was yielded stays valid.
        """
        raise NotImplementedError


def photos_under(paths: Iterable[Path]) -> list[Path]:
    """Files as they are, folders replaced by the photos in them (recursive, sorted)."""
    raise NotImplementedError
