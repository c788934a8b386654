"""The versions of a model: each correction makes a new one, and one can always go back.

    <run>/model.keras, evaluation.json      those of the version in use
    <run>/version.json                      which one that is
    <run>/versions/<number>/                model.keras, evaluation.json, version.json of each
    <run>/additions/<hash>.<suffix>         copies of the photos that corrected it

A run that was never corrected has only its model: that is version 1.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from ml_core import runs, storage
from ml_core.errors import StorageError
from ml_core.evaluation.evaluate import Evaluation
from ml_core.runs import EVALUATION, MODEL, Run

VERSION: Final = "version.json"


@dataclass(frozen=True, slots=True)
class LearnedCorrection:
    """A photo whose category a person gave.

    Attributes:
        file: Name of the copy in the run's ``additions`` folder.
        content: Hash of its content, in hexadecimal digits.
        category: Its name.
    """

    file: str
    content: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a run's model.

    Attributes:
        number: From 1, the model as it was trained.
        created: ISO 8601, UTC.
        corrections: All that it has learned, the oldest first.
        learned: How many of these it answers as it was told.
        fixed, broke: Of ``test_photos``, those it answers right where the version before was
            wrong, and the other way about.
        test_photos: How many there are; photos among the corrections are none of them.
        class_names, photo_counts, validation_accuracy, test_accuracy: As in ``Run``.
    """

    number: int
    created: str
    corrections: tuple[LearnedCorrection, ...] = ()
    learned: int = 0
    fixed: int = 0
    broke: int = 0
    test_photos: int
    class_names: tuple[str, ...]
    photo_counts: dict[str, int]
    validation_accuracy: float | None
    test_accuracy: float | None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``asdict`` gave. Raises KeyError, TypeError or ValueError."""
        corrections = tuple(LearnedCorrection(**one) for one in values["corrections"])
        names = tuple(str(name) for name in values["class_names"])
        return cls(**{**values, "corrections": corrections, "class_names": names})


def additions_folder(run: Run) -> Path:
    """Where copies of the photos lie that corrected the run's model. Not created here."""
    return run.folder / "additions"


def list_versions(run: Run) -> tuple[Version, ...]:
    """All versions, the first one first.

    Raises:
        StorageError: A version cannot be read.
    """
    folders = (run.folder / "versions").glob(f"*/{VERSION}")
    found = [_read(path) for path in folders]
    return tuple(sorted(found, key=lambda version: version.number)) or (_first(run),)


def current_version(run: Run) -> Version:
    """The version in use. Raises StorageError."""
    path = run.folder / VERSION
    return _read(path) if path.exists() else _first(run)


def add_version(
    run: Run, version: Version, evaluation: Evaluation, *, write_model: Callable[[Path], object]
) -> Run:
    """Keep a new version and use it; gives the run as it then is.

    Args:
        run: Finished.
        version: Its number must be new.
        evaluation: On its test photos.
        write_model: Writes the model file to the given path.

    Raises:
        StorageError: The disk refused; the version in use then stays in use.
    """
    if not _folder(run, 1).exists():
        first = _first(run)
        with storage.replacing_folder(_folder(run, 1)) as folder:
            for name in (MODEL, EVALUATION):
                shutil.copyfile(run.folder / name, folder / name)
            storage.write_json(folder / VERSION, asdict(first))
    with storage.replacing_folder(_folder(run, version.number)) as folder:
        write_model(folder / MODEL)
        storage.write_json(folder / EVALUATION, evaluation.to_json())
        storage.write_json(folder / VERSION, asdict(version))
    return use_version(run, version.number)


def use_version(run: Run, number: int) -> Run:
    """Go to a version, back or forth; gives the run as it then is.

    Raises:
        StorageError: There is no such version, or the disk refused: nothing has changed then.
    """
    folder = _folder(run, number)
    version = _read(folder / VERSION) if folder.exists() else None
    if version is None:
        if number == 1:
            return run
        raise StorageError(f"There is no version {number} of this model.", path=folder)
    names = (MODEL, EVALUATION, VERSION)
    with storage.replacing_together([run.folder / name for name in names]) as temporaries:
        for name, temporary in zip(names, temporaries, strict=True):
            shutil.copyfile(folder / name, temporary)
    return runs.save(
        replace(
            runs.load(run.folder) or run,
            class_names=version.class_names,
            photo_counts=version.photo_counts,
            validation_accuracy=version.validation_accuracy,
            test_accuracy=version.test_accuracy,
        )
    )


def _folder(run: Run, number: int) -> Path:
    return run.folder / "versions" / str(number)


def _first(run: Run) -> Version:
    """The model as it was trained."""
    return Version(
        number=1,
        created=run.created,
        test_photos=run.photo_counts.get("test", 0),
        class_names=run.class_names,
        photo_counts=run.photo_counts,
        validation_accuracy=run.validation_accuracy,
        test_accuracy=run.test_accuracy,
    )


def _read(path: Path) -> Version:
    try:
        return Version.from_json(storage.read_json(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"A version of the model cannot be read: {path} is damaged ({error}).",
            mend="Choose another version, or train the model again.",
            path=path,
        ) from error
