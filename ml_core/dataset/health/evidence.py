"""What the other photos say of a photo's label: by vectors, always by photos that are no copies.

Each photo is judged by a classifier that has not seen it (nor its copies), as in confident learning
(Northcutt, Jiang, Chuang: "Confident learning: estimating uncertainty in dataset labels", JAIR
2021), and by the photos most like it. The classifier is linear discriminant analysis with a shrunk
covariance: closed form, a second for thousands of photos, and not misled by a few wrong labels.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.health.copies import Groups
from ml_core.dataset.health.neighbours import NEIGHBOURS, Neighbours, find_neighbours
from ml_core.embedding.embedder import Vectors

FOLDS: Final = 5
ROUNDS: Final = 2
LEAST_GROUPS: Final = FOLDS
"""Different photos that a category needs to take part: one for each fold."""

_SHRINKAGE: Final = 0.5
"""Best of 0.1 to 0.7 for finding planted wrong labels; insensitive between 0.3 and 0.7."""
_TEMPERATURES: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
_UNLIKELY: Final = -1e30

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """For each photo, all of shape (photos,) unless said otherwise.

    Attributes:
        own: Probability of its own label, 0..1; 1 where its category takes no part.
        other: Probability of the likeliest other category, 0..1.
        suggested: Index of that category.
        neighbours: Places of the photos most like it, shape (photos, NEIGHBOURS or fewer); -1 where
            there are not so many.
        agreeing: How many of them have its label.
        distance: Mean cosine distance of the nearest five, 0..2.
    """

    own: Numbers
    other: Numbers
    suggested: NDArray[np.intp]
    neighbours: NDArray[np.intp]
    agreeing: NDArray[np.intp]
    distance: Numbers


def weigh(
    vectors: Vectors,
    labels: NDArray[np.intp],
    groups: Groups,
    contents: Sequence[bytes],
    *,
    neighbours: Neighbours | None = None,
    control: Control | None = None,
) -> Evidence | None:
    """Judge every label by the other photos; None if fewer than two categories can take part.

    Args:
        vectors: float32, shape (photos, embedding_size).
        labels: Class indices, shape (photos,).
        groups: Photos with the same number are copies.
        contents: Content hashes; they decide the folds, so that verdicts do not change by chance.
        neighbours: Of ``find_neighbours`` for these photos, if that is known already.
        control: Asked now and then.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    control = control or Control()
    taking_part = _classes_taking_part(labels, groups)
    if len(taking_part) < 2:
        return None
    probabilities = _out_of_fold(vectors, labels, groups, contents, taking_part, control)
    places = np.arange(len(labels))
    has_part = np.isin(labels, taking_part)
    own = np.where(has_part, probabilities[places, labels], 1.0)
    others = probabilities.copy()
    others[places, labels] = -1.0
    suggested = others.argmax(axis=1)
    if neighbours is None:
        neighbours = find_neighbours(vectors, groups, contents, control=control)
    asked = neighbours.places[:, :NEIGHBOURS]
    same = (labels[asked] == labels[:, np.newaxis]) & (asked >= 0)
    return Evidence(
        own,
        others[places, suggested],
        suggested,
        asked,
        same.sum(axis=1),
        neighbours.distance(),
    )


def _classes_taking_part(labels: NDArray[np.intp], groups: Groups) -> NDArray[np.intp]:
    different: dict[int, set[int]] = defaultdict(set)
    for label, group in zip(labels.tolist(), groups.tolist(), strict=True):
        different[label].add(group)
    return np.array(
        sorted(label for label, found in different.items() if len(found) >= LEAST_GROUPS), np.intp
    )


