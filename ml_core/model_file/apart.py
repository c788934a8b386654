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
from pathlib import Path
from typing import Any

import ml_core
from ml_core.errors import ModelFileError

log = logging.getLogger(__name__)

_MOST_ANSWER = 1 << 20


def run_apart(module: str, path: Path, *arguments: str, seconds: float) -> Any:
    """What ``python -m module path *arguments`` answers about a model file.

    Args:
        module: Its ``main`` calls ``answer``.
        path: The file.
        *arguments: More words for it.
        seconds: After which it is ended.

    Raises:
        ModelFileError: The refusal that the module gave, or: it took too long, too much memory,
            or crashed.
    """
    with tempfile.TemporaryFile() as said:
        try:
            ended = subprocess.run(  # noqa: S603 - our own interpreter, arguments as a list
                [sys.executable, "-m", module, str(path), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=_environment(),
                timeout=seconds,
                check=False,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except subprocess.TimeoutExpired:
            raise _refused(path, f"took more than {seconds:.0f} seconds to try") from None
        except OSError as error:
            raise ModelFileError(
                f"{path.name} could not be looked at: {error.strerror or error}.", path=path
            ) from error
        said.seek(0)
        log.debug("%s ended with %s:\n%r", module, ended.returncode, said.read(10_000))
    return _answer(path, ended.stdout[:_MOST_ANSWER], ended.returncode)


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
