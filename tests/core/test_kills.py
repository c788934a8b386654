"""Kill a training at random moments, again and again: nothing but an epoch is ever lost.

``make kills`` does it 50 times; KILLS and KILL_SEED set how often and when.
"""

import io
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ml_core import runs, storage
from ml_core.prediction.classifier import Classifier
from ml_core.runs import Run
from ml_core.training.checkpoint import load_state
from tests.core.sample_photos import make_product_photos

KILLS = int(os.environ.get("KILLS", "2"))
SEED = int(os.environ.get("KILL_SEED", "1"))
ROOT = Path(__file__).parents[2]
LONGEST_WAIT = 0.4
MOST_IN_ONE_TRAINING = 4

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system knows no process groups"),
    pytest.mark.timeout(300 + 60 * KILLS),
    pytest.mark.usefixtures("processes_apart"),
]


@dataclass
class Life:
    """One life of the program: what it said, and whether it was killed."""

    lines: list[str]
    was_killed: bool

    @property
    def epochs(self) -> int:
        """The last epoch that it has reported."""
        found = [re.search(r"epoch (\d+)/", line) for line in self.lines]
        return max((int(one[1]) for one in found if one), default=0)

    @property
    def resumed_after(self) -> int | None:
        found = [re.search(r"Going on after epoch (\d+)", line) for line in self.lines]
        return next((int(one[1]) for one in found if one), None)


def live(photos: Path, export: Path, killed_at: int | None = None, wait: float = 0.0) -> Life:
    """Run the program; kill it, and all it has started, some time after its n-th line."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.core.killed_training", str(photos), str(export)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
    )  # fmt: skip
    lines: list[str] = []
    assert program.stdout is not None
    with program.stdout:
        for line in program.stdout:
            lines.append(line.strip())
            if killed_at is not None and len(lines) > killed_at:
                time.sleep(wait)
                kill(program, alone=len(lines) % 2 == 0)
                break
        lines += [line.strip() for line in program.stdout]
    status = program.wait()
    assert status in (0, -signal.SIGKILL), "\n".join(lines[-20:])
    return Life(lines, was_killed=status != 0)


def kill(program: "subprocess.Popen[str]", *, alone: bool) -> None:
    """The program alone, as by a user, or with its child, as by a power cut."""
    try:
        if alone:
            program.kill()
        else:
            os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def weights(model: Path) -> dict[str, Any]:
    """Every weight of the network, as Keras saved it."""
    with zipfile.ZipFile(model) as archive:
        content = io.BytesIO(archive.read("model.weights.h5"))
    found: dict[str, Any] = {}

    def take(name: str, one: Any) -> None:
        if isinstance(one, h5py.Dataset):
            found[name] = one[()]

    with h5py.File(content) as file:
        file.visititems(take)
    return found


def assert_nothing_half_written(export: Path) -> None:
    """What is offered after a kill is whole."""
    left = [path for path in runs.runs_folder().glob("*") if not (path / "run.json").is_file()]
    assert len(left) <= 1, "a folder that was just being made"
    for run in runs.list_runs():
        assert run.state in ("interrupted", "done"), run.error
        if run.state == "done":
            Classifier.open(run.model_path)
        checkpoint = run.folder / "checkpoint.npz"
        assert not checkpoint.exists() or load_state(checkpoint) is not None
    if export.exists():
        Classifier.open(export)


def assert_at_most_an_epoch_is_lost(lives: list[Life]) -> None:
    for before, after in pairwise(lives):
        if before.epochs and after.lines and after.epochs:
            assert after.resumed_after is not None
            assert after.resumed_after >= before.epochs - 1


def test_kills(tmp_path: Path, program_home: Path) -> None:
    photos = make_product_photos(tmp_path / "photos", per_class=12)
    export = tmp_path / "out" / "exported.keras"
    whole = live(photos, export)
    (run,) = runs.list_runs()
    expected = weights(run.model_path)
    chance, killed = random.Random(SEED), Counter[str]()
    while killed.total() < KILLS:
        runs.discard(run)
        export.unlink()
        lives = []
        for _ in range(min(MOST_IN_ONE_TRAINING, KILLS - killed.total())):
            moment, wait = chance.randrange(len(whole.lines)), chance.uniform(0, LONGEST_WAIT)
            lives.append(live(photos, export, moment, wait))
            assert_nothing_half_written(export)
            if not lives[-1].was_killed:
                break  # it had ended by then
            killed[re.sub(r"loss.*", "", lives[-1].lines[-1])] += 1
        lives.append(live(photos, export))
        assert_at_most_an_epoch_is_lost(lives)
        run = assert_finished(expected, export)
    sys.stdout.write("".join(f"{count:4} {line}\n" for line, count in killed.most_common()))


def assert_finished(expected: dict[str, Any], export: Path) -> Run:
    """As if nobody had killed anything."""
    (run,) = runs.list_runs()
    assert run.state == "done"
    Classifier.open(export)
    found = weights(run.model_path)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5, err_msg=name)
    assert not list(runs.runs_folder().rglob(f"{storage.UNFINISHED}*"))
    return run
