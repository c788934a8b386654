"""Heat maps: where the reasons lie, on networks whose reasons are known beforehand."""

import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.embedding.conversion import embedder_to_litert
from ml_core.embedding.embedder import Embedder
from ml_core.embedding.feature_map import feature_map
from ml_core.images import InputSpec, Pixels, ResizePolicy, fit
from ml_core.model_file.read import ModelFile
from ml_core.prediction.classifier import Classifier
from ml_core.prediction.heatmap import HeatMap, Method, heat_map
from tests.core.tiny_model import tiny_manifest

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

COLOURS = {"red": (230, 20, 20), "green": (20, 230, 20), "blue": (20, 20, 230)}
SPEC = InputSpec(32, 3, ResizePolicy.STRETCH)


def embedder(kind: str) -> bytes:
    """A network whose vector is the mean colour, or by a dense layer (so no average) twice that."""
    import keras

    layers = keras.layers
    pixels = keras.Input((32, 32, 3), dtype="float32")
    x = layers.Rescaling(1 / 255)(pixels)
    if kind == "averaging":
        x = layers.AveragePooling2D(4)(x)
        x = layers.Conv2D(3, 1, use_bias=False, name="colours")(x)
        x = layers.GlobalAveragePooling2D()(x)
        weights: Any = np.eye(3, dtype=np.float32)[np.newaxis, np.newaxis]
    else:
        x = layers.Flatten()(x)
        x = layers.Dense(3, use_bias=False, name="colours")(x)
        weights = np.tile(np.eye(3, dtype=np.float32), (32 * 32, 1)) / 512
    inner = keras.Model(pixels, x, name="embedder")
    inner.get_layer("colours").set_weights([weights])
    inputs = keras.Input((32, 32, 3), dtype="float32")
    head = layers.Dense(3, activation="softmax", name="head")
    return embedder_to_litert(keras.Model(inputs, head(inner(inputs))))


