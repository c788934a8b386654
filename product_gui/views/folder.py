"""Shows a file's folder in the system's file manager."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from product_gui.presenters.presenter import Notice
from product_gui.text import window as words

log = logging.getLogger(__name__)


def show_in_folder(path: Path, *, say: Callable[[Notice], None]) -> None:
    """Open the folder that holds ``path``; ``say`` where that is not possible."""
    folder = path if path.is_dir() else path.parent
    try:
        _open(folder)
    except (OSError, ValueError) as error:
        log.warning("%s could not be shown: %s", folder, error)
        say(Notice(words.folder_not_shown(str(folder)), "warning"))


def _open(folder: Path) -> None:
    if sys.platform == "win32":
        os.startfile(folder)  # noqa: S606 - a folder that we made or were given
        return
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        raise FileNotFoundError("There is no program that opens folders.")
    subprocess.Popen(  # noqa: S603 - the system's own opener, with one path
        [program, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
