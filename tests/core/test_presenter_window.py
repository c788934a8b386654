"""The window: what is dropped goes where it belongs; closing asks once and loses nothing."""

import threading
import time
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.errors import StorageError
from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.clipboard import Paste, paths_in
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.export import ExportPresenter
from product_gui.presenters.models import ModelsPresenter
from product_gui.presenters.review import ReviewPresenter
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.window import Pages, WindowPresenter
from product_gui.text import classify as classify_words
from product_gui.text import train as train_words
from tests.core.presenter_desk import Desk, learn_three_epochs


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def closed() -> list[int]:
    return []


@pytest.fixture
def window(desk: Desk, closed: list[int]) -> WindowPresenter:
    model = CurrentModel(desk.around)
    pages = Pages(
        classify=ClassifyPresenter(desk.around, model),
        train=TrainPresenter(desk.around, model),
        review=ReviewPresenter(desk.around),
        models=ModelsPresenter(desk.around, model),
        export=ExportPresenter(desk.around, lambda _path: None),
    )
    return WindowPresenter(desk.around, model, pages, close=lambda: closed.append(1))


def shop(desk: Desk) -> Path:
    for name in ("hat", "mug"):
        for number in range(3):
            desk.file(f"shop/{name}/{name}-{number}.jpg")
    return desk.folder / "shop"


def training(desk: Desk, window: WindowPresenter, body: object = None) -> None:
    train = window.pages.train
    train.prepare()
    train.choose_folder(shop(desk))
    desk.settle()

    def run_for_ever(report: object, control: object) -> None:
        learn_three_epochs(report, control)
        while True:
            control.checkpoint()
            time.sleep(0.001)

    desk.library.train_body = body or run_for_ever
    train.start()
    desk.until(lambda: train.state.progress is not None and len(train.state.progress.epochs) == 3)


