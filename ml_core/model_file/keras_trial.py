"""Build an examined network with Keras: ``python -m ml_core.model_file.keras_trial PATH``.

In a process of its own: see ``apart``.
"""

import sys
from pathlib import Path

import numpy as np

from ml_core.errors import ModelFileError
from ml_core.model_file import limits
from ml_core.model_file.apart import answer, refusal
from ml_core.model_file.continuing import build_safely

_MORE_MEMORY = 8 << 30


def main(path: Path) -> None:
    """Build it, have it look at one grey picture, and answer."""
    import keras  # noqa: F401 - what it takes itself is not the file's doing

    limits.limit_memory(_MORE_MEMORY)
    try:
        network = build_safely(path)
        network.predict_on_batch(np.full((1, *network.input_shape[1:]), 128, np.float32))
    except ModelFileError as error:
        answer(refusal(error))
    except MemoryError:
        answer(refusal(ModelFileError("It needs more memory than a classifier may have.")))
    else:
        answer({})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
