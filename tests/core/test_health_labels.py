"""Doubts about labels and outliers, on made-up vectors and at the thresholds."""

from dataclasses import replace

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.health import evidence as evidence_module
from ml_core.dataset.health import neighbours as neighbours_module
from ml_core.dataset.health.evidence import Evidence, weigh
from ml_core.dataset.health.finding import Kind
from ml_core.dataset.health.neighbours import NEIGHBOURS, find_neighbours
from ml_core.embedding.embedder import Vectors
from ml_core.errors import Cancelled
from tests.core.health_material import findings, material, numbers

NAMES = ("lamp", "mug", "shirt")


def clusters(per_class: int = 40, size: int = 16, seed: int = 0) -> tuple[Vectors, np.ndarray]:
    """Three categories, well apart."""
    dice = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), per_class)
    vectors = dice.normal(0, 0.4, (len(labels), size)) + 3 * np.eye(3, size)[labels] + 1
    return vectors.astype(np.float32), labels


def contents_of(count: int) -> list[bytes]:
    return [f"content {number}".encode() for number in range(count)]


def judged(
    vectors: Vectors, labels: np.ndarray, groups: np.ndarray | None = None
) -> Evidence | None:
    groups = np.arange(len(labels)) if groups is None else groups
    return weigh(vectors, labels, groups, contents_of(len(labels)))


class TestOnClusters:
    def test_right_labels_are_believed(self) -> None:
        vectors, labels = clusters()
        found = judged(vectors, labels)
        assert found is not None
        assert (found.own > found.other).all()
        assert (found.agreeing == NEIGHBOURS).all()
        of = material([NAMES[label] for label in labels], evidence=found)
        assert findings(Kind.WRONG_LABEL, of) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_wrong_ones_are_found_with_the_right_category(self, seed: int) -> None:
        vectors, labels = clusters(per_class=100, seed=seed)
        wrong = {3: 1, 150: 2, 250: 0, 277: 1}
        planted = labels.copy()
        planted[list(wrong)] = list(wrong.values())
        of = material([NAMES[label] for label in planted], evidence=judged(vectors, planted))
        found = findings(Kind.WRONG_LABEL, of)
        assert sorted(number for (number,) in numbers(found)) == sorted(wrong)
        for finding in found:
            number = int(finding.photos[0].path.stem)
            assert finding.suggested_class == NAMES[labels[number]]
            assert finding.classes == (NAMES[planted[number]],)
            assert f'move it to "{NAMES[labels[number]]}"' in finding.mend

    def test_a_copy_does_not_vouch_for_its_own_label(self) -> None:
        """Ten copies under one wrong label agree with each other, and with nobody else."""
        vectors, labels = clusters()
        groups = np.arange(len(labels))
        groups[:10] = 0
        vectors[:10] = vectors[0]
        labels[:10] = 2
        found = judged(vectors, labels, groups)
        assert found is not None
        assert (found.agreeing[:10] == 0).all()
        of = material([NAMES[label] for label in labels], evidence=found, groups=groups.tolist())
        assert [number for (number,) in numbers(findings(Kind.WRONG_LABEL, of))] == list(range(10))

    def test_the_order_of_the_photos_does_not_matter(self) -> None:
        vectors, labels = clusters()
        order = np.random.default_rng(1).permutation(len(labels))
        contents = contents_of(len(labels))
        first = weigh(vectors, labels, np.arange(len(labels)), contents)
        second = weigh(
            vectors[order], labels[order], np.arange(len(labels)), [contents[n] for n in order]
        )
        assert first is not None
        assert second is not None
        np.testing.assert_allclose(second.own, first.own[order], rtol=1e-3, atol=1e-6)
        np.testing.assert_array_equal(second.agreeing, first.agreeing[order])

    def test_an_outlier_is_far_from_all(self) -> None:
        vectors, labels = clusters()
        vectors[77] = -vectors[77]
        of = material([NAMES[label] for label in labels], evidence=judged(vectors, labels))
        found = findings(Kind.OUTLIER, of)
        assert numbers(found)[0] == [77]
        assert found[0].score == max(finding.score for finding in found)
        assert '"77.jpg" is unlike all other photos.' in found[0].message

    @pytest.mark.parametrize(("per_class", "is_none"), [((4, 4, 40), True), ((5, 5, 0), False)])
    def test_two_categories_of_five_different_photos_are_needed(
        self, per_class: tuple[int, ...], *, is_none: bool
    ) -> None:
        labels = np.repeat(np.arange(3), per_class)
        vectors = np.random.default_rng(0).normal(0, 1, (len(labels), 8)).astype(np.float32)
        assert (judged(vectors, labels) is None) is is_none

    def test_copies_do_not_make_a_category_large(self) -> None:
        vectors, labels = clusters(per_class=6)
        groups = np.arange(18)
        groups[:6], groups[6:12] = 0, 6
        assert judged(vectors, labels, groups) is None

    def test_a_category_too_small_to_take_part_is_not_accused(self) -> None:
        vectors, labels = clusters()
        keep = np.concatenate([np.arange(80), [100, 101]])
        found = judged(vectors[keep], labels[keep])
        assert found is not None
        assert found.own[-2:].tolist() == [1.0, 1.0]

    def test_cancelled(self) -> None:
        vectors, labels = clusters()
        control = Control()
        control.cancel()
        with pytest.raises(Cancelled):
            weigh(vectors, labels, np.arange(120), contents_of(120), control=control)


