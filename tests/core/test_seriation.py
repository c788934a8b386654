"""Categories that are confused stand together, whatever their order was."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml_core.evaluation.seriation import similar_order


def chain(classes: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Each category is confused with its neighbours in a hidden order; gives that order, too."""
    confusion = 40 * np.eye(classes, dtype=np.int64)
    for place in range(classes - 1):
        confusion[place, place + 1] = confusion[place + 1, place] = 9
    hidden = np.random.default_rng(seed).permutation(classes)
    return confusion[np.ix_(hidden, hidden)], np.argsort(hidden)


@pytest.mark.parametrize("classes", [3, 7, 50])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_hidden_chain_is_found(classes: int, seed: int) -> None:
    confusion, hidden = chain(classes, seed=seed)
    order = similar_order(confusion)
    assert order.tolist() in (hidden.tolist(), hidden[::-1].tolist())


def test_two_groups_come_apart() -> None:
    confusion = np.array([[9, 0, 5, 0], [0, 9, 0, 5], [5, 0, 9, 0], [0, 5, 0, 9]])
    order = similar_order(confusion).tolist()
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset((0, 2)), frozenset((1, 3))}


@pytest.mark.parametrize("classes", [1, 2, 6])
def test_without_mistakes_the_order_stays(classes: int) -> None:
    confusion = 5 * np.eye(classes, dtype=np.int64)
    assert similar_order(confusion).tolist() == list(range(classes))


def test_categories_without_photos_are_kept() -> None:
    confusion = np.zeros((5, 5), np.int64)
    confusion[0, 3] = 4
    assert sorted(similar_order(confusion).tolist()) == list(range(5))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_the_same_each_time(seed: int) -> None:
    confusion = np.random.default_rng(seed).integers(0, 9, (12, 12))
    assert similar_order(confusion).tolist() == similar_order(confusion.copy()).tolist()
