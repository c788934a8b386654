"""How long a training will take and how much it needs, by a short trial on this machine.

The trial is the training itself, on a sample of the photos and for two epochs: the first is slow,
since networks are got ready in it, and the second says how long all others take.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ml_core.control import Control
from ml_core.dataset.health.measurement_store import MeasurementStore
from ml_core.dataset.health.survey import known_or_read_contents
from ml_core.dataset.photos import Dataset, Part, Photo
from ml_core.errors import DatasetError
from ml_core.events import (
    EpochFinished,
    Event,
    MemoryMeasured,
    Phase,
    PhaseStarted,
    Report,
    ignore,
)
from ml_core.memory import peak_memory
from ml_core.models import registry
from ml_core.training.apart import trained_apart, tuned_apart
from ml_core.training.fine_tuning import views_of
from ml_core.training.frozen import input_spec, train_on_frozen
from ml_core.training.prepare import PartPhotos, PreparedPhotos
from ml_core.training.recipe import Recipe

_TRIAL_EPOCHS = 2
_BATCHES = 3
_MOST_PHOTOS = 200
_VALIDATION_SHARE = 5
"""One photo in so many of the sample is for validation, about as in a training."""
_GROWING: frozenset[Phase] = frozenset({"embed", "read"})
"""Phases that take longer the more photos there are; the others take their time once."""
_BYTES_PER_PARAMETER = 4
_COPIES_IN_MODEL = 3
_COPIES_IN_CHECKPOINT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a training will need at most; early stopping can end it sooner.

    Attributes:
        seconds: Duration.
        memory_bytes: Memory of the process that computes.
        disk_bytes: On the disk while it trains.
    """

    seconds: float
    memory_bytes: int
    disk_bytes: int


def estimate(
    dataset: Dataset, recipe: Recipe, *, report: Report = ignore, control: Control | None = None
) -> Estimate:
    """Try the recipe on a sample of the photos: some seconds, half a minute with Keras.

    Raises:
        RecipeError, DatasetError, WeightsError, StorageError, TrainingError: As the training would.
        Cancelled, Stopped: The caller ended it.
    """
    recipe.validate()
    control = control or Control()
    report(PhaseStarted("weights", "Trying how fast this computer is"))
    sample = _sample(dataset, recipe, control)
    course = _Course()
    with tempfile.TemporaryDirectory() as folder:
        _try(sample, recipe, Path(folder), report=course.hear, control=control)
    return Estimate(
        seconds=course.seconds(recipe, dataset, sample),
        memory_bytes=course.memory or peak_memory() or 0,
        disk_bytes=_disk_bytes(dataset, recipe),
    )


@dataclass
class _Course:
    """When each phase of the trial began, and how long its epochs took."""

    memory: int = 0
    began: float = field(default_factory=time.monotonic)
    phases: list[tuple[Phase, float]] = field(default_factory=list)
    epochs: list[EpochFinished] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        match event:
            case PhaseStarted():
                self.phases.append((event.phase, time.monotonic()))
            case EpochFinished():
                self.epochs.append(event)
            case MemoryMeasured():
                self.memory = max(self.memory, event.peak_bytes)

    def seconds(self, recipe: Recipe, dataset: Dataset, sample: PreparedPhotos) -> float:
        """Of the whole training, from what the sample took."""
        tried = sum(map(len, sample.parts.values()))
        times = len(dataset.photos) / tried
        views = _views(recipe, len(dataset.photos)) / _views(_short(recipe), tried)
        total = time.monotonic() - self.began
        epochs = sum(_later(self.epochs, epoch.phase) for epoch in self.epochs)
        growing = {phase: self._duration(phase) for phase in _GROWING}
        once = max(0.0, total - epochs - sum(growing.values()))
        more = growing["embed"] * times + growing["read"] * times * views
        return (
            once
            + more
            + sum(
                _later(self.epochs, phase) * times * planned for phase, planned in _planned(recipe)
            )
        )

    def _duration(self, phase: Phase) -> float:
        ends = [moment for _, moment in self.phases[1:]] + [time.monotonic()]
        moments = zip(self.phases, ends, strict=False)  # none began where there are no phases
        return sum(end - began for (name, began), end in moments if name == phase)


def _later(epochs: Sequence[EpochFinished], phase: Phase) -> float:
    """What an epoch takes once all is ready, with the sample's photos."""
    return min((epoch.seconds for epoch in epochs if epoch.phase == phase), default=0.0)


def _planned(recipe: Recipe) -> list[tuple[Phase, int]]:
    if recipe.goal == "scratch":
        return [("scratch", recipe.epochs)]
    tuning: list[tuple[Phase, int]] = [("fine_tune", recipe.fine_tune_epochs)]
    return [("head", recipe.epochs), *(tuning if recipe.goal == "best" else [])]


def _views(recipe: Recipe, photos: int) -> int:
    """How often fine-tuning looks at each photo before it trains."""
    return views_of(recipe, photos).count if recipe.goal == "best" else 1


def _short(recipe: Recipe) -> Recipe:
    fine_tuning = min(_TRIAL_EPOCHS, recipe.fine_tune_epochs)
    epochs = min(_TRIAL_EPOCHS, recipe.epochs)
    return replace(
        recipe, epochs=epochs, fine_tune_epochs=fine_tuning, early_stopping=0, tensorboard=False
    )


def _try(
    sample: PreparedPhotos, recipe: Recipe, folder: Path, *, report: Report, control: Control
) -> None:
    recipe = _short(recipe)
    if recipe.goal == "scratch":
        trained_apart(sample, recipe, folder, report=report, control=control)
        return
    network = train_on_frozen(sample, recipe, report=report, control=control)
    if recipe.goal == "best":
        tuned_apart(network, sample, recipe, folder, report=report, control=control)


def _sample(dataset: Dataset, recipe: Recipe, control: Control) -> PreparedPhotos:
    """Some photos of each class, spread evenly; every fifth of them is for validation."""
    wanted = min(_MOST_PHOTOS, recipe.batch_size * _BATCHES, len(dataset.photos))
    photos = dataset.samples(max(2, -(-wanted // len(dataset.class_names))))
    with MeasurementStore() as store:
        contents = known_or_read_contents(photos, store=store, control=control)
    usable = [
        (photo, content)
        for photo, content in zip(photos, contents, strict=True)
        if isinstance(content, bytes)
    ]
    if len(usable) < 2:
        raise DatasetError("There are too few photos to train on.", mend="Add more photos.")
    held_back = [one for place, one in enumerate(usable) if place % _VALIDATION_SHARE == 1]
    kept = [one for place, one in enumerate(usable) if place % _VALIDATION_SHARE != 1]
    parts = {Part.TRAIN: _part(kept), Part.VALIDATION: _part(held_back), Part.TEST: _part([])}
    sample = PreparedPhotos(dataset.class_names, parts, (), "")
    sample.require_trainable()
    return sample


def _part(photos: Sequence[tuple[Photo, bytes]]) -> PartPhotos:
    return PartPhotos(tuple(photo for photo, _ in photos), tuple(one for _, one in photos))


def _disk_bytes(dataset: Dataset, recipe: Recipe) -> int:
    network = registry.get(recipe.architecture)
    copies = _COPIES_IN_MODEL + (0 if recipe.goal == "fast" else _COPIES_IN_CHECKPOINT)
    weights = copies * _BYTES_PER_PARAMETER * network.parameters
    spec = input_spec(recipe)
    pixels = spec.size * spec.size * spec.channels if recipe.goal == "scratch" else 0
    return weights + len(dataset.photos) * pixels
