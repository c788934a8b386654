"""The entries of the Models page: runs kept here, and model files opened from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.errors import ModelFileError
from product_gui.presenters.library import Library
from product_gui.text import models as words
from product_gui.text.numbers import NO_VALUE, date, percent, size

if TYPE_CHECKING:
    from ml_core.model_file.manifest import Manifest, Scores
    from ml_core.runs import Run

log = logging.getLogger(__name__)

ORIGINS = {
    "done": words.ORIGIN_TRAINED,
    "stopped": words.ORIGIN_STOPPED,
    "failed": words.ORIGIN_FAILED,
    "running": words.ORIGIN_RUNNING,
    "interrupted": words.ORIGIN_INTERRUPTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model, or one training that gave none, in words. ``run`` is None for foreign files."""

    key: str
    path: Path
    name: str
    created: str
    network: str
    categories: tuple[str, ...]
    score: str
    accuracy: float | None
    size: str
    origin: str
    has_model: bool
    run: Run | None = None

    @property
    def is_starred(self) -> bool:
        return self.run is not None and self.run.is_starred

    @property
    def note(self) -> str:
        return self.run.note if self.run is not None else ""

    @property
    def date(self) -> str:
        return date(self.created) if self.created else NO_VALUE


def list_entries(library: Library, known: Sequence[Path]) -> tuple[Entry, ...]:
    """All entries, newest first (worker thread)."""
    own = [_of_run(run) for run in library.list_runs()]
    paths = {entry.path for entry in own}
    foreign = [entry for path in known if path not in paths for entry in _of_file(library, path)]
    return tuple(sorted((*own, *foreign), key=lambda entry: entry.created, reverse=True))


def _of_run(run: Run) -> Entry:
    tested = run.test_accuracy is not None
    part = "test" if tested else "validation"
    accuracy = run.test_accuracy if tested else run.validation_accuracy
    has_model = run.state in ("done", "stopped") and run.model_path.is_file()
    return Entry(
        key=str(run.folder),
        path=run.model_path,
        name=run.name,
        created=run.created,
        network=_title(run.recipe.architecture),
        categories=run.class_names,
        score=_score(accuracy, run.photo_counts.get(part, 0)),
        accuracy=accuracy,
        size=_size(run.model_path) if has_model else NO_VALUE,
        origin=ORIGINS[run.state],
        has_model=has_model,
        run=run,
    )


def _of_file(library: Library, path: Path) -> list[Entry]:
    """The entry of a foreign file; none if it is gone or broken by now."""
    try:
        manifest = library.read_manifest(path)
    except (ModelFileError, OSError) as error:
        log.info("%s is left out of the list of models: %s", path, error)
        return []
    return [_of_manifest(path, manifest)]


def _of_manifest(path: Path, manifest: Manifest) -> Entry:
    return Entry(
        key=str(path),
        path=path,
        name=manifest.name,
        created=manifest.created,
        network=_title(manifest.architecture),
        categories=manifest.class_names,
        score=_score_of(manifest.scores),
        accuracy=_accuracy(manifest.scores),
        size=_size(path),
        origin=words.ORIGIN_OPENED,
        has_model=True,
    )


def _accuracy(scores: Scores) -> float | None:
    return scores.validation_accuracy if scores.test_accuracy is None else scores.test_accuracy


def _score_of(scores: Scores) -> str:
    if scores.test_accuracy is not None:
        return _score(scores.test_accuracy, scores.test_photos)
    return _score(scores.validation_accuracy, scores.validation_photos)


def _score(accuracy: float | None, photos: int) -> str:
    if accuracy is None or not photos:
        return words.SCORE_UNKNOWN
    return words.score(percent(accuracy), photos)


def _size(path: Path) -> str:
    try:
        return size(path.stat().st_size)
    except OSError:
        return NO_VALUE


def _title(architecture: str) -> str:
    from ml_core.models.registry import ARCHITECTURES

    known = ARCHITECTURES.get(architecture)
    return known.title if known is not None else architecture