def _out_of_fold(
    vectors: Vectors,
    labels: NDArray[np.intp],
    groups: Groups,
    contents: Sequence[bytes],
    classes: NDArray[np.intp],
    control: Control,
) -> Numbers:
    """Probabilities from classifiers that have not seen the photo, shape (photos, all classes)."""
    logits = np.zeros((len(labels), len(classes)))
    takes_part = np.isin(labels, classes)
    for number in range(ROUNDS):
        folds = _folds(labels, groups, contents, number)
        statistics = _Statistics(vectors, labels, classes, np.where(takes_part, folds, -1))
        for fold in range(FOLDS):
            control.checkpoint()
            kernel, bias = statistics.discriminant_without(fold)
            judged = folds == fold
            logits[judged] += vectors[judged] @ kernel + bias
    position = np.searchsorted(classes, labels[takes_part])
    temperature = _calibrated(logits[takes_part], position)
    probabilities = np.zeros((len(labels), int(max(labels.max(), classes.max())) + 1))
    probabilities[:, classes] = _softmax(logits / temperature)
    return probabilities


def _folds(
    labels: NDArray[np.intp], groups: Groups, contents: Sequence[bytes], number: int
) -> NDArray[np.intp]:
    """Deal groups out evenly by class, in an order that their contents decide."""
    key = bytes([number])
    ranks = {
        group: hashlib.blake2b(contents[group], key=key, digest_size=8).digest()
        for group in set(groups.tolist())
    }
    by_class: dict[int, list[int]] = defaultdict(list)
    for group in ranks:
        by_class[int(labels[group])].append(group)
    fold_of = {
        group: place % FOLDS
        for found in by_class.values()
        for place, group in enumerate(sorted(found, key=lambda group: ranks[group]))
    }
    return np.array([fold_of[group] for group in groups.tolist()], np.intp)


class _Statistics:
    """Sums of each fold, from which the classifier of all other folds follows at once."""

    def __init__(
        self,
        vectors: Vectors,
        labels: NDArray[np.intp],
        classes: NDArray[np.intp],
        folds: NDArray[np.intp],
    ) -> None:
        self._centre = vectors.mean(axis=0)
        size = vectors.shape[1]
        self._counts = np.zeros((FOLDS, len(classes)), np.float32)
        self._sums = np.zeros((FOLDS, len(classes), size), np.float32)
        self._products = np.zeros((FOLDS, size, size), np.float32)
        for fold in range(FOLDS):
            chosen = folds == fold
            centred = vectors[chosen] - self._centre
            one_hot = (labels[chosen, np.newaxis] == classes).astype(np.float32)
            self._counts[fold] = one_hot.sum(axis=0)
            self._sums[fold] = one_hot.T @ centred
            self._products[fold] = centred.T @ centred
        self._all_products = self._products.sum(axis=0)

    def discriminant_without(self, fold: int) -> tuple[Vectors, Vectors]:
        """Kernel (embedding_size, classes) and bias (classes,) from all folds but one."""
        rest = np.arange(FOLDS) != fold
        counts = np.maximum(self._counts[rest].sum(axis=0), np.float32(1e-9))
        means = self._sums[rest].sum(axis=0) / counts[:, np.newaxis]
        within = self._all_products - self._products[fold]
        within -= (means.T * counts) @ means
        within *= (1 - _SHRINKAGE) / counts.sum()
        spread = max(float(np.trace(within)) / len(within) / (1 - _SHRINKAGE), 1e-12)
        within[np.diag_indices_from(within)] += np.float32(_SHRINKAGE * spread)
        kernel = np.linalg.solve(within, means.T)
        bias = -0.5 * np.einsum("cd,dc->c", means, kernel) - self._centre @ kernel
        bias[self._counts[rest].sum(axis=0) == 0] = _UNLIKELY
        return kernel, bias


def _calibrated(logits: Numbers, labels: NDArray[np.intp]) -> float:
    """The temperature at which the labels are likeliest (Guo and others, ICML 2017)."""
    places = np.arange(len(labels))

    def loss(temperature: float) -> float:
        own = _softmax(logits / temperature)[places, labels]
        return -float(np.log(own + 1e-12).mean())

    return min(_TEMPERATURES, key=loss)


def _softmax(logits: Numbers) -> Numbers:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
