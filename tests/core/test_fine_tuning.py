"""Fine-tuning above a cut: for every backbone, and what comes out answers as it was trained."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.photos import Part
from ml_core.dataset.reading import read_for_model
from ml_core.dataset.scan import scan_folder
from ml_core.embedding import conversion
from ml_core.events import EpochFinished, Event, Warned, ignore
from ml_core.models import registry
from ml_core.models.build import build
from ml_core.models.cut import cut
from ml_core.storage import HOME_VARIABLE
from ml_core.training import fine_tuning
from ml_core.training.callbacks import BestWeights
from ml_core.training.fine_tuning import fine_tuned, views_of
from ml_core.training.frozen import train_on_frozen
from ml_core.training.head import LabelledVectors, score
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos, prepare
from ml_core.training.recipe import Recipe, recipe_for

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BACKBONES = [name for name, network in registry.ARCHITECTURES.items() if network.pretrained]


@pytest.mark.parametrize("name", BACKBONES)
def test_the_two_parts_are_the_network(name: str) -> None:
    network = registry.get(name)
    model = build(name, classes=3, input_size=network.minimum_size, weights="none")
    parts = cut(model, network.fine_tune_layers)
    assert network.fine_tune_layers <= parts.layers <= 1.5 * network.fine_tune_layers
    pixels = np.random.default_rng(0).uniform(0, 255, (2, *model.input_shape[1:]))
    expected = model(pixels).numpy()
    np.testing.assert_allclose(parts.upper(parts.lower(pixels)).numpy(), expected, atol=1e-5)
    assert len(parts.upper.weights) + len(parts.lower.weights) == len(model.weights)


@pytest.mark.parametrize(
    ("layers", "above"),
    [
        (1, 1),  # what is pooled anyway
        (13, 21),  # behind block 14: within block 15 there are two ways up
        (30, 30),
        (32, 39),  # not in the wide middle of block 13
        (39, 39),
        (10_000, 154),  # all but the layers without weights
    ],
)
def test_the_cut_lies_where_the_network_is_narrow(layers: int, above: int) -> None:
    model = build("mobilenet_v2_035", classes=2, input_size=64, weights="none")
    assert cut(model, layers).layers == above


RECIPE = replace(
    recipe_for("scratch", architecture="small_resnet"), goal="best", input_size=32, epochs=1,
    fine_tune_epochs=4, fine_tune_layers=12, learning_rate=3e-3, optimizer="adam",
    label_smoothing=0.0, augmentation="gentle",
)  # fmt: skip
"""As if the small network were a backbone: random features learn just as well, and quickly."""


@dataclass(frozen=True)
class Tuned:
    """A network before and after fine-tuning, and what was reported meanwhile."""

    photos: PreparedPhotos
    before: Network
    after: Network
    events: tuple[Event, ...]
    left: tuple[str, ...]


def prepared(folder: Path) -> PreparedPhotos:
    return prepare(scan_folder(folder), RECIPE, report=ignore, control=Control())


def tune(
    photos: PreparedPhotos, network: Network, folder: Path, recipe: Recipe = RECIPE
) -> tuple[Network, list[Event]]:
    events: list[Event] = []
    tuned = fine_tuned(
        network, photos, recipe, folder=folder, report=events.append, control=Control()
    )
    return tuned, events


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for all tests of this module, so that the backbone is prepared once."""
    return tmp_path_factory.mktemp("tuning-home")


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home))


