"""What the check finds of faults put into real photos, and what an honest split makes of them."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.dataset.decisions import Decisions
from ml_core.dataset.health.finding import Kind
from ml_core.dataset.health.health import Examined, Health, assess, check_dataset, examine
from ml_core.dataset.health.inspection import Inspection
from ml_core.dataset.photos import SkipKind
from ml_core.dataset.scan import scan_folder
from ml_core.dataset.split import Split
from tests.core.planted_faults import Planted, plant

pytestmark = [pytest.mark.shared, pytest.mark.timeout(900)]

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
EVERY = 3
"""So many photos are one: on all of them the numbers are better, and it takes a minute more."""


@pytest.fixture(scope="module")
def planted(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder = tmp_path_factory.mktemp("planted") / "clothing"
    return plant(shared_folder / "data" / "clothing", folder, every=EVERY)


@pytest.fixture(scope="module")
def home(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the pretrained network is got ready, once for all tests here."""
    folder = tmp_path_factory.mktemp("planted-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRODUCT_CLASSIFIER_HOME", str(folder))
        patch.setenv("KERAS_HOME", str(shared_folder / "keras_home"))
        yield folder


@pytest.fixture(scope="module")
def examined(planted: Planted, home: Path) -> Examined:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRODUCT_CLASSIFIER_HOME", str(home))
        return examine(scan_folder(planted.folder))


@pytest.fixture(scope="module")
def health(examined: Examined) -> Health:
    return assess(examined, Decisions(examined.scanned.root))


def found(health: Health, *kinds: Kind) -> set[Path]:
    findings = (finding for finding in health.findings if finding.kind in kinds)
    return {path for finding in findings for path in (
        *(photo.path for photo in finding.photos), *finding.paths)}  # fmt: skip


def together(health: Health, kind: Kind) -> list[set[Path]]:
    findings = (finding for finding in health.findings if finding.kind is kind)
    return [{photo.path for photo in finding.photos} for finding in findings]


def share(hits: Iterable[bool]) -> float:
    hits = list(hits)
    return sum(hits) / len(hits)


def test_everything_was_looked_for(health: Health) -> None:
    assert health.omitted == ()
    assert health.problem == ""


def test_every_corrupt_file_is_found_and_nothing_else_is_called_so(
    health: Health, planted: Planted
) -> None:
    assert found(health, Kind.UNREADABLE) == planted.corrupt
    unreadable = {file.path for file in health.left_out if file.kind is SkipKind.UNREADABLE}
    assert unreadable == planted.corrupt


def test_every_exact_copy_is_found(health: Health, planted: Planted) -> None:
    groups = together(health, Kind.EXACT_COPIES)
    assert sorted(map(sorted, groups)) == sorted(map(sorted, planted.exact))


def test_nine_of_ten_near_copies_are_found(health: Health, planted: Planted) -> None:
    groups = together(health, Kind.NEAR_COPIES)
    assert share(any({*pair} <= group for group in groups) for pair in planted.near) >= 0.9


def test_few_others_are_called_near_copies(health: Health, planted: Planted) -> None:
    planted_photos = {path for pair in planted.near for path in pair}
    others = [group for group in together(health, Kind.NEAR_COPIES) if not group & planted_photos]
    assert len(others) <= 4


def test_copies_across_parts_are_named(health: Health, planted: Planted) -> None:
    leaks = together(health, Kind.ACROSS_PARTS)
    pairs = [
        pair for pair in planted.exact if pair[0].parents[1].name != pair[1].parents[1].name
    ] + planted.near
    assert share(any({*pair} <= group for group in leaks) for pair in pairs) >= 0.9


def test_four_of_five_swapped_labels_are_found_and_half_of_the_suspects_are_some(
    health: Health, planted: Planted
) -> None:
    suspects = [finding for finding in health.findings if finding.kind is Kind.WRONG_LABEL]
    paths = {finding.photos[0].path for finding in suspects}
    assert share(path in paths for path in planted.swapped) >= 0.8
    assert share(path in planted.swapped for path in paths) >= 0.5


def test_the_true_category_is_suggested_and_the_clearest_come_first(
    health: Health, planted: Planted
) -> None:
    suspects = [finding for finding in health.findings if finding.kind is Kind.WRONG_LABEL]
    hits = [finding for finding in suspects if finding.photos[0].path in planted.swapped]
    right = [f.suggested_class == planted.swapped[f.photos[0].path] for f in hits]
    assert share(right) >= 0.8
    assert share(f.photos[0].path in planted.swapped for f in suspects[:15]) >= 0.8


