"""What each ordinary layer of an image classifier gives and how many numbers it learns.

Worked out from a layer's configuration alone, in Python's unbounded integers: nothing is built, so
a layer of a billion units costs nothing to find. Shapes are without the batch; channels last.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Shape = tuple[int, ...]
Config = Mapping[str, Any]

LARGEST_NUMBER = 1 << 24
"""Of anything in a configuration that counts: filters, units, pixels."""
MOST_PARAMETERS = 200_000_000
MOST_VALUES = 1 << 28
"""In the result of one layer for one photo."""
_MOST_DIMENSIONS = 5


@dataclass(frozen=True, slots=True)
class Built:
    """The result's shape and the shapes of the layer's own arrays."""

    output: Shape
    arrays: tuple[Shape, ...] = ()


Rule = Callable[[Config, Sequence[Shape]], Built]


def shapes_of(kind: str, config: Config, inputs: Sequence[Shape]) -> Built:
    """Apply the rule of a layer.

    Raises:
        ValueError: The layer is not known or its values make no sense or are too large; the
            message is part of a sentence.
    """
    if config.get("data_format") not in (None, "channels_last"):
        raise ValueError(f"a {kind} layer puts channels first")
    built = RULES[kind](config, inputs)
    if len(built.output) > _MOST_DIMENSIONS or any(one < 1 for one in built.output):
        raise ValueError(f"a {kind} layer would give the shape {built.output}")
    if math.prod(built.output) > MOST_VALUES:
        raise ValueError(f"a {kind} layer would give {math.prod(built.output):,} numbers a photo")
    if (parameters := sum(map(math.prod, built.arrays))) > MOST_PARAMETERS:
        raise ValueError(f"a {kind} layer would have {parameters:,} parameters")
    return built


def whole_number(value: object, *, least: int = 1) -> int:
    """A bounded integer of a configuration, or ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r:.60} is no count")  # noqa: TRY004 - it joins its siblings
    if not least <= value <= LARGEST_NUMBER:
        raise ValueError(f"{value:,} is out of range")
    return value


def _pair(config: Config, key: str, default: object = None, *, least: int = 1) -> tuple[int, int]:
    value = config.get(key)
    value = default if value is None else value
    if isinstance(value, list | tuple):
        height, width = value
        return whole_number(height, least=least), whole_number(width, least=least)
    return (whole_number(value, least=least),) * 2


def _picture(inputs: Sequence[Shape]) -> tuple[int, int, int]:
    height, width, channels = _only(inputs)
    return height, width, channels


def _only(inputs: Sequence[Shape]) -> Shape:
    (shape,) = inputs
    return shape


def _axis(value: object, rank: int) -> int:
    """An axis that counts the batch, as an index into a shape without it."""
    if isinstance(value, list):
        (value,) = value
    index = whole_number(value, least=-rank)
    index = index + rank if index < 0 else index - 1
    if not 0 <= index < rank:
        raise ValueError(f"there is no axis {value}")
    return index


def _bias(config: Config, count: int) -> tuple[Shape, ...]:
    return ((count,),) if config.get("use_bias", True) else ()


