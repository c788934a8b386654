"""The classifier: one photo, many photos, pixels; from one thread or several."""

import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.control import Control
from ml_core.errors import Cancelled, ModelFileError, Stopped
from ml_core.events import StepProgress
from ml_core.images import fit, read_photo
from ml_core.model_file.read import read
from ml_core.prediction.classifier import Classifier, photos_under, softmax
from ml_core.prediction.table import table_into


@pytest.fixture(scope="module")
def classifier(fast_model: Path) -> Classifier:
    return Classifier.open(fast_model)


@pytest.fixture(scope="module")
def paths(photos: Path) -> list[Path]:
    return sorted(photos.rglob("*.jpg"))


def test_an_answer_is_sorted_and_adds_up(classifier: Classifier, paths: list[Path]) -> None:
    prediction = classifier.classify(paths[0])
    assert prediction.path == paths[0]
    assert prediction.error is None
    assert (prediction.category, prediction.confidence) == prediction.top[0]
    shares = [share for _, share in prediction.top]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    assert sorted(name for name, _ in prediction.top) == list(classifier.class_names)


@pytest.mark.parametrize(("top", "given"), [(1, 1), (2, 2), (9, 3)])
def test_top(classifier: Classifier, paths: list[Path], top: int, given: int) -> None:
    prediction = classifier.classify(paths[0], top=top)
    assert prediction.top == classifier.classify(paths[0]).top[:given]


def test_most_training_photos_are_recognised(classifier: Classifier, paths: list[Path]) -> None:
    right = [one.category == one.path.parent.name for one in classifier.classify_many(paths)]  # type: ignore[union-attr]
    assert np.mean(right) > 0.7


def test_it_answers_what_head_and_embedder_say(
    classifier: Classifier, fast_model: Path, paths: list[Path]
) -> None:
    contents = read(fast_model)
    pixels = read_photo(paths[5], at_least=2 * 64)
    vector = classifier.embedder.embed(fit(pixels, contents.manifest.input)).astype(np.float64)
    logits = vector @ contents.kernel.astype(np.float64) + contents.bias
    expected = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    given = dict(classifier.classify(paths[5]).top)
    for name, share in zip(contents.manifest.class_names, expected, strict=True):
        assert given[name] == pytest.approx(share, abs=1e-4)


def test_pixels_have_no_path(classifier: Classifier, paths: list[Path]) -> None:
    prediction = classifier.classify_pixels(read_photo(paths[0]))
    assert prediction.path is None
    assert prediction.category == classifier.classify(paths[0]).category


