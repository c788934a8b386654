"""Photos are dealt out by class and content: repeatable, without leaks, always usable."""

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from ml_core.dataset.photos import Dataset, Part, Photo, SkipKind
from ml_core.dataset.split import Split, dataset_fingerprint, split_dataset
from ml_core.errors import DatasetError

ROOT = Path("products")
Item = tuple[int, str, Part | None]
"""Class, content, part."""


def dataset_of(items: Sequence[Item], names: Sequence[str] = ()) -> tuple[Dataset, list[bytes]]:
    count = 1 + max(class_index for class_index, _, _ in items)
    class_names = tuple(names) or tuple(f"class{index}" for index in range(count))
    photos = tuple(
        Photo(ROOT / f"{position}.jpg", class_index, part)
        for position, (class_index, _, part) in enumerate(items)
    )
    hashes = [hashlib.blake2b(content.encode(), digest_size=16).digest() for _, content, _ in items]
    return Dataset(ROOT, class_names, photos, ()), hashes


def plain(*counts: int) -> list[Item]:
    return [
        (class_index, f"{class_index}-{number}", None)
        for class_index, count in enumerate(counts)
        for number in range(count)
    ]


def split_items(
    items: Sequence[Item], *, validation: float = 0.2, test: float = 0.1, seed: int = 0
) -> dict[str, list[Item]]:
    dataset, hashes = dataset_of(items)
    split = split_dataset(dataset, hashes, validation_share=validation, test_share=test, seed=seed)
    by_photo = dict(zip(dataset.photos, items, strict=True))
    return {
        part: [by_photo[photo] for photo in getattr(split, part)]
        for part in ("train", "validation", "test")
    }


def counts(items: Sequence[Item]) -> list[int]:
    found = Counter(class_index for class_index, _, _ in items)
    return [found[class_index] for class_index in range(max(found, default=-1) + 1)]


def assert_about(found: Sequence[int], wanted: Sequence[int]) -> None:
    """Every class within half of its share, all classes together within what chance explains."""
    for count, share in zip(found, wanted, strict=True):
        assert share // 2 <= count <= -(-share * 3 // 2)
    assert abs(sum(found) - sum(wanted)) <= 3 * sum(wanted) ** 0.5


@pytest.mark.parametrize("seed", range(5))
def test_every_photo_is_in_one_part_and_classes_keep_their_shares(seed: int) -> None:
    items = plain(1000, 500, 300, 20)
    parts = split_items(items, seed=seed)
    assert sorted(chain(*parts.values())) == sorted(items)
    assert_about(counts(parts["test"]), [100, 50, 30, 2])
    assert_about(counts(parts["validation"]), [200, 100, 60, 4])
    assert_about(counts(parts["train"]), [700, 350, 210, 14])


def test_chance_is_corrected_where_a_class_would_get_far_too_little_or_too_much() -> None:
    for seed in range(40):
        parts = split_items(plain(*[20] * 12), test=0.2, validation=0.2, seed=seed)
        for part in ("test", "validation"):
            assert set(counts(parts[part])) <= {2, 3, 4, 5, 6}


def test_parts_keep_the_order_of_the_photos() -> None:
    for items in split_items(plain(40, 40)).values():
        assert items == sorted(items, key=plain(40, 40).index)


def test_same_seed_same_split_other_seed_other_split() -> None:
    items = plain(60, 60)
    assert split_items(items, seed=7) == split_items(items, seed=7)
    assert split_items(items, seed=7)["test"] != split_items(items, seed=8)["test"]


def test_names_and_order_do_not_matter() -> None:
    items = plain(40, 40, 40)
    expected = {part: sorted(found) for part, found in split_items(items).items()}
    for seed in range(5):
        shuffled = random.Random(seed).sample(items, len(items))
        assert {part: sorted(found) for part, found in split_items(shuffled).items()} == expected


