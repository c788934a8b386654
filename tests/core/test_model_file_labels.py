"""Names of categories: what people call things passes, what could deceive or lead away does not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.dataset.scan import scan_folder
from ml_core.errors import DatasetError, ModelFileError
from ml_core.model_file.labels import LONGEST_NAME, MOST_CLASSES, usable_names
from ml_core.training.recipe import recipe_for
from ml_core.training.trainer import train


@pytest.mark.parametrize(
    "name",
    ["T-shirt/top", "~old", "a..b", "...", "Größe\n42", "Ünïcode \udcff", "עברית\u200f", "50 % off",
     "a:b", "👩\u200d👧", "m" * LONGEST_NAME],
)  # fmt: skip
def test_names_of_things(name: str) -> None:
    assert usable_names([name, "other"]) == (name, "other")


@pytest.mark.parametrize(
    "name",
    ["", " ", "/etc", "..", ".", "a/../b", "a\\..\\b", "C:\\x", "\\\\server", "~", "~/.bashrc",
     "~root/x", "\x1b[2J", "\x9b1m", "\x07", "mug\u202egpj", "\u2066x", "m" * (LONGEST_NAME + 1), 3,
     None, ["mug"]],
)  # fmt: skip
def test_names_that_cannot_serve(name: object) -> None:
    with pytest.raises(ModelFileError, match="unusable category name") as caught:
        usable_names([name, "other"])
    assert caught.value.what.isprintable()


@pytest.mark.parametrize(
    "names",
    [[], ["one"], ["mug", "mug"], ["caf\u00e9", "cafe\u0301"], ["mug", "mug "],
     [str(number) for number in range(MOST_CLASSES + 1)]],
)  # fmt: skip
def test_lists_that_cannot_serve(names: list[str]) -> None:
    with pytest.raises(ModelFileError, match="different"):
        usable_names(names)


def test_a_folder_with_such_a_name_is_refused_before_training(photos: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(photos, tmp_path / "photos")
    (folder / "mug").rename(folder / "mug\u202egpj")
    recipe = replace(recipe_for("fast"), weights="none")
    with pytest.raises(DatasetError, match="Rename the sub-folder"):
        train(scan_folder(folder), recipe)
