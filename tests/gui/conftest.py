"""A virtual screen for the tests of the window; without its tools they skip, saying why."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.file_manager import FileManager
from tests.gui.hand import Hand
from tests.gui.stage import Stage
from tests.gui.virtual_screen import VirtualScreen, missing_tools

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need a display, and are marked so."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.gui)


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualScreen]:
    """One screen for all tests."""
    missing = missing_tools()
    if missing:
        pytest.skip(f"no virtual screen: {', '.join(missing)} not installed (see 'make test')")
    screen = VirtualScreen(tmp_path_factory.mktemp("screen"))
    before = os.environ.get("DISPLAY")
    try:
        screen.start()
        os.environ["DISPLAY"] = screen.display
        yield screen
    finally:
        screen.stop()
        if before is None:
            os.environ.pop("DISPLAY", None)
        else:
            os.environ["DISPLAY"] = before


@pytest.fixture(scope="session")
def hand(screen: VirtualScreen) -> Hand:
    """Mouse and keyboard."""
    return Hand(screen.environment())


@pytest.fixture
def stage(hand: Hand) -> Iterator[Stage]:
    """A watched window."""
    hand.move((2, 990))
    stage = Stage(hand)
    yield stage
    stage.close()


@pytest.fixture
def file_manager(
    hand: Hand, screen: VirtualScreen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FileManager]:
    """pcmanfm, closed at the end."""
    manager = FileManager(hand, screen.environment(), tmp_path_factory.mktemp("pcmanfm"))
    yield manager
    manager.close()
