"""Models and Export: the list, what can be done with it, and undoing it."""

from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.errors import ExportError
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.export import ExportPresenter
from product_gui.presenters.models import LONGEST_NOTE, ModelsPresenter
from product_gui.text import models as words
from tests.core.presenter_desk import Desk, run


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.library.runs = [
        run(tmp_path / "b", "lamps", created="2025-03-01T00:00:00+00:00"),
        run(tmp_path / "a", "clothing", created="2025-01-01T00:00:00+00:00"),
    ]
    return made


@pytest.fixture
def model(desk: Desk) -> CurrentModel:
    return CurrentModel(desk.around)


@pytest.fixture
def page(desk: Desk, model: CurrentModel) -> ModelsPresenter:
    made = ModelsPresenter(desk.around, model)
    made.refresh()
    desk.settle()
    return made


def names(page: ModelsPresenter) -> list[str]:
    return [entry.name for entry in page.state.entries or ()]


def test_the_list(page: ModelsPresenter) -> None:
    assert names(page) == ["lamps", "clothing"]
    entry = page.state.entry
    assert entry is not None
    assert entry.name == "lamps", "the newest is selected"
    assert (entry.score, entry.network) == ("87 % on 40 photos", "MobileNetV2")
    assert entry.origin == words.ORIGIN_TRAINED


def test_an_opened_file_joins_the_list(desk: Desk, page: ModelsPresenter) -> None:
    page.open_file(desk.file("friend.keras"))
    desk.settle()
    assert sorted(names(page)) == ["clothing", "friend", "lamps"]
    page.select(str(desk.folder / "friend.keras"))
    assert page.state.use_reason == words.ALREADY_IN_USE
    assert page.state.rename_reason == words.ONLY_OWN_RENAME


def test_a_file_that_is_gone_is_left_out(desk: Desk, page: ModelsPresenter) -> None:
    page.open_file(desk.file("friend.keras"))
    desk.settle()
    (desk.folder / "friend.keras").write_bytes(b"bad")
    page.refresh()
    desk.settle()
    assert names(page) == ["lamps", "clothing"]


def test_using_a_model(desk: Desk, model: CurrentModel, page: ModelsPresenter) -> None:
    page.use()
    desk.settle()
    assert model.state.summary is not None
    assert model.state.summary.name == "lamps", "the run's name, not the file's"
    assert page.state.use_reason == words.ALREADY_IN_USE


def test_renaming(desk: Desk, model: CurrentModel, page: ModelsPresenter) -> None:
    page.use()
    desk.settle()
    page.rename("  bright lamps ")
    desk.settle()
    assert names(page) == ["bright lamps", "clothing"]
    assert model.state.summary is not None
    assert model.state.summary.name == "bright lamps"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_names_that_cannot_be_given(desk: Desk, page: ModelsPresenter, name: str) -> None:
    assert page.name_problem(name)
    page.rename(name)
    desk.settle()
    assert names(page) == ["lamps", "clothing"]


def test_trash_and_undo(desk: Desk, model: CurrentModel, page: ModelsPresenter) -> None:
    page.use()
    desk.settle()
    page.remove()
    desk.settle()
    assert names(page) == ["clothing"]
    assert model.state.summary is None, "what is in the trash answers no more"
    undo = desk.notices[-1]
    assert (undo.message, undo.action) == (words.TRASHED, words.UNDO)
    assert undo.run is not None
    undo.run()
    desk.settle()
    assert sorted(names(page)) == ["clothing", "lamps"]
    assert model.state.summary is not None
    assert model.state.summary.name == "lamps"


def test_a_foreign_file_is_only_left_out_of_the_list(desk: Desk, page: ModelsPresenter) -> None:
    file = desk.file("friend.keras")
    page.open_file(file)
    desk.settle()
    page.select(str(file))
    page.remove()
    desk.settle()
    assert "friend" not in names(page)
    assert file.exists()
    undo = desk.notices[-1].run
    assert undo is not None
    undo()
    desk.settle()
    assert "friend" in names(page)


