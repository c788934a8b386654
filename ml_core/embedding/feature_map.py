"""What an embedder sees where: the features over the photo's area, before they are averaged."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml_core.embedding.embedder import Embedder
from ml_core.images import Pixels

_TOLERANCE: Final = 1e-3
"""Of the vector's largest value: other kernels round otherwise."""


def feature_map(embedder: Embedder, pixels: Pixels) -> NDArray[np.float32] | None:
    """The features whose average over the area is the photo's vector.

    Nearly all convolutional networks end in such an average. The right layer is told by its
    values: it is the one whose average is the vector.

    Args:
        embedder: The network.
        pixels: As the embedder takes them, shape (size, size, channels).

    Returns:
        Shape (rows, columns, embedding_size); None if the network has no such layer.
    """
    vector, interpreter = embedder.embed(pixels), _opened(embedder.content)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], _batch(pixels))
    interpreter.invoke()
    found = None
    for tensor in interpreter.get_tensor_details():
        shape = tuple(map(int, tensor["shape"]))
        if tensor["dtype"] == np.float32 and len(shape) == 4 and shape[-1] == len(vector):
            values: NDArray[np.float32] = interpreter.get_tensor(tensor["index"])[0]
            if shape[1:3] > (1, 1) and _is_average(vector, values):
                found = values
    return found


def _batch(pixels: Pixels) -> NDArray[np.float32]:
    return pixels[np.newaxis].astype(np.float32)


def _is_average(vector: NDArray[np.float32], values: NDArray[np.float32]) -> bool:
    tolerance = _TOLERANCE * float(np.abs(vector).max())
    return bool(np.abs(values.mean(axis=(0, 1)) - vector).max() <= tolerance)


def _opened(content: bytes) -> Any:
    """An interpreter that keeps what lies between the layers, which the fast kernels do not."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    open_interpreter: Callable[..., Any] = Interpreter
    interpreter = open_interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    return interpreter
