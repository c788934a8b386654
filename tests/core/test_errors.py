"""Errors are sentences, form one tree, and cross threads and processes; so do events."""

import copy
import dataclasses
import pickle
from pathlib import Path
from typing import Any, get_args

import pytest

from ml_core import errors, events
from ml_core.errors import Cancelled, CoreError, Interrupted, Stopped

ERRORS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CoreError)
]
EVENTS: list[Any] = [
    events.PhaseStarted("head", "Learning"),
    events.StepProgress("embed", 3, 10, 12.5, 0.5),
    events.EpochFinished("scratch", 1, 9, 0.5, 0.9, 0.6, 0.8, 1e-3, 2.0, 99.0, is_best=True),
    events.DeviceChosen("2 processor cores"),
    events.PhotosSplit(8, 1, 1, 2),
    events.PhotoSkipped(Path("a\udcff.jpg"), "It is damaged."),
    events.Warned("No test photos."),
    events.Resumed("scratch", 3, 9, 12.5),
    events.MemoryMeasured(500_000_000),
]


def test_every_error_is_drawn_in_the_tree() -> None:
    assert len(ERRORS) == 11
    for kind in [*ERRORS, Interrupted, Cancelled, Stopped]:
        assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", ERRORS)
def test_the_message_is_what_expected_and_how_to_mend_it(kind: type[CoreError]) -> None:
    error = kind("It is red.", expected="Blue was expected.", mend="Paint it.", path=Path("x"))
    assert str(error) == "It is red. Blue was expected. Paint it."
    assert str(kind("It is red.", mend="Paint it.")) == "It is red. Paint it."
    assert kind("It is red.").path is None


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_survive_another_process(kind: type[CoreError], again: Any) -> None:
    error = kind("What.", expected="Expected.", mend="Mend.", path=Path("a\udcff b.jpg"))
    back = again(error)
    assert type(back) is kind
    assert (back.what, back.expected, back.mend, back.path) == (
        "What.", "Expected.", "Mend.", Path("a\udcff b.jpg"),
    )  # fmt: skip
    assert str(back) == str(error)


@pytest.mark.parametrize("kind", [Interrupted, Cancelled, Stopped])
def test_interruptions_are_no_errors(kind: type[Exception]) -> None:
    assert not issubclass(kind, CoreError)
    assert type(pickle.loads(pickle.dumps(kind()))) is kind


def test_every_event_is_looked_at_here() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(events.Event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_are_frozen_values_that_survive_another_process(event: Any) -> None:
    assert pickle.loads(pickle.dumps(event)) == event
    assert hash(event) == hash(copy.copy(event))
    field = dataclasses.fields(event)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(event, field, None)
    assert not hasattr(event, "__dict__"), "events have slots"


def test_ignoring_reports_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    for event in EVENTS:
        events.ignore(event)
    assert capsys.readouterr() == ("", "")
