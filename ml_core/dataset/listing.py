"""Walk through folders made by others: links in circles, pipes, closed doors, odd names.

Only ``ml_core.dataset.scan`` uses this.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ml_core.control import Control
from ml_core.dataset.photos import SkipKind, SkippedFile
from ml_core.images import PHOTO_SUFFIXES

_LEFT_BY_SYSTEMS: Final = frozenset(
    (
        "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "__macosx", "@eadir",
        ".ds_store", ".directory", ".nomedia", ".picasa.ini", ".thumbnails", ".trashes",
        ".spotlight-v100", ".fseventsd", ".git", ".svn", ".hg",
    )
)  # fmt: skip
_LEFT_BESIDE_A_FILE: Final = "._"
"""What macOS writes for every file on disks that are not its own."""
_UNREADABLE: Final = {
    **dict.fromkeys((".heic", ".heif", ".hif"), "HEIC photos"),
    **dict.fromkeys((".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf"), "Raw photos"),
    **dict.fromkeys((".svg", ".svgz", ".eps", ".ps", ".ai", ".wmf", ".emf"), "Drawings"),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"), "Videos"),
    ".jxl": "JPEG XL photos",
    ".pdf": "PDF documents",
}
_FILES_BETWEEN_CHECKPOINTS: Final = 1000


class Listing:
    """Lists folders, and remembers where it has been and what it left out."""

    def __init__(self, control: Control) -> None:
        self.skipped: list[SkippedFile] = []
        self._control = control
        self._seen: set[tuple[int, int]] = set()
        self._files = 0

    def skip(self, path: str | Path, reason: str, kind: SkipKind = SkipKind.STRAY) -> None:
        self.skipped.append(SkippedFile(Path(path), reason, kind))

    def sub_folders(self, folder: Path, *, may_be_empty: bool = True) -> list[Path]:
        """The folders in a folder; files beside them are skipped."""
        folders: list[Path] = []
        skipped_before = len(self.skipped)
        for entry in self._entries(folder):
            if not _is_folder(entry):
                self.skip(entry.path, "It lies beside the category folders, not in one of them.")
            elif self.is_new(entry.path):
                folders.append(Path(entry.path))
        if not (folders or may_be_empty or len(self.skipped) > skipped_before):
            self._skip_empty(folder)
        return folders

    def photos_below(self, folder: Path) -> list[Path]:
        """The photos at any depth below a folder. Raises Cancelled and Stopped."""
        self._control.checkpoint()
        skipped_before = len(self.skipped)
        photos = [Path(path) for path in self._walk(str(folder))]
        if not photos and len(self.skipped) == skipped_before:
            self._skip_empty(folder)
        return photos

    def is_new(self, folder: str | Path) -> bool:
        """Remember a folder by its place on the disk, so that links cannot lead in circles."""
        try:
            found = Path(folder).stat()
        except OSError as error:
            self._skip_closed(folder, error)
            return False
        key = found.st_dev, found.st_ino
        if key in self._seen:
            reason = "This is a link to a folder that is already included."
            self.skip(folder, reason, SkipKind.LINK)
            return False
        self._seen.add(key)
        return True

    def _walk(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        while waiting:
            inner = []
            for entry in self._entries(waiting.pop()):
                self._count()
                if _is_folder(entry):
                    if self.is_new(entry.path):
                        inner.append(entry.path)
                elif reason := _reason_to_skip(entry):
                    self.skip(entry.path, reason)
                else:
                    yield entry.path
            waiting += reversed(inner)

    def _entries(self, folder: str | Path) -> list[os.DirEntry[str]]:
        """List a folder by name; what is hidden or left behind by systems is not in it."""
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not _is_left_by_system(entry.name)]
        except OSError as error:
            self._skip_closed(folder, error)
            return []
        for entry in entries:
            if _is_hidden(entry.name):
                self.skip(entry.path, "Its name begins with a dot: it is hidden.", SkipKind.HIDDEN)
        shown = (entry for entry in entries if not _is_hidden(entry.name))
        return sorted(shown, key=lambda entry: entry.name)

    def _skip_empty(self, folder: Path) -> None:
        self.skip(folder, "This folder is empty.", SkipKind.EMPTY_FOLDER)

    def _skip_closed(self, folder: str | Path, error: OSError) -> None:
        reason = f"This folder cannot be opened: {error.strerror}."
        self.skip(folder, reason, SkipKind.CLOSED_FOLDER)

    def _count(self) -> None:
        self._files += 1
        if self._files % _FILES_BETWEEN_CHECKPOINTS == 0:
            self._control.checkpoint()


def has_sub_folder(folder: Path) -> bool:
    """Tell whether a folder holds another one; a folder that cannot be opened does not."""
    try:
        with os.scandir(folder) as found:
            return any(_is_folder(entry) and not _is_passed_over(entry.name) for entry in found)
    except OSError:
        return False


def _is_passed_over(name: str) -> bool:
    return _is_hidden(name) or _is_left_by_system(name)


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_left_by_system(name: str) -> bool:
    return name.casefold() in _LEFT_BY_SYSTEMS or name.startswith(_LEFT_BESIDE_A_FILE)


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
