"""Everything a Keras training needs to go on: one file, complete or absent.

The file is a numpy archive without pickled objects: weights, optimizer, best weights, and the rest
as JSON. It is replaced at the end of each epoch, so that its size does not grow with the epochs.
"""

import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core import storage
from ml_core.events import EpochFinished, Phase

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.npz"
"""Its name in the folder of a run."""

Arrays = Sequence[NDArray[Any]]

_STATE = "state"
_PLAIN = (
    "phase", "epochs", "best_epoch", "best_loss", "best_accuracy", "rate_factor", "patient_since",
)  # fmt: skip
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingState:
    """A training at the end of an epoch.

    Attributes:
        phase: What is trained.
        epochs: How many were planned.
        history: One entry per complete epoch.
        weights: All variables of the network, those that drive its random draws included.
        optimizer: All variables of the optimizer.
        best: The variables of the best epoch; None if there is none yet.
        best_epoch: From 1; 0 for the weights at the start.
        best_loss: Its validation loss, in nats.
        best_accuracy: Its validation accuracy, 0..1.
        schedule: What the learning rate depends on, beside the step.
        rate_factor: By which the schedule's rate is multiplied; below 1 after the loss had grown
            beyond all bounds.
        patient_since: The epoch from which early stopping counts, if none was better since.
    """

    phase: Phase
    epochs: int
    history: tuple[EpochFinished, ...]
    weights: Arrays
    optimizer: Arrays
    best: Arrays | None
    best_epoch: int
    best_loss: float
    best_accuracy: float
    schedule: Mapping[str, float] = field(default_factory=dict)
    rate_factor: float = 1.0
    patient_since: int = 0

    @property
    def epoch(self) -> int:
        """How many epochs are complete."""
        return len(self.history)

    def fits(self, *, phase: Phase, weights: Arrays, optimizer: Arrays) -> bool:
        """Whether it is the state of such a training."""
        return phase == self.phase and all(
            [one.shape for one in mine] == [one.shape for one in theirs]
            for mine, theirs in ((self.weights, weights), (self.optimizer, optimizer))
        )


def save_state(state: TrainingState, path: Path) -> None:
    """Write the file atomically. Raises StorageError."""
    values = {name: getattr(state, name) for name in _PLAIN}
    values |= {"schedule": dict(state.schedule), "history": list(map(asdict, state.history))}
    values["has_best"] = state.best is not None
    arrays = _numbered("weights", state.weights) | _numbered("optimizer", state.optimizer)
    # Layers that are frozen, and all of them at a best epoch, are the same as in "weights".
    for index, (best, now) in enumerate(zip(state.best or (), state.weights, strict=False)):
        if not np.array_equal(best, now):
            arrays[f"best-{index}"] = best
    arrays[_STATE] = np.frombuffer(json.dumps(values).encode(), np.uint8)
    with storage.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_state(path: Path) -> TrainingState | None:
    """Read what ``save_state`` wrote; None where there is nothing that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            return _state({name: content[name] for name in content.files})
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        log.warning("the checkpoint %s cannot be read: %s", path, error)
        return None


def _state(arrays: dict[str, NDArray[Any]]) -> TrainingState:
    values = json.loads(arrays.pop(_STATE).tobytes())
    weights, optimizer = _in_order("weights", arrays), _in_order("optimizer", arrays)
    has_best = values.pop("has_best")
    best = [arrays.get(f"best-{index}", now) for index, now in enumerate(weights)]
    history = tuple(EpochFinished(**epoch) for epoch in values.pop("history"))
    return TrainingState(
        **values,
        history=history,
        weights=weights,
        optimizer=optimizer,
        best=best if has_best else None,
    )


def _numbered(name: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {f"{name}-{index}": array for index, array in enumerate(arrays)}


def _in_order(name: str, arrays: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    count = sum(key.startswith(f"{name}-") for key in arrays)
    return [arrays[f"{name}-{index}"] for index in range(count)]
