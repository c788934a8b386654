"""What a check is given to look at, made up number by number."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml_core.dataset.health.check import Material
from ml_core.dataset.health.evidence import Evidence
from ml_core.dataset.health.finding import Finding, Kind
from ml_core.dataset.health.measure import MEASURES
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.photos import Dataset, Part, Photo, SkippedFile

ROOT = Path("products")
GOOD = {"width": 400, "height": 300, "darkest": 0.1, "bright": 0.9, "sharpness": 0.6}


def material(
    classes: Sequence[str],
    *,
    contents: Sequence[str] | None = None,
    groups: Sequence[int] | None = None,
    parts: Sequence[Part | None] | None = None,
    measures: Sequence[dict[str, float]] | None = None,
    evidence: Evidence | None = None,
    skipped: Sequence[SkippedFile] = (),
    also: Sequence[str] = (),
    inside: Sequence[str] | None = None,
) -> Material:
    """Photos "0.jpg", "1.jpg" and so on, each of the class given; all else as it should be.

    ``also`` are categories that were scanned and have no usable photo; ``inside`` are the folders
    in the category's folder in which the photos lie.
    """
    names = tuple(sorted({*classes, *also}))
    used = tuple(sorted(set(classes)))
    count = len(classes)
    places = [part.value if part else "" for part in (parts or [None] * count)]
    folders = inside or [""] * count
    photos = tuple(
        Photo(ROOT / place / name / folder / f"{n}.jpg", used.index(name), part)
        for n, (name, place, part, folder) in enumerate(
            zip(classes, places, parts or [None] * count, folders, strict=True)
        )
    )
    records = np.zeros(count, MEASURES)
    for n in range(count):
        for field, value in (GOOD | (measures[n] if measures else {})).items():
            records[n][field] = value
    return Material(
        dataset=Dataset(ROOT, used, photos, tuple(skipped)),
        scanned=Dataset(ROOT, names, photos, tuple(skipped)),
        contents=tuple(text.encode() for text in contents or map(str, range(count))),
        measures=records,
        groups=np.array(groups if groups is not None else range(count), np.intp),
        evidence=evidence,
    )


def findings(kind: Kind, of: Material) -> list[Finding]:
    """What one check finds."""
    check = CHECKS[kind]
    return list(check.find(of, check))


def numbers(found: Sequence[Finding]) -> list[list[int]]:
    """The photos of each finding by the number in their names."""
    return [[int(photo.path.stem) for photo in finding.photos] for finding in found]
