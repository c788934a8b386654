"""``ml-core classify``: a line for every photo, and a table."""

import csv
import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from ml_core.prediction.classifier import Classifier
from tests.core.command_line import classify


def test_classify_as_json(fast_model: Path, photos: Path) -> None:
    paths = [photos / "mug" / "mug_003.jpg", photos / "lamp" / "lamp_001.jpg"]
    said = classify(fast_model, *paths, "--json")
    assert said.status == 0
    assert [Path(row["path"]) for row in said.values] == paths
    for row in said.values:
        assert list(row) == ["path", "category", "confidence", "top", "error", "state"]
        assert row["error"] is None
        assert [row["category"], row["confidence"]] == row["top"][0]
        assert len(row["top"]) == 3
        shares = [share for _, share in row["top"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert {name for name, _ in row["top"]} == {"lamp", "mug", "shirt"}
    expected = Classifier.open(fast_model).classify(paths[0])
    assert said.values[0]["confidence"] == pytest.approx(expected.confidence, abs=1e-5)


@pytest.mark.parametrize(("top", "given"), [(1, 1), (2, 2), (3, 3), (50, 3)])
def test_top(fast_model: Path, photos: Path, top: int, given: int) -> None:
    said = classify(fast_model, photos / "mug" / "mug_003.jpg", "--top", top, "--json")
    assert len(said.values[0]["top"]) == given


def test_classify_for_people(fast_model: Path, photos: Path) -> None:
    path = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, path)
    expected = Classifier.open(fast_model).classify(path)
    assert said.results == f"{path}: {expected.category} ({expected.confidence:.1%})\n"


def test_folders_are_searched(fast_model: Path, tmp_path: Path, photos: Path) -> None:
    folder = tmp_path / "many"
    for name in ("b/deep/er/x.JPG", "a/y.png", "z.webp", ".hidden/h.jpg", "a/.k.jpg", "a/n.txt"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (30, 20), "red").save(target.with_suffix(".png"))
        target.with_suffix(".png").rename(target)
    (folder / "loop").symlink_to(folder)
    single = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, folder, single, "--json")
    found = [Path(row["path"]) for row in said.values]
    assert found == [folder / "z.webp", folder / "a/y.png", folder / "b/deep/er/x.JPG", single]


def test_bad_files_among_good_ones_have_their_line(
    fast_model: Path, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    good = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, tmp_path / "text.jpg", good, tmp_path / "gone.jpg", "--json")
    assert said.status == 0
    text, fine, gone = said.values
    assert "text.jpg" in text["error"]
    assert "is not there" in gone["error"]
    assert fine["category"]
    for row in (text, gone):
        assert (row["category"], row["confidence"], row["top"]) == (None, 0.0, [])
    assert "text.jpg" in classify(fast_model, tmp_path / "text.jpg", good).results


@pytest.mark.parametrize("name", ["text.jpg", "gone.jpg", "empty", "n" * 300])
def test_nothing_that_can_be_classified_is_status_one(
    fast_model: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    (tmp_path / "empty").mkdir()
    said = classify(fast_model, tmp_path / name, "--json")
    assert said.error == "none of these is a photo that can be classified."
    assert all(row["error"] for row in said.values)


def _odd_names(folder: Path, photos: Path) -> list[Path]:
    names = ["plain.jpg", "a, b.jpg", 'say "x".jpg', "two\nlines.jpg", "\U0001f600 Größe.jpg"]
    paths = [folder / name for name in names]
    folder.mkdir()
    for path in paths:
        shutil.copy(photos / "mug" / "mug_003.jpg", path)
    return paths


def test_the_table(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    paths = [*_odd_names(tmp_path / "odd", photos), tmp_path / "gone.jpg"]
    table = tmp_path / "tables" / "t.csv"
    said = classify(fast_model, *paths, "--csv", table, "--top", 2, "--json")
    assert said.status == 0
    content = table.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "so that spreadsheets know that it is UTF-8"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == [
        "path",
        "category",
        "confidence",
        "state",
        "error",
        "category 2",
        "confidence 2",
    ]
    assert [row[0] for row in rows[1:]] == list(map(str, paths))
    for row, answer in zip(rows[1:-1], said.values, strict=False):
        assert row[1] == answer["category"]
        assert float(row[2]) == pytest.approx(answer["confidence"], abs=1e-4)
        assert [row[5], pytest.approx(float(row[6]), abs=1e-4)] == answer["top"][1]
        assert row[3] == answer["state"]
        assert row[4] == ""
    assert rows[-1][1:4] == ["", "", ""]
    assert "is not there" in rows[-1][4]


def test_the_table_has_no_more_columns_than_categories(
    fast_model: Path, photos: Path, tmp_path: Path
) -> None:
    classify(fast_model, photos / "mug", "--csv", tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert {len(row) for row in rows} == {9}
    assert len(rows) == 25


def test_a_table_never_covers_a_photo(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    shutil.copy(photos / "mug" / "mug_003.jpg", photo)
    before = photo.read_bytes()
    said = classify(fast_model, photos / "mug", "--csv", photo)
    assert "is left alone" in said.error
    assert said.results == "", "it is said before the work"
    assert photo.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("folder.csv", "is a folder"), ("file/t.csv", "no folder that you may write to")],
)
def test_places_that_no_table_can_go_to(
    fast_model: Path, photos: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("x")
    said = classify(fast_model, photos / "mug", "--csv", tmp_path / name)
    assert sentence in said.error
    assert said.results == ""


def test_an_older_table_is_replaced(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("old")
    assert classify(fast_model, photos / "mug", "--csv", table).status == 0
    assert "mug_003.jpg" in table.read_text("utf-8-sig")
