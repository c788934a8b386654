"""What every way of training gives: an embedder and a head, ready to be measured and kept.

A network crosses processes: it may have been trained in another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml_core.embedding.embedder import Embedder
from ml_core.training.head import Head


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network.

    Attributes:
        embedder: Photos to vectors, through LiteRT.
        head: Vectors to categories.
        parameters: Number of parameters of the whole network.
        write_archive: Writes the whole network as a plain Keras archive to the given path; can
            be pickled.
        was_stopped: Training ended early by "stop and keep".
    """

    embedder: Embedder
    head: Head
    parameters: int
    write_archive: Callable[[Path], None]
    was_stopped: bool = False
