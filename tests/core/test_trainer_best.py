"""Head first, then fine-tuning: what was reached is never lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.errors import (
    Cancelled,
    StorageError,
    TrainingError,
)
from ml_core.evaluation.evaluate import evaluate_folder
from ml_core.events import (
    EpochFinished,
    Event,
    PhaseStarted,
    Warned,
)
from ml_core.prediction.classifier import Classifier
from ml_core.training import fine_tuning
from ml_core.training.callbacks import Coach
from ml_core.training.recipe import Recipe
from tests.core.conftest import Trained, fast_recipe
from tests.core.trainings import answers, epochs, held_out, nothing_is_left, phases, run

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def best_recipe() -> Recipe:
    return replace(
        fast_recipe(), goal="best", epochs=6, fine_tune_epochs=2, fine_tune_layers=8,
        learning_rate=0.01,
    )  # fmt: skip


def test_best_goes_on_from_the_head(
    photos: Path, warm_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, at_start = Coach.judge_start, []

    def listening(coach: Coach) -> None:
        judge(coach)
        at_start.append(coach.best.loss)

    monkeypatch.setattr(Coach, "judge_start", listening)
    result, events = run(photos, best_recipe())
    is_compared = any(epoch.is_best for epoch in epochs(events) if epoch.phase == "fine_tune")
    compared = ["evaluate"] if is_compared else []
    assert phases(events) == [
        "scan", "check", "compare", "weights", "embed", "head", "weights", "read", "fine_tune",
        *compared, "evaluate", "save",
    ]  # fmt: skip
    assert [event.phase for event in epochs(events)] == ["head"] * 6 + ["fine_tune"] * 2
    assert result.epochs == 8
    assert {"fast", "fine_tune"} <= set(result.seconds)
    head = min(e.validation_loss for e in epochs(events) if e.phase == "head")
    assert at_start == [pytest.approx(head, abs=1e-3)], "it starts with the trained head"
    kept_frozen = any("no better" in e.message for e in events if isinstance(e, Warned))
    assert kept_frozen or is_compared
    trained = Trained(result.run.model_path, photos, result, tuple(events))
    measured = evaluate_folder(
        Classifier.open(result.run.model_path), held_out(trained, tmp_path / "held out")
    )
    assert measured.accuracy == result.run.test_accuracy


def fast_answers(photos: Path) -> list[tuple[Path, int, float]]:
    return answers(run(photos, replace(best_recipe(), goal="fast"))[0].evaluation)


def test_a_stop_while_reading_for_fine_tuning_keeps_the_frozen_network(
    photos: Path, warm_home: Path
) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, PhaseStarted) and event.phase == "read":
            control.stop()

    result, events = run(photos, best_recipe(), stop, control)
    assert phases(events)[-3:] == ["read", "evaluate", "save"]
    assert (result.was_stopped, result.run.state) == (True, "stopped")
    assert answers(result.evaluation) == fast_answers(photos)


def test_a_stop_while_the_head_trains_leaves_out_fine_tuning(photos: Path, warm_home: Path) -> None:
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, EpochFinished):
            control.stop()

    result, events = run(photos, best_recipe(), stop, control)
    assert phases(events)[3:] == ["weights", "embed", "head", "evaluate", "save"]
    assert (result.run.state, result.epochs) == ("stopped", 1)


@pytest.mark.parametrize(
    "error", [TrainingError("The loss grew beyond all bounds."), StorageError("The disk is full.")]
)
def test_a_failure_of_fine_tuning_keeps_the_frozen_network(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(fine_tuning, "_tune", fail)
    result, events = run(photos, best_recipe())
    assert result.run.state == "done"
    assert [e.message for e in events if isinstance(e, Warned)][-1].endswith(str(error))
    assert answers(result.evaluation) == fast_answers(photos)


def test_a_cancel_of_fine_tuning_leaves_nothing(
    photos: Path, warm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_: object, **__: object) -> None:
        raise Cancelled

    monkeypatch.setattr(fine_tuning, "_tune", cancelled)
    with pytest.raises(Cancelled):
        run(photos, best_recipe())
    assert nothing_is_left()
