"""Decisions applied: nothing is lost, the later one wins, copies are told apart."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ml_core.dataset.decided import LEFT_OUT_REASON, Decided, apply_decisions
from ml_core.dataset.decisions import Decisions, PhotoKey, key_of
from ml_core.dataset.photos import Dataset, Photo, SkipKind, SkippedFile

ROOT = Path("products")
NONE = Decisions(ROOT)


def dataset(*places: str) -> Dataset:
    """Photos at "class/name"."""
    names = tuple(sorted({place.split("/")[0] for place in places}))
    photos = (Photo(ROOT / place, names.index(place.split("/")[0])) for place in places)
    return Dataset(ROOT, names, tuple(photos), (SkippedFile(ROOT / "x.txt", "No photo."),))


PLACES = ("lamp/1.jpg", "lamp/2.jpg", "mug/3.jpg", "mug/4.jpg", "shirt/5.jpg")
CONTENTS = tuple(bytes([number]) * 16 for number in range(1, 6))


def key(number: int, *, places: Sequence[str] = PLACES) -> PhotoKey:
    """Of the n-th photo of ``PLACES``."""
    photo = Photo(ROOT / places[number - 1], 0)
    return key_of(photo, CONTENTS[number - 1], ROOT)


def decided(
    decisions: Decisions, places: Sequence[str] = PLACES, contents: Sequence[bytes] = CONTENTS
) -> Decided:
    return apply_decisions(decisions, dataset(*places), contents)


def labels(found: Decided) -> dict[str, str]:
    names = found.dataset.class_names
    return {photo.path.stem: names[photo.class_index] for photo in found.dataset.photos}


def left_out(found: Decided) -> list[str]:
    return [f.path.stem for f in found.dataset.skipped if f.kind is SkipKind.DECIDED]


ALL = {"1": "lamp", "2": "lamp", "3": "mug", "4": "mug", "5": "shirt"}


def test_without_decisions_all_is_as_it_was() -> None:
    found = decided(NONE)
    assert found.dataset == dataset(*PLACES)
    assert found.places == (0, 1, 2, 3, 4)
    assert (found.kept, found.moved, found.dormant) == ({}, 0, ())


class TestLeaveOut:
    def test_it_is_listed_with_its_reason(self) -> None:
        found = decided(NONE.leave_out([key(2), key(4)]))
        assert labels(found) == {"1": "lamp", "3": "mug", "5": "shirt"}
        assert found.places == (0, 2, 4)
        assert left_out(found) == ["2", "4"]
        assert found.dataset.skipped[0].reason == "No photo."
        assert found.dataset.skipped[1].reason == LEFT_OUT_REASON

    def test_a_category_without_photos_is_gone(self) -> None:
        found = decided(NONE.leave_out([key(1), key(2)]))
        assert found.dataset.class_names == ("mug", "shirt")
        assert labels(found) == {"3": "mug", "4": "mug", "5": "shirt"}

    def test_all_of_them(self) -> None:
        found = decided(NONE.leave_out([key(number) for number in range(1, 6)]))
        assert found.dataset.photos == ()
        assert found.dataset.class_names == ()
        assert len(left_out(found)) == 5


class TestMove:
    def test_the_label_changes_and_the_file_does_not(self) -> None:
        found = decided(NONE.move([key(1)], "mug"))
        assert labels(found) == ALL | {"1": "mug"}
        assert found.dataset.photos[0].path == ROOT / "lamp" / "1.jpg"
        assert found.moved == 1

    def test_back_home_is_no_move(self) -> None:
        found = decided(NONE.move([key(1)], "mug").move([key(1)], "lamp"))
        assert labels(found) == ALL
        assert found.moved == 0

    def test_moving_all_of_a_category_ends_it(self) -> None:
        found = decided(NONE.move([key(5)], "lamp"))
        assert found.dataset.class_names == ("lamp", "mug")
        assert labels(found)["5"] == "lamp"


class TestMerge:
    def test_photos_to_come_are_included(self) -> None:
        merged = NONE.merge("mug", "lamp")
        assert labels(decided(merged)) == ALL | {"3": "lamp", "4": "lamp"}
        more = decided(merged, (*PLACES, "mug/6.jpg"), (*CONTENTS, b"6" * 16))
        assert labels(more)["6"] == "lamp"

    def test_in_a_chain(self) -> None:
        found = decided(NONE.merge("mug", "lamp").merge("lamp", "shirt"))
        assert set(labels(found).values()) == {"shirt"}

    def test_the_other_way_round_takes_it_back(self) -> None:
        there = NONE.merge("mug", "lamp")
        assert labels(decided(there.merge("lamp", "mug"))) == ALL | {"1": "mug", "2": "mug"}

    def test_in_a_circle_the_last_one_wins(self) -> None:
        round_ = NONE.merge("mug", "lamp").merge("lamp", "shirt").merge("shirt", "mug")
        assert set(labels(decided(round_)).values()) == {"mug"}

    def test_into_itself_is_nothing(self) -> None:
        assert labels(decided(NONE.merge("mug", "mug"))) == ALL

    def test_what_moves_into_a_merged_category_goes_on(self) -> None:
        found = decided(NONE.merge("mug", "lamp").move([key(5)], "mug"))
        assert labels(found)["5"] == "lamp"


class TestKeep:
    def test_what_was_kept_is_known_by_its_kind(self) -> None:
        found = decided(NONE.keep([key(3)], kind="blurred"))
        assert {kind: {p.path.stem for p in photos} for kind, photos in found.kept.items()} == {
            "blurred": {"3"}
        }
        assert labels(found) == ALL

    def test_it_answers_an_earlier_decision_about_the_same_kind(self) -> None:
        found = decided(NONE.leave_out([key(3)], kind="blurred").keep([key(3)], kind="blurred"))
        assert left_out(found) == []

    def test_but_not_one_about_another_kind(self) -> None:
        found = decided(NONE.leave_out([key(3)], kind="very_dark").keep([key(3)], kind="blurred"))
        assert left_out(found) == ["3"]
        assert found.kept["blurred"] == frozenset()


def test_the_later_decision_wins_and_undo_brings_the_earlier_back() -> None:
    both = NONE.move([key(3)], "lamp").leave_out([key(3)])
    assert left_out(decided(both)) == ["3"]
    assert labels(decided(both.undo()))["3"] == "lamp"
    assert labels(decided(both.undo().undo())) == ALL
    turned = NONE.leave_out([key(3)]).move([key(3)], "lamp")
    assert labels(decided(turned))["3"] == "lamp"


class TestAfterChanges:
    def test_a_renamed_file_is_known_by_its_content(self) -> None:
        places = ("lamp/1.jpg", "lamp/2.jpg", "mug/new name.jpg", "mug/4.jpg", "shirt/5.jpg")
        assert left_out(decided(NONE.leave_out([key(3)]), places)) == ["new name"]

    def test_a_changed_file_is_another_photo(self) -> None:
        contents = [*CONTENTS[:2], b"edited".ljust(16), *CONTENTS[3:]]
        found = decided(NONE.leave_out([key(3)]), contents=contents)
        assert left_out(found) == []
        assert found.dormant[0][1] == "The photos are not there any more."

    def test_photos_that_come_back_are_left_out_again(self) -> None:
        decisions = NONE.leave_out([key(5)])
        assert decided(decisions, PLACES[:4], CONTENTS[:4]).dormant
        assert left_out(decided(decisions)) == ["5"]

    @pytest.mark.parametrize(
        "decisions", [NONE.move([key(1)], "shirt"), NONE.merge("shirt", "mug")]
    )
    def test_a_category_that_is_gone(self, decisions: Decisions) -> None:
        found = decided(decisions, PLACES[:4], CONTENTS[:4])
        assert labels(found) == {name: ALL[name] for name in "1234"}
        assert found.dormant == ((decisions.history[0], 'There is no category "shirt" any more.'),)


class TestCopies:
    """Photos 3 and 4 are the same file; so is "lamp/9.jpg"."""

    PLACES = ("lamp/1.jpg", "lamp/9.jpg", "mug/3.jpg", "mug/4.jpg")
    SAME = (b"1" * 16, b"s" * 16, b"s" * 16, b"s" * 16)

    def leave_out(self, *numbers: int) -> Decisions:
        photos = dataset(*self.PLACES).photos
        copies = photos[1:]
        chosen = [photo for photo in copies if int(photo.path.stem) in numbers]
        keys = [key_of(photo, self.SAME[1], ROOT, copies=copies) for photo in chosen]
        return NONE.leave_out(keys)

    def of(self, decisions: Decisions, places: Sequence[str]) -> list[str]:
        found = apply_decisions(decisions, dataset(*places), self.SAME[: len(places)])
        return sorted(file.path.as_posix() for file in found.dataset.skipped[1:])

    def test_only_the_one_that_was_meant(self) -> None:
        assert self.of(self.leave_out(3), self.PLACES) == ["products/mug/3.jpg"]
        assert self.of(self.leave_out(3, 9), self.PLACES) == [
            "products/lamp/9.jpg", "products/mug/3.jpg",
        ]  # fmt: skip

    def test_deleted_it_does_not_strike_its_copies(self) -> None:
        assert self.of(self.leave_out(3), ("lamp/1.jpg", "lamp/9.jpg", "mug/4.jpg")) == []

    def test_renamed_it_is_found_again(self) -> None:
        places = ("lamp/1.jpg", "lamp/9.jpg", "mug/renamed.jpg", "mug/4.jpg")
        assert self.of(self.leave_out(3), places) == ["products/mug/renamed.jpg"]

    def test_with_its_folder_renamed_one_is_left_out_and_not_all(self) -> None:
        places = ("lamp/1.jpg", "lamp/9.jpg", "mugs/3.jpg", "mugs/4.jpg")
        assert self.of(self.leave_out(3), places) == ["products/mugs/3.jpg"]

    def test_with_everything_renamed_at_least_one_copy_stays(self) -> None:
        places = ("a/p.jpg", "b/q.jpg", "c/r.jpg", "d/s.jpg")
        assert len(self.of(self.leave_out(3, 4), places)) in (1, 2)

    def test_a_copy_that_came_later_is_not_struck(self) -> None:
        places = ("lamp/1.jpg", "lamp/9.jpg", "mug/3.jpg", "mug/4.jpg", "shirt/later.jpg")
        found = apply_decisions(self.leave_out(3), dataset(*places), (*self.SAME, self.SAME[1]))
        assert left_out(found) == ["3"]


@pytest.mark.parametrize(
    "decisions",
    [
        NONE,
        NONE.leave_out([key(1), key(5)]).move([key(2)], "mug").merge("mug", "shirt"),
        NONE.merge("lamp", "mug").merge("mug", "lamp").leave_out([key(4)]).undo(),
    ],
)
def test_used_and_left_out_are_all_photos_and_places_fit(decisions: Decisions) -> None:
    found = decided(decisions)
    assert len(found.dataset.photos) + len(left_out(found)) == len(PLACES)
    for place, photo in zip(found.places, found.dataset.photos, strict=True):
        assert photo.path == ROOT / PLACES[place]
    assert set(labels(found).values()) == set(found.dataset.class_names)
