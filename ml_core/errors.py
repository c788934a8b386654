"""The errors a caller of ml_core has to expect: one tree, drawn here.

    CoreError
    ├── ImageError             a file cannot be used as a photo
    ├── DatasetError           a folder cannot be trained or evaluated on
    ├── RecipeError            a training setting is out of range or does not fit the others
    ├── WeightsError           pretrained weights are missing or do not fit
    ├── TrainingError          training started but could not reach a usable model
    ├── ModelFileError         a model file cannot be opened
    ├── ExportError            a model cannot be written in the chosen format
    ├── StorageError           the disk refused: full, read-only, no permission
    └── ProcessError           a process that worked for this one has crashed
        └── OutOfMemoryError   there is not enough memory

    Interrupted                not an error: the user asked the work to end
    ├── Cancelled              discard what there is
    └── Stopped                keep what there is (the work itself usually handles this one)

Each error says what happened, what was expected and how to mend it, in whole sentences that
can be shown to a person as they stand.
"""

from pathlib import Path


class CoreError(Exception):
    """Base of all errors that ml_core raises on purpose.

    Args:
        what: One sentence: what happened, with the value received.
        expected: One sentence: what would have been right. May be empty.
        mend: One sentence: what the user can do now. May be empty.
        path: The file or folder concerned, where there is one.
    """

    def __init__(
        self, what: str, *, expected: str = "", mend: str = "", path: Path | None = None
    ) -> None:
        self.what = what
        self.expected = expected
        self.mend = mend
        self.path = path
        super().__init__(" ".join(part for part in (what, expected, mend) if part))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.expected, self.mend, self.path)


def _rebuild(
    kind: type[CoreError], what: str, expected: str, mend: str, path: Path | None
) -> CoreError:
    return kind(what, expected=expected, mend=mend, path=path)


class ImageError(CoreError):
    """A file cannot be used as a photo."""


class DatasetError(CoreError):
    """A folder cannot be trained or evaluated on."""


class RecipeError(CoreError):
    """A training setting is out of range or does not fit the others."""


class WeightsError(CoreError):
    """Pretrained weights are missing or do not fit the network."""


class TrainingError(CoreError):
    """Training started but could not reach a usable model."""


class ModelFileError(CoreError):
    """A model file cannot be opened."""


class ExportError(CoreError):
    """A model cannot be written in the chosen format."""


class StorageError(CoreError):
    """The disk refused: full, read-only, no permission."""


class ProcessError(CoreError):
    """A process that worked for this one has crashed."""


class OutOfMemoryError(ProcessError):
    """There is not enough memory."""


class Interrupted(Exception):
    """The user asked the work to end."""


class Cancelled(Interrupted):
    """End and discard what there is."""


class Stopped(Interrupted):
    """End and keep what there is."""
