"""The pretrained network that compares what photos show, if this computer has one.

It is the one that training uses, in the same size: what the check has embedded, a training need
not embed again. Nothing is ever downloaded for a check.
"""

import os
import subprocess
import sys
import tempfile
import time
from typing import Final

from ml_core.control import Control
from ml_core.embedding.conversion import backbone_is_prepared, prepare_backbone
from ml_core.embedding.embedder import Embedder
from ml_core.errors import CoreError, Interrupted
from ml_core.events import PhaseStarted, Report
from ml_core.images import InputSpec
from ml_core.models import registry
from ml_core.models.weights import weights_are_cached

NETWORKS: Final = ("mobilenet_v2", "mobilenet_v2_035")
"""The better one first. Of 40 planted wrong labels it finds 86 % where the slim one finds 60 %."""

_WEIGHTS: Final = "imagenet"
_SECONDS_BETWEEN_LOOKS: Final = 0.1
_CODE: Final = """
import sys
from ml_core.embedding.conversion import prepare_backbone
prepare_backbone(sys.argv[1], input_size=int(sys.argv[2]), weights=sys.argv[3])
"""


class NoNetwork(Exception):
    """There is none, with the reason in one sentence."""


def open_network(*, report: Report, control: Control) -> Embedder:
    """The best network that is on this computer.

    One that was never used must be converted first, once. That needs TensorFlow, which is slow to
    import, keeps 600 MB and holds up every other thread; so a process of its own does it.

    Raises:
        NoNetwork: None is here, or it cannot be used.
        Cancelled, Stopped: The caller ended it.
    """
    name = next(filter(_is_here, NETWORKS), None)
    if name is None:
        raise NoNetwork(
            "No pretrained network is on this computer yet: train once with one, and check again."
        )
    architecture = registry.get(name)
    size = architecture.input_size
    try:
        if not backbone_is_prepared(name, input_size=size, weights=_WEIGHTS):
            report(PhaseStarted("weights", "Getting the pretrained network ready, once"))
            _prepare_apart(name, size, control)
        prepared = prepare_backbone(name, input_size=size, weights=_WEIGHTS)
        spec = InputSpec(size, architecture.channels, architecture.resize)
        return Embedder(prepared.embedder, spec)
    except (CoreError, OSError) as error:
        raise NoNetwork(f"The pretrained network cannot be used: {error}") from error


def _is_here(name: str) -> bool:
    size = registry.get(name).input_size
    is_prepared = backbone_is_prepared(name, input_size=size, weights=_WEIGHTS)
    return is_prepared or weights_are_cached(name)


def _prepare_apart(name: str, size: int, control: Control) -> None:
    """Prepare the network in another process, which ends when the caller ends this work."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", _CODE, name, str(size), _WEIGHTS],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        try:
            while process.poll() is None:
                control.checkpoint()
                time.sleep(_SECONDS_BETWEEN_LOOKS)
        except Interrupted:
            process.kill()
            raise
        finally:
            process.wait()
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise NoNetwork(
                "The pretrained network could not be made ready: "
                + (lines[-1] if lines else f"exit status {process.returncode}")
            )