def test_a_failed_run_offers_nothing(desk: Desk, page: ModelsPresenter) -> None:
    desk.library.runs = [replace(desk.library.runs[0], state="failed", test_accuracy=None)]
    page.refresh()
    desk.settle()
    assert page.state.use_reason == page.state.file_reason == words.NO_MODEL_HERE
    assert page.state.remove_reason == ""
    page.use()
    assert page.state.current is None


def test_a_star_comes_and_goes(desk: Desk, page: ModelsPresenter) -> None:
    for is_starred in (True, False):
        page.star()
        desk.settle()
        assert page.state.entry is not None
        assert page.state.entry.is_starred is is_starred
    assert not desk.library.runs[1].is_starred


def test_a_note_is_kept_and_taken_away(desk: Desk, page: ModelsPresenter) -> None:
    for note, kept in (("  for the winter shop ", "for the winter shop"), ("", "")):
        page.annotate(note)
        desk.settle()
        assert page.state.entry is not None
        assert page.state.entry.note == kept


def test_a_note_has_its_length(desk: Desk, page: ModelsPresenter) -> None:
    assert page.note_problem("x" * LONGEST_NOTE) == ""
    assert page.note_problem("x" * (LONGEST_NOTE + 1)) == words.NOTE_TOO_LONG
    page.annotate("x" * (LONGEST_NOTE + 1))
    desk.settle()
    assert desk.library.runs[0].note == ""


def test_foreign_files_have_no_star_and_no_settings(desk: Desk, page: ModelsPresenter) -> None:
    page.open_file(desk.file("friend.keras"))
    desk.settle()
    page.select(str(desk.folder / "friend.keras"))
    assert page.state.note_reason == words.ONLY_OWN_NOTE
    assert page.state.again_reason == words.ONLY_OWN_AGAIN
    page.star()
    page.annotate("mine")
    desk.settle()
    assert all(not run.is_starred and not run.note for run in desk.library.runs)


def test_an_empty_list(desk: Desk, page: ModelsPresenter) -> None:
    desk.library.runs = []
    page.refresh()
    desk.settle()
    assert page.state.entries == ()
    assert page.state.use_reason == words.SELECT_ONE


class TestExport:
    @pytest.fixture
    def shown(self) -> list[Path]:
        return []

    @pytest.fixture
    def dialog(self, desk: Desk, shown: list[Path]) -> ExportPresenter:
        made = ExportPresenter(desk.around, shown.append)
        made.open(desk.folder / "a" / "model.keras", "winter: hats/caps")
        return made

    @pytest.mark.parametrize(
        ("format_", "suffix"),
        [("keras", ".keras"), ("litert", ".tflite"), ("onnx", ".onnx"), ("saved_model", "")],
    )
    def test_suggested_names(self, dialog: ExportPresenter, format_: str, suffix: str) -> None:
        dialog.choose(format_)
        assert dialog.suggested_name == "winter_ hats_caps" + suffix

    def test_exporting(self, desk: Desk, dialog: ExportPresenter, shown: list[Path]) -> None:
        dialog.choose("litert")
        dialog.start(desk.folder / "out.tflite")
        assert dialog.state.model is None, "the dialog closes; the job bar goes on"
        assert desk.around.activities.entries
        desk.settle()
        assert desk.library.exports == [
            (desk.folder / "a" / "model.keras", "litert", desk.folder / "out.tflite")
        ]
        assert not desk.around.activities.entries
        notice = desk.notices[-1]
        assert notice.message == "Exported as out.tflite (1.5 MB)"
        assert notice.run is not None
        notice.run()
        assert shown == [desk.folder / "out.tflite"]

    def test_a_failure_is_told(self, desk: Desk, dialog: ExportPresenter) -> None:
        desk.library.export_error = ExportError("onnx is not installed.", mend="Install it.")
        dialog.start(desk.folder / "out.onnx")
        desk.settle()
        assert desk.notices[-1].tone == "error"
        assert "onnx is not installed. Install it." in desk.notices[-1].message
