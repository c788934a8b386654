"""The window's heartbeat while it works: how often it is slow, and its longest gap, by phase.

    KERAS_HOME=../shared/keras_home python -m tests.benchmarks.heartbeat [FOLDER]

The real program on a virtual screen, driven by mouse: idle, checking the photos, training Fast
(with nothing cached), Best and from scratch. A beat is due every 10 ms; it is slow when it comes
more than 33 ms after the one before.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gui.hand import Hand
from tests.gui.program import RunningProgram
from tests.gui.virtual_screen import VirtualScreen

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
GOALS = ("fast", "best", "scratch")
EPOCHS = 8
PATIENCE = 900.0


class Pulse:
    """Adds up what the program tells of its heartbeat."""

    def __init__(self, program: RunningProgram) -> None:
        self._program = program

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Print what was seen while the block ran."""
        pulses, stutters = (self._program.count(event) for event in ("pulse", "stutter"))
        yield
        told = self._program.events("pulse")[pulses:]
        beats, slow = (sum(pulse[name] for pulse in told) for name in ("beats", "slow"))
        gaps = [stutter["seconds"] for stutter in self._program.events("stutter")[stutters:]]
        share = 100 * slow / beats if beats else 0.0
        longest = f"{1000 * max(gaps):.0f} ms" if gaps else "under 50 ms"
        told_as = f"{beats:>6,} beats, {share:.2f} % slower than 33 ms, longest gap {longest}"
        sys.stdout.write(f"{phase:<10} {told_as}\n")
        sys.stdout.flush()


def watch(program: RunningProgram, folder: Path) -> None:
    """Go through the phases."""
    pulse = Pulse(program)
    with pulse.during("idle"):
        program.wait_for("pulse", after=4)
    with pulse.during("check"):
        program.click("train_a_model")
        program.wait_for("checked", timeout=PATIENCE)
    for number, goal in enumerate(GOALS):
        program.click("goals", part=(number + 1, len(GOALS)))
        with pulse.during(goal):
            before = program.count("trained")
            program.click("train_button")
            if goal == "scratch":
                program.wait_for("epoch", phase="scratch", after=EPOCHS, timeout=PATIENCE)
                program.click("stop")
            program.wait_for("trained", after=before, timeout=PATIENCE)
        program.click("train_again")


def main() -> None:
    """Start the program on the folder, and watch it."""
    photos = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screen = VirtualScreen(folder, width=1200, height=800)
        screen.start()
        program = RunningProgram(Hand(screen.environment()), screen.environment(), folder)
        try:
            program.start(photos, corner=(20, 40), size=(1100, 720))
            watch(program, photos)
        finally:
            program.stop()
            screen.stop()


if __name__ == "__main__":
    main()