def test_the_world_s_dice_are_left_alone() -> None:
    before = random.getstate(), np.random.get_state()[1].tolist()
    split_items(plain(50, 50))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_exact_copies_stay_together() -> None:
    items = [
        (class_index, f"{class_index} {number // 3}", None)
        for class_index in (0, 1)
        for number in range(90)
    ]
    for seed in range(10):
        parts = split_items(items, seed=seed)
        where = {
            part: {(class_index, content) for class_index, content, _ in found}
            for part, found in parts.items()
        }
        assert not where["train"] & where["test"]
        assert not where["train"] & where["validation"]
        assert not where["validation"] & where["test"]
        assert all(where.values())


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize(("validation", "test"), [(0.15, 0.15), (0.01, 0.01), (0.5, 0.45)])
def test_small_classes_have_something_everywhere(
    count: int, validation: float, test: float
) -> None:
    parts = split_items(plain(count, 30), validation=validation, test=test)
    of_class = {
        part: sum(class_index == 0 for class_index, _, _ in found) for part, found in parts.items()
    }
    assert sum(of_class.values()) == count
    assert of_class["train"] >= 1
    assert of_class["validation"] >= (1 if count >= 2 else 0)
    assert of_class["test"] >= (1 if count >= 3 else 0)


def test_copies_do_not_count_as_different_photos() -> None:
    items = [*plain(0, 20), *[(0, "same", None)] * 10]
    parts = split_items(items)
    assert sum(class_index == 0 for class_index, _, _ in parts["train"]) == 10


@pytest.mark.parametrize("share", ["validation", "test"])
def test_no_share_no_photo(share: str) -> None:
    if share == "test":
        assert split_items(plain(30, 30), test=0)["test"] == []
    else:
        with pytest.raises(DatasetError, match="validate"):
            split_items(plain(30, 30), validation=0)


@pytest.mark.parametrize("seed", range(5))
def test_photos_keep_their_side_when_others_are_added(seed: int) -> None:
    """Otherwise a model that is trained further would be tested on its old training photos."""
    items = plain(300, 300)
    before, after = split_items(items, seed=seed), split_items(plain(600, 330), seed=seed)
    for part, found in before.items():
        assert set(found) <= set(after[part])


def test_photos_keep_their_side_when_others_are_taken_away() -> None:
    whole, half = split_items(plain(400, 400)), split_items(plain(200, 400))
    assert all(set(half[part]) <= set(found) for part, found in whole.items())


def test_small_classes_move_few_photos_when_they_grow() -> None:
    moved = 0
    for seed in range(20):
        before, after = (split_items(plain(count, 40), seed=seed) for count in (12, 14))
        moved += sum(len(set(before[part]) - set(after[part])) for part in before)
    assert moved <= 0.02 * 20 * 52


class TestFolderParts:
    def test_given_parts_are_kept(self) -> None:
        items: list[Item] = [
            (class_index, f"{class_index}{number}", part)
            for class_index in (0, 1)
            for number, part in enumerate(list(Part) * 5)
        ]
        parts = split_items(items, validation=0.4, test=0.4)
        for part in Part:
            assert parts[part.value] == [item for item in items if item[2] is part]

    @pytest.mark.parametrize(
        ("given", "carved"), [(Part.TEST, "validation"), (Part.VALIDATION, "test")]
    )
    def test_a_missing_part_is_taken_from_training(self, given: Part, carved: str) -> None:
        items: list[Item] = [
            (class_index, f"{class_index}{number}", given if number < 10 else Part.TRAIN)
            for class_index in (0, 1)
            for number in range(60)
        ]
        parts = split_items(items, validation=0.2, test=0.2)
        assert counts(parts[given.value]) == [10, 10]
        assert_about(counts(parts[carved]), [10, 10])
        assert_about(counts(parts["train"]), [40, 40])
        assert all(part is Part.TRAIN for _, _, part in parts[carved])

    def test_only_a_training_folder(self) -> None:
        parts = split_items([(c, x, Part.TRAIN) for c, x, _ in plain(50, 50)])
        assert_about(counts(parts["test"]), [5, 5])
        assert_about(counts(parts["validation"]), [10, 10])

    def test_given_copies_across_parts_stay_where_they_were_put(self) -> None:
        items = [*plain(10, 10), (0, "copy", Part.TEST)]
        items = [(c, x, p or Part.TRAIN) for c, x, p in items] + [(0, "copy", Part.TRAIN)]
        parts = split_items(items)
        assert (0, "copy", Part.TEST) in parts["test"]


