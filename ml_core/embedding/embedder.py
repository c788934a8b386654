"""Photos through LiteRT, into vectors as a rule: the only file that touches its interpreter."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import ModelFileError
from ml_core.images import InputSpec, Pixels
from ml_core.parallel import processor_cores

Numbers = NDArray[np.float32]
ModelInput = NDArray[np.uint8] | NDArray[np.float32]
Vectors = NDArray[np.float32]
"""float32, shape (photos, embedding_size)."""


class PhotoNetwork:
    """A network that looks at one photo at a time, as LiteRT bytes, ready to run from any thread.

    Every thread gets an interpreter of its own; two single-threaded interpreters see more photos a
    second than one with two threads. Results do not depend on the number of threads.

    Args:
        content: The network as a LiteRT flatbuffer; input float32 (1, size, size, channels), raw
            0..255; one output, float32 (1, ...).
        spec: What it wants to see.

    Raises:
        ModelFileError: The bytes are no LiteRT model, or its input or output do not fit.
            Running raises it, too, where the network gives values that are no numbers.
    """

    def __init__(self, content: bytes, spec: InputSpec) -> None:
        self.content = content
        self.spec = spec
        self._own = threading.local()
        self._fingerprint: bytes | None = None
        self.output_shape = self._interpreter_here().output_shape

    def __reduce__(self) -> tuple[type[Self], tuple[bytes, InputSpec]]:
        """Networks cross processes; interpreters cannot."""
        return type(self), (self.content, self.spec)

    def fingerprint(self) -> bytes:
        """16 bytes that name this network and its input; the key of what is cached of it."""
        if self._fingerprint is None:
            digest = hashlib.blake2b(self.content, digest_size=16)
            spec = (self.spec.size, self.spec.channels, str(self.spec.resize))
            digest.update(repr(spec).encode())
            self._fingerprint = digest.digest()
        return self._fingerprint

    def run_here(self, pixels: ModelInput) -> Numbers:
        """One photo on the calling thread alone, for callers that keep every core busy.

        Args:
            pixels: 0..255, shape (size, size, channels).

        Returns:
            float32, of ``output_shape``.
        """
        return self._interpreter_here().run(pixels)

    def _interpreter_here(self) -> "_Interpreter":
        interpreter: _Interpreter | None = getattr(self._own, "interpreter", None)
        if interpreter is None:
            interpreter = self._own.interpreter = _Interpreter(self.content, self.spec, threads=1)
        return interpreter


class Embedder(PhotoNetwork):
    """A network without its head, which turns a photo into a vector.

    Args:
        content: As for any ``PhotoNetwork``; output (1, embedding_size).
        spec: What it wants to see.

    Raises:
        ModelFileError: See ``PhotoNetwork``; also where what comes out is no vector.
    """

    def __init__(self, content: bytes, spec: InputSpec) -> None:
        super().__init__(content, spec)
        if len(self.output_shape) != 1:
            raise ModelFileError(
                f"The embedder gives values of shape {self.output_shape}.",
                expected="One float32 vector a photo was expected.",
            )
        (self.embedding_size,) = self.output_shape
        self._whole_machine = _Interpreter(content, spec, threads=processor_cores())
        self._whole_machine_is_free = threading.Lock()

    def embed(self, pixels: Pixels) -> Vectors:
        """One photo with all processor cores: (size, size, channels) -> (embedding_size,)."""
        with self._whole_machine_is_free:
            return self._whole_machine.run(pixels)

    def embed_here(self, pixels: Pixels) -> Vectors:
        """One photo on the calling thread alone; see ``run_here``."""
        return self.run_here(pixels)


class _Interpreter:
    """One LiteRT interpreter; for one thread at a time."""

    def __init__(self, content: bytes, spec: InputSpec, *, threads: int) -> None:
        self._interpreter = _open(content, threads)
        shape = (1, spec.size, spec.size, spec.channels)
        self._input = _require_one(self._interpreter.get_input_details(), shape)
        self._output, self.output_shape = _require_one_output(
            self._interpreter.get_output_details()
        )
        self._pixels = np.empty(shape, np.float32)

    def run(self, pixels: ModelInput) -> Numbers:
        if pixels.shape != self._pixels.shape[1:]:
            raise ValueError(f"expected pixels of {self._pixels.shape[1:]}, got {pixels.shape}")
        self._pixels[0] = pixels
        self._interpreter.set_tensor(self._input, self._pixels)
        self._interpreter.invoke()
        values: Numbers = self._interpreter.get_tensor(self._output)[0]
        if not np.isfinite(values).all():
            raise ModelFileError(
                "The network answered a photo with values that are no numbers.",
                mend="Its weights are spoilt: train it again, or use another model.",
            )
        return values


def _require_one(inputs: list[dict[str, Any]], shape: tuple[int, ...]) -> int:
    """The index of the only input, if it takes photos of this shape."""
    found = [(tuple(map(int, one["shape"])), np.dtype(one["dtype"]).name) for one in inputs]
    if found != [(shape, "float32")]:
        raise ModelFileError(
            f"The embedder takes {found}.", expected=f"{[(shape, 'float32')]} was expected."
        )
    return int(inputs[0]["index"])


def _require_one_output(outputs: list[dict[str, Any]]) -> tuple[int, tuple[int, ...]]:
    """The index of the only output and the shape of what it says of one photo."""
    found = [(tuple(map(int, one["shape"])), np.dtype(one["dtype"]).name) for one in outputs]
    match found:
        case [((1, *shape), "float32")] if shape:
            return int(outputs[0]["index"]), tuple(shape)
    raise ModelFileError(
        f"The network gives {found}.", expected="One float32 output a photo was expected."
    )


def _open(content: bytes, threads: int) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    open_interpreter: Callable[..., Any] = Interpreter
    try:
        interpreter = open_interpreter(model_content=content, num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = str(error).strip().rstrip(".")
        raise ModelFileError(f"The embedder cannot be opened: {reason}.") from error
    return interpreter
