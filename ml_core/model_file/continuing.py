"""The Keras network of a model file, for training it further."""

from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.control import Control
from ml_core.errors import ModelFileError
from ml_core.model_file.apart import run_apart
from ml_core.model_file.known import fingerprint, is_known, remember
from ml_core.model_file.read import read

if TYPE_CHECKING:
    import keras

_TRIAL = "ml_core.model_file.keras_trial"
_SECONDS = 180.0
_HOW = "built"


def load_network(path: Path, *, control: Control | None = None) -> "keras.Model":
    """Build the whole network of a model file; needs TensorFlow.

    A file that was not written on this computer is examined, and built once in a process of its
    own with limits, before this process builds it. Nothing in it is run: Keras' safe mode is on,
    and its training settings are left alone.

    Raises:
        ModelFileError: The file cannot be opened, or its network cannot be built.
        Cancelled, Stopped: The caller ended it.
    """
    read(path)
    digest = fingerprint(path)
    if not is_known(digest, how=_HOW):
        run_apart(_TRIAL, path, seconds=_SECONDS, control=control)
        remember(digest, how=_HOW)
    return build_safely(path)


def build_safely(path: Path) -> "keras.Model":
    """What Keras makes of an examined file. Raises ModelFileError."""
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise ModelFileError(
            f"{path.name}: Keras cannot build its network: {reason:.200}.",
            mend="It can still classify. To go on training, train again on the photos.",
            path=path,
        ) from error
