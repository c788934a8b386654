"""Cut a network in two, at a place where a single tensor goes from the lower part to the upper one.

What lies below the cut never changes while the upper part is tuned, so that it needs to look at a
photo only once.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ml_core.models.build import HEAD, embedder_of

if TYPE_CHECKING:
    import keras

_SEARCHED = 1.5
"""The cut is looked for among the places that have up to so many times the layers above them."""


@dataclass(frozen=True, slots=True)
class CutNetwork:
    """The two parts of a network; they share its layers, so training one trains the network.

    Attributes:
        lower: From raw pixels to the activations at the cut.
        upper: From these activations to the probabilities of the classes.
        layers: How many of the embedder's layers are in the upper part.
    """

    lower: "keras.Model"
    upper: "keras.Model"
    layers: int


def cut(model: "keras.Model", layers: int) -> CutNetwork:
    """Cut a network of ``models.build`` below the top layers of its embedder, or a little lower.

    A network can be cut where all that goes up passes through one tensor. Of such places the one
    with the smallest tensor is taken that is at most half as many layers further down: behind the
    narrow end of a block rather than in its wide middle.

    Args:
        model: As built; its head is part of the upper part.
        layers: How many layers are to be in the upper part at least; where the embedder has fewer,
            all but its first.
    """
    import keras

    embedder = embedder_of(model)
    below = _best_place(embedder, layers)
    last = embedder.layers[below]
    activations = keras.Input(last.output.shape[1:], dtype=last.output.dtype, name="activations")
    vectors = keras.Model(last.output, embedder.output)(activations)
    return CutNetwork(
        lower=keras.Model(embedder.input, last.output, name="lower"),
        upper=keras.Model(activations, model.get_layer(HEAD)(vectors), name="upper"),
        layers=len(embedder.layers) - 1 - below,
    )


def _best_place(embedder: "keras.Model", layers: int) -> int:
    """The index of the last layer below the cut."""
    above = {place: len(embedder.layers) - 1 - place for place in _places(embedder)}
    high_enough = [place for place, count in above.items() if count >= layers] or [min(above)]
    near = [place for place in high_enough if above[place] <= _SEARCHED * layers]
    candidates = near or [max(high_enough)]
    return min(candidates, key=lambda place: (_values(embedder.layers[place]), -place))


def _places(embedder: "keras.Model") -> Iterator[int]:
    """Indices of the layers whose output is all that goes up from them and the layers below."""
    highest_reader = _highest_readers(embedder)
    reached = 0
    for index, reader in enumerate(highest_reader[:-1]):
        if index > 0 and reached <= index:
            yield index
        reached = max(reached, reader)


def _highest_readers(embedder: "keras.Model") -> list[int]:
    """For each layer (they are in the order of computation) the last one that reads its output."""
    index_of = {id(layer): index for index, layer in enumerate(embedder.layers)}
    highest = list(range(len(index_of)))
    for index, layer in enumerate(embedder.layers):
        for source in _sources(layer):
            if id(source) in index_of:  # a layer may be part of other networks, too
                highest[index_of[id(source)]] = index
    return highest


def _sources(layer: "keras.Layer") -> Iterator[Any]:
    for node in layer._inbound_nodes:  # noqa: SLF001 - Keras has no public way to walk a network
        for tensor in node.input_tensors:
            yield tensor._keras_history.operation  # noqa: SLF001


def _values(layer: "keras.Layer") -> int:
    return math.prod(layer.output.shape[1:])
