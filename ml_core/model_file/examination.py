"""A file that was never seen here is tried in a process of its own before anything is loaded."""

from pathlib import Path

from ml_core.control import Control
from ml_core.errors import ModelFileError
from ml_core.model_file.apart import run_apart
from ml_core.model_file.known import fingerprint, is_known, remember

_TRIAL = "ml_core.model_file.trial"
_SECONDS = 60.0
"""What is too large to try is refused before; this is for files that keep a library busy."""


def require_examined(path: Path) -> None:
    """Have a file of this program examined whole, unless these very bytes were before.

    Raises:
        ModelFileError: Says which rule it breaks.
    """
    try:
        digest = fingerprint(path)
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read: {error.strerror or error}.", path=path
        ) from error
    if not is_known(digest):
        try_out(path)
        remember(digest)


def try_out(path: Path, *, control: Control | None = None) -> None:
    """Examine a file of this program whole, known or not.

    Raises:
        ModelFileError: Says which rule it breaks.
        Cancelled, Stopped: The caller ended it.
    """
    run_apart(_TRIAL, path, seconds=_SECONDS, control=control)