def split_grouped(
    items: Sequence[Item], groups: Sequence[int], *, seed: int = 0, mend_leaks: bool = False
) -> tuple[Split, dict[Photo, int]]:
    dataset, hashes = dataset_of(items)
    split = split_dataset(
        dataset, hashes, validation_share=0.2, test_share=0.2, seed=seed, groups=groups,
        mend_leaks=mend_leaks,
    )  # fmt: skip
    return split, dict(zip(dataset.photos, groups, strict=True))


def sides(split: Split, group_of: dict[Photo, int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for part in ("train", "validation", "test"):
        for photo in getattr(split, part):
            found.setdefault(group_of[photo], set()).add(part)
    return found


class TestGroups:
    """Copies that differ as files: somebody else says what belongs together."""

    @pytest.mark.parametrize("seed", range(5))
    def test_a_group_lands_on_one_side(self, seed: int) -> None:
        items = plain(90, 90)
        split, group_of = split_grouped(items, [n // 3 for n in range(180)], seed=seed)
        found = sides(split, group_of)
        assert {len(parts) for parts in found.values()} == {1}
        assert set.union(*found.values()) == {"train", "validation", "test"}
        assert split.groups == 60
        assert split.left_out == ()

    @pytest.mark.parametrize("seed", range(5))
    def test_a_group_across_classes_does_too(self, seed: int) -> None:
        split, group_of = split_grouped(plain(60, 60), [n % 60 for n in range(120)], seed=seed)
        assert {len(parts) for parts in sides(split, group_of).values()} == {1}
        assert split.groups == 60

    def test_single_photos_are_no_groups(self) -> None:
        assert split_grouped(plain(30, 30), range(60))[0].groups == 0

    def test_a_very_large_group_is_trained_on(self) -> None:
        """Fifty views of one mug say less in a test than ten mugs."""
        groups = [0] * 50 + list(range(1, 101))
        for seed in range(30):
            split, group_of = split_grouped(plain(100, 50), groups, seed=seed)
            assert sides(split, group_of)[0] == {"train"}

    def test_adding_copies_seldom_moves_a_group(self) -> None:
        before, group_of = split_grouped(plain(200, 200), range(400))
        items = [*plain(200, 200), *((0, f"copy {n}", None) for n in range(20))]
        after, group_of_more = split_grouped(items, [*range(400), *range(20)])
        old, new = sides(before, group_of), sides(after, group_of_more)
        assert sum(old[group] != new[group] for group in old) <= 10
        assert all(old[group] == new[group] for group in range(20, 400))

    def test_numbers_for_every_photo(self) -> None:
        with pytest.raises(ValueError, match="17 groups were given for 18 photos"):
            split_grouped(plain(9, 9), range(17))


class TestLeaks:
    """Folders put copies of one photo into two parts."""

    ITEMS: Sequence[Item] = (
        *((c, f"{c}-{n}", Part.TRAIN) for c in (0, 1) for n in range(10)),
        (0, "a", Part.VALIDATION), (1, "b", Part.VALIDATION),
        (0, "c", Part.TEST), (1, "d", Part.TEST),
    )  # fmt: skip
    GROUPS = (50, 51, 52, *range(3, 20), 51, 21, 50, 52)
    """Photos 0 and 2 of training are in the test, too; photo 1 in validation."""

    def test_they_stay_unless_asked(self) -> None:
        split, group_of = split_grouped(self.ITEMS, self.GROUPS)
        assert sides(split, group_of)[50] == {"train", "test"}
        assert len(split.train) == 20
        assert split.left_out == ()

    def test_mended_the_copy_in_training_leaves(self) -> None:
        split, group_of = split_grouped(self.ITEMS, self.GROUPS, mend_leaks=True)
        assert {len(parts) for parts in sides(split, group_of).values()} == {1}
        assert [len(split.train), len(split.validation), len(split.test)] == [17, 2, 2]
        assert [file.path.name for file in split.left_out] == ["0.jpg", "1.jpg", "2.jpg"]
        assert {file.kind for file in split.left_out} == {SkipKind.LEAK}
        assert split.left_out[0].reason == 'A copy of it is among the test photos: "22.jpg".'
        assert "validation photos" in split.left_out[1].reason

    def test_the_test_outranks_validation(self) -> None:
        groups = [*range(20), 70, 21, 70, 23]
        split, _ = split_grouped(self.ITEMS, groups, mend_leaks=True)
        assert [file.path.name for file in split.left_out] == ["20.jpg"]

    def test_copies_of_test_photos_are_never_dealt_into_validation(self) -> None:
        """With a test folder only, the validation photos come out of training."""
        items = [item for item in self.ITEMS if item[2] is not Part.VALIDATION]
        for seed in range(20):
            split, group_of = split_grouped(items, [90, 91, *range(2, 20), 90, 91], seed=seed)
            assert sides(split, group_of)[90] == {"train", "test"}


class TestRefused:
    def test_class_without_training_photo(self) -> None:
        items: list[Item] = [*plain(20, 20), (2, "x", Part.TEST), (2, "y", Part.TEST)]
        items = [(c, x, p or Part.TRAIN) for c, x, p in items]
        dataset, hashes = dataset_of(items, ["mug", "lamp", "shirt"])
        with pytest.raises(DatasetError, match='no photo to train on for "shirt"') as caught:
            split_dataset(dataset, hashes, validation_share=0.1, test_share=0.1, seed=0)
        assert caught.value.mend
        assert caught.value.path == ROOT

    def test_class_whose_photos_were_all_unreadable(self) -> None:
        dataset, hashes = dataset_of(plain(9, 9), ["mug", "lamp", "shirt"])
        with pytest.raises(DatasetError, match='"shirt"'):
            split_dataset(dataset, hashes, validation_share=0.1, test_share=0.1, seed=0)

    def test_nothing_to_validate_with(self) -> None:
        with pytest.raises(DatasetError, match="no photo left to validate with") as caught:
            split_items(plain(1, 1, 1))
        assert "Add photos" in caught.value.mend

    @pytest.mark.parametrize(("validation", "test"), [(-0.1, 0), (0, -0.1), (0.5, 0.5), (1, 0)])
    def test_impossible_shares(self, validation: float, test: float) -> None:
        with pytest.raises(ValueError, match="shares must be"):
            split_items(plain(9, 9), validation=validation, test=test)

    def test_too_few_hashes(self) -> None:
        dataset, hashes = dataset_of(plain(9, 9))
        with pytest.raises(ValueError, match="17 hashes were given for 18 photos"):
            split_dataset(dataset, hashes[1:], validation_share=0.1, test_share=0.1, seed=0)


class TestFingerprint:
    ITEMS = plain(5, 5)

    def test_order_names_and_parts_do_not_matter(self) -> None:
        expected = dataset_fingerprint(*dataset_of(self.ITEMS))
        shuffled = [(c, x, Part.TRAIN) for c, x, _ in reversed(self.ITEMS)]
        assert dataset_fingerprint(*dataset_of(shuffled)) == expected
        assert len(bytes.fromhex(expected)) == 16

    @pytest.mark.parametrize(
        "changed",
        [
            [*ITEMS[:-1], (0, *ITEMS[-1][1:])],
            ITEMS[:-1],
            [*ITEMS, ITEMS[-1]],
            [*ITEMS[:-1], (1, "other", None)],
        ],
        ids=["label", "removed", "copied", "content"],
    )
    def test_any_change_shows(self, changed: list[Item]) -> None:
        dataset, hashes = dataset_of(changed)
        assert dataset_fingerprint(dataset, hashes) != dataset_fingerprint(*dataset_of(self.ITEMS))

    def test_class_names_count(self) -> None:
        first = dataset_fingerprint(*dataset_of(self.ITEMS, ["a", "bc"]))
        assert dataset_fingerprint(*dataset_of(self.ITEMS, ["ab", "c"])) != first


def test_split_is_a_plain_value() -> None:
    photo = Photo(ROOT / "a.jpg", 0)
    assert Split((photo,), (), ()) == Split((photo,), (), ())
