"""Runs: kept whole, listed whatever lies between them, renamed, deleted and brought back."""

import json
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_core import runs, storage
from ml_core.errors import Cancelled, DatasetError, Stopped, StorageError
from ml_core.evaluation.evaluate import Answer, Evaluation
from ml_core.events import EpochFinished, Event, Warned, ignore
from ml_core.recording import RunRecorder, recording
from ml_core.runs import Run, list_runs
from ml_core.training.recipe import recipe_for
from tests.core.disk import disk_without_room

RECIPE = recipe_for("fast")


def begun(name: str | None = "shop", root: Path = Path("photos")) -> Any:
    return recording(RECIPE, name=name, dataset_folder=root, class_names=("lamp", "mug"))


def finished(name: str = "shop", *, root: Path = Path("photos"), **changes: Any) -> Run:
    with begun(name, root) as recorder:
        fine = {"state": "done", "photo_counts": {"train": 4}, "epochs": 2, "test_accuracy": 0.5}
        run = recorder.update(**{**fine, **changes})
        run.model_path.write_bytes(b"model")
    return run


def epoch(number: int, **changes: Any) -> EpochFinished:
    return replace(
        EpochFinished("head", number, 5, 1.5, 0.25, 1.25, 0.5, 1e-3, 0.1, 640.0, number == 1),
        **changes,
    )


def test_a_run_is_written_as_soon_as_it_begins() -> None:
    with begun("shop"):
        (run,) = list_runs()
        assert (run.name, run.state, run.recipe) == ("shop", "running", RECIPE)
        assert run.class_names == ("lamp", "mug")
        assert run.dataset_folder == Path("photos").resolve()
        assert run.validation_accuracy is run.test_accuracy is run.error is None


def test_what_was_recorded_is_listed() -> None:
    run = finished(seconds={"total": 1.5}, validation_accuracy=1, test_accuracy=None)
    assert list_runs() == [run]
    assert run.model_path.parent.parent == runs.runs_folder()


def test_a_run_without_a_name_is_called_like_its_folder(tmp_path: Path) -> None:
    with begun(None, tmp_path / "Winter 2026") as recorder:
        assert recorder.run.name == "Winter 2026"
        assert recorder.run.folder.name.endswith("-winter-2026")


ODD_NAMES = [
    "Größe / 42", "../../escape", "a\nb", "商品", "\U0001f600", ".", "con", "x" * 500,
    "quote\"'`$(x)", "caf\udce9", " ",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_kept_and_make_tame_folders(name: str) -> None:
    run = finished(name)
    assert list_runs() == [run]
    assert run.name == name
    assert run.folder.parent == runs.runs_folder()
    assert run.folder.name.isascii()
    assert len(run.folder.name) < 80
    restored = runs.restore(runs.move_to_trash(run))
    assert (restored.name, restored.folder) == (name, run.folder)


def test_photos_in_a_folder_whose_name_is_no_unicode(tmp_path: Path) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    run = finished(root=root)
    assert list_runs() == [run]
    assert os.fsencode(list_runs()[0].dataset_folder.name) == b"caf\xe9"


def test_no_runs_yet() -> None:
    assert list_runs() == []
    assert not runs.runs_folder().exists(), "looking makes no folders"


def test_the_newest_run_is_first() -> None:
    old = finished("old", created="2026-01-01T10:00:00+00:00")
    new = finished("new", created="2026-03-01T10:00:00+00:00")
    middle = finished("middle", created="2026-02-01T10:00:00+00:00")
    assert list_runs() == [new, middle, old]


def test_two_runs_in_the_same_second_do_not_meet() -> None:
    together = threading.Barrier(8, timeout=10)

    def one(_: int) -> Path:
        together.wait()
        return finished("same").folder

    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(one, range(8)))
    assert len(folders) == len(list_runs()) == 8


def _empty(folder: Path) -> None:
    (folder / "run.json").write_bytes(b"")


