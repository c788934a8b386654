"""Deal photos out to training, validation and test: by class, by content, the same every time.

What a photo shows decides where it goes, not its name, its place or the order of the disk. Exact
copies stay together, so that no photo is tested that was trained on.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ml_core.dataset.photos import Dataset, Part, Photo
from ml_core.errors import DatasetError

_Group = list[int]
"""Positions in ``dataset.photos`` of one class that hold the same content."""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a data set, each in the order of ``dataset.photos``."""

    train: tuple[Photo, ...]
    validation: tuple[Photo, ...]
    test: tuple[Photo, ...]


def split_dataset(
    dataset: Dataset,
    hashes: Sequence[bytes],
    *,
    validation_share: float,
    test_share: float,
    seed: int,
) -> Split:
    """Deal the photos of each class out in the given shares.

    Photos whose folder says their part keep it; a part that no folder gives is taken out of the
    training photos. A class of three or more different photos has at least one in every part
    that is asked for; below that, training comes first, then validation. Adding photos later moves
    few of the old ones.

    Args:
        dataset: Without unreadable photos.
        hashes: The content hash of each photo, in the order of ``dataset.photos``.
        validation_share: Share of the dealt photos to validate with, 0..1.
        test_share: Share of the dealt photos to test with, 0..1; both together below 1.
        seed: Another seed deals differently.

    Raises:
        DatasetError: A class has nothing to train on, or nothing is left to validate with.
        ValueError: The shares or the number of hashes are wrong.
    """
    _check_arguments(dataset, hashes, validation_share, test_share)
    parts = [photo.part or Part.TRAIN for photo in dataset.photos]
    given = {photo.part for photo in dataset.photos}
    shares = {
        Part.TEST: 0.0 if Part.TEST in given else test_share,
        Part.VALIDATION: 0.0 if Part.VALIDATION in given else validation_share,
    }
    for groups in _groups_by_class(dataset, hashes, parts).values():
        ordered = sorted(groups, key=lambda group: _rank(hashes[group[0]], seed))
        for part, dealt in _deal(ordered, shares):
            for position in dealt:
                parts[position] = part
    split = _split(dataset.photos, parts)
    _check_usable(dataset, split)
    return split


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
    dataset: Dataset, hashes: Sequence[bytes], validation_share: float, test_share: float
) -> None:
    if len(hashes) != len(dataset.photos):
        raise ValueError(f"{len(hashes)} hashes were given for {len(dataset.photos)} photos")
    if min(validation_share, test_share) < 0 or validation_share + test_share >= 1:
        raise ValueError(
            f"shares must be 0 or more and below 1 together, got {validation_share} for "
            f"validation and {test_share} for test"
        )


def _groups_by_class(
    dataset: Dataset, hashes: Sequence[bytes], parts: Sequence[Part]
) -> dict[int, list[_Group]]:
    """Group the training photos of each class by content."""
    groups: dict[int, dict[bytes, _Group]] = defaultdict(lambda: defaultdict(list))
    for position, photo in enumerate(dataset.photos):
        if parts[position] is Part.TRAIN:
            groups[photo.class_index][hashes[position]].append(position)
    return {class_index: list(by_content.values()) for class_index, by_content in groups.items()}


def _rank(content: bytes, seed: int) -> bytes:
    return hashlib.blake2b(content, digest_size=16, key=str(seed).encode()).digest()


def _deal(groups: list[_Group], shares: dict[Part, float]) -> Iterable[tuple[Part, list[int]]]:
    """Take test from the front and validation from the back, so that growing moves few."""
    test, validation = _counts(len(groups), shares[Part.TEST], shares[Part.VALIDATION])
    yield Part.TEST, _flat(groups[:test])
    yield Part.VALIDATION, _flat(groups[len(groups) - validation :])


def _counts(groups: int, test_share: float, validation_share: float) -> tuple[int, int]:
    """How many groups to test and to validate with, leaving at least one to train on."""
    spare = groups - 1
    kept_for_test = 1 if test_share and spare >= 2 else 0
    validation = min(_wanted(groups, validation_share), spare - kept_for_test)
    test = min(_wanted(groups, test_share), spare - validation)
    return test, validation


def _wanted(groups: int, share: float) -> int:
    return max(1, round(groups * share)) if share else 0


def _flat(groups: Iterable[_Group]) -> list[int]:
    return [position for group in groups for position in group]


def _split(photos: Sequence[Photo], parts: Sequence[Part]) -> Split:
    dealt: dict[Part, list[Photo]] = {part: [] for part in Part}
    for photo, part in zip(photos, parts, strict=True):
        dealt[part].append(photo)
    return Split(*(tuple(dealt[part]) for part in (Part.TRAIN, Part.VALIDATION, Part.TEST)))


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