@pytest.fixture(scope="module")
def tuned(photos: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Tuned:
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        patch.setenv(HOME_VARIABLE, str(home))
        found = prepared(photos)
        before = train_on_frozen(found, RECIPE, report=ignore, control=Control())
        folder = tmp_path_factory.mktemp("run")
        after, events = tune(found, before, folder)
    left = tuple(sorted(path.name for path in folder.iterdir()))
    return Tuned(found, before, after, tuple(events), left)


def scores_of(network: Network, photos: PreparedPhotos) -> tuple[float, float]:
    part = photos.parts[Part.VALIDATION]
    vectors = [
        network.embedder.embed(read_for_model(p, network.embedder.spec)) for p in part.photos
    ]
    return score(network.head, LabelledVectors(np.array(vectors), photos.labels(Part.VALIDATION)))


def test_the_whole_network_answers_as_it_was_trained(tuned: Tuned) -> None:
    epochs = [event for event in tuned.events if isinstance(event, EpochFinished)]
    (best,) = [epoch for epoch in epochs if epoch.is_best][-1:]
    assert tuned.after is not tuned.before, "it was to become better"
    loss, accuracy = scores_of(tuned.after, tuned.photos)
    assert loss == pytest.approx(best.validation_loss, rel=0.01)
    assert accuracy == pytest.approx(best.validation_accuracy, abs=1e-6)


def test_only_layers_above_the_cut_change(tuned: Tuned, tmp_path: Path) -> None:
    import keras

    models = []
    for name, network in (("before", tuned.before), ("after", tuned.after)):
        network.write_archive(tmp_path / f"{name}.keras")
        models.append(keras.saving.load_model(tmp_path / f"{name}.keras", compile=False))
    before, after = (model.get_layer("embedder") for model in models)
    above = cut(models[1], RECIPE.fine_tune_layers).layers
    first = len(after.layers) - above
    changed = {
        index
        for index, (old, new) in enumerate(zip(before.layers, after.layers, strict=True))
        for was, now in zip(old.get_weights(), new.get_weights(), strict=True)
        if not np.array_equal(was, now)
    }
    assert changed
    assert min(changed) >= first
    assert not any(
        isinstance(after.layers[index], keras.layers.BatchNormalization) for index in changed
    )
    assert all(layer.trainable for layer in after.layers), "what is kept is a plain network"


def test_what_was_kept_meanwhile_is_gone(tuned: Tuned) -> None:
    assert not [name for name in tuned.left if "activations" in name]


def test_the_lower_part_is_converted_once(
    tuned: Tuned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "to_litert", None)
    again = replace(RECIPE, fine_tune_epochs=1, learning_rate=1e-6)
    with pytest.raises(TypeError):  # it gets as far as converting what it has tuned
        tune(
            tuned.photos, tuned.before, tmp_path, replace(again, learning_rate=RECIPE.learning_rate)
        )


@pytest.mark.parametrize(
    ("after", "is_kept"),
    [
        ((0.9, 0.81), True),
        ((0.1, 0.79), False),
        ((0.4, 0.8), True),
        ((0.6, 0.8), False),
        ((0.5, 0.8), False),
    ],
)
def test_the_one_that_gets_more_photos_right_is_kept(
    tuned: Tuned, monkeypatch: pytest.MonkeyPatch, after: tuple[float, float], is_kept: bool
) -> None:
    given = iter([(0.5, 0.8), after])
    monkeypatch.setattr(fine_tuning, "_scores", lambda *_, **__: next(given))
    events: list[Event] = []
    candidate = replace(tuned.after, was_stopped=True)
    kept = fine_tuning._better(
        tuned.before, candidate, tuned.photos, report=events.append, control=Control()
    )
    assert kept.embedder is (candidate if is_kept else tuned.before).embedder
    assert kept.was_stopped
    warned = [event.message for event in events if isinstance(event, Warned)]
    assert warned == ([] if is_kept else [fine_tuning._NO_BETTER])


def test_tuning_that_helps_nothing_keeps_the_frozen_network(
    tuned: Tuned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuning, "FINE_TUNING_RATE", 1e3)
    kept, events = tune(tuned.photos, tuned.before, tmp_path, replace(RECIPE, fine_tune_epochs=1))
    assert kept.embedder is tuned.before.embedder
    assert any("no better" in event.message for event in events if isinstance(event, Warned))


@pytest.mark.parametrize(("by_accuracy", "best"), [(False, 2), (True, 4)])
def test_the_best_epoch_is_the_most_accurate_one_if_asked(by_accuracy: bool, best: int) -> None:
    keeper = BestWeights(SimpleNamespace(variables=[]), by_accuracy)
    offers = [(0.9, 0.5), (0.7, 0.5), (0.5, 0.6), (0.8, 0.8), (0.6, 0.8), (0.6, 0.8), (0.4, 0.0)]
    taken = [
        keeper.offer(epoch=epoch, loss=loss, accuracy=accuracy)
        for epoch, (loss, accuracy) in enumerate(offers[: 6 if by_accuracy else 3])
    ]
    assert taken == ([True] * 5 + [False] if by_accuracy else [True] * 3)
    assert (keeper.epoch, keeper.loss) == (best, offers[best][0])


@pytest.mark.parametrize(
    ("photos", "epochs", "count"),
    [(30, 15, 12), (3_000, 15, 4), (3_000, 3, 3), (100_000, 15, 2), (100_000, 1, 1)],
)
def test_fewer_photos_are_seen_in_more_views(photos: int, epochs: int, count: int) -> None:
    recipe = replace(RECIPE, fine_tune_epochs=epochs, mirror=True, seed=7)
    views = views_of(recipe, photos)
    assert (views.count, views.mirror, views.seed) == (count, True, 7)
    assert views.amounts == recipe.amounts
