"""A real file manager, pcmanfm, from which real files are dragged."""

import subprocess
from pathlib import Path

from PIL import Image

from tests.gui.hand import Hand, Point
from tests.gui.virtual_screen import end, wait_until

Box = tuple[int, int, int, int]

_SETTINGS = {
    "pcmanfm/default/pcmanfm.conf": """\
[ui]
always_show_tabs=0
win_width=400
win_height=400
side_pane_mode=hidden;places
view_mode=icon
sort=name;ascending;
toolbar=navigation;home;
show_statusbar=0
""",
    "libfm/libfm.conf": """\
[config]
single_click=0
thumbnail_local=0
[ui]
big_icon_size=48
show_thumbnail=0
""",
}
# Menu and tool bar end here; the first icon lies below, at the left.
_TOP, _CELL = 60, 96


class FileManager:
    """A window that shows one folder at the top left of the screen."""

    def __init__(self, hand: Hand, environment: dict[str, str], home: Path) -> None:
        self._hand, self._home = hand, home
        self._environment = {
            **environment,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_RUNTIME_DIR": str(home),
        }
        self._program: subprocess.Popen[bytes] | None = None
        self._window = ""
        self._seen: Box | None = None
        for name, text in _SETTINGS.items():
            (home / "config" / name).parent.mkdir(parents=True, exist_ok=True)
            (home / "config" / name).write_text(text)

    def open(self, folder: Path, *, corner: Point = (4, 24)) -> None:
        """Show a folder in place of the one before."""
        self.close()
        self._seen = None
        with (self._home / "pcmanfm.log").open("wb") as log:
            self._program = subprocess.Popen(
                ["pcmanfm", "-n", str(folder)], env=self._environment, stdout=log, stderr=log
            )
        self._window = self._hand.find_window(class_name="pcmanfm")
        self._hand.place_window(self._window, corner)
        wait_until(self._is_at_rest, what=f"the files of {folder} in pcmanfm", pause=0.15)

    def drag_first_to(self, goal: Point) -> None:
        """Drag the first item of the folder."""
        self._hand.drag(self.first_item(), goal)

    def drag_all_to(self, goal: Point) -> None:
        """Select all items and drag them."""
        self._hand.place_window(self._window, (4, 24))
        self._hand.press("ctrl+a")
        self._hand.drag(self.first_item(), goal)

    def first_item(self) -> Point:
        """The middle of the first icon, on the screen."""
        left, top, _, _ = self._hand.window_box(self._window)
        box = self._first_icon()
        assert box is not None
        return left + (box[0] + box[2]) // 2, top + _TOP + 30

    def close(self) -> None:
        if self._program is not None:
            end(self._program)
            self._program = None

    def _is_at_rest(self) -> bool:
        """Icons are there, and nothing moved since the last look: a drag will be taken up."""
        before, self._seen = self._seen, self._first_icon()
        return self._seen is not None and self._seen == before

    def _first_icon(self) -> Box | None:
        """Where the first cell is not blank, in pixels of the window below its bars."""
        file = self._hand.screenshot(self._home / "pcmanfm.png", window=self._window)
        with Image.open(file) as picture:
            cell = picture.convert("L").crop((4, _TOP, _CELL, _TOP + _CELL))
        return cell.point(lambda value: 255 if value < 245 else 0).getbbox()