@pytest.fixture(scope="module", params=["averaging", "summing"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return opened(embedder(request.param), SPEC, name=request.param)


def opened(content: bytes, spec: InputSpec, name: str = "colours") -> Classifier:
    manifest = tiny_manifest(spec, tuple(COLOURS), embedding_size=3)
    kernel = 8 * np.eye(3, dtype=np.float32)
    model = ModelFile(manifest, content, kernel, np.array([0, 0, 3], np.float32))
    return Classifier(Path(f"{name}.keras"), model)


def painted(places: dict[str, tuple[int, int]], side: int = 100) -> Pixels:
    """Squares of colours at (left, top), a fifth of the photo wide, on grey."""
    pixels = np.full((side, side, 3), 128, np.uint8)
    for colour, (left, top) in places.items():
        pixels[top : top + side // 5, left : left + side // 5] = COLOURS[colour]
    return pixels


def hottest(heat: HeatMap, side: int = 100) -> tuple[int, int]:
    """Centre of the heat, as (x, y) in a photo of this side."""
    values = heat.over(side, side).astype(np.float64)
    y, x = np.mgrid[:side, :side]
    return round((values * x).sum() / values.sum()), round((values * y).sum() / values.sum())


CORNERS = [(5, 5), (75, 5), (5, 75), (75, 75), (40, 40)]


@pytest.mark.parametrize("corner", CORNERS)
def test_it_follows_a_pasted_object(classifier: Classifier, corner: tuple[int, int]) -> None:
    heat = heat_map(classifier, painted({"red": corner}), "red")
    x, y = hottest(heat)
    assert (x, y) == pytest.approx((corner[0] + 10, corner[1] + 10), abs=6)
    assert heat.heat.max() == 1


def test_it_differs_for_different_categories(classifier: Classifier) -> None:
    pixels = painted({"red": (5, 5), "green": (75, 5), "blue": (5, 75)})
    found = {name: hottest(heat_map(classifier, pixels, name)) for name in COLOURS}
    for name, (left, top) in {"red": (5, 5), "green": (75, 5), "blue": (5, 75)}.items():
        assert found[name] == pytest.approx((left + 10, top + 10), abs=8)


def test_without_a_category_it_explains_the_answer(classifier: Classifier) -> None:
    pixels = painted({"green": (5, 5)}, side=60)
    answer = classifier.classify_pixels(pixels).category
    assert answer == "blue", "the bias says so"
    assert heat_map(classifier, pixels).category == answer


def test_where_nothing_speaks_for_a_category_there_is_no_heat(classifier: Classifier) -> None:
    heat = heat_map(classifier, np.full((50, 50, 3), COLOURS["red"], np.uint8), "green")
    assert heat.heat.max() <= 1e-3
    assert heat.over(20, 10).shape == (10, 20)


def test_unknown_categories_are_refused(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match="'mauve'"):
        heat_map(classifier, painted({}), "mauve")


def test_the_method_is_named(classifier: Classifier) -> None:
    expected = {"averaging": Method.ACTIVATION, "summing": Method.COVERING}
    heat = heat_map(classifier, painted({"red": (5, 5)}), "red")
    assert heat.method is expected[classifier.path.stem]
    assert heat.spec == SPEC


def test_it_takes_less_than_a_second(classifier: Classifier) -> None:
    started = time.perf_counter()
    heat_map(classifier, painted({"red": (5, 5)}), "red")
    assert time.perf_counter() - started < 1


def test_the_feature_map_averages_to_the_vector() -> None:
    embedding = Embedder(embedder("averaging"), SPEC)
    pixels = fit(painted({"red": (5, 5), "blue": (60, 30)}), SPEC)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        features = feature_map(embedding, pixels)
    assert features is not None
    assert features.shape == (8, 8, 3)
    np.testing.assert_allclose(features.mean(axis=(0, 1)), embedding.embed(pixels), atol=1e-6)
    assert feature_map(Embedder(embedder("summing"), SPEC), pixels) is None


# --- back onto the photo ---


def heated(policy: ResizePolicy, rows: list[list[float]]) -> HeatMap:
    spec = InputSpec(32, 3, policy)
    return HeatMap("red", np.array(rows, np.float32), Method.ACTIVATION, spec)


def test_a_stretched_photo_is_covered_whole() -> None:
    over = heated(ResizePolicy.STRETCH, [[1, 0], [0, 0]]).over(60, 20)
    assert over.shape == (20, 60)
    assert over[2, 5] > 0.9
    assert over[2, 55] < 0.1
    assert over[18, 5] < 0.1


def test_what_was_cut_off_has_no_heat() -> None:
    over = heated(ResizePolicy.CROP, [[1, 1], [1, 1]]).over(60, 20)
    np.testing.assert_array_equal(over[:, :20], 0)
    np.testing.assert_allclose(over[:, 20:40], 1)
    np.testing.assert_array_equal(over[:, 40:], 0)


def test_the_margins_of_a_padded_photo_are_cut_away() -> None:
    """A tall photo in the middle of a square: the heat's right half lies right of its middle."""
    over = heated(ResizePolicy.PAD, [[0, 0, 1, 1]] * 4).over(30, 60)
    assert over.shape == (60, 30)
    assert over[30, 3] < 0.1
    assert over[30, 27] > 0.9
    wide = heated(ResizePolicy.PAD, [[0] * 4, [1] * 4, [0] * 4, [0] * 4]).over(80, 40)
    assert wide.shape == (40, 80)
    assert wide[4, 40] > 0.5
    assert wide[36, 40] < 0.1


@pytest.mark.parametrize("policy", list(ResizePolicy))
def test_an_object_is_found_in_a_photo_of_any_shape(policy: ResizePolicy) -> None:
    classifier = opened(embedder("averaging"), InputSpec(32, 3, policy))
    pixels = np.full((120, 200, 3), 128, np.uint8)
    pixels[70:110, 120:160] = COLOURS["red"]
    over = heat_map(classifier, pixels, "red").over(200, 120)
    y, x = np.unravel_index(over.argmax(), over.shape)
    assert 115 <= x <= 165
    assert 65 <= y <= 115
