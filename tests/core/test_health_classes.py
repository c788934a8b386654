"""Checks of categories and folders: what they are called, what lies in them."""

from pathlib import Path

import pytest

from ml_core.dataset.health.finding import Kind, Severity, counted, in_words, quoted
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.photos import Part, SkipKind, SkippedFile
from tests.core.health_material import ROOT, findings, material, numbers


class TestTooFew:
    @pytest.mark.parametrize(
        ("count", "mend"),
        [(19, "Add 1 more, better 31."), (13, "Add 7 more, better 37."), (20, None)],
    )
    def test_threshold_and_how_many_to_add(self, count: int, mend: str | None) -> None:
        found = findings(Kind.TOO_FEW, material(["mug"] * count + ["lamp"] * 30))
        assert [finding.mend for finding in found] == ([mend] if mend else [])
        assert all(finding.classes == ("mug",) for finding in found)

    def test_copies_count_once(self) -> None:
        groups = [0] * 25 + list(range(25, 55))
        found = findings(Kind.TOO_FEW, material(["mug"] * 25 + ["lamp"] * 30, groups=groups))
        assert [finding.what for finding in found] == ['"mug" has only 1 different photo.']


class TestImbalance:
    @pytest.mark.parametrize(("small", "is_found"), [(3, False), (2, True)])
    def test_threshold(self, small: int, *, is_found: bool) -> None:
        found = findings(Kind.IMBALANCE, material(["mug"] * small + ["lamp"] * 30))
        assert bool(found) is is_found

    def test_all_small_ones_are_in_one_finding(self) -> None:
        of = material(["big"] * 100 + ["b"] * 9 + ["a"] * 4 + ["fine"] * 10)
        (found,) = findings(Kind.IMBALANCE, of)
        assert found.classes == ("big", "a", "b")
        assert found.what == '"big" has 100 photos, "a" only 4.'
        assert found.score == 25

    def test_no_photos_at_all(self) -> None:
        assert findings(Kind.IMBALANCE, material([])) == []


class TestNamedTwice:
    @pytest.mark.parametrize(
        "names",
        [
            ("Mug", "mug"), ("T-Shirt", "t shirt"), ("mug", "mugs"), ("dress", "dresses"),
            ("berry", "berries"), ("café", "cafe"), ("wine_glass", "Wine Glasses"),
            ("lampe ", "lampe"), ("ＭＵＧ", "mug"),
        ],
    )  # fmt: skip
    def test_alike(self, names: tuple[str, str]) -> None:
        (found,) = findings(Kind.NAMED_TWICE, material([names[0]] * 5 + [names[1]] * 3 + ["other"]))
        assert found.suggested_class == names[0]
        assert found.classes == names
        assert numbers([found]) == [[5, 6, 7]]
        assert found.mend == f'If they are one, count all their photos as "{names[0]}".'

    @pytest.mark.parametrize(
        "names",
        [
            ("mug", "cup"), ("as", "a"), ("shirt", "t-shirt"), ("glass", "glasswork"),
            ("1", "2"), ("!", "?"), ("男", "女"), ("size 1", "size 11"),
        ],
    )  # fmt: skip
    def test_not_alike(self, names: tuple[str, str]) -> None:
        assert findings(Kind.NAMED_TWICE, material([*names, *names])) == []

    def test_three_names_are_one_finding(self) -> None:
        (found,) = findings(Kind.NAMED_TWICE, material(["mugs", "mug", "mug", "MUG", "x"]))
        assert found.what == '"mug", "MUG" and "mugs" look like one category under 3 names.'


