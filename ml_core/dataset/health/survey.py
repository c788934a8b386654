"""Look at every photo of a data set once: what it holds, what it measures, whether it can be read.

A stream: some photos at a time are in memory, all cores decode, and what was measured before is
taken from the cache. Of each photo less than 2 KB is kept.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ml_core.control import Control
from ml_core.dataset.health.measure import MEASURES, SIDE, Grey, Measures, measure
from ml_core.dataset.health.measurement_store import MeasurementStore, Stamp
from ml_core.dataset.photos import Dataset, Photo, SkipKind, SkippedFile
from ml_core.dataset.reading import PhotoReader, content_hashes
from ml_core.errors import ImageError
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.image_files import SUFFIXES
from ml_core.parallel import counted, map_in_order

_KEEP_EVERY: Final = 256
_TRUSTED_BY_NAME: Final = SUFFIXES["TGA"]
"""These bytes are a picture under one name and none under another."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The photos that can be used, and why the others cannot.

    Attributes:
        dataset: Its photos can all be read; those that cannot are among ``skipped``.
        contents: The content hash of each photo.
        measures: Records of ``MEASURES``, one a photo.
    """

    dataset: Dataset
    contents: tuple[bytes, ...]
    measures: Measures

    def only(self, places: Sequence[int]) -> "Survey":
        """The photos at these places."""
        photos = tuple(self.dataset.photos[place] for place in places)
        return Survey(
            replace(self.dataset, photos=photos),
            tuple(self.contents[place] for place in places),
            self.measures[list(places)],
        )

    def keys(self) -> list[bytes]:
        """What each photo's measures are kept under."""
        return list(map(measured_as, self.dataset.photos, self.contents))


def survey(
    dataset: Dataset,
    *,
    store: MeasurementStore,
    report: Report = ignore,
    control: Control | None = None,
) -> Survey:
    """Look at every photo. What is measured is kept in ``store`` on the way.

    Reports PhaseStarted and StepProgress of the phases "scan" and "check".

    Raises:
        Cancelled, Stopped: The caller ended it; what was measured so far stays known.
    """
    report(PhaseStarted("scan", "Looking through the photos"))
    contents = known_or_read_contents(dataset.photos, store=store, report=report, control=control)
    report(PhaseStarted("check", "Looking at every photo"))
    measures = _known_or_new_measures(dataset.photos, contents, store, report, control)
    return _assembled(dataset, contents, measures)


def known_or_read_contents(
    photos: Sequence[Photo],
    *,
    store: MeasurementStore,
    report: Report = ignore,
    control: Control | None = None,
) -> list[bytes | ImageError]:
    """Like ``content_hashes``, but files that have not changed are not read again."""
    files = [photo.path for photo in photos if photo.index is None]
    known = store.contents(files)
    unknown = [photo for photo in photos if photo.path not in known]
    stamps = {photo.path: Stamp.of(photo.path) for photo in unknown if photo.index is None}
    read = content_hashes(unknown, report=report, control=control)
    fresh = {
        photo.path: (stamp, content)
        for photo, content in zip(unknown, read, strict=True)
        if isinstance(content, bytes) and (stamp := stamps.get(photo.path)) is not None
    }
    store.keep_contents(fresh)
    new = iter(read)
    return [known[photo.path] if photo.path in known else next(new) for photo in photos]


def readable(
    dataset: Dataset,
    *,
    store: MeasurementStore,
    report: Report = ignore,
    control: Control | None = None,
) -> tuple[Dataset, list[bytes]]:
    """The photos whose files can be read at all, with their contents; nothing is decoded."""
    outcomes = known_or_read_contents(dataset.photos, store=store, report=report, control=control)
    found = [
        (photo, outcome)
        for photo, outcome in zip(dataset.photos, outcomes, strict=True)
        if isinstance(outcome, bytes)
    ]
    skipped = (
        SkippedFile(photo.path, str(outcome), SkipKind.UNREADABLE, photo.index)
        for photo, outcome in zip(dataset.photos, outcomes, strict=True)
        if isinstance(outcome, ImageError)
    )
    usable = replace(
        dataset,
        photos=tuple(photo for photo, _ in found),
        skipped=(*dataset.skipped, *skipped),
    )
    return usable, [content for _, content in found]


def measured_as(photo: Photo, content: bytes) -> bytes:
    """The key of a photo's measures: its content, and its name where that decides, too."""
    if photo.path.suffix.lower() not in _TRUSTED_BY_NAME:
        return content
    return hashlib.blake2b(content, digest_size=len(content), person=b"by name").digest()


def grey_of(photo: Photo, reader: PhotoReader) -> Grey:
    """Measure the grey square again. Raises ImageError."""
    return measure(reader.overview(photo, SIDE))[1]


def _known_or_new_measures(
    photos: Sequence[Photo],
    contents: Sequence[bytes | ImageError],
    store: MeasurementStore,
    report: Report,
    control: Control | None,
) -> list[Measures | ImageError]:
    outcomes: list[Measures | ImageError | None] = [
        content if isinstance(content, ImageError) else None for content in contents
    ]
    keys = {
        place: measured_as(photos[place], content)
        for place, content in enumerate(contents)
        if isinstance(content, bytes)
    }
    known = store.measures(list(keys.values()))
    for place, key in keys.items():
        outcomes[place] = known.get(key)
    missing = [place for place, outcome in enumerate(outcomes) if outcome is None]
    results = counted(
        _measured([photos[place] for place in missing], control),
        phase="check",
        total=len(photos),
        known=len(photos) - len(missing),
        report=report,
    )
    fresh: dict[bytes, tuple[Measures, Grey]] = {}
    try:
        for place, result in zip(missing, results, strict=True):
            if isinstance(result, ImageError):
                outcomes[place] = result
                continue
            outcomes[place] = result[0]
            fresh[keys[place]] = result
            if len(fresh) >= _KEEP_EVERY:
                store.keep_measures(fresh)
                fresh.clear()
    finally:
        store.keep_measures(fresh)
    return [outcome for outcome in outcomes if outcome is not None]


def _measured(
    photos: Sequence[Photo], control: Control | None
) -> Iterator[tuple[Measures, Grey] | ImageError]:
    reader = PhotoReader()

    def look(photo: Photo) -> tuple[Measures, Grey] | ImageError:
        try:
            return measure(reader.overview(photo, SIDE))
        except ImageError as error:
            return error

    return map_in_order(look, photos, control=control)


def _assembled(
    dataset: Dataset,
    contents: Sequence[bytes | ImageError],
    measures: Sequence[Measures | ImageError],
) -> Survey:
    usable: list[tuple[Photo, bytes]] = []
    records: list[bytes] = []
    skipped = list(dataset.skipped)
    for photo, content, record in zip(dataset.photos, contents, measures, strict=True):
        if isinstance(record, ImageError):
            skipped.append(SkippedFile(photo.path, str(record), SkipKind.UNREADABLE, photo.index))
        elif isinstance(content, bytes):
            usable.append((photo, content))
            records.append(record.tobytes())
    return Survey(
        replace(dataset, photos=tuple(photo for photo, _ in usable), skipped=tuple(skipped)),
        tuple(content for _, content in usable),
        np.frombuffer(b"".join(records), MEASURES),
    )
