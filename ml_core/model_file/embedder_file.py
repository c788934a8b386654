"""Look at a LiteRT network before it is opened: what it takes, gives, computes and needs.

LiteRT trusts the files that it opens. Here the graph is read without it: only operators that image
networks are made of, in an order in which each finds its inputs, of sizes within budget.
Numbers of fields are those of TensorFlow Lite's schema, version 3.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ml_core.errors import ModelFileError
from ml_core.images import InputSpec
from ml_core.model_file.flatbuffer import DamagedError, Table

MOST_MEMORY = 3 << 30
"""Bytes of all intermediate results together, counted as if none shared its place."""
MOST_STEPS = 300_000_000_000
"""Multiplications for one photo: ConvNeXt Tiny on photos of 1,024 pixels takes 93 billion."""

_MOST_TENSORS = 10_000
_MOST_DIMENSIONS = 6
_MOST_INPUTS = 64
_SIZES = {0: 4, 1: 2, 2: 4, 3: 1, 4: 8, 6: 1, 7: 2, 9: 1}
"""TensorType -> bytes: floats, integers, truth values; no strings, variants or resources."""

_OPERATORS = {
    0: "add", 1: "average_pool_2d", 2: "concatenation", 3: "conv_2d", 4: "depthwise_conv_2d",
    6: "dequantize", 9: "fully_connected", 14: "logistic", 17: "max_pool_2d", 18: "mul",
    19: "relu", 20: "relu_n1_to_1", 21: "relu6", 22: "reshape", 23: "resize_bilinear",
    25: "softmax", 28: "tanh", 34: "pad", 39: "transpose", 40: "mean", 41: "sub", 42: "div",
    43: "squeeze", 45: "strided_slice", 47: "exp", 49: "split", 54: "prelu", 55: "maximum",
    57: "minimum", 59: "neg", 60: "padv2", 65: "slice", 70: "expand_dims", 73: "log", 74: "sum",
    75: "sqrt", 76: "rsqrt", 78: "pow", 82: "reduce_max", 92: "square",
    97: "resize_nearest_neighbor", 98: "leaky_relu", 99: "squared_difference", 101: "abs",
    111: "elu", 117: "hard_swish", 126: "batch_matmul", 150: "gelu", 152: "relu_0_to_1",
}  # fmt: skip
"""BuiltinOperator -> its name. None of them reads files, calls out, loops or fills memory."""
_FLOAT = 0
_DEPTHWISE, _CONVOLUTION, _DENSE, _MATRICES = 4, 3, 9, 126


@dataclass(frozen=True, slots=True)
class _Tensor:
    shape: tuple[int, ...]
    item: int
    is_constant: bool

    @property
    def numbers(self) -> int:
        return math.prod(self.shape)


def inspect_embedder(content: bytes, spec: InputSpec, embedding_size: int) -> None:
    """Make sure that LiteRT can be trusted with these bytes.

    Raises:
        ModelFileError: Says which rule they break.
    """
    try:
        model = Table.root(content, b"TFL3")
        graph = _only_graph(model)
        _require_known(model)
        tensors = _tensors(model, graph)
        _require_order(model, graph, tensors)
    except DamagedError as error:
        raise ModelFileError(f"Its network is damaged: {error}.") from error
    _require_shapes(graph, tensors, spec, embedding_size)
    _require_budget(model, graph, tensors)


def _only_graph(model: Table) -> Table:
    graphs = list(model.tables(2, most=8))
    if model.number(0, "<I") != 3 or len(graphs) != 1:
        raise DamagedError("it is of another version or kind")
    return graphs[0]


def _operator(code: Table) -> int:
    return max(code.number(0, "<b"), code.number(3, "<i"))


def _codes(model: Table) -> list[int]:
    return [_operator(code) for code in model.tables(1, most=len(_OPERATORS) * 4)]


def _require_known(model: Table) -> None:
    for code in model.tables(1, most=len(_OPERATORS) * 4):
        if code.has(1) or _operator(code) not in _OPERATORS:
            raise ModelFileError(
                f"Its network computes in a way that photos do not need (operator"
                f" {_operator(code)}).",
                expected="Only the ordinary operators of image networks are allowed.",
            )


def _tensors(model: Table, graph: Table) -> list[_Tensor]:
    lengths = [_data_length(buffer) for buffer in model.tables(4, most=2 * _MOST_TENSORS)]
    tensors = []
    for table in graph.tables(0, most=_MOST_TENSORS):
        shape = table.numbers(0, "<i", most=_MOST_DIMENSIONS)
        kind, buffer = table.number(1, "<b"), table.number(2, "<I")
        if kind not in _SIZES or table.number(5, "<B") or table.has(6) or min(shape, default=1) < 1:
            raise DamagedError("it holds an unusual tensor")
        if buffer >= len(lengths):
            raise DamagedError("a tensor has no place")
        tensor = _Tensor(shape, _SIZES[kind], bool(lengths[buffer]))
        if not tensor.is_constant and kind != _FLOAT:
            raise DamagedError("it computes shapes from photos")
        if tensor.is_constant and lengths[buffer] != tensor.numbers * tensor.item:
            raise DamagedError("a tensor and its values differ in size")
        tensors.append(tensor)
    return tensors


def _data_length(buffer: Table) -> int:
    if buffer.number(1, "<Q") or buffer.number(2, "<Q"):
        raise DamagedError("its values lie outside of it")
    return buffer.length(0)


def _operators(graph: Table) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    for table in graph.tables(3, most=_MOST_TENSORS):
        inputs = table.numbers(1, "<i", most=_MOST_INPUTS)
        outputs = table.numbers(2, "<i", most=_MOST_INPUTS)
        yield table.number(0, "<I"), inputs, outputs


def _require_order(model: Table, graph: Table, tensors: list[_Tensor]) -> None:
    """Each operator finds its inputs computed; each result is computed once."""
    codes = len(_codes(model))
    ready = {index for index, tensor in enumerate(tensors) if tensor.is_constant}
    ready.update(graph.numbers(1, "<i", most=_MOST_INPUTS))
    for code, inputs, outputs in _operators(graph):
        if code >= codes or not {index for index in inputs if index != -1} <= ready:
            raise DamagedError("an operator has nothing to work on")
        if not outputs or ready & set(outputs) or not _are_indices(outputs, tensors):
            raise DamagedError("an operator has no place for its result")
        ready.update(outputs)
    results = graph.numbers(2, "<i", most=_MOST_INPUTS)
    if not ready >= set(results) or not _are_indices(tuple(ready), tensors):
        raise DamagedError("nothing computes its result")


def _are_indices(indices: tuple[int, ...], tensors: list[_Tensor]) -> bool:
    return all(0 <= index < len(tensors) for index in indices)


def _require_shapes(
    graph: Table, tensors: list[_Tensor], spec: InputSpec, embedding_size: int
) -> None:
    taken = [tensors[index].shape for index in graph.numbers(1, "<i", most=_MOST_INPUTS)]
    given = [tensors[index].shape for index in graph.numbers(2, "<i", most=_MOST_INPUTS)]
    pixels = (1, spec.size, spec.size, spec.channels)
    if (taken, given) != ([pixels], [(1, embedding_size)]):
        raise ModelFileError(
            f"Its network takes {taken} and gives {given}.",
            expected=f"{[pixels]} and {[(1, embedding_size)]} follow from its description.",
        )


def _require_budget(model: Table, graph: Table, tensors: list[_Tensor]) -> None:
    needed = sum(tensor.numbers * tensor.item for tensor in tensors if not tensor.is_constant)
    if needed > MOST_MEMORY:
        raise ModelFileError(
            f"Its network would need {needed / 1e9:,.1f} GB of memory for one photo.",
            expected=f"At most {MOST_MEMORY / 1e9:,.1f} GB are allowed.",
        )
    codes = _codes(model)
    steps = sum(
        _steps(codes[code], [tensors[index] for index in inputs if index >= 0], tensors[outputs[0]])
        for code, inputs, outputs in _operators(graph)
    )
    if steps > MOST_STEPS:
        raise ModelFileError(
            f"Its network would compute {steps / 1e9:,.0f} billion steps for one photo.",
            expected=f"At most {MOST_STEPS / 1e9:,.0f} billion are allowed.",
        )


def _steps(code: int, inputs: list[_Tensor], result: _Tensor) -> int:
    """About how many multiplications an operator takes."""
    widest = max((tensor.numbers for tensor in inputs), default=0)
    if len(inputs) < 2 or code not in (_CONVOLUTION, _DEPTHWISE, _DENSE, _MATRICES):
        return max(result.numbers, widest)
    weights = inputs[1].shape
    if code in (_CONVOLUTION, _DENSE):  # the first dimension of their weights is the outputs'
        return result.numbers * math.prod(weights[1:])
    if code == _DEPTHWISE:
        return result.numbers * math.prod(weights[:-1])
    return result.numbers * max(weights)
