"""Run a module of this program in a process of its own, with limits, on a stranger's file.

What a file may do to the libraries that read it (crash them, fill the memory, never come back)
then happens there. The module answers one JSON value on its standard output.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import ml_core
from ml_core.control import Control
from ml_core.errors import ModelFileError

log = logging.getLogger(__name__)

_MOST_SAID = 1 << 20
_SECONDS_BETWEEN_LOOKS = 0.1


def run_apart(
    module: str, path: Path, *arguments: str, seconds: float, control: Control | None = None
) -> Any:
    """What ``python -m module path *arguments`` answers about a model file.

    Args:
        module: Its ``main`` calls ``answer``.
        path: The file.
        *arguments: More words for it.
        seconds: After which it is ended.
        control: May end it before.

    Raises:
        ModelFileError: The refusal that the module gave, or: it took too long, too much memory,
            or crashed.
        Cancelled, Stopped: The caller ended it.
    """
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments as a list
                [sys.executable, "-m", module, str(path), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # its answer is short; a file it may not be able to write
                stderr=said,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ModelFileError(
                f"{path.name} could not be looked at: {error.strerror or error}.", path=path
            ) from error
        with process:
            status = _ended(process, path, seconds, control or Control())
            answered = process.stdout.read(_MOST_SAID) if process.stdout else b""
        said.seek(0)
        log.debug("%s ended with %s:\n%r", module, status, said.read(_MOST_SAID))
    return _answer(path, answered, status)


def _ended(process: "subprocess.Popen[bytes]", path: Path, seconds: float, control: Control) -> int:
    """Its exit status; whatever happens, it has ended."""
    latest = time.monotonic() + seconds
    try:
        while time.monotonic() < latest:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(_SECONDS_BETWEEN_LOOKS)
            control.checkpoint()
        raise _refused(path, f"took more than {seconds:.0f} seconds to try")
    finally:
        process.kill()
        process.wait()


def answer(value: Any) -> None:
    """In the child: give the parent its answer. Raises OSError if it has gone."""
    # Libraries write to the same stream; the answer is its last line.
    os.write(1, b"\n" + json.dumps(value).encode() + b"\n")


def refusal(error: ModelFileError) -> dict[str, str]:
    """In the child: an answer that the parent raises."""
    return {"what": error.what, "expected": error.expected, "mend": error.mend}


def _answer(path: Path, output: bytes, status: int) -> Any:
    if status:
        raise _refused(path, f"made the program that tried it fail (status {status})")
    try:
        value = json.loads(output.splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise _refused(path, "could not be tried") from error
    if isinstance(value, dict) and "what" in value:
        what = value["what"]
        raise ModelFileError(
            what if path.name in what else f"{path.name}: {what}",
            expected=value["expected"],
            mend=value["mend"],
            path=path,
        )
    return value


def _refused(path: Path, what: str) -> ModelFileError:
    return ModelFileError(
        f"{path.name} is not a safe model file: it {what}.",
        mend="Nothing was changed. Ask whoever made it for another copy.",
        path=path,
    )


def _environment() -> dict[str, str]:
    """The user's, but sure to find this package, and without more threads than needed."""
    source = str(Path(ml_core.__file__).parents[1])
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH")))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
