"""Convert an inspected file of others: ``… foreign_conversion PATH KIND SCALING FOLDER``.

In a process of its own: see ``apart``. Writes ``network.keras``, ``embedder.tflite``,
``kernel.npy`` and ``bias.npy`` into the folder.
"""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import ModelFileError
from ml_core.model_file import limits, teachable_machine
from ml_core.model_file.apart import answer, refusal

Array = NDArray[np.float32]

_MORE_MEMORY = 8 << 30
_LARGEST_DIFFERENCE = 0.01
"""Between the confidences of the original and of what was made of it."""
_PICTURES = 4
_SCALES = {"0..1": (1 / 255, 0.0), "-1..1": (1 / 127.5, -1.0), "0..255": (1.0, 0.0)}


def main(path: Path, kind: str, scaling: str, folder: Path) -> None:
    """Convert and answer the sizes of what came out."""
    import keras

    limits.limit_memory(_MORE_MEMORY)
    try:
        if kind == "keras":
            original = keras.saving.load_model(path, compile=False, safe_mode=True)
            answer(_converted(*_taken_apart(original, scaling), folder, original, scaling))
        else:
            embedder, head = teachable_machine.network(path)
            answer(_converted(embedder, head.kernel, head.bias, folder, None, scaling))
    except ModelFileError as error:
        answer(refusal(error))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        answer(refusal(ModelFileError(f"Its network cannot be converted: {reason:.200}.")))
    except MemoryError:
        answer(refusal(ModelFileError("It needs more memory than a classifier may have.")))


def _taken_apart(model: Any, scaling: str) -> tuple[Any, Array, Array]:
    """From pixels 0..255 to the vector; and the kernel and bias of the last dense layer."""
    import keras

    shape = model.input_shape[1:]
    pixels = keras.Input(shape, dtype="float32", name="pixels")
    scale, offset = _SCALES[scaling]
    x = pixels if scaling == "0..255" else keras.layers.Rescaling(scale, offset=offset)(pixels)
    fronts, dense = _front_and_dense(model)
    for front in fronts:
        x = front(x)
    kernel, *rest = (np.asarray(value, np.float32) for value in dense.get_weights())
    bias = rest[0] if rest else np.zeros(kernel.shape[1], np.float32)
    if len(bias) == 1:  # a sigmoid: the softmax of 0 and its logit says the same
        kernel = np.concatenate([np.zeros_like(kernel), kernel], axis=1)
        bias = np.concatenate([np.zeros_like(bias), bias])
    return keras.Model(pixels, x, name="embedder"), kernel, bias


def _front_and_dense(model: Any) -> tuple[list[Any], Any]:
    """Models to apply one after the other, and the dense layer that follows them."""
    import keras

    layer, before = _producer(model.outputs[0])
    if isinstance(layer, keras.layers.Softmax | keras.layers.Activation):
        layer, before = _producer(before)
    fronts = [keras.Model(model.inputs, before)] if before is not model.inputs[0] else []
    if isinstance(layer, keras.Model):
        inner, dense = _front_and_dense(layer)
        return [*fronts, *inner], dense
    if not isinstance(layer, keras.layers.Dense) or len(before.shape) != 2:
        raise ModelFileError(
            f"Its network ends in a {type(layer).__name__} layer, not a dense one."
        )
    return fronts, layer


def _producer(tensor: Any) -> tuple[Any, Any]:
    """The layer that gives a tensor, and the tensor that it is applied to."""
    history = tensor._keras_history  # noqa: SLF001 - Keras' only way back through a network
    node = history.operation._inbound_nodes[history.node_index]  # noqa: SLF001
    return history.operation, node.input_tensors[0]


def _converted(
    embedder: Any, kernel: Array, bias: Array, folder: Path, original: Any, scaling: str
) -> dict[str, Any]:
    import keras

    from ml_core.embedding.conversion import embedder_to_litert

    inputs = keras.Input(embedder.input_shape[1:], dtype="float32", name="inputs")
    head = keras.layers.Dense(len(bias), activation="softmax", dtype="float32", name="head")
    network = keras.Model(inputs, head(embedder(inputs)), name="imported")
    head.set_weights([kernel, bias])
    content = embedder_to_litert(network)
    network.save(folder / "network.keras")
    (folder / "embedder.tflite").write_bytes(content)
    np.save(folder / "kernel.npy", kernel)
    np.save(folder / "bias.npy", bias)
    return {
        "embedding_size": len(kernel),
        "parameters": sum(math.prod(one.shape) for one in network.weights),
        "difference": _require_same(network, original, scaling, content, kernel, bias),
    }


def _require_same(
    network: Any, original: Any, scaling: str, content: bytes, kernel: Array, bias: Array
) -> float:
    """The largest difference of a confidence; ModelFileError if it is too large."""
    from ml_core.embedding.embedder import Embedder
    from ml_core.images import InputSpec
    from ml_core.prediction.classifier import softmax

    size, _, channels = network.input_shape[1:]
    pictures = _pictures(size, channels)
    original, scaling = (network, "0..255") if original is None else (original, scaling)
    expected = _answers(original, scaling, pictures)
    embedder = Embedder(content, InputSpec(size, channels))
    vectors = np.stack([embedder.embed(picture) for picture in pictures.astype(np.uint8)])
    difference = float(np.abs(softmax(vectors @ kernel + bias) - expected).max())
    if not difference <= _LARGEST_DIFFERENCE:
        raise ModelFileError(
            f"After conversion its answers differ from before by up to {difference:.0%}.",
            mend="It cannot be used here without changing what it says.",
        )
    return difference


def _answers(original: Any, scaling: str, pictures: Array) -> Array:
    scale, offset = _SCALES[scaling]
    # Said outright: layers that vary photos do so whenever they are not told otherwise.
    given = original(pictures * np.float32(scale) + np.float32(offset), training=False)
    answers = np.asarray(given, np.float32)
    return np.concatenate([1 - answers, answers], axis=1) if answers.shape[1] == 1 else answers


def _pictures(size: int, channels: int) -> Array:
    """Smooth noise between black and white."""
    random = np.random.default_rng(5)
    coarse = random.integers(0, 256, (_PICTURES, 8, 8, channels))
    places = np.arange(size) * 8 // size
    return coarse[:, places][:, :, places].astype(np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