def made_up(count: int = 12, **of_the_first: float) -> Evidence:
    """All photos believed but the first, which stands at the thresholds."""
    found = Evidence(
        own=np.full(count, 0.9),
        other=np.full(count, 0.1),
        suggested=np.ones(count, np.intp),
        neighbours=np.tile(np.arange(1, 11), (count, 1)),
        agreeing=np.full(count, 9, np.intp),
        distance=np.full(count, 0.3),
    )
    for field, value in ({"own": 0.04, "other": 0.5, "agreeing": 1} | of_the_first).items():
        getattr(found, field)[0] = value
    return found


def neighbours_with(suggested: int) -> list[str]:
    """Twelve photos; so many of the first one's ten neighbours are mugs, the others lamps."""
    return ["lamp"] + ["mug"] * suggested + ["lamp"] * (11 - suggested)


class TestThresholds:
    @pytest.mark.parametrize(
        ("change", "suggested", "is_doubted"),
        [
            ({}, 4, True),
            ({"own": 0.051}, 4, False),
            ({"own": 0.049}, 4, True),
            ({"other": 0.41}, 4, True),
            ({"other": 0.39, "own": 0.001}, 4, False),
            ({"agreeing": 2}, 4, False),
            ({}, 2, True),
            ({}, 1, False),
        ],
    )
    def test_all_must_agree(
        self, change: dict[str, float], suggested: int, *, is_doubted: bool
    ) -> None:
        of = material(neighbours_with(suggested), evidence=made_up(**change))
        found = findings(Kind.WRONG_LABEL, of)
        assert numbers(found) == ([[0]] if is_doubted else [])

    @pytest.mark.parametrize(
        ("agreeing", "said"),
        [(0, '4 are in "mug" and none in "lamp".'), (1, '4 are in "mug" and 1 in "lamp".')],
    )
    def test_the_sentence(self, agreeing: int, said: str) -> None:
        of = material(neighbours_with(4), evidence=made_up(agreeing=agreeing))
        what = findings(Kind.WRONG_LABEL, of)[0].what
        assert what.startswith('"0.jpg" is in "lamp" but looks like "mug": of the 10 photos most')
        assert what.endswith(said)

    def test_neighbours_count_more_than_absurd_probabilities(self) -> None:
        clear = material(neighbours_with(10), evidence=made_up(own=0.01))
        odd = material(neighbours_with(2), evidence=made_up(own=1e-11))
        assert findings(Kind.WRONG_LABEL, clear)[0].score > findings(Kind.WRONG_LABEL, odd)[0].score

    def test_nothing_is_known_without_evidence(self) -> None:
        assert findings(Kind.WRONG_LABEL, material(["mug"] * 60)) == []
        assert findings(Kind.OUTLIER, material(["mug"] * 60)) == []

    @pytest.mark.parametrize(("far", "expected"), [(0.44, []), (0.46, [[0]])])
    def test_outliers_are_beyond_the_fence(self, far: float, expected: list) -> None:
        """Quartiles 0.3 and 0.36: the fence is at 0.45."""
        found = made_up(61)
        found.distance[:] = np.linspace(0.27, 0.39, 61)
        found.distance[0] = far
        lower, upper = np.percentile(found.distance, [25, 75])
        assert upper + 1.5 * (upper - lower) == pytest.approx(0.45, abs=0.006)
        assert numbers(findings(Kind.OUTLIER, material(["mug"] * 61, evidence=found))) == expected

    def test_few_photos_have_no_outliers(self) -> None:
        found = made_up(49)
        found.distance[0] = 2
        assert findings(Kind.OUTLIER, material(["mug"] * 49, evidence=found)) == []


