"""Descriptions in model files: read strictly, whoever wrote them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ml_core.model_file import members
from ml_core.model_file.manifest import FORMAT_VERSION, Manifest
from ml_core.model_file.read import read_manifest
from ml_core.training.recipe import recipe_for
from tests.core.model_files import contents_of, redescribed, refusal, zip_to


def test_a_file_of_a_newer_version(fast_model: Path, tmp_path: Path) -> None:
    error = refusal(redescribed(fast_model, tmp_path, format_version=FORMAT_VERSION + 1))
    assert "newer version of this program" in error.what
    assert "Update" in error.mend


@pytest.mark.parametrize("version", [None, 0, -1, "1", 1.0, True])
def test_a_file_without_a_version(fast_model: Path, tmp_path: Path, version: object) -> None:
    error = refusal(redescribed(fast_model, tmp_path, format_version=version))
    assert "names no format version" in error.what


@pytest.mark.parametrize(
    "content", [b"", b"no json", b"[1, 2]", b"null", b'{"a":', b"\xff\xfe", b"[" * 100_000]
)
def test_a_description_that_is_none(fast_model: Path, tmp_path: Path, content: bytes) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model) | {members.MANIFEST: content})
    assert "its description cannot be read" in refusal(path, opening=read_manifest).what


def scores(**values: Any) -> dict[str, Any]:
    fine = {"validation_accuracy": 0.5, "validation_photos": 4, "test_accuracy": None}
    return {**fine, "test_photos": 0, **values}


def recipe(**values: Any) -> dict[str, Any]:
    return {**recipe_for("fast").to_json(), **values}


UNUSABLE: list[tuple[str, Any]] = [
    ("class_names", None),
    ("class_names", "lamp"),
    ("class_names", []),
    ("class_names", ["lamp"]),
    ("class_names", ["lamp", "lamp", "mug"]),
    ("class_names", ["lamp", "", "mug"]),
    ("class_names", ["lamp", 3, "mug"]),
    ("class_names", ["lamp", ["x"], "mug"]),
    ("class_names", ["lamp", "mu\0g", "shirt"]),
    ("class_names", ["lamp", "m" * 300, "shirt"]),
    ("class_names", ["lamp", "mug"]),  # the head has three
    ("input", None),
    ("input", {"size": 64, "channels": 3}),
    ("input", {"size": 0, "channels": 3, "resize": "stretch"}),
    ("input", {"size": 100_000, "channels": 3, "resize": "stretch"}),
    ("input", {"size": 64, "channels": 2, "resize": "stretch"}),
    ("input", {"size": 64, "channels": 3, "resize": "wave"}),
    ("input", {"size": "64", "channels": 3, "resize": "stretch"}),
    ("input", {"size": 1e999, "channels": 3, "resize": "stretch"}),
    ("embedding_size", 3),
    ("embedding_size", "1280"),
    ("embedding_size", 1e999),
    ("embedding_size", -1),
    ("parameters", None),
    ("name", None),
    ("created", 2026),
    ("architecture", ["mobilenet_v2"]),
    ("scores", None),
    ("scores", {}),
    ("scores", scores(test_accuracy="high")),
    ("scores", scores(test_accuracy=1.5)),
    ("scores", scores(test_accuracy=float("nan"))),
    ("scores", scores(test_photos=-3)),
    ("recipe", {"epochs": "many"}),
    ("recipe", {"unheard_of": 1}),
    ("recipe", recipe(resize="wave")),
    ("photo_counts", {"train": "eight"}),
    ("photo_counts", None),
    ("versions", {"keras": 3}),
    ("hashes", None),
    ("hashes", {}),
    ("dataset_fingerprint", 17),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), UNUSABLE)
def test_descriptions_that_cannot_serve(
    fast_model: Path, tmp_path: Path, key: str, value: Any
) -> None:
    refusal(redescribed(fast_model, tmp_path, **{key: value}))


@pytest.mark.parametrize("key", [key for key in Manifest.__dataclass_fields__ if key != "trust"])
def test_a_description_that_lacks_something(fast_model: Path, tmp_path: Path, key: str) -> None:
    contents = contents_of(fast_model)
    values = json.loads(contents[members.MANIFEST])
    del values[key]
    contents[members.MANIFEST] = json.dumps(values).encode()
    error = refusal(zip_to(tmp_path / "m.keras", contents))
    assert f"'{key}' is missing" in error.what


def test_long_texts_are_cut_and_unknown_values_are_let_be(fast_model: Path, tmp_path: Path) -> None:
    path = redescribed(fast_model, tmp_path, name="n" * 10_000, something_new=[1, 2])
    assert read_manifest(path).name == "n" * 255
