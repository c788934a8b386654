"""What can be found wrong with a folder of photos: kinds, how bad they are, and what is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ml_core.dataset.photos import Photo


class Severity(StrEnum):
    """How much a finding matters, the worst first.

    An error makes the model or its score wrong; a warning makes it worse; a hint is worth a look.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Kind(StrEnum):
    """The kinds of findings, in the order in which they are shown."""

    ACROSS_PARTS = "across_parts"
    IN_TWO_CLASSES = "in_two_classes"
    WRONG_LABEL = "wrong_label"
    UNREADABLE = "unreadable"
    NAMED_TWICE = "named_twice"
    EMPTY_CLASS = "empty_class"
    TOO_FEW = "too_few"
    IMBALANCE = "imbalance"
    EXACT_COPIES = "exact_copies"
    NEAR_COPIES = "near_copies"
    NEARLY_BLANK = "nearly_blank"
    VERY_DARK = "very_dark"
    VERY_LIGHT = "very_light"
    BLURRED = "blurred"
    VERY_SMALL = "very_small"
    ODD_SHAPE = "odd_shape"
    OUTLIER = "outlier"
    ANIMATED = "animated"
    EMPTY_FOLDER = "empty_folder"
    NESTED_FOLDER = "nested_folder"
    STRAY_FILE = "stray_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found, with the photos it concerns.

    Attributes:
        kind: What it is.
        severity: How much it matters.
        what: One sentence: what was found, with names and numbers.
        why: One sentence: why it matters.
        mend: One sentence: what can be done.
        photos: The photos concerned, in the order of the data set.
        paths: Files and folders concerned that are no photos of the data set.
        classes: The categories concerned, by name.
        suggested_class: Where the photo rather belongs; empty if nothing is suggested.
        score: Within its kind, how clear the case is; larger is clearer. In the unit of the check.
    """

    kind: Kind
    severity: Severity
    what: str
    why: str
    mend: str
    photos: tuple[Photo, ...] = ()
    paths: tuple[Path, ...] = ()
    classes: tuple[str, ...] = ()
    suggested_class: str = ""
    score: float = 0.0

    @property
    def message(self) -> str:
        """All three sentences."""
        return " ".join(filter(None, (self.what, self.why, self.mend)))


def quoted(path: Path) -> str:
    """A file's name in quotes, on one line whatever it holds."""
    return in_quotes(path.name)


def in_quotes(name: str) -> str:
    """A name in quotes, on one line whatever it holds."""
    readable = name.encode(errors="replace").decode()
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in readable) + '"'


def counted(number: int, one: str, many: str = "") -> str:
    """Say "1 photo", "2 photos", "1,200 photos"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def in_words(names: Iterable[str]) -> str:
    """Say "a", "a and b", "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
