"""Distances against scikit-learn; which references are kept; what the threshold promises."""

import time

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ml_core.evaluation.novelty import (
    FEWEST_PHOTOS,
    References,
    chosen_references,
    unit,
    unlike_from,
)

RANDOM = np.random.default_rng(2)
KNOWN = RANDOM.gamma(1.0, size=(400, 32)).astype(np.float32)
ASKED = RANDOM.gamma(1.0, size=(300, 32)).astype(np.float32)


@pytest.mark.parametrize("neighbours", [1, 5, 400])
def test_distances_equal_scikit_learn(neighbours: int) -> None:
    model = NearestNeighbors(n_neighbors=neighbours, metric="cosine").fit(KNOWN)
    expected = model.kneighbors(ASKED)[0][:, -1]
    given = References(KNOWN).distance(ASKED, neighbours=neighbours)
    np.testing.assert_allclose(given, expected, atol=2e-6)
    for one in (0, 7):
        alone = References(KNOWN).distance(ASKED[one : one + 1], neighbours=neighbours)
        np.testing.assert_allclose(alone, expected[one : one + 1], atol=2e-6)


def test_length_does_not_matter_and_half_the_bits_are_enough() -> None:
    distances = References(KNOWN).distance(ASKED)
    np.testing.assert_allclose(References(KNOWN * 1000).distance(ASKED / 7), distances, atol=2e-6)
    compact = References(KNOWN).compact()
    assert compact.dtype == np.float16
    np.testing.assert_allclose(References(compact).distance(ASKED), distances, atol=1e-3)


def test_with_fewer_references_than_neighbours_the_farthest_counts() -> None:
    few = References(np.array([[1, 0], [0, 1]], np.float32))
    assert few.distance(np.array([[1, 0]], np.float32)) == pytest.approx([1.0])


def test_a_vector_of_zeros_is_survived() -> None:
    np.testing.assert_array_equal(unit(np.zeros((1, 4), np.float32)), np.zeros((1, 4)))
    assert np.isfinite(References(KNOWN).distance(np.zeros((1, 32), np.float32))).all()


def test_asking_takes_no_time() -> None:
    references = References(RANDOM.random((1000, 1280), np.float32))
    asked = RANDOM.random((1, 1280), np.float32)
    took = []
    for _ in range(50):
        started = time.perf_counter()
        references.distance(asked)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.003


@pytest.mark.parametrize(
    ("counts", "most", "kept"),
    [
        ((5, 5, 5), 20, (5, 5, 5)),
        ((100, 100, 100), 30, (10, 10, 10)),
        ((100, 4, 100), 30, (13, 4, 13)),
        ((1, 1, 500), 12, (1, 1, 10)),
        ((9, 9), 1, (0, 1)),
    ],
)
def test_references_are_even_over_classes(
    counts: tuple[int, ...], most: int, kept: tuple[int, ...]
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    chosen = chosen_references(labels.tolist(), most)
    assert chosen == sorted(set(chosen))
    assert tuple(np.bincount(labels[chosen], minlength=len(counts))) == kept


def test_references_are_spread_over_a_class() -> None:
    assert chosen_references([0] * 12, 4) == [0, 3, 6, 9]


@pytest.mark.parametrize("photos", [FEWEST_PHOTOS, 60, 300])
def test_known_photos_are_known(photos: int) -> None:
    """The mean over many worlds is what is promised, for whatever shape of distances."""
    random = np.random.default_rng(photos)
    within = []
    for _ in range(2000):
        distances = random.exponential(size=photos + 20)
        limit = unlike_from(distances[:photos], known=0.95)
        assert limit is not None
        within.append((distances[photos:] <= limit).mean())
    assert 0.945 < np.mean(within) < 0.97


def test_few_photos_say_nothing() -> None:
    assert unlike_from(np.arange(FEWEST_PHOTOS - 1.0)) is None
    assert unlike_from(np.arange(float(FEWEST_PHOTOS))) == FEWEST_PHOTOS - 1