class TestFolders:
    def test_a_category_without_a_usable_photo(self) -> None:
        (found,) = findings(Kind.EMPTY_CLASS, material(["mug"], also=["lamp"]))
        assert found.classes == ("lamp",)
        assert found.severity is Severity.ERROR
        assert findings(Kind.EMPTY_CLASS, material(["mug"])) == []

    def test_an_empty_folder(self) -> None:
        empty = SkippedFile(ROOT / "lamp", "This folder is empty.", SkipKind.EMPTY_FOLDER)
        (found,) = findings(Kind.EMPTY_FOLDER, material(["mug"], skipped=[empty]))
        assert found.what == 'The folder "lamp" is empty.'
        assert found.paths == (ROOT / "lamp",)
        assert findings(Kind.STRAY_FILE, material(["mug"], skipped=[empty])) == []

    @pytest.mark.parametrize("part", [None, Part.TEST])
    def test_folders_inside_a_category(self, part: Part | None) -> None:
        inside, parts = ["", "red", "blue", "red"], [part] * 4
        of = material(["mug"] * 4, inside=inside, parts=parts)
        (found,) = findings(Kind.NESTED_FOLDER, of)
        assert numbers([found]) == [[1, 2, 3]]
        assert found.what == (
            '3 photos of "mug" lie in 2 folders inside it and are counted as "mug", too.'
        )
        assert findings(Kind.NESTED_FOLDER, material(["mug"] * 4, parts=parts)) == []

    def test_one_photo_inside(self) -> None:
        (found,) = findings(Kind.NESTED_FOLDER, material(["mug", "mug"], inside=["", "red"]))
        assert found.what.startswith('1 photo of "mug" lies in 1 folder inside it and is counted')

    def test_stray_files_of_one_folder_and_reason_are_one_finding(self) -> None:
        skipped = [
            SkippedFile(ROOT / "mug" / f"{n}.txt", "No photo.", SkipKind.STRAY) for n in range(1200)
        ]
        skipped.append(SkippedFile(ROOT / "mug" / ".x", "It is hidden.", SkipKind.HIDDEN))
        skipped.append(SkippedFile(ROOT / "lamp" / "a.txt", "No photo.", SkipKind.STRAY))
        found = findings(Kind.STRAY_FILE, material(["mug"], skipped=skipped))
        assert [finding.what for finding in found] == [
            '1,200 files in "mug" were left out: No photo.',
            '".x" in "mug" was left out: It is hidden.',
            '"a.txt" in "lamp" was left out: No photo.',
        ]
        assert len(found[0].paths) == 1200

    @pytest.mark.parametrize("kind", list(SkipKind))
    def test_every_reason_to_leave_a_file_out_is_shown_once(self, kind: SkipKind) -> None:
        """Those that a person decided on are no findings."""
        of = material(["mug"], skipped=[SkippedFile(ROOT / "x", "Because.", kind)])
        shown = [finding for name in Kind for finding in findings(name, of)]
        told = [finding for finding in shown if finding.paths == (ROOT / "x",)]
        assert len(told) == (0 if kind in (SkipKind.DECIDED, SkipKind.LEAK) else 1)


class TestRegistry:
    def test_every_kind_has_one_check_in_its_order(self) -> None:
        assert list(CHECKS) == list(Kind)
        assert all(check.kind is kind for kind, check in CHECKS.items())

    @pytest.mark.parametrize("kind", list(Kind))
    def test_sentences_are_sentences_and_thresholds_have_sources(self, kind: Kind) -> None:
        check = CHECKS[kind]
        assert check.why.endswith(".")
        assert not check.mend or check.mend.endswith(".")
        assert check.title
        assert not check.title.endswith(".")
        assert (check.threshold is None) == (not check.source)
        if check.threshold is None:
            with pytest.raises(ValueError, match="no threshold"):
                _ = check.limit

    def test_no_check_stumbles_over_nothing(self) -> None:
        assert [findings(kind, material([])) for kind in Kind] == [[]] * len(Kind)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.jpg", '"a.jpg"'),
        ("new\nline", '"new?line"'),
        ("a\udcffb", '"a?b"'),
        ("\u202egpj", '"?gpj"'),
    ],
)
def test_names_are_shown_on_one_line(name: str, shown: str) -> None:
    assert quoted(Path(name)) == shown


def test_words() -> None:
    assert counted(1, "photo") == "1 photo"
    assert counted(1200, "category", "categories") == "1,200 categories"
    assert [in_words(names) for names in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
