"""A process of its own: it reports and obeys, and whatever happens to it is an error in words."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core.child_process import ONE_PROCESS_VARIABLE, run_in_child
from ml_core.control import Control
from ml_core.errors import Cancelled, DatasetError, OutOfMemoryError, ProcessError
from ml_core.events import Event, MemoryMeasured, StepProgress, Warned, ignore
from tests.core import child_work

pytestmark = pytest.mark.usefixtures("processes_apart")
ROOT = Path(__file__).parents[2]


def test_it_gives_the_result_and_reports() -> None:
    events: list[Event] = []
    result, process = run_in_child(
        child_work.add, 2, other=3, report=events.append, control=Control()
    )
    assert result == 5
    assert process != os.getpid()
    said, memory = events
    assert said == Warned("adding 2 and 3")
    assert isinstance(memory, MemoryMeasured)
    assert 10e6 < memory.peak_bytes < 1e9


def test_where_asked_it_is_an_ordinary_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONE_PROCESS_VARIABLE, "1")
    _, process = run_in_child(child_work.add, 2, 3, report=ignore, control=Control())
    assert process == os.getpid()


def test_a_child_has_no_children() -> None:
    inner, outer = run_in_child(child_work.nest, report=ignore, control=Control())
    assert inner == outer != os.getpid()


def test_the_environment_is_the_childs() -> None:
    value = run_in_child(
        child_work.environment, "FOR_A_TEST", environment={"FOR_A_TEST": "yes"}, report=ignore,
        control=Control(),
    )  # fmt: skip
    assert value == "yes"
    assert "FOR_A_TEST" not in os.environ


def test_errors_come_as_they_are_with_their_trace() -> None:
    with pytest.raises(DatasetError, match=r"It is red\. Paint it\.") as caught:
        run_in_child(child_work.fail, report=ignore, control=Control())
    assert caught.value.path == Path("a\udcff.jpg")
    assert any("child_work.py" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("work", "error", "sentence"),
    [
        (child_work.fail_oddly, ProcessError, "Odd: odd"),
        (child_work.take_too_much, OutOfMemoryError, "not enough memory"),
    ],
)
def test_other_errors_are_put_into_words(
    work: Callable[..., None], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        run_in_child(work, report=ignore, control=Control())


@pytest.mark.parametrize(
    ("number", "error", "sentence"),
    [
        (-signal.SIGKILL, OutOfMemoryError, "memory ran out"),
        (-signal.SIGSEGV, ProcessError, "crashed"),
        (7, ProcessError, r"status 7.*my last words"),
        (0, ProcessError, "status 0"),
    ],
)
def test_a_child_that_dies_is_an_error_in_words(
    number: int, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(ProcessError, match=sentence) as caught:
        run_in_child(child_work.end_with, number, report=ignore, control=Control())
    assert type(caught.value) is error


def counting(at: int, act: Callable[[], None]) -> Callable[[Event], None]:
    def report(event: Event) -> None:
        if isinstance(event, StepProgress) and event.done == at:
            act()

    return report


def test_a_stop_is_obeyed() -> None:
    control = Control()
    said = run_in_child(child_work.count, report=counting(5, control.stop), control=control)
    assert said.startswith("stopped at ")


def test_a_cancel_is_obeyed() -> None:
    control = Control()
    with pytest.raises(Cancelled):
        run_in_child(child_work.count, report=counting(5, control.cancel), control=control)


def test_a_cancel_before_the_start_starts_nothing(tmp_path: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        run_in_child(child_work.count, report=ignore, control=control)


def test_a_deaf_child_is_killed_and_its_waste_removed(tmp_path: Path) -> None:
    control, waste = Control(), []

    def cancel(event: Event) -> None:
        if isinstance(event, Warned):
            waste.append(Path(event.message))
            control.cancel()

    began = time.monotonic()
    with pytest.raises(Cancelled):
        run_in_child(child_work.be_deaf, tmp_path, report=cancel, control=control)
    assert time.monotonic() - began < 20
    assert not waste[0].exists()


def test_a_pause_holds_the_child_and_is_told() -> None:
    held = threading.Event()

    class Watched(Control):
        def wait_while_paused(self) -> None:
            if self.is_paused:
                held.set()
            super().wait_while_paused()

    control, numbers = Watched(), []

    def report(event: Event) -> None:
        if isinstance(event, StepProgress):
            numbers.append(event.done)
            if event.done == 5:
                control.pause()

    def go_on() -> None:
        assert held.wait(20)
        seen = len(numbers)
        time.sleep(0.5)
        assert len(numbers) == seen
        control.resume()
        control.stop()

    helper = threading.Thread(target=go_on)
    helper.start()
    said = run_in_child(child_work.count, report=report, control=control)
    helper.join()
    assert said.startswith("stopped at ")
    assert numbers == list(range(1, len(numbers) + 1))


def test_an_error_of_the_listener_ends_the_child() -> None:
    def report(event: Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_in_child(child_work.count, report=report, control=Control())


PARENT = """
from ml_core.child_process import run_in_child
from ml_core.control import Control
from tests.core import child_work
def report(event):
    print("alive", flush=True)
if __name__ == "__main__":
    run_in_child(child_work.count, report=report, control=Control())
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not list processes")
def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        parent.stdout.readline()
        children = list_children(parent.pid)
        parent.kill()
        parent.wait()
    assert children
    deadline = time.monotonic() + 20
    while any(map(is_running, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, children))


def list_children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in path.read_text().split()]


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
