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
REFERENCES = FOLDER + "reference_vectors.npy"
"""Optional: only in models whose manifest says when to rely on them. The only 16-bit array."""

OURS = frozenset((MANIFEST, EMBEDDER, KERNEL, BIAS, REFERENCES))
"""All of them: a model file with any other extra member is refused."""


def array_to_bytes(array: NDArray[np.floating]) -> bytes:
    """A ``.npy`` file's bytes."""
    memory = io.BytesIO()
    np.save(memory, array, allow_pickle=False)
    return memory.getvalue()


def array_from_bytes(content: bytes, *, bits: int = 32) -> NDArray[np.floating]:
    """Read a ``.npy`` file's bytes; never unpickles.

    Raises:
        ValueError: Not a ``.npy`` file of finite floats of so many bits.
    """
    array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    if array.dtype != np.dtype(f"float{bits}"):
        raise ValueError(f"not an array of {bits}-bit numbers")
    if not np.isfinite(array).all():
        raise ValueError("it holds values that are not finite numbers")
    return array


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
