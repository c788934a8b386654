"""Many photos are read in order by several threads, with bounded memory, and end when told."""

import hashlib
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml_core import images
from ml_core.control import Control
from ml_core.dataset import reading
from ml_core.dataset.photos import Part, Photo
from ml_core.dataset.reading import (
    HASH_BYTES,
    content_hashes,
    load_into_array,
    read_for_model,
    read_original,
    read_paths,
    read_photos,
    read_thumbnail,
)
from ml_core.dataset.scan import scan_folder
from ml_core.errors import Cancelled, ImageError, Stopped
from ml_core.events import Event, StepProgress
from ml_core.images import InputSpec, ResizePolicy, fit, load_for_model
from tests.core.sample_photos import make_product_photos
from tests.core.test_idx import PICTURES, make_idx

SPEC = InputSpec(24)


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Photo, ...]:
    return scan_folder(make_product_photos(tmp_path, per_class=10, size=(40, 30))).photos


@pytest.fixture
def spoiled(photos: tuple[Photo, ...]) -> tuple[Photo, ...]:
    """The photos, of which number 3 is damaged, 7 is gone and 29 is empty."""
    photos[3].path.write_bytes(photos[3].path.read_bytes()[:300])
    photos[7].path.unlink()
    photos[29].path.write_bytes(b"")
    return photos


