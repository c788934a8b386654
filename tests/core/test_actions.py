"""The table of actions: nothing twice, everything titled, and each reason said."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from product_gui.actions import Situation, situation, table
from product_gui.text import window as words


class Recorder:
    """Stands in for window and dialogs: notes what was called."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.called.append(" ".join([name, *map(str, arguments)]))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def now(*, has_model: bool = True, can_rescan: bool = True, can_undo: bool = True) -> Situation:
    return Situation(page="classify", has_model=has_model, can_rescan=can_rescan, can_undo=can_undo)


def test_no_id_title_or_shortcut_twice(recorder: Recorder) -> None:
    actions = table(recorder, recorder)
    for values in (
        [action.id for action in actions],
        [action.title for action in actions],
        [action.shortcut for action in actions if action.shortcut],
    ):
        assert len(values) == len(set(values))
        assert all(values)


@pytest.mark.parametrize(
    ("shortcut", "call"),
    [
        ("Ctrl+O", "choose_photos"),
        ("Ctrl+Shift+O", "choose_photo_folder"),
        ("Ctrl+V", "paste"),
        ("Ctrl+E", "export_current"),
        ("F5", "rescan"),
        ("Ctrl+Z", "undo_decision"),
        ("Ctrl+1", "go classify"),
        ("Ctrl+2", "go train"),
        ("Ctrl+3", "go review"),
        ("Ctrl+4", "go models"),
        ("Ctrl+,", "choose_theme"),
        ("F1", "show_help"),
        ("Ctrl+Q", "request_close"),
    ],
)
def test_each_shortcut_does_what_it_says(recorder: Recorder, shortcut: str, call: str) -> None:
    by_shortcut = {action.shortcut: action for action in table(recorder, recorder)}
    by_shortcut[shortcut].run()
    assert recorder.called == [call]


def reason(recorder: Recorder, name: str, at: Situation) -> str:
    return next(a for a in table(recorder, recorder) if a.id == name).available(at)


def test_reasons(recorder: Recorder) -> None:
    assert reason(recorder, "export", now()) == ""
    assert reason(recorder, "export", now(has_model=False)) == words.NO_EXPORT
    assert reason(recorder, "rescan", now(can_rescan=False)) == words.NOTHING_TO_RESCAN
    assert reason(recorder, "undo_decision", now(can_undo=False)) == words.NOTHING_TO_UNDO
    assert reason(recorder, "open_photos", now(has_model=False, can_rescan=False)) == ""


@pytest.mark.parametrize(
    ("page", "source", "folder", "is_training", "expected"),
    [
        ("classify", (), None, False, False),
        ("classify", (Path("a"),), None, False, True),
        ("train", (), None, False, False),
        ("train", (), Path("a"), False, True),
        ("train", (), Path("a"), True, False),
        ("review", (), None, False, True),
    ],
)
def test_when_there_is_something_to_look_at_again(
    page: str, source: tuple[Path, ...], folder: Path | None, is_training: bool, expected: bool
) -> None:
    window: Any = SimpleNamespace(
        state=SimpleNamespace(page=page),
        model=SimpleNamespace(state=SimpleNamespace(summary=None)),
        pages=SimpleNamespace(
            classify=SimpleNamespace(state=SimpleNamespace(source=source)),
            train=SimpleNamespace(
                state=SimpleNamespace(folder=folder), is_training=is_training, can_undo=False
            ),
        ),
    )
    assert situation(window).can_rescan is expected
    assert not situation(window).has_model
