"""The folder of a run: recipe, history, model, report. List, rename, delete to trash.

runs/<time>-<name>/run.json        what was trained, how it ended, its scores
                   history.csv     one line an epoch
                   model.keras     the model file
                   evaluation.json the test report
"""

import csv
import io
import logging
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, get_args

from ml_core import storage
from ml_core.dataset.scan import Dataset
from ml_core.errors import CoreError, Interrupted, StorageError
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import EpochFinished, Event, Report
from ml_core.training.recipe import Recipe

log = logging.getLogger(__name__)

RunState = Literal["running", "done", "stopped", "failed"]

_KINDS: dict[str, Any] = {
    "name": str,
    "created": str,
    "state": str,
    "dataset_folder": str,
    "recipe": dict,
    "class_names": list,
    "photo_counts": dict,
    "epochs": int,
    "seconds": dict,
    "validation_accuracy": float | int | None,
    "test_accuracy": float | int | None,
    "error": str | None,
}
"""Of the values in run.json."""

_RUN, _HISTORY, _EVALUATION, _MODEL = "run.json", "history.csv", "evaluation.json", "model.keras"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training, as kept on the disk.

    ``created`` is ISO 8601, UTC. Accuracies are 0..1 and None where there were no photos.
    """

    folder: Path
    name: str
    created: str
    state: RunState
    dataset_folder: Path
    recipe: Recipe
    class_names: tuple[str, ...]
    photo_counts: dict[str, int]
    epochs: int
    seconds: dict[str, float]
    validation_accuracy: float | None
    test_accuracy: float | None
    error: str | None = None

    @property
    def model_path(self) -> Path:
        """The run's model file; exists when ``state`` is "done" or "stopped"."""
        return self.folder / _MODEL

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; the folder is left out, for it may move."""
        values = asdict(self)
        del values["folder"]
        values["dataset_folder"] = str(self.dataset_folder)
        values["recipe"] = self.recipe.to_json()
        return values

    @classmethod
    def from_json(cls, folder: Path, values: dict[str, Any]) -> Self:
        """Read what ``to_json`` gave. Raises KeyError, TypeError, ValueError or RecipeError."""
        for name, kind in _KINDS.items():
            if not isinstance(values[name], kind):
                raise TypeError(f"{name} is {values[name]!r:.80}")
        if values["state"] not in get_args(RunState):
            raise ValueError(f"state is {values['state']!r:.80}")
        return cls(
            **{
                **values,
                "folder": folder,
                "dataset_folder": Path(values["dataset_folder"]),
                "recipe": Recipe.from_json(values["recipe"]),
                "class_names": tuple(values["class_names"]),
            }
        )


class RunRecorder:
    """Keeps the folder of a run up to date while it is trained."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._history: list[EpochFinished] = []

    @property
    def epochs(self) -> int:
        return len(self._history)

    def listening(self, report: Report) -> Report:
        """``report``, with every finished epoch also kept here."""

        def heard(event: Event) -> None:
            if isinstance(event, EpochFinished):
                self._history.append(event)
            report(event)

        return heard

    def save_history(self) -> None:
        """Write history.csv. Raises StorageError."""
        storage.write_text(self.run.folder / _HISTORY, _history_to_csv(self._history))

    def save_evaluation(self, evaluation: Evaluation) -> None:
        """Write evaluation.json. Raises StorageError."""
        storage.write_json(self.run.folder / _EVALUATION, evaluation.to_json())

    def update(self, **changes: Any) -> Run:
        """Change fields of the run and write run.json. Raises StorageError."""
        self.run = replace(self.run, **changes)
        storage.write_json(self.run.folder / _RUN, self.run.to_json())
        return self.run


@contextmanager
def recording(
    dataset: Dataset, recipe: Recipe, *, name: str | None = None
) -> Iterator[RunRecorder]:
    """Give a new run's recorder; tidy up by how the block ends.

    Interrupted (cancelled, or stopped with nothing to keep): the folder is removed. Another
    exception: the run is kept as failed, with its sentence. Exceptions go on to the caller.

    Raises:
        StorageError: The folder cannot be made.
    """
    recorder = RunRecorder(_new_run(dataset, recipe, name or dataset.root.resolve().name))
    try:
        recorder.update()
        yield recorder
    except (Interrupted, KeyboardInterrupt):
        shutil.rmtree(recorder.run.folder, ignore_errors=True)
        raise
    except BaseException as error:
        _keep_as_failed(recorder, error)
        raise


