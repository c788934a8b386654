"""The whole workflow: prepare, embed, head, fine-tune (or scratch), evaluate, save."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.scan import Dataset
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import DeviceChosen, PhaseStarted, Report, ignore
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.write import write
from ml_core.parallel import processor_cores
from ml_core.runs import Run, RunRecorder, recording
from ml_core.training.frozen import train_on_frozen
from ml_core.training.measure import Measured, measure
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos, prepare
from ml_core.training.recipe import Recipe
from ml_core.training.requirements import require_room, require_weights

_NAMED_PACKAGES = ("product-classifier", "keras", "tensorflow", "ai-edge-litert", "pillow", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """What a training gave.

    Attributes:
        run: Where it is kept; ``run.model_path`` is the model file.
        was_stopped: Ended early by "stop and keep".
        evaluation: On the test photos (on the validation photos if there are no test photos).
        epochs: Passes made over the training photos, all phases together.
        seconds: Duration by phase, and "total".
    """

    run: Run
    was_stopped: bool
    evaluation: Evaluation
    epochs: int
    seconds: dict[str, float]


def train(
    dataset: Dataset,
    recipe: Recipe,
    *,
    name: str | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> TrainingResult:
    """Train a classifier on a scanned data set and keep it as a run.

    Reports PhaseStarted, StepProgress, EpochFinished, PhotoSkipped, PhotosSplit, DeviceChosen
    and Warned. Validates recipe, labels, disk space and weights before the first slow step.

    Raises:
        RecipeError, DatasetError, WeightsError, StorageError: Before anything slow.
        TrainingError: It could not reach a usable model.
        Cancelled: The caller cancelled; nothing is left behind.
        Stopped: The caller stopped before there was anything to keep; nothing is left behind.
    """
    recipe.validate()
    control = control or Control()
    require_room(dataset, recipe)
    require_weights(recipe, report=report, control=control)
    with recording(dataset, recipe, name=name) as recorder:
        report, clock = recorder.listening(report), _Clock()
        with clock.phase("prepare"):
            photos = prepare(dataset, recipe, report=report, control=control)
        network = _train_network(
            photos, recipe, recorder.run.folder, clock, report=report, control=control
        )
        closing = control.closing()
        with clock.phase("evaluate"):
            report(PhaseStarted("evaluate", "Checking it on photos it has never seen"))
            measured = measure(photos, network, report=report, control=closing)
        with clock.phase("save"):
            report(PhaseStarted("save", "Saving the model"))
            closing.checkpoint()
            manifest = _manifest(recorder.run, photos, measured)
            _save(recorder, measured, manifest)
            recorder.save_history()
            recorder.save_evaluation(measured.shown)
        run = recorder.update(
            state="stopped" if network.was_stopped else "done",
            class_names=photos.class_names,
            photo_counts=manifest.photo_counts,
            epochs=recorder.epochs,
            seconds=clock.seconds(),
            validation_accuracy=manifest.scores.validation_accuracy,
            test_accuracy=manifest.scores.test_accuracy,
        )
    return TrainingResult(
        run=run,
        was_stopped=network.was_stopped,
        evaluation=measured.shown,
        epochs=run.epochs,
        seconds=run.seconds,
    )


def _train_network(
    photos: PreparedPhotos,
    recipe: Recipe,
    folder: Path,
    clock: "_Clock",
    *,
    report: Report,
    control: Control,
) -> Network:
    report(DeviceChosen(_device()))
    # Keras training is imported only where it is asked for: the fast way needs no TensorFlow.
    if recipe.goal == "scratch":
        from ml_core.training.keras_network import train_from_scratch

        with clock.phase("scratch"):
            return train_from_scratch(photos, recipe, folder=folder, report=report, control=control)
    with clock.phase("fast"):
        network = train_on_frozen(photos, recipe, report=report, control=control)
    if recipe.goal == "fast" or network.was_stopped:
        return network
    from ml_core.training.fine_tuning import fine_tuned

    with clock.phase("fine_tune"):
        return fine_tuned(network, photos, recipe, folder=folder, report=report, control=control)


def _manifest(run: Run, photos: PreparedPhotos, measured: Measured) -> Manifest:
    network = measured.network
    return Manifest(
        name=run.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        class_names=photos.class_names,
        input=network.embedder.spec,
        architecture=run.recipe.architecture,
        embedding_size=network.embedder.embedding_size,
        parameters=network.parameters,
        scores=Scores(
            validation_accuracy=_accuracy(measured.validation),
            validation_photos=measured.validation.photos,
            test_accuracy=_accuracy(measured.test),
            test_photos=measured.test.photos,
        ),
        recipe=run.recipe,
        dataset_fingerprint=photos.fingerprint,
        photo_counts=asdict(photos.counts()),
        versions=_versions(),
        hashes={},
        trust=measured.judge.trust,
    )


def _save(recorder: RunRecorder, measured: Measured, manifest: Manifest) -> None:
    network = measured.network
    with tempfile.TemporaryDirectory(dir=recorder.run.folder) as folder:
        archive = Path(folder) / "network.keras"
        with storage.translated(archive):
            network.write_archive(archive)
        write(
            recorder.run.model_path,
            keras_archive=archive,
            embedder=network.embedder.content,
            kernel=network.head.kernel,
            bias=network.head.bias,
            manifest=manifest,
            references=measured.judge.references.compact(),
        )


def _accuracy(evaluation: Evaluation) -> float | None:
    return evaluation.accuracy if evaluation.photos else None


def _versions() -> dict[str, str]:
    """Of the packages that matter; some go by other names on other systems."""
    versions = {}
    for name in _NAMED_PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def _device() -> str:
    cores = processor_cores()
    return f"{cores} processor core{'s' if cores > 1 else ''}"


class _Clock:
    """Adds up the seconds of each phase."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._phases: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self._phases[name] = self._phases.get(name, 0.0) + time.monotonic() - started

    def seconds(self) -> dict[str, float]:
        total = time.monotonic() - self._started
        return {name: round(value, 3) for name, value in (self._phases | {"total": total}).items()}
