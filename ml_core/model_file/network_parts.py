"""What a Keras network from a stranger may be made of: plain values and Keras' own layers."""

import re
from collections.abc import Mapping
from typing import Any

from ml_core.errors import ModelFileError
from ml_core.model_file import strict_json
from ml_core.model_file.layer_shapes import RULES

MODELS = frozenset(("Functional", "Model", "Sequential"))
_MODEL_MODULES = frozenset(
    ("keras", "keras.models", "keras.src.models.functional", "keras.src.models.sequential",
     "keras.src.models.model", "keras.src.engine.functional", "keras.src.engine.sequential")
)  # fmt: skip
ARITHMETIC_MODULE = "keras.src.ops.numpy"
ARITHMETIC = {"Add": "Add", "Subtract": "Add", "Multiply": "Add", "TrueDivide": "Add"}
"""Of a network described by formulas (``x / 255``); each is a merge element by element."""
_PLAIN_PARTS: Mapping[str, re.Pattern[str]] = {
    "keras.initializers": re.compile(
        r"(Glorot|He|Lecun)(Uniform|Normal)|Random(Uniform|Normal)|TruncatedNormal"
        r"|VarianceScaling|Zeros|Ones|Constant|Orthogonal|Identity|IdentityInitializer"
    ),
    "keras.regularizers": re.compile(r"L1|L2|L1L2"),
    "keras.constraints": re.compile(r"MaxNorm|NonNeg|UnitNorm|MinMaxNorm"),
    "keras": re.compile(r"DTypePolicy"),
    "keras.dtype_policies": re.compile(r"DTypePolicy"),
    "keras.optimizers": re.compile(r"[A-Z]\w{1,30}"),
    "keras.optimizers.schedules": re.compile(r"[A-Z]\w{1,30}"),
    "keras.losses": re.compile(r"[A-Z]\w{1,40}"),
    "keras.metrics": re.compile(r"[A-Z]\w{1,40}"),
}
_ACTIVATIONS = frozenset(
    ("elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_swish", "leaky_relu",
     "linear", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus",
     "softsign", "swish", "tanh")
)  # fmt: skip
_NUMBERS = frozenset(
    ("float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16", "int32",
     "int64", "uint8", "bool")
)  # fmt: skip
_NEVER = frozenset(
    ("lora_rank", "lora_alpha", "quantization_config", "function", "fn", "arguments")
)
_LONGEST_TEXT = 255
_UNPLAIN_TEXT = re.compile(r"[/\\\x00-\x1f<>]")


def require_plain(config: Mapping[str, Any]) -> None:
    """Look at every value of a description.

    Raises:
        ModelFileError: Something in it is not plain or not Keras' own.
        ValueError: Nested too deeply, or too many values.
    """
    for key, value in strict_json.walk(config):
        if isinstance(value, dict) and {"class_name", "module", "registered_name"} & set(value):
            _require_known(value)
        elif isinstance(value, str):
            _require_plain_text(key, value)
        elif key in _NEVER and value is not None:
            raise _foreign(f"a {key}")


def _require_known(part: Mapping[str, Any]) -> None:
    kind, module, registered = (part.get(k) for k in ("class_name", "module", "registered_name"))
    if not isinstance(kind, str) or not isinstance(module, str | None):
        raise _foreign(f"a part of the kind {kind!r:.60}")
    if kind == "__keras_tensor__" and module is None and registered is None:
        return
    if not _is_known(kind, module) or registered not in (None, kind):
        raise _foreign(_named(kind, module, registered))
    if kind == "DTypePolicy" and part["config"].get("name") not in _NUMBERS:
        raise _foreign("numbers of an unknown kind")


def _is_known(kind: str, module: str | None) -> bool:
    if module == "keras.layers":
        return kind in RULES or kind == "InputLayer"
    if module == ARITHMETIC_MODULE:
        return kind in ARITHMETIC
    if kind in MODELS:
        return module in _MODEL_MODULES
    pattern = _PLAIN_PARTS.get(module or "")
    return pattern is not None and pattern.fullmatch(kind) is not None


def _named(kind: str, module: str | None, registered: object) -> str:
    if kind == "Lambda":
        return "a Lambda layer, which is code of a stranger"
    if isinstance(registered, str) and registered != kind:
        return f"a part called {registered[:60]!r} that is not Keras' own"
    return f"a part of the kind {kind[:60]!r} from {module or 'nowhere'!s:.60}"


def _require_plain_text(key: str, text: str) -> None:
    if len(text) > _LONGEST_TEXT or _UNPLAIN_TEXT.search(text):
        raise _foreign(f"the text {text[:60]!a} where a name belongs")
    if key == "activation" and text not in _ACTIVATIONS:
        raise _foreign(f"the unknown activation {text[:60]!r}")
    if key == "dtype" and text not in _NUMBERS:
        raise _foreign(f"numbers of the kind {text[:60]!r}")


def _foreign(what: str) -> ModelFileError:
    return ModelFileError(
        f"Its network holds {what}.",
        expected="Only the ordinary layers of image classifiers are opened; none of it was run.",
        mend="Ask for the network built from Keras' own layers, saved without training settings.",
    )
