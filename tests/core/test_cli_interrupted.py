"""Ctrl+C: once keeps, twice discards, three times ends at once."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ml_core.cli import obeying_ctrl_c
from ml_core.control import Control
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs
from tests.core.command_line import FAST, ROOT, classify, train


class PressesCtrlC(io.StringIO):
    """Standard error of somebody who presses Ctrl+C when a word comes up."""

    def __init__(self, word: str, times: int = 1) -> None:
        super().__init__()
        self._word, self._left = word, times

    def write(self, text: str) -> int:
        if self._word in text:
            while self._left:
                self._left -= 1
                os.kill(os.getpid(), signal.SIGINT)
        return super().write(text)


def test_ctrl_c_keeps_what_a_stop_keeps(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.keras"
    said = train(photos, out, "--json", notes=PressesCtrlC("epoch 3/"))
    assert said.status == 130
    assert said.values[0]["epochs"] == 3
    assert "Press Ctrl+C again to discard it" in said.notes
    assert Classifier.open(out).class_names == ("lamp", "mug", "shirt")
    assert [run.state for run in list_runs()] == ["stopped"]


def test_a_second_ctrl_c_discards(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.keras"
    said = train(photos, out, "--json", notes=PressesCtrlC("epoch 3/", times=2))
    assert (said.status, said.results) == (130, "")
    assert "nothing was left behind" in said.notes
    assert not out.exists()
    assert list_runs() == []


def test_a_third_ctrl_c_ends_whatever_is_going_on(
    photos: Path, warm_home: Path, tmp_path: Path
) -> None:
    said = train(photos, tmp_path / "m.keras", notes=PressesCtrlC("epoch 3/", times=3))
    assert said.status == 130
    assert list_runs() == []


def test_ctrl_c_before_there_is_anything(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    said = train(photos, tmp_path / "m.keras", notes=PressesCtrlC("Looking at every photo"))
    assert said.status == 130
    assert "nothing was left behind" in said.notes
    assert list_runs() == []


def test_ctrl_c_keeps_the_answers_so_far(
    fast_model: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Classifier.classify_many

    def interrupted(self: Classifier, paths: Any, *, control: Control, **options: Any) -> Any:
        for number, prediction in enumerate(many(self, paths, control=control, **options)):
            if number == 9:
                os.kill(os.getpid(), signal.SIGINT)
            yield prediction

    monkeypatch.setattr(Classifier, "classify_many", interrupted)
    said = classify(fast_model, photos, "--csv", tmp_path / "t.csv", "--json")
    assert said.status == 130
    assert len(said.values) == 10
    assert "the answers so far are kept" in said.notes
    assert len((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()) == 11


def test_ctrl_c_is_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with obeying_ctrl_c(lambda _: None) as control:
        os.kill(os.getpid(), signal.SIGINT)
        assert (control.is_stopping, control.is_cancelling) == (True, False)
        os.kill(os.getpid(), signal.SIGINT)
        assert control.is_cancelling
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_a_line_is_written_is_obeyed() -> None:
    def busy(_: str) -> None:
        raise RuntimeError("reentrant call inside a stream")

    with obeying_ctrl_c(busy) as control:
        os.kill(os.getpid(), signal.SIGINT)
        assert control.is_stopping


ENDLESS = """
import sys
from dataclasses import replace
from ml_core.training import frozen
settings = frozen.head_settings
frozen.head_settings = lambda recipe: replace(settings(recipe), early_stopping=0)
from ml_core.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_in_a_real_process(
    photos: Path, warm_home: Path, tmp_path: Path, presses: int
) -> None:
    out = tmp_path / "m.keras"
    words = ["train", photos, "--out", out, *FAST, "--epochs", 10_000, "--json"]
    running = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "epoch 5/" in line:
            for _ in range(presses):
                running.send_signal(signal.SIGINT)
            break
    results, notes = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in notes
    if presses == 1 or results:  # two signals in one moment may be taken as one
        assert json.loads(results)["epochs"] >= 5
        assert Classifier.open(out)
    else:
        assert not out.exists()
        assert list_runs() == []
