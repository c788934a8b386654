"""Show the TensorBoard logs of a run, with the program of that name if it is installed."""

import importlib.util
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml_core.control import Control
from ml_core.errors import ProcessError

LOGS: Final = "tensorboard"
"""The folder in a run's folder that holds its logs."""
PATIENCE: Final = 60.0
"""Seconds that the server may take to say where it is."""
_ADDRESS: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class TensorBoardServer:
    """A running server. It serves this computer only, and ends with ``close``."""

    url: str
    process: "subprocess.Popen[str]"
    reader: threading.Thread

    def close(self) -> None:
        """End it."""
        _end(self.process, self.reader)


def has_logs(run_folder: Path) -> bool:
    """Whether the run wrote TensorBoard logs."""
    return any((run_folder / LOGS).glob("events.out.*"))


def is_installed() -> bool:
    """Whether this Python has TensorBoard."""
    return importlib.util.find_spec("tensorboard") is not None


def serve(run_folder: Path, *, control: Control | None = None) -> TensorBoardServer:
    """Start TensorBoard on the run's logs.

    Raises:
        ProcessError: It is not installed, or has ended without saying where it is.
        Cancelled, Stopped: The caller ended it.
    """
    if not is_installed():
        raise ProcessError(
            "TensorBoard is not installed.",
            expected=f"The logs lie in {run_folder / LOGS}.",
            mend="Install the package tensorboard, or open the logs with another viewer.",
        )
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments as a list
        [sys.executable, "-m", "tensorboard.main", "--logdir", str(run_folder / LOGS),
         "--host", "127.0.0.1", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )  # fmt: skip
    said: list[str] = []
    reader = threading.Thread(target=_keep, args=(process.stderr, said), daemon=True)
    reader.start()
    try:
        return TensorBoardServer(_address(said, reader, control or Control()), process, reader)
    except BaseException:
        _end(process, reader)
        raise


def _end(process: "subprocess.Popen[str]", reader: threading.Thread) -> None:
    process.kill()
    process.wait()
    reader.join()
    if process.stderr is not None:
        process.stderr.close()


def _address(said: list[str], reader: threading.Thread, control: Control) -> str:
    """Wait until the server has said its address; what it says later is read and dropped."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and reader.is_alive():
        control.checkpoint()
        for line in tuple(said):
            if found := _ADDRESS.search(line):
                return found[0]
        time.sleep(0.05)
    found = _ADDRESS.search(" ".join(said))
    if found:
        return found[0]
    last = said[-1].strip() if said else "nothing"
    raise ProcessError(
        "TensorBoard has not started.",
        expected=f"Its last words were: {last:.300}",
        mend="Start it by hand on the folder of the logs.",
    )


def _keep(stream: Iterable[str], said: list[str]) -> None:
    for line in stream:
        if len(said) < 200 and line.strip():
            said.append(line)
