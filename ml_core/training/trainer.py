"""The whole workflow: prepare, embed, head, fine-tune (or scratch), evaluate, save."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.scan import Dataset, scan_folder
from ml_core.errors import TrainingError
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import DeviceChosen, PhaseStarted, Report, ignore
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.write import write
from ml_core.parallel import processor_cores
from ml_core.recording import RunRecorder, continuing, recording
from ml_core.runs import Run, drop_old_checkpoints, load
from ml_core.training.apart import ARCHIVE, trained_apart, tuned_apart
from ml_core.training.checkpoint import CHECKPOINT
from ml_core.training.frozen import train_on_frozen
from ml_core.training.measure import Measured, measure
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos, prepare
from ml_core.training.recipe import Recipe
from ml_core.training.recorded_photos import record_photos, recorded_photos
from ml_core.training.requirements import require_names, require_room, require_weights

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
    require_names(dataset)
    require_room(dataset, recipe)
    require_weights(recipe, report=report, control=control)
    with recording(
        recipe, name=name, dataset_folder=dataset.root, class_names=dataset.class_names
    ) as recorder:
        clock = _Clock()
        with clock.phase("prepare"):
            photos = prepare(dataset, recipe, report=recorder.listening(report), control=control)
            record_photos(photos, recorder.run)
        return _trained(photos, recorder, clock, report=report, control=control)


def resume(run: Run, *, report: Report = ignore, control: Control | None = None) -> TrainingResult:
    """Finish a run that was interrupted, or has failed after its first epoch.

    Whole networks and fine-tuning go on after their last complete epoch, with the same photos in
    the same order, weights, optimizer, best so far, learning rate and patience. The steps before
    them take what they computed from the caches. Reports what ``train`` does, and Resumed.

    Raises:
        DatasetError: Photos that it was trained on have gone or changed.
        WeightsError, StorageError: Before anything slow.
        TrainingError: It is not one to resume, or no usable model was reached.
        Cancelled: The caller cancelled; the run is removed.
        Stopped: The caller stopped before there was anything to keep; it can be resumed again.
    """
    control = control or Control()
    _require_unfinished(run)
    require_weights(run.recipe, report=report, control=control)
    photos = recorded_photos(run, report=report, control=control)
    with continuing(run) as recorder:
        clock = _Clock()
        if photos is None:  # it had not yet looked through them
            with clock.phase("prepare"):
                dataset = scan_folder(run.dataset_folder, report=report, control=control)
                photos = prepare(
                    dataset, run.recipe, report=recorder.listening(report), control=control
                )
                record_photos(photos, recorder.run)
        return _trained(photos, recorder, clock, report=report, control=control)


def extend(
    run: Run,
    epochs: int,
    *,
    name: str | None = None,
    report: Report = ignore,
    control: Control | None = None,
) -> TrainingResult:
    """Train the network of a finished run for more epochs; this is a new run, beside the old one.

    "Scratch" and "best" can be extended as long as ``run.can_be_extended``. The learning rate
    follows the curve of the longer training; patience begins anew.

    Raises:
        TrainingError: The run cannot be extended, or no usable model was reached.
        Others: As ``resume``; a cancelled or stopped extension leaves nothing behind.
    """
    control = control or Control()
    recipe = _extended(run, epochs).validate()
    require_weights(recipe, report=report, control=control)
    photos = recorded_photos(run, report=report, control=control)
    if photos is None or not run.can_be_extended:
        raise TrainingError(
            f'The run "{run.name}" cannot be trained further.',
            expected="That takes a finished run that trained a whole network or fine-tuned one,"
            " with its safety copy.",
            mend="Start a new training with more epochs.",
        )
    with recording(
        recipe,
        name=name or f"{run.name} +{epochs}",
        dataset_folder=run.dataset_folder,
        class_names=run.class_names,
        extends=run,
    ) as recorder:
        record_photos(photos, recorder.run)
        storage.copy_file(run.folder / CHECKPOINT, recorder.run.folder / CHECKPOINT)
        return _trained(photos, recorder, _Clock(), report=report, control=control)


def _require_unfinished(run: Run) -> None:
    current = load(run.folder)
    if current is None or current.state in ("done", "stopped"):
        raise TrainingError(
            f'The run "{run.name}" cannot be resumed: it is'
            f" {'gone' if current is None else 'finished'}.",
            mend="Start a new training with its settings.",
        )


def _extended(run: Run, epochs: int) -> Recipe:
    if run.recipe.goal == "best":
        return replace(run.recipe, fine_tune_epochs=run.recipe.fine_tune_epochs + epochs)
    return replace(run.recipe, epochs=run.recipe.epochs + epochs)


def _trained(
    photos: PreparedPhotos,
    recorder: RunRecorder,
    clock: "_Clock",
    *,
    report: Report,
    control: Control,
) -> TrainingResult:
    """From prepared photos to the finished run."""
    report, closing = recorder.listening(report), control.closing()
    try:
        network, photos = _train_network(
            photos, recorder.run, clock, report=report, control=control
        )
        with clock.phase("evaluate"):
            report(PhaseStarted("evaluate", "Checking it on photos it has never seen"))
            measured = measure(photos, network, report=report, control=closing)
        with clock.phase("save"):
            report(PhaseStarted("save", "Saving the model"))
            closing.checkpoint()
            _save(recorder, measured, _manifest(recorder.run, photos, measured))
    finally:  # the model file holds it now; where that failed, the checkpoint does
        (recorder.run.folder / ARCHIVE).unlink(missing_ok=True)
    run = _finished(recorder, photos, measured, clock)
    return TrainingResult(
        run=run,
        was_stopped=network.was_stopped,
        evaluation=measured.shown,
        epochs=run.epochs,
        seconds=run.seconds,
    )


def _finished(
    recorder: RunRecorder, photos: PreparedPhotos, measured: Measured, clock: "_Clock"
) -> Run:
    recorder.save_history()
    recorder.save_evaluation(measured.shown)
    for resumed in recorder.resumed:
        clock.add(resumed.phase, resumed.seconds)
    run = recorder.update(
        state="stopped" if measured.network.was_stopped else "done",
        class_names=photos.class_names,
        photo_counts=asdict(photos.counts()),
        epochs=recorder.epochs,
        seconds=clock.seconds(),
        validation_accuracy=_accuracy(measured.validation),
        test_accuracy=_accuracy(measured.test),
        fingerprint=photos.fingerprint,
        versions=_versions(),
    )
    recorder.say(f"Finished after {run.seconds['total']:,.0f} seconds")
    drop_old_checkpoints()
    return run


def _train_network(
    photos: PreparedPhotos, run: Run, clock: "_Clock", *, report: Report, control: Control
) -> tuple[Network, PreparedPhotos]:
    """The network, and the photos that could be read."""
    recipe = run.recipe
    report(DeviceChosen(_device()))
    if recipe.goal == "scratch":
        with clock.phase("scratch"):
            return trained_apart(photos, recipe, run.folder, report=report, control=control)
    with clock.phase("fast"):
        network = train_on_frozen(photos, recipe, report=report, control=control)
    if recipe.goal == "fast" or network.was_stopped:
        return network, photos
    with clock.phase("fine_tune"):
        return tuned_apart(network, photos, recipe, run.folder, report=report, control=control)


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
    with storage.scratch_folder(recorder.run.folder) as folder:
        archive = folder / "network.keras"
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

    def add(self, name: str, seconds: float) -> None:
        """Count what a phase took before an interruption."""
        self._phases[name] = self._phases.get(name, 0.0) + seconds
        self._started -= seconds

    def seconds(self) -> dict[str, float]:
        total = time.monotonic() - self._started
        return {name: round(value, 3) for name, value in (self._phases | {"total": total}).items()}
