"""What was found in a folder of photos, made ready to be shown: on a worker, once a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.presenters.photo_sheets import Sheets, picture_of, sheets_of
from product_gui.presenters.picture import Picture
from product_gui.text import health as words

if TYPE_CHECKING:
    from ml_core.dataset.decisions import Decision, PhotoKey
    from ml_core.dataset.health.finding import Finding
    from ml_core.dataset.health.health import Health
    from ml_core.dataset.split import Split

_COPIES = ("exact_copies", "near_copies", "in_two_classes", "across_parts")
_PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One finding.

    Attributes:
        key: Tells it from all others.
        what: The sentence that says what was found.
        pictures: The photos concerned, of copies the best one first.
        paths: Files and folders that are no photos of the data set.
        classes: The categories concerned.
        suggested: Where the photo rather belongs, or the category's better name.
    """

    key: str
    what: str
    mend: str = ""
    pictures: tuple[Picture, ...] = ()
    paths: tuple[Path, ...] = ()
    classes: tuple[str, ...] = ()
    suggested: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfCase:
    """All findings of one kind."""

    kind: str
    severity: str
    title: str
    why: str
    mend: str
    cases: tuple[Case, ...]

    @property
    def are_copies(self) -> bool:
        """Whether each case is a group of photos that show the same."""
        return self.kind in _COPIES

    @property
    def has_photos(self) -> bool:
        return any(case.pictures for case in self.cases)

    def without_pictures(self, keys: Collection[str]) -> KindOfCase:
        """What is left when these photos are no longer used: of two copies one is no copy."""
        least = 2 if self.are_copies else 1
        cases = []
        for case in self.cases:
            left = tuple(picture for picture in case.pictures if picture.key not in keys)
            if len(left) == len(case.pictures):
                cases.append(case)
            elif len(left) >= least:
                cases.append(replace(case, pictures=left))
        return replace(self, cases=tuple(cases))

    def without_cases(self, keys: Collection[str]) -> KindOfCase:
        """What is left when these have been answered."""
        return replace(self, cases=tuple(case for case in self.cases if case.key not in keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDecision:
    """One decision in force, in words; ``dormant`` says why it could not be followed."""

    number: int
    what: str
    because: str
    made: str
    dormant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How a training would deal the photos out.

    Attributes:
        counts: Part -> category -> photos.
        groups: How many groups of copies stay together.
        leaks: How many groups of copies the folders put on two sides.
        is_given: The folders themselves say the parts.
        mends_leaks: The copies in training are left out, as was asked for.
        left_out: How many these are.
    """

    counts: Mapping[str, Mapping[str, int]]
    groups: int
    leaks: int
    is_given: bool
    mends_leaks: bool
    left_out: int

    def total(self, part: str) -> int:
        return sum(self.counts[part].values())


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """A finished check.

    Attributes:
        kinds: What was found, errors first.
        decisions: Those in force, the newest first.
        sheets: The photos as they stand after the decisions.
        parts: None if nothing can be trained on; then ``problem`` says why.
        omitted: Which checks were left out, and why.
        used: Photos that a training uses.
        found: Photos, and other files, that are in the folder.
        looked_for: The titles of all checks.
        photo_keys: What decisions name a photo by, by the key of its picture.
        health: The same for the library: the report is made from it.
    """

    kinds: tuple[KindOfCase, ...]
    decisions: tuple[MadeDecision, ...]
    sheets: Sheets
    parts: Parts | None
    problem: str
    omitted: tuple[str, ...]
    used: int
    found: int
    looked_for: tuple[str, ...]
    photo_keys: Mapping[str, PhotoKey] = field(repr=False)
    health: Health = field(repr=False)

    @property
    def open_cases(self) -> int:
        """How many findings wait for an answer."""
        return sum(len(kind.cases) for kind in self.kinds)

    def kind(self, name: str) -> KindOfCase | None:
        return next((kind for kind in self.kinds if kind.kind == name), None)


def view_of(health: Health) -> HealthView:
    """Make a check ready to be shown."""
    from ml_core.dataset.health.registry import CHECKS

    scanned = health.examined.scanned
    readable = health.examined.inspection.survey.dataset.photos
    keys = dict(
        zip((picture_of(photo).key for photo in readable), health.keys(readable), strict=True)
    )
    return HealthView(
        kinds=tuple(_kinds(health)),
        decisions=tuple(_decisions(health)),
        sheets=sheets_of(scanned, health.dataset),
        parts=_parts(health) if health.split is not None else None,
        problem=health.problem,
        omitted=health.omitted,
        used=len(health.dataset.photos),
        found=len(health.dataset.photos) + len(health.left_out),
        looked_for=tuple(check.title for check in CHECKS.values()),
        photo_keys=keys,
        health=health,
    )


def _kinds(health: Health) -> Iterator[KindOfCase]:
    from ml_core.dataset.health.finding import Severity
    from ml_core.dataset.health.registry import CHECKS

    areas = _areas(health)
    for severity in Severity:
        for kind, check in CHECKS.items():
            found = [f for f in health.findings if f.kind is kind and f.severity is severity]
            if found:
                yield KindOfCase(
                    kind=kind.value,
                    severity=severity.value,
                    title=check.title,
                    why=check.why,
                    mend=check.mend,
                    cases=tuple(_case(number, each, areas) for number, each in enumerate(found)),
                )


def _case(number: int, finding: Finding, areas: Mapping[str, int]) -> Case:
    pictures = tuple(map(picture_of, finding.photos))
    if finding.kind.value in _COPIES:
        pictures = tuple(sorted(pictures, key=lambda picture: _best_first(picture, areas)))
    return Case(
        key=f"{finding.kind.value}-{number}",
        what=finding.what,
        mend=finding.mend,
        pictures=pictures,
        paths=finding.paths,
        classes=finding.classes,
        suggested=finding.suggested_class,
    )


def _best_first(picture: Picture, areas: Mapping[str, int]) -> tuple[int, int]:
    """Of copies the largest one is the best, and of these the one with the shortest name."""
    return -areas.get(picture.key, 0), len(picture.path.name)


def _areas(health: Health) -> dict[str, int]:
    """How many pixels each photo has."""
    areas = health.sizes.astype("int64").prod(axis=1).tolist()
    return dict(zip((picture_of(p).key for p in health.dataset.photos), areas, strict=False))


def _decisions(health: Health) -> Iterator[MadeDecision]:
    dormant = {decision.number: reason for decision, reason in health.decided.dormant}
    for decision in reversed(health.decisions.active):
        yield made_decision(decision, dormant=dormant.get(decision.number, ""))


def made_decision(decision: Decision, *, dormant: str = "") -> MadeDecision:
    """A decision in words."""
    from ml_core.dataset.health.registry import CHECKS

    titles = {kind.value: check.title for kind, check in CHECKS.items()}
    places = [key.place.rpartition("/")[2] for key in decision.photos]
    return MadeDecision(
        number=decision.number,
        what=words.decision(
            decision.choice.value,
            places,
            from_class=decision.from_class,
            to_class=decision.to_class,
            dormant=dormant,
        ),
        because=titles.get(decision.kind, ""),
        made=decision.made,
        dormant=dormant,
    )


def _parts(health: Health) -> Parts:
    split = health.split
    assert split is not None
    names = health.dataset.class_names
    return Parts(
        counts={part: _counts(split, part, names) for part in _PARTS},
        groups=split.groups,
        leaks=sum(finding.kind.value == "across_parts" for finding in health.findings),
        is_given=any(photo.part is not None for photo in health.dataset.photos),
        mends_leaks=health.decisions.mends_leaks,
        left_out=len(split.left_out),
    )


def _counts(split: Split, part: str, names: Sequence[str]) -> dict[str, int]:
    counts = dict.fromkeys(names, 0)
    for photo in getattr(split, part):
        counts[names[photo.class_index]] += 1
    return counts
