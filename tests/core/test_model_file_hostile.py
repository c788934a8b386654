"""A model file from a stranger is as harmless as a photo."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ml_core import storage
from ml_core.prediction.classifier import Classifier
from tests.core.hostile_models import HOSTILE, made
from tests.core.memory import PEAK_MEMORY
from tests.core.model_files import refusal
from tests.core.tiny_model import write_tiny_model

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning",  # Keras 3.15 and numpy 2.4
    "ignore:Duplicate name:UserWarning",
)

SECONDS, MEGABYTES = 2.0, 300
"""Seconds of computing: on a busy machine the clock runs on while others are served."""
PATIENCE = 20.0

OPENS_ALL = (
    PEAK_MEMORY
    + """
import json, os, resource, sys, time
from pathlib import Path
from ml_core.errors import ModelFileError
from ml_core.prediction.classifier import Classifier
for name, path in json.load(sys.stdin):
    before, started, computed = peak_memory(), time.monotonic(), sum(os.times()[:4])
    try:
        Classifier.open(Path(path))
        what = None
    except ModelFileError as error:
        what = error.what
    passed, computed = time.monotonic() - started, sum(os.times()[:4]) - computed
    print(json.dumps([name, what, passed, computed, peak_memory() - before]), flush=True)
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps(["", child]))
"""
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("good") / "shop.keras")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def outcomes(good: Path, folder: Path) -> dict[str, Any]:
    """Name -> refusal, seconds passed and computed, kilobytes; found by a process of its own."""
    files = [(name, str(path)) for name, path in made(good, folder / "files")]
    workplace = folder / "workplace"
    workplace.mkdir()
    source = str(Path(__file__).parents[2])
    opened = subprocess.run(
        [sys.executable, "-c", OPENS_ALL],
        input=json.dumps(files),
        env={**os.environ, "PYTHONPATH": source, storage.HOME_VARIABLE: str(folder / "home")},
        cwd=workplace,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in opened.stdout.splitlines()]
    return {name: rest for name, *rest in lines}


def test_there_are_enough() -> None:
    assert len(HOSTILE) > 110


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_with_its_own_sentence(outcomes: dict[str, Any], name: str) -> None:
    what, passed, computed, kilobytes = outcomes[name]
    assert what is not None
    assert HOSTILE[name].sentence in what
    assert what.endswith(".")
    assert "Traceback" not in what
    assert computed < SECONDS
    assert passed < PATIENCE
    assert kilobytes < MEGABYTES * 1024


def test_the_process_that_tries_them_stays_small(outcomes: dict[str, Any]) -> None:
    (kilobytes,) = outcomes[""]
    assert 10_000 < kilobytes < MEGABYTES * 1024


def test_nothing_was_run_and_no_file_appeared(outcomes: dict[str, Any], folder: Path) -> None:
    assert not list(folder.rglob("executed"))
    assert not list((folder / "workplace").iterdir())
    assert not list((folder / "home").rglob("*"))  # nothing was taken for examined
    assert {len(list(place.iterdir())) for place in (folder / "files").iterdir()} <= {0, 1}


def test_the_good_one_opens(good: Path, tmp_path: Path) -> None:
    (tmp_path / "seen before.keras").write_bytes(good.read_bytes())
    assert len(Classifier.open(tmp_path / "seen before.keras").class_names) == 5


def test_a_good_one_from_elsewhere_opens_and_is_known_then(
    good: Path, program_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (program_home / "cache").exists()
    assert len(Classifier.open(good).class_names) == 5
    (record,) = (program_home / "cache" / "examined").iterdir()
    assert record.stat().st_size == 0
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert len(Classifier.open(good).class_names) == 5  # without another process


def test_where_no_process_can_be_started_it_is_not_opened(
    good: Path, program_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "could not be looked at" in refusal(good).what
