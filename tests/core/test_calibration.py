"""Calibration against scikit-learn, scipy, hand calculation, and worlds whose truth is known."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ml_core.evaluation.calibration import (
    TEMPERATURES,
    at_temperature,
    calibration_error,
    fit_temperature,
    log_loss,
    reliability,
    softmax,
    sure_level,
)


def log_probabilities(
    random: np.random.Generator, photos: int, classes: int = 5
) -> NDArray[np.float64]:
    return np.log(softmax(random.normal(scale=2.0, size=(photos, classes))))


def drawn(random: np.random.Generator, shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """Labels as likely as ``shares`` says."""
    chances = random.random((len(shares), 1))
    return (shares.cumsum(axis=1) < chances).sum(axis=1).clip(max=shares.shape[1] - 1)


# --- the temperature ---


@pytest.mark.parametrize("seed", range(4))
def test_the_temperature_has_the_least_log_loss(seed: int) -> None:
    random = np.random.default_rng(seed)
    logits = log_probabilities(random, 120)
    labels = np.where(random.random(120) < 0.7, logits.argmax(axis=1), random.integers(0, 5, 120))

    def loss(inverse: float) -> float:
        given = softmax(logits * inverse)
        return float(sklearn.metrics.log_loss(labels, given, labels=range(5)))

    best = minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9})
    fitted = fit_temperature(logits, labels, prior_photos=0)
    assert fitted == pytest.approx(1 / best.x, rel=1e-4)


@pytest.mark.parametrize("truth", [0.5, 1.0, 2.0, 4.0])
def test_a_known_temperature_is_found(truth: float) -> None:
    random = np.random.default_rng(7)
    logits = log_probabilities(random, 20_000)
    labels = drawn(random, softmax(logits / truth))
    assert fit_temperature(logits, labels) == pytest.approx(truth, rel=0.05)


def test_few_photos_say_little() -> None:
    """Three right answers would otherwise make every answer certain."""
    logits = np.log([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    labels = np.array([0, 0, 1])
    assert fit_temperature(logits, labels, prior_photos=0) == pytest.approx(TEMPERATURES[0])
    fitted = fit_temperature(logits, labels)
    assert 0.6 < fitted < 1
    assert fitted < fit_temperature(logits, labels, prior_photos=100) < 1


def test_without_photos_nothing_changes() -> None:
    assert fit_temperature(np.empty((0, 3)), np.empty(0, np.intp)) == 1.0


def test_all_wrong_answers_stay_in_bounds() -> None:
    logits = np.log(np.tile([0.999, 0.001], (500, 1)))
    assert fit_temperature(logits, np.ones(500, np.intp)) == pytest.approx(TEMPERATURES[1])


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_a_temperature_keeps_the_order_and_can_be_taken_back(temperature: float) -> None:
    shares = np.exp(log_probabilities(np.random.default_rng(3), 50))
    given = at_temperature(shares, temperature)
    np.testing.assert_array_equal(given.argsort(axis=1), shares.argsort(axis=1))
    np.testing.assert_allclose(given.sum(axis=1), 1)
    np.testing.assert_allclose(at_temperature(given, 1 / temperature), shares, atol=1e-9)
    assert (given.max(axis=1) > shares.max(axis=1)).all() == (temperature < 1)


def test_a_probability_of_zero_is_survived() -> None:
    np.testing.assert_allclose(at_temperature(np.array([1.0, 0.0]), 2.0), [1, 0], atol=1e-18)


# --- how far off ---


def test_bins_by_hand() -> None:
    bins = reliability([0.0, 0.5, 0.55, 1.0], [False, True, False, True], bins=2)
    assert [(one.low, one.high, one.photos) for one in bins] == [(0, 0.5, 2), (0.5, 1, 2)]
    assert (bins[0].confidence, bins[0].accuracy) == (0.25, 0.5)
    assert (bins[1].confidence, bins[1].accuracy) == (pytest.approx(0.775), 0.5)
    assert calibration_error(bins) == pytest.approx((2 * 0.25 + 2 * 0.275) / 4)


@pytest.mark.parametrize("seed", range(4))
def test_bins_equal_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    confidence = random.random(400).round(3)
    right = random.random(400) < confidence**2
    accuracy, mean = sklearn.calibration.calibration_curve(right, confidence, n_bins=15)
    filled = [one for one in reliability(confidence, right) if one.photos]
    np.testing.assert_allclose([one.accuracy for one in filled], accuracy)
    np.testing.assert_allclose([one.confidence for one in filled], mean)
    assert sum(one.photos for one in filled) == 400


def test_calibrated_answers_have_next_to_no_error() -> None:
    random = np.random.default_rng(5)
    confidence = random.random(100_000)
    right = random.random(100_000) < confidence
    assert calibration_error(reliability(confidence, right)) < 0.01
    assert calibration_error(reliability(confidence, ~right)) > 0.3


def test_no_answers_have_no_error() -> None:
    assert calibration_error(reliability([], [])) == 0.0
    assert log_loss([]) == 0.0


@pytest.mark.parametrize(
    ("confidence", "right"), [([0.5], [True, False]), ([1.2], [True]), ([-0.1], [True])]
)
def test_nonsense_is_refused(confidence: list[float], right: list[bool]) -> None:
    with pytest.raises(ValueError, match="onfidence"):
        reliability(confidence, right)


def test_log_loss_equals_scikit_learn() -> None:
    random = np.random.default_rng(1)
    shares = np.exp(log_probabilities(random, 300))
    labels = random.integers(0, 5, 300)
    expected = sklearn.metrics.log_loss(labels, shares, labels=range(5))
    assert log_loss(shares[np.arange(300), labels]) == pytest.approx(expected)


def test_log_loss_is_never_infinite() -> None:
    assert 80 < log_loss([0.0]) < 100


# --- when to be sure ---


def test_ninety_five_percent_take_eighteen_right_ones() -> None:
    assert sure_level([0.9] * 17, [True] * 17, 0.95) is None
    level = sure_level([0.9] * 18, [True] * 18, 0.95)
    assert level is not None
    assert (level.confidence, level.answered, level.right) == (0.9, 18, 18)


def test_the_level_answers_as_many_as_it_can() -> None:
    """By hand: (39 + 1) / (42 + 2) is above 0.9 with three wrong ones, 40 / 45 with four is not."""
    confidence = np.linspace(0.99, 0.5, 50)
    right = np.ones(50, bool)
    right[[20, 35, 41, 42, 43, 44, 45, 46, 47]] = False
    level = sure_level(confidence, right, 0.9)
    assert level is not None
    assert (level.answered, level.right) == (42, 39)
    assert level.confidence == confidence[41]


def test_answers_of_equal_confidence_are_treated_alike() -> None:
    """Eighteen right ones would do, but six wrong ones are as confident."""
    assert sure_level([0.9] * 24, [True] * 18 + [False] * 6, 0.95) is None
    level = sure_level([0.95] * 30 + [0.9] * 2, [True] * 30 + [True, False], 0.95)
    assert level is not None
    assert level.answered == 30


def test_nobody_is_sure_without_photos() -> None:
    assert sure_level([], [], 0.5) is None


@pytest.mark.parametrize("wanted", [0.8, 0.9, 0.95])
def test_the_promise_is_kept_on_other_photos(wanted: float) -> None:
    """200 worlds: levels fitted on 300 photos, tried on 2,000 others."""
    random = np.random.default_rng(11)
    kept = []
    for _ in range(200):
        confidence = 1 - random.random(2300) ** 2 * 0.7
        right = random.random(2300) < confidence
        level = sure_level(confidence[:300], right[:300], wanted)
        if level is not None:
            sure = confidence[300:] >= level.confidence
            kept.append(right[300:][sure].mean())
    assert len(kept) > 150
    assert np.mean(kept) >= wanted - 0.01
