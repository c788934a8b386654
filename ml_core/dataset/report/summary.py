"""A check in plain values: findings by kind, what was left out by reason, decisions in words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ml_core.dataset.decisions import Choice, Decision, Decisions, place_of
from ml_core.dataset.health.finding import Finding, Kind, Severity, counted
from ml_core.dataset.health.health import Health
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.photos import Photo, SkippedFile

_NAMED: Final = 3
"""So many photos are named in a sentence about a decision."""


@dataclass(frozen=True, slots=True)
class FindingsOfKind:
    """All findings of one kind, the clearest cases first."""

    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        return CHECKS[self.kind].title

    @property
    def severity(self) -> Severity:
        """The worst one of them."""
        order = list(Severity)
        return min((finding.severity for finding in self.findings), key=order.index)

    @property
    def advice(self) -> str:
        """Why it matters and what can be done, in general."""
        check = CHECKS[self.kind]
        return " ".join(filter(None, (check.why, check.mend)))


def by_kind(findings: Sequence[Finding]) -> list[FindingsOfKind]:
    """Group findings: the worst first, then in the order in which kinds are shown."""
    groups: dict[Kind, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.kind].append(finding)
    found = (FindingsOfKind(kind, tuple(groups[kind])) for kind in Kind if kind in groups)
    return sorted(found, key=lambda group: list(Severity).index(group.severity))


def by_reason(left_out: Sequence[SkippedFile]) -> list[tuple[str, list[SkippedFile]]]:
    """Group what was left out, the most frequent reason first."""
    groups: dict[str, list[SkippedFile]] = defaultdict(list)
    for file in left_out:
        groups[general_reason(file)].append(file)
    return sorted(groups.items(), key=lambda item: -len(item[1]))


def general_reason(file: SkippedFile) -> str:
    """The reason without the file's own name, so that alike cases meet."""
    name = file.path.name
    return file.reason.replace(f'"{name}" ', "It ", 1) if name else file.reason


def parts_by_class(health: Health) -> dict[str, dict[str, int]]:
    """Part -> category -> photos, for ``class_distribution``; one nameless part without a split."""
    if health.split is None:
        return {"": health.dataset.counts()}
    names = health.dataset.class_names
    parts = {
        "train": health.split.train,
        "validation": health.split.validation,
        "test": health.split.test,
    }
    counts = {part: dict.fromkeys(names, 0) for part in parts}
    for part, photos in parts.items():
        for photo in photos:
            counts[part][names[photo.class_index]] += 1
    return counts


def groups_sentence(health: Health) -> str:
    """How many copies the split kept on one side."""
    if health.split is None:
        return health.problem
    return f"{counted(health.split.groups, 'group')} of copies kept together."


def decision_sentence(decision: Decision) -> str:
    """What was decided, in one sentence."""
    photos = counted(len(decision.photos), "photo")
    are = "is" if len(decision.photos) == 1 else "are"
    match decision.choice:
        case Choice.LEAVE_OUT:
            what = f"{photos} {are} left out"
        case Choice.MOVE:
            what = f'{photos} {are} counted to "{decision.to_class}"'
        case Choice.KEEP:
            title = CHECKS[Kind(decision.kind)].title if decision.kind in list(Kind) else ""
            what = f"{photos} {are} kept" + (f', whatever "{title}" says' if title else "")
        case Choice.MERGE:
            return f'"{decision.from_class}" is counted to "{decision.to_class}".'
        case Choice.MEND_LEAKS:
            return "Copies of validation and test photos are left out of training."
    return f"{what}: {_named(decision)}."


def _named(decision: Decision) -> str:
    names = [key.place for key in decision.photos[:_NAMED]]
    more = len(decision.photos) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def place_below(path: Path, root: Path) -> str:
    """A file as it lies in the folder of the data set, with ``/``."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def to_json(health: Health) -> dict[str, Any]:
    """The check as one object: ``photos`` = ``used`` + the number of ``left_out``, always."""
    split = health.split
    return {
        "classes": health.dataset.counts(),
        "photos": len(health.dataset.photos) + len(health.left_out),
        "used": len(health.dataset.photos),
        "left_out": [
            {"path": _path(file), "reason": file.reason, "kind": file.kind.value}
            for file in health.left_out
        ],
        "findings": [_finding(finding) for finding in health.findings],
        "settled": len(health.settled),
        "split": split
        and {
            "train": len(split.train),
            "validation": len(split.validation),
            "test": len(split.test),
            "groups": split.groups,
        },
        "problem": health.problem,
        "not_checked": list(health.omitted),
        "decisions": decisions_json(health.decisions),
    }


def decisions_json(decisions: Decisions) -> list[dict[str, Any]]:
    """Those that count."""
    return [
        {"number": decision.number, "made": decision.made, "what": decision_sentence(decision)}
        for decision in decisions.active
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    are_photos = finding.kind is Kind.UNREADABLE  # they were meant as photos
    paths = [str(path) for path in finding.paths]
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "photos": [*map(_path, finding.photos), *(paths if are_photos else [])],
        "paths": [] if are_photos else paths,
        "classes": list(finding.classes),
        "suggested_class": finding.suggested_class,
        "message": finding.message,
    }


def _path(file: Photo | SkippedFile) -> str:
    return str(file.path) if file.index is None else f"{file.path}#{file.index}"


def photo_place(photo: Photo, health: Health) -> str:
    """A photo as it lies in the folder of the data set."""
    return place_of(photo, health.dataset.root)
