"""Inspect a file of others: ``python -m ml_core.model_file.foreign_trial PATH KIND``.

In a process of its own: see ``apart``. Loads nothing of it.
"""

import sys
from pathlib import Path
from typing import Any

from ml_core.errors import ModelFileError
from ml_core.model_file import limits, teachable_machine
from ml_core.model_file.apart import answer, refusal
from ml_core.model_file.inspect import opened_archive
from ml_core.model_file.manifest import LARGEST_INPUT
from ml_core.model_file.network_config import Network
from ml_core.model_file.trial import KERAS_MEMBERS, examine_keras_part, require_members

_MORE_MEMORY = 2 << 30
_LAST_LAYERS = frozenset(("Activation", "Dense", "Softmax"))


def main(path: Path, kind: str) -> None:
    """Inspect the file and answer what it takes and gives."""
    limits.write_no_files()
    limits.limit_memory(_MORE_MEMORY)
    try:
        answer(_keras(path) if kind == "keras" else _teachable_machine(path))
    except ModelFileError as error:
        answer(refusal(error))
    except MemoryError:
        answer(refusal(ModelFileError("It needs more memory than a classifier may have.")))


def _teachable_machine(path: Path) -> dict[str, Any]:
    head = teachable_machine.head_of(teachable_machine.arrays(path))
    return {"size": teachable_machine.SIZE, "channels": 3, "classes": len(head.bias)}


def _keras(path: Path) -> dict[str, Any]:
    with opened_archive(path) as archive:
        require_members(archive, KERAS_MEMBERS)
        network = examine_keras_part(archive)
    _require_classifier(network)
    side, _, channels = network.input
    (outputs,) = network.output
    return {"size": side, "channels": channels, "classes": max(2, outputs)}


def _require_classifier(network: Network) -> None:
    match network.input:
        case (height, width, 1 | 3) if height == width <= LARGEST_INPUT:
            pass
        case _:
            raise ModelFileError(
                f"Its network takes {network.input}.",
                expected=f"Square photos of up to {LARGEST_INPUT} pixels, in colour or grey, were"
                " expected.",
            )
    kind, config = network.last
    wanted = "sigmoid" if network.output == (1,) else "softmax"
    activation = "softmax" if kind == "Softmax" else config.get("activation")
    if len(network.output) != 1 or kind not in _LAST_LAYERS or activation != wanted:
        raise ModelFileError(
            f"Its network gives {network.output} and ends in a {kind} layer ({activation}).",
            expected="It must end as classifiers do: in a dense layer with softmax, or with"
            " sigmoid for two categories.",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
