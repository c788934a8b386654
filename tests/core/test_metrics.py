"""Scores against scikit-learn, published tables and hand calculation."""

import numpy as np
import pytest
import sklearn.metrics

from ml_core.evaluation.metrics import (
    accuracy,
    averages,
    class_scores,
    confusion_matrix,
    macro_f1,
    wilson_interval,
)

# Hand-made: class 2 is never predicted, class 3 has no photo, class 4 has neither.
TRUE = np.array([0, 0, 0, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 0, 1, 1, 3, 0, 1, 1])


def test_confusion_has_true_classes_in_rows() -> None:
    assert confusion_matrix(TRUE, PREDICTED, 5).tolist() == [
        [2, 1, 0, 0, 0],
        [0, 1, 0, 1, 0],
        [1, 2, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_class_scores_by_hand() -> None:
    scores = class_scores(confusion_matrix(TRUE, PREDICTED, 5))
    assert scores[0].precision == pytest.approx(2 / 3)
    assert scores[0].recall == pytest.approx(2 / 3)
    assert scores[1].precision == pytest.approx(1 / 4)
    assert scores[1].recall == pytest.approx(1 / 2)
    assert scores[1].f1 == pytest.approx(2 * (1 / 4) * (1 / 2) / (1 / 4 + 1 / 2))
    assert [score.photos for score in scores] == [3, 2, 3, 0, 0]
    for undefined in scores[2:]:
        assert (undefined.precision, undefined.recall, undefined.f1) == (0.0, 0.0, 0.0)


def test_macro_f1_leaves_out_only_classes_never_seen() -> None:
    """By hand: F1 of 2/3, 1/3, 0 and 0 for classes 0 to 3; class 4 does not count."""
    assert macro_f1(confusion_matrix(TRUE, PREDICTED, 5)) == pytest.approx((2 / 3 + 1 / 3) / 4)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("classes", "photos"), [(2, 1), (3, 7), (10, 372), (50, 120)])
def test_equals_scikit_learn(classes: int, photos: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    true, predicted = random.integers(0, classes, (2, photos))
    predicted = np.where(random.random(photos) < 0.6, true, predicted)

    confusion = confusion_matrix(true, predicted, classes)
    assert np.array_equal(
        confusion, sklearn.metrics.confusion_matrix(true, predicted, labels=range(classes))
    )
    expected = sklearn.metrics.precision_recall_fscore_support(
        true, predicted, labels=range(classes), zero_division=0
    )
    ours = [(s.precision, s.recall, s.f1, s.photos) for s in class_scores(confusion)]
    np.testing.assert_allclose(np.transpose(ours), expected, rtol=1e-12)
    assert macro_f1(confusion) == pytest.approx(
        sklearn.metrics.f1_score(true, predicted, average="macro", zero_division=0)
    )
    assert accuracy(confusion) == pytest.approx(sklearn.metrics.accuracy_score(true, predicted))


def test_nothing_to_score() -> None:
    confusion = confusion_matrix(np.array([], np.intp), np.array([], np.intp), 3)
    assert confusion.shape == (3, 3)
    assert accuracy(confusion) == 0.0
    assert macro_f1(confusion) == 0.0


@pytest.mark.parametrize(
    ("true", "predicted"), [([0, 3], [0, 0]), ([0, 0], [0, -1]), ([0, 1], [0]), ([[0]], [[0]])]
)
def test_refuses_indices_that_fit_no_class(true: list[int], predicted: list[int]) -> None:
    with pytest.raises(ValueError, match=r"(?i)class"):
        confusion_matrix(np.array(true), np.array(predicted), 3)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(correct: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)
    mirrored = (1 - high, 1 - low)
    assert wilson_interval(total - correct, total) == pytest.approx(mirrored, abs=5e-5)


def test_wilson_at_other_confidence() -> None:
    """Half right of 10 at 90 %: 1/2 -+ z / (2 sqrt(10 + z^2)) with z = 1.644854."""
    assert wilson_interval(5, 10, 0.90) == pytest.approx((0.269272, 0.730728), abs=1e-6)


@pytest.mark.parametrize("total", [1, 2, 20, 372, 10_000])
def test_wilson_contains_the_share_and_stays_in_bounds(total: int) -> None:
    for correct in {0, 1, total // 2, total - 1, total}:
        low, high = wilson_interval(correct, total)
        assert 0 <= low <= correct / total <= high <= 1


def test_wilson_without_photos_knows_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("correct", "total", "confidence"),
    [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 0.0), (1, 5, 1.0)],
)
def test_wilson_refuses_nonsense(correct: int, total: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(correct, total, confidence)


@pytest.mark.parametrize("by_photos", [False, True])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("classes", "photos"), [(2, 1), (10, 372), (50, 120)])
def test_averages_equal_scikit_learn(classes: int, photos: int, seed: int, by_photos: bool) -> None:
    random = np.random.default_rng(seed)
    true, predicted = random.integers(0, classes, (2, photos))
    predicted = np.where(random.random(photos) < 0.6, true, predicted)
    *expected, _ = sklearn.metrics.precision_recall_fscore_support(
        true, predicted, average="weighted" if by_photos else "macro", zero_division=0
    )
    mean = averages(confusion_matrix(true, predicted, classes), by_photos=by_photos)
    assert (mean.precision, mean.recall, mean.f1) == pytest.approx(expected)
    assert mean.photos == photos


def test_averages_of_nothing() -> None:
    nothing = confusion_matrix(np.array([], np.intp), np.array([], np.intp), 3)
    for by_photos in (False, True):
        mean = averages(nothing, by_photos=by_photos)
        assert (mean.precision, mean.recall, mean.f1, mean.photos) == (0, 0, 0, 0)
