"""The whole check: look at all photos, follow the decisions, find what is wrong, split honestly.

Two halves. ``examine`` reads photos and takes a while, the first time; ``assess`` works on what was
read and takes a moment, so that every decision can be followed at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.decided import Decided, apply_decisions
from ml_core.dataset.decisions import Decisions, PhotoKey, key_of, load_decisions
from ml_core.dataset.health.check import Material
from ml_core.dataset.health.evidence import LEAST_GROUPS, weigh
from ml_core.dataset.health.finding import Finding, Severity
from ml_core.dataset.health.inspection import Inspection, inspect_photos
from ml_core.dataset.health.neighbours import Neighbours, find_neighbours
from ml_core.dataset.health.network import ComingNetwork, NoNetwork
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.photos import Dataset, Photo, SkipKind, SkippedFile
from ml_core.dataset.split import DEFAULT_SHARE, Split, require_two_classes, split_dataset
from ml_core.embedding.embed import View, embed_photos
from ml_core.embedding.embedder import Embedder, Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import DatasetError, ImageError
from ml_core.events import PhaseStarted, Report, ignore

_LABELS_LEFT_OUT: Final = "Wrong labels and outliers were not looked for. "
_NOT_FOR_IDX: Final = "The pretrained network needs photos, not the tiny pictures of IDX files."
_TOO_FEW_PHOTOS: Final = (
    f"That needs two categories of at least {LEAST_GROUPS} different photos each."
)


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How photos are dealt out; see ``split_dataset``. The same rule as in a recipe."""

    validation_share: float = DEFAULT_SHARE
    test_share: float = DEFAULT_SHARE
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that needed reading, independent of decisions.

    Attributes:
        scanned: The data set as it was listed.
        inspection: The usable photos, their measures and copies.
        vectors: float32, shape (usable photos, embedding_size); None if there is no network.
        no_vectors: Why there are none, in one sentence.
        neighbours: The photos most like each; None if there are no vectors.
    """

    scanned: Dataset
    inspection: Inspection
    vectors: Vectors | None = None
    no_vectors: str = ""
    neighbours: Neighbours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of a data set after a check.

    ``dataset.photos`` and ``left_out`` together are everything that was found in the folder.

    Attributes:
        dataset: The photos that a training uses, under their categories after all decisions.
        left_out: Everything else that was found, each with its reason.
        findings: What is wrong, in the order of the checks, the clearest cases first.
        settled: Findings that a decision to keep has answered.
        split: The parts that a training will use; None if nothing can be trained on.
        problem: Why nothing can be trained on; empty if something can.
        omitted: Which checks were left out and why, one sentence each.
        decisions: Those that were followed.
        decided: What they did.
        sizes: Width and height of each photo in pixels, shape (photos, 2).
        examined: What ``assess`` needs to follow other decisions.
    """

    dataset: Dataset
    left_out: tuple[SkippedFile, ...]
    findings: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    split: Split | None
    problem: str
    omitted: tuple[str, ...]
    decisions: Decisions
    decided: Decided
    sizes: NDArray[np.uint32]
    examined: Examined

    def counts(self) -> Mapping[Severity, int]:
        """Findings by severity, the worst first."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in Severity}

    def keys(self, photos: Sequence[Photo]) -> list[PhotoKey]:
        """What decisions about these photos name them by. They may be of ``scanned``, too."""
        survey = self.examined.inspection.survey
        contents = dict(zip(map(_same_file, survey.dataset.photos), survey.contents, strict=True))
        copies: dict[bytes, list[Photo]] = {contents[_same_file(photo)]: [] for photo in photos}
        for photo, content in zip(survey.dataset.photos, survey.contents, strict=True):
            if content in copies:
                copies[content].append(photo)
        root = survey.dataset.root
        return [
            key_of(photo, content, root, copies=copies[content])
            for photo in photos
            for content in (contents[_same_file(photo)],)
        ]


def check_dataset(
    dataset: Dataset,
    *,
    decisions: Decisions | None = None,
    rule: SplitRule | None = None,
    with_labels: bool = True,
    report: Report = ignore,
    control: Control | None = None,
) -> Health:
    """Find out what is wrong with a scanned data set. No file is changed.

    Args:
        dataset: Of ``scan_folder``; with ``least_classes=0`` nothing is too little to be checked.
        decisions: To be followed; None for those that are kept about the folder.
        rule: How a training would deal the photos out.
        with_labels: Also look for wrong labels and outliers, which takes most of the time.
        report: Told of PhaseStarted and StepProgress of the phases "scan", "check", "compare",
            "weights" and "embed".
        control: May interrupt; what was measured so far need not be measured again.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    examined = examine(dataset, with_labels=with_labels, report=report, control=control)
    if decisions is None:
        decisions = load_decisions(dataset.root)
    return assess(examined, decisions, rule=rule, control=control)


def examine(
    dataset: Dataset,
    *,
    with_labels: bool = True,
    report: Report = ignore,
    control: Control | None = None,
) -> Examined:
    """The half that reads photos; see ``check_dataset``."""
    control = control or Control()
    reason = _why_without_vectors(dataset, with_labels=with_labels)
    if reason:
        inspection = inspect_photos(dataset, report=report, control=control)
        return Examined(dataset, inspection, no_vectors=reason)
    with ComingNetwork() as network:
        inspection = inspect_photos(dataset, report=report, control=control)
        try:
            embedder = network.open(report=report, control=control)
        except NoNetwork as error:
            return Examined(dataset, inspection, no_vectors=str(error))
    return _with_vectors(Examined(dataset, inspection), embedder, report, control)


