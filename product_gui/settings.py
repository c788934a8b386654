"""What the program remembers of its user: one small typed file that can never stop a start."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, Self, get_args

from ml_core import storage
from ml_core.errors import StorageError

log = logging.getLogger(__name__)

VERSION = 1
FILE_NAME = "settings.json"
RECENT = 12
"""So many recent models and data sets are remembered."""

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is remembered.

    Attributes:
        theme: Light, dark, or whatever the system says.
        geometry: Size and place of the window as Tk writes them; empty before the first close.
        page: The page shown last.
        folders: Purpose of a file dialog ("photos", "data", "export" ...) -> its last folder.
        current_model: The model file that answers; None before there is one.
        recent_models: Model files used, newest first.
        recent_data: Folders trained on, newest first.
    """

    theme: Theme = "system"
    geometry: str = ""
    page: str = ""
    folders: dict[str, str] = field(default_factory=dict)
    current_model: Path | None = None
    recent_models: tuple[Path, ...] = ()
    recent_data: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self)
        return {
            "version": VERSION,
            **values,
            "current_model": str(self.current_model) if self.current_model else None,
            "recent_models": [str(path) for path in self.recent_models],
            "recent_data": [str(path) for path in self.recent_data],
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Read what ``to_json`` wrote. Names of a newer version are passed over.

        Raises:
            ValueError, TypeError, KeyError: It is not what it should be.
        """
        known = {item.name for item in fields(cls)}
        kept = {name: _checked(name, value) for name, value in values.items() if name in known}
        return cls(**kept)


def _checked(name: str, value: Any) -> Any:
    match name:
        case "theme":
            return THEMES[THEMES.index(value)]
        case "current_model":
            return Path(value) if value else None
        case "recent_models" | "recent_data":
            return tuple(Path(item) for item in value)
        case "folders":
            return {str(purpose): str(folder) for purpose, folder in value.items()}
        case _:
            if not isinstance(value, str):
                raise TypeError(f"{name} is {value!r}, not a text.")
            return value


class SettingsStore:
    """The settings in use, written to the disk at each change."""

    def __init__(self, file: Path, settings: Settings | None = None) -> None:
        self._file = file
        self.current = settings or Settings()

    @classmethod
    def open(cls, file: Path | None = None) -> Self:
        """Read the file; where it is broken, put it aside and begin afresh."""
        file = file or storage.data_folder() / FILE_NAME
        return cls(file, _read(file))

    def change(self, change: Callable[[Settings], Settings]) -> None:
        """Change the settings and write them. A disk that refuses is logged, not fatal."""
        changed = change(self.current)
        if changed == self.current:
            return
        self.current = changed
        try:
            storage.write_json(self._file, changed.to_json())
        except StorageError as error:
            log.warning("Settings could not be kept: %s", error)

    def folder_for(self, purpose: str) -> Path | None:
        """Where a file dialog for this purpose was last, if that still exists."""
        folder = self.current.folders.get(purpose)
        return Path(folder) if folder and Path(folder).is_dir() else None

    def remember_folder(self, purpose: str, folder: Path) -> None:
        """Begin the next file dialog for this purpose here."""
        self.change(lambda old: replace(old, folders={**old.folders, purpose: str(folder)}))

    def remember_model(self, path: Path) -> None:
        """This model answers now, also at the next start."""
        self.change(
            lambda old: replace(
                old, current_model=path, recent_models=_newest_first(path, old.recent_models)
            )
        )

    def forget_model(self, path: Path) -> None:
        """Leave a model file out of the list; the file itself is not touched."""
        self.change(
            lambda old: replace(
                old,
                current_model=None if old.current_model == path else old.current_model,
                recent_models=tuple(known for known in old.recent_models if known != path),
            )
        )

    def remember_data(self, folder: Path) -> None:
        """This folder was opened for training."""
        self.change(lambda old: replace(old, recent_data=_newest_first(folder, old.recent_data)))


def _newest_first(path: Path, known: tuple[Path, ...]) -> tuple[Path, ...]:
    return (path, *(other for other in known if other != path))[:RECENT]


def _read(file: Path) -> Settings | None:
    import json

    try:
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        _put_aside(file, error)
        return None
    try:
        return Settings.from_json(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _put_aside(file, error)
        return None


def _put_aside(file: Path, error: Exception) -> None:
    """Keep a broken file under another name: somebody may want to look at it."""
    number = 1
    while (aside := file.with_name(f"{file.stem}.broken-{number}{file.suffix}")).exists():
        number += 1
    log.warning("The settings cannot be read and are put aside as %s: %s", aside.name, error)
    try:
        file.rename(aside)
    except OSError as problem:
        log.warning("They could not be put aside: %s", problem)
