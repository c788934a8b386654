"""Before a training: about how long it takes and what it needs, by a short trial."""

from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.dataset.scan import scan_folder
from ml_core.errors import Cancelled, RecipeError
from ml_core.events import EpochFinished
from ml_core.runs import list_runs
from ml_core.training.recipe import Recipe
from ml_core.training.sizing import _Course, estimate
from ml_core.training.sizing import _sample as sample_of
from tests.core.conftest import fast_recipe
from tests.core.trainings import run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize(
    "recipe", [fast_recipe(), replace(tiny_recipe(), epochs=12)], ids=["fast", "scratch"]
)
def test_the_trial_says_about_what_the_training_takes(
    photos: Path, warm_home: Path, recipe: Recipe
) -> None:
    said = estimate(scan_folder(photos), recipe)
    result, _ = run(photos, recipe)
    took = result.seconds["total"]
    assert took / 5 < said.seconds + 1
    assert said.seconds < 5 * took + 5
    assert 50e6 < said.memory_bytes < 8e9
    model = result.run.model_path.stat().st_size
    assert model < said.disk_bytes < 20 * model + 1e6
    assert len(list_runs()) == 1, "the trial leaves no run"


def epoch(phase: str, number: int, seconds: float) -> EpochFinished:
    return EpochFinished(phase, number, 2, 1, 0, 1, 0, 1e-3, seconds, 9, True)  # type: ignore[arg-type]


def test_an_epoch_grows_with_the_photos_and_the_first_is_not_typical(photos: Path) -> None:
    dataset = scan_folder(photos)
    recipe = replace(tiny_recipe(), epochs=10, batch_size=8)
    sample = sample_of(dataset, recipe, Control())
    tried = sum(map(len, sample.parts.values()))
    course = _Course(epochs=[epoch("scratch", 1, 9.0), epoch("scratch", 2, 0.5)])
    expected = 10 * 0.5 * len(dataset.photos) / tried
    assert course.seconds(recipe, dataset, sample) == pytest.approx(expected, abs=0.1)


def test_the_sample_has_photos_of_every_class(photos: Path) -> None:
    sample = sample_of(scan_folder(photos), replace(tiny_recipe(), batch_size=1), Control())
    sample.require_trainable()
    assert sum(map(len, sample.parts.values())) == 6


def test_what_cannot_be_trained_is_said_at_once(photos: Path) -> None:
    with pytest.raises(RecipeError):
        estimate(scan_folder(photos), replace(tiny_recipe(), epochs=0))


def test_a_cancelled_trial_leaves_nothing(photos: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        estimate(scan_folder(photos), tiny_recipe(), control=control)
    assert list_runs() == []
