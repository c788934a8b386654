"""Models trained once and shared by all tests of the library."""

import shutil
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ml_core import child_process, storage
from ml_core.dataset.scan import scan_folder
from ml_core.events import Event
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import TrainingResult, train
from tests.core.sample_photos import make_product_photos

CLASSES = ("lamp", "mug", "shirt")


@dataclass(frozen=True)
class Trained:
    """A finished training: the model file, what it was told to be, and what was reported."""

    path: Path
    photos: Path
    result: TrainingResult
    events: tuple[Event, ...]


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three categories of 24 small photos each. Not to be changed."""
    return make_product_photos(tmp_path_factory.mktemp("data") / "photos", per_class=24)


@pytest.fixture(scope="session")
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared models are trained, with their cached backbone. Not to be changed."""
    return tmp_path_factory.mktemp("session-home")


def fast_recipe() -> Recipe:
    """A head on random frozen features: needs no weights file, and learns a little."""
    recipe = recipe_for("fast", architecture="mobilenet_v2_035")
    return replace(recipe, weights="none", input_size=64, batch_size=16, epochs=30)


def scratch_recipe() -> Recipe:
    """A small network with batch normalisation, trained for a moment."""
    recipe = recipe_for("scratch", architecture="small_resnet")
    return replace(
        recipe, input_size=32, epochs=4, batch_size=16, augmentation="none", learning_rate=3e-3
    )


def trained(photos: Path, recipe: Recipe, home: Path) -> Trained:
    events: list[Event] = []
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)  # Keras'
        patch.setenv(storage.HOME_VARIABLE, str(home))
        patch.setenv(child_process.ONE_PROCESS_VARIABLE, "1")
        result = train(scan_folder(photos), recipe, name="shared", report=events.append)
    return Trained(result.run.model_path, photos, result, tuple(events))


@pytest.fixture(scope="session")
def fast(photos: Path, session_home: Path) -> Trained:
    """The training of ``fast_recipe``."""
    return trained(photos, fast_recipe(), session_home)


@pytest.fixture(scope="session")
def scratch(photos: Path, session_home: Path) -> Trained:
    """The training of ``scratch_recipe``."""
    return trained(photos, scratch_recipe(), session_home)


@pytest.fixture(scope="session")
def fast_model(fast: Trained) -> Path:
    """A model file with a frozen backbone. Not to be changed."""
    return fast.path


@pytest.fixture(scope="session")
def scratch_model(scratch: Trained) -> Path:
    """A model file whose network was trained as a whole. Not to be changed."""
    return scratch.path


@pytest.fixture
def warm_home(program_home: Path, session_home: Path, fast: Trained) -> Path:
    """The test's own home, with the backbone of ``fast_recipe`` ready: no TensorFlow is needed."""
    shutil.copytree(session_home / "cache" / "backbones", program_home / "cache" / "backbones")
    return program_home
