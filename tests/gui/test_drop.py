"""Real files, dragged by mouse from a real file manager onto the window."""

from pathlib import Path

import pytest

from product_gui.theme import colours
from product_gui.widgets.drop_zone import DropZone, enable_drops, paths_of_drop, register_drop
from product_gui.widgets.toolkit import Frame
from tests.gui.file_manager import FileManager
from tests.gui.stage import Stage

NAMES = (
    "a cup.jpg",
    "b {braces}.jpg",
    "c Kännchen & Söhne.jpg",
    "d [x] $y;z 'q\".jpg",
    "e 日本.jpg",
)


class Target:
    """A window that takes drops and remembers what came."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.dropped: list[list[Path]] = []
        self.hovered: list[str] = []
        assert enable_drops(stage.window)
        self.zone = DropZone(
            stage.window, title="Drop a photo here", hint="", button_text="Choose…", on_choose=print
        )
        self.zone.pack(fill="both", expand=True, padx=40, pady=40)
        other = Frame(stage.window, fg_color=colours.SURFACE, height=120)
        other.pack(fill="x")
        register_drop(
            stage.window,
            self.dropped.append,
            on_enter=lambda: self.hovered.append("enter"),
            on_leave=lambda: self.hovered.append("leave"),
        )

    def wait(self) -> list[Path]:
        self.stage.pump(until=lambda: self.dropped, timeout=5)
        return self.dropped[-1]


@pytest.fixture
def target(stage: Stage) -> Target:
    return Target(stage)


@pytest.mark.parametrize("name", NAMES)
def test_one_file_arrives_with_its_exact_name(
    target: Target, file_manager: FileManager, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"photo")
    file_manager.open(tmp_path)
    target.stage.meanwhile(file_manager.drag_first_to, target.stage.middle(target.zone))
    assert target.wait() == [tmp_path / name]
    assert target.hovered == ["enter", "leave"]


def test_many_files_arrive_in_one_drop(
    target: Target, file_manager: FileManager, tmp_path: Path
) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes(b"photo")
    file_manager.open(tmp_path)
    target.stage.meanwhile(file_manager.drag_all_to, target.stage.middle(target.stage.window))
    assert sorted(target.wait()) == sorted(tmp_path / name for name in NAMES)
    assert len(target.dropped) == 1


def test_a_folder_arrives(target: Target, file_manager: FileManager, tmp_path: Path) -> None:
    (tmp_path / "my photos").mkdir()
    file_manager.open(tmp_path)
    target.stage.meanwhile(file_manager.drag_first_to, target.stage.middle(target.zone))
    assert target.wait() == [tmp_path / "my photos"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("/photos/a cup.jpg", "/photos/a cup.jpg"),
        ("file:///photos/a%20cup.jpg", "/photos/a cup.jpg"),
        ("file:///photos/K%C3%A4nnchen%231.jpg", "/photos/Kännchen#1.jpg"),
        ("file://host/photos/cup.jpg\r\n", "/photos/cup.jpg"),
        ("file:///C:/photos/cup.jpg", "C:/photos/cup.jpg"),
        ("C:/photos/cup.jpg", "C:/photos/cup.jpg"),
        ("/photos/two\nlines.jpg", "/photos/two\nlines.jpg"),
    ],
)
def test_addresses_become_paths(item: str, path: str) -> None:
    assert paths_of_drop([item]) == [Path(path)]


def test_empty_items_are_passed_over() -> None:
    assert paths_of_drop(["", "/a.jpg", ""]) == [Path("/a.jpg")]
