"""A screen of our own: Xvfb with the window manager openbox, both ended by their process ids."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

TOOLS = ("Xvfb", "openbox", "xdotool", "import")
FILE_MANAGER = "pcmanfm"
PATIENCE = 15.0


def missing_tools() -> list[str]:
    """The programs that the tests of the window need and that are not here."""
    return [tool for tool in (*TOOLS, FILE_MANAGER) if shutil.which(tool) is None]


class VirtualScreen:
    """Start it, use ``display``, stop it."""

    def __init__(self, folder: Path, *, width: int = 1600, height: int = 1000) -> None:
        self.width, self.height = width, height
        self._folder = folder
        self._programs: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def start(self) -> None:
        reader, writer = os.pipe()
        size = f"{self.width}x{self.height}x24"
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
        self._run("Xvfb", command, pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as answers:
            number = answers.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb did not start: {self.log('Xvfb')}")
        self.display = f":{number}"
        for _ in range(3):  # it gives up at once where the screen is not yet quite there
            if self._starts_manager():
                return
        raise RuntimeError(f"openbox did not start: {self.log('openbox')}")

    def stop(self) -> None:
        for program in reversed(self._programs):
            end(program)
        self._programs.clear()

    def environment(self) -> dict[str, str]:
        """The environment for programs on this screen."""
        return {**os.environ, "DISPLAY": self.display}

    def log(self, name: str) -> str:
        """What a program of the screen wrote."""
        return (self._folder / f"{name}.log").read_text(errors="replace")

    def _starts_manager(self) -> bool:
        manager = self._run("openbox", ["openbox", "--sm-disable"])

        def is_decided() -> bool:
            return self._is_managed() or manager.poll() is not None

        wait_until(is_decided, what="openbox to manage the screen")
        return manager.poll() is None

    def _run(
        self, name: str, command: list[str], pass_fds: tuple[int, ...] = ()
    ) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("wb") as log:
            program = subprocess.Popen(
                command, stdout=log, stderr=log, pass_fds=pass_fds, env=self.environment()
            )
        self._programs.append(program)
        return program

    def _is_managed(self) -> bool:
        # openbox tells its name on the root window once it is ready to place windows.
        asked = subprocess.run(
            ["xdotool", "get_num_desktops"],
            env=self.environment(),
            check=False,
            capture_output=True,
        )
        return asked.returncode == 0


def end(program: subprocess.Popen[bytes]) -> None:
    """End a program that we started, by its id, kindly first."""
    if program.poll() is None:
        program.terminate()
        try:
            program.wait(timeout=5)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait(timeout=5)


def wait_until(
    is_true: Callable[[], object], *, what: str, timeout: float = PATIENCE, pause: float = 0.02
) -> None:
    """Wait for something outside; fails, naming it, when it does not come."""
    deadline = time.monotonic() + timeout
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:g} s in vain for {what}")
        time.sleep(pause)
