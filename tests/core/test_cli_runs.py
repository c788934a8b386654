"""``ml-core runs``, ``resume`` and recipes in files."""

from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.dataset.augment import Amounts
from ml_core.errors import RecipeError, StorageError
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs, star
from ml_core.training import recipe_file
from ml_core.training.recipe import GOALS, Recipe, recipe_for
from ml_core.training.recipe_file import read_recipe, write_recipe
from tests.core.command_line import ml_core, train
from tests.core.test_resume import after_epoch, interrupted
from tests.core.trainings import run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_runs_are_listed(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    assert ml_core("runs").notes.strip() == "No training yet."
    train(photos, tmp_path / "shop.keras", "--epochs", 3)
    (run,) = list_runs()
    star(run)
    (line,) = ml_core("runs").results.splitlines()
    shown = line.split()
    assert shown[:4] == ["*", run.folder.name, "shop", "done"]
    assert shown[4] == f"{run.test_accuracy:.1%}"
    (values,) = ml_core("runs", "--json").values
    assert (values["id"], values["name"], values["state"]) == (run.folder.name, "shop", "done")
    assert values["model"] == str(run.model_path)


def test_an_interrupted_training_is_resumed_and_one_that_ended_made_longer(
    photos: Path, tmp_path: Path
) -> None:
    dead = interrupted(photos, replace(tiny_recipe(), epochs=2), after_epoch(1))
    assert ml_core("runs").results.split()[2] == "interrupted"
    said = ml_core("resume", "--out", tmp_path / "m.keras", "--json")
    assert said.status == 0
    assert said.values[0]["epochs"] == 2
    assert "Going on after epoch 1 of 2" in said.notes
    assert Classifier.open(tmp_path / "m.keras").class_names == ("lamp", "mug", "shirt")
    assert ml_core("resume").error == "No training can be resumed. See 'ml-core runs'."
    assert "it is done" in ml_core("resume", dead.folder.name).error
    longer = ml_core("resume", dead.folder.name, "--epochs", 1)
    assert longer.status == 0
    assert longer.results.splitlines()[1].startswith("Saved ")
    assert [one.epochs for one in list_runs()] == [3, 2]


@pytest.mark.parametrize("words", [["gone"], ["gone", "--epochs", 1]])
def test_a_training_that_is_not_there(words: list[object]) -> None:
    assert ml_core("resume", *words).error.startswith('There is no training "gone".')


# Recipes in files


@pytest.mark.parametrize("goal", GOALS)
def test_a_recipe_survives_its_file(goal: str, tmp_path: Path) -> None:
    recipe = recipe_for(goal)  # type: ignore[arg-type]
    write_recipe(recipe, tmp_path / "recipe.toml")
    assert read_recipe(tmp_path / "recipe.toml") == recipe


def test_odd_values_survive_too(tmp_path: Path) -> None:
    recipe = Recipe(
        goal="best", weights='C:\\a "b"\n \x00\x7f ü 商品.h5', learning_rate=1e-7, tensorboard=True,
        augmentation="custom", custom=Amounts(rotation=12.5, zoom=0.1),
    )  # fmt: skip
    write_recipe(recipe, tmp_path / "recipe.toml")
    assert read_recipe(tmp_path / "recipe.toml") == recipe


def test_a_file_is_for_people(tmp_path: Path) -> None:
    write_recipe(recipe_for("fast"), tmp_path / "recipe.toml")
    lines = (tmp_path / "recipe.toml").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert 'goal = "fast"' in lines
    assert "mirror = false" in lines
    (tmp_path / "short.toml").write_text('goal = "best"\nepochs = 7\n')
    assert read_recipe(tmp_path / "short.toml") == Recipe(goal="best", epochs=7)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"goal = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"epoch = 3\n", "does not know: epoch"),
        (b"epochs = 0\n", r"Epochs is 0.*from 1 to"),
        (b"epochs = 2026-01-01\n", "Epochs is"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=sentence) as caught:
        read_recipe(path)
    assert caught.value.path == path
    assert "bad.toml" in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"gone\.toml cannot be read: No such file"):
        read_recipe(tmp_path / "gone.toml")


def test_a_training_by_a_file(
    photos: Path, warm_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, kept = tmp_path / "m.keras", tmp_path / "kept.toml"
    assert train(photos, out, "--epochs", 3, "--save-recipe", kept, "--json").status == 0
    (first,) = list_runs()
    assert read_recipe(kept) == first.recipe
    said = ml_core("train", photos, "--out", out, "--recipe", kept, "--seed", 4, "--json")
    assert said.status == 0
    assert list_runs()[0].recipe == replace(first.recipe, seed=4)
    refused = ml_core(
        "train", photos, "--out", out, "--recipe", kept, "--architecture", "resnet50_v2"
    )
    assert "which names one" in refused.error


def test_a_recipe_that_cannot_be_kept_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(StorageError, match=r"folder\.toml"):
        write_recipe(recipe_for("fast"), tmp_path / "folder.toml")
    assert recipe_file.SUFFIX == ".toml"


def test_a_run_can_be_repeated_by_its_recipe(photos: Path, tmp_path: Path) -> None:
    first, _ = run(photos, replace(tiny_recipe(), epochs=1))
    write_recipe(first.run.recipe, tmp_path / "again.toml")
    again, _ = run(photos, read_recipe(tmp_path / "again.toml"))
    assert again.evaluation == first.evaluation
