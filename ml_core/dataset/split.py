"""Deal photos out to training, validation and test: by class, by content, the same every time.

What a photo shows decides where it goes, not its name, its place or the order of the disk. Copies
stay together, so that no photo is tested that was trained on.

The rule: every group of copies has a number from 0 to 1, made of the seed and of the content of one
of its photos. Numbers at the low end are for testing, at the high end for validating, the rest for
training. So photos keep their side when others are added. Chance is corrected only where a class
would get less than half of its share of a part, or more than one and a half times as much: then
the groups whose numbers are nearest to the border change sides. Groups with photos of several
classes are never moved so, and a group larger than a whole part of its class should be always
trains.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ml_core.dataset.photos import Dataset, Part, Photo, SkipKind, SkippedFile
from ml_core.errors import DatasetError

DEFAULT_SHARE: Final = 0.15
"""Of the photos, to validate with, and as many to test with."""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a data set, each in the order of ``dataset.photos``.

    Attributes:
        train, validation, test: Their photos.
        groups: How many groups of two or more copies were kept together.
        left_out: Copies that were left out because the folders put them on two sides.
    """

    train: tuple[Photo, ...]
    validation: tuple[Photo, ...]
    test: tuple[Photo, ...]
    groups: int = 0
    left_out: tuple[SkippedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Photos that belong together: their places in ``dataset.photos``, and the group's number."""

    places: tuple[int, ...]
    classes: frozenset[int]
    number: float

    def __len__(self) -> int:
        return len(self.places)


def split_dataset(
    dataset: Dataset,
    hashes: Sequence[bytes],
    *,
    validation_share: float,
    test_share: float,
    seed: int,
    groups: Sequence[int] | None = None,
    mend_leaks: bool = False,
) -> Split:
    """Deal the photos of each class out in about the given shares; see above for the rule.

    Photos whose folder says their part keep it; a part that no folder gives is taken out of the
    training photos. A class of three or more different photos has at least one in every part
    that is asked for; below that, training comes first, then validation.

    Args:
        dataset: Without unreadable photos.
        hashes: The content hash of each photo, in the order of ``dataset.photos``.
        validation_share: Share of the dealt photos to validate with, 0..1.
        test_share: Share of the dealt photos to test with, 0..1; both together below 1.
        seed: Another seed deals differently.
        groups: For each photo the number of its group of copies; None if only photos of the
            same content belong together.
        mend_leaks: Where folders put copies into different parts, leave those out that lie in
            training (or in validation, if there is one in test).

    Raises:
        DatasetError: A class has nothing to train on, or nothing is left to validate with.
        ValueError: The shares or the number of hashes or groups are wrong.
    """
    _check_arguments(dataset, hashes, groups, validation_share, test_share)
    parts: list[Part | None] = [photo.part or Part.TRAIN for photo in dataset.photos]
    given = {photo.part for photo in dataset.photos}
    shares = {
        Part.TEST: 0.0 if Part.TEST in given else test_share,
        Part.VALIDATION: 0.0 if Part.VALIDATION in given else validation_share,
    }
    found = _grouped(dataset, hashes, groups, seed)
    left_out = _mend(dataset.photos, found, parts) if mend_leaks else ()
    free = [group for group in found if all(parts[place] is Part.TRAIN for place in group.places)]
    for part, group in _dealt(free, _photos_by_class(free, dataset.photos), shares):
        for place in group.places:
            parts[place] = part
    split = _split(dataset.photos, parts, _kept_together(found, parts), left_out)
    _check_usable(dataset, split)
    return split


def require_two_classes(dataset: Dataset, *, scanned: Dataset) -> None:
    """Raise DatasetError unless there are two categories to tell apart.

    Args:
        dataset: With usable photos only; categories without any are gone from it.
        scanned: The same folder before anything was left out, to say which are missing.
    """
    if len(dataset.class_names) >= 2:
        return
    lost = ", ".join(f'"{name}"' for name in scanned.class_names if name not in dataset.class_names)
    rest = ", ".join(f'"{name}"' for name in dataset.class_names) or "nothing"
    raise DatasetError(
        (f"No photo of {lost} can be used, which leaves {rest}." if lost else f"There is {rest}."),
        expected="There must be at least two categories to tell apart.",
        mend="Put photos of each category into its own sub-folder.",
        path=dataset.root,
    )


def dataset_fingerprint(dataset: Dataset, hashes: Sequence[bytes]) -> str:
    """Return 32 hexadecimal digits that name this very collection of photos and labels.

    Independent of file names, places and order; any other photo or label changes it.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(dataset.class_names):
        digest.update(_hashed(name.encode()))
    named = [_hashed(name.encode()) for name in dataset.class_names]
    labelled = zip(dataset.photos, hashes, strict=True)
    for entry in sorted(named[photo.class_index] + content for photo, content in labelled):
        digest.update(_hashed(entry))
    return digest.hexdigest()


def _hashed(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _check_arguments(
    dataset: Dataset,
    hashes: Sequence[bytes],
    groups: Sequence[int] | None,
    validation_share: float,
    test_share: float,
) -> None:
    if len(hashes) != len(dataset.photos):
        raise ValueError(f"{len(hashes)} hashes were given for {len(dataset.photos)} photos")
    if groups is not None and len(groups) != len(hashes):
        raise ValueError(f"{len(groups)} groups were given for {len(dataset.photos)} photos")
    if min(validation_share, test_share) < 0 or validation_share + test_share >= 1:
        raise ValueError(
            f"shares must be 0 or more and below 1 together, got {validation_share} for "
            f"validation and {test_share} for test"
        )


def _grouped(
    dataset: Dataset, hashes: Sequence[bytes], groups: Sequence[int] | None, seed: int
) -> list[_Group]:
    places: dict[bytes | int, list[int]] = defaultdict(list)
    names: Sequence[bytes | int] = hashes if groups is None else groups
    for place, name in enumerate(names):
        places[name].append(place)
    return [
        _Group(
            tuple(members),
            frozenset(dataset.photos[place].class_index for place in members),
            _number(min(hashes[place] for place in members), seed),
        )
        for members in places.values()
    ]


def _number(content: bytes, seed: int) -> float:
    """0 to below 1, evenly distributed over contents."""
    digest = hashlib.blake2b(content, digest_size=6, key=str(seed).encode()).digest()
    return int.from_bytes(digest) / 2**48


def _mend(
    photos: Sequence[Photo], groups: Iterable[_Group], parts: list[Part | None]
) -> tuple[SkippedFile, ...]:
    """Take copies that lie in a lesser part than another copy out of ``parts``."""
    left_out = []
    for group in groups:
        kept = max(group.places, key=lambda place: _WORTH.index(photos[place].part or Part.TRAIN))
        part = photos[kept].part or Part.TRAIN
        for place in group.places:
            if (photos[place].part or Part.TRAIN) is not part:
                parts[place] = None
                left_out.append((place, kept, part))
    return tuple(
        SkippedFile(
            photos[place].path,
            f'A copy of it is among the {part} photos: "{photos[kept].path.name}".',
            SkipKind.LEAK,
            photos[place].index,
        )
        for place, kept, part in sorted(left_out)
    )


_WORTH = (Part.TRAIN, Part.VALIDATION, Part.TEST)
"""An untouched test photo is worth most."""


def _photos_by_class(groups: Iterable[_Group], photos: Sequence[Photo]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for group in groups:
        for place in group.places:
            counts[photos[place].class_index] += 1
    return counts


def _dealt(
    groups: Iterable[_Group], photos_by_class: dict[int, int], shares: dict[Part, float]
) -> Iterator[tuple[Part, _Group]]:
    """The groups that do not train, each with its part."""
    by_class: dict[int, list[tuple[float, _Group]]] = defaultdict(list)
    for group in groups:
        photos = sum(photos_by_class[class_index] for class_index in group.classes)
        number = _placed(group, photos, shares)
        if len(group.classes) == 1:
            by_class[min(group.classes)].append((number, group))
        elif (part := _natural(number, shares)) is not Part.TRAIN:
            yield part, group
    for numbered in by_class.values():
        numbered.sort(key=lambda item: (item[0], item[1].places))
        test, validation = _counts([number for number, _ in numbered], shares)
        yield from ((Part.TEST, group) for _, group in numbered[:test])
        first = len(numbered) - validation
        yield from ((Part.VALIDATION, group) for _, group in numbered[first:])


def _placed(group: _Group, photos: int, shares: dict[Part, float]) -> float:
    """The group's number; that of a very large group is moved to where training is."""
    smallest = min((share for share in shares.values() if share), default=0.0)
    if len(group) == 1 or len(group) <= smallest * photos:
        return group.number
    training = 1 - shares[Part.TEST] - shares[Part.VALIDATION]
    return shares[Part.TEST] + group.number * training


def _natural(number: float, shares: dict[Part, float]) -> Part:
    if number < shares[Part.TEST]:
        return Part.TEST
    return Part.VALIDATION if number >= 1 - shares[Part.VALIDATION] else Part.TRAIN


def _counts(numbers: Sequence[float], shares: dict[Part, float]) -> tuple[int, int]:
    """How many groups of a class to test and to validate with, leaving at least one to train on."""
    natural = [_natural(number, shares) for number in numbers]
    test, validation = (
        _corrected(natural.count(part), len(numbers) * shares[part])
        for part in (Part.TEST, Part.VALIDATION)
    )
    spare = len(numbers) - 1
    kept_for_test = 1 if shares[Part.TEST] and spare >= 2 else 0
    validation = min(validation, max(0, spare - kept_for_test))
    return min(test, spare - validation), validation


def _corrected(count: int, wanted: float) -> int:
    """The count itself, unless it is far from what is wanted."""
    if not wanted:
        return 0
    return min(max(count, 1, math.floor(wanted / 2)), math.ceil(wanted * 1.5))


def _kept_together(groups: Iterable[_Group], parts: Sequence[Part | None]) -> int:
    return sum(sum(parts[place] is not None for place in group.places) > 1 for group in groups)


def _split(
    photos: Sequence[Photo],
    parts: Sequence[Part | None],
    groups: int,
    left_out: tuple[SkippedFile, ...],
) -> Split:
    dealt: dict[Part, list[Photo]] = {part: [] for part in Part}
    for photo, part in zip(photos, parts, strict=True):
        if part is not None:
            dealt[part].append(photo)
    train, validation, test = (
        tuple(dealt[part]) for part in (Part.TRAIN, Part.VALIDATION, Part.TEST)
    )
    return Split(train, validation, test, groups, left_out)


def _check_usable(dataset: Dataset, split: Split) -> None:
    trained = {photo.class_index for photo in split.train}
    missing = [name for index, name in enumerate(dataset.class_names) if index not in trained]
    if missing:
        names = ", ".join(f'"{name}"' for name in missing)
        raise DatasetError(
            f"There is no photo to train on for {names}.",
            expected="Each category needs at least one, better fifty or more.",
            mend="Add photos of it, or remove its folder.",
            path=dataset.root,
        )
    if not split.validation:
        raise DatasetError(
            "There is no photo left to validate with.",
            expected="At least one category needs two different photos, better all of them.",
            mend="Add photos, or set a validation share above zero.",
            path=dataset.root,
        )
