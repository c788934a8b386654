"""Networks and weights that could hurt, each with the sentence it is refused by."""

import base64
import json
import marshal
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ml_core.model_file import members
from tests.core.model_files import changed, contents_of
from tests.core.spoiling import (
    CONFIG,
    METADATA,
    WEIGHTS,
    Config,
    Hostile,
    Make,
    hostile,
    packed,
    with_config,
    with_members,
    with_weights,
)

NETWORKS: dict[str, Hostile] = {}


def embedder_layers(config: Config) -> list[Config]:
    """The layers of the nested embedder."""
    nested = next(one for one in config["config"]["layers"] if one["class_name"] == "Functional")
    layers: list[Config] = nested["config"]["layers"]
    return layers


def _layer(config: Config, kind: str) -> Config:
    everywhere = [*embedder_layers(config), *config["config"]["layers"]]
    return next(one for one in everywhere if one["class_name"] == kind)


# Code of a stranger.


def _evil(folder: str) -> str:
    return f"__import__('os').system('touch {folder}/executed')"


@hostile(NETWORKS, "lambda", "a Lambda layer, which is code of a stranger")
def _lambda(good: Path, folder: Path) -> Path:
    code = compile(_evil(str(folder)), "evil", "eval")

    def edit(config: Config) -> None:
        layer = _layer(config, "Rescaling")
        layer["class_name"] = "Lambda"
        layer["config"]["function"] = {
            "class_name": "__lambda__",
            "config": {"code": base64.b64encode(marshal.dumps(code)).decode()},
        }

    return with_config(edit)(good, folder)


def _as_part(**part: Any) -> Make:
    return with_config(lambda config: _layer(config, "Rescaling").update(part))


def _as_value(kind: str, key: str, value: Any) -> Make:
    return with_config(lambda config: _layer(config, kind)["config"].update({key: value}))


def _call(name: str) -> Config:
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


for _name, _make, _sentence in (
    ("foreign module", _as_part(module="os", class_name="system"), "from os"),
    ("foreign package", _as_part(registered_name="evil>Layer"), "'evil>Layer' that is not Keras'"),
    ("own layer", _as_part(class_name="Mine", module="mine.layers"), "'Mine' from mine.layers"),
    ("no module", _as_part(module=None), "from nowhere"),
    (
        "hidden in keras",
        _as_part(module="keras.src.utils.file_utils", class_name="get_file"),
        "get_file",
    ),
    ("TFSMLayer", _as_part(class_name="TFSMLayer"), "'TFSMLayer' from keras.layers"),
    ("custom object", _as_part(class_name="StringLookup"), "'StringLookup' from keras.layers"),
    (
        "function as activation",
        _as_value("Conv2D", "activation", _call("eval")),
        "'function' from builtins",
    ),
    ("unknown activation", _as_value("Conv2D", "activation", "evil>run"), "where a name belongs"),
    (
        "function as initializer",
        _as_value("Conv2D", "kernel_initializer", _call("exec")),
        "from builtins",
    ),
    (
        "address of a model",
        _as_value("Conv2D", "name", "hf://evil/model"),
        "'hf://evil/model' where a name",
    ),
    (
        "path as a value",
        _as_value("Conv2D", "kernel_regularizer", "/etc/passwd"),
        "'/etc/passwd' where a",
    ),
    (
        "unsafe flag",
        with_config(lambda c: c["config"].update(fn={"safe_mode": False})),
        "holds a fn",
    ),
    ("low-rank arrays", _as_value("Dense", "lora_rank", 1 << 20), "holds a lora_rank"),
    (
        "function in training settings",
        with_config(lambda c: c.update(compile_config={"loss": _call("evil")})),
        "'function' from builtins",
    ),
):
    NETWORKS[_name] = Hostile(_make, _sentence)


# Networks too large to build.


def _dense_of_a_billion(config: Config) -> None:
    _layer(config, "Dense")["config"]["units"] = 10**9


def _huge_input(config: Config) -> None:
    for layers in (config["config"]["layers"], embedder_layers(config)):
        layers[0]["config"]["batch_shape"] = [None, 10**6, 10**6, 3]
        for layer in layers:
            layer.pop("build_config", None)


def _built_for_another(config: Config) -> None:
    _layer(config, "Dense")["build_config"] = {"input_shape": [None, 10**12]}


def _wide(config: Config) -> None:
    _layer(config, "Dense")["config"]["units"] = 1 << 24


