"""What a paste may bring: a picture, or the paths of files in one of the usual spellings."""

import time
from collections.abc import Callable
from pathlib import Path

from ml_core import storage
from product_gui.jobs.job import Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import classify as words

KEPT_PICTURES = 50
_GNOME_VERBS = ("copy", "cut")


class Paste:
    """Takes in what the clipboard holds."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        take: Callable[[list[Path]], None],
        report: Callable[[Problem], None],
    ) -> None:
        self._around = surroundings
        self._take = take
        self._report = report

    def text(self, text: str) -> None:
        """Take in the files whose paths these are."""
        paths = [path for path in paths_in(text) if path.exists()]
        if paths:
            self._take(paths)
        else:
            self.nothing()

    def picture(self, read: Callable[[], bytes] | None = None) -> None:
        """Take in a picture, as a file among what can be thrown away."""
        self._around.start(
            Work(
                name="paste",
                operation=lambda _report, _control: keep_picture((read or _from_clipboard)()),
                on_success=lambda path: self._take([path]) if path else self.nothing(),
                on_failure=self._report,
            ),
            Lane.LOOK,
        )

    def nothing(self) -> None:
        """The clipboard holds nothing that could be taken in."""
        self._around.notices.say(Notice(words.NOTHING_TO_PASTE, "info"))


def _from_clipboard() -> bytes:
    from product_gui.clipboard_picture import read_picture

    return read_picture()


def paths_in(text: str) -> list[Path]:
    """The absolute paths in a text: one a line, plain or as ``file://`` addresses, or quoted."""
    lines = (line.strip().strip("'\"") for line in text.splitlines())
    found = (_path(line) for line in lines if line and line not in _GNOME_VERBS)
    return [path for path in found if path is not None]


def _path(line: str) -> Path | None:
    if line.startswith("file:"):
        from urllib.parse import unquote, urlsplit

        return Path(unquote(urlsplit(line).path))
    try:
        path = Path(line).expanduser()
    except RuntimeError:
        return None
    return path if path.is_absolute() else None


def keep_picture(content: bytes) -> Path | None:
    """Write a pasted picture and clear away the oldest ones. Raises StorageError."""
    if not content:
        return None
    folder = storage.cache_folder() / "pasted"
    path = folder / f"{words.PASTED_NAME} {time.strftime('%Y-%m-%d %H-%M-%S')}.png"
    storage.write_bytes(path, content)
    pictures = sorted(folder.glob("*.png"), key=lambda picture: picture.stat().st_mtime)
    for old in pictures[:-KEPT_PICTURES]:
        old.unlink(missing_ok=True)
    return path