def _cut(folder: Path) -> None:
    content = (folder / "run.json").read_bytes()
    (folder / "run.json").write_bytes(content[: len(content) // 2])


def _folder(folder: Path) -> None:
    (folder / "run.json").unlink()
    (folder / "run.json").mkdir()


def _gone(folder: Path) -> None:
    (folder / "run.json").unlink()


def _saying(**values: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        storage.write_json(folder / "run.json", storage.read_json(folder / "run.json") | values)

    return change


def _whole(value: Any) -> Callable[[Path], None]:
    return lambda folder: storage.write_json(folder / "run.json", value)


DAMAGES = {
    "empty": _empty,
    "cut": _cut,
    "folder": _folder,
    "gone": _gone,
    "list": _whole([1]),
    "null": _whole(None),
    "nothing in it": _whole({}),
    "unknown value": _saying(surprise=1),
    "time": _saying(created=None),
    "name": _saying(name=3),
    "state": _saying(state="sleeping"),
    "classes": _saying(class_names="abc"),
    "recipe": _saying(recipe={"epochs": -5}),
    "recipe is text": _saying(recipe="fast"),
    "folder of photos": _saying(dataset_folder=None),
    "accuracy": _saying(test_accuracy="good"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_run_is_passed_over(
    damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    sound, broken = finished("sound"), finished("broken")
    damage(broken.folder)
    (runs.runs_folder() / "a file").write_text("?")
    assert list_runs() == [sound]
    assert damage is _gone or str(broken.folder) in caplog.text
    assert broken.folder.is_dir(), "nothing is deleted"


# How a recording ends.


def end_by(error: BaseException, before: Callable[[Run], object] = lambda _: None) -> None:
    with begun("x") as recorder:
        recorder.listening(ignore)(epoch(1))
        before(recorder.run)
        raise error


@pytest.mark.parametrize("end", [Cancelled, Stopped, KeyboardInterrupt])
def test_an_interrupted_run_leaves_nothing(end: type[BaseException]) -> None:
    with pytest.raises(end):
        end_by(end(), lambda run: (run.folder / "half.keras").write_bytes(b"..."))
    assert list(runs.runs_folder().iterdir()) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DatasetError("No photos.", mend="Add some."), "No photos. Add some."),
        (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_failed_run_is_kept_with_its_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(type(error)):
        end_by(error)
    (run,) = list_runs()
    assert run.state == "failed"
    assert (run.error or "").startswith(sentence)
    assert runs.load_history(run) == [epoch(1)]


def test_a_disk_that_refuses_does_not_hide_the_error(caplog: pytest.LogCaptureFixture) -> None:
    def block(run: Run) -> None:
        (run.folder / "run.json").unlink()
        (run.folder / "run.json" / "in the way").mkdir(parents=True)

    with pytest.raises(DatasetError, match="the true reason"):
        end_by(DatasetError("the true reason"), block)
    assert "could not be kept" in caplog.text


def test_a_full_disk_at_the_start_is_an_error_in_words() -> None:
    with pytest.raises(StorageError), disk_without_room(10):
        end_by(Cancelled())


def test_a_folder_that_cannot_be_made_is_an_error_in_words(program_home: Path) -> None:
    (program_home / "runs").write_text("in the way")
    with pytest.raises(StorageError), begun("x"):
        pytest.fail("there is nowhere to record")


# What is kept beside.


def test_the_history_is_heard_passed_on_and_read_back() -> None:
    run = finished()
    recorder, told = RunRecorder(run), []
    report = recorder.listening(told.append)
    events: list[Event] = [
        epoch(1), Warned("x"), epoch(2, train_loss=math.pi, learning_rate=1e-20),
        epoch(1, phase="fine_tune", is_best=False),
    ]  # fmt: skip
    for event in events:
        report(event)
    recorder.save_history()
    assert told == events
    assert recorder.epochs == 3
    assert runs.load_history(run) == [event for event in events if isinstance(event, EpochFinished)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"phase,epoch\nhead,one\n",
        b"phase,epoch\nhead,1\n",
        b"phase,epoch,epochs\nhead,inf,inf\n",
        b"a\n1,2,3\n",
        b'phase\n"' + b"x" * 200_000 + b'"\n',
    ],
)
def test_a_damaged_history_is_none(content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    run = finished()
    (run.folder / "history.csv").write_bytes(content)
    assert runs.load_history(run) == []
    assert "history.csv" in caplog.text


def test_no_history_is_no_history(caplog: pytest.LogCaptureFixture) -> None:
    assert runs.load_history(finished()) == []
    assert caplog.text == ""


def test_the_evaluation_is_read_back() -> None:
    run = finished()
    answers = [Answer(Path("caf\udce9.jpg"), 0, 1, 0.75), Answer(Path("b"), 1, 1, 0.5, index=3)]
    evaluation = Evaluation.from_answers(("lamp", "mug"), answers)
    assert runs.load_evaluation(run) is None
    RunRecorder(run).save_evaluation(evaluation)
    assert runs.load_evaluation(run) == evaluation


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"class_names": 3}', "null"])
def test_a_damaged_evaluation_is_none(content: str, caplog: pytest.LogCaptureFixture) -> None:
    run = finished()
    (run.folder / "evaluation.json").write_text(content)
    assert runs.load_evaluation(run) is None
    assert "evaluation.json" in caplog.text


# Renaming, deleting, bringing back.


def test_renaming() -> None:
    run = finished("before")
    renamed = runs.rename(run, "  after ")
    assert renamed == replace(run, name="after")
    assert list_runs() == [renamed]
    assert runs.rename(renamed, "   ").name == "after"


def test_renaming_keeps_what_happened_in_the_meantime() -> None:
    with begun("x") as recorder:
        seen = recorder.run
        recorder.update(state="done", test_accuracy=0.75)
    renamed = runs.rename(seen, "y")
    assert (renamed.name, renamed.state, renamed.test_accuracy) == ("y", "done", 0.75)


def test_renaming_a_run_that_is_gone_makes_no_ghost() -> None:
    run = finished()
    runs.move_to_trash(run)
    with pytest.raises(StorageError, match="no longer there"):
        runs.rename(run, "ghost")
    assert list_runs() == []
    assert not run.folder.exists()


def test_trash_and_back() -> None:
    run, other = finished("one"), finished("two")
    trashed = runs.move_to_trash(run)
    assert trashed.parent == runs.trash_folder()
    assert list_runs() == [other]
    assert (trashed / "model.keras").read_bytes() == b"model"
    assert runs.restore(trashed) == run
    assert sorted(one.name for one in list_runs()) == ["one", "two"]
    assert not trashed.exists()


def test_restoring_does_not_cover_a_run_that_took_the_place() -> None:
    run = finished("one")
    trashed = runs.move_to_trash(run)
    run.folder.mkdir()
    storage.write_json(run.folder / "run.json", replace(run, name="newcomer").to_json())
    restored = runs.restore(trashed)
    assert restored.folder != run.folder
    assert restored.model_path.read_bytes() == b"model"
    assert sorted(one.name for one in list_runs()) == ["newcomer", "one"]


def test_two_runs_of_one_folder_name_lie_in_the_trash() -> None:
    first = finished()
    one = runs.move_to_trash(first)
    storage.write_json(first.folder / "run.json", first.to_json())
    two = runs.move_to_trash(first)
    assert one != two
    assert one.is_dir()
    assert two.is_dir()


def test_deleting_twice_is_an_error_in_words() -> None:
    run = finished()
    runs.move_to_trash(run)
    with pytest.raises(StorageError):
        runs.move_to_trash(run)


def test_restoring_what_is_gone_is_an_error_in_words() -> None:
    with pytest.raises(StorageError, match="holds no run"):
        runs.restore(runs.trash_folder() / "gone")


def test_restoring_what_is_no_run_leaves_it_where_it_is() -> None:
    odd = runs.trash_folder() / "odd"
    odd.mkdir(parents=True)
    (odd / "letter.txt").write_text("hello")
    with pytest.raises(StorageError, match="holds no run"):
        runs.restore(odd)
    assert (odd / "letter.txt").read_text() == "hello"


def test_run_json_is_plain_and_may_be_moved() -> None:
    run = finished()
    values = json.loads((run.folder / "run.json").read_text())
    assert str(run.folder) not in json.dumps(values)
    moved = run.folder.rename(run.folder.with_name("elsewhere"))
    assert list_runs() == [replace(run, folder=moved)]
