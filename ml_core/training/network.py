"""What every way of training gives: an embedder and a head, ready to be measured and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml_core.embedding.embedder import Embedder
from ml_core.training.head import Head


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network.

    Attributes:
        embedder: Photos to vectors, through LiteRT.
        head: Vectors to categories.
        parameters: Number of parameters of the whole network.
        write_archive: Writes the whole network as a plain Keras archive to the given path.
        was_stopped: Training ended early by "stop and keep".
    """

    embedder: Embedder
    head: Head
    parameters: int
    write_archive: Callable[[Path], None]
    was_stopped: bool = False

    def with_head(self, head: Head, write_archive: Callable[[Path], None]) -> "Network":
        """The same embedder under another head."""
        parameters = self.parameters - _size(self.head) + _size(head)
        return Network(self.embedder, head, parameters, write_archive, self.was_stopped)


def _size(head: Head) -> int:
    return int(np.size(head.kernel) + np.size(head.bias))
