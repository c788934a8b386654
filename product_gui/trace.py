"""What a test needs to watch the program from outside: one JSON line for each thing that happens.

Nothing is written unless the environment names a file; see ``VARIABLE``.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIABLE = "PRODUCT_CLASSIFIER_TRACE"
"""Environment variable with the file to append to."""

Trace = Callable[..., None]
"""``trace(event, **fields)``."""


def silent(event: str, **fields: Any) -> None:
    """The trace of a program that nobody watches."""


def from_environment() -> Trace:
    """The trace that the environment asks for."""
    name = os.environ.get(VARIABLE)
    return _writer(Path(name)) if name else silent


def _writer(file: Path) -> Trace:
    def write(event: str, **fields: Any) -> None:
        line = json.dumps({"event": event, "time": time.time(), **fields}, default=str)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    return write
