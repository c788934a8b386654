"""The check of the clothing photos, the first time and again: seconds, processor time, memory.

    KERAS_HOME=../shared/keras_home python -m tests.benchmarks.health [FOLDER]

Each time in a fresh process, with caches that are empty the first time. The processor time holds
that of the process which gets the pretrained network ready, once; its memory is told apart.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ml_core.dataset.decisions import Decisions
from ml_core.dataset.health.health import assess, check_dataset
from ml_core.dataset.scan import scan_folder
from ml_core.memory import peak_memory
from ml_core.storage import HOME_VARIABLE

CLOTHING = Path(__file__).resolve().parents[3] / "shared" / "data" / "clothing"


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def check_once(folder: Path) -> None:
    """Check the folder in this process, and say what it took."""
    started = time.monotonic()
    health = check_dataset(scan_folder(folder))
    taken = time.monotonic() - started
    here, apart = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    processor = sum(use.ru_utime + use.ru_stime for use in (here, apart))
    memory = peak_memory() or 0
    say(
        f"{len(health.dataset.photos):,} photos in {taken:.1f} s, {processor:.1f} s of processor;"
        f" memory {memory / 1e6:,.0f} MB, of the other process {apart.ru_maxrss / 1e3:,.0f} MB"
    )
    started = time.monotonic()
    assess(health.examined, Decisions(folder))
    say(f"  after a decision: {time.monotonic() - started:.1f} s")
    say(f"  {dict(Counter(finding.kind.value for finding in health.findings))}")


def main() -> None:
    """Check it twice, each time in a process of its own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CLOTHING
    with tempfile.TemporaryDirectory() as home:
        for name in ("first", "second"):
            say(name)
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.health", "--once", str(folder)],
                check=True, env=os.environ | {HOME_VARIABLE: home},
            )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        check_once(Path(sys.argv[2]))
    else:
        main()
