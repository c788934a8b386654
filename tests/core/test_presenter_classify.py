"""Classify: photos are shown at once, answers follow, and nothing is lost on the way."""

import csv
import threading
from pathlib import Path

import pytest

from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.classify_state import RowState
from product_gui.presenters.current_model import CurrentModel
from tests.core.presenter_desk import Desk, RecordingView


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def model(desk: Desk) -> CurrentModel:
    return CurrentModel(desk.around)


@pytest.fixture
def page(desk: Desk, model: CurrentModel) -> ClassifyPresenter:
    return ClassifyPresenter(desk.around, model)


@pytest.fixture
def with_model(desk: Desk, model: CurrentModel, page: ClassifyPresenter) -> ClassifyPresenter:
    model.use(desk.file("shop.keras"))
    desk.settle()
    return page


def shop_folder(desk: Desk) -> Path:
    for name in ("mug-1.jpg", "sub/hat-1.jpg", "sub/shoe-1.jpg", "zebra.jpg"):
        desk.file(f"photos/{name}")
    return desk.folder / "photos"


def test_a_photo_is_shown_without_a_model(desk: Desk, page: ClassifyPresenter) -> None:
    view = RecordingView()
    page.attach(view)
    photo = desk.file("mug-1.jpg")
    page.take([photo])
    state = view.states[-1]
    assert (state.current.path, state.photo.picture.path) == (photo, photo), (
        "at once, before any reading"
    )
    desk.settle()
    assert view.states[-1].photo.pixels.shape == (3, 4, 3)
    assert view.states[-1].current.state is RowState.WAITING
    assert not view.states[-1].answering


