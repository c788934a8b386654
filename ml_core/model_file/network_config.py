"""Keras' description of a network, read without Keras: what it takes, gives and amounts to."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml_core.errors import ModelFileError
from ml_core.model_file import strict_json
from ml_core.model_file.layer_shapes import MOST_PARAMETERS, Shape, shapes_of, whole_number
from ml_core.model_file.network_parts import ARITHMETIC, ARITHMETIC_MODULE, MODELS, require_plain

MOST_LAYERS = 1_500
_MOST_USES = 20_000
"""Of all layers together: networks in networks could multiply without end."""
_DEEPEST_NESTING = 6

Layer = Mapping[str, Any]
Use = tuple[str, int]
"""A layer's name and which of its uses."""


@dataclass(slots=True)
class Network:
    """What a description amounts to; shapes are without the batch.

    Attributes:
        input: Shape of a photo.
        output: Shape of an answer.
        arrays: How often each shape occurs among the network's arrays.
        last: The layer that gives the answer: its class and its configuration.
    """

    input: Shape
    output: Shape
    arrays: Counter[Shape] = field(default_factory=Counter)
    last: tuple[str, Mapping[str, Any]] = ("", {})

    @property
    def parameters(self) -> int:
        return sum(math.prod(shape) * count for shape, count in self.arrays.items())

    def add(self, arrays: Counter[Shape]) -> None:
        """Count more arrays. Raises ModelFileError if they become too many."""
        self.arrays.update(arrays)
        if self.parameters > MOST_PARAMETERS:
            raise ModelFileError(
                f"Its network would have {self.parameters:,} parameters.",
                expected=f"At most {MOST_PARAMETERS:,} are allowed.",
            )


def inspect_network(content: bytes) -> Network:
    """Read ``config.json`` of a Keras archive.

    Raises:
        ModelFileError: It is damaged, holds something that could run a stranger's code, or
            describes a network that is too large.
    """
    try:
        config = strict_json.parse(content)
        require_plain(config)
        return _Walk().network(config, None, depth=0)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ModelFileError(
            f"Its description of the network (config.json) cannot be used: {reason}.",
            mend="Ask whoever made it for a new copy.",
        ) from error


class _Walk:
    """From the input to the answer; what is wrong is a ValueError, TypeError or KeyError."""

    def __init__(self) -> None:
        self._uses = 0

    def network(self, model: Layer, given: Sequence[Shape] | None, *, depth: int) -> Network:
        """A whole network, for the shape that it is given or the one that it states."""
        if depth > _DEEPEST_NESTING or model["class_name"] not in MODELS:
            raise ValueError("it is no network, or networks lie in networks too deeply")
        config = model["config"]
        layers = config["layers"]
        if not isinstance(layers, list) or not 0 < len(layers) <= MOST_LAYERS:
            raise ValueError("it has no layers, or too many")
        read = self._chain if model["class_name"] == "Sequential" else self._graph
        network = read(config, layers, given, depth)
        _require_agreement(model, [network.input])
        return network

    def _chain(
        self,
        config: Mapping[str, Any],
        layers: Sequence[Layer],
        given: Sequence[Shape] | None,
        depth: int,
    ) -> Network:
        shape = _actual(_declared(layers[0], config.get("build_input_shape"), depth), given)
        network = Network(shape, shape)
        for layer in layers:
            if layer["class_name"] != "InputLayer":
                one = self._layer(layer, [network.output], depth)
                network.add(one.arrays)
                network.output, network.last = one.output, one.last
        return network

    def _graph(
        self,
        config: Mapping[str, Any],
        layers: Sequence[Layer],
        given: Sequence[Shape] | None,
        depth: int,
    ) -> Network:
        ((entry, _),) = _uses_in(config["input_layers"])
        (result,) = _uses_in(config["output_layers"])
        by_name = {layer["config"]["name"]: layer for layer in layers}
        if len(by_name) != len(layers):
            raise ValueError("two layers have the same name")
        shape = _actual(_stated(by_name.pop(entry)["config"])[1:], given)
        network = Network(shape, shape)
        known, last = {(entry, 0): shape}, {}
        for name in _in_order(by_name, entry):
            one = self._all_uses(network, name, by_name, known, depth)
            last[name] = one.last
        network.output, network.last = _result(known, result, by_name), last[result[0]]
        return network

    def _all_uses(
        self,
        network: Network,
        name: str,
        layers: Mapping[str, Layer],
        known: dict[Use, Shape],
        depth: int,
    ) -> Network:
        """Work out a layer for everything that it is applied to; its arrays count once."""
        layer, first = layers[name], None
        for number, node in enumerate(layer["inbound_nodes"]):
            one = self._layer(layer, [_result(known, use, layers) for use in _uses_in(node)], depth)
            known[name, number] = one.output
            first = first or one
            if one.arrays != first.arrays:
                raise ValueError(f"the layer {name!r:.60} is used in two ways")
        if first is None:
            raise ValueError(f"the layer {name!r:.60} is connected to nothing")
        network.add(first.arrays)
        return first

    def _layer(self, layer: Layer, inputs: Sequence[Shape], depth: int) -> Network:
        self._uses += 1
        if self._uses > _MOST_USES or not inputs:
            raise ValueError("its layers are connected too often, or to nothing")
        kind, config = layer["class_name"], layer["config"]
        if kind in MODELS:
            return self.network(layer, inputs, depth=depth + 1)
        _require_agreement(layer, inputs)
        rule = ARITHMETIC[kind] if layer.get("module") == ARITHMETIC_MODULE else kind
        built = shapes_of(rule, config, inputs)
        return Network(inputs[0], built.output, Counter(built.arrays), (kind, config))