@pytest.fixture
def idx_photos(tmp_path: Path) -> tuple[Photo, ...]:
    return scan_folder(make_idx(tmp_path / "idx")).photos


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class TestReadPhotos:
    @pytest.mark.parametrize("threads", [1, 2, 7, None])
    def test_in_order_and_equal_to_one_by_one(
        self, photos: tuple[Photo, ...], threads: int | None
    ) -> None:
        together = list(read_photos(photos, SPEC, threads=threads))
        assert len(together) == 30
        for photo, pixels in zip(photos, together, strict=True):
            np.testing.assert_array_equal(pixels, load_for_model(photo.path, SPEC))
            np.testing.assert_array_equal(pixels, read_for_model(photo, SPEC))

    def test_order_holds_when_some_photos_are_slow(
        self, photos: tuple[Photo, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(path: Path, spec: InputSpec) -> images.Pixels:
            time.sleep(0.03 if path.stem.endswith("0") else 0)
            return load_for_model(path, spec)

        expected = [load_for_model(photo.path, SPEC).tobytes() for photo in photos]
        monkeypatch.setattr(reading, "load_for_model", slow)
        found = [pixels.tobytes() for pixels in read_photos(photos, SPEC, threads=4)]
        assert found == expected

    def test_bad_photos_stop_nothing(self, spoiled: tuple[Photo, ...]) -> None:
        outcomes = list(read_photos(spoiled, SPEC))
        errors = {n: e for n, e in enumerate(outcomes) if isinstance(e, ImageError)}
        assert list(errors) == [3, 7, 29]
        assert all(error.path == spoiled[number].path for number, error in errors.items())
        assert len(outcomes) == 30

    def test_no_photos(self) -> None:
        assert list(read_photos([], SPEC)) == []

    def test_only_a_few_are_ahead(
        self, photos: tuple[Photo, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = itertools.count()

        def counted(path: Path, spec: InputSpec) -> images.Pixels:
            next(started)
            return load_for_model(path, spec)

        monkeypatch.setattr(reading, "load_for_model", counted)
        stream = read_photos(photos * 20, SPEC, threads=2)
        for _ in range(5):
            next(stream)
        time.sleep(0.2)
        assert next(started) < 40
        stream.close()

    def test_a_stream_that_is_dropped_ends_its_threads(self, photos: tuple[Photo, ...]) -> None:
        for _ in read_photos(photos * 10, SPEC):
            break

    def test_an_error_in_the_loop_ends_its_threads(self, photos: tuple[Photo, ...]) -> None:
        def fail() -> None:
            for _ in read_photos(photos * 10, SPEC):
                raise KeyError

        with pytest.raises(KeyError):
            fail()

    @pytest.mark.parametrize(("order", "kind"), [("cancel", Cancelled), ("stop", Stopped)])
    @pytest.mark.parametrize("from_idx", [False, True])
    def test_it_ends_at_the_next_photo(
        self,
        photos: tuple[Photo, ...],
        idx_photos: tuple[Photo, ...],
        order: str,
        kind: type[Exception],
        from_idx: bool,
    ) -> None:
        control = Control()
        seen = 0

        def read_all() -> None:
            nonlocal seen
            for _ in read_photos(idx_photos if from_idx else photos, SPEC, control=control):
                seen += 1
                if seen == 4:
                    getattr(control, order)()

        with pytest.raises(kind):
            read_all()
        assert seen == 4

    def test_errors_of_this_program_come_through(
        self, photos: tuple[Photo, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(reading, "load_for_model", broken)
        with pytest.raises(ZeroDivisionError):
            list(read_photos(photos, SPEC))


class TestReadPaths:
    def test_pairs_in_order(self, spoiled: tuple[Photo, ...]) -> None:
        paths = [photo.path for photo in spoiled]
        found = list(read_paths(iter(paths), SPEC))
        assert [path for path, _ in found] == paths
        assert [isinstance(pixels, ImageError) for _, pixels in found].count(True) == 3
        np.testing.assert_array_equal(found[0][1], load_for_model(paths[0], SPEC))

    def test_an_endless_source(self, photos: tuple[Photo, ...]) -> None:
        endless = itertools.cycle(photo.path for photo in photos)
        stream = read_paths(endless, SPEC)
        assert [path for path, _ in itertools.islice(stream, 100)][60:90] == [
            photo.path for photo in photos
        ]
        stream.close()

    def test_a_source_that_fails(self, photos: tuple[Photo, ...]) -> None:
        def failing() -> Iterator[Path]:
            yield photos[0].path
            raise ConnectionError

        with pytest.raises(ConnectionError):
            list(read_paths(failing(), SPEC))


class TestLoadIntoArray:
    @pytest.mark.parametrize("channels", [1, 3])
    def test_rows_are_the_photos(self, photos: tuple[Photo, ...], channels: int) -> None:
        spec = replace(SPEC, channels=channels)
        out = np.zeros((30, 24, 24, channels), np.uint8)
        assert load_into_array(photos, spec, out) == []
        np.testing.assert_array_equal(out, np.stack(list(read_photos(photos, spec))))

    def test_on_disk(self, photos: tuple[Photo, ...], tmp_path: Path) -> None:
        out = np.memmap(tmp_path / "a.bin", np.uint8, "w+", shape=(30, 24, 24, 3))
        load_into_array(photos, SPEC, out)
        np.testing.assert_array_equal(out[11], load_for_model(photos[11].path, SPEC))

    def test_bad_photos_are_told(self, spoiled: tuple[Photo, ...]) -> None:
        out = np.full((30, 24, 24, 3), 77, np.uint8)
        failed = load_into_array(spoiled, SPEC, out)
        assert [position for position, _ in failed] == [3, 7, 29]
        assert [error.path for _, error in failed] == [spoiled[n].path for n in (3, 7, 29)]
        assert np.unique(out[[3, 7, 29]]).tolist() == [77]
        np.testing.assert_array_equal(out[28], load_for_model(spoiled[28].path, SPEC))

    @pytest.mark.parametrize(
        "out",
        [
            np.zeros((29, 24, 24, 3), np.uint8),
            np.zeros((30, 24, 24, 1), np.uint8),
            np.zeros((30, 24, 24, 3), np.float32),
        ],
    )
    def test_wrong_arrays_are_refused(self, photos: tuple[Photo, ...], out: np.ndarray) -> None:
        with pytest.raises(ValueError, match=r"expected a uint8 array of shape \(30, 24, 24, 3\)"):
            load_into_array(photos, SPEC, out)

    def test_progress(self, photos: tuple[Photo, ...]) -> None:
        events: list[Event] = []
        load_into_array(photos, SPEC, np.zeros((30, 24, 24, 3), np.uint8), report=events.append)
        last = events[-1]
        assert isinstance(last, StepProgress)
        assert (last.phase, last.done, last.total, last.seconds_left) == ("read", 30, 30, 0)
        assert last.per_second > 0
        assert len(events) < 10

    def test_cancel(self, photos: tuple[Photo, ...]) -> None:
        control = Control()
        control.cancel()
        with pytest.raises(Cancelled):
            load_into_array(photos, SPEC, np.zeros((30, 24, 24, 3), np.uint8), control=control)


class TestIdx:
    @pytest.mark.parametrize("channels", [1, 3])
    @pytest.mark.parametrize("size", [8, 28])
    @pytest.mark.parametrize("policy", list(ResizePolicy))
    def test_array_equals_single_pictures(
        self,
        idx_photos: tuple[Photo, ...],
        size: int,
        channels: int,
        policy: ResizePolicy,
    ) -> None:
        spec = InputSpec(size, channels, policy)
        out = np.zeros((40, size, size, channels), np.uint8)
        assert load_into_array(idx_photos, spec, out) == []
        for position in (0, 17, 39):
            photo = idx_photos[position]
            np.testing.assert_array_equal(out[position], fit(read_original(photo), spec))
            np.testing.assert_array_equal(out[position], read_for_model(photo, spec))

    def test_square_pictures_skip_the_resize_with_the_same_result(self, tmp_path: Path) -> None:
        grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
        rgb = np.repeat(grey[..., None], 3, axis=2)
        for channels in (1, 3):
            shortcut = reading._with_channels(grey, channels)
            np.testing.assert_array_equal(shortcut, fit(rgb, InputSpec(8, channels)))

    def test_original_and_thumbnail(self, idx_photos: tuple[Photo, ...]) -> None:
        original = read_original(idx_photos[30])
        np.testing.assert_array_equal(original[..., 2], PICTURES["t10k"][0])
        assert original.shape == (8, 6, 3)
        assert read_thumbnail(idx_photos[30], 4).shape == (4, 3, 3)
        assert read_thumbnail(idx_photos[30], 99).shape == (8, 6, 3)

    def test_a_file_that_vanished(self, idx_photos: tuple[Photo, ...]) -> None:
        idx_photos[0].path.unlink()
        outcomes = list(read_photos(idx_photos, SPEC))
        assert [isinstance(outcome, ImageError) for outcome in outcomes] == [True] * 30 + [
            False
        ] * 10
        assert outcomes[0].path == idx_photos[0].path

    def test_hashes_tell_pictures_apart(self, idx_photos: tuple[Photo, ...]) -> None:
        hashes = content_hashes(idx_photos)
        assert len(set(hashes)) == 40
        assert content_hashes(idx_photos) == hashes


def test_photos_from_folders_and_idx_files_together(
    photos: tuple[Photo, ...], idx_photos: tuple[Photo, ...]
) -> None:
    mixed = [photos[0], idx_photos[0], photos[1], idx_photos[35]]
    found = list(read_photos(mixed, SPEC))
    for photo, pixels in zip(mixed, found, strict=True):
        np.testing.assert_array_equal(pixels, read_for_model(photo, SPEC))


class TestSinglePhotos:
    def test_original(self, photos: tuple[Photo, ...]) -> None:
        assert read_original(photos[0]).shape == (30, 40, 3)
        assert read_thumbnail(photos[0], 20).shape == (15, 20, 3)

    def test_errors_are_raised(self, spoiled: tuple[Photo, ...]) -> None:
        for read in (
            read_original,
            lambda p: read_thumbnail(p, 9),
            lambda p: read_for_model(p, SPEC),
        ):
            with pytest.raises(ImageError, match="is not there"):
                read(spoiled[7])


class TestContentHashes:
    def test_of_the_files_bytes(self, photos: tuple[Photo, ...]) -> None:
        expected = [
            hashlib.blake2b(photo.path.read_bytes(), digest_size=HASH_BYTES).digest()
            for photo in photos
        ]
        assert content_hashes(photos) == expected

    def test_name_place_and_label_do_not_count(
        self, photos: tuple[Photo, ...], tmp_path: Path
    ) -> None:
        copy = tmp_path / "elsewhere.bin"
        copy.write_bytes(photos[0].path.read_bytes())
        first, second = content_hashes([photos[0], Photo(copy, 5, Part.TEST)])
        assert first == second

    def test_unreadable_files_are_told_in_their_place(self, spoiled: tuple[Photo, ...]) -> None:
        hashes = content_hashes(spoiled)
        assert [n for n, found in enumerate(hashes) if isinstance(found, ImageError)] == [7, 29]

    def test_progress_and_cancel(self, photos: tuple[Photo, ...]) -> None:
        events: list[Event] = []
        content_hashes(photos, report=events.append)
        assert [(e.phase, e.done, e.total) for e in events][-1] == ("scan", 30, 30)
        control = Control()
        control.cancel()
        with pytest.raises(Cancelled):
            content_hashes(photos, control=control)

    def test_large_files_are_not_held_in_memory(self, tmp_path: Path) -> None:
        with (tmp_path / "large.tif").open("wb") as file:
            file.truncate(50_000_000)
        assert len(content_hashes([Photo(tmp_path / "large.tif", 0)])[0]) == HASH_BYTES


@pytest.mark.shared
def test_fashion_mnist_loads_in_seconds(shared_folder: Path) -> None:
    photos = scan_folder(shared_folder / "keras_home" / "datasets" / "fashion-mnist").photos
    out = np.zeros((len(photos), 28, 28, 1), np.uint8)
    started = time.process_time()
    assert load_into_array(photos, InputSpec(28, channels=1), out) == []
    assert time.process_time() - started < 4
    assert out.mean() == pytest.approx(72.97, abs=0.1)
