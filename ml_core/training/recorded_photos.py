"""Which photos a run was trained on, in which part: what it needs to go on with just these."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.health.measurement_store import MeasurementStore
from ml_core.dataset.health.survey import known_or_read_contents
from ml_core.dataset.scan import Part, Photo, SkipKind, SkippedFile, scan_folder
from ml_core.errors import DatasetError
from ml_core.events import PhaseStarted, Report, Warned
from ml_core.runs import PHOTOS, Run
from ml_core.training.prepare import PartPhotos, PreparedPhotos

_NAMED_IN_ERRORS = 3


def record_photos(photos: PreparedPhotos, run: Run) -> None:
    """Write photos.json. Raises StorageError."""
    root = run.dataset_folder
    content = {
        "class_names": photos.class_names,
        "fingerprint": photos.fingerprint,
        "parts": {
            part.value: [
                [_relative(photo.path, root), photo.index, photo.class_index, content.hex()]
                for photo, content in zip(one.photos, one.hashes, strict=True)
            ]
            for part, one in photos.parts.items()
        },
        "skipped": [
            [_relative(file.path, root), file.index, file.kind.value, file.reason]
            for file in photos.skipped
        ],
    }
    storage.write_json(run.folder / PHOTOS, content)


def recorded_photos(run: Run, *, report: Report, control: Control) -> PreparedPhotos | None:
    """The photos that the run was trained on, as they still are; None if it had not got so far.

    Reports Warned for photos that have come since: the run goes on without them.

    Raises:
        DatasetError: Some have gone or changed.
        Cancelled, Stopped: The caller ended it.
    """
    photos = listed_photos(run)
    if photos is None:
        return None
    report(PhaseStarted("scan", "Looking whether the photos are as they were"))
    _require_unchanged(photos, report, control)
    _tell_of_new_ones(photos, run, report, control)
    return photos


def listed_photos(run: Run) -> PreparedPhotos | None:
    """The photos that the run was trained on, be they still there or not; None if not recorded."""
    try:
        values = storage.read_json(run.folder / PHOTOS)
    except (OSError, ValueError):
        return None
    return _prepared(values, run.dataset_folder)


def _prepared(values: dict[str, Any], root: Path) -> PreparedPhotos:
    def part(rows: Iterable[tuple[str, int | None, int, str]]) -> PartPhotos:
        found = [
            (Photo(root / path, class_index, index=index), bytes.fromhex(content))
            for path, index, class_index, content in rows
        ]
        return PartPhotos(tuple(photo for photo, _ in found), tuple(one for _, one in found))

    return PreparedPhotos(
        tuple(values["class_names"]),
        {one: part(values["parts"][one.value]) for one in Part},
        [
            SkippedFile(root / path, reason, SkipKind(kind), index)
            for path, index, kind, reason in values["skipped"]
        ],
        values["fingerprint"],
    )


def _require_unchanged(photos: PreparedPhotos, report: Report, control: Control) -> None:
    listed = [photo for part in photos.parts.values() for photo in part.photos]
    hashes = [content for part in photos.parts.values() for content in part.hashes]
    with MeasurementStore() as store:
        found = known_or_read_contents(listed, store=store, report=report, control=control)
    changed = [
        photo.path for photo, then, now in zip(listed, hashes, found, strict=True) if then != now
    ]
    if changed:
        names = ", ".join(path.name for path in changed[:_NAMED_IN_ERRORS])
        more = "" if len(changed) <= _NAMED_IN_ERRORS else ", …"
        raise DatasetError(
            f"{len(changed):,} of the {len(listed):,} photos of this training have gone or changed"
            f" ({names}{more}).",
            expected="It can only go on with the photos that it began with.",
            mend="Bring them back, or start a new training with the same settings.",
            path=changed[0],
        )


def _tell_of_new_ones(photos: PreparedPhotos, run: Run, report: Report, control: Control) -> None:
    known = {photo.path for part in photos.parts.values() for photo in part.photos}
    known |= {file.path for file in photos.skipped}
    dataset = scan_folder(run.dataset_folder, least_classes=0, control=control)
    new = {photo.path for photo in dataset.photos} - known
    if new:
        count = f"{len(new):,} photos have" if len(new) > 1 else "One photo has"
        report(
            Warned(
                f"{count} come into the folder since this training began. It goes on without;"
                " start a new one to use them."
            )
        )


def _relative(path: Path, root: Path) -> str:
    """So that the folder of photos may be moved; photos elsewhere keep their whole path."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