class TestNeighbours:
    def test_nearest_first_and_never_a_copy_or_oneself(self) -> None:
        vectors, _ = clusters(per_class=10)
        groups = np.arange(30)
        groups[3] = 0
        found = find_neighbours(vectors, groups, contents_of(30))
        assert not (found.places == np.arange(30)[:, None]).any()
        assert 3 not in found.places[0]
        assert 0 not in found.places[3]
        assert (np.diff(found.likeness, axis=1) <= 0).all()
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        likeness = unit[5] @ unit.T
        likeness[5] = -2
        assert found.places[5, 0] == likeness.argmax()

    def test_of_some_photos_is_as_if_there_were_only_these(self) -> None:
        vectors, _ = clusters(per_class=30)
        some = [place for place in range(90) if place % 7]
        whole = find_neighbours(vectors, np.arange(90), contents_of(90)).among(some)
        alone = find_neighbours(vectors[some], np.arange(len(some)), contents_of(len(some)))
        np.testing.assert_array_equal(whole.places[:, :NEIGHBOURS], alone.places[:, :NEIGHBOURS])
        np.testing.assert_allclose(whole.distance(), alone.distance(), atol=1e-6)

    def test_where_nearly_all_neighbours_are_left_out_the_rest_counts(self) -> None:
        vectors, _ = clusters(per_class=30)
        found = find_neighbours(vectors, np.arange(90), contents_of(90))
        alone = found.among([0, int(found.places[0, 4])])
        assert alone.places[0].tolist()[:2] == [1, -1]
        assert alone.distance()[0] == pytest.approx(1 - found.likeness[0, 4], abs=1e-6)

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_hardly_any_photos(self, count: int) -> None:
        vectors = np.ones((count, 4), np.float32)
        found = find_neighbours(vectors, np.arange(count), contents_of(count))
        assert found.distance().tolist() == pytest.approx([0.0] * count, abs=1e-6)

    def test_of_very_many_only_some_are_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(neighbours_module, "MOST_REFERENCES", 25)
        vectors, _ = clusters(per_class=30)
        found = find_neighbours(vectors, np.arange(90), contents_of(90))
        assert len(np.unique(found.places)) == 25


def test_given_neighbours_are_believed() -> None:
    vectors, labels = clusters()
    groups, contents = np.arange(120), contents_of(120)
    near = find_neighbours(vectors, groups, contents)
    first = weigh(vectors, labels, groups, contents)
    second = weigh(vectors, labels, groups, contents, neighbours=near)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.neighbours, second.neighbours)
    reversed_ = replace(near, places=near.places[:, ::-1])
    third = weigh(vectors, labels, groups, contents, neighbours=reversed_)
    assert third is not None
    assert (third.neighbours != first.neighbours).any()


def test_photos_of_a_group_are_judged_in_one_fold() -> None:
    labels, groups = np.repeat([0, 1], 20), np.repeat(np.arange(0, 40, 2), 2)
    folds = evidence_module._folds(labels, groups, contents_of(40), 0)
    assert (folds[::2] == folds[1::2]).all()
    for label in (0, 1):
        assert np.bincount(folds[labels == label]).tolist() == [4] * 5
