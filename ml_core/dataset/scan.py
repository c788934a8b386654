"""From a folder with one sub-folder per category to a list of photos with labels.

No picture is decoded and no file is opened: names and kinds of files decide. Every file that is
found is either a photo or is listed as skipped, with a reason; only what systems leave behind
(hidden files, ``Thumbs.db`` and the like) is passed over in silence.
"""

import os
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ml_core.control import Control
from ml_core.dataset.idx import is_idx_folder, scan_idx_folder
from ml_core.dataset.photos import Dataset, Part, Photo, SkippedFile
from ml_core.errors import DatasetError
from ml_core.events import Report, StepProgress, ignore
from ml_core.images import PHOTO_SUFFIXES

__all__ = ["Dataset", "Part", "Photo", "SkippedFile", "scan_folder"]

_PART_NAMES: Final = {
    "train": Part.TRAIN,
    "training": Part.TRAIN,
    "validation": Part.VALIDATION,
    "valid": Part.VALIDATION,
    "val": Part.VALIDATION,
    "test": Part.TEST,
    "testing": Part.TEST,
}
_LEFT_BY_SYSTEMS: Final = frozenset(
    ("thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "@eadir", "$recycle.bin")
)
_UNREADABLE: Final = {
    **dict.fromkeys((".heic", ".heif", ".hif"), "HEIC photos"),
    **dict.fromkeys((".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf"), "Raw photos"),
    **dict.fromkeys((".svg", ".svgz", ".eps", ".ps", ".ai", ".wmf", ".emf"), "Drawings"),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"), "Videos"),
    ".jxl": "JPEG XL photos",
    ".pdf": "PDF documents",
}
_SECONDS_BETWEEN_REPORTS: Final = 0.1
_FILES_BETWEEN_CHECKPOINTS: Final = 1000
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
    is too few to train on; to evaluate on, ``least_classes`` may be 1.

    Raises:
        DatasetError: No folder, or nothing in it can be trained on.
        Cancelled, Stopped: The caller ended it.
    """
    _check_folder(folder)
    if is_idx_folder(folder):
        return scan_idx_folder(folder)
    listing = _Listing(control or Control())
    class_folders = list(_class_folders(folder, listing))
    progress = _Progress(report, len(class_folders))
    for class_folder in class_folders:
        listing.add_class(class_folder)
        progress.advance()
    return _dataset(folder, class_folders, listing, least_classes)


@dataclass(frozen=True, slots=True)
class _ClassFolder:
    path: Path
    part: Part | None

    @property
    def class_name(self) -> str:
        """The folder's name as text: composed (NFC), and without bytes that are no Unicode."""
        readable = os.fsencode(self.path.name).decode(errors="replace")
        return unicodedata.normalize("NFC", readable)


@dataclass(slots=True)
class _Listing:
    """What was found so far."""

    control: Control
    photos: dict[_ClassFolder, list[Path]] = field(default_factory=dict)
    skipped: list[SkippedFile] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _files: int = 0

    def skip(self, path: str | Path, reason: str) -> None:
        self.skipped.append(SkippedFile(Path(path), reason))

    def add_class(self, folder: _ClassFolder) -> None:
        """Collect the photos at any depth below a class folder."""
        skipped_before = len(self.skipped)
        photos = [Path(path) for path in self._photos_below(str(folder.path))]
        if photos:
            self.photos[folder] = photos
        elif len(self.skipped) == skipped_before:
            self.skip(folder.path, "This folder is empty.")

    def entries(self, folder: str | Path) -> list[os.DirEntry[str]]:
        """List a folder by name; what systems leave behind is not in it."""
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not _is_left_by_system(entry.name)]
        except OSError as error:
            self.skip(folder, f"This folder cannot be opened: {error.strerror}.")
            return []
        return sorted(entries, key=lambda entry: entry.name)

    def is_new(self, folder: str | Path) -> bool:
        """Remember a folder by its place on the disk, so that links cannot lead in circles."""
        try:
            found = Path(folder).stat()
        except OSError as error:
            self.skip(folder, f"This folder cannot be opened: {error.strerror}.")
            return False
        key = found.st_dev, found.st_ino
        if key in self._seen:
            self.skip(folder, "This is a link to a folder that is already included.")
            return False
        self._seen.add(key)
        return True

    def _photos_below(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        while waiting:
            inner = []
            for entry in self.entries(waiting.pop()):
                self._count()
                if _is_folder(entry):
                    if self.is_new(entry.path):
                        inner.append(entry.path)
                elif reason := _reason_to_skip(entry):
                    self.skip(entry.path, reason)
                else:
                    yield entry.path
            waiting += reversed(inner)

    def _count(self) -> None:
        if self._files % _FILES_BETWEEN_CHECKPOINTS == 0:
            self.control.checkpoint()
        self._files += 1


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
    if folder.is_dir():
        return
    what = "is a file, not a folder" if folder.exists() else "is not there"
    raise DatasetError(
        f'"{folder.name or folder}" {what}.',
        mend="Choose a folder that holds one sub-folder of photos for each category.",
        path=folder,
    )


def _class_folders(root: Path, listing: _Listing) -> Iterator[_ClassFolder]:
    """Find the class folders of either layout, and skip the files that lie beside them."""
    listing.is_new(root)
    folders = _sub_folders(root, listing)
    if not _are_parts(folders):
        yield from (_ClassFolder(folder, None) for folder in folders)
        return
    for folder in sorted(folders, key=lambda folder: list(Part).index(_part(folder))):
        for class_folder in _sub_folders(folder, listing):
            yield _ClassFolder(class_folder, _part(folder))


def _sub_folders(folder: Path, listing: _Listing) -> list[Path]:
    folders = []
    for entry in listing.entries(folder):
        if not _is_folder(entry):
            listing.skip(entry.path, "It lies beside the category folders, not in one of them.")
        elif listing.is_new(entry.path):
            folders.append(Path(entry.path))
    return folders


def _part(folder: Path) -> Part:
    return _PART_NAMES[folder.name.casefold()]


def _are_parts(folders: Sequence[Path]) -> bool:
    """Tell whether the folders are parts; toys may well have a category called "train"."""
    parts = [_PART_NAMES.get(folder.name.casefold()) for folder in folders]
    if Part.TRAIN not in parts or None in parts:
        return False
    return any(_has_sub_folder(folder) for folder in folders if _part(folder) is Part.TRAIN)


def _has_sub_folder(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(
                _is_folder(entry) and not _is_left_by_system(entry.name) for entry in entries
            )
    except OSError:
        return False


def _is_left_by_system(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _LEFT_BY_SYSTEMS


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _reason_to_skip(entry: os.DirEntry[str]) -> str:
    """Return why this entry is no photo, or nothing if it looks like one."""
    try:
        if not entry.is_file():
            return "This is no ordinary file, or a link to nothing."
    except OSError as error:
        return f"This cannot be looked at: {error.strerror}."
    suffix = _suffix(entry.name)
    if suffix in PHOTO_SUFFIXES:
        return ""
    if suffix in _UNREADABLE:
        return f"{_UNREADABLE[suffix]} cannot be read: save it as JPEG or PNG."
    return f'"{suffix}" files are not photos.' if suffix else "Its name has no ending like .jpg."


def _suffix(name: str) -> str:
    """The ending with its dot, in lower case. Making a Path for it would double the scan's time."""
    _, dot, ending = name.rpartition(".")
    return dot + ending.lower() if dot else ""


def _dataset(
    root: Path, class_folders: Sequence[_ClassFolder], listing: _Listing, least_classes: int
) -> Dataset:
    names = {folder.class_name for folder in listing.photos}
    class_names = tuple(sorted(names, key=lambda name: (name.casefold(), name)))
    _check_usable(root, class_folders, listing, class_names, least_classes)
    class_index = {name: index for index, name in enumerate(class_names)}
    found = [
        Photo(path, class_index[folder.class_name], folder.part)
        for folder, paths in listing.photos.items()
        for path in paths
    ]
    found.sort(key=_order)
    return Dataset(root, class_names, tuple(found), tuple(listing.skipped))


def _order(photo: Photo) -> tuple[int, int, Path]:
    part = -1 if photo.part is None else list(Part).index(photo.part)
    return part, photo.class_index, photo.path


def _check_usable(
    root: Path,
    class_folders: Sequence[_ClassFolder],
    listing: _Listing,
    class_names: Sequence[str],
    least_classes: int,
) -> None:
    name = f'"{root.name or root}"'
    if not class_folders:
        loose = len(listing.skipped)
        beside = f", only {loose:,} loose files" if loose else ""
        raise DatasetError(f"{name} has no sub-folders{beside}.", mend=_ONE_FOLDER_EACH, path=root)
    if not class_names:
        raise DatasetError(
            f"No photos were found in the {len(class_folders):,} sub-folders of {name}.",
            expected="Photos are JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF files.",
            path=root,
        )
    if len(class_names) < least_classes:
        raise DatasetError(
            f'{name} holds photos of one category only: "{class_names[0]}".',
            expected="There must be at least two to tell apart.",
            mend=_mend_single(class_folders),
            path=root,
        )


def _mend_single(class_folders: Sequence[_ClassFolder]) -> str:
    """Guess that someone chose the folder above the right one."""
    inside = [folder.path for folder in class_folders if _has_sub_folder(folder.path)]
    if len(inside) == 1:
        return f'If the categories are the folders inside "{inside[0].name}", choose that folder.'
    return _ONE_FOLDER_EACH
