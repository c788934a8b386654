"""The pretrained network that compares what photos show, if this computer has one.

It is the one that training uses, in the same size: what the check has embedded, a training need
not embed again. Nothing is ever downloaded for a check.
"""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, Self

from ml_core.control import Control
from ml_core.embedding.conversion import (
    PreparedBackbone,
    backbone_is_prepared,
    prepare_backbone,
)
from ml_core.embedding.embedder import Embedder
from ml_core.errors import CoreError
from ml_core.events import PhaseStarted, Report
from ml_core.images import InputSpec
from ml_core.models import registry
from ml_core.models.weights import weights_are_cached

NETWORKS: Final = ("mobilenet_v2", "mobilenet_v2_035")
"""The better one first. Of 40 planted wrong labels it finds 86 % where the slim one finds 60 %."""

_WEIGHTS: Final = "imagenet"
_SECONDS_BETWEEN_LOOKS: Final = 0.1


class NoNetwork(Exception):
    """There is none, with the reason in one sentence."""


class ComingNetwork:
    """The best network that is on this computer, got ready while other work is done.

    One that was never used must be converted first, once, which takes 15 seconds in a process of
    its own. It begins on entering this context, and leaving it ends it.
    """

    def __init__(self) -> None:
        self._name = next(filter(_is_here, NETWORKS), None)
        self._control = Control()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="coming-network")
        self._coming: Future[PreparedBackbone] | None = None

    def __enter__(self) -> Self:
        if self._name:
            self._coming = self._thread.submit(
                prepare_backbone,
                self._name,
                input_size=registry.get(self._name).input_size,
                weights=_WEIGHTS,
                control=self._control,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._control.cancel()
        self._thread.shutdown()

    def open(self, *, report: Report, control: Control) -> Embedder:
        """Wait until it is ready, and open it.

        Raises:
            NoNetwork: None is here, or it cannot be used.
            Cancelled, Stopped: The caller ended it.
        """
        if not (self._name and self._coming):
            raise NoNetwork(
                "No pretrained network is on this computer yet: train once with one, and check"
                " again."
            )
        if not self._coming.done():
            report(PhaseStarted("weights", "Getting the pretrained network ready, once"))
        while not self._coming.done():
            control.checkpoint()
            wait((self._coming,), timeout=_SECONDS_BETWEEN_LOOKS)
        architecture = registry.get(self._name)
        spec = InputSpec(architecture.input_size, architecture.channels, architecture.resize)
        try:
            return Embedder(self._coming.result().embedder, spec)
        except (CoreError, OSError) as error:
            raise NoNetwork(f"The pretrained network cannot be used: {error}") from error


def _is_here(name: str) -> bool:
    size = registry.get(name).input_size
    is_prepared = backbone_is_prepared(name, input_size=size, weights=_WEIGHTS)
    return is_prepared or weights_are_cached(name)
