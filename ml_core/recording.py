"""Keep the folder of a run up to date while it is trained, and tidy up by how that ends."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ml_core import file_lock, runs, storage
from ml_core.errors import Cancelled, CoreError, Interrupted, StorageError
from ml_core.evaluation.evaluate import Evaluation
from ml_core.event_words import in_words
from ml_core.events import DeviceChosen, EpochFinished, Event, MemoryMeasured, Report, Resumed
from ml_core.runs import Run
from ml_core.training.recipe import Recipe

log = logging.getLogger(__name__)


class RunRecorder:
    """Keeps the folder of a run up to date while it is trained.

    Attributes:
        run: As it is now.
        resumed: What was taken over from before an interruption.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.resumed: list[Resumed] = []
        self._history: list[EpochFinished] = []

    @property
    def epochs(self) -> int:
        return len(self._history)

    def listening(self, report: Report) -> Report:
        """``report``, with what is worth it also kept here."""

        def heard(event: Event) -> None:
            self._hear(event)
            report(event)

        return heard

    def save_history(self) -> None:
        """Write history.csv. Raises StorageError."""
        storage.write_text(self.run.folder / runs.HISTORY, runs.history_to_csv(self._history))

    def save_evaluation(self, evaluation: Evaluation) -> None:
        """Write evaluation.json. Raises StorageError."""
        storage.write_json(self.run.folder / runs.EVALUATION, evaluation.to_json())

    def update(self, **changes: Any) -> Run:
        """Change fields of the run and write run.json. Raises StorageError."""
        self.run = runs.save(replace(self.run, **_said_by_people(self.run), **changes))
        return self.run

    def say(self, sentence: str) -> None:
        """Add a line to log.txt; a disk that refuses it must not end a training."""
        self._append(runs.LOG, f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}  {sentence}\n")

    def _hear(self, event: Event) -> None:
        match event:
            case EpochFinished():
                self._history.append(event)
                self._keep_epoch(event)
            case DeviceChosen(description):
                self.run = replace(self.run, device=description)
            case MemoryMeasured(peak):
                self.run = replace(self.run, peak_memory=max(peak, self.run.peak_memory or 0))
            case Resumed():
                self.resumed.append(event)
        if sentence := in_words(event):
            self.say(sentence)

    def _keep_epoch(self, epoch: EpochFinished) -> None:
        if len(self._history) > 1:
            self._append(runs.HISTORY, runs.history_to_csv([epoch], header=False))
            return
        with suppress(StorageError):  # a resumed run tells its epochs anew
            self.save_history()

    def _append(self, name: str, text: str) -> None:
        try:
            storage.append_text(self.run.folder / name, text)
        except StorageError as error:
            log.warning("%s is incomplete: %s", name, error)


@contextmanager
def recording(
    recipe: Recipe,
    *,
    name: str | None = None,
    dataset_folder: Path,
    class_names: tuple[str, ...],
    extends: Run | None = None,
) -> Iterator[RunRecorder]:
    """Give a new run's recorder; tidy up by how the block ends.

    Interrupted (cancelled, or stopped with nothing to keep): the folder is removed. Another
    exception: the run is kept as failed, with its sentence. Exceptions go on to the caller.

    Raises:
        StorageError: The folder cannot be made.
    """
    sweep()
    run = runs.new_run(
        recipe=recipe,
        name=name or dataset_folder.resolve().name,
        dataset_folder=dataset_folder,
        class_names=class_names,
    )
    if extends is not None:
        run = replace(run, extends=extends.folder.name)
    with _held(run):
        recorder = RunRecorder(run)
        try:
            recorder.update()
            recorder.say(f'Training "{run.name}" on the photos in {run.dataset_folder}')
            yield recorder
        except (Interrupted, KeyboardInterrupt):
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
        except BaseException as error:
            _keep_as_failed(recorder, error)
            raise


@contextmanager
def continuing(run: Run) -> Iterator[RunRecorder]:
    """Give the recorder of a run that goes on; tidy up by how the block ends.

    Cancelled: the folder is removed. Stopped with nothing new to keep: it can be resumed again.
    Another exception: the run is kept as failed, with its sentence.

    Raises:
        StorageError: Another process trains it, or its folder is gone.
    """
    sweep()
    with _held(run):
        recorder = RunRecorder(run)
        try:
            recorder.update(state="running", error=None)
            recorder.say("Going on after an interruption")
            yield recorder
        except Cancelled:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
        except (Interrupted, KeyboardInterrupt):
            raise  # what was there before the interruption is worth keeping
        except BaseException as error:
            _keep_as_failed(recorder, error)
            raise


def sweep() -> None:
    """Remove what a killed process left half-written in the folders of runs that are at rest."""
    folder = runs.runs_folder()
    if not folder.is_dir():
        return
    for one in folder.iterdir():
        if one.is_dir() and not file_lock.is_held(one / runs.LOCK):
            storage.remove_unfinished(one)


@contextmanager
def _held(run: Run) -> Iterator[None]:
    try:
        with file_lock.held(run.folder / runs.LOCK):
            yield
    except file_lock.HeldElsewhere:
        raise StorageError(
            f'The run "{run.name}" is being trained already.',
            mend="Wait until that training has ended.",
            path=run.folder,
        ) from None


def _said_by_people(run: Run) -> dict[str, Any]:
    """What may have been changed in run.json while it was trained."""
    current = runs.load(run.folder) if (run.folder / runs.RUN).is_file() else None
    names = ("name", "is_starred", "note")
    return {name: getattr(current, name) for name in names} if current else {}


def _keep_as_failed(recorder: RunRecorder, error: BaseException) -> None:
    sentence = str(error) if isinstance(error, CoreError) else f"{type(error).__name__}: {error}"
    recorder.say(f"Failed: {sentence}")
    storage.remove_unfinished(recorder.run.folder)
    try:
        recorder.update(state="failed", error=sentence)
        recorder.save_history()
    except StorageError:
        log.warning("The failed run %s could not be kept", recorder.run.folder, exc_info=True)
        if not (recorder.run.folder / runs.RUN).is_file():
            shutil.rmtree(recorder.run.folder, ignore_errors=True)