def test_the_answer_follows(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    assert with_model.state.answering
    desk.settle()
    row = with_model.state.current
    assert row is not None
    assert (row.category, row.confidence, row.top[0]) == ("mug", 0.9, ("mug", 0.9))
    assert not with_model.state.answering
    assert with_model.state.seconds > 0
    assert ("answer", "mug") in [(name, info.get("category")) for name, info in desk.traced]


def test_one_photo_never_flickers_in_the_job_bar(desk: Desk, with_model: ClassifyPresenter) -> None:
    seen: list[int] = []
    desk.around.activities.listen(lambda: seen.append(len(desk.around.activities.entries)))
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    assert max(seen, default=0) == 0


def test_a_model_that_comes_later_answers_what_is_shown(
    desk: Desk, model: CurrentModel, page: ClassifyPresenter
) -> None:
    page.take([desk.file("shoe-1.jpg")])
    desk.settle()
    model.use(desk.file("shop.keras"))
    desk.settle()
    assert page.state.current is not None
    assert page.state.current.category == "shoe"
    assert page.state.model.summary is not None
    assert page.state.model.summary.line == ("3 categories · 87 % right on 40 test photos")


def test_another_model_answers_again(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    answers = len([1 for name, _ in desk.traced if name == "answer"])
    with_model._model.use(desk.file("other.keras"))
    desk.settle()
    assert len([1 for name, _ in desk.traced if name == "answer"]) == answers + 1


def test_a_folder_becomes_a_table(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([shop_folder(desk)])
    assert with_model.state.collecting
    desk.settle()
    assert not with_model.state.collecting
    assert [row.category for row in with_model.state.rows] == ["mug", "hat", "shoe", ""]
    assert with_model.state.rows[3].state is RowState.UNREADABLE
    assert "not a photo" in with_model.state.rows[3].error
    assert with_model.state.count(RowState.UNREADABLE) == 1
    assert with_model.state.selected == 0
    assert not desk.around.activities.entries, "what is done leaves the job bar"


def test_progress_of_many_photos(desk: Desk, with_model: ClassifyPresenter) -> None:
    gate = threading.Event()
    desk.library.before_each_answer = lambda path: path.name == "zebra.jpg" and gate.wait(10)
    with_model.take([shop_folder(desk)])
    desk.until(lambda: any(a.detail == "3 of 4" for _, a in desk.around.activities.entries))
    activity = desk.around.activities.entries[0][1]
    assert (activity.title, activity.fraction) == ("Classifying 4 photos", 0.75)
    gate.set()
    desk.settle()


def test_stopping_keeps_what_is_answered(desk: Desk, with_model: ClassifyPresenter) -> None:
    gate, reached = threading.Event(), threading.Event()

    def hold_at_shoe(path: Path) -> None:
        if path.name == "shoe-1.jpg":
            reached.set()
            gate.wait(10)

    desk.library.before_each_answer = hold_at_shoe
    with_model.take([shop_folder(desk)])
    desk.until(reached.is_set)
    with_model.stop()
    gate.set()
    desk.settle()
    states = [row.state for row in with_model.state.rows]
    assert states[:2] == [RowState.ANSWERED] * 2
    assert states[3] is RowState.WAITING
    assert not with_model.state.answering
    assert desk.notices[-1].tone == "info"


def test_new_photos_replace_those_being_answered(desk: Desk, with_model: ClassifyPresenter) -> None:
    gate, reached = threading.Event(), threading.Event()

    def hold(path: Path) -> None:
        if path.name == "mug-1.jpg":
            reached.set()
            gate.wait(10)

    desk.library.before_each_answer = hold
    with_model.take([shop_folder(desk)])
    desk.until(reached.is_set)
    with_model.take([desk.file("hat-9.jpg")])
    gate.set()
    desk.settle()
    assert [(row.name, row.category) for row in with_model.state.rows] == [("hat-9.jpg", "hat")]


def test_selecting_a_row_shows_its_photo(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([shop_folder(desk)])
    desk.settle()
    with_model.select(2)
    assert with_model.state.photo is not None
    assert with_model.state.photo.pixels is None, "the old photo does not stay"
    desk.settle()
    assert with_model.state.photo.picture.path.name == "shoe-1.jpg"
    assert with_model.state.photo.pixels is not None


@pytest.mark.parametrize("index", [-1, 4, 99])
def test_selecting_what_is_not_there(desk: Desk, with_model: ClassifyPresenter, index: int) -> None:
    with_model.take([shop_folder(desk)])
    desk.settle()
    with_model.select(index)
    assert with_model.state.selected == 0


def test_a_photo_that_cannot_be_read_says_why(desk: Desk, page: ClassifyPresenter) -> None:
    page.take([desk.file("broken-1.jpg")])
    desk.settle()
    assert page.state.photo is not None
    assert page.state.photo.problem is not None
    assert "damaged" in page.state.photo.problem.what


def test_an_empty_folder_says_so(desk: Desk, page: ClassifyPresenter) -> None:
    folder = desk.folder / "nothing here"
    folder.mkdir()
    page.take([folder])
    desk.settle()
    assert page.state.problem is not None
    assert "nothing here" in page.state.problem.what
    assert not page.state.rows


def test_looking_again_finds_new_photos(desk: Desk, with_model: ClassifyPresenter) -> None:
    folder = shop_folder(desk)
    with_model.take([folder])
    desk.settle()
    desk.file("photos/mug-2.jpg")
    with_model.again()
    desk.settle()
    assert len(with_model.state.rows) == 5


def test_clear_forgets_everything(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([shop_folder(desk)])
    with_model.clear()
    desk.settle()
    state = with_model.state
    assert (state.rows, state.selected, state.photo, state.source) == ((), None, None, ())
    assert not state.answering
    assert not desk.around.activities.entries


def test_the_table_as_csv_and_text(desk: Desk, with_model: ClassifyPresenter) -> None:
    desk.file('photos/mug-"1", größer.jpg')
    with_model.take([shop_folder(desk)])
    desk.settle()
    destination = desk.folder / "out" / "table.csv"
    with_model.save_csv(destination)
    desk.settle()
    with destination.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["category"] for row in rows] == ["mug", "mug", "hat", "shoe", ""]
    assert rows[0]["path"].endswith('mug-"1", größer.jpg')
    assert (rows[1]["confidence"], rows[1]["second"]) == ("0.9000", "hat")
    assert "not a photo" in rows[4]["error"]
    assert desk.notices[-1].message == "Table saved"
    lines = with_model.table_text().splitlines()
    assert lines[2].split("\t") == ["mug-1.jpg", "mug", "0.9000", "Sure"]
    assert [row["state"] for row in rows] == ["sure", "sure", "sure", "sure", ""]


@pytest.mark.parametrize(
    ("name", "reliance", "candidates"),
    [
        ("mug-1.jpg", "sure", ("mug",)),
        ("mug-doubtful.jpg", "unsure", ("mug", "hat")),
        ("mug-strange.jpg", "unlike", ("mug", "hat")),
    ],
)
def test_answers_say_how_far_to_rely_on_them(
    desk: Desk,
    with_model: ClassifyPresenter,
    name: str,
    reliance: str,
    candidates: tuple[str, ...],
) -> None:
    with_model.take([desk.file(name)])
    desk.settle()
    row = with_model.state.current
    assert row is not None
    assert (row.reliance, row.candidates) == (reliance, candidates)


def test_a_table_that_cannot_be_saved(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    with_model.save_csv(desk.file("file") / "table.csv")
    desk.settle()
    assert with_model.state.problem is not None
    assert with_model.state.problem.kind == "StorageError"


def test_a_bad_model_file_leaves_the_good_one(
    desk: Desk, model: CurrentModel, with_model: ClassifyPresenter
) -> None:
    model.use(desk.file("bad.keras", b"bad"))
    assert with_model.state.model.opening is not None
    desk.settle()
    state = with_model.state.model
    assert state.opening is None
    assert state.summary is not None
    assert state.summary.name == "shop"
    assert state.problem is not None
    assert "bad.keras" in state.problem.what
    assert desk.around.settings.current.current_model == desk.folder / "shop.keras"


def test_the_last_of_two_models_chosen_quickly_wins(desk: Desk, model: CurrentModel) -> None:
    model.use(desk.file("first.keras"))
    model.use(desk.file("second.keras"))
    desk.settle()
    assert model.state.summary is not None
    assert model.state.summary.name == "second"


def test_the_next_start_opens_the_same_model(desk: Desk, with_model: ClassifyPresenter) -> None:
    again = Desk(desk.folder)
    model = CurrentModel(again.around)
    model.open_remembered()
    again.settle()
    assert model.state.summary is not None
    assert model.state.summary.path == desk.folder / "shop.keras"


def test_a_model_that_is_gone_is_no_error_at_the_start(
    desk: Desk, with_model: ClassifyPresenter
) -> None:
    (desk.folder / "shop.keras").unlink()
    again = Desk(desk.folder)
    model = CurrentModel(again.around)
    model.open_remembered()
    again.settle()
    assert model.state.summary is None
    assert model.state.problem is None


def test_reasons_are_shown_for_the_answer_and_for_other_categories(
    desk: Desk, with_model: ClassifyPresenter
) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    assert with_model.state.can_explain
    assert (with_model.state.heat, desk.library.explained) == (None, [])
    with_model.explain(True)
    desk.settle()
    heat = with_model.state.heat
    assert heat is not None
    assert (heat.category, with_model.state.explained) == ("mug", "mug")
    with_model.explain_category("hat")
    assert with_model.state.heat is None, "no reasons of another category meanwhile"
    desk.settle()
    assert desk.library.explained == [("mug-1.jpg", "mug"), ("mug-1.jpg", "hat")]
    with_model.explain(False)
    assert (with_model.state.heat, with_model.state.explained) == (None, "")


def test_reasons_follow_the_photo(desk: Desk, with_model: ClassifyPresenter) -> None:
    with_model.take([desk.file("mug-1.jpg"), desk.file("hat-1.jpg"), desk.file("no photo.txt")])
    desk.settle()
    with_model.explain(True)
    desk.settle()
    with_model.select(1)
    desk.settle()
    assert desk.library.explained == [("mug-1.jpg", "mug"), ("hat-1.jpg", "hat")]
    with_model.select(2)
    desk.settle()
    assert with_model.state.heat is None
    assert len(desk.library.explained) == 2


def test_reasons_of_a_new_photo_come_by_themselves_while_they_are_wanted(
    desk: Desk, with_model: ClassifyPresenter
) -> None:
    with_model.explain(True)
    with_model.take([desk.file("shoe-1.jpg")])
    desk.settle()
    assert desk.library.explained == [("shoe-1.jpg", "shoe")]


def test_another_model_gives_its_own_reasons(
    desk: Desk, model: CurrentModel, with_model: ClassifyPresenter
) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    with_model.explain(True)
    desk.settle()
    model.use(desk.file("other.keras"))
    desk.settle()
    assert desk.library.explained == [("mug-1.jpg", "mug")] * 2


def test_without_reasons_no_category_can_be_asked_about(
    desk: Desk, with_model: ClassifyPresenter
) -> None:
    with_model.take([desk.file("mug-1.jpg")])
    desk.settle()
    with_model.explain_category("hat")
    desk.settle()
    assert desk.library.explained == []
