"""Checks of copies: where they lie, and whether they agree about their category."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ml_core.dataset.decisions import place_of
from ml_core.dataset.health.check import Check, Material, name_of
from ml_core.dataset.health.copies import members
from ml_core.dataset.health.finding import Finding, Kind, Severity, counted, in_quotes, in_words
from ml_core.dataset.photos import Part, Photo

_NAMED: Final = 3
"""So many photos of a group are named in its sentence."""


def _exact_copies(material: Material, check: Check) -> Iterator[Finding]:
    by_content: dict[bytes, list[int]] = defaultdict(list)
    for place, content in enumerate(material.contents):
        by_content[content].append(place)
    for places in by_content.values():
        if len(places) > 1:
            yield _about(material, check, places, "are the same file")


def _near_copies(material: Material, check: Check) -> Iterator[Finding]:
    for places in members(material.groups):
        if len({material.contents[place] for place in places}) > 1:
            yield _about(material, check, places, "show the same picture")


def _in_two_classes(material: Material, check: Check) -> Iterator[Finding]:
    for places in members(material.groups):
        classes = {material.class_of(material.dataset.photos[place]) for place in places}
        if len(classes) > 1:
            listed = in_words(f'"{name}"' for name in sorted(classes))
            yield _about(material, check, places, f"show the same picture but lie in {listed}")


def _across_parts(material: Material, check: Check) -> Iterator[Finding]:
    for places in members(material.groups):
        parts = {material.dataset.photos[place].part for place in places}
        if len(parts) > 1:
            listed = in_words(part.value for part in Part if part in parts)
            yield _about(material, check, places, f"show the same picture but lie in {listed}")


def _about(material: Material, check: Check, places: Sequence[int], what: str) -> Finding:
    photos = tuple(material.dataset.photos[place] for place in places)
    names = _names(photos, material.dataset.root)[:_NAMED]
    if len(photos) > _NAMED:
        names[-1:] = [counted(len(photos) - _NAMED + 1, "other photo")]
    return check.finding(
        f"{in_words(names)} {what}.",
        photos=photos,
        classes=tuple(dict.fromkeys(map(material.class_of, photos))),
        score=float(len(photos)),
    )


def _names(photos: Sequence[Photo], root: Path) -> list[str]:
    """What the photos are called; those of one name by their folders, too."""
    names = [name_of(photo) for photo in photos]
    if len(set(names)) == len(names):
        return names
    return [in_quotes(place_of(photo, root)) for photo in photos]


CHECKS: Final = (
    Check(
        kind=Kind.ACROSS_PARTS,
        title="Copies in training and test",
        severity=Severity.ERROR,
        why="The model is tested on what it has learned by heart, so its score is too good.",
        mend="Let the copies in training be left out.",
        find=_across_parts,
    ),
    Check(
        kind=Kind.IN_TWO_CLASSES,
        title="One photo in two categories",
        severity=Severity.ERROR,
        why="At least one of the labels is wrong, and the model is told to believe both.",
        mend="Move all to the right category, or leave the wrong ones out.",
        find=_in_two_classes,
    ),
    Check(
        kind=Kind.EXACT_COPIES,
        title="Exact copies",
        severity=Severity.HINT,
        why="They count several times, and add nothing to learn; they stay on one side of the"
        " split.",
        mend="Leave all but one out.",
        find=_exact_copies,
    ),
    Check(
        kind=Kind.NEAR_COPIES,
        title="Near copies",
        severity=Severity.HINT,
        why="They add little to learn, so a category has fewer photos than it seems; they stay on"
        " one side of the split.",
        mend="Leave all but the best one out.",
        find=_near_copies,
        threshold=0.8,
        source="Correlation of fine detail after alignment; see health.alignment.",
    ),
)
