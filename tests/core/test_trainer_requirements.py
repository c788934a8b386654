"""What cannot be trained is told before anything slow; the cache of prepared backbones."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest

from ml_core import storage
from ml_core.dataset.scan import scan_folder
from ml_core.embedding import conversion
from ml_core.errors import (
    RecipeError,
    StorageError,
    WeightsError,
)
from ml_core.events import (
    Event,
    Warned,
)
from ml_core.training.recipe import Recipe
from ml_core.training.trainer import train
from tests.core.conftest import Trained, fast_recipe
from tests.core.trainings import (
    nothing_is_left,
    phases,
    run,
    tiny_recipe,
)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def assert_refused(photos: Path, recipe: Recipe, error: type[Exception], sentence: str) -> None:
    events: list[Event] = []
    with pytest.raises(error, match=sentence):
        train(scan_folder(photos), recipe, report=events.append)
    assert "scan" not in phases(events)
    assert nothing_is_left()


def test_settings_out_of_range(photos: Path) -> None:
    assert_refused(photos, replace(fast_recipe(), epochs=0), RecipeError, "Epochs is 0")


def test_a_full_disk(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert_refused(photos, fast_recipe(), StorageError, "disk")


def test_no_room_for_the_pixels(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=120_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert_refused(photos, tiny_recipe(), StorageError, "disk")


def test_a_weights_file_that_is_not_there(photos: Path, tmp_path: Path) -> None:
    recipe = replace(fast_recipe(), weights=str(tmp_path / "gone.h5"))
    assert_refused(photos, recipe, WeightsError, "gone.h5 does not exist")


def test_weights_that_cannot_be_downloaded(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise URLError("no network")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("ml_core.models.weights.urlopen", no_network)
    recipe = replace(fast_recipe(), weights="imagenet")
    assert_refused(photos, recipe, WeightsError, "no network")


def test_a_prepared_network_needs_no_download(
    photos: Path, warm_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    recipe = replace(fast_recipe(), weights="imagenet", epochs=1)
    prepared = conversion._folder(recipe.architecture, recipe.input_size, "none")
    shutil.copytree(
        prepared, conversion._folder(recipe.architecture, recipe.input_size, "imagenet")
    )
    result, events = run(photos, recipe)
    assert result.run.state == "done"
    assert not any(isinstance(event, Warned) for event in events)


def test_random_weights_are_told(fast: Trained) -> None:
    warnings = [event.message for event in fast.events if isinstance(event, Warned)]
    assert any("random weights" in message for message in warnings)


def test_a_half_deleted_backbone_is_made_again(warm_home: Path) -> None:
    recipe = fast_recipe()
    folder = conversion._folder(recipe.architecture, recipe.input_size, "none")
    assert conversion.backbone_is_prepared(recipe.architecture, input_size=64, weights="none")
    (folder / "embedder.tflite").unlink()
    assert not conversion.backbone_is_prepared(recipe.architecture, input_size=64, weights="none")
    made = conversion.prepare_backbone(recipe.architecture, input_size=64, weights="none")
    assert made.template.is_file()
    assert len(made.embedder) > 100_000


def test_a_weights_file_counts_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(weights: str) -> Path:
        return conversion._folder("mobilenet_v2", 64, weights)

    one, same, other = (tmp_path / name for name in ("one.h5", "same.h5", "other.h5"))
    one.write_bytes(b"weights")
    same.write_bytes(b"weights")
    other.write_bytes(b"others")
    assert place(str(one)) == place(str(same)) != place(str(other))
    before = place("imagenet")
    monkeypatch.chdir(tmp_path)
    Path("imagenet").write_bytes(b"a file of this name")
    assert place("imagenet") == before
    assert place("none") != before
    assert before.is_relative_to(storage.cache_folder())
    assert os.sep not in before.name
