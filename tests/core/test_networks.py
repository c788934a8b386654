"""Every network of the registry, built: the promised size, scaling, shape and plainness."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.errors import RecipeError
from ml_core.models.build import build, embedder_of, set_all_trainable, set_trainable_top
from ml_core.models.registry import ARCHITECTURES

PREPROCESSING = {
    "mobilenet_v2": ("MobileNetV2", "mobilenet_v2", {"alpha": 1.0}),
    "mobilenet_v2_035": ("MobileNetV2", "mobilenet_v2", {"alpha": 0.35}),
    "mobilenet_v3_small": ("MobileNetV3Small", "mobilenet_v3", {}),
    "mobilenet_v3_large": ("MobileNetV3Large", "mobilenet_v3", {}),
    "efficientnet_v2_b0": ("EfficientNetV2B0", "efficientnet_v2", {}),
    "resnet50_v2": ("ResNet50V2", "resnet_v2", {}),
    "inception_v3": ("InceptionV3", "inception_v3", {}),
    "convnext_tiny": ("ConvNeXtTiny", "convnext", {}),
}
"""Name in the registry -> factory, module with ``preprocess_input``, options."""


def pixels(size: int, channels: int, photos: int = 2) -> NDArray[np.float32]:
    """Random photos; their corners hold the extremes."""
    drawn = np.random.default_rng(1).integers(0, 256, (photos, size, size, channels))
    drawn[:, 0, 0], drawn[:, -1, -1] = 0, 255
    return drawn.astype(np.float32)


def unsettled(values: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Weights as after some training: no scale is tiny any more, no average zero."""
    drawn = rng.uniform(0.5, 1.0, values.shape) if values.ndim == 1 else values
    return np.asarray(drawn, np.float32)


def trainable(model: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.fixture(scope="module", params=ARCHITECTURES)
def network(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    """One architecture, built once at its recommended size."""
    import keras

    architecture = ARCHITECTURES[request.param]
    yield (
        architecture,
        build(request.param, classes=architecture.classes or 3, weights="none", seed=5),
    )
    keras.backend.clear_session()
    gc.collect()


def test_the_number_of_parameters_is_exact(network: tuple[Any, Any]) -> None:
    architecture, model = network
    counted = embedder_of(model) if architecture.classes is None else model
    assert counted.count_params() == architecture.parameters


def test_the_model_is_an_embedder_and_a_head(network: tuple[Any, Any]) -> None:
    architecture, model = network
    size, channels = architecture.input_size, architecture.channels
    assert model.name == architecture.name
    assert [layer.name for layer in model.layers] == ["inputs", "embedder", "head"]
    assert model.input_shape == (None, size, size, channels)
    assert model.inputs[0].dtype == "float32"
    assert embedder_of(model).output_shape == (None, architecture.embedding_size)
    assert model.output_shape == (None, architecture.classes or 3)
    assert model.get_layer("head").get_config()["activation"] == "softmax"


def test_only_public_keras_layers_are_used(network: tuple[Any, Any]) -> None:
    import keras

    _, model = network
    kinds = {type(layer) for layer in embedder_of(model).layers}
    for kind in kinds:
        assert getattr(keras.layers, kind.__name__, None) is kind
    assert keras.layers.Lambda not in kinds
    assert keras.layers.Normalization not in kinds, "ONNX would make inputs of its constants"
    assert not any(issubclass(kind, keras.Model) for kind in kinds), "layers are not flat"


def test_the_answer_is_one_confidence_per_class(network: tuple[Any, Any]) -> None:
    architecture, model = network
    answer = np.asarray(model(pixels(architecture.input_size, architecture.channels)))
    assert answer.dtype == np.float32
    assert (answer >= 0).all()
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_description_and_weights_rebuild_the_same_network(network: tuple[Any, Any]) -> None:
    import keras

    architecture, model = network
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    photos = pixels(architecture.input_size, architecture.channels, photos=1)
    np.testing.assert_allclose(np.asarray(again(photos)), np.asarray(model(photos)), atol=1e-6)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_smallest_size_works(name: str) -> None:
    architecture = ARCHITECTURES[name]
    model = build(name, classes=2, input_size=architecture.minimum_size, weights="none")
    answer = np.asarray(model(pixels(architecture.minimum_size, architecture.channels)))
    assert answer.shape == (2, 2)
    assert np.isfinite(answer).all()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_smaller_size_is_refused_with_the_smallest(name: str) -> None:
    smallest = ARCHITECTURES[name].minimum_size
    with pytest.raises(RecipeError, match=rf"at least {smallest} pixels"):
        build(name, classes=2, input_size=smallest - 1, weights="none")


@pytest.mark.parametrize("classes", [1, 0, -3])
def test_one_class_is_no_classifier(classes: int) -> None:
    with pytest.raises(RecipeError, match="At least 2 categories"):
        build("fashion_mlp", classes=classes, weights="none")


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(RecipeError, match="'alexnet'"):
        build("alexnet", classes=2)


@pytest.mark.parametrize("name", PREPROCESSING)
def test_pixels_are_scaled_as_the_backbone_was_trained(name: str) -> None:
    """Same weights, same photos: our features are those of keras.applications."""
    import keras

    kind, module, options = PREPROCESSING[name]
    size = max(64, ARCHITECTURES[name].minimum_size)
    theirs = getattr(keras.applications, kind)(
        include_top=False, pooling="avg", weights=None, input_shape=(size, size, 3), **options
    )
    rng = np.random.default_rng(0)
    theirs.set_weights([unsettled(value, rng) for value in theirs.get_weights()])
    embedder = embedder_of(build(name, classes=2, input_size=size, weights="none"))
    embedder.set_weights(
        [
            value.reshape(target.shape)
            for value, target in zip(theirs.get_weights(), embedder.weights, strict=True)
        ]
    )
    photos = pixels(size, 3)
    prepared = getattr(keras.applications, module).preprocess_input(photos.copy())
    expected, ours = np.asarray(theirs(prepared)), np.asarray(embedder(photos))
    np.testing.assert_allclose(ours, expected, atol=1e-4 * max(1.0, np.abs(expected).max()))
    assert expected.std() > 1e-3


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURES) - set(PREPROCESSING)))
def test_networks_from_scratch_scale_their_pixels_first(name: str) -> None:
    import keras

    scaling = embedder_of(build(name, classes=2, weights="none")).layers[1]
    assert isinstance(scaling, keras.layers.Rescaling)
    scaled = np.asarray(scaling(np.array([0.0, 255.0], np.float32)))
    assert scaled.max() == pytest.approx(1.0)
    assert scaled.min() in (0.0, -1.0)


