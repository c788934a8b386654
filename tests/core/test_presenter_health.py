"""The photos of a folder: checked beside the window, decided about, undone, and trained on so."""

import threading
from pathlib import Path
from typing import Any

import pytest

from ml_core.control import Control
from ml_core.dataset.decisions import Choice, load_decisions, save_decisions
from ml_core.dataset.health.health import Health
from ml_core.dataset.photos import Dataset
from ml_core.errors import StorageError
from ml_core.events import PhaseStarted, StepProgress
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.file_moving import PlannedMoves
from product_gui.presenters.health_state import Checking, CheckStage, Section, advanced
from product_gui.presenters.health_view import HealthView, KindOfCase
from product_gui.presenters.photo_sheets import Standing
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import Stage
from product_gui.text import health as words
from product_gui.text import train as train_words
from tests.core.presenter_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def page(desk: Desk) -> TrainPresenter:
    made = TrainPresenter(desk.around, CurrentModel(desk.around))
    made.prepare()
    return made


@pytest.fixture
def shop(desk: Desk) -> Path:
    """Two categories of 24 photos; of these two very small, and two the same as another."""
    for name in ("hat", "mug"):
        for number in range(22):
            desk.file(f"shop/{name}/{name}-{number:02}.jpg")
        desk.file(f"shop/{name}/{name}-small.jpg")
        desk.file(f"shop/{name}/{name}-05-again.jpg")
    return desk.folder / "shop"


@pytest.fixture
def checked(desk: Desk, page: TrainPresenter, shop: Path) -> TrainPresenter:
    page.choose_folder(shop)
    desk.settle()
    return page


def view(page: TrainPresenter) -> HealthView:
    assert page.state.health.view is not None
    return page.state.health.view


def kind(page: TrainPresenter, name: str) -> KindOfCase:
    found = view(page).kind(name)
    assert found is not None
    return found


def keys(folder: Path, *names: str) -> list[str]:
    return [str(folder / name) for name in names]


def wait_in_check(desk: Desk, page: TrainPresenter, shop: Path) -> threading.Event:
    """Begin a check that goes on only when the event is set."""
    go_on = threading.Event()

    def look(done: int) -> None:
        if done > 10:
            assert go_on.wait(10)

    desk.library.before_each_look = look
    page.choose_folder(shop)
    desk.until(lambda: page.state.stage is Stage.READY)
    return go_on


