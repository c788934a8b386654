"""Numbers, times, sizes and lists as people read them."""

from collections.abc import Sequence
from datetime import datetime

NO_VALUE = "–"
_ROUNDS_TO_ALL = 0.99
_ROUNDS_TO_NONE = 0.01
_MINUTE = 60
_HOUR = 3600


def percent(share: float | None) -> str:
    """A share of things counted: "87 %"."""
    return NO_VALUE if share is None else f"{100 * share:.0f} %"


def confidence(share: float) -> str:
    """Confidence is never quite 0 or 100 %."""
    if share > _ROUNDS_TO_ALL:
        return "> 99 %"
    if share < _ROUNDS_TO_NONE:
        return "< 1 %"
    return percent(share)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 photo", "3,068 photos"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def photos(number: int) -> str:
    return count(number, "photo")


def categories(number: int) -> str:
    return count(number, "category", "categories")


def duration(seconds: float) -> str:
    """How long something took: "0.4 s", "45 s", "3 min 20 s", "1 h 05 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"


def time_left(seconds: float | None) -> str:
    """A guess, and worded as one; empty while there is none."""
    if seconds is None:
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < _MINUTE:
        return f"about {5 * max(1, round(seconds / 5))} s left"
    if seconds < _HOUR:
        return f"about {round(seconds / _MINUTE)} min left"
    return f"about {seconds / _HOUR:.1f} h left"


def about(seconds: float) -> str:
    """A rough guess before the start: "about 20 seconds", "about 3 minutes"."""
    if seconds < 50:
        return f"about {max(10, 10 * round(seconds / 10))} seconds"
    if seconds < _HOUR:
        return f"about {count(max(1, round(seconds / _MINUTE)), 'minute')}"
    return f"about {count(max(1, round(seconds / _HOUR)), 'hour')}"


def size(number_of_bytes: int) -> str:
    """A file's size: "9.4 MB"."""
    if number_of_bytes < 1_000_000:
        return f"{max(1, round(number_of_bytes / 1000))} KB"
    if number_of_bytes < 1_000_000_000:
        return f"{number_of_bytes / 1e6:.1f} MB"
    return f"{number_of_bytes / 1e9:.1f} GB"


def date(iso: str) -> str:
    """A moment in the user's own time zone: "20 Nov 2025, 09:45"."""
    try:
        moment = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """Some names in a row: "hat, shoes, shirt and 4 more"."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    if rest > 0:
        return f"{', '.join(shown)} and {rest:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def interval(low: float, high: float) -> str:
    """Two shares as a range: "between 83 and 90 %"."""
    return f"between {100 * low:.0f} and {100 * high:.0f} %"
