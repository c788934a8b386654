"""Recipes: every setting has a range, and what does not fit is named."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from ml_core.dataset.augment import MOST, PRESETS, Amounts
from ml_core.errors import RecipeError
from ml_core.images import ResizePolicy
from ml_core.models.registry import ARCHITECTURES
from ml_core.training.recipe import GOALS, Recipe, recipe_for

PRETRAINED = [name for name, network in ARCHITECTURES.items() if network.pretrained]

RANGES: dict[str, tuple[list[Any], list[Any]]] = {
    # what serves, what does not
    "input_size": ([32, 1024], [15, 1025, 224.0, "224", True, None]),
    "epochs": ([1, 10_000], [0, -1, 10_001, 1.5, "3", True]),
    "batch_size": ([1, 4096], [0, 4097, 32.0]),
    "learning_rate": ([1e-7, 1e-3, 1, 10.0], [0, -1e-3, 10.1, float("nan"), float("inf"), "0.1"]),
    "label_smoothing": ([0.0, 0, 0.9], [-0.1, 0.91, 1.0, float("nan")]),
    "validation_share": ([0.01, 0.8], [0, 0.009, 0.81, 1.0]),
    "test_share": ([0, 0.0, 0.5], [-0.01, 0.81]),
    "seed": ([0, 2**31 - 1], [-1, 2**31, 0.5]),
    "early_stopping": ([0, 10_000], [-1, 10_001]),
    "reduce_rate": ([0, 10_000], [-1, 10_001]),
    "fine_tune_layers": ([1, 10_000], [0, 10_001]),
    "fine_tune_epochs": ([1, 10_000], [0, 10_001]),
    "goal": (["fast", "best"], ["quick", "", None, 3]),
    "optimizer": (["adam", "adamw", "sgd", "rmsprop"], ["Adam", None]),
    "augmentation": (["none", "gentle", "strong", "custom"], ["some", None]),
    "custom": ([Amounts(), Amounts(rotation=180, shear=0.5)], [None, 3, "strong"]),
    "architecture": (PRETRAINED, [None, 3]),
    "weights": (["imagenet", "none", "mine.h5"], [None, 3]),
    "resize": (list(ResizePolicy), ["squeeze", None]),
    "mirror": ([True, False], [1, "yes", None]),
    "class_weights": ([True, False], [1, "yes", None]),
    "tensorboard": ([True, False], [0, "no"]),
}


def cases(which: int) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}={value!r}")
        for name, both in RANGES.items()
        for value in both[which]
    ]


def room_for(name: str) -> dict[str, Any]:
    """Let the other share leave room for the one that is tried."""
    return {"validation_share": {"test_share": 0.0}}.get(name, {"input_size": 224})


def test_every_setting_has_its_range_tested() -> None:
    assert set(RANGES) == {field.name for field in fields(Recipe)}


@pytest.mark.parametrize(("name", "value"), cases(0))
def test_values_in_range_serve(name: str, value: Any) -> None:
    recipe = replace(Recipe(), **{**room_for(name), name: value})
    assert recipe.validate() is recipe


@pytest.mark.parametrize(("name", "value"), cases(1))
def test_values_out_of_range_are_named(name: str, value: Any) -> None:
    with pytest.raises(RecipeError) as caught:
        replace(Recipe(), **{name: value}).validate()
    assert caught.value.what == f"{name.replace('_', ' ').capitalize()} is {value!r}."
    assert caught.value.expected


@pytest.mark.parametrize(("name", "value"), cases(1))
def test_values_out_of_range_are_not_read(name: str, value: Any) -> None:
    with pytest.raises(RecipeError):
        Recipe.from_json({**Recipe().to_json(), name: value})


def test_an_architecture_of_a_newer_version_is_read_but_not_trained() -> None:
    recipe = Recipe.from_json({"architecture": "vision_of_tomorrow"})
    with pytest.raises(RecipeError, match="vision_of_tomorrow"):
        recipe.validate()


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_recommended_settings_serve(goal: Any, architecture: str) -> None:
    network = ARCHITECTURES[architecture]
    if goal != "scratch" and not network.pretrained:
        with pytest.raises(RecipeError, match="no pretrained weights") as caught:
            recipe_for(goal, architecture=architecture)
        assert all(name in str(caught.value) for name in PRETRAINED)
        return
    recipe = recipe_for(goal, architecture=architecture)
    assert recipe.validate() == recipe
    assert (recipe.goal, recipe.architecture) == (goal, architecture)
    assert (recipe.input_size, recipe.resize) == (network.input_size, network.resize)
    assert recipe.weights == ("none" if goal == "scratch" else "imagenet")
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    if goal == "scratch":
        assert recipe.epochs == network.scratch.epochs
        assert recipe.learning_rate == network.scratch.learning_rate
        assert recipe.augmentation == network.scratch.augmentation
    else:
        assert recipe.fine_tune_layers == network.fine_tune_layers
    assert not recipe.mirror, "mirroring breaks printed text, so it is asked for"


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_has_a_recommended_network(goal: Any) -> None:
    assert recipe_for(goal).validate().architecture in ARCHITECTURES


@pytest.mark.parametrize("goal", ["quick", "", None])
def test_an_unknown_goal_is_named(goal: Any) -> None:
    with pytest.raises(RecipeError, match="fast, best, scratch"):
        recipe_for(goal)


@pytest.mark.parametrize("architecture", ["vgg", "MobileNet_V2", " "])
def test_an_unknown_architecture_is_named_with_those_that_exist(architecture: str) -> None:
    with pytest.raises(RecipeError, match="mobilenet_v2_035") as caught:
        recipe_for("fast", architecture=architecture)
    assert repr(architecture) in caught.value.what


@pytest.mark.parametrize(("validation", "test"), [(0.8, 0.2), (0.5, 0.5), (0.46, 0.45)])
def test_something_must_be_left_to_train_on(validation: float, test: float) -> None:
    recipe = replace(Recipe(), validation_share=validation, test_share=test)
    with pytest.raises(RecipeError, match="kept back from training"):
        recipe.validate()


def test_photos_must_not_be_too_small_for_the_network() -> None:
    recipe = recipe_for("fast", architecture="inception_v3")
    assert replace(recipe, input_size=75).validate()
    with pytest.raises(RecipeError, match="at least 75 pixels") as caught:
        replace(recipe, input_size=74).validate()
    assert "74" in caught.value.what
    assert "InceptionV3" in caught.value.what


def test_the_goal_must_fit_the_network() -> None:
    recipe = recipe_for("scratch", architecture="slash_cnn")
    for goal in ("fast", "best"):
        with pytest.raises(RecipeError, match="Slash CNN has no pretrained weights"):
            replace(recipe, goal=goal).validate()


def test_a_recipe_survives_json() -> None:
    recipe = Recipe(
        goal="best", architecture="resnet50_v2", weights="/a/ü b.h5", input_size=96,
        resize=ResizePolicy.PAD, epochs=3, batch_size=7, learning_rate=0.5, optimizer="sgd",
        augmentation="custom", custom=Amounts(zoom=0.1, colour=0.2), mirror=True,
        class_weights=True, label_smoothing=0.25,
        validation_share=0.2, test_share=0.0, seed=77, early_stopping=0, reduce_rate=2,
        fine_tune_layers=5, fine_tune_epochs=2, tensorboard=True,
    )  # fmt: skip
    differing = [f.name for f in fields(Recipe) if getattr(recipe, f.name) == f.default]
    assert not differing, "every field is another than the default"
    text = json.dumps(recipe.to_json())
    read = Recipe.from_json(json.loads(text))
    assert read == recipe
    assert isinstance(read.resize, ResizePolicy)


def test_what_is_not_said_is_as_recommended() -> None:
    assert Recipe.from_json({}) == Recipe()
    assert Recipe.from_json({"epochs": 3}) == replace(Recipe(), epochs=3)


def test_unknown_settings_are_named() -> None:
    with pytest.raises(RecipeError, match=r"dropout, warp") as caught:
        Recipe.from_json({"warp": 9, "epochs": 3, "dropout": 0.1})
    assert "learning_rate" in caught.value.expected
    assert caught.value.mend


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize("value", [-0.01, 180.5, float("nan"), "0.1", True, None])
def test_amounts_out_of_range_are_named(name: str, value: Any) -> None:
    recipe = Recipe(augmentation="custom", custom=Amounts(**{name: value}))
    with pytest.raises(RecipeError) as caught:
        recipe.validate()
    assert caught.value.what == f"Custom {name} is {value!r}."
    assert caught.value.expected == f"A number from 0 to {MOST[name]:g} was expected."
    with pytest.raises(RecipeError, match=f"Custom {name}"):
        Recipe.from_json(recipe.to_json())


@pytest.mark.parametrize(("name", "most"), MOST.items())
def test_amounts_in_range_serve(name: str, most: float) -> None:
    recipe = Recipe(augmentation="custom", custom=Amounts(**{name: most}))
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))).validate() == recipe


def test_unknown_amounts_are_named() -> None:
    with pytest.raises(RecipeError, match=r"noise, warp") as caught:
        Recipe.from_json({"custom": {"warp": 1, "zoom": 0.1, "noise": 2}})
    assert "rotation, shift" in caught.value.expected
    assert caught.value.mend


def test_the_amounts_are_those_of_the_chosen_kind() -> None:
    own = Amounts(zoom=0.3)
    assert Recipe(augmentation="custom", custom=own).amounts == own
    for kind, amounts in PRESETS.items():
        assert replace(Recipe(custom=own), augmentation=kind).amounts == amounts


def test_a_recipe_of_an_earlier_version_has_no_amounts() -> None:
    values = Recipe(augmentation="strong").to_json()
    del values["custom"]
    assert Recipe.from_json(values) == Recipe(augmentation="strong")
