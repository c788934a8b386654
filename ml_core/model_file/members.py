"""The names of the extra members, and the arrays in them."""

import hashlib
import io

import numpy as np
from numpy.typing import NDArray

FOLDER = "product_classifier/"
MANIFEST = FOLDER + "manifest.json"
EMBEDDER = FOLDER + "embedder.tflite"
KERNEL = FOLDER + "head_kernel.npy"
BIAS = FOLDER + "head_bias.npy"


def array_to_bytes(array: NDArray[np.float32]) -> bytes:
    """A ``.npy`` file's bytes."""
    memory = io.BytesIO()
    np.save(memory, array, allow_pickle=False)
    return memory.getvalue()


def array_from_bytes(content: bytes) -> NDArray[np.float32]:
    """Read a ``.npy`` file's bytes; never unpickles.

    Raises:
        ValueError: Not a ``.npy`` file of finite float32 values.
    """
    array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    if array.dtype != np.float32:
        raise ValueError("not an array of 32-bit numbers")
    if not np.isfinite(array).all():
        raise ValueError("it holds values that are not finite numbers")
    return array


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
