"""The command line under test: in this process, or in one of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.arguments import build_parser
from ml_core.cli import run
from ml_core.console import Console

EXECUTABLE = Path(sys.executable).with_name("ml-core")
ROOT = Path(__file__).parents[2]
FAST = (
    "--recipe",
    "fast",
    "--architecture",
    "mobilenet_v2_035",
    "--weights",
    "none",
    "--size",
    "64",
)


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    results: str
    notes: str

    @property
    def values(self) -> list[Any]:
        """Standard output as JSON, one object a line and nothing else."""
        return [json.loads(line) for line in self.results.splitlines()]

    @property
    def error(self) -> str:
        """The sentence of a command that could not use its input."""
        assert self.status == 1, self
        assert "Traceback" not in self.notes
        line = self.notes.splitlines()[-1]
        assert line.startswith("ml-core: ")
        return line.removeprefix("ml-core: ")


def ml_core(*words: object, notes: io.StringIO | None = None) -> Said:
    """Carry out a command in this process."""
    results, notes = io.StringIO(), notes or io.StringIO()
    arguments = build_parser().parse_args(list(map(str, words)))
    status = run(arguments, Console(results, notes))
    return Said(status, results.getvalue(), notes.getvalue())


def process(
    *words: object, environment: Mapping[str, str] | None = None, timeout: float = 200
) -> Said:
    """Carry out a command in a process of its own."""
    done = subprocess.run(
        [str(EXECUTABLE), *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
        timeout=timeout,
    )
    return Said(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))


def train(photos: Path, out: Path, *more: object, notes: io.StringIO | None = None) -> Said:
    return ml_core("train", photos, "--out", out, *FAST, *more, notes=notes)


def classify(model: Path, *words: object) -> Said:
    return ml_core("classify", *words, "--model", model)
