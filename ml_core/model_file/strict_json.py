"""JSON from a stranger's file: bounded in size and depth, every key once, only real numbers."""

import json
from collections.abc import Iterator
from typing import Any

LARGEST_JSON = 4 << 20
DEEPEST = 60
MOST_VALUES = 400_000


def parse(content: bytes, *, numbers_only: bool = True) -> dict[str, Any]:
    """The table of values that ``content`` holds.

    Args:
        content: UTF-8.
        numbers_only: Whether NaN and Infinity are refused.

    Raises:
        ValueError: It is no such table; the message is part of a sentence.
    """
    if len(content) > LARGEST_JSON:
        raise ValueError(f"it is larger than {LARGEST_JSON:,} bytes")
    try:
        values = json.loads(
            content.decode("utf-8", errors="surrogatepass"),
            object_pairs_hook=_every_key_once,
            parse_constant=_refused if numbers_only else None,
        )
    except RecursionError:
        raise ValueError(f"it is nested more than {DEEPEST} times") from None
    if not isinstance(values, dict):
        raise ValueError("not a table of values")  # noqa: TRY004 - it joins its siblings
    for _ in walk(values):
        pass
    return values


def walk(values: Any) -> Iterator[tuple[str, Any]]:
    """Every value with the key that led to it (that of its list for those in lists).

    Raises:
        ValueError: Nested too deeply, or too many.
    """
    waiting: list[tuple[str, Any, int]] = [("", values, 0)]
    for _ in range(MOST_VALUES):
        if not waiting:
            return
        key, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} times")
        yield key, value
        if isinstance(value, dict):
            waiting.extend((name, inner, depth + 1) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((key, inner, depth + 1) for inner in value)
    raise ValueError(f"it holds more than {MOST_VALUES:,} values")


def _every_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key is given twice")
    return values


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