def test_what_is_no_photo_has_an_error(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    for path in (tmp_path / "text.jpg", tmp_path / "gone.jpg", tmp_path, tmp_path / ("n" * 300)):
        for prediction in (classifier.classify(path), next(classifier.classify_many([path]))):
            assert (prediction.category, prediction.confidence, prediction.top) == (None, 0.0, ())
            assert prediction.path == path
            assert prediction.error


def test_many_come_in_order_with_bad_ones_in_their_place(
    classifier: Classifier, paths: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    mixed = [*paths[:10], tmp_path / "text.jpg", *paths[10:20]]
    predictions = list(classifier.classify_many(mixed, top=1))
    assert [one.path for one in predictions] == mixed
    assert [index for index, one in enumerate(predictions) if one.error] == [10]
    assert {len(one.top) for one in predictions if not one.error} == {1}


def test_progress_knows_the_total_of_a_list_only(classifier: Classifier, paths: list[Path]) -> None:
    events: list[StepProgress] = []
    list(classifier.classify_many(paths[:12], report=events.append))  # type: ignore[arg-type]
    assert (events[-1].phase, events[-1].done, events[-1].total) == ("evaluate", 12, 12)
    assert events[-1].seconds_left == 0
    events.clear()
    list(classifier.classify_many(iter(paths[:12]), report=events.append))  # type: ignore[arg-type]
    assert {event.total for event in events} <= {0}


def test_an_endless_stream_is_taken_as_needed(classifier: Classifier, paths: list[Path]) -> None:
    taken: list[int] = []

    def endless() -> Iterator[Path]:
        for number in count():
            taken.append(number)
            yield paths[number % len(paths)]

    predictions = classifier.classify_many(endless())
    assert [one.path for one in islice(predictions, 5)] == paths[:5]
    assert len(taken) < 200
    del predictions
    assert not [one for one in threading.enumerate() if one.name.startswith("map-in-order")]


@pytest.mark.parametrize(("end", "raised"), [("stop", Stopped), ("cancel", Cancelled)])
def test_many_can_be_ended(
    classifier: Classifier, paths: list[Path], end: str, raised: type[Exception]
) -> None:
    control = Control()
    predictions = classifier.classify_many(paths, control=control)
    assert next(predictions).category
    getattr(control, end)()
    with pytest.raises(raised):
        list(predictions)


def test_several_threads_share_one_classifier(classifier: Classifier, paths: list[Path]) -> None:
    expected = [classifier.classify(path) for path in paths[:8]]

    def work(number: int) -> list[object]:
        if number % 2:
            return list(classifier.classify_many(paths[:8]))
        return [classifier.classify(path) for path in paths[:8]]

    with ThreadPoolExecutor(4) as pool:
        for given in pool.map(work, range(8)):
            for one, other in zip(given, expected, strict=True):
                assert one.path == other.path  # type: ignore[attr-defined]
                assert one.category == other.category  # type: ignore[attr-defined]
                assert one.confidence == pytest.approx(other.confidence, abs=1e-5)  # type: ignore[attr-defined]


def test_a_head_of_another_length_is_refused(fast_model: Path) -> None:
    contents = read(fast_model)
    with pytest.raises(ModelFileError, match="1280 numbers a photo"):
        Classifier(fast_model, replace(contents, kernel=contents.kernel[:7]))


def test_softmax() -> None:
    shares = softmax(np.array([[1, 2, 3], [1000, 1000, -1000]], np.float32))
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares[0], np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), rtol=1e-6)
    np.testing.assert_allclose(shares[1], [0.5, 0.5, 0])


# Which files are photos.


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("z.jpg", "a.PNG", "b/c.webp", "b/a/d.tiff", ".git/x.jpg", "b/.y.jpg", "n.txt"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path / "tree"


def test_folders_are_replaced_by_their_photos(tree: Path, tmp_path: Path) -> None:
    other = tmp_path / "any.txt"
    found = photos_under([other, tree, tree / "n.txt", tmp_path / "gone"])
    inside = [tree / name for name in ("a.PNG", "z.jpg", "b/c.webp", "b/a/d.tiff")]
    assert found == [other, *inside, tree / "n.txt", tmp_path / "gone"]


def test_links_to_folders_lead_in_no_circles(tree: Path) -> None:
    (tree / "b" / "up").symlink_to(tree)
    assert len(photos_under([tree])) == 4


def test_a_folder_that_cannot_be_opened_is_told(
    tree: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with caplog.at_level(logging.WARNING):
        assert photos_under([tree]) == [tree / "a.PNG", tree / "z.jpg"]
    assert "Permission denied" in caplog.text


def test_nothing_is_a_list_of_nothing(tmp_path: Path) -> None:
    assert photos_under([]) == photos_under([tmp_path]) == []


# The table.


def test_a_table_appears_whole_or_not_at_all(
    classifier: Classifier, paths: list[Path], tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("old")

    def write(error: Exception | None) -> None:
        with table_into(table, top=2) as write_row:
            write_row(classifier.classify(paths[0]))
            assert table.read_text() == "old"
            if error:
                raise error

    with pytest.raises(RuntimeError):
        write(RuntimeError("half way"))
    assert table.read_text() == "old"
    assert list(tmp_path.iterdir()) == [table]
    write(None)
    assert len(table.read_text("utf-8-sig").splitlines()) == 2


def test_a_photo_of_one_pixel(classifier: Classifier, tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), "blue").save(tmp_path / "dot.png")
    assert classifier.classify(tmp_path / "dot.png").category
