"""The settings as a person edits them: wrong entries are told beside their field."""

from pathlib import Path

import pytest

from ml_core.dataset.augment import MOST, NOTHING, PRESETS, Amounts
from ml_core.training.recipe import GOALS, recipe_for
from product_gui.presenters.recipe_form import (
    AMOUNTS,
    FIELDS,
    RecipeForm,
    fresh_form,
    largest_entry,
)


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
        ("class_weights", True, True),
        ("augmentation", "strong", "strong"),
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


def test_another_goal_keeps_class_weights() -> None:
    other = fresh_form("fast").with_value("class_weights", True).with_goal("best")
    assert other.recipe is not None
    assert other.recipe.class_weights


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


def amounts_of(form: RecipeForm) -> Amounts:
    assert form.recipe is not None
    return form.recipe.amounts


def test_every_amount_has_a_field_of_its_own() -> None:
    assert set(AMOUNTS) == set(MOST)
    assert {field.name for field in FIELDS if field.group == "variation"} >= set(AMOUNTS)
    assert {name: largest_entry(name) for name in AMOUNTS} == {
        name: most if name == "rotation" else 100 * most for name, most in MOST.items()
    }


@pytest.mark.parametrize("kind", PRESETS)
def test_a_preset_shows_its_amounts(kind: str) -> None:
    form = fresh_form("best").with_value("augmentation", kind)
    preset = PRESETS[kind]
    assert form.amounts["rotation"] == f"{preset.rotation:g}"
    assert form.amounts["zoom"] == f"{100 * preset.zoom:g}"
    assert amounts_of(form) == preset
    assert form.recipe is not None
    assert form.recipe.custom == NOTHING, "only amounts of the user's own are kept in a recipe"


@pytest.mark.parametrize("name", AMOUNTS)
def test_moving_an_amount_makes_all_of_them_the_users_own(name: str) -> None:
    form = fresh_form("best").with_value("augmentation", "strong").with_value(name, "11")
    assert form.values["augmentation"] == "custom"
    moved = 11.0 if name == "rotation" else 0.11
    others = {other: getattr(PRESETS["strong"], other) for other in AMOUNTS if other != name}
    assert amounts_of(form) == Amounts(**others, **{name: moved})
    assert form.amounts[name] == "11"


def test_choosing_custom_begins_with_the_preset_and_keeps_what_was_set() -> None:
    form = fresh_form("scratch").with_value("augmentation", "custom")
    assert amounts_of(form) == PRESETS["strong"]
    own = form.with_value("zoom", "33")
    back = own.with_value("augmentation", "gentle").with_value("augmentation", "custom")
    assert amounts_of(back) == amounts_of(own)


def test_own_amounts_survive_another_goal_that_has_no_use_for_them() -> None:
    own = fresh_form("best").with_value("rotation", "33")
    fast = own.with_goal("fast")
    assert fast.recipe is not None
    assert fast.recipe.augmentation == "none"
    assert fast.recipe.custom == NOTHING
    assert fast.changed == frozenset()
    assert amounts_of(fast.with_goal("scratch")) == amounts_of(own)


def test_a_preset_counts_as_one_change() -> None:
    form = fresh_form("best").with_value("rotation", "33").with_value("augmentation", "strong")
    assert form.changed == {"augmentation"}


@pytest.mark.parametrize(
    ("name", "entry", "error"),
    [
        ("rotation", "181", "A number from 0 to 180 was expected."),
        ("rotation", "-1", "A number from 0 to 180 was expected."),
        ("zoom", "51", "A number from 0 % to 50 % was expected."),
        ("shift", "nan", "A number from 0 % to 50 % was expected."),
        ("colour", "much", "Enter a number."),
    ],
)
def test_wrong_amounts_are_told_beside_their_field(name: str, entry: str, error: str) -> None:
    form = fresh_form("scratch").with_value(name, entry)
    assert form.errors == {name: error}
    assert form.recipe is None
    assert form.tabs_with_errors == ("photos",)


def test_sheets_with_errors_are_known() -> None:
    form = fresh_form("fast").with_value("epochs", "x")
    assert form.tabs_with_errors == ("network",)
    assert form.with_value("test_share", "x").tabs_with_errors == ("network", "photos")
    assert fresh_form("fast").tabs_with_errors == ()


def test_fast_shows_no_setting_that_it_does_not_use() -> None:
    assert names(fresh_form("fast")).isdisjoint({"augmentation", *AMOUNTS})
    assert {"mirror", "class_weights"} <= names(fresh_form("fast"))
    assert {"augmentation", *AMOUNTS} <= names(fresh_form("best"))
