"""Convert a model with Keras in a process of its own.

Keras, TensorFlow and the converters write to both output streams, keep hundreds of megabytes and
cannot be interrupted. In a process of its own all of that stays out of the program's way: its
output goes to a log, its memory comes back, and ending it is a kill.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import ml_core
from ml_core.control import Control
from ml_core.errors import ExportError

log = logging.getLogger(__name__)

KERAS_FORMATS: Mapping[str, str] = MappingProxyType(
    {"saved_model": "tf_saved_model", "litert": "litert", "onnx": "onnx"}
)
"""Our name of a format -> Keras' name of it (``keras.Model.export``)."""

_SECONDS_BETWEEN_LOOKS = 0.05


def convert(model: Path, format: str, target: Path, *, control: Control) -> None:  # noqa: A002
    """Write the Keras part of ``model`` to ``target`` (in place: the caller makes it atomic).

    Raises:
        ExportError: The converter failed; the log tells the rest.
        Cancelled, Stopped: The caller ended it. The converter has ended too.
    """
    if format == "keras":
        shutil.copyfile(model, target)
        return
    with tempfile.TemporaryFile() as output:
        status = _run(_command(model, format, target), output.fileno(), control)
        output.seek(0)
        said = output.read().decode(errors="replace")
    log.debug("converter ended with %s:\n%s", status, said)
    if status:
        log.info("conversion to %s failed:\n%s", format, said)
        raise ExportError(
            f"The model could not be converted: {_last_line(said)}",
            mend="Export it in another format.",
            path=model,
        )


def _command(model: Path, format: str, target: Path) -> list[str]:  # noqa: A002
    program = "ml_core.export.keras_export"
    return [sys.executable, "-m", program, str(model), KERAS_FORMATS[format], str(target)]


def _run(command: list[str], output: int, control: Control) -> int:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments as a list
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=_environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        while (status := _status(process)) is None:
            control.checkpoint()
        return status
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _status(process: "subprocess.Popen[bytes]") -> int | None:
    try:
        return process.wait(_SECONDS_BETWEEN_LOOKS)
    except subprocess.TimeoutExpired:
        return None


def _environment() -> dict[str, str]:
    """The user's, but sure to find this package, and TensorFlow, on the processor."""
    source = str(Path(ml_core.__file__).parents[1])
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH")))),
        "PYTHONWARNINGS": "ignore",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "the converter ended without a word."
