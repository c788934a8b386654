"""Settings survive a restart, and nothing in their file can stop a start."""

from dataclasses import replace
from pathlib import Path

import pytest

from product_gui.settings import RECENT, Settings, SettingsStore

FULL = Settings(
    theme="dark",
    geometry="1100x720+10+20",
    page="train",
    folders={"photos": "/photos/été"},
    current_model=Path("/models/a.keras"),
    recent_models=(Path("/models/a.keras"), Path("/models/b.keras")),
    recent_data=(Path("/data"),),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def test_first_start_has_defaults_and_writes_nothing(file: Path) -> None:
    assert SettingsStore.open(file).current == Settings()
    assert not file.exists()


@pytest.mark.parametrize("settings", [Settings(), FULL])
def test_a_restart_finds_everything(file: Path, settings: Settings) -> None:
    SettingsStore.open(file).change(lambda _old: settings)
    assert SettingsStore.open(file).current == settings


def test_its_place_is_the_programs_data_folder(program_home: Path) -> None:
    SettingsStore.open().change(lambda old: replace(old, theme="light"))
    assert (program_home / "settings.json").is_file()


BROKEN = {
    "empty": b"",
    "not json": b"{theme: dark",
    "not an object": b"[1, 2]",
    "a number": b"7",
    "wrong theme": b'{"theme": "pink"}',
    "wrong type": b'{"page": 7}',
    "wrong folders": b'{"folders": ["a"]}',
    "wrong list": b'{"recent_data": [3]}',
    "not text": b"\xff\xfe\x00",
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", [*BROKEN.values()], ids=[*BROKEN])
def test_a_broken_file_is_kept_aside(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    store = SettingsStore.open(file)
    assert store.current == Settings()
    assert (file.parent / "settings.broken-1.json").read_bytes() == content
    store.change(lambda old: replace(old, theme="dark"))
    assert SettingsStore.open(file).current.theme == "dark"


def test_each_broken_file_is_kept(file: Path) -> None:
    file.parent.mkdir()
    for content in ("{1", "{2"):
        file.write_text(content)
        SettingsStore.open(file)
    kept = sorted(path.read_text() for path in file.parent.glob("settings.broken-*.json"))
    assert kept == ["{1", "{2"]


def test_settings_of_a_newer_version_are_read_as_far_as_known(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"version": 9, "theme": "dark", "zoom": 1.5}')
    assert SettingsStore.open(file).current == Settings(theme="dark")


def test_a_disk_that_refuses_is_not_fatal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    store = SettingsStore.open(tmp_path / "home" / "settings.json")
    store.change(lambda old: replace(old, theme="dark"))
    assert store.current.theme == "dark"
    assert "could not be kept" in caplog.text


def test_nothing_is_written_when_nothing_changed(file: Path) -> None:
    SettingsStore.open(file).change(lambda old: old)
    assert not file.exists()


def test_recent_models_are_newest_first_without_doubles(file: Path) -> None:
    store = SettingsStore.open(file)
    for name in ("a", "b", "a"):
        store.remember_model(Path(name))
    assert store.current.recent_models == (Path("a"), Path("b"))
    assert store.current.current_model == Path("a")
    for number in range(RECENT + 5):
        store.remember_model(Path(str(number)))
    assert len(store.current.recent_models) == RECENT


def test_forgetting_the_current_model(file: Path) -> None:
    store = SettingsStore.open(file)
    store.remember_model(Path("a"))
    store.remember_model(Path("b"))
    store.forget_model(Path("b"))
    assert store.current.current_model is None
    assert store.current.recent_models == (Path("a"),)


def test_a_folder_that_is_gone_is_not_offered(file: Path, tmp_path: Path) -> None:
    store = SettingsStore.open(file)
    store.remember_folder("photos", tmp_path)
    store.remember_folder("data", tmp_path / "gone")
    assert store.folder_for("photos") == tmp_path
    assert store.folder_for("data") is None
    assert store.folder_for("export") is None