def _networks_in_networks(_: Config) -> Config:
    """Six levels, each used thirty times: 729 million layers in a few kilobytes."""
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["in", 0, 0]}}
    keras, layers = {"module": "keras"}, {"module": "keras.layers"}
    stated = {"name": "in", "batch_shape": [None, 4]}
    entry = {**layers, "class_name": "InputLayer", "config": stated, "inbound_nodes": []}
    again = {**layers, "class_name": "Softmax", "config": {}}
    for _ in range(6):
        again["config"]["name"] = "again"
        again["inbound_nodes"] = [{"args": [tensor], "kwargs": {}} for _ in range(30)]
        ends = {"input_layers": [["in", 0, 0]], "output_layers": [["again", 0, 0]]}
        network = {"name": "net", "layers": [entry, again], **ends}
        again = {**keras, "class_name": "Functional", "config": network}
    return again


for _name, _make, _sentence in (
    ("Dense(1e9)", with_config(_dense_of_a_billion), "1,000,000,000 is out of range"),
    ("huge pictures", with_config(_huge_input), "numbers a photo"),
    ("built for another shape", with_config(_built_for_another), "is built for [1000000000000]"),
    ("a very wide layer", with_config(_wide), "would have 218,103,808 parameters"),
    ("networks in networks", with_config(_networks_in_networks), "connected too often"),
    (
        "a layer that nothing leads to",
        with_config(lambda c: _layer(c, "Dense")["inbound_nodes"].clear()),
        "connected to nothing",
    ),
    ("not a softmax", _as_value("Dense", "activation", "relu"), "does not end as a classifier"),
    ("config is no JSON", with_config(lambda c: "{"), "(config.json) cannot be used"),
    ("config is a list", with_config(lambda c: "[]"), "not a table of values"),
    (
        "config nested deeply",
        with_config(lambda c: '{"a":' * 500 + "1" + "}" * 500),
        "nested more than",
    ),
    ("config nested very deeply", with_config(lambda c: "[" * 200_000), "nested more than"),
    (
        "config says it twice",
        with_config(lambda c: json.dumps(c)[:-1] + ',"config":{}}'),
        "a key is given twice",
    ),
    ("config with NaN", with_config(lambda c: '{"a": NaN}'), "NaN is no number"),
    ("metadata is no JSON", with_members({METADATA: b"\xff"}), "metadata.json"),
):
    NETWORKS[_name] = Hostile(_make, _sentence)


@hostile(NETWORKS, "bomb in the config", "would unpack to 40,000,000 bytes")
def _config_bomb(good: Path, folder: Path) -> Path:
    contents = {**contents_of(good), CONFIG: b" " * 40_000_000}
    return packed(contents, folder, kind=zipfile.ZIP_DEFLATED)


@hostile(NETWORKS, "bomb in the weights", "would unpack to 400,000,000 bytes")
def _weights_bomb(good: Path, folder: Path) -> Path:
    contents = {**contents_of(good), WEIGHTS: bytes(400_000_000)}
    return packed(contents, folder, kind=zipfile.ZIP_DEFLATED)


# Weights.


def _replace(file: h5py.File, **options: Any) -> None:
    """Put something else in the place of the head's weights."""
    place = file["layers/dense/vars"]
    del place["0"]
    place.create_dataset("0", **options)


def _external_link(file: h5py.File, folder: Path) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def _soft_link(file: h5py.File, folder: Path) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense/vars/1")


