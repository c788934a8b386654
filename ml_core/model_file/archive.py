"""Give a Keras archive another head without Keras: it is a zip of JSON and one HDF5 file."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.model_file import members

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
HEAD = "head"


def with_head(
    template: Path, kernel: NDArray[np.float32], bias: NDArray[np.float32], destination: Path
) -> None:
    """Write ``template`` to ``destination`` with its "head" replaced.

    Args:
        template: A Keras archive whose last layer is a Dense softmax named "head".
        kernel: float32, shape (embedding_size, classes).
        bias: float32, shape (classes,).
        destination: Written in place (the caller makes it atomic).

    Raises:
        ValueError: The template has no such head, or its embedding size differs.
    """
    with (
        zipfile.ZipFile(template) as source,
        zipfile.ZipFile(destination, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            if name.startswith(members.FOLDER):  # of a model file: it told of the old head
                continue
            content = source.read(name)
            if name == CONFIG:
                content = _config_with_units(content, len(bias))
            elif name == WEIGHTS:
                content = _weights_with_head(content, kernel, bias)
            target.writestr(name, content)


def _config_with_units(content: bytes, units: int) -> bytes:
    config = json.loads(content)
    heads = [layer for layer in config["config"]["layers"] if layer["config"]["name"] == HEAD]
    if len(heads) != 1:
        raise ValueError(f"expected one layer named {HEAD!r}, found {len(heads)}")
    heads[0]["config"]["units"] = units
    return json.dumps(config).encode()


def _weights_with_head(
    content: bytes, kernel: NDArray[np.float32], bias: NDArray[np.float32]
) -> bytes:
    import h5py

    memory = io.BytesIO(content)
    with h5py.File(memory, "r+") as file:
        variables = next(
            group["vars"]
            for group in file["layers"].values()
            if "vars" in group and group["vars"].attrs.get("name") == HEAD
        )
        if variables["0"].shape[0] != kernel.shape[0]:
            raise ValueError(
                f"the template's head takes {variables['0'].shape[0]} numbers,"
                f" the new one {kernel.shape[0]}"
            )
        for key, values in (("0", kernel), ("1", bias)):
            del variables[key]
            variables.create_dataset(key, data=values.astype(np.float32))
    return memory.getvalue()
