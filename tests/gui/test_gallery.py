"""The gallery shows every widget in both themes, and nothing goes wrong unseen."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from product_gui.gallery.pages import PAGES
from product_gui.gallery.samples import drawn_photo
from product_gui.theme import appearance, colours
from product_gui.widgets.dialog import Dialog
from product_gui.widgets.toast import Toaster
from product_gui.widgets.toolkit import Frame
from tests.gui.stage import Stage


class Host:
    """What the pages ask of the gallery's window."""

    def __init__(self, stage: Stage) -> None:
        self.photos = [drawn_photo(number) for number in range(6)]
        self.toaster = Toaster(stage.window)


def escape_when_asked(stage: Stage, page: Frame) -> None:
    """A dialog waits within the event loop; answer it from there."""
    for child in page.winfo_children():
        if isinstance(child, Dialog) and child.winfo_viewable():
            child.escape()
            return
    if page.winfo_exists():
        page.after(50, escape_when_asked, stage, page)


@pytest.mark.parametrize("name", list(PAGES))
def test_every_page_lives_through_a_change_of_theme(stage: Stage, name: str) -> None:
    host = Host(stage)
    page = Frame(stage.window, fg_color=colours.WINDOW)
    page.pack(fill="both", expand=True)
    PAGES[name][1](page, host)
    if name == "dialog":
        escape_when_asked(stage, page)
    stage.pump(0.5)
    begun = time.process_time()
    appearance.set_mode("dark")
    stage.settle()
    switched = time.process_time() - begun
    stage.pump(0.4)
    appearance.set_mode("light")
    stage.pump(0.2)
    host.toaster.hide()
    assert switched < 0.8


def test_every_page_can_be_zoomed(stage: Stage) -> None:
    page = Frame(stage.window, fg_color=colours.WINDOW)
    page.pack(fill="both", expand=True)
    PAGES["classify"][1](page, Host(stage))
    stage.settle()
    before = page.winfo_children()[0].winfo_height()
    appearance.set_scaling(1.5)
    stage.settle()
    zoomed = page.winfo_children()[0].winfo_height()
    appearance.set_scaling(1.0)
    stage.settle()
    assert zoomed == pytest.approx(before * 1.5, abs=2)


def test_a_picture_of_a_page_can_be_taken(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "gallery.png"
    command = [sys.executable, "-m", "product_gui.gallery", "--dark", "--shot", str(file)]
    ran = subprocess.run(
        [*command, "--page", "classify", "--size", "900x600"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ.copy(),
    )
    with Image.open(file) as picture:
        assert picture.size == (900, 600)
        colours_seen = picture.convert("RGB").getcolors(1 << 24)
    assert colours_seen is not None
    assert len(colours_seen) > 50
    assert "Traceback" not in ran.stderr