def _slid(config: Config, sides: tuple[int, int], *, key: str, strides: object = 1) -> Shape:
    """Height and width after a window has slid over the picture."""
    window, steps = _pair(config, key), _pair(config, "strides", strides)
    spread = _pair(config, "dilation_rate", 1)
    if config.get("padding") == "same":
        return tuple(-(-side // step) for side, step in zip(sides, steps, strict=True))
    return tuple(
        (side - ((length - 1) * spread_by + 1)) // step + 1
        for side, length, spread_by, step in zip(sides, window, spread, steps, strict=True)
    )


def _unchanged(_: Config, inputs: Sequence[Shape]) -> Built:
    return Built(_only(inputs))


def _convolution(config: Config, inputs: Sequence[Shape]) -> Built:
    *sides, channels = _picture(inputs)
    filters = whole_number(config["filters"])
    groups = whole_number(config.get("groups", 1))
    if channels % groups:
        raise ValueError("a convolution splits its channels unevenly")
    kernel = (*_pair(config, "kernel_size"), channels // groups, filters)
    output = (*_slid(config, (sides[0], sides[1]), key="kernel_size"), filters)
    return Built(output, (kernel, *_bias(config, filters)))


def _depthwise(config: Config, inputs: Sequence[Shape]) -> Built:
    *sides, channels = _picture(inputs)
    multiplier = whole_number(config.get("depth_multiplier", 1))
    kernel = (*_pair(config, "kernel_size"), channels, multiplier)
    filters = channels * multiplier
    output = (*_slid(config, (sides[0], sides[1]), key="kernel_size"), filters)
    return Built(output, (kernel, *_bias(config, filters)))


def _separable(config: Config, inputs: Sequence[Shape]) -> Built:
    first = _depthwise({**config, "use_bias": False}, inputs)
    filters = whole_number(config["filters"])
    pointwise = (1, 1, first.output[-1], filters)
    arrays = (*first.arrays, pointwise, *_bias(config, filters))
    return Built((*first.output[:-1], filters), arrays)


def _dense(config: Config, inputs: Sequence[Shape]) -> Built:
    *outer, size = _only(inputs)
    units = whole_number(config["units"])
    return Built((*outer, units), ((size, units), *_bias(config, units)))


def _pool(config: Config, inputs: Sequence[Shape]) -> Built:
    *sides, channels = _picture(inputs)
    window = config.get("pool_size", 2)
    slid = _slid(config, (sides[0], sides[1]), key="pool_size", strides=window)
    return Built((*slid, channels))


def _global_pool(config: Config, inputs: Sequence[Shape]) -> Built:
    _, _, channels = _picture(inputs)
    return Built((1, 1, channels) if config.get("keepdims") else (channels,))


def _batch_normalization(config: Config, inputs: Sequence[Shape]) -> Built:
    shape = _only(inputs)
    size = (shape[_axis(config.get("axis", -1), len(shape))],)
    learned = bool(config.get("scale", True)) + bool(config.get("center", True))
    return Built(shape, (size,) * (2 + learned))


def _layer_normalization(config: Config, inputs: Sequence[Shape]) -> Built:
    shape = _only(inputs)
    size = (shape[_axis(config.get("axis", -1), len(shape))],)
    learned = bool(config.get("scale", True)) + bool(config.get("center", True))
    return Built(shape, (size,) * learned)


def _normalization(config: Config, inputs: Sequence[Shape]) -> Built:
    shape = _only(inputs)
    if config.get("mean") is not None:
        return Built(shape)
    size = (shape[_axis(config.get("axis", -1), len(shape))],)
    return Built(shape, (size, size, ()))


def _prelu(config: Config, inputs: Sequence[Shape]) -> Built:
    shape = _only(inputs)
    shared = {_axis(axis, len(shape)) for axis in config.get("shared_axes") or ()}
    return Built(shape, (tuple(1 if i in shared else one for i, one in enumerate(shape)),))


def _flatten(_: Config, inputs: Sequence[Shape]) -> Built:
    return Built((math.prod(_only(inputs)),))


def _reshape(config: Config, inputs: Sequence[Shape]) -> Built:
    numbers = math.prod(_only(inputs))
    target = [whole_number(one, least=-1) for one in config["target_shape"]]
    known = math.prod(one for one in target if one != -1)
    if target.count(-1) > 1 or known < 1 or numbers % known:
        raise ValueError(f"a layer cannot make {target} of {numbers:,} numbers")
    shape = tuple(numbers // known if one == -1 else one for one in target)
    if math.prod(shape) != numbers:
        raise ValueError(f"a layer cannot make {target} of {numbers:,} numbers")
    return Built(shape)


def _edges(config: Config, key: str) -> tuple[int, int]:
    """What a layer adds above and below, and left and right."""
    value = config[key]
    if isinstance(value, list) and all(isinstance(one, list) for one in value):
        (top, bottom), (left, right) = value
        edges = [whole_number(one, least=0) for one in (top, bottom, left, right)]
        return edges[0] + edges[1], edges[2] + edges[3]
    height, width = _pair(config, key, least=0)
    return 2 * height, 2 * width


def _padded(config: Config, inputs: Sequence[Shape]) -> Built:
    height, width, channels = _picture(inputs)
    more_height, more_width = _edges(config, "padding")
    return Built((height + more_height, width + more_width, channels))


def _cropped(config: Config, inputs: Sequence[Shape]) -> Built:
    height, width, channels = _picture(inputs)
    less_height, less_width = _edges(config, "cropping")
    return Built((height - less_height, width - less_width, channels))


def _enlarged(config: Config, inputs: Sequence[Shape]) -> Built:
    height, width, channels = _picture(inputs)
    times_height, times_width = _pair(config, "size", 2)
    return Built((height * times_height, width * times_width, channels))


def _resized(config: Config, inputs: Sequence[Shape]) -> Built:
    *_, channels = _picture(inputs)
    return Built((whole_number(config["height"]), whole_number(config["width"]), channels))


def _merged(_: Config, inputs: Sequence[Shape]) -> Built:
    """Element by element; a side of one is repeated."""
    longest = max(map(len, inputs))
    filled = [(1,) * (longest - len(shape)) + shape for shape in inputs]
    output = tuple(max(sides) for sides in zip(*filled, strict=True))
    if any(
        one not in (1, side) for shape in filled for one, side in zip(shape, output, strict=True)
    ):
        raise ValueError(f"shapes do not fit together: {list(inputs)}")
    return Built(output)


def _concatenated(config: Config, inputs: Sequence[Shape]) -> Built:
    first = inputs[0]
    axis = _axis(config.get("axis", -1), len(first))
    rest = {shape[:axis] + shape[axis + 1 :] for shape in inputs}
    if len(rest) != 1 or {len(shape) for shape in inputs} != {len(first)}:
        raise ValueError(f"shapes do not fit together: {list(inputs)}")
    total = sum(shape[axis] for shape in inputs)
    return Built((*first[:axis], total, *first[axis + 1 :]))


_UNCHANGED = (
    "Activation", "ActivityRegularization", "AlphaDropout", "Dropout", "ELU", "GaussianDropout",
    "GaussianNoise", "Identity", "LeakyReLU", "RandomBrightness", "RandomContrast", "RandomFlip",
    "RandomRotation", "RandomTranslation", "RandomZoom", "ReLU", "Rescaling", "Softmax",
    "SpatialDropout2D",
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **dict.fromkeys(_UNCHANGED, _unchanged),
        **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), _merged),
        "AveragePooling2D": _pool,
        "BatchNormalization": _batch_normalization,
        "Concatenate": _concatenated,
        "Conv2D": _convolution,
        "Cropping2D": _cropped,
        "Dense": _dense,
        "DepthwiseConv2D": _depthwise,
        "Flatten": _flatten,
        "GlobalAveragePooling2D": _global_pool,
        "GlobalMaxPooling2D": _global_pool,
        "LayerNormalization": _layer_normalization,
        "MaxPooling2D": _pool,
        "Normalization": _normalization,
        "PReLU": _prelu,
        "RandomCrop": _resized,
        "Reshape": _reshape,
        "Resizing": _resized,
        "SeparableConv2D": _separable,
        "UpSampling2D": _enlarged,
        "ZeroPadding2D": _padded,
    }
)
"""Layer class -> its rule. What is not here is not opened: Lambda, TFSMLayer, anybody's own."""
