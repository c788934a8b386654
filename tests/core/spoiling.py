"""Ways to spoil a good model file; see ``hostile_models`` for what is made by them."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from tests.core.model_files import Contents, contents_of, redescribed, zip_to

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
Config = dict[str, Any]
Make = Callable[[Path, Path], Path]


@dataclass(frozen=True)
class Hostile:
    """``make(good, folder)`` gives the file; ``sentence`` is a part of its refusal."""

    make: Make
    sentence: str


def hostile(table: dict[str, Hostile], name: str, sentence: str) -> Callable[[Make], Make]:
    """Put a function that makes a file into a table."""

    def add(make: Make) -> Make:
        table[name] = Hostile(make, sentence)
        return make

    return add


# Ways to change one part.


def packed(contents: Contents, folder: Path, *, kind: int = zipfile.ZIP_STORED) -> Path:
    return zip_to(folder / "m.keras", contents, kind=kind)


def with_config(edit: Callable[[Config], Any]) -> Make:
    def make(good: Path, folder: Path) -> Path:
        contents = contents_of(good)
        config = json.loads(contents[CONFIG])
        config = edit(config) or config
        text = config if isinstance(config, str) else json.dumps(config)
        return packed({**contents, CONFIG: text.encode()}, folder)

    return make


def with_weights(edit: Callable[[h5py.File, Path], Any]) -> Make:
    def make(good: Path, folder: Path) -> Path:
        contents = contents_of(good)
        memory = io.BytesIO(contents[WEIGHTS])
        with h5py.File(memory, "r+") as file:
            edit(file, folder)
        return packed({**contents, WEIGHTS: memory.getvalue()}, folder)

    return make


def with_bytes(edit: Callable[[bytes], bytes]) -> Make:
    def make(good: Path, folder: Path) -> Path:
        path = folder / "m.keras"
        path.write_bytes(edit(good.read_bytes()))
        return path

    return make


def with_members(more: Mapping[str, bytes]) -> Make:
    return lambda good, folder: packed({**contents_of(good), **more}, folder)


def described(**values: Any) -> Make:
    return lambda good, folder: redescribed(good, folder, **values)
