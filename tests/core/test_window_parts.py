"""The parts of the window that need no display: places, keys, and states turned into widgets'."""

from pathlib import Path

import pytest

from ml_core.events import EpochFinished
from product_gui.jobs.job import JobState
from product_gui.jobs.problem import Problem
from product_gui.presenters.activity import Activity
from product_gui.presenters.train_state import Category, FolderSummary, Progress, Stage, TrainState
from product_gui.presenters.window import RunningJob
from product_gui.text import train as train_words
from product_gui.text import window as words
from product_gui.views.bottom_bar import job_bar_state
from product_gui.views.menu import sequences
from product_gui.views.problem_banner import problem_message
from product_gui.views.train import notes_of
from product_gui.views.train_curves import curves_of
from product_gui.views.window import usable_geometry

MIDDLE = "1180x760+210+80"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("", MIDDLE),
        ("nonsense", MIDDLE),
        ("1100x720+10+20", "1100x720+10+20"),
        ("400x300+0+0", MIDDLE),
        ("5000x720+0+0", MIDDLE),
        ("1100x720+1500+20", MIDDLE),
        ("1100x720+10+-40", MIDDLE),
        ("1100x720+10+950", MIDDLE),
    ],
)
def test_the_remembered_place_is_used_if_it_can_be_seen(wanted: str, given: str) -> None:
    assert usable_geometry(wanted, 1600, 1000) == given


def test_a_small_screen() -> None:
    assert usable_geometry("", 1024, 640) == "1024x640+0+0"


@pytest.mark.parametrize(
    ("shortcut", "expected"),
    [
        ("", []),
        ("F5", ["<F5>"]),
        ("Ctrl+O", ["<Control-Key-O>", "<Control-Key-o>"]),
        ("Ctrl+Shift+O", ["<Control-Shift-Key-O>"]),
        ("Ctrl+1", ["<Control-Key-1>"]),
        ("Ctrl+,", ["<Control-comma>"]),
    ],
)
def test_keys(shortcut: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert sequences(shortcut) == expected


def training(state: JobState = JobState.RUNNING, **changes: object) -> RunningJob:
    activity = Activity(
        title="Training on hats",
        detail="Learning",
        fraction=0.25,
        seconds_left=120,
        state=state,
        can_pause=True,
        keeps=True,
        page="train",
        **changes,
    )
    return RunningJob(1, activity, 0)


class TestJobBar:
    def test_running(self) -> None:
        bar = job_bar_state(training(), page="classify")
        assert (bar.what, bar.detail, bar.share) == ("Training on hats", "Learning", 0.25)
        assert bar.time_left == "about 2 min left"
        assert (bar.pause_text, bar.stop_text, bar.cancel_text) == (
            train_words.PAUSE,
            train_words.STOP,
            train_words.CANCEL,
        )

    def test_the_trainings_own_page_has_the_buttons(self) -> None:
        bar = job_bar_state(training(), page="train")
        assert (bar.pause_text, bar.stop_text, bar.cancel_text) == ("", "", "")

    def test_paused(self) -> None:
        bar = job_bar_state(training(JobState.PAUSED), page="classify")
        assert (bar.pause_text, bar.is_paused) == (train_words.RESUME, True)
        assert (bar.detail, bar.time_left) == (words.PAUSED, "")

    @pytest.mark.parametrize("state", [JobState.STOPPING, JobState.CANCELLING])
    def test_ending(self, state: JobState) -> None:
        assert job_bar_state(training(state), page="classify").is_ending

    def test_nothing_to_keep_yet(self) -> None:
        bar = job_bar_state(training(keep_reason="Nothing learned."), page="classify")
        assert bar.stop_text == ""

    def test_other_work_can_only_be_stopped(self) -> None:
        job = RunningJob(1, Activity(title="Exporting hats"), 2)
        bar = job_bar_state(job, page="models")
        assert (bar.stop_text, bar.cancel_text, bar.pause_text) == (words.STOP_JOB, "", "")
        assert bar.detail == f"{words.WAITING} · and 2 more jobs"


def epoch(phase: str, number: int, *, is_best: bool = False) -> EpochFinished:
    return EpochFinished(phase, number, 3, 1.0, 0.5, 1.1, 0.4, 1e-3, 0.1, 80.0, is_best)


def test_curves_mark_the_best_epoch_and_where_fine_tuning_begins() -> None:
    curves = curves_of(
        [
            epoch("head", 1, is_best=True),
            epoch("head", 2, is_best=True),
            epoch("fine_tune", 1),
            epoch("fine_tune", 2),
        ],
        planned=18,
    )
    assert (curves.best, curves.epochs, len(curves.points)) == (2, 18, 4)
    assert curves.phases == ((2, train_words.PHASES["fine_tune"]),)


def test_no_curves_yet() -> None:
    curves = curves_of([], planned=60)
    assert (curves.points, curves.best, curves.phases) == ((), None, ())


@pytest.mark.parametrize(
    ("problem", "tone", "has_details"),
    [
        (Problem("Not found: a.jpg."), "warning", False),
        (Problem("No folders.", details="…", kind="DatasetError", is_own=True), "warning", False),
        (Problem("Disk full.", details="…", kind="StorageError", is_own=True), "warning", True),
        (Problem("A bug.", details="Traceback", kind="KeyError"), "error", True),
    ],
)
def test_problems_as_banners(problem: Problem, tone: str, has_details: bool) -> None:
    message = problem_message(problem)
    assert message is not None
    assert (message.tone, bool(message.details)) == (tone, has_details)


def folder(*, thin: int, skipped: int) -> TrainState:
    data = FolderSummary(
        root=Path("/shop"),
        name="shop",
        categories=(Category("hat", thin, ()), Category("mug", 99, ())),
        photos=99 + thin,
        skipped=tuple((Path(f"/shop/{number}"), "No photo.") for number in range(skipped)),
        has_parts=False,
    )
    return TrainState(stage=Stage.READY, data=data)


class TestNotes:
    def test_what_is_wrong_with_the_folder_is_left_to_the_findings(self) -> None:
        assert notes_of(folder(thin=2, skipped=3)) is None

    def test_photos_skipped_while_training(self) -> None:
        progress = Progress(message="", steps=4, skipped=((Path("/a.jpg"), "Damaged."),))
        message = notes_of(TrainState(stage=Stage.TRAINING, progress=progress))
        assert message is not None
        assert message.text == "1 photo could not be read and was left out."

    def test_one_message_at_a_time(self) -> None:
        from dataclasses import replace

        progress = Progress(message="", steps=4, skipped=((Path("/a.jpg"), "Damaged."),))
        state = TrainState(stage=Stage.TRAINING, progress=progress)
        assert notes_of(replace(state, problem=Problem("Failed."))) is None