class TestTakingIn:
    def test_a_photo_goes_to_classify(self, desk: Desk, window: WindowPresenter) -> None:
        window.go("models")
        window.take([desk.file("mug-1.jpg")])
        assert window.state.page == "classify"
        assert len(window.pages.classify.state.rows) == 1
        desk.settle()

    def test_a_folder_on_train_is_trained_on(self, desk: Desk, window: WindowPresenter) -> None:
        window.go("train")
        window.take([shop(desk)])
        desk.settle()
        assert window.state.page == "train"
        assert window.pages.train.state.data is not None
        assert window.pages.classify.state.rows == ()

    def test_a_folder_elsewhere_is_classified(self, desk: Desk, window: WindowPresenter) -> None:
        window.take([shop(desk)])
        desk.settle()
        assert len(window.pages.classify.state.rows) == 6

    @pytest.mark.parametrize("name", ["shop.keras", "SHOP.KERAS", "old.h5", "phone.tflite"])
    def test_a_model_file_is_opened(self, desk: Desk, window: WindowPresenter, name: str) -> None:
        window.take([desk.file(name)])
        desk.settle()
        assert window.state.model.summary is not None
        assert window.state.model.summary.path.name == name

    def test_a_model_and_photos_together(self, desk: Desk, window: WindowPresenter) -> None:
        window.take([desk.file("mug-1.jpg"), desk.file("shop.keras"), desk.file("hat-1.jpg")])
        desk.settle()
        assert [row.category for row in window.pages.classify.state.rows] == ["mug", "hat"]

    def test_what_is_not_there_is_named_and_the_rest_taken(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        window.take([desk.folder / "gone.jpg", desk.file("mug-1.jpg")])
        assert window.state.problem is not None
        assert window.state.problem.what == "Not found: gone.jpg."
        assert len(window.pages.classify.state.rows) == 1
        window.dismiss_problem()
        assert window.state.problem is None
        desk.settle()

    def test_a_bad_model_file_is_told_on_any_page(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        window.go("review")
        window.take([desk.file("bad.keras", b"bad")])
        desk.settle()
        assert window.state.problem is not None
        assert "bad.keras is not a model file." in window.state.problem.what

    def test_a_folder_dropped_before_there_is_a_model_comes_along_to_train(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        window.take([shop(desk)])
        desk.settle()
        window.train_a_model()
        desk.settle()
        assert window.state.page == "train"
        assert window.pages.train.state.folder == desk.folder / "shop"


class TestClosing:
    def test_without_training_it_just_closes(
        self, window: WindowPresenter, closed: list[int]
    ) -> None:
        window.request_close()
        assert closed == [1]

    def test_during_training_it_asks(
        self, desk: Desk, window: WindowPresenter, closed: list[int]
    ) -> None:
        training(desk, window)
        window.request_close()
        assert window.state.asks_to_close
        assert closed == []
        window.keep_training()
        assert not window.state.asks_to_close
        assert window.pages.train.is_training
        window.pages.train.cancel_and_discard()
        desk.settle()
        assert closed == [], "the end of the training does not close the window"

    def test_stop_and_keep_then_close(
        self, desk: Desk, window: WindowPresenter, closed: list[int]
    ) -> None:
        training(desk, window)
        window.request_close()
        window.stop_and_close()
        assert window.state.is_closing
        assert not window.state.is_discarding
        assert closed == []
        desk.until(lambda: bool(closed))
        assert len(desk.library.runs) == 1

    def test_discard_and_close(
        self, desk: Desk, window: WindowPresenter, closed: list[int]
    ) -> None:
        training(desk, window)
        window.request_close()
        window.discard_and_close()
        assert window.state.is_discarding, "nobody need watch this"
        desk.until(lambda: bool(closed))
        assert desk.library.runs == []

    def test_a_failure_while_closing_keeps_the_window_open(
        self, desk: Desk, window: WindowPresenter, closed: list[int]
    ) -> None:
        def fail_on_stop(_report: object, control: Control) -> None:
            learn_three_epochs(_report, control)
            while not control.is_stopping:
                time.sleep(0.001)
            raise StorageError("The disk is full.")

        training(desk, window, fail_on_stop)
        window.go("classify")
        window.stop_and_close()
        desk.settle()
        assert closed == []
        assert not window.state.is_closing
        assert window.state.page == "train"
        assert window.pages.train.state.problem is not None

    def test_a_training_that_ends_while_it_is_asked(
        self, desk: Desk, window: WindowPresenter, closed: list[int]
    ) -> None:
        training(desk, window)
        window.request_close()
        window.pages.train.stop_and_keep()
        desk.settle()
        window.discard_and_close()
        assert closed == [1], "there is nothing to wait for"
        assert len(desk.library.runs) == 1, "and nothing to discard"

    def test_nothing_learned_yet(self, desk: Desk, window: WindowPresenter) -> None:
        train = window.pages.train
        train.prepare()
        train.choose_folder(shop(desk))
        desk.settle()
        desk.library.train_body = lambda _report, control: control.wait_while_paused()
        train.start()
        window.request_close()
        assert window.state.keep_reason == train_words.NOTHING_LEARNED
        desk.settle()


class TestJobBar:
    def test_training_is_in_the_bar_and_the_title(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        training(desk, window)
        desk.until(lambda: window.state.job.activity.fraction == 1.0)
        assert window.state.title == "Training on shop 100 % – Product Classifier"
        window.pause_or_resume()
        desk.until(lambda: window.state.job.activity.state == "paused")
        window.pause_or_resume()
        assert window.state.job is not None
        assert window.state.job.activity.state == "running"
        window.show_job()
        assert window.state.page == "train"
        window.stop_job()
        desk.settle()
        assert window.state.job is None
        assert window.state.title == "Product Classifier"
        assert len(desk.library.runs) == 1

    def test_cancel_from_the_bar(self, desk: Desk, window: WindowPresenter) -> None:
        training(desk, window)
        window.cancel_job()
        desk.settle()
        assert desk.library.runs == []

    def test_training_stays_in_front(self, desk: Desk, window: WindowPresenter) -> None:
        window.take([desk.file("shop.keras")])
        desk.settle()
        training(desk, window)
        window.go("classify")
        gate = threading.Event()
        desk.library.before_each_answer = lambda _path: gate.wait(10)
        window.take([shop(desk)])
        desk.until(lambda: window.state.job.others == 1)
        assert window.state.job is not None
        assert window.state.job.activity.title == "Training on shop"
        gate.set()
        window.cancel_job()
        desk.settle()

    def test_nothing_runs(self, window: WindowPresenter) -> None:
        for intent in (window.pause_or_resume, window.stop_job, window.cancel_job, window.show_job):
            intent()
        assert window.state.job is None


class TestNews:
    def test_a_training_that_ends_on_another_page_is_told(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        training(desk, window)
        window.go("classify")
        window.pages.train.stop_and_keep()
        desk.settle()
        notice = desk.notices[-1]
        assert notice.message == "shop is trained: 88 % right on 40 test photos"
        assert notice.run is not None
        notice.run()
        assert window.state.page == "train"

    def test_on_its_own_page_it_needs_no_telling(self, desk: Desk, window: WindowPresenter) -> None:
        window.go("train")
        training(desk, window)
        window.pages.train.stop_and_keep()
        desk.settle()
        assert desk.notices == []

    def test_a_model_chosen_by_the_user_is_announced_but_not_the_remembered_one(
        self, desk: Desk, window: WindowPresenter
    ) -> None:
        window.take([desk.file("shop.keras")])
        desk.settle()
        assert [notice.message for notice in desk.notices] == ["shop answers from now on"]
        again = Desk(desk.folder)
        CurrentModel(again.around).open_remembered()
        again.settle()
        assert again.notices == []


class TestMemory:
    def test_the_last_page_comes_back(self, desk: Desk, window: WindowPresenter) -> None:
        window.go("models")
        window.set_theme("dark")
        again = Desk(desk.folder).around.settings.current
        assert (again.page, again.theme) == ("models", "dark")

    def test_a_page_that_no_longer_exists(self, desk: Desk) -> None:
        from dataclasses import replace

        desk.around.settings.change(lambda old: replace(old, page="webcam"))
        model = CurrentModel(desk.around)
        pages = Pages(
            classify=ClassifyPresenter(desk.around, model),
            train=TrainPresenter(desk.around, model),
            review=ReviewPresenter(desk.around),
            models=ModelsPresenter(desk.around, model),
            export=ExportPresenter(desk.around, lambda _path: None),
        )
        window = WindowPresenter(desk.around, model, pages, close=lambda: None)
        assert window.state.page == "classify"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a/b.jpg", ["/a/b.jpg"]),
        ("/a/b c.jpg\n/d.png\n", ["/a/b c.jpg", "/d.png"]),
        ("file:///a/b%20c.jpg\r\nfile:///d/%C3%A9.png", ["/a/b c.jpg", "/d/é.png"]),
        ("copy\nfile:///a.jpg", ["/a.jpg"]),
        ('"/a/b.jpg"', ["/a/b.jpg"]),
        ("file://host/a.jpg", ["/a.jpg"]),
        ("some words", []),
        ("relative.jpg", []),
        ("~nobody-of-that-name/x", []),
        ("", []),
    ],
)
def test_paths_in_pasted_text(text: str, expected: list[str]) -> None:
    assert paths_in(text) == [Path(path) for path in expected]


class TestPaste:
    @pytest.fixture
    def paste(self, desk: Desk, window: WindowPresenter) -> Paste:
        return Paste(desk.around, take=window.take, report=window.report)

    def test_paths(self, desk: Desk, window: WindowPresenter, paste: Paste) -> None:
        paste.text(f"{desk.file('mug 1.jpg').as_uri()}\n/not/there.jpg")
        assert [row.name for row in window.pages.classify.state.rows] == ["mug 1.jpg"]
        desk.settle()

    def test_a_picture(self, desk: Desk, window: WindowPresenter, paste: Paste) -> None:
        paste.picture(lambda: b"png bytes")
        desk.settle()
        (row,) = window.pages.classify.state.rows
        assert row.path.read_bytes() == b"png bytes"
        assert row.path.suffix == ".png"

    def test_no_picture(self, desk: Desk, paste: Paste) -> None:
        paste.picture(lambda: b"")
        desk.settle()
        assert desk.notices[-1].message == classify_words.NOTHING_TO_PASTE

    @pytest.mark.parametrize("text", ["", "hello", "/not/there.jpg"])
    def test_nothing_usable(self, desk: Desk, paste: Paste, text: str) -> None:
        paste.text(text)
        assert desk.notices[-1].message == classify_words.NOTHING_TO_PASTE