class TestCheck:
    def test_photos_are_there_before_anything_is_checked(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        go_on = wait_in_check(desk, page, shop)
        state = page.state.health
        assert (state.stage, state.view) == (CheckStage.CHECKING, None)
        assert state.sheets is not None
        assert state.sheets.counts == {"hat": 24, "mug": 24}
        assert [picture.path.parent.name for picture in state.sheets.mixed[:4]] == [
            "hat",
            "mug",
        ] * 2
        assert page.state.blocked == "", "one can train while it is checked"
        go_on.set()
        desk.settle()

    def test_its_progress_is_told(self, desk: Desk, page: TrainPresenter, shop: Path) -> None:
        go_on = wait_in_check(desk, page, shop)
        desk.until(
            lambda: page.state.health.checking is not None and page.state.health.checking.done > 9
        )
        checking = page.state.health.checking
        assert checking is not None
        assert (checking.phase, checking.total) == ("check", 48)
        assert 0 < checking.share < 1
        go_on.set()
        desk.settle()
        assert page.state.health.checking is None

    def test_what_was_found(self, checked: TrainPresenter) -> None:
        found = {kind.kind: len(kind.cases) for kind in view(checked).kinds}
        assert found == {"exact_copies": 2, "very_small": 2}
        assert [kind.severity for kind in view(checked).kinds] == ["hint", "hint"]
        assert view(checked).open_cases == 4
        assert (view(checked).used, view(checked).found) == (48, 48)
        assert view(checked).omitted
        assert "There is no network." in view(checked).omitted[0]

    def test_the_split_is_told(self, checked: TrainPresenter) -> None:
        parts = view(checked).parts
        assert parts is not None
        assert sum(parts.total(part) for part in ("train", "validation", "test")) == 48
        assert (parts.groups, parts.leaks, parts.is_given) == (2, 0, False)

    def test_the_split_follows_the_settings(self, desk: Desk, checked: TrainPresenter) -> None:
        before = view(checked).parts
        checked.set_value("test_share", "30")
        desk.settle()
        after = view(checked).parts
        assert before is not None
        assert after is not None
        assert after.total("test") > before.total("test")

    def test_stopping_and_going_on(self, desk: Desk, page: TrainPresenter, shop: Path) -> None:
        go_on = wait_in_check(desk, page, shop)
        page.health.stop()
        assert page.state.health.stage is CheckStage.STOPPED
        go_on.set()
        desk.settle()
        assert page.state.health.view is None, "what was stopped says nothing later"
        page.health.check_again()
        desk.settle()
        assert page.state.health.stage is CheckStage.DONE

    def test_a_training_comes_first_and_the_check_goes_on_after_it(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        go_on = wait_in_check(desk, page, shop)
        page.start()
        assert page.state.stage is Stage.TRAINING
        assert page.state.health.stage is CheckStage.HELD
        go_on.set()
        desk.settle()
        assert page.state.stage is Stage.FINISHED
        assert page.state.health.stage is CheckStage.DONE
        assert desk.library.examinations == 2

    def test_a_failure_is_said_and_can_be_tried_again(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        examine = desk.library.examine

        def fail(*_: object) -> Any:
            raise StorageError("The disk is full.")

        desk.library.examine = fail  # type: ignore[method-assign]
        page.choose_folder(shop)
        desk.settle()
        assert page.state.health.stage is CheckStage.FAILED
        assert page.state.health.problem is not None
        assert page.state.blocked == "", "training may work all the same"
        desk.library.examine = examine  # type: ignore[method-assign]
        page.health.check_again()
        desk.settle()
        assert (page.state.health.stage, page.state.health.problem) == (CheckStage.DONE, None)

    def test_another_folder_forgets_the_first(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        go_on = wait_in_check(desk, page, shop)
        desk.library.before_each_look = lambda _done: None
        for name in ("lamp", "shoe"):
            desk.file(f"other/{name}/{name}.jpg")
        page.choose_folder(desk.folder / "other")
        go_on.set()
        desk.settle()
        assert page.state.health.sheets is not None
        assert list(page.state.health.sheets.counts) == ["lamp", "shoe"]

    def test_looking_again_keeps_the_section(self, desk: Desk, checked: TrainPresenter) -> None:
        checked.health.show_section(Section.BALANCE)
        checked.rescan()
        desk.settle()
        assert checked.state.health.section is Section.BALANCE

    def test_a_check_reports_through_all_phases(self) -> None:
        checking = Checking(began=0.0)
        shares = []
        for phase in ("scan", "check", "compare", "weights", "embed"):
            checking = advanced(checking, PhaseStarted(phase, ""), now=1.0)
            checking = advanced(checking, StepProgress(phase, 5, 10), now=20.0)
            shares.append(checking.share)
        assert shares == sorted(shares)
        assert checking.seconds_left is not None
        assert checking.seconds_left == pytest.approx(20 / checking.share - 20)


class TestDecisions:
    def test_leaving_out_shows_at_once_and_counts(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        (key,) = keys(shop, "hat/hat-small.jpg")
        checked.health.open("very_small")
        checked.health.decide.leave_out([key], kind="very_small")
        state = checked.state.health
        assert len(kind(checked, "very_small").cases) == 1
        assert state.sheets is not None
        assert state.sheets.standing == {key: Standing.LEFT_OUT}
        assert state.is_following
        assert view(checked).decisions[0].what == "Left out: hat-small.jpg"
        desk.settle()
        assert (view(checked).used, checked.state.health.is_following) == (47, False)
        assert checked.state.health.sheets is not None
        assert checked.state.health.sheets.counts["hat"] == 23
        assert view(checked).decisions[0].because == "Very small"

    def test_a_decision_is_kept_and_survives_opening_again(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        checked.health.decide.leave_out(keys(shop, "hat/hat-01.jpg"))
        desk.settle()
        assert load_decisions(shop).active[0].choice is Choice.LEAVE_OUT
        again = TrainPresenter(desk.around, CurrentModel(desk.around))
        again.choose_folder(shop)
        desk.settle()
        assert view(again).used == 47
        assert len(view(again).decisions) == 1

    def test_the_notice_undoes_it(self, desk: Desk, checked: TrainPresenter, shop: Path) -> None:
        checked.health.decide.leave_out(keys(shop, "hat/hat-01.jpg", "hat/hat-02.jpg"))
        notice = desk.notices[-1]
        assert (notice.message, notice.action) == ("2 photos left out", words.UNDO)
        desk.settle()
        assert notice.run is not None
        notice.run()
        desk.settle()
        assert (view(checked).used, view(checked).decisions) == (48, ())
        assert load_decisions(shop).active == ()

    def test_undo_takes_the_last_one_back(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        checked.health.decide.leave_out(keys(shop, "hat/hat-01.jpg"))
        checked.health.decide.move(keys(shop, "hat/hat-02.jpg"), "mug")
        checked.health.decide.undo()
        desk.settle()
        assert [made.what for made in view(checked).decisions] == ["Left out: hat-01.jpg"]
        checked.health.decide.undo()
        checked.health.decide.undo()
        desk.settle()
        assert view(checked).decisions == ()
        assert not checked.can_undo

    def test_moving(self, desk: Desk, checked: TrainPresenter, shop: Path) -> None:
        (key,) = keys(shop, "hat/hat-03.jpg")
        checked.health.decide.move([key], "mug")
        desk.settle()
        sheets = checked.state.health.sheets
        assert sheets is not None
        assert (sheets.category_of[key], sheets.standing[key]) == ("mug", Standing.MOVED)
        assert sheets.counts == {"hat": 23, "mug": 25}
        assert key in {picture.key for picture in sheets.of("mug")}
        checked.health.decide.use_again([key])
        desk.settle()
        sheets = checked.state.health.sheets
        assert sheets.counts == {"hat": 24, "mug": 24}
        assert sheets.standing == {}

    def test_what_was_left_out_can_be_used_again(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        chosen = keys(shop, "hat/hat-03.jpg", "mug/mug-03.jpg")
        checked.health.decide.leave_out(chosen)
        desk.settle()
        checked.health.decide.use_again(chosen)
        desk.settle()
        assert view(checked).used == 48

    def test_keeping_answers_a_finding(self, desk: Desk, checked: TrainPresenter) -> None:
        cases = [case.key for case in kind(checked, "very_small").cases]
        checked.health.open("very_small")
        checked.health.decide.keep("very_small", cases)
        assert view(checked).kind("very_small") is None
        assert checked.state.health.opened == "", "there is nothing left to be seen"
        desk.settle()
        assert view(checked).kind("very_small") is None
        assert (view(checked).used, len(view(checked).decisions)) == (48, 1)

    def test_of_copies_one_is_used(self, desk: Desk, checked: TrainPresenter) -> None:
        cases = [case.key for case in kind(checked, "exact_copies").cases]
        checked.health.decide.leave_copies_out("exact_copies", cases)
        assert view(checked).kind("exact_copies") is None
        desk.settle()
        assert view(checked).kind("exact_copies") is None
        assert view(checked).used == 46
        assert checked.state.health.sheets is not None
        left_out = {Path(key).stem for key in checked.state.health.sheets.standing}
        assert left_out == {"hat-05-again", "mug-05-again"}, "the one with the plain name is kept"

    def test_many_decisions_in_a_row_are_all_followed(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        for number in range(8):
            checked.health.decide.leave_out(keys(shop, f"hat/hat-{number:02}.jpg"))
        desk.settle()
        assert view(checked).used == 40
        assert len(load_decisions(shop).active) == 8

    def test_nothing_is_decided_before_the_photos_are_known(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        go_on = wait_in_check(desk, page, shop)
        assert not page.health.decide.can_decide
        page.health.decide.leave_out(keys(shop, "hat/hat-00.jpg"))
        page.health.decide.undo()
        page.health.decide.mend_leaks()
        go_on.set()
        desk.settle()
        assert view(page).decisions == ()

    def test_when_too_much_is_left_out_training_is_blocked(
        self, desk: Desk, checked: TrainPresenter
    ) -> None:
        sheets = checked.state.health.sheets
        assert sheets is not None
        checked.health.decide.leave_out([picture.key for picture in sheets.of("mug")])
        desk.settle()
        assert view(checked).parts is None
        assert checked.state.blocked == view(checked).problem != ""
        checked.health.decide.undo()
        desk.settle()
        assert checked.state.blocked == ""

    def test_a_decision_that_no_longer_fits_says_so(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        checked.health.decide.leave_out(keys(shop, "hat/hat-07.jpg"))
        desk.settle()
        (shop / "hat" / "hat-07.jpg").unlink()
        checked.rescan()
        desk.settle()
        (made,) = view(checked).decisions
        assert made.dormant
        assert made.dormant in made.what

    def test_a_full_disk_is_said(self, desk: Desk, checked: TrainPresenter, shop: Path) -> None:
        def fail(_decisions: object) -> None:
            raise StorageError("The disk is full.")

        desk.library.save_decisions = fail  # type: ignore[method-assign]
        checked.health.decide.leave_out(keys(shop, "hat/hat-07.jpg"))
        desk.settle()
        assert checked.state.health.problem is not None
        checked.health.dismiss_problem()
        assert checked.state.health.problem is None

    def test_a_training_finds_what_was_decided_just_before(
        self, desk: Desk, checked: TrainPresenter, shop: Path
    ) -> None:
        found: list[int] = []
        train = desk.library.train

        def note(dataset: Dataset, *arguments: Any) -> Any:
            found.append(len(load_decisions(dataset.root).active))
            return train(dataset, *arguments)

        desk.library.train = note  # type: ignore[method-assign]
        checked.health.decide.leave_out(keys(shop, "hat/hat-07.jpg"))
        checked.health.decide.move(keys(shop, "hat/hat-08.jpg"), "mug")
        checked.start()
        desk.settle()
        assert found == [2]

    def test_names_for_one_category_are_merged(
        self, desk: Desk, page: TrainPresenter, shop: Path
    ) -> None:
        for number in range(3):
            desk.file(f"shop/Hats/more-{number}.jpg")
        page.choose_folder(shop)
        desk.settle()
        cases = [case.key for case in kind(page, "named_twice").cases]
        page.health.decide.merge("named_twice", cases)
        desk.settle()
        assert view(page).kind("named_twice") is None
        assert view(page).decisions[0].what == '"Hats" counts as "hat"'
        assert page.state.health.sheets is not None
        assert page.state.health.sheets.counts["hat"] == 27


class TestParts:
    def test_leaks_of_a_given_split_are_mended(
        self, desk: Desk, page: TrainPresenter, shop: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ml_core.dataset.scan import scan_folder

        for part, numbers in (("train", range(20)), ("test", range(18, 24))):
            for name in ("hat", "mug"):
                for number in numbers:
                    suffix = "-again" if part == "test" else ""
                    desk.file(f"parts/{part}/{name}/{name}-{number}{suffix}.jpg")
        monkeypatch.setattr(
            desk.library, "scan", lambda folder, _report, _control: scan_folder(folder)
        )
        page.choose_folder(desk.folder / "parts")
        desk.settle()
        parts = view(page).parts
        assert parts is not None
        assert (parts.is_given, parts.leaks, parts.mends_leaks) == (True, 4, False)
        assert view(page).kinds[0].kind == "across_parts"
        page.health.decide.mend_leaks()
        desk.settle()
        parts = view(page).parts
        assert parts is not None
        assert (parts.leaks, parts.mends_leaks, parts.left_out) == (0, True, 4)


class TestMoving:
    @pytest.fixture
    def decided(self, desk: Desk, checked: TrainPresenter, shop: Path) -> TrainPresenter:
        checked.health.decide.move(keys(shop, "hat/hat-01.jpg", "hat/hat-02.jpg"), "mug")
        checked.health.decide.leave_out(keys(shop, "mug/mug-03.jpg"))
        desk.settle()
        return checked

    def test_it_is_told_before_anything_moves(
        self, desk: Desk, decided: TrainPresenter, shop: Path
    ) -> None:
        planned: list[PlannedMoves] = []
        decided.health.files.plan(planned.append)
        assert decided.state.blocked == train_words.MOVING_FILES
        desk.settle()
        (plan,) = planned
        assert (plan.to_categories, plan.left_out, plan.refused) == (2, 1, ())
        assert plan.left_out_to == shop.with_name("shop (left out)")
        assert (shop / "hat" / "hat-01.jpg").exists(), "nothing has been moved yet"
        assert decided.state.blocked == ""

    def test_files_are_moved_and_moved_back(
        self, desk: Desk, decided: TrainPresenter, shop: Path
    ) -> None:
        before = sorted(path for path in desk.folder.rglob("*.jpg"))
        decided.health.files.carry_out()
        desk.settle()
        assert (shop / "mug" / "hat-01.jpg").exists()
        assert (desk.folder / "shop (left out)" / "mug" / "mug-03.jpg").exists()
        notice = next(n for n in desk.notices if n.message == "3 files moved")
        assert view(decided).used == 47, "the folder has been looked through again"
        assert view(decided).decisions == ()
        assert notice.run is not None
        notice.run()
        desk.settle()
        assert sorted(path for path in desk.folder.rglob("*.jpg")) == before
        assert len(view(decided).decisions) == 2
        assert view(decided).used == 47

    def test_meanwhile_nothing_else_is_decided(
        self, desk: Desk, decided: TrainPresenter, shop: Path
    ) -> None:
        decided.health.files.carry_out()
        decided.health.decide.leave_out(keys(shop, "mug/mug-09.jpg"))
        decided.health.decide.undo()
        desk.settle()
        assert view(decided).used == 47

    def test_a_refusal_is_said(self, desk: Desk, decided: TrainPresenter) -> None:
        def fail(*_: object) -> Any:
            raise StorageError("The disk is full.")

        desk.library.move_files = fail  # type: ignore[method-assign]
        decided.health.files.carry_out()
        desk.settle()
        assert decided.state.health.problem is not None
        assert not decided.state.health.is_moving

    @pytest.mark.parametrize(
        ("categories", "left_out", "said"),
        [
            (0, 0, words.NOTHING_TO_MOVE),
            (1, 0, "1 photo goes to the folder of its category."),
            (3, 2, "2 photos that you left out go to /shop (left out)"),
        ],
    )
    def test_the_question_says_all(self, categories: int, left_out: int, said: str) -> None:
        question = words.moving_question(categories, left_out, "/shop (left out)", ["Refused."])
        assert said in question
        assert "Refused." in question
        assert (words.NOTHING_IS_LOST in question) is bool(categories or left_out)


class TestReport:
    def test_it_is_written_and_told(
        self, desk: Desk, checked: TrainPresenter, tmp_path: Path
    ) -> None:
        written: list[Path] = []

        def write(_health: Health, path: Path, _report: object, _control: Control) -> None:
            written.append(path)

        desk.library.save_report = write  # type: ignore[method-assign]
        checked.health.save_report(tmp_path / "check.html")
        assert checked.state.health.is_writing
        desk.settle()
        assert written == [tmp_path / "check.html"]
        assert not checked.state.health.is_writing
        assert desk.notices[-1].message == words.report_saved("check.html")

    def test_a_full_disk_is_said(self, desk: Desk, checked: TrainPresenter, tmp_path: Path) -> None:
        def fail(*_: object) -> None:
            raise StorageError("The disk is full.")

        desk.library.save_report = fail  # type: ignore[method-assign]
        checked.health.save_report(tmp_path / "check.html")
        desk.settle()
        assert checked.state.health.problem is not None
        assert not checked.state.health.is_writing


def test_photos_are_walked_one_by_one(desk: Desk, checked: TrainPresenter) -> None:
    viewer, sheets = checked.health.viewer, checked.state.health.sheets
    assert sheets is not None
    viewer.open(sheets.of("hat"), 0)
    desk.settle()
    seen = checked.state.health.viewing
    assert seen is not None
    assert seen.photo.pixels is not None
    viewer.step(1)
    viewer.step(1)
    viewer.step(-1)
    desk.settle()
    seen = checked.state.health.viewing
    assert seen is not None
    assert seen.picture.name == "hat-01.jpg"
    viewer.step(-5)
    assert checked.state.health.viewing is seen
    viewer.close()
    assert checked.state.health.viewing is None


@pytest.fixture
def health(desk: Desk) -> DataHealth:
    return DataHealth(desk.around, lambda _state: None)


def test_without_a_folder_nothing_happens(health: DataHealth) -> None:
    health.check_again()
    health.hold()
    health.resume()
    health.decide.undo()
    health.set_dealing((0.1, 0.1, 3))
    assert health.state.stage is CheckStage.NONE


def test_decisions_saved_by_another_window_are_read_again(
    desk: Desk, checked: TrainPresenter, shop: Path
) -> None:
    decisions = load_decisions(shop).leave_out(
        [view(checked).photo_keys[key] for key in keys(shop, "hat/hat-04.jpg")]
    )
    save_decisions(decisions)
    checked.rescan()
    desk.settle()
    assert view(checked).used == 47
