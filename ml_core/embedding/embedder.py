"""Photos into vectors through LiteRT: the only file that touches the LiteRT interpreter."""

import hashlib
import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import ModelFileError
from ml_core.images import InputSpec, Pixels

Vectors = NDArray[np.float32]
"""float32, shape (photos, embedding_size)."""


class Embedder:
    """A network without its head, as LiteRT bytes, ready to run from any thread.

    Every thread gets an interpreter of its own; two single-threaded interpreters embed more
    photos a second than one with two threads. Results do not depend on the number of threads.

    Args:
        content: The embedder as a LiteRT flatbuffer; input float32 (1, size, size, channels),
            raw 0..255; output float32 (1, embedding_size).
        spec: What it wants to see.

    Raises:
        ModelFileError: The bytes are no LiteRT model, or its input or output do not fit.
    """

    def __init__(self, content: bytes, spec: InputSpec) -> None:
        self.content = content
        self.spec = spec
        self._own = threading.local()
        self._whole_machine = _Interpreter(content, spec, threads=os.cpu_count() or 1)
        self._whole_machine_is_free = threading.Lock()
        self.embedding_size = self._whole_machine.embedding_size
        self._fingerprint: bytes | None = None

    def fingerprint(self) -> bytes:
        """16 bytes that name this embedder and its input; the key of cached vectors."""
        if self._fingerprint is None:
            digest = hashlib.blake2b(self.content, digest_size=16)
            spec = (self.spec.size, self.spec.channels, str(self.spec.resize))
            digest.update(repr(spec).encode())
            self._fingerprint = digest.digest()
        return self._fingerprint

    def embed(self, pixels: Pixels) -> Vectors:
        """One photo with all processor cores: (size, size, channels) -> (embedding_size,)."""
        with self._whole_machine_is_free:
            return self._whole_machine.run(pixels)

    def embed_here(self, pixels: Pixels) -> Vectors:
        """One photo on the calling thread alone, for callers that keep every core busy."""
        interpreter: _Interpreter | None = getattr(self._own, "interpreter", None)
        if interpreter is None:
            interpreter = self._own.interpreter = _Interpreter(self.content, self.spec, threads=1)
        return interpreter.run(pixels)


class _Interpreter:
    """One LiteRT interpreter; for one thread at a time."""

    def __init__(self, content: bytes, spec: InputSpec, *, threads: int) -> None:
        self._interpreter = _open(content, threads)
        inputs, outputs = (
            self._interpreter.get_input_details(),
            self._interpreter.get_output_details(),
        )
        expected = [1, spec.size, spec.size, spec.channels]
        if len(inputs) != 1 or list(inputs[0]["shape"]) != expected:
            found = [list(map(int, one["shape"])) for one in inputs]
            raise ModelFileError(
                f"The embedder takes input of shape {found}.", expected=f"{expected} was expected."
            )
        if len(outputs) != 1 or len(outputs[0]["shape"]) != 2:
            raise ModelFileError("The embedder does not give one vector a photo.")
        self._input, self._output = inputs[0]["index"], outputs[0]["index"]
        self.embedding_size = int(outputs[0]["shape"][1])
        self._pixels = np.empty(expected, np.float32)

    def run(self, pixels: Pixels) -> Vectors:
        if pixels.shape != self._pixels.shape[1:]:
            raise ValueError(f"expected pixels of {self._pixels.shape[1:]}, got {pixels.shape}")
        self._pixels[0] = pixels
        self._interpreter.set_tensor(self._input, self._pixels)
        self._interpreter.invoke()
        vector: Vectors = self._interpreter.get_tensor(self._output)[0]
        return vector


def _open(content: bytes, threads: int) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    open_interpreter: Callable[..., Any] = Interpreter
    try:
        interpreter = open_interpreter(model_content=content, num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelFileError(f"The embedder cannot be opened: {error}.") from error
    return interpreter