def _virtual(file: h5py.File, folder: Path) -> None:
    shape = file["layers/dense/vars/0"].shape
    layout = h5py.VirtualLayout(shape, "f4")
    layout[...] = h5py.VirtualSource(str(folder / "secret.h5"), "secret", shape)
    del file["layers/dense/vars/0"]
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def _external_storage(file: h5py.File, folder: Path) -> None:
    shape = file["layers/dense/vars/0"].shape
    _replace(file, shape=shape, dtype="f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def _circle(file: h5py.File, folder: Path) -> None:
    file["layers/again"] = file["layers"]


def _filled(value: float) -> Callable[[h5py.File, Path], None]:
    def edit(file: h5py.File, folder: Path) -> None:
        file["layers/dense/vars/0"][2, 1] = value

    return edit


def _packed_tightly(file: h5py.File, folder: Path) -> None:
    _replace(file, data=np.zeros((40_000, 1_000), "f4"), compression="gzip", chunks=(4_000, 1_000))


for _name, _edit, _sentence in (
    ("link to a file", _external_link, "point to another place"),
    ("soft link", _soft_link, "point to another place"),
    ("virtual array", _virtual, "lie in another file"),
    ("array in another file", _external_storage, "lie in another file"),
    (
        "400 GB claimed",
        lambda f, _: _replace(f, shape=(10**6, 10**5), dtype="f4", chunks=(1000, 100)),
        "claim 400,000,000,000 bytes",
    ),
    ("weights packed tightly", _packed_tightly, "claim 160,000,000 bytes"),
    ("weights in circles", _circle, "lead in circles"),
    ("weights are NaN", _filled(np.nan), "values that are no numbers"),
    ("weights are infinite", _filled(np.inf), "values that are no numbers"),
    ("weights missing", lambda f, _: f.pop("layers/dense/vars/0"), "do not fit its network"),
    (
        "weights of another shape",
        lambda f, _: _replace(f, data=np.zeros((3, 3), "f4")),
        "do not fit its network",
    ),
    (
        "more weights",
        lambda f, _: f.create_dataset("layers/more", data=np.zeros(5)),
        "one too many of (5,)",
    ),
    (
        "texts among the weights",
        lambda f, _: f.create_dataset("layers/text", data="os.system"),
        "something other than numbers",
    ),
    (
        "objects among the weights",
        lambda f, _: f.create_dataset("layers/refs", data=f.ref, dtype=h5py.ref_dtype),
        "something other than numbers",
    ),
    (
        "a type among the weights",
        lambda f, _: f.__setitem__("layers/kind", np.dtype("f4")),
        "something unknown",
    ),
):
    NETWORKS[_name] = Hostile(with_weights(_edit), _sentence)

NETWORKS["weights are no HDF5"] = Hostile(
    with_members({WEIGHTS: b"no weights"}), "weights are damaged"
)
NETWORKS["weights are a pickle"] = Hostile(
    with_members({WEIGHTS: b"\x80\x04\x8c\x02os\x8c\x06system\x93."}), "weights are damaged"
)


# The network for LiteRT.


def _with_network(edit: Callable[[Any], None]) -> Make:
    def make(good: Path, folder: Path) -> Path:
        import flatbuffers
        from ai_edge_litert import schema_py_generated as schema

        model = schema.ModelT.InitFromPackedBuf(contents_of(good)[members.EMBEDDER], 0)
        edit(model)
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return changed(good, folder, embedder=bytes(builder.Output()))

    return make


def _custom_operator(model: Any) -> None:
    model.operatorCodes[0].customCode = b"FlexReadFile"
    model.operatorCodes[0].builtinCode = model.operatorCodes[0].deprecatedBuiltinCode = 32


def _loop(model: Any) -> None:
    model.operatorCodes[0].builtinCode, model.operatorCodes[0].deprecatedBuiltinCode = 119, 119


def _computed(model: Any) -> list[Any]:
    graph = model.subgraphs[0]
    return [graph.tensors[operator.outputs[0]] for operator in graph.operators]


def _huge_result(model: Any) -> None:
    _computed(model)[1].shape = [1, 1 << 20, 1 << 20, 1]


def _endless_work(model: Any) -> None:
    for tensor in _computed(model)[:-1]:
        tensor.shape = [1, 8192, 8192, 8]


def _works_on_nothing(model: Any) -> None:
    model.subgraphs[0].operators[0].inputs = [10_000]


def _circular(model: Any) -> None:
    last = model.subgraphs[0].operators[-1]
    model.subgraphs[0].operators[0].inputs = [last.outputs[0]]


def _divides_by_zero(model: Any) -> None:
    for operator in model.subgraphs[0].operators:
        if hasattr(operator.builtinOptions, "strideW"):
            operator.builtinOptions.strideW = operator.builtinOptions.strideH = 0


def _short_values(model: Any) -> None:
    index = next(
        i for i, one in enumerate(model.buffers) if one.data is not None and len(one.data) > 64
    )
    model.buffers[index].data = model.buffers[index].data[:16]


for _name, _edit, _sentence in (
    ("unknown operator", _custom_operator, "in a way that photos do not need"),
    ("loop", _loop, "in a way that photos do not need (operator 119)"),
    ("huge result", _huge_result, "GB of memory for one photo"),
    ("works on nothing", _works_on_nothing, "an operator has nothing to work on"),
    ("in a circle", _circular, "an operator has nothing to work on"),
    ("values too short", _short_values, "a tensor and its values differ in size"),
    ("division by zero", _divides_by_zero, "The embedder cannot be opened"),
):
    NETWORKS[f"network: {_name}"] = Hostile(_with_network(_edit), _sentence)
