"""Names of categories are untrusted text: they are shown, printed and written to files."""

import re
import unicodedata
from collections.abc import Sequence

from ml_core.errors import ModelFileError

MOST_CLASSES = 10_000
LONGEST_NAME = 255

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They let a text read differently from what it is (Boucher and Anderson, "Trojan Source", 2021).

The marks U+200E and U+200F stay allowed: Arabic and Hebrew names need them.
"""
_LINE_BREAKS = frozenset("\t\n\r")
"""A folder may be named so; whatever shows or writes a name puts it on one line."""
_LEADS_ELSEWHERE = re.compile(
    r"[/\\]|~[\w.-]*[/\\]|~$|[A-Za-z]:[/\\]|\.{1,2}$|(.*[/\\])?\.\.([/\\]|$)", re.DOTALL
)
"""Absolute paths, home folders, drives and climbing up; "T-shirt/top" is a name."""


def usable_names(names: Sequence[object]) -> tuple[str, ...]:
    """The names, if they can serve.

    Raises:
        ModelFileError: A name is empty, too long, no text, holds control characters or leads to
            another folder; there are too few or too many, or two of them look the same.
    """
    texts = tuple(_usable(name) for name in names)
    different = {unicodedata.normalize("NFC", text).strip() for text in texts}
    if len(different) != len(texts) or not 2 <= len(texts) <= MOST_CLASSES:
        raise ModelFileError(
            f"The model has {len(texts)} category names, {len(different)} of them different.",
            expected=f"2 to {MOST_CLASSES} different names were expected.",
        )
    return texts


def _usable(name: object) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise _unusable(name, f"1 to {LONGEST_NAME} characters were expected.")
    if any(_is_control(letter) for letter in name):
        raise _unusable(name, "A name must not hold invisible control characters.")
    if _LEADS_ELSEWHERE.match(name):
        raise _unusable(name, "A name must not be the way to a file or folder.")
    return name


def _is_control(letter: str) -> bool:
    return (
        unicodedata.category(letter) == "Cc" and letter not in _LINE_BREAKS
    ) or letter in _BIDI_CONTROLS


def _unusable(name: object, expected: str) -> ModelFileError:
    return ModelFileError(
        f"The model has an unusable category name: {str(name)[:80]!a}.", expected=expected
    )
