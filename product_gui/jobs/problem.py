"""What went wrong, as a person is told it and as a developer needs it."""

import traceback
from dataclasses import dataclass

from ml_core.errors import CoreError
from product_gui.text import problems


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure that can be shown.

    Attributes:
        what: One sentence: what happened.
        advice: What was expected and how to mend it; may be empty.
        details: For "Copy details": the kind of error and where it happened.
        kind: Name of the error's class, by which a page offers a choice ("WeightsError").
        is_own: Raised on purpose: its words say all there is to say.
    """

    what: str
    advice: str = ""
    details: str = ""
    kind: str = ""
    is_own: bool = False

    @property
    def sentence(self) -> str:
        """Everything a person should read, in one line."""
        return f"{self.what} {self.advice}".strip()


def describe(error: BaseException) -> Problem:
    """Put an error into words: its own where it was raised on purpose, plain ones otherwise."""
    details = "".join(traceback.format_exception(error)).strip()
    kind = type(error).__name__
    if isinstance(error, CoreError):
        advice = " ".join(part for part in (error.expected, error.mend) if part)
        return Problem(error.what, advice, details, kind, is_own=True)
    if isinstance(error, MemoryError):
        return Problem(problems.OUT_OF_MEMORY, problems.OUT_OF_MEMORY_ADVICE, details, kind)
    if isinstance(error, OSError) and error.strerror:
        return Problem(problems.disk_refused(error.strerror, error.filename), "", details, kind)
    return Problem(problems.UNEXPECTED, problems.UNEXPECTED_ADVICE, details, kind)
