"""Read what Teachable Machine exports for Keras, without Keras: its layers are known.

An image project is MobileNetV2 with 0.35 of the filters at 224 pixels (values -1..1), global
average pooling, a dense layer of relu units and a dense softmax layer without bias. Its
``keras_model.h5`` holds the weights by the names of these layers; its description of the network is
never read. ``labels.txt`` has a line ``0 Name`` for each category.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import ModelFileError
from ml_core.model_file import zip_layout
from ml_core.model_file.inspect import read_member
from ml_core.model_file.labels import usable_names
from ml_core.model_file.weights_file import damage_in_words, plain_arrays

if TYPE_CHECKING:
    import keras

SIZE = 224
NETWORK, LABELS = "keras_model.h5", "labels.txt"

_LARGEST_NETWORK = 64 << 20
_LARGEST_LABELS = 1 << 20
_MOST_UNITS = 4096
_FEATURES = 1280
_HDF5_START = b"\x89HDF\r\n\x1a\n"

Arrays = Mapping[tuple[str, str], NDArray[np.float32]]
"""By the names of layer and array, such as ("Conv1", "kernel")."""


@dataclass(frozen=True, slots=True)
class Head:
    """The layers after the pooling.

    Attributes:
        hidden: float32, shapes (1280, units) and (units,): kernel and bias of the relu layer.
        kernel: float32, shape (units, categories).
        bias: float32, shape (categories,).
    """

    hidden: tuple[NDArray[np.float32], NDArray[np.float32]]
    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


def is_export(path: Path) -> bool:
    """Whether a file or folder looks like one, by its outside."""
    if path.is_dir():
        return (path / NETWORK).is_file()
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(len(_HDF5_START)) == _HDF5_START:
            return True
    try:
        with zipfile.ZipFile(path) as archive:
            return any(PurePosixPath(name).name == NETWORK for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def labels(path: Path) -> tuple[str, ...]:
    """The names of the categories.

    Raises:
        ModelFileError: They are missing, not text, or cannot serve.
    """
    try:
        text = _read(path, LABELS, _LARGEST_LABELS).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelFileError(f"{path.name}: {LABELS} is no text.", path=path) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [re.fullmatch(rf"{number} +(.+)", line) for number, line in enumerate(lines)]
    names = [match.group(1) if match else line for match, line in zip(numbered, lines, strict=True)]
    return usable_names(names if all(numbered) else lines)


def arrays(path: Path) -> Arrays:
    """The weights, inspected.

    Raises:
        ModelFileError: The file could do harm or holds no plain weights.
    """
    import h5py

    content = _read(path, NETWORK, _LARGEST_NETWORK)
    found: dict[tuple[str, str], NDArray[np.float32]] = {}
    with damage_in_words(), h5py.File(io.BytesIO(content), "r") as file:
        group = file.get("model_weights", getlink=True)
        if not isinstance(group, h5py.HardLink):
            raise ModelFileError(f"It holds no weights of a network ({NETWORK}).")
        for place, array in plain_arrays(file["model_weights"], len(content)):
            *_, layer, name = ["", *place.split("/")]
            key = (layer, name.partition(":")[0])
            if key in found or array.dtype != np.float32:
                raise _not_known(f"{layer}/{name}")
            found[key] = array[()]
            if not np.isfinite(found[key]).all():
                raise ModelFileError(f"Its weights are spoilt: {layer} holds no numbers.")
    return found


def head_of(weights: Arrays) -> Head:
    """The two dense layers, which are numbered anew for every training.

    Raises:
        ModelFileError: There are other layers.
    """
    dense = {layer: array for (layer, name), array in weights.items() if _is_dense(layer, name)}
    match sorted(dense.items(), key=lambda one: one[1].shape[0] != _FEATURES):
        case [(first, hidden), (last, kernel)] if (
            hidden.ndim == kernel.ndim == 2
            and hidden.shape[0] == _FEATURES
            and hidden.shape[1] == kernel.shape[0] <= _MOST_UNITS
        ):
            units, classes = kernel.shape
            hidden_bias = weights.get((first, "bias"), np.zeros(units, np.float32))
            bias = weights.get((last, "bias"), np.zeros(classes, np.float32))
            if hidden_bias.shape == (units,) and bias.shape == (classes,):
                return Head((hidden, hidden_bias), kernel, bias)
    raise _not_known("/".join(dense) or "no dense layers")


def _is_dense(layer: str, name: str) -> bool:
    return name == "kernel" and layer.startswith("dense")


def network(path: Path) -> tuple["keras.Model", Head]:
    """Our own MobileNetV2 with the export's weights: pixels 0..255 to the relu layer's vector.

    Raises:
        ModelFileError: The weights are those of another network.
    """
    import keras

    from ml_core.models.backbones import mobilenet_v2_035

    weights = arrays(path)
    head = head_of(weights)
    pixels = keras.Input((SIZE, SIZE, 3), dtype="float32", name="pixels")
    hidden = keras.layers.Dense(len(head.hidden[1]), activation="relu", name="hidden")
    model = keras.Model(pixels, hidden(mobilenet_v2_035(pixels)), name="embedder")
    hidden.set_weights(list(head.hidden))
    used = {key for key in weights if key[0].startswith("dense")}
    for layer in model.layers:
        if layer is not hidden and layer.weights:
            used |= _fill(layer, weights)
    if unused := set(weights) - used:
        raise _not_known("/".join(next(iter(unused))))
    return model, head


def _fill(layer: Any, weights: Arrays) -> set[tuple[str, str]]:
    """Give a layer its weights; gives the names they have in the file."""
    keys = [_key(layer.name, variable.name, weights) for variable in layer.weights]
    values = [weights[key] for key in keys]
    if [value.shape for value in values] != [tuple(one.shape) for one in layer.weights]:
        raise _not_known(layer.name)
    layer.set_weights(values)
    return set(keys)


def _key(layer: str, variable: str, weights: Arrays) -> tuple[str, str]:
    """Depthwise kernels have two names, by the version of Keras or TensorFlow.js."""
    for name in (variable, f"depthwise_{variable}"):
        if (layer, name) in weights:
            return layer, name
    raise _not_known(f"no {layer}/{variable}")


def _not_known(what: str) -> ModelFileError:
    return ModelFileError(
        f"Its network is none that Teachable Machine makes of an image project ({what:.80}).",
        expected="An image project, exported as Tensorflow > Keras, was expected.",
        mend="Export it again, or train on the photos here.",
    )


def _read(path: Path, name: str, largest: int) -> bytes:
    """One of the two files: from the folder, beside the other, or in the zip."""
    if zipfile.is_zipfile(path):
        return _from_zip(path, name, largest)
    file = path / name if path.is_dir() else path if name == NETWORK else path.with_name(name)
    try:
        if file.is_file() and file.stat().st_size <= largest:
            return file.read_bytes()
    except OSError as error:
        raise ModelFileError(
            f"{file} cannot be read: {error.strerror or error}.", path=path
        ) from error
    raise ModelFileError(
        f"{path.name} has no {name}, or one that is too large.",
        expected=f"Teachable Machine exports {NETWORK} and {LABELS} together.",
        path=path,
    )


def _from_zip(path: Path, name: str, largest: int) -> bytes:
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        for problem in zip_layout.problems(archive, file, largest=_LARGEST_NETWORK):
            raise ModelFileError(f"{path.name} is not a safe model file: {problem}.", path=path)
        found = [one for one in archive.namelist() if PurePosixPath(one).name == name]
        if len(found) == 1:
            return read_member(archive, found[0], largest=largest)
    raise ModelFileError(
        f"{path.name} holds {len(found)} files called {name}, where one was expected.", path=path
    )
