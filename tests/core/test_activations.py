"""What the lower part of a network sees: kept on the disk once, right, bounded and not for long."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.augment import NOTHING, PRESETS
from ml_core.dataset.photos import Part
from ml_core.dataset.reading import PhotoReader, read_for_model
from ml_core.dataset.scan import scan_folder
from ml_core.embedding.conversion import to_litert
from ml_core.embedding.embedder import PhotoNetwork
from ml_core.errors import Cancelled, DatasetError, StorageError
from ml_core.events import Event, PhotoSkipped, StepProgress, Warned, ignore
from ml_core.images import InputSpec
from ml_core.training import activations as module
from ml_core.training.activation_batches import training_batches, validation_batches
from ml_core.training.activations import Activations, Views, activations_of, remove_activations
from ml_core.training.prepare import PreparedPhotos, prepare
from ml_core.training.recipe import recipe_for
from tests.core.sample_photos import make_product_photos

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SPEC = InputSpec(16)
GENTLE = PRESETS["gentle"]
VIEWS = Views(count=3, amounts=GENTLE, seed=1)


@pytest.fixture(scope="module")
def content() -> bytes:
    import keras

    keras.utils.set_random_seed(0)
    pixels = keras.Input((16, 16, 3), dtype="float32")
    return to_litert(keras.Model(pixels, keras.layers.Conv2D(2, 4, strides=4)(pixels)))


@pytest.fixture
def lower(content: bytes) -> PhotoNetwork:
    return PhotoNetwork(content, SPEC)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedPhotos:
    parts = {"train": 4, "validation": 2, "test": 1}
    folder = make_product_photos(tmp_path / "photos", parts=parts, size=(20, 16))
    return prepare(scan_folder(folder), recipe_for("fast"), report=ignore, control=Control())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    run.mkdir()
    return run


def seen(
    prepared: PreparedPhotos,
    lower: PhotoNetwork,
    folder: Path,
    views: Views = VIEWS,
    report: Callable[[Event], None] = ignore,
) -> Activations:
    """The activations, copied from the file, which is gone by then."""
    with activations_of(
        prepared, lower, views, folder=folder, report=report, control=Control()
    ) as found:
        return replace(found, train=np.array(found.train), validation=np.array(found.validation))


def assert_near(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


def test_each_photo_is_seen_in_each_view(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path
) -> None:
    events: list[Event] = []
    found = seen(prepared, lower, folder, report=events.append)
    assert found.train.shape == (12, 3, 4, 4, 2)
    assert found.validation.shape == (6, 4, 4, 2)
    assert found.train.dtype == found.validation.dtype == np.float16
    assert found.train_labels.tolist() == prepared.labels(Part.TRAIN).tolist()
    assert found.validation_labels.tolist() == prepared.labels(Part.VALIDATION).tolist()
    train = prepared.parts[Part.TRAIN]
    for place, (photo, content) in enumerate(zip(train.photos, train.hashes, strict=True)):
        pixels = read_for_model(photo, SPEC)
        for view in range(3):
            expected = lower.run_here(VIEWS.of(pixels, content, view))
            assert_near(found.train[place, view] * np.float32(found.unit), expected)
        assert not np.allclose(found.train[place, 1], found.train[place, 2], atol=1.0)
    for photo, values in zip(prepared.parts[Part.VALIDATION].photos, found.validation, strict=True):
        expected = lower.run_here(read_for_model(photo, SPEC))
        assert_near(values * np.float32(found.unit), expected)
    progress = [event for event in events if isinstance(event, StepProgress)]
    assert (progress[-1].phase, progress[-1].done, progress[-1].total) == ("read", 18, 18)


def test_the_first_view_is_plain_and_every_second_one_mirrored() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (16, 16, 3), np.uint8)
    views = Views(count=2, mirror=True)
    np.testing.assert_array_equal(views.of(pixels, b"a", 0), pixels)
    np.testing.assert_array_equal(views.of(pixels, b"a", 1), pixels[:, ::-1])
    varied = replace(views, amounts=GENTLE, count=3)
    np.testing.assert_array_equal(varied.of(pixels, b"a", 0), pixels)
    mirrored = replace(varied, mirror=False).of(pixels[:, ::-1], b"a", 1)
    np.testing.assert_array_equal(varied.of(pixels, b"a", 1), mirrored)


def test_a_view_depends_on_content_and_seed_alone() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (16, 16, 3), np.uint8)
    view = VIEWS.of(pixels, b"a", 1)
    np.testing.assert_array_equal(VIEWS.of(pixels, b"a", 1), view)
    others = [
        VIEWS.of(pixels, b"b", 1), VIEWS.of(pixels, b"a", 2),
        replace(VIEWS, seed=2).of(pixels, b"a", 1),
    ]  # fmt: skip
    assert not any(np.array_equal(view, other) for other in others)


@pytest.mark.parametrize(
    ("views", "useful"),
    [
        (Views(count=5), 1),
        (Views(count=5, mirror=True), 2),
        (Views(count=1, mirror=True), 1),
        (Views(count=5, amounts=GENTLE), 5),
    ],
)
def test_views_that_do_not_differ_are_not_kept(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, views: Views, useful: int
) -> None:
    assert views.useful == useful
    assert seen(prepared, lower, folder, views).train.shape[1] == useful


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_networks_of_any_magnitude_fit(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, factor: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    found = seen(prepared, lower, folder)
    look = PhotoNetwork.run_here
    monkeypatch.setattr(
        PhotoNetwork, "run_here", lambda self, pixels: look(self, pixels) * np.float32(factor)
    )
    other = seen(prepared, lower, folder)
    expected = found.train * np.float64(found.unit * factor)
    assert_near(other.train * np.float64(other.unit), expected)
    batches = validation_batches(other, classes=3)
    values = np.concatenate([values.numpy() for values, _ in batches.dataset])
    assert_near(values, found.validation * np.float64(found.unit * factor))


def test_values_beyond_float16_stay_numbers(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = iter(-np.logspace(0, 20, 43))
    monkeypatch.setattr(
        PhotoNetwork, "run_here", lambda *_: np.full(lower.output_shape, next(grown), np.float32)
    )
    values = seen(prepared, lower, folder).train
    assert np.isfinite(values).all()
    assert values.min() == np.finfo(np.float16).min


def test_where_the_room_is_small_there_are_fewer_views(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_BYTES", (2 * 12 + 6) * 64 + 8)  # of 64 bytes each
    events: list[Event] = []
    assert seen(prepared, lower, folder, report=events.append).train.shape[1] == 2
    (warned,) = [event.message for event in events if isinstance(event, Warned)]
    assert "room for 2 of 3 views" in warned


def test_one_view_may_take_more_than_is_wanted(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_BYTES", 1)
    assert seen(prepared, lower, folder).train.shape[1] == 1


def test_a_full_disk_is_told_before_anything_is_looked_at(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SPARE_BYTES", 2**60)
    monkeypatch.setattr(PhotoReader, "try_for_model", None)
    with pytest.raises(StorageError, match="left"):
        seen(prepared, lower, folder)
    assert list(folder.iterdir()) == []


def test_the_file_goes_with_the_block(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path
) -> None:
    arguments = {"folder": folder, "report": ignore, "control": Control()}
    with activations_of(prepared, lower, VIEWS, **arguments):
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []
    with pytest.raises(Cancelled), activations_of(prepared, lower, VIEWS, **arguments):
        raise Cancelled
    assert list(folder.iterdir()) == []


def test_what_a_killed_program_left_is_taken_again(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = tmp_path / "before"
    with activations_of(
        prepared, lower, VIEWS, folder=folder, report=ignore, control=Control()
    ) as found:
        shutil.copytree(folder, before)  # as a kill now would leave it
        expected = np.array(found.train)
    (before / ".writing-xyz.activations").touch()
    with monkeypatch.context() as patch:
        patch.setattr(PhotoReader, "try_for_model", None)
        np.testing.assert_array_equal(seen(prepared, lower, before).train, expected)
    assert list(before.iterdir()) == []


def test_what_was_left_can_be_removed(folder: Path) -> None:
    for name in ("12.activations", ".writing-8.activations", "checkpoint.npz"):
        (folder / name).touch()
    remove_activations(folder)
    assert [path.name for path in folder.iterdir()] == ["checkpoint.npz"]


@pytest.mark.parametrize(
    "views", [replace(VIEWS, count=2), replace(VIEWS, seed=9), replace(VIEWS, amounts=NOTHING)]
)
def test_what_was_left_of_another_training_is_not_taken(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, tmp_path: Path, views: Views
) -> None:
    before = tmp_path / "before"
    arguments = {"report": ignore, "control": Control()}
    with activations_of(prepared, lower, VIEWS, folder=folder, **arguments):
        shutil.copytree(folder, before)
    (left,) = before.iterdir()
    with activations_of(prepared, lower, views, folder=before, **arguments) as found:
        assert not left.exists()
        assert found.train.shape[1] == views.useful


def test_an_interruption_leaves_nothing(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, unfinished = Control(), set[str]()

    def cancel(*_: object) -> np.ndarray:
        control.cancel()
        unfinished.update(path.suffix for path in folder.iterdir())
        return np.zeros(lower.output_shape, np.float32)

    monkeypatch.setattr(PhotoNetwork, "run_here", cancel)
    with (
        pytest.raises(Cancelled),
        activations_of(prepared, lower, VIEWS, folder=folder, report=ignore, control=control),
    ):
        pytest.fail("it was cancelled before")
    assert list(folder.iterdir()) == []
    assert unfinished == {".activations"}, "what a kill would have left is known by its name"


def test_photos_that_have_gone_are_left_out(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path
) -> None:
    whole = seen(prepared, lower, folder)
    train, validation = prepared.parts[Part.TRAIN], prepared.parts[Part.VALIDATION]
    gone = [train.photos[5].path, validation.photos[0].path]
    for path in gone:
        path.unlink()
    events: list[Event] = []
    rest = seen(prepared, lower, folder, report=events.append)
    assert [event.path for event in events if isinstance(event, PhotoSkipped)] == gone
    np.testing.assert_array_equal(rest.train, np.delete(whole.train, 5, axis=0))
    np.testing.assert_array_equal(rest.validation, whole.validation[1:])
    assert rest.train_labels.tolist() == np.delete(whole.train_labels, 5).tolist()


def test_without_a_photo_of_a_category_it_ends(
    prepared: PreparedPhotos, lower: PhotoNetwork, folder: Path
) -> None:
    for photo in prepared.parts[Part.TRAIN].photos[:4]:
        photo.path.unlink()
    with pytest.raises(DatasetError, match="no usable training photo"):
        seen(prepared, lower, folder)
    assert list(folder.iterdir()) == []


def numbered() -> Activations:
    """Seven photos in three views; each value is ten times its photo and its view."""
    train = (10 * np.arange(7)[:, None] + np.arange(3)).astype(np.float16)[..., None]
    labels = np.arange(7) % 2
    return Activations(train, labels, np.arange(70, dtype=np.float16)[:, None], np.arange(70) % 2)


def passes(count: int, *, seed: int = 0, begin: int | None = None) -> list[list[float]]:
    activations = numbered()
    batches = training_batches(activations, classes=2, batch_size=3, seed=seed)
    if begin is not None:
        batches.begin_epoch(begin)
    return [
        [float(value) for values, _ in batches.dataset for value in values[:, 0]]
        for _ in range(count)
    ]


def test_a_pass_has_each_photo_once_and_three_passes_each_view() -> None:
    found = passes(3)
    for epoch in found:
        assert sorted(int(value) // 10 for value in epoch) == list(range(7))
    assert found[0] != found[1]
    assert sorted(value for epoch in found for value in epoch) == sorted(
        10.0 * photo + view for photo in range(7) for view in range(3)
    )


def test_an_epoch_depends_on_its_number_and_the_seed_alone() -> None:
    found = passes(4)
    assert passes(2, begin=2) == found[2:]
    assert passes(1, seed=1) != found[:1]


def test_batches_have_targets_and_weights() -> None:
    activations = numbered()
    weights = np.array([0.5, 2.0], np.float32)
    batches = training_batches(activations, classes=2, batch_size=3, class_weights=weights)
    assert (batches.photos, batches.batch_size, batches.steps) == (7, 3, 3)
    sizes = []
    for values, targets, given in batches.dataset:
        labels = (values[:, 0].numpy() // 10).astype(int) % 2
        assert targets.numpy().argmax(axis=1).tolist() == labels.tolist()
        assert given.numpy().tolist() == weights[labels].tolist()
        assert values.dtype == targets.dtype == given.dtype == np.float32
        sizes.append(len(labels))
    assert sizes == [3, 2, 2]


def test_blended_photos_have_blended_targets_and_weights() -> None:
    train = np.repeat(np.arange(8) % 2, 3).reshape(8, 3, 1).astype(np.float16)  # its class
    activations = Activations(train, np.arange(8) % 2, train[:0, 0], np.arange(0))
    weights = np.array([1.0, 3.0], np.float32)

    def all_batches(mixup: float, seed: int = 0) -> list[np.ndarray]:
        batches = training_batches(
            activations, classes=2, batch_size=4, mixup=mixup, seed=seed, class_weights=weights
        )
        batches.begin_epoch(1)
        return [np.concatenate(arrays) for arrays in zip(*batches.dataset, strict=True)]

    values, targets, given = all_batches(1.0)
    shares = values[:, 0]
    assert ((shares > 0) & (shares < 1)).any(), "some are blended"
    np.testing.assert_allclose(targets, np.stack([1 - shares, shares], axis=1), atol=1e-6)
    np.testing.assert_allclose(given, 1 + 2 * shares, atol=1e-6)
    np.testing.assert_array_equal(all_batches(1.0)[0], values)
    assert not np.array_equal(all_batches(1.0, seed=1)[0], values)
    assert set(all_batches(0.0)[0][:, 0]) == {0.0, 1.0}


def test_validation_batches_are_in_order() -> None:
    activations = numbered()
    batches = validation_batches(activations, classes=2)
    found = [(values.numpy()[:, 0], targets.numpy()) for values, targets in batches.dataset]
    assert [len(values) for values, _ in found] == [64, 6]
    assert np.concatenate([values for values, _ in found]).tolist() == list(range(70))
    assert (
        np.concatenate([targets for _, targets in found]).argmax(axis=1).tolist()
        == (np.arange(70) % 2).tolist()
    )


def test_batches_do_not_keep_the_activations() -> None:
    activations = numbered()
    train = training_batches(activations, classes=2, batch_size=3)
    next(iter(train.dataset))
    del activations
    values, _ = next(iter(train.dataset))
    assert not values.numpy().any()
