"""The folder of a run: recipe, history, model, report. List, rename, delete to trash.

runs/<time>-<name>/run.json        what was trained, how it ended, its scores
                   photos.json     which photos, in which part
                   history.csv     one line an epoch
                   log.txt         what happened, in plain words
                   model.keras     the model file
                   evaluation.json the test report
                   checkpoint.npz  what a network's training needs to go on
                   .lock           held by the process that trains
"""

import csv
import io
import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, get_args

from ml_core import file_lock, storage
from ml_core.errors import CoreError, StorageError
from ml_core.evaluation.evaluate import Evaluation
from ml_core.events import EpochFinished
from ml_core.training.checkpoint import CHECKPOINT
from ml_core.training.recipe import Recipe

log = logging.getLogger(__name__)

RunState = Literal["running", "done", "stopped", "failed", "interrupted"]
"""Interrupted: it says "running", but the process that trained it is gone."""

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
    "is_starred": bool,
    "note": str,
    "device": str,
    "peak_memory": int | None,
    "fingerprint": str,
    "versions": dict,
    "extends": str | None,
}
"""Of the values in run.json."""

RUN, HISTORY, EVALUATION, MODEL = "run.json", "history.csv", "evaluation.json", "model.keras"
MOST_CHECKPOINT_BYTES = 2_000_000_000
"""What finished runs keep, all together, so that they can be trained further."""
PHOTOS, LOG, LOCK = "photos.json", "log.txt", ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training, as kept on the disk.

    ``created`` is ISO 8601, UTC. Accuracies are 0..1 and None where there were no photos.

    Attributes:
        is_starred: A person has marked it.
        note: What a person wrote about it.
        device: What computed, in words.
        peak_memory: Bytes that the computing process took at most.
        fingerprint: Of the data; equal fingerprints are equal photos in equal classes.
        versions: Of the packages that matter, by name.
        extends: Name of the folder of the run that this one goes on from.
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
    is_starred: bool = False
    note: str = ""
    device: str = ""
    peak_memory: int | None = None
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    extends: str | None = None

    @property
    def model_path(self) -> Path:
        """The run's model file; exists when ``state`` is "done" or "stopped"."""
        return self.folder / MODEL

    @property
    def log_path(self) -> Path:
        """What happened, line by line in plain words; grows while it is trained."""
        return self.folder / LOG

    @property
    def can_be_resumed(self) -> bool:
        """Whether ``training.trainer.resume`` can finish it."""
        if self.state == "failed":
            return (self.folder / CHECKPOINT).is_file()
        return self.state == "interrupted"

    @property
    def can_be_extended(self) -> bool:
        """Whether ``training.trainer.extend`` can train it further."""
        is_over = self.state in ("done", "stopped")
        return is_over and all((self.folder / name).is_file() for name in (CHECKPOINT, PHOTOS))

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
        values = _DEFAULTS | values
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


_DEFAULTS: dict[str, Any] = {
    one.name: one.default if one.default is not MISSING else {}
    for one in fields(Run)
    if one.default is not MISSING or one.default_factory is not MISSING
}
"""What older files do not say."""


def runs_folder() -> Path:
    """Where the runs are kept."""
    return storage.data_folder() / "runs"


def trash_folder() -> Path:
    """Where deleted runs wait."""
    return storage.data_folder() / "trash"


def list_runs() -> list[Run]:
    """All runs, newest first. A damaged run folder is passed over with a log entry."""
    folder = runs_folder()
    candidates = [path.parent for path in folder.glob(f"*/{RUN}")] if folder.is_dir() else []
    runs = [run for run in map(load, candidates) if run is not None]
    return sorted(runs, key=lambda run: (run.created, run.folder.name), reverse=True)


def load(folder: Path) -> Run | None:
    """The run in a folder; None, with a log entry, where there is none or a damaged one."""
    try:
        run = Run.from_json(folder, storage.read_json(folder / RUN))
    except (OSError, ValueError, KeyError, TypeError, CoreError) as error:
        log.warning("The run %s cannot be read: %s", folder, error)
        return None
    if run.state == "running" and not file_lock.is_held(folder / LOCK):
        return replace(run, state="interrupted")
    return run


def interrupted_runs() -> list[Run]:
    """Runs whose process died while they were trained, newest first."""
    return [run for run in list_runs() if run.state == "interrupted"]


