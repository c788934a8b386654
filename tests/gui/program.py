"""The real program in a process of its own, watched through the trace that it writes."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from product_gui.trace import VARIABLE
from tests.gui.hand import Hand, Point
from tests.gui.virtual_screen import end, wait_until

# Python's own traces, our log's lines, and what Tk says of timers that outlived their widget.
_COMPLAINT = re.compile(
    r"^(ERROR|CRITICAL) |Traceback|Exception (in|ignored)|invalid command name|Fatal Python error"
)

Event = dict[str, Any]
Box = tuple[int, int, int, int]


class RunningProgram:
    """Start it, act with ``click`` and the hand, and see what came of it in ``events``."""

    def __init__(self, hand: Hand, environment: dict[str, str], home: Path) -> None:
        self._hand, self._home = hand, home
        self._trace, self._log = home / "trace.jsonl", home / "program.log"
        self._environment = {
            **environment,
            "PRODUCT_CLASSIFIER_HOME": str(home / "home"),
            VARIABLE: str(self._trace),
        }
        self._events: list[Event] = []
        self._read_to = 0
        self._program: subprocess.Popen[bytes] | None = None
        self.window = ""

    def start(self, *paths: Path, corner: Point = (430, 24), size: Point = (1140, 900)) -> None:
        """Start it and put its window beside the file manager's."""
        command = [sys.executable, "-X", "faulthandler", "-m", "product_gui", *map(str, paths)]
        with self._log.open("wb") as log:
            self._program = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment)
        self.wait_for("window", timeout=60)
        self.window = self._hand.find_window(name="Product Classifier")
        self._hand.place_window(self.window, corner, size)
        wait_until(self._knows_its_place, what="the program to know where its controls are")

    def events(self, event: str = "", **fields: Any) -> list[Event]:
        """What happened so far, first one first, with these values if any are given."""
        return [
            happened
            for happened in self._read()
            if (not event or happened["event"] == event)
            and all(happened.get(name) == value for name, value in fields.items())
        ]

    def wait_for(self, event: str, *, timeout: float = 20, after: int = 0, **fields: Any) -> Event:
        """The first such event past the ``after`` first ones; fails when the program ends."""

        def has_come() -> bool:
            self._fail_if_ended()
            return len(self.events(event, **fields)) > after

        what = f"{event} {fields or ''} (seen: {self._summary()}) {self.log()[-2000:]}"
        try:
            wait_until(has_come, what=event, timeout=timeout, pause=0.05)
        except TimeoutError:
            raise TimeoutError(f"waited {timeout:g} s in vain for {what}") from None
        return self.events(event, **fields)[after]

    def count(self, event: str, **fields: Any) -> int:
        """How often it happened so far."""
        return len(self.events(event, **fields))

    def controls(self) -> dict[str, Box]:
        """Middle and size of every visible control, in pixels of the screen."""
        seen = self.events("controls")
        return {name: tuple(box) for name, box in (seen[-1]["controls"] if seen else {}).items()}

    def click(self, control: str, *, part: tuple[int, int] = (1, 1), timeout: float = 20) -> None:
        """Click a control by mouse, once it is there; ``part`` (2, 3) is the second third of it."""
        self.place(control, timeout=timeout)
        x, y, _, height = self.controls()[control]
        number, of = part
        self._hand.click((x, round(y + height * ((number - 0.5) / of - 0.5))))

    def place(self, control: str, *, timeout: float = 20) -> Point:
        """The middle of a control, once it is visible."""

        def is_there() -> bool:
            self._fail_if_ended()
            return control in self.controls()

        wait_until(is_there, what=f"the control {control}", timeout=timeout)
        return self.controls()[control][:2]

    def activate(self) -> None:
        """Bring its window to the front and give it the keyboard (a drag leaves that behind)."""
        self._hand.activate(self.window)

    def log(self) -> str:
        """What it wrote on standard output and standard error."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def complaints(self) -> list[str]:
        """Lines of the log that no healthy program writes."""
        return [line for line in self.log().splitlines() if _COMPLAINT.search(line)]

    def wait_for_end(self, *, timeout: float = 30) -> int:
        """Its exit code, once it has ended by itself."""
        assert self._program is not None
        return self._program.wait(timeout=timeout)

    @property
    def is_running(self) -> bool:
        return self._program is not None and self._program.poll() is None

    @property
    def home(self) -> Path:
        """Where it keeps runs, settings and caches."""
        return self._home / "home"

    def kill(self) -> None:
        """End it as a crash or a power cut would."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()

    def stop(self) -> None:
        if self._program is not None:
            end(self._program)

    def _read(self) -> list[Event]:
        """All events so far; only what is new is read, for this is asked many times a second."""
        if self._trace.exists():
            with self._trace.open("rb") as stream:
                stream.seek(self._read_to)
                new = stream.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read_to += len(whole)
            self._events += [json.loads(line) for line in whole.splitlines()]
        return self._events

    def _fail_if_ended(self) -> None:
        if not self.is_running:
            raise AssertionError(f"the program ended: {self.log()[-3000:]}")

    def _knows_its_place(self) -> bool:
        # Not compared with its top: xdotool counts the frame's title bar twice there.
        left, _, width, height = self._hand.window_box(self.window)
        place = self.controls().get("window", (0, 0, 0, 0))
        return place[2:] == (width, height) and abs(place[0] - left - width // 2) <= 4

    def _summary(self) -> list[str]:
        return [event["event"] for event in self.events() if event["event"] != "controls"][-12:]
