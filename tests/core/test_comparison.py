"""Two evaluations photo by photo: what is common, fixed and broken, and whether it is chance."""

from itertools import product
from math import comb
from pathlib import Path

import pytest

from ml_core.evaluation.comparison import compare, exact_mcnemar
from ml_core.evaluation.scores import Answer, Evaluation

NAMES = ("hat", "mug", "shoe")


def judged(
    names: tuple[str, ...], *answers: tuple[str, str, str, float], index: int | None = None
) -> Evaluation:
    """Of (photo, true, given, confidence)."""
    return Evaluation.from_answers(
        names,
        (
            Answer(Path(photo), names.index(true), names.index(given), confidence, index)
            for photo, true, given, confidence in answers
        ),
    )


FIRST = judged(
    NAMES,
    ("a", "hat", "hat", 0.9),
    ("b", "hat", "mug", 0.6),
    ("c", "mug", "shoe", 0.8),
    ("d", "shoe", "shoe", 0.7),
    ("e", "mug", "mug", 0.5),
    ("only here", "mug", "hat", 0.5),
)
SECOND = judged(
    ("shoe", "lamp", "mug", "hat"),
    ("a", "hat", "lamp", 0.4),
    ("b", "hat", "hat", 0.9),
    ("c", "mug", "mug", 0.9),
    ("d", "shoe", "mug", 0.95),
    ("e", "mug", "mug", 0.9),
    ("only there", "lamp", "lamp", 0.9),
)


def test_only_common_photos_count() -> None:
    found = compare(FIRST, SECOND)
    assert found.photos == 5
    assert (found.first_accuracy, found.second_accuracy) == (3 / 5, 3 / 5)


def test_fixed_and_broken_come_surest_first_under_their_names() -> None:
    found = compare(FIRST, SECOND)
    assert [str(pair.first.path) for pair in found.fixed] == ["c", "b"]
    assert [str(pair.second.path) for pair in found.broken] == ["d", "a"]
    assert [(p.true, p.first_given, p.second_given) for p in (*found.fixed, *found.broken)] == [
        ("mug", "shoe", "mug"),
        ("hat", "mug", "hat"),
        ("shoe", "shoe", "mug"),
        ("hat", "hat", "lamp"),
    ]


def test_the_other_way_round_they_change_places() -> None:
    there, back = compare(FIRST, SECOND), compare(SECOND, FIRST)
    assert {pair.first.path for pair in there.fixed} == {pair.first.path for pair in back.broken}
    assert there.probability == back.probability


def test_categories_by_the_size_of_their_change() -> None:
    found = compare(FIRST, SECOND).classes
    assert [(one.name, one.photos, one.first_recall, one.second_recall) for one in found] == [
        ("shoe", 1, 1.0, 0.0),
        ("mug", 2, 0.5, 1.0),
        ("hat", 2, 0.5, 0.5),
    ]


def test_a_photo_that_has_another_category_now_is_not_compared() -> None:
    moved = judged(NAMES, ("a", "shoe", "shoe", 0.9), ("b", "hat", "hat", 0.9))
    found = compare(FIRST, moved)
    assert (found.photos, len(found.fixed), len(found.broken)) == (1, 1, 0)


def test_pictures_of_one_file_are_told_apart() -> None:
    one, other = (judged(NAMES, ("all", "hat", "hat", 0.9), index=index) for index in (1, 2))
    assert compare(one, one).photos == 1
    assert compare(one, other).photos == 0


def test_nothing_in_common() -> None:
    found = compare(FIRST, judged(NAMES, ("z", "hat", "hat", 0.9)))
    assert (found.photos, found.first_accuracy, found.classes) == (0, 0.0, ())
    assert found.probability == 1.0


@pytest.mark.parametrize(
    ("fixed", "broken", "probability"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 5, 1.0),
        (6, 0, 2 / 64),
        # McNemar's test on 59 against 6, as in scipy.stats.binomtest(6, 65).
        (59, 6, 4.978e-12),
        (10, 2, 0.03857421875),
    ],
)
def test_the_exact_test(fixed: int, broken: int, probability: float) -> None:
    assert exact_mcnemar(fixed, broken) == pytest.approx(probability, rel=1e-3)
    assert exact_mcnemar(broken, fixed) == exact_mcnemar(fixed, broken)


def test_the_exact_test_is_the_sum_of_the_binomial_tails() -> None:
    for fixed, broken in product(range(12), repeat=2):
        total, fewer = fixed + broken, min(fixed, broken)
        tail = sum(comb(total, number) for number in range(fewer + 1)) / 2**total
        assert exact_mcnemar(fixed, broken) == pytest.approx(min(1.0, 2 * tail))


def test_the_exact_test_holds_for_many_photos() -> None:
    assert exact_mcnemar(60_000, 40_000) == pytest.approx(0.0, abs=1e-300)
    assert exact_mcnemar(50_000, 50_000) == 1.0
