"""Model files taken apart, changed and put together again, for tests."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import ModelFileError
from ml_core.model_file import members
from ml_core.prediction.classifier import Classifier

Contents = dict[str, bytes]


def contents_of(model: Path) -> Contents:
    with zipfile.ZipFile(model) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_to(path: Path, contents: Contents, *, kind: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def changed(model: Path, folder: Path, **members_by_name: Any) -> Path:
    """A copy with other members; hashes in the manifest are made to fit, unless it is given."""
    contents = contents_of(model)
    names = {"kernel": members.KERNEL, "bias": members.BIAS, "embedder": members.EMBEDDER}
    for name, content in members_by_name.items():
        contents[names[name]] = content
    values = json.loads(contents[members.MANIFEST])
    values["hashes"] = {name: members.sha256(contents[name]) for name in values["hashes"]}
    contents[members.MANIFEST] = json.dumps(values).encode()
    return zip_to(folder / "changed.keras", contents)


def redescribed(model: Path, folder: Path, **values: Any) -> Path:
    """A copy whose manifest says something else."""
    contents = contents_of(model)
    contents[members.MANIFEST] = json.dumps(
        json.loads(contents[members.MANIFEST]) | values
    ).encode()
    return zip_to(folder / "redescribed.keras", contents)


def refusal(path: Path, *, opening: Callable[[Path], Any] = Classifier.open) -> ModelFileError:
    """The error of opening ``path``, checked to name the file and to be a sentence."""
    with pytest.raises(ModelFileError) as caught:
        opening(path)
    error = caught.value
    assert path.name in error.what
    assert error.path == path
    assert error.what.endswith(".")
    assert "Traceback" not in str(error)
    return error