def runs_folder() -> Path:
    """Where the runs are kept."""
    return storage.data_folder() / "runs"


def trash_folder() -> Path:
    """Where deleted runs wait."""
    return storage.data_folder() / "trash"


def list_runs() -> list[Run]:
    """All runs, newest first. A damaged run folder is passed over with a log entry."""
    folder = runs_folder()
    candidates = [path.parent for path in folder.glob(f"*/{_RUN}")] if folder.is_dir() else []
    runs = [run for run in map(_load, candidates) if run is not None]
    return sorted(runs, key=lambda run: (run.created, run.folder.name), reverse=True)


def load_evaluation(run: Run) -> Evaluation | None:
    """The run's test report; None where there is none, or a damaged one."""
    path = run.folder / _EVALUATION
    try:
        return Evaluation.from_json(storage.read_json(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return None


def load_history(run: Run) -> list[EpochFinished]:
    """The run's epochs in order; empty where there are none."""
    path = run.folder / _HISTORY
    try:
        return list(_history_from_csv(path.read_text("utf-8")))
    except FileNotFoundError:
        return []
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, csv.Error) as error:
        log.warning("%s cannot be read: %s", path, error)
        return []


def rename(run: Run, name: str) -> Run:
    """Give the run another name, if there is anything to it.

    Raises:
        StorageError: The run is no longer there, or cannot be written.
    """
    current = _load(run.folder)  # it may have been finished or deleted in the meantime
    if current is None:
        raise StorageError(f'The run "{run.name}" is no longer there.', path=run.folder)
    return RunRecorder(current).update(name=name.strip() or current.name)


def move_to_trash(run: Run) -> Path:
    """Move the run's folder to the program's trash; gives its new place. Raises StorageError."""
    return _move(run.folder, trash_folder())


def restore(trashed: Path) -> Run:
    """Bring a run back from the trash.

    Raises:
        StorageError: It is no longer there, or cannot be moved.
    """
    run = _load(trashed)
    if run is None:
        raise StorageError(f"{trashed} holds no run.", path=trashed)
    return replace(run, folder=_move(trashed, runs_folder()))


def _move(folder: Path, into: Path) -> Path:
    with storage.translated(folder):
        into.mkdir(parents=True, exist_ok=True)
        return folder.rename(_unused(into, folder.name))


def _new_run(dataset: Dataset, recipe: Recipe, name: str) -> Run:
    now = datetime.now(UTC)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "run"
    return Run(
        folder=_made(runs_folder(), f"{now:%Y%m%d-%H%M%S}-{slug}"),
        name=name,
        created=now.isoformat(timespec="seconds"),
        state="running",
        dataset_folder=dataset.root.resolve(),
        recipe=recipe,
        class_names=dataset.class_names,
        photo_counts={},
        epochs=0,
        seconds={},
        validation_accuracy=None,
        test_accuracy=None,
    )


def _made(parent: Path, name: str) -> Path:
    """A new folder of this name, or of the next one that nobody else made at the same moment."""
    with storage.translated(parent):
        while True:
            folder = _unused(parent, name)
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            return folder


def _unused(parent: Path, name: str) -> Path:
    path, number = parent / name, 2
    while path.exists():
        path, number = parent / f"{name}-{number}", number + 1
    return path


def _keep_as_failed(recorder: RunRecorder, error: BaseException) -> None:
    sentence = str(error) if isinstance(error, CoreError) else f"{type(error).__name__}: {error}"
    try:
        recorder.update(state="failed", error=sentence)
        recorder.save_history()
    except StorageError:
        log.warning("The failed run %s could not be kept", recorder.run.folder, exc_info=True)


def _load(folder: Path) -> Run | None:
    try:
        return Run.from_json(folder, storage.read_json(folder / _RUN))
    except (OSError, ValueError, KeyError, TypeError, CoreError) as error:
        log.warning("The run %s cannot be read: %s", folder, error)
        return None


def _history_to_csv(history: Iterable[EpochFinished]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(EpochFinished)])
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


def _history_from_csv(text: str) -> Iterator[EpochFinished]:
    for row in csv.DictReader(io.StringIO(text)):
        values: dict[str, Any] = {
            key: float(value) for key, value in row.items() if key not in ("phase", "is_best")
        }
        values |= {"epoch": int(values["epoch"]), "epochs": int(values["epochs"])}
        phase: Any = row["phase"]
        yield EpochFinished(phase=phase, is_best=row["is_best"] == "True", **values)
