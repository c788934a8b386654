"""Real files, dragged by mouse from a real file manager onto the window."""

from pathlib import Path

import pytest

from product_gui.theme import colours
from product_gui.widgets.drop_zone import DropZone, enable_drops, paths_of_drop, register_drop
from product_gui.widgets.toolkit import Frame
from tests.gui.file_manager import FileManager
from tests.gui.looks import text_box, texts
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
            stage.window,
            title="Drop a photo here",
            hint="",
            button_text="Choose…",
            on_choose=print,
            active_title="Let go",
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


def test_the_zone_is_lit_while_a_drag_is_over_it(
    target: Target, file_manager: FileManager, tmp_path: Path
) -> None:
    stage, zone = target.stage, target.zone
    register_drop(
        stage.window,
        target.dropped.append,
        on_enter=lambda: zone.set_active(True),
        on_leave=lambda: zone.set_active(False),
    )
    (tmp_path / "cup.jpg").write_bytes(b"photo")
    file_manager.open(tmp_path)
    start, goal = file_manager.first_item(), stage.middle(zone)
    stage.meanwhile(stage.hand.hold_over, start, goal)
    stage.pump(until=lambda: zone.is_active)
    assert "Let go" in texts(zone)
    stage.meanwhile(stage.hand.move, start)
    stage.pump(until=lambda: not zone.is_active)
    stage.meanwhile(stage.hand.let_go)
    stage.pump(0.3)
    assert target.dropped == []


def test_without_the_extension_the_button_is_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_root: object) -> None:
        raise RuntimeError("Unable to load tkdnd library.")

    monkeypatch.setattr("tkinterdnd2.TkinterDnD.require", refuse)
    assert not enable_drops(stage.window)
    assert "Unable to load tkdnd" in caplog.text
    chosen: list[int] = []
    zone = DropZone(
        stage.window,
        title="Choose photos",
        hint="Dragging does not work here.",
        button_text="Choose…",
        on_choose=lambda: chosen.append(1),
    )
    zone.set_droppable(False)
    zone.pack(fill="both", expand=True)
    stage.settle()
    assert not [item for item in zone.canvas.find_all() if zone.canvas.type(item) == "line"]
    stage.click(zone.button)
    assert chosen == [1]


@pytest.mark.parametrize("size", ["1100x720", "420x300", "1500x160"])
def test_the_zone_keeps_its_words_and_button_inside(stage: Stage, size: str) -> None:
    zone = DropZone(
        stage.window,
        title="Drop a photo here",
        hint="Or a folder, or a model file. Ctrl+O opens a dialog, Ctrl+V pastes.",
        button_text="Choose photos…",
        on_choose=print,
    )
    zone.pack(fill="both", expand=True)
    stage.window.geometry(size)
    stage.pump(0.2)
    button = zone.button
    assert button.winfo_y() >= 0
    assert button.winfo_y() + button.winfo_height() <= zone.winfo_height()
    bottom = max(text_box(zone, text)[3] for text in texts(zone))
    assert bottom <= button.winfo_y()
