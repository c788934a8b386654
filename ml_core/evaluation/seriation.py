"""An order of the categories in which those that are taken for each other stand together."""

import numpy as np
from numpy.typing import NDArray

_LOOSELY = 1e-3
"""Ties all categories together, so that the order is one even where nothing is confused."""


def similar_order(confusion: NDArray[np.int64]) -> NDArray[np.intp]:
    """Order the categories by how often they are confused.

    Spectral seriation: the categories are sorted by the Fiedler vector of the graph whose edges
    are the shares of photos taken for each other (Atkins, Boman and Hendrickson, SIAM Journal on
    Computing 28, 1998).

    Args:
        confusion: Counts, shape (classes, classes); row = true, column = predicted.

    Returns:
        Places of the categories, shape (classes,).
    """
    classes = len(confusion)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    alike = shares + shares.T + _LOOSELY
    np.fill_diagonal(alike, 0)
    laplacian = np.diag(alike.sum(axis=1)) - alike
    if classes < 3 or np.allclose(alike, alike.max() * (1 - np.eye(classes))):
        return np.arange(classes)
    fiedler = np.linalg.eigh(laplacian)[1][:, 1]
    order = np.argsort(fiedler, kind="stable")
    return order if order[0] <= order[-1] else order[::-1]