@pytest.mark.parametrize(
    ("name", "classes", "expected"),
    [("category_cnn", 5, 3_828_021), ("fashion_cnn", 10, 417_566)],
)
def test_the_earlier_systems_have_their_trainable_parameters(
    name: str, classes: int, expected: int
) -> None:
    assert trainable(build(name, classes=classes)) == expected


@pytest.mark.parametrize("name", ["small_resnet", "fashion_cnn", "mobilenet_v2_035"])
def test_another_number_of_classes_changes_only_the_head(name: str) -> None:
    few, many = (build(name, classes=n, weights="none", seed=3) for n in (2, 37))
    assert many.output_shape == (None, 37)
    difference = many.count_params() - few.count_params()
    assert difference == 35 * (ARCHITECTURES[name].embedding_size + 1)
    for one, other in zip(embedder_of(few).weights, embedder_of(many).weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_the_seed_decides_the_first_weights() -> None:
    first, again, other = (
        build("fashion_cnn", classes=3, seed=seed).get_weights() for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("layers", [0, 1, 22, 10_000])
def test_only_the_top_layers_are_tuned_and_never_batch_normalisation(layers: int) -> None:
    import keras

    model = build("mobilenet_v2_035", classes=3, input_size=64, weights="none")
    set_trainable_top(model, layers)
    inner = embedder_of(model).layers
    first = max(0, len(inner) - layers)
    for index, layer in enumerate(inner):
        is_normalisation = isinstance(layer, keras.layers.BatchNormalization)
        assert layer.trainable == (index >= first and not is_normalisation)
    assert model.get_layer("head").trainable
    assert bool(embedder_of(model).trainable_weights) == (layers > 1)


def test_the_top_22_layers_of_inception_can_be_tuned() -> None:
    model = build("inception_v3", classes=3, input_size=75, weights="none")
    set_trainable_top(model, 0)
    assert trainable(model) == (2048 + 1) * 3
    set_trainable_top(model, 22)
    tuned = {weight.path.split("/")[0] for weight in embedder_of(model).trainable_weights}
    names = [layer.name for layer in embedder_of(model).layers[-22:]]
    assert tuned
    assert tuned <= set(names)


def test_freezing_can_be_undone() -> None:
    model = build("mobilenet_v3_small", classes=3, input_size=32, weights="none")
    before = trainable(model)
    set_trainable_top(model, 5)
    assert trainable(model) < before
    set_all_trainable(model)
    assert trainable(model) == before


def test_frozen_normalisation_keeps_its_statistics_while_training() -> None:
    model = build("mobilenet_v2_035", classes=3, input_size=32, weights="none")
    set_trainable_top(model, 10_000)
    before = [weight.numpy() for weight in embedder_of(model).non_trainable_weights]
    model(pixels(32, 3, photos=4), training=True)
    after = [weight.numpy() for weight in embedder_of(model).non_trainable_weights]
    assert before
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
@pytest.mark.parametrize("name", ["small_resnet", "fashion_cnn", "convnext_tiny"])
def test_a_saved_network_opens_in_plain_keras(name: str, tmp_path: Path) -> None:
    import keras

    architecture = ARCHITECTURES[name]
    size = architecture.minimum_size
    model = build(name, classes=4, input_size=size, weights="none")
    model.save(tmp_path / "model.keras")
    opened = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    photos = pixels(size, architecture.channels)
    np.testing.assert_allclose(np.asarray(opened(photos)), np.asarray(model(photos)), atol=1e-6)


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # Keras' own
@pytest.mark.parametrize("name", ["small_resnet", "fashion_cnn"])
def test_an_exported_network_answers_the_same(name: str, tmp_path: Path) -> None:
    pytest.importorskip("tf2onnx")
    runtime = pytest.importorskip("onnxruntime")
    from ai_edge_litert.interpreter import Interpreter

    architecture = ARCHITECTURES[name]
    model = build(name, classes=4, seed=1)
    photos = pixels(architecture.input_size, architecture.channels, photos=1)
    model(photos, training=True)
    expected = np.asarray(model(photos))

    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = runtime.InferenceSession(tmp_path / "model.onnx")
    (answer,) = session.run(None, {session.get_inputs()[0].name: photos})
    np.testing.assert_allclose(answer, expected, atol=1e-4)

    model.export(tmp_path / "model.tflite", format="litert", verbose=False)
    interpreter = Interpreter(str(tmp_path / "model.tflite"))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], photos)
    interpreter.invoke()
    answer = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(answer, expected, atol=1e-4)
