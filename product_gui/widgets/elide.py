"""Cutting text with an ellipsis so that it fits."""

from collections.abc import Callable
from typing import Literal

Where = Literal["middle", "end"]
Measure = Callable[[str], int]


def elide(text: str, width: int, measure: Measure, *, where: Where = "end") -> str:
    """The text, or as much of it as fits into ``width`` pixels together with an ellipsis."""
    text = " ".join(text.split("\n"))
    if measure(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(_cut(text, middle, where)) <= width:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low, where)


def _cut(text: str, keep: int, where: Where) -> str:
    if where == "end":
        return text[:keep].rstrip() + "…"
    tail = keep // 2
    return text[: keep - tail] + "…" + (text[-tail:] if tail else "")
