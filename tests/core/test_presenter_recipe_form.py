"""The settings as a person edits them: wrong entries are told beside their field."""

from pathlib import Path

import pytest

from ml_core.training.recipe import GOALS, recipe_for
from product_gui.presenters.recipe_form import FIELDS, RecipeForm, fresh_form


@pytest.mark.parametrize("goal", GOALS)
def test_recommended_settings_need_no_touch(goal: str) -> None:
    form = fresh_form(goal)
    assert form.errors == {}
    assert form.recipe == recipe_for(goal)
    assert form.changed == frozenset()


@pytest.mark.parametrize(
    ("name", "entry", "value"),
    [
        ("epochs", "12", 12),
        ("epochs", " 12 ", 12),
        ("learning_rate", "0,002", 0.002),
        ("learning_rate", "1e-4", 1e-4),
        ("validation_share", "20 %", 0.2),
        ("test_share", "12.5", 0.125),
        ("mirror", True, True),
        ("resize", "pad", "pad"),
        ("optimizer", "sgd", "sgd"),
        ("seed", "7", 7),
    ],
)
def test_entries_become_settings(name: str, entry: str | bool, value: object) -> None:
    form = fresh_form("best").with_value(name, entry)
    assert form.errors == {}
    assert form.recipe is not None
    assert getattr(form.recipe, name) == value
    assert form.changed == {name}


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("epochs", ""),
        ("epochs", "many"),
        ("epochs", "1.5"),
        ("epochs", "0"),
        ("batch_size", "-1"),
        ("learning_rate", "fast"),
        ("learning_rate", "0"),
        ("learning_rate", "nan"),
        ("validation_share", "100"),
        ("input_size", "1"),
        ("weights", "/nowhere/weights.h5"),
    ],
)
def test_wrong_entries_are_told_beside_their_field(name: str, entry: str) -> None:
    form = fresh_form("fast").with_value(name, entry)
    assert set(form.errors) == {name}
    assert form.errors[name].endswith(".")
    assert form.recipe is None
    assert form.values[name] == entry, "what was typed stays"
    assert fresh_form("fast").values[name] != entry


def test_ranges_are_in_the_units_of_the_field() -> None:
    form = fresh_form("fast").with_value("test_share", "99")
    assert form.errors["test_share"] == "A number from 0 % to 80 % was expected."


def test_several_wrong_entries_at_once() -> None:
    form = fresh_form("fast").with_value("epochs", "x").with_value("batch_size", "0")
    assert set(form.errors) == {"epochs", "batch_size"}


def test_entries_that_do_not_fit_each_other() -> None:
    form = fresh_form("fast").with_value("validation_share", "50").with_value("test_share", "49")
    together = form.with_value("test_share", "50")
    assert together.errors
    assert together.recipe is None


def test_a_weights_file(tmp_path: Path) -> None:
    file = tmp_path / "w.h5"
    file.touch()
    form = fresh_form("fast").with_value("weights", str(file))
    assert form.recipe is not None
    assert form.recipe.weights == str(file)


def test_another_network_brings_its_own_settings() -> None:
    form = fresh_form("scratch").with_value("epochs", "3").with_value("seed", "9")
    other = form.with_value("architecture", "fashion_cnn")
    assert other.recipe is not None
    assert other.recipe.input_size == 28
    assert other.recipe.seed == 9, "what belongs to the photos stays"
    assert "epochs" not in other.changed


def test_another_goal_keeps_what_belongs_to_the_photos() -> None:
    form = fresh_form("fast").with_value("mirror", True).with_value("epochs", "3")
    other = form.with_goal("scratch")
    assert other.recipe is not None
    assert (other.goal, other.recipe.mirror) == ("scratch", True)
    assert "epochs" not in other.changed


def test_reset() -> None:
    form = fresh_form("best").with_value("epochs", "x").with_value("mirror", True).reset()
    assert form == fresh_form("best")


def names(form: RecipeForm) -> set[str]:
    return {field.name for field in form.fields}


def test_only_settings_that_matter_are_shown() -> None:
    assert "fine_tune_layers" not in names(fresh_form("fast"))
    assert "optimizer" not in names(fresh_form("fast"))
    assert {"fine_tune_layers", "optimizer", "weights"} <= names(fresh_form("best"))
    assert "weights" not in names(fresh_form("scratch")), "a small network has none"


@pytest.mark.parametrize("goal", GOALS)
def test_every_choice_can_be_made(goal: str) -> None:
    form = fresh_form(goal)
    for field in FIELDS:
        if field.kind == "choice":
            choices = form.choices(field.name)
            assert form.values[field.name] in dict(choices)
            for value, label in choices:
                assert label
                assert form.with_value(field.name, value).errors == {}
