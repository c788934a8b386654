"""Files moved as decided: the same data set before and after, and everything taken back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core.dataset.decided_moves import carry_out_decisions, plan_decided_moves, undo_moves
from ml_core.dataset.decisions import Decisions, load_decisions, save_decisions
from ml_core.dataset.health.health import Health, check_dataset
from ml_core.dataset.photos import Photo
from ml_core.dataset.scan import scan_folder
from ml_core.errors import Cancelled, StorageError
from tests.core.sample_photos import make_product_photos


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_product_photos(tmp_path / "shop", per_class=6, size=(64, 48))


def checked(root: Path) -> Health:
    return check_dataset(scan_folder(root, least_classes=0), with_labels=False)


def decide(root: Path, change: Callable[[Decisions, Health], Decisions]) -> Health:
    health = checked(root)
    save_decisions(change(health.decisions, health))
    return checked(root)


def photo(health: Health, place: str) -> Photo:
    """A photo as it was scanned, by its place in the folder."""
    root = health.dataset.root
    scanned = health.examined.inspection.survey.dataset
    (found,) = (one for one in scanned.photos if one.path == root / place)
    return found


def labelled(health: Health) -> set[tuple[str, bytes]]:
    """What a training would see: categories and contents."""
    contents = health.examined.inspection.survey.contents
    return {
        (health.dataset.class_names[one.class_index], contents[place])
        for one, place in zip(health.dataset.photos, health.decided.places, strict=True)
    }


def moved_and_left_out(root: Path) -> Health:
    return decide(
        root,
        lambda decisions, health: decisions.move(
            health.keys([photo(health, "mug/mug_000.jpg"), photo(health, "mug/mug_001.jpg")]),
            "lamp",
        ).leave_out(health.keys([photo(health, "shirt/shirt_002.jpg")])),
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_data_set_is_the_same_after_moving_and_after_taking_back(
    shop: Path, tmp_path: Path
) -> None:
    before = moved_and_left_out(shop)
    files = {path: path.read_bytes() for path in shop.rglob("*.jpg")}
    outcome = carry_out_decisions(before, left_out_to=tmp_path / "aside")
    assert (len(outcome.done), outcome.failed) == (3, ())
    assert {"mug_000.jpg", "mug_001.jpg"} <= set(names(shop / "lamp"))
    assert names(tmp_path / "aside" / "shirt") == ["shirt_002.jpg"]

    after = checked(shop)
    assert labelled(after) == labelled(before)
    assert after.decisions.active == (), "the folders say it now"
    assert {one.carried_out for one in after.decisions.history} == {outcome.journal}
    assert after.decided.dormant == ()

    assert len(undo_moves().done) == 3
    assert {path: path.read_bytes() for path in shop.rglob("*.jpg")} == files
    back = checked(shop)
    assert labelled(back) == labelled(before)
    assert len(back.decisions.active) == 2, "the decisions count again"


def test_what_is_left_out_stays_where_no_folder_is_given(shop: Path) -> None:
    before = moved_and_left_out(shop)
    outcome = carry_out_decisions(before)
    assert {step.target.parent.name for step in outcome.done} == {"lamp"}
    after = checked(shop)
    assert labelled(after) == labelled(before)
    assert [decision.choice for decision in after.decisions.active] == ["leave_out"]


def test_a_copy_elsewhere_is_not_struck_by_a_decision_that_was_carried_out(
    shop: Path, tmp_path: Path
) -> None:
    """Left out was one of two copies; the other one is moved to another category."""
    (shop / "lamp" / "twin.jpg").write_bytes((shop / "mug" / "mug_000.jpg").read_bytes())

    def change(decisions: Decisions, health: Health) -> Decisions:
        decisions = decisions.move(health.keys([photo(health, "lamp/twin.jpg")]), "shirt")
        return decisions.leave_out(health.keys([photo(health, "mug/mug_000.jpg")]))

    before = decide(shop, change)
    carry_out_decisions(before, left_out_to=tmp_path / "aside")
    after = checked(shop)
    assert (shop / "shirt" / "twin.jpg").exists()
    assert labelled(after) == labelled(before)
    assert len(after.dataset.photos) == 18


def test_taken_back_from_another_working_folder(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved_and_left_out(shop)
    monkeypatch.chdir(tmp_path)
    carry_out_decisions(checked(Path("shop")), left_out_to=Path("aside"))
    monkeypatch.chdir(tmp_path.parent)
    assert len(undo_moves().done) == 3
    assert len(load_decisions(shop).active) == 2


def test_a_taken_name_in_the_other_category_gets_a_number(shop: Path) -> None:
    shutil.copy(shop / "mug" / "mug_003.jpg", shop / "lamp" / "mug_000.jpg")
    before = moved_and_left_out(shop)
    carry_out_decisions(before)
    assert "mug_000 (2).jpg" in names(shop / "lamp")
    assert labelled(checked(shop)) == labelled(before)


def test_in_parts_a_photo_stays_in_its_part(tmp_path: Path) -> None:
    root = make_product_photos(tmp_path / "parts", parts={"train": 4, "val": 2}, size=(64, 48))
    shutil.rmtree(root / "val" / "lamp")
    before = decide(
        root,
        lambda decisions, health: decisions.move(
            health.keys([photo(health, "val/mug/mug_005.jpg")]), "lamp"
        ),
    )
    carry_out_decisions(before)
    assert names(root / "val" / "lamp") == ["mug_005.jpg"]
    assert labelled(checked(root)) == labelled(before)


def test_a_merged_category_moves_and_stays_merged(shop: Path) -> None:
    (shop / "mug").rename(shop / "mugs")
    make_product_photos(shop, classes=("mug",), per_class=3, seed=5, size=(64, 48))
    before = decide(shop, lambda decisions, _: decisions.merge("mugs", "mug"))
    assert len(carry_out_decisions(before).done) == 6
    after = checked(shop)
    assert labelled(after) == labelled(before)
    assert [decision.choice for decision in after.decisions.active] == ["merge"]


def test_a_decision_whose_file_could_not_be_moved_still_counts(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = moved_and_left_out(shop)
    (shop / "mug" / "mug_001.jpg").write_bytes((shop / "mug" / "mug_005.jpg").read_bytes())
    moves = plan_decided_moves(before)
    (shop / "mug" / "mug_001.jpg").unlink()
    outcome = carry_out_decisions(before)
    assert len(moves.steps) == 2
    assert [one.path.name for one in outcome.failed] == ["mug_001.jpg"]
    choices = [decision.choice for decision in load_decisions(shop).active]
    assert choices == ["move", "leave_out"]


@pytest.mark.parametrize("place", [".", "aside", "mug"])
def test_the_place_for_what_is_left_out_lies_outside(place: str, shop: Path) -> None:
    with pytest.raises(StorageError, match="inside the data set"):
        carry_out_decisions(moved_and_left_out(shop), left_out_to=shop / place)
    assert len(list(shop.rglob("*.jpg"))) == 18


def test_without_decisions_nothing_moves(shop: Path) -> None:
    outcome = carry_out_decisions(checked(shop))
    assert (outcome.journal, outcome.done) == ("", ())


def test_cancelled_moves_leave_decisions_as_they_were(shop: Path) -> None:
    from ml_core.control import Control

    control = Control()
    before = moved_and_left_out(shop)
    control.cancel()
    with pytest.raises(Cancelled):
        carry_out_decisions(before, control=control)
    assert len(load_decisions(shop).active) == 2
    assert labelled(checked(shop)) == labelled(before)
