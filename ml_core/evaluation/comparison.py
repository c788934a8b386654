"""Two models side by side, on the photos that both were tested on."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml_core.evaluation.scores import Answer, Evaluation


@dataclass(frozen=True, slots=True)
class Pair:
    """What two models answered for the same photo, and the category it truly has."""

    first: Answer
    second: Answer
    true: str
    first_given: str
    second_given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassChange:
    """Recall of one category by both models, 0..1, on ``photos`` common photos."""

    name: str
    photos: int
    first_recall: float
    second_recall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two models differ.

    Attributes:
        photos: Photos that both were tested on, under the same category.
        first_accuracy, second_accuracy: On these, 0..1.
        fixed: The second is right where the first was wrong; what the first was surest of first.
        broken: The second is wrong where the first was right; what the second is surest of first.
        classes: By category, the largest change first.
        probability: That as uneven a division into fixed and broken comes by chance; 1 where
            there are none. McNemar's exact test (McNemar, Psychometrika 12, 1947), two-sided.
    """

    photos: int
    first_accuracy: float
    second_accuracy: float
    fixed: tuple[Pair, ...]
    broken: tuple[Pair, ...]
    classes: tuple[ClassChange, ...]
    probability: float


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Compare two evaluations photo by photo.

    Photos are the same if they lie in the same place and have the same category by name; the
    models may know further categories, in any order.
    """
    pairs = _pairs(first, second)
    names = tuple(sorted({pair.true for pair in pairs}))
    fixed = [pair for pair in pairs if pair.second.is_right and not pair.first.is_right]
    broken = [pair for pair in pairs if pair.first.is_right and not pair.second.is_right]
    return Comparison(
        photos=len(pairs),
        first_accuracy=_share(pair.first.is_right for pair in pairs),
        second_accuracy=_share(pair.second.is_right for pair in pairs),
        fixed=tuple(sorted(fixed, key=lambda pair: -pair.first.confidence)),
        broken=tuple(sorted(broken, key=lambda pair: -pair.second.confidence)),
        classes=_classes(pairs, names),
        probability=exact_mcnemar(len(fixed), len(broken)),
    )


def exact_mcnemar(fixed: int, broken: int) -> float:
    """Probability of a division at least as uneven, were both as likely; 0..1."""
    total = fixed + broken
    if not total:
        return 1.0
    logarithms = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
    fewer = np.arange(min(fixed, broken) + 1)
    ways = logarithms[total] - logarithms[fewer] - logarithms[total - fewer]
    return float(min(1.0, 2 * np.exp(ways - total * np.log(2)).sum()))


def _pairs(first: Evaluation, second: Evaluation) -> list[Pair]:
    others = {(answer.path, answer.index): answer for answer in second.answers}
    return [
        Pair(
            answer,
            other,
            first.class_names[answer.true_index],
            first.class_names[answer.predicted_index],
            second.class_names[other.predicted_index],
        )
        for answer in first.answers
        if (other := others.get((answer.path, answer.index))) is not None
        and first.class_names[answer.true_index] == second.class_names[other.true_index]
    ]


def _classes(pairs: list[Pair], names: tuple[str, ...]) -> tuple[ClassChange, ...]:
    changes = []
    for name in names:
        own = [pair for pair in pairs if pair.true == name]
        changes.append(
            ClassChange(
                name=name,
                photos=len(own),
                first_recall=_share(pair.first.is_right for pair in own),
                second_recall=_share(pair.second.is_right for pair in own),
            )
        )
    return tuple(
        sorted(changes, key=lambda one: (-abs(one.second_recall - one.first_recall), one.name))
    )


def _share(outcomes: Iterable[bool]) -> float:
    values = list(outcomes)
    return sum(values) / len(values) if values else 0.0
