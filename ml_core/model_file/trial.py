"""Try a model file that is not known yet: ``python -m ml_core.model_file.trial PATH``.

Everything in it is looked at, the network for Keras, its weights and the network for LiteRT; then
the latter answers one grey picture. In a process of its own: see ``apart``.
"""

import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from ml_core.errors import ModelFileError
from ml_core.images import InputSpec
from ml_core.model_file import archive, limits, members
from ml_core.model_file.apart import answer, refusal
from ml_core.model_file.embedder_file import inspect_embedder
from ml_core.model_file.inspect import LARGEST_DESCRIPTION, opened_archive, read_member
from ml_core.model_file.manifest import Manifest
from ml_core.model_file.network_config import Network, inspect_network
from ml_core.model_file.read import contents_in, manifest_in
from ml_core.model_file.strict_json import parse
from ml_core.model_file.weights_file import inspect_weights, largest_weights

_MORE_MEMORY = 2 << 30
_LARGEST_ARRAY = 128 << 20
_BYTES_A_NUMBER, _SPARE_BYTES = 4, 8 << 20
KERAS_MEMBERS = frozenset((archive.CONFIG, archive.WEIGHTS, archive.METADATA))


def main(path: Path) -> None:
    """Examine the file and answer."""
    from ml_core.embedding.embedder import Embedder

    limits.write_no_files()
    limits.limit_memory(_MORE_MEMORY)
    try:
        embedder, spec = examine(path)
        Embedder(embedder, spec).embed(
            np.full((spec.size, spec.size, spec.channels), 128, np.uint8)
        )
    except ModelFileError as error:
        answer(refusal(error))
    except MemoryError:
        answer(refusal(ModelFileError("It needs more memory than a classifier may have.")))
    else:
        answer({})


def examine(path: Path) -> tuple[bytes, InputSpec]:
    """Look at every part of a file of this program without using any; gives the embedder.

    Raises:
        ModelFileError: Says which rule it breaks; the sentence does not name the file.
    """
    with opened_archive(path) as opened:
        manifest = manifest_in(opened, path)
        require_members(opened, KERAS_MEMBERS | members.OURS)
        network = examine_keras_part(opened)
        _require_sizes(opened, network.parameters)
        contents = contents_in(opened, path, manifest)
        _require_fit(network, manifest)
    inspect_embedder(contents.embedder, manifest.input, manifest.embedding_size)
    return contents.embedder, manifest.input


def examine_keras_part(opened: ZipFile) -> Network:
    """Look at the members that Keras would load. Raises ModelFileError."""
    _require_metadata(opened)
    content = read_member(opened, archive.CONFIG, largest=LARGEST_DESCRIPTION)
    network = inspect_network(content)
    weights = read_member(opened, archive.WEIGHTS, largest=largest_weights(network.parameters))
    inspect_weights(weights, network.arrays)
    return network


def require_members(opened: ZipFile, allowed: frozenset[str]) -> None:
    """Raise ModelFileError if the archive holds anything else."""
    for name in opened.namelist():
        if name not in allowed and name != members.FOLDER:
            raise ModelFileError(
                f"It holds a part that does not belong into a model: {name[:80]!a}.",
                mend="Ask whoever made it for a copy as it was saved.",
            )


def _require_sizes(opened: ZipFile, parameters: int) -> None:
    """Before reading what classification uses: no more than such a network can need."""
    for information in opened.infolist():
        is_embedder = information.filename == members.EMBEDDER
        largest = _BYTES_A_NUMBER * parameters + _SPARE_BYTES if is_embedder else _LARGEST_ARRAY
        if information.filename in members.OURS and information.file_size > largest:
            raise ModelFileError(
                f"Its part {information.filename} has {information.file_size:,} bytes.",
                expected=f"At most {largest:,} follow from its network.",
            )


def _require_metadata(opened: ZipFile) -> None:
    content = read_member(opened, archive.METADATA, largest=LARGEST_DESCRIPTION)
    try:
        parse(content)
    except ValueError as error:
        raise ModelFileError(f"It is damaged: {archive.METADATA}: {error}.") from error


def _require_fit(network: Network, manifest: Manifest) -> None:
    side, classes = manifest.input.size, len(manifest.class_names)
    expected = ((side, side, manifest.input.channels), (classes,))
    if (network.input, network.output) != expected:
        raise ModelFileError(
            f"It contradicts itself: its network takes {network.input} and gives {network.output}.",
            expected=f"{expected[0]} and {expected[1]}, one number for each category, follow from"
            " its description.",
        )
    kind, config = network.last
    if kind != "Dense" or config.get("activation") != "softmax":
        raise ModelFileError(
            "Its network does not end as a classifier does.",
            expected="Its last layer must be a dense softmax layer.",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
