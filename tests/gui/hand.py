"""A hand on mouse and keyboard: xdotool, which makes the same X events as a person's devices."""

import subprocess
import time
from pathlib import Path

from tests.gui.virtual_screen import wait_until

Point = tuple[int, int]


class Hand:
    """Acts on one screen. Points are pixels of the screen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def move(self, point: Point) -> None:
        self._do("mousemove", *map(str, point))

    def click(self, point: Point, *, times: int = 1) -> None:
        self.move(point)
        self._do("click", "--repeat", str(times), "--delay", "60", "1")

    def wheel(self, point: Point, notches: int) -> None:
        """Turn the wheel: up for negative notches, down for positive ones."""
        self.move(point)
        self._do("click", "--repeat", str(abs(notches)), "4" if notches < 0 else "5")

    def drag(self, start: Point, finish: Point, *, steps: int = 10, pause: float = 0.1) -> None:
        """Press, move slowly enough for the drag protocol, and let go."""
        self.move(start)
        self._do("mousedown", "1")
        try:
            for step in range(1, steps + 1):
                time.sleep(pause)
                self.move(_between(start, finish, step / steps))
            time.sleep(2 * pause)
        finally:
            self._do("mouseup", "1")

    def hold_over(self, start: Point, finish: Point) -> None:
        """Begin a drag and stay over the goal; end it with ``let_go`` or ``give_up``."""
        self.move(start)
        self._do("mousedown", "1")
        for step in range(1, 11):
            time.sleep(0.1)
            self.move(_between(start, finish, step / 10))

    def let_go(self) -> None:
        self._do("mouseup", "1")

    def press(self, *keys: str) -> None:
        """Press keys or chords, as ``ctrl+o`` or ``Tab``."""
        self._do("key", "--delay", "20", *keys)

    def write(self, text: str) -> None:
        self._do("type", "--delay", "10", text)

    def find_window(self, *, name: str = "", class_name: str = "", timeout: float = 15.0) -> str:
        """The id of the visible window with this title or class (regular expressions)."""
        how = ("--name", name) if name else ("--class", class_name)
        found: list[str] = []

        def look() -> bool:
            found[:] = self._ask("search", "--onlyvisible", *how).split()
            return bool(found)

        wait_until(look, what=f"a window {how}", timeout=timeout, pause=0.05)
        return found[-1]

    def place_window(self, window: str, corner: Point, size: Point | None = None) -> None:
        if size is not None:
            self._do("windowsize", "--sync", window, *map(str, size))
        self._do("windowmove", window, *map(str, corner))
        self.activate(window)

    def activate(self, window: str) -> None:
        self._do("windowactivate", "--sync", window)

    def window_box(self, window: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of what lies inside the frame."""
        shell = self._ask("getwindowgeometry", "--shell", window)
        values = dict(line.split("=") for line in shell.split())
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])

    def screenshot(self, file: Path, *, window: str = "root") -> Path:
        """Save a picture of the screen, or of one window."""
        file.parent.mkdir(parents=True, exist_ok=True)
        command = ["import", "-window", window, str(file)]
        subprocess.run(command, env=self._environment, check=True, capture_output=True)
        return file

    def _do(self, *words: str) -> None:
        subprocess.run(
            ["xdotool", *words], env=self._environment, check=True, capture_output=True, timeout=20
        )

    def _ask(self, *words: str) -> str:
        asked = subprocess.run(
            ["xdotool", *words],
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return asked.stdout


def _between(start: Point, finish: Point, share: float) -> Point:
    return (
        round(start[0] + (finish[0] - start[0]) * share),
        round(start[1] + (finish[1] - start[1]) * share),
    )