def _why_without_vectors(dataset: Dataset, *, with_labels: bool) -> str:
    if not with_labels:
        return "That was not asked for."
    return _NOT_FOR_IDX if any(photo.index is not None for photo in dataset.photos) else ""


def assess(
    examined: Examined,
    decisions: Decisions,
    *,
    rule: SplitRule | None = None,
    control: Control | None = None,
) -> Health:
    """The half that thinks; see ``check_dataset``. Takes a second or two for 5,000 photos."""
    survey = examined.inspection.survey
    decided = apply_decisions(decisions, survey.dataset, survey.contents)
    split, problem = _split(examined, decided, rule or SplitRule(), mend=decisions.mends_leaks)
    decided = _without(decided, split.left_out if split else ())
    material, omitted = _material(examined, decided, control)
    findings = sorted(_findings(material), key=lambda item: item[0])
    kept = [finding for _, finding in findings if _is_kept(finding, decided)]
    return Health(
        dataset=decided.dataset,
        left_out=decided.dataset.skipped,
        findings=tuple(finding for _, finding in findings if finding not in kept),
        settled=tuple(kept),
        split=split,
        problem=problem,
        omitted=omitted,
        decisions=decisions,
        decided=decided,
        sizes=np.column_stack([material.measures["width"], material.measures["height"]]),
        examined=examined,
    )


def _with_vectors(
    examined: Examined, embedder: Embedder, report: Report, control: Control
) -> Examined:
    """Embed the photos; those that cannot be read any more are no longer usable."""
    report(PhaseStarted("embed", "Comparing what the photos show"))
    inspection = examined.inspection
    photos, contents = inspection.survey.dataset.photos, inspection.survey.contents
    with VectorStore() as store:
        embedded = embed_photos(
            list(map(View, photos, contents)), embedder, store=store, report=report, control=control
        )
    there = [place for place in range(len(photos)) if place not in embedded.failures]
    inspection = _without_unreadable(inspection, embedded.failures, there)
    vectors = embedded.vectors[there]
    near = find_neighbours(vectors, inspection.groups, inspection.survey.contents, control=control)
    return replace(examined, inspection=inspection, vectors=vectors, neighbours=near)


def _without_unreadable(
    inspection: Inspection, failures: Mapping[int, ImageError], there: Sequence[int]
) -> Inspection:
    if not failures:
        return inspection
    photos = inspection.survey.dataset.photos
    gone = (
        SkippedFile(photos[place].path, str(error), SkipKind.UNREADABLE, photos[place].index)
        for place, error in failures.items()
    )
    survey = inspection.survey.only(there)
    dataset = replace(survey.dataset, skipped=(*survey.dataset.skipped, *gone))
    return Inspection(replace(survey, dataset=dataset), _renumbered(inspection.groups[list(there)]))


def _renumbered(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same groups, each under the place of its first photo that is left."""
    _, firsts, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(firsts[inverse], np.intp)


def _split(
    examined: Examined, decided: Decided, rule: SplitRule, *, mend: bool
) -> tuple[Split | None, str]:
    places = list(decided.places)
    contents = examined.inspection.survey.contents
    try:
        require_two_classes(decided.dataset, scanned=examined.scanned)
        split = split_dataset(
            decided.dataset,
            [contents[place] for place in places],
            validation_share=rule.validation_share,
            test_share=rule.test_share,
            seed=rule.seed,
            groups=examined.inspection.groups[places].tolist(),
            mend_leaks=mend,
        )
    except DatasetError as error:
        return None, str(error)
    return split, ""


def _without(decided: Decided, leaks: Sequence[SkippedFile]) -> Decided:
    """Take copies that were left out of training out of the data set, too."""
    gone = {(file.path, file.index) for file in leaks}
    there = [
        number
        for number, photo in enumerate(decided.dataset.photos)
        if _same_file(photo) not in gone
    ]
    dataset = replace(
        decided.dataset,
        photos=tuple(decided.dataset.photos[number] for number in there),
        skipped=(*decided.dataset.skipped, *leaks),
    )
    return replace(
        decided, dataset=dataset, places=tuple(decided.places[number] for number in there)
    )


def _material(
    examined: Examined, decided: Decided, control: Control | None
) -> tuple[Material, tuple[str, ...]]:
    """What the checks look at, and which of them have nothing to look at."""
    places = list(decided.places)
    survey = examined.inspection.survey
    contents = tuple(survey.contents[place] for place in places)
    groups = _renumbered(examined.inspection.groups[places])
    evidence, reason = None, examined.no_vectors
    if examined.vectors is not None:
        labels = np.array([photo.class_index for photo in decided.dataset.photos], np.intp)
        near = examined.neighbours.among(places) if examined.neighbours else None
        vectors = examined.vectors[places]
        evidence = weigh(vectors, labels, groups, contents, neighbours=near, control=control)
        reason = "" if evidence else _TOO_FEW_PHOTOS
    material = Material(
        dataset=decided.dataset,
        scanned=survey.dataset,
        contents=contents,
        measures=survey.measures[places],
        groups=groups,
        evidence=evidence,
    )
    return material, (_LABELS_LEFT_OUT + reason,) if reason else ()


def _findings(material: Material) -> Iterator[tuple[tuple[int, float], Finding]]:
    """All findings, each with what it is sorted by."""
    for order, check in enumerate(CHECKS.values()):
        for finding in check.find(material, check):
            yield (order, -finding.score), finding


def _is_kept(finding: Finding, decided: Decided) -> bool:
    kept = decided.kept.get(finding.kind, frozenset())
    return bool(finding.photos) and kept.issuperset(finding.photos)


def _same_file(photo: Photo) -> tuple[object, int | None]:
    """What stays the same of a photo when its category changes."""
    return photo.path, photo.index
