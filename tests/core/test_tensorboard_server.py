"""TensorBoard is started on a run's logs, tells its address, and ends with the program."""

import sys
from pathlib import Path

import pytest

from ml_core import tensorboard_server
from ml_core.control import Control
from ml_core.errors import Cancelled, ProcessError
from ml_core.tensorboard_server import LOGS, has_logs, serve

SERVER = """
import sys, time
print("a warning", file=sys.stderr, flush=True)
print("TensorBoard 2 at http://127.0.0.1:6123/ (Press CTRL+C to quit)", file=sys.stderr, flush=True)
time.sleep(60)
"""
BROKEN = """
import sys
sys.exit("the port is taken")
"""


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "run" / LOGS).mkdir(parents=True)
    (tmp_path / "run" / LOGS / "events.out.tfevents.1").write_bytes(b"x")
    return tmp_path / "run"


def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put a program in TensorBoard's place."""
    package = tmp_path / "packages" / "tensorboard"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "main.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr(tensorboard_server, "is_installed", lambda: True)


def test_logs_are_known(run_folder: Path, tmp_path: Path) -> None:
    assert has_logs(run_folder)
    assert not has_logs(tmp_path)


def test_it_says_its_address_and_ends(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, SERVER)
    server = serve(run_folder)
    assert server.url == "http://127.0.0.1:6123/"
    assert str(run_folder / LOGS) in server.process.args  # type: ignore[operator]
    assert server.process.poll() is None
    server.close()
    assert server.process.poll() is not None


def test_one_that_does_not_start_says_why(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, BROKEN)
    with pytest.raises(ProcessError, match="the port is taken"):
        serve(run_folder)


def test_waiting_for_it_can_be_ended(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "import time; time.sleep(60)")
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        serve(run_folder, control=control)


def test_without_tensorboard_the_place_of_the_logs_is_said(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    monkeypatch.setattr(tensorboard_server, "is_installed", lambda: False)
    with pytest.raises(ProcessError, match="not installed") as caught:
        serve(run_folder)
    assert str(run_folder / LOGS) in str(caught.value)