def _result(known: Mapping[Use, Shape], use: Use, layers: Mapping[str, Layer]) -> Shape:
    """What a use of a layer gave. Keras counts a network's own making as a use, here and there."""
    name, _ = use
    layer = layers.get(name)
    if layer and layer["class_name"] in MODELS and len(layer["inbound_nodes"]) == 1:
        return known[name, 0]
    return known[use]


def _in_order(layers: Mapping[str, Layer], entry: str) -> Iterator[str]:
    """Names of the layers so that each comes after all that it is applied to."""
    needed = {
        name: {use for use, _ in _uses_in(layer["inbound_nodes"])} for name, layer in layers.items()
    }
    done, waiting = {entry}, list(needed)
    while waiting:
        later = []
        for name in waiting:
            if needed[name] <= done:
                done.add(name)
                yield name
            else:
                later.append(name)
        if len(later) == len(waiting):
            raise ValueError("some of its layers are connected to nothing")
        waiting = later


def _declared(first: Layer, build_input: object, depth: int) -> Sequence[object]:
    """The input shape that a chain states, without the batch."""
    inner = first["config"]
    shape = _stated(inner) or build_input
    if shape is None and first["class_name"] in MODELS and depth < _DEEPEST_NESTING:
        layers = inner["layers"]
        return _declared(layers[0], inner.get("build_input_shape"), depth + 1)
    if not isinstance(shape, list) or len(shape) < 2:
        raise ValueError("it does not say what its input looks like")
    return shape[1:]


def _stated(config: Mapping[str, Any]) -> Any:
    return config.get("batch_shape") or config.get("batch_input_shape")


def _actual(declared: Sequence[object], given: Sequence[Shape] | None) -> Shape:
    if given is None:
        if None in declared:
            raise ValueError("it takes photos of any size, where a fixed size is needed")
        return tuple(whole_number(side) for side in declared)
    (shape,) = given
    if not _agree(declared, shape):
        raise ValueError(f"a part of it expects {list(declared)} and gets {list(shape)}")
    return shape


def _agree(declared: Sequence[object], actual: Shape) -> bool:
    return len(declared) == len(actual) and all(
        one in (None, side) for one, side in zip(declared, actual, strict=True)
    )


def _require_agreement(layer: Layer, inputs: Sequence[Shape]) -> None:
    """Keras builds a layer for the shape that is written beside it: it must be the real one."""
    stated = layer.get("build_config") or {}
    if set(stated) - {"input_shape"}:
        raise ValueError(f"a {layer['class_name']!r:.40} layer is built in an unknown way")
    if not (shapes := stated.get("input_shape")):
        return
    shapes = shapes if isinstance(shapes[0], list) else [shapes]
    for shape, actual in zip(shapes, inputs, strict=True):
        if not _agree(shape[1:], actual):
            raise ValueError(f"a layer is built for {shape[1:]} and gets {list(actual)}")


def _uses_in(node: Any) -> Iterator[Use]:
    """The uses of layers that a node names, in order."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            node = {"": node["config"]["keras_history"]}
        for value in node.values():
            yield from _uses_in(value)
    elif isinstance(node, list):
        if node and isinstance(node[0], str):
            yield node[0], whole_number(node[1], least=0)
            return
        for value in node:
            yield from _uses_in(value)
