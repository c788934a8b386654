"""Checks of categories: how many photos each has, and what it is called."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from ml_core.dataset.health.check import Check, Material
from ml_core.dataset.health.finding import Finding, Kind, Severity, counted, in_words
from ml_core.dataset.photos import Photo

_PLURALS: Final = (("ies", "y"), ("es", ""), ("s", ""))


def _too_few(material: Material, check: Check) -> Iterator[Finding]:
    """Copies count once: twenty views of one file are one photo."""
    least = math.ceil(check.limit)
    different: dict[int, set[int]] = defaultdict(set)
    for photo, group in zip(material.dataset.photos, material.groups.tolist(), strict=True):
        different[photo.class_index].add(group)
    for index, name in enumerate(material.dataset.class_names):
        count = len(different[index])
        if count < least:
            yield check.finding(
                f'"{name}" has only {counted(count, "different photo")}.',
                mend=f"Add {least - count:,} more, better {_GOOD - count:,}.",
                classes=(name,),
                score=float(least - count),
            )


_GOOD: Final = 50


def _imbalance(material: Material, check: Check) -> Iterator[Finding]:
    counts = material.dataset.counts()
    largest = max(counts, key=lambda name: counts[name], default="")
    small = [name for name, count in counts.items() if counts[largest] > check.limit * count]
    if not small:
        return
    smallest = min(small, key=lambda name: counts[name])
    yield check.finding(
        f'"{largest}" has {counted(counts[largest], "photo")}, "{smallest}" only'
        f" {counts[smallest]:,}.",
        classes=(largest, *sorted(small, key=lambda name: counts[name])),
        score=counts[largest] / counts[smallest],
    )


def _named_twice(material: Material, check: Check) -> Iterator[Finding]:
    """Names that differ in case, accents, spaces, marks or number only."""
    bare = {name: _bare(name) for name in material.dataset.class_names}
    alike: dict[str, list[str]] = defaultdict(list)
    for name, letters in bare.items():
        singulars = _singulars(letters) & set(bare.values())
        alike[min(singulars, default=letters)].append(name)
    counts = material.dataset.counts()
    for names in alike.values():
        if len(names) < 2:
            continue
        names.sort(key=lambda name: (-counts[name], name))
        listed = in_words(f'"{name}"' for name in names)
        yield check.finding(
            f"{listed} look like one category under {len(names)} names.",
            mend=f'If they are one, count all their photos as "{names[0]}".',
            photos=tuple(_photos_of(material, names[1:])),
            classes=tuple(names),
            suggested_class=names[0],
        )


def _photos_of(material: Material, names: list[str]) -> Iterator[Photo]:
    for photo in material.dataset.photos:
        if material.class_of(photo) in names:
            yield photo


def _bare(name: str) -> str:
    """The name without case, accents, spaces and marks, unless nothing else is in it."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", letters) or parts


def _singulars(bare: str) -> set[str]:
    """What the name may be the plural of, in English."""
    return {
        bare[: -len(ending)] + instead
        for ending, instead in _PLURALS
        if bare.endswith(ending) and len(bare) - len(ending) >= 2
    }


def _empty_class(material: Material, check: Check) -> Iterator[Finding]:
    used = set(material.dataset.class_names)
    found = Counter(material.scanned.class_names)
    for name in found:
        if name not in used:
            yield check.finding(f'No photo of "{name}" can be used.', classes=(name,))


CHECKS: Final = (
    Check(
        kind=Kind.EMPTY_CLASS,
        title="Categories without a usable photo",
        severity=Severity.ERROR,
        why="The model will not know this category.",
        mend="Add photos of it, or take its folder away.",
        find=_empty_class,
    ),
    Check(
        kind=Kind.TOO_FEW,
        title="Too few photos",
        severity=Severity.WARNING,
        why="With so few, the model learns these very photos and not the category.",
        mend="Add more.",
        find=_too_few,
        threshold=20,
        source="Apple's Create ML asks for at least 10 photos of a category to train on; of 20,"
        " 14 are trained on and 6 kept back.",
    ),
    Check(
        kind=Kind.IMBALANCE,
        title="Uneven categories",
        severity=Severity.HINT,
        why="The model tends to answer with what it has seen most.",
        mend="Add photos of the small categories, or train with class weights.",
        find=_imbalance,
        threshold=10,
        source="Largest by smallest category; our own choice (Google's Vertex AI warns at 100).",
    ),
    Check(
        kind=Kind.NAMED_TWICE,
        title="One category under two names",
        severity=Severity.WARNING,
        why="The model is asked to tell apart what is the same.",
        mend="Count all their photos as one of them.",
        find=_named_twice,
    ),
)