@pytest.mark.parametrize("kind", [Kind.VERY_DARK, Kind.BLURRED])
def test_four_of_five_dark_and_blurred_photos_are_found_and_few_others(
    health: Health, planted: Planted, kind: Kind
) -> None:
    spoiled = planted.dark if kind is Kind.VERY_DARK else planted.blurred
    names = found(health, kind)
    assert share(path in names for path in spoiled) >= 0.8
    assert len(names - planted.dark - planted.blurred) <= 2


def sides(split: Split, pair: tuple[Path, Path]) -> set[str]:
    parts = ("train", "validation", "test")
    return {part for part in parts for photo in getattr(split, part) if photo.path in pair}


def test_leaks_that_were_put_into_the_folders_are_there_until_they_are_mended(
    health: Health, examined: Examined, planted: Planted
) -> None:
    assert health.split is not None
    before = sum(len(sides(health.split, pair)) > 1 for pair in planted.near)
    mended = assess(examined, Decisions(examined.scanned.root).mend_leaks())
    assert mended.split is not None
    assert before == len(planted.near)
    assert sum(len(sides(mended.split, pair)) > 1 for pair in planted.exact) == 0
    assert sum(len(sides(mended.split, pair)) > 1 for pair in planted.near) <= missed(
        health, planted
    )
    assert not together(mended, Kind.ACROSS_PARTS)
    leaked = {file.path for file in mended.left_out if file.kind is SkipKind.LEAK}
    assert len(leaked) >= 0.9 * len(planted.near)
    assert all(path.is_relative_to(planted.folder / "train") for path in leaked)


@pytest.mark.parametrize("seed", range(3))
def test_without_parts_no_copy_that_was_found_is_across_the_split(
    health: Health, examined: Examined, planted: Planted, seed: int
) -> None:
    split = assess(undivided(examined, seed), Decisions(examined.scanned.root)).split
    assert split is not None
    assert sum(len(sides(split, pair)) > 1 for pair in planted.exact) == 0
    across = sum(len(sides(split, pair)) > 1 for pair in planted.near)
    assert across <= missed(health, planted)
    assert split.groups >= len(planted.exact) + 0.9 * len(planted.near)


def missed(health: Health, planted: Planted) -> int:
    groups = together(health, Kind.NEAR_COPIES)
    return sum(not any({*pair} <= group for group in groups) for pair in planted.near)


def undivided(examined: Examined, seed: int) -> Examined:
    """The same photos with nothing said of their parts, in another order each time."""
    survey = examined.inspection.survey
    order = random.Random(seed).sample(range(len(survey.contents)), len(survey.contents))
    shuffled = survey.only(order)
    photos = tuple(replace(photo, part=None) for photo in shuffled.dataset.photos)
    shuffled = replace(shuffled, dataset=replace(shuffled.dataset, photos=photos))
    groups = examined.inspection.groups[order]
    firsts = {group: place for place, group in reversed(list(enumerate(groups.tolist())))}
    groups = groups.copy()
    groups[:] = [firsts[group] for group in groups.tolist()]
    return Examined(examined.scanned, Inspection(shuffled, groups))


def test_used_and_left_out_are_all_that_was_found(health: Health, planted: Planted) -> None:
    used = {photo.path for photo in health.dataset.photos}
    left_out = {file.path for file in health.left_out}
    assert not used & left_out
    assert used | left_out == {path for path in planted.folder.rglob("*") if path.is_file()}
    assert all(file.reason for file in health.left_out)


def test_the_flaws_of_the_sample_photos_are_found(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRODUCT_CLASSIFIER_HOME", str(home))
    health = check_dataset(scan_folder(SAMPLES), decisions=Decisions(SAMPLES))
    assert {path.name for path in found(health, Kind.UNREADABLE)} == {"pencil-41.jpg"}
    groups = together(health, Kind.NEAR_COPIES)
    assert sorted(sorted(path.stem for path in group) for group in groups) == [
        ["handbag-03", "handbag-41"], ["mug-07", "mug-41"], ["shoe-12", "shoe-41"],
    ]  # fmt: skip
    suspects = {
        finding.photos[0].path.name: finding.suggested_class
        for finding in health.findings
        if finding.kind is Kind.WRONG_LABEL
    }
    assert suspects["ring-41.jpg"] == "watch"
    assert len(suspects) <= 4
