"""From a folder with one sub-folder per category to a list of photos with labels.

No picture is decoded and no file is opened: names and kinds of files decide. Every file that is
found is either a photo or is listed as skipped, with a reason; only what systems leave behind
(``Thumbs.db``, ``.DS_Store`` and the like) is passed over in silence.
"""

import os
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml_core.control import Control
from ml_core.dataset.idx import is_idx_folder, scan_idx_folder
from ml_core.dataset.listing import Listing, has_sub_folder
from ml_core.dataset.photos import Dataset, Part, Photo, SkipKind, SkippedFile
from ml_core.errors import DatasetError
from ml_core.events import Report, StepProgress, ignore

__all__ = ["Dataset", "Part", "Photo", "SkipKind", "SkippedFile", "scan_folder"]

_PART_NAMES: Final = {
    "train": Part.TRAIN,
    "training": Part.TRAIN,
    "validation": Part.VALIDATION,
    "valid": Part.VALIDATION,
    "val": Part.VALIDATION,
    "test": Part.TEST,
    "testing": Part.TEST,
}
_SECONDS_BETWEEN_REPORTS: Final = 0.1
_ONE_FOLDER_EACH: Final = "Put the photos of each category into its own sub-folder."


def scan_folder(
    folder: Path,
    *,
    least_classes: int = 2,
    report: Report = ignore,
    control: Control | None = None,
) -> Dataset:
    """List the photos of ``folder`` by class. Fast: no picture is decoded.

    Two layouts are understood: ``folder/<class>/photo`` and
    ``folder/{train,validation|val|valid,test}/<class>/photo``; or a folder of IDX files (MNIST
    format, ``.gz`` or not). Photos in folders inside a class folder belong to that class. Part
    folders are taken as such only if one is for training and no other folder lies beside them.

    Classes are sorted without regard to upper and lower case, photos by part, class and path, so
    that the same folder gives the same list everywhere. Progress counts class folders. One class
    is too few to train on; to evaluate on, ``least_classes`` may be 1; with 0, a folder without
    any photo is no error either, and only what was left out is listed.

    Raises:
        DatasetError: No folder, or nothing in it can be trained on.
        Cancelled, Stopped: The caller ended it.
    """
    _check_folder(folder)
    if is_idx_folder(folder):
        return scan_idx_folder(folder)
    listing = Listing(control or Control())
    class_folders = _class_folders(folder, listing)
    progress = _Progress(report, len(class_folders))
    photos: _PhotosByFolder = {}
    for class_folder in class_folders:
        photos[class_folder] = listing.photos_below(class_folder.path)
        progress.advance()
    return _dataset(folder, photos, listing.skipped, least_classes)


@dataclass(frozen=True, slots=True)
class _ClassFolder:
    path: Path
    part: Part | None

    @property
    def class_name(self) -> str:
        """The folder's name as text: composed (NFC), and without bytes that are no Unicode."""
        readable = os.fsencode(self.path.name).decode(errors="replace")
        return unicodedata.normalize("NFC", readable)


_PhotosByFolder = dict[_ClassFolder, list[Path]]


class _Progress:
    """Reports now and then, and at the end."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._total = report, total
        self._done, self._last = 0, 0.0

    def advance(self) -> None:
        self._done += 1
        now = time.monotonic()
        if self._done == self._total or now - self._last > _SECONDS_BETWEEN_REPORTS:
            self._report(StepProgress("scan", self._done, self._total))
            self._last = now


def _check_folder(folder: Path) -> None:
    try:
        with os.scandir(folder):
            return
    except FileNotFoundError:
        what = "is not there"
    except NotADirectoryError:
        what = "is a file, not a folder"
    except (OSError, ValueError) as error:
        what = f"cannot be opened: {getattr(error, 'strerror', None) or error}"
    raise DatasetError(
        f'"{folder.name or folder}" {what}.',
        mend="Choose a folder that holds one sub-folder of photos for each category.",
        path=folder,
    )


def _class_folders(root: Path, listing: Listing) -> list[_ClassFolder]:
    """Find the class folders of either layout, and skip the files that lie beside them."""
    listing.is_new(root)
    folders = listing.sub_folders(root)
    if not _are_parts(folders):
        return [_ClassFolder(folder, None) for folder in folders]
    return [
        _ClassFolder(class_folder, _part(folder))
        for folder in folders
        for class_folder in listing.sub_folders(folder, may_be_empty=False)
    ]


def _part(folder: Path) -> Part:
    return _PART_NAMES[folder.name.casefold()]


def _are_parts(folders: Sequence[Path]) -> bool:
    """Tell whether the folders are parts; toys may well have a category called "train"."""
    parts = [_PART_NAMES.get(folder.name.casefold()) for folder in folders]
    if Part.TRAIN not in parts or None in parts:
        return False
    return any(has_sub_folder(folder) for folder in folders if _part(folder) is Part.TRAIN)


def _dataset(
    root: Path,
    photos: _PhotosByFolder,
    skipped: Sequence[SkippedFile],
    least_classes: int,
) -> Dataset:
    names = {folder.class_name for folder, paths in photos.items() if paths}
    class_names = tuple(sorted(names, key=lambda name: (name.casefold(), name)))
    if not photos and least_classes:
        raise _no_sub_folders(root, loose=len(skipped))
    if not class_names and least_classes:
        raise _no_photos(root, folders=len(photos))
    if len(class_names) < least_classes:
        raise _one_class(root, class_names[0], list(photos))
    class_index = {name: index for index, name in enumerate(class_names)}
    found = [
        Photo(path, class_index[folder.class_name], folder.part)
        for folder, paths in photos.items()
        for path in paths
    ]
    return Dataset(root, class_names, tuple(sorted(found, key=_order)), tuple(skipped))


def _order(photo: Photo) -> tuple[int, int, Path]:
    part = -1 if photo.part is None else list(Part).index(photo.part)
    return part, photo.class_index, photo.path


def _no_sub_folders(root: Path, *, loose: int) -> DatasetError:
    beside = f", only {loose:,} loose files" if loose else ""
    return DatasetError(
        f'"{root.name or root}" has no sub-folders{beside}.', mend=_ONE_FOLDER_EACH, path=root
    )


def _no_photos(root: Path, *, folders: int) -> DatasetError:
    return DatasetError(
        f'No photos were found in the {folders:,} sub-folders of "{root.name or root}".',
        expected="Photos are JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF files.",
        path=root,
    )


def _one_class(root: Path, name: str, folders: Sequence[_ClassFolder]) -> DatasetError:
    """Guess, too, that someone chose the folder above the right one."""
    inside = [folder.path for folder in folders if has_sub_folder(folder.path)]
    mend = _ONE_FOLDER_EACH
    if len(inside) == 1:
        mend = f'If the categories are the folders inside "{inside[0].name}", choose that folder.'
    return DatasetError(
        f'"{root.name or root}" holds photos of one category only: "{name}".',
        expected="There must be at least two to tell apart.",
        mend=mend,
        path=root,
    )
