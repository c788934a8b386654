"""What a check is, and what it is given to look at."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ml_core.dataset.health.copies import Groups
from ml_core.dataset.health.evidence import Evidence
from ml_core.dataset.health.finding import Finding, Kind, Severity, quoted
from ml_core.dataset.health.measure import Measures
from ml_core.dataset.photos import Dataset, Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that is known of a data set when the checks begin.

    Attributes:
        dataset: The photos that will be used, under their categories after all decisions.
        scanned: The data set as the folders have it, unreadable photos among ``skipped``.
        contents: Content hashes of the photos.
        measures: Their records of ``MEASURES``.
        groups: Which of them are copies of each other.
        evidence: What the photos most like each say of its label; None if that is unknown.
    """

    dataset: Dataset
    scanned: Dataset
    contents: tuple[bytes, ...]
    measures: Measures
    groups: Groups
    evidence: Evidence | None = None

    def class_of(self, photo: Photo) -> str:
        return self.dataset.class_names[photo.class_index]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One way to find something wrong.

    Attributes:
        kind: What it finds.
        title: Heads a list of its findings.
        severity: How much each matters.
        why: One sentence: why it matters.
        mend: One sentence: what can be done.
        find: The check itself; it yields findings in the order of the photos.
        threshold: Beyond it something is found. None where there is nothing to choose.
        source: Where the threshold comes from.
    """

    kind: Kind
    title: str
    severity: Severity
    why: str
    mend: str
    find: "Find"
    threshold: float | None = None
    source: str = ""

    @property
    def limit(self) -> float:
        """The threshold of a check that has one."""
        if self.threshold is None:
            raise ValueError(f"{self.kind} has no threshold")
        return self.threshold

    def finding(self, what: str, **details: Any) -> Finding:
        """A finding of this check."""
        sentences = {"why": self.why, "mend": self.mend}
        return Finding(kind=self.kind, severity=self.severity, what=what, **(sentences | details))


Find = Callable[[Material, Check], Iterable[Finding]]


def each_photo(
    check: Check, material: Material, places: Iterable[int], what: Callable[[str, int], str]
) -> Iterator[Finding]:
    """One finding for each photo; ``what`` makes the sentence of the photo's name and place."""
    for place in places:
        photo = material.dataset.photos[place]
        yield check.finding(
            what(name_of(photo), place),
            photos=(photo,),
            classes=(material.class_of(photo),),
        )


def name_of(photo: Photo) -> str:
    """How a photo is called in a sentence."""
    if photo.index is None:
        return quoted(photo.path)
    return f"Picture {photo.index:,} of {quoted(photo.path)}"
