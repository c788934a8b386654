"""Checks of files and folders: what could not be read, and what lies where it has no meaning."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ml_core.dataset.health.check import Check, Material
from ml_core.dataset.health.finding import Finding, Kind, Severity, counted, quoted
from ml_core.dataset.photos import Photo, SkipKind, SkippedFile

_STRAY: Final = (
    SkipKind.STRAY,
    SkipKind.CLOSED_FOLDER,
    SkipKind.LINK,
    SkipKind.HIDDEN,
    SkipKind.OTHER,
)


def _unreadable(material: Material, check: Check) -> Iterator[Finding]:
    for file in material.scanned.skipped:
        if file.kind is SkipKind.UNREADABLE:
            yield check.finding(file.reason, paths=(file.path,))


def _empty_folder(material: Material, check: Check) -> Iterator[Finding]:
    for file in material.scanned.skipped:
        if file.kind is SkipKind.EMPTY_FOLDER:
            yield check.finding(f"The folder {quoted(file.path)} is empty.", paths=(file.path,))


def _nested_folder(material: Material, check: Check) -> Iterator[Finding]:
    """Photos deeper than in their category's folder, one finding a category folder."""
    nested: dict[Path, list[Photo]] = defaultdict(list)
    for photo in material.dataset.photos:
        folder = _category_folder(photo, material.scanned.root)
        if folder is not None and photo.path.parent != folder:
            nested[folder].append(photo)
    for folder, photos in nested.items():
        folders = {photo.path.parent for photo in photos}
        yield check.finding(
            f"{counted(len(photos), 'photo')} of {quoted(folder)}"
            f" {'lies' if len(photos) == 1 else 'lie'} in"
            f" {counted(len(folders), 'folder')} inside it and"
            f" {'is' if len(photos) == 1 else 'are'} counted as {quoted(folder)}, too.",
            photos=tuple(photos),
            classes=tuple(dict.fromkeys(map(material.class_of, photos))),
        )


def _category_folder(photo: Photo, root: Path) -> Path | None:
    """The folder below the root, or below the part's folder, that the photo's category has."""
    if photo.index is not None or not photo.path.is_relative_to(root):
        return None
    depth = 1 if photo.part is None else 2
    return root.joinpath(*photo.path.relative_to(root).parts[:depth])


def _stray_file(material: Material, check: Check) -> Iterator[Finding]:
    """One finding for each folder and reason: a thousand label files are one case."""
    alike: dict[tuple[Path, str], list[SkippedFile]] = defaultdict(list)
    for file in material.scanned.skipped:
        if file.kind in _STRAY:
            alike[file.path.parent, file.reason].append(file)
    for (folder, reason), files in alike.items():
        what = quoted(files[0].path) if len(files) == 1 else f"{len(files):,} files"
        yield check.finding(
            f"{what} in {quoted(folder)} {'was' if len(files) == 1 else 'were'} left out: {reason}",
            paths=tuple(file.path for file in files),
        )


CHECKS: Final = (
    Check(
        kind=Kind.UNREADABLE,
        title="Not a photo, or damaged",
        severity=Severity.WARNING,
        why="It is left out; other programs may stop at it.",
        mend="",
        find=_unreadable,
    ),
    Check(
        kind=Kind.EMPTY_FOLDER,
        title="Empty folders",
        severity=Severity.HINT,
        why="A category without photos cannot be learned.",
        mend="Put photos into it, or delete it.",
        find=_empty_folder,
    ),
    Check(
        kind=Kind.NESTED_FOLDER,
        title="Folders inside categories",
        severity=Severity.HINT,
        why="If these folders are categories of their own, they are mixed up.",
        mend="If so, put them beside the other categories.",
        find=_nested_folder,
    ),
    Check(
        kind=Kind.STRAY_FILE,
        title="Other files",
        severity=Severity.HINT,
        why="Only photos in a category's folder are used.",
        mend="If it is a photo of a category, save it there as JPEG or PNG.",
        find=_stray_file,
    ),
)
