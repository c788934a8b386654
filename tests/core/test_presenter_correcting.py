"""Corrections are learned at once, together where they come quickly, and can be taken back."""

import os
import threading
from pathlib import Path

import pytest

from ml_core.errors import StorageError
from product_gui.presenters.classify import LONGEST_CATEGORY, ClassifyPresenter
from product_gui.presenters.current_model import CurrentModel
from product_gui.text import classify as words
from tests.core.presenter_desk import Desk, run


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.library.runs = [run(tmp_path / "run", "shop")]
    return made


@pytest.fixture
def model(desk: Desk) -> CurrentModel:
    return CurrentModel(desk.around)


@pytest.fixture
def page(desk: Desk, model: CurrentModel) -> ClassifyPresenter:
    made = ClassifyPresenter(desk.around, model)
    model.use(desk.library.runs[0].model_path)
    made.take([desk.file("mug-1.jpg"), desk.file("hat-1.jpg"), desk.file("no photo.jpg")])
    desk.settle()
    made.select(row_of(made, "mug-1.jpg"))
    desk.settle()
    return made


def row_of(page: ClassifyPresenter, name: str) -> int:
    return [row.name for row in page.state.rows].index(name)


def answered(desk: Desk) -> int:
    return sum(name == "answer" for name, _ in desk.traced)


def write_new_version(desk: Desk) -> None:
    """What a new version of the model file looks like from outside."""
    path = desk.library.runs[0].model_path
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))


def test_a_correction_is_learned_and_all_photos_are_answered_anew(
    desk: Desk, model: CurrentModel, page: ClassifyPresenter
) -> None:
    assert page.state.correct_reason == ""
    before, summary = answered(desk), model.state.summary
    desk.library.before_correcting = lambda: write_new_version(desk)
    page.correct("shoe")
    assert page.state.learning
    desk.settle()
    assert not page.state.learning
    assert desk.library.corrections == [{desk.folder / "mug-1.jpg": "shoe"}]
    message = desk.notices[-1].message
    assert message == "1 correction learned: of 40 photos in the test, fixed 2, broke 1."
    assert answered(desk) == before + 3
    assert model.state.summary != summary


def test_it_can_be_taken_back(desk: Desk, page: ClassifyPresenter) -> None:
    page.correct("shoe")
    desk.settle()
    notice = desk.notices[-1]
    assert notice.action == words.UNDO
    assert notice.run is not None
    notice.run()
    desk.settle()
    assert desk.library.versions_used == [(desk.folder / "run", 1)]
    assert desk.notices[-1].message == words.UNLEARNED


def test_what_comes_meanwhile_is_learned_together_afterwards(
    desk: Desk, page: ClassifyPresenter
) -> None:
    gate = threading.Event()
    desk.library.before_correcting = lambda: gate.wait(10)
    page.correct("shoe")
    page.select(row_of(page, "hat-1.jpg"))
    page.correct("mug")
    page.correct("a new one")
    gate.set()
    desk.settle()
    mug, hat = desk.folder / "mug-1.jpg", desk.folder / "hat-1.jpg"
    assert desk.library.corrections == [{mug: "shoe"}, {hat: "a new one"}]


def test_a_failure_is_said_and_the_next_one_works(
    desk: Desk, page: ClassifyPresenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(desk.library, "correct", fail)
        page.correct("shoe")
        desk.settle()
    assert desk.notices[-1].message == "The disk is full."
    assert not page.state.learning
    page.correct("shoe")
    desk.settle()
    assert len(desk.library.corrections) == 1


def test_models_from_elsewhere_cannot_learn(
    desk: Desk, model: CurrentModel, page: ClassifyPresenter
) -> None:
    model.use(desk.file("friend.keras"))
    desk.settle()
    assert page.state.correct_reason == words.ONLY_OWN_LEARN
    page.correct("shoe")
    desk.settle()
    assert desk.library.corrections == []


def test_where_there_is_no_answer_there_is_nothing_to_correct(
    desk: Desk, page: ClassifyPresenter
) -> None:
    page.select(row_of(page, "no photo.jpg"))
    assert page.state.correct_reason == words.NOTHING_TO_CORRECT
    page.correct("shoe")
    page.clear()
    assert page.state.correct_reason == words.NOTHING_TO_CORRECT
    desk.settle()
    assert desk.library.corrections == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("scarf", ""),
        ("  ", words.CATEGORY_NEEDED),
        ("x" * (LONGEST_CATEGORY + 1), words.CATEGORY_TOO_LONG),
    ],
)
def test_names_of_new_categories(page: ClassifyPresenter, name: str, problem: str) -> None:
    assert page.category_problem(name) == problem