def load_evaluation(run: Run) -> Evaluation | None:
    """The run's test report; None where there is none, or a damaged one."""
    path = run.folder / EVALUATION
    try:
        return Evaluation.from_json(storage.read_json(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return None


def load_history(run: Run) -> list[EpochFinished]:
    """The run's epochs in order; empty where there are none."""
    path = run.folder / HISTORY
    try:
        return list(_history_from_csv(_whole_lines(path.read_text("utf-8"))))
    except FileNotFoundError:
        return []
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, csv.Error) as error:
        log.warning("%s cannot be read: %s", path, error)
        return []


def load_log(run: Run) -> str:
    """What happened so far, line by line in plain words; empty where nothing was written."""
    try:
        return run.log_path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def rename(run: Run, name: str) -> Run:
    """Give the run another name, if there is anything to it.

    Raises:
        StorageError: The run is no longer there, or cannot be written.
    """
    current = _current(run)
    return save(replace(current, name=name.strip() or current.name))


def star(run: Run, *, is_starred: bool = True) -> Run:
    """Mark the run, or take the mark away. Raises StorageError."""
    return save(replace(_current(run), is_starred=is_starred))


def annotate(run: Run, note: str) -> Run:
    """Keep a person's note about the run. Raises StorageError."""
    return save(replace(_current(run), note=note.strip()))


def save(run: Run) -> Run:
    """Write run.json; gives the run. Raises StorageError."""
    storage.write_json(run.folder / RUN, run.to_json())
    return run


def drop_old_checkpoints(most_bytes: int = MOST_CHECKPOINT_BYTES) -> None:
    """Of finished runs, keep the newest checkpoints that together take so many bytes.

    Those of interrupted and failed runs are kept until they are resumed or deleted.
    """
    total = 0
    for run in list_runs():
        path = run.folder / CHECKPOINT
        if run.state in ("done", "stopped") and path.is_file():
            total += path.stat().st_size
            if total > most_bytes:
                log.info("%s can no longer be trained further", run.folder)
                path.unlink(missing_ok=True)


def discard(run: Run) -> None:
    """Delete a run and all its files for good.

    Raises:
        StorageError: It is being trained, or cannot be deleted.
    """
    _require_at_rest(run)
    with storage.translated(run.folder):
        shutil.rmtree(run.folder)


def move_to_trash(run: Run) -> Path:
    """Move the run's folder to the program's trash; gives its new place.

    Raises:
        StorageError: It is being trained, or cannot be moved.
    """
    _require_at_rest(run)
    return _move(run.folder, trash_folder())


def restore(trashed: Path) -> Run:
    """Bring a run back from the trash.

    Raises:
        StorageError: It is no longer there, or cannot be moved.
    """
    run = load(trashed)
    if run is None:
        raise StorageError(f"{trashed} holds no run.", path=trashed)
    return replace(run, folder=_move(trashed, runs_folder()))


def _move(folder: Path, into: Path) -> Path:
    with storage.translated(folder):
        into.mkdir(parents=True, exist_ok=True)
        return folder.rename(_unused(into, folder.name))


def _current(run: Run) -> Run:
    """The run as it is on the disk: it may have been finished or deleted in the meantime."""
    current = load(run.folder)
    if current is None:
        raise StorageError(f'The run "{run.name}" is no longer there.', path=run.folder)
    return current


def _require_at_rest(run: Run) -> None:
    if file_lock.is_held(run.folder / LOCK):
        raise StorageError(
            f'The run "{run.name}" is being trained.', mend="End the training first."
        )


def new_run(
    *, recipe: Recipe, name: str, dataset_folder: Path, class_names: tuple[str, ...]
) -> Run:
    """A run that begins now, with a folder of its own. Raises StorageError."""
    now = datetime.now(UTC)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "run"
    return Run(
        folder=_made(runs_folder(), f"{now:%Y%m%d-%H%M%S}-{slug}"),
        name=name,
        created=now.isoformat(timespec="seconds"),
        state="running",
        dataset_folder=dataset_folder.resolve(),
        recipe=recipe,
        class_names=class_names,
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


def history_to_csv(history: Iterable[EpochFinished], *, header: bool = True) -> str:
    """One line an epoch, under a header if asked for."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [one.name for one in fields(EpochFinished)])
    if header:
        writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


def _whole_lines(text: str) -> str:
    """Without a last line that a crash has cut."""
    return text[: text.rfind("\n") + 1]


def _history_from_csv(text: str) -> Iterator[EpochFinished]:
    for row in csv.DictReader(io.StringIO(text)):
        values: dict[str, Any] = {
            key: float(value) for key, value in row.items() if key not in ("phase", "is_best")
        }
        values |= {"epoch": int(values["epoch"]), "epochs": int(values["epochs"])}
        phase: Any = row["phase"]
        yield EpochFinished(phase=phase, is_best=row["is_best"] == "True", **values)
