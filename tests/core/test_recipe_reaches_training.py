"""How photos are varied and counted reaches every way of training."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.dataset.augment import PRESETS, Amounts
from ml_core.training import keras_network
from ml_core.training.fine_tuning import views_of
from ml_core.training.frozen import head_settings
from ml_core.training.recipe import Recipe, recipe_for
from tests.core.sample_photos import make_product_photos
from tests.core.trainings import run, tiny_recipe

# Keras' own, where it reads a variable
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

OWN = Amounts(rotation=30.0, brightness=0.2)


@pytest.fixture
def unequal(tmp_path: Path) -> Path:
    """Three times as many mugs as lamps."""
    photos = make_product_photos(tmp_path / "photos", classes=("mug",), per_class=36)
    make_product_photos(photos, classes=("lamp",), per_class=12)
    return photos


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the batches of a training from scratch are asked for."""
    asked: list[dict[str, Any]] = []
    real = keras_network.training_batches

    def listen(*photos: Any, **settings: Any) -> Any:
        asked.append({"labels": photos[1], **settings})
        return real(*photos, **settings)

    monkeypatch.setattr(keras_network, "training_batches", listen)
    return asked


def test_own_amounts_mirroring_and_class_weights_from_scratch(
    unequal: Path, batches: list[dict[str, Any]]
) -> None:
    recipe = replace(
        tiny_recipe(), epochs=1, augmentation="custom", custom=OWN, mirror=True, class_weights=True
    )
    result, _ = run(unequal, recipe)
    (asked,) = batches
    assert (asked["augmentation"], asked["mirror"]) == (OWN, True)
    counts = np.bincount(asked["labels"])
    weights = asked["class_weights"]
    np.testing.assert_allclose(weights * counts, (weights * counts)[0], rtol=1e-5)
    assert weights[0] > 2 * weights[1], "lamps are few"
    assert result.run.recipe.custom == OWN


def test_every_photo_weighs_the_same_unless_asked(
    unequal: Path, batches: list[dict[str, Any]]
) -> None:
    run(unequal, replace(tiny_recipe(), epochs=1))
    assert batches[0]["class_weights"] is None
    assert batches[0]["augmentation"] == PRESETS["none"]


@pytest.mark.parametrize("is_asked", [True, False])
def test_class_weights_reach_the_head(*, is_asked: bool) -> None:
    assert head_settings(Recipe(class_weights=is_asked)).class_weights is is_asked


def test_own_amounts_reach_fine_tuning() -> None:
    recipe = replace(recipe_for("best"), augmentation="custom", custom=OWN, mirror=True)
    views = views_of(recipe, 100)
    assert (views.amounts, views.mirror) == (OWN, True)
