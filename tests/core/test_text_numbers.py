"""Numbers as people read them: no nine decimals, no false certainty, no "1 photos"."""

import pytest

from product_gui.text import numbers


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "< 1 %"), (0.004, "< 1 %"), (0.01, "1 %"), (0.873, "87 %"), (1.0, "> 99 %")],
)
def test_confidence(share: float, text: str) -> None:
    assert numbers.confidence(share) == text


@pytest.mark.parametrize(("share", "text"), [(1.0, "100 %"), (0.0, "0 %"), (None, "–")])
def test_percent(share: float | None, text: str) -> None:
    assert numbers.percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 photos"), (1, "1 photo"), (3068, "3,068 photos")]
)
def test_photos(number: int, text: str) -> None:
    assert numbers.photos(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (45.4, "45 s"), (200, "3 min 20 s"), (3900, "1 h 05 min")],
)
def test_duration(seconds: float, text: str) -> None:
    assert numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (2, "a few seconds left"),
        (28, "about 30 s left"),
        (59, "about 60 s left"),
        (150, "about 2 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_time_left(seconds: float | None, text: str) -> None:
    assert numbers.time_left(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "about 10 seconds"),
        (45, "about 40 seconds"),
        (61, "about 1 minute"),
        (700, "about 12 minutes"),
        (7300, "about 2 hours"),
    ],
)
def test_about(seconds: float, text: str) -> None:
    assert numbers.about(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "1 KB"), (3_400, "3 KB"), (9_400_000, "9.4 MB"), (2_500_000_000, "2.5 GB")],
)
def test_size(size: int, text: str) -> None:
    assert numbers.size(size) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_listed(names: list[str], text: str) -> None:
    assert numbers.listed(names) == text


def test_a_date_that_is_none_is_shown_as_it_is() -> None:
    assert numbers.date("last summer") == "last summer"


def test_a_date_in_the_users_time_zone() -> None:
    assert numbers.date("2025-11-20T09:45:00+00:00").endswith(":45")
    assert "2025" in numbers.date("2025-11-20T09:45:00+00:00")
