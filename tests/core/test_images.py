"""Upright photos, the model's input, thumbnails: what callers of ``ml_core.images`` rely on."""

import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.images import (
    DRAFT_MARGIN,
    InputSpec,
    Pixels,
    ResizePolicy,
    fit,
    load_for_model,
    read_photo,
    shrink,
    thumbnail,
)
from tests.core.sample_photos import product_photo

STORED_FROM_UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
FORMATS_WITH_ORIENTATION = ("jpg", "png", "webp", "tif", "avif")


def save_turned(photo: Image.Image, path: Path, orientation: int) -> Path:
    method = STORED_FROM_UPRIGHT[orientation]
    stored = photo if method is None else photo.transpose(method)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(path, exif=exif, quality=95)
    return path


def two_colours(width: int, height: int) -> Pixels:
    """Left half red, right half blue, top row green."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = (255, 0, 0)
    pixels[:, width // 2 :] = (0, 0, 255)
    pixels[0] = (0, 255, 0)
    return pixels


@pytest.mark.parametrize("ending", FORMATS_WITH_ORIENTATION)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_gives_the_same_tensor(
    tmp_path: Path, ending: str, orientation: int
) -> None:
    photo = product_photo(0, 3, size=(120, 80))
    path = save_turned(photo, tmp_path / f"photo.{ending}", orientation)
    assert read_photo(path).shape == (80, 120, 3)
    expected = fit(np.asarray(photo), InputSpec(48)).astype(float)
    assert np.abs(load_for_model(path, InputSpec(48)) - expected).mean() < 0.02 * 255


def test_orientation_matters(tmp_path: Path) -> None:
    """The test above could not fail if the picture looked the same from all sides."""
    photo = np.asarray(product_photo(0, 3, size=(80, 80)), float)
    for turned in (photo[::-1], photo[:, ::-1], photo.transpose(1, 0, 2)):
        assert np.abs(turned - photo).mean() > 0.05 * 255


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0 this is no TIFF header",
        b"Exif\0\0II*\0\xff\xff\xff\x7f",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01\x03\0",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x04abcd\0\0\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0",
    ],
    ids=["no header", "offset too far", "too many tags", "text as orientation", "orientation 99"],
)
@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
def test_broken_exif_costs_no_photo(tmp_path: Path, exif: bytes, ending: str) -> None:
    path = tmp_path / f"photo.{ending}"
    product_photo(0, 0).save(path, exif=exif)
    assert read_photo(path).shape == (72, 96, 3)


def test_photos_are_read_only_rgb_bytes(tmp_path: Path) -> None:
    product_photo(1, 0).save(tmp_path / "a.png")
    pixels = read_photo(tmp_path / "a.png")
    assert pixels.dtype == np.uint8
    assert not pixels.flags.writeable
    np.testing.assert_array_equal(pixels, np.asarray(product_photo(1, 0)))


class TestFirstPicture:
    """Of files that hold several pictures the first counts."""

    FIRST, SECOND = (
        Image.new("RGB", (20, 10), (250, 10, 10)),
        Image.new("RGB", (20, 10), (0, 0, 99)),
    )

    @pytest.mark.parametrize("ending", ["gif", "png", "webp", "tif", "mpo", "avif"])
    def test_first(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"many.{ending}"
        self.FIRST.save(path, save_all=True, append_images=[self.SECOND])
        with Image.open(path) as several:
            assert several.n_frames == 2
        pixels = read_photo(path)
        assert pixels.shape == (10, 20, 3)
        assert np.abs(pixels.mean(axis=(0, 1)) - (250, 10, 10)).max() < 8


class TestFit:
    def test_stretch_fills_the_square(self) -> None:
        fitted = fit(two_colours(40, 20), InputSpec(10))
        assert fitted.shape == (10, 10, 3)
        assert fitted[9, 0].tolist() == [255, 0, 0]
        assert fitted[9, 9].tolist() == [0, 0, 255]

    @pytest.mark.parametrize(
        ("size", "white_rows", "white_columns"),
        [((40, 20), [0, 1, 8, 9], []), ((20, 40), [], [0, 1, 8, 9]), ((7, 7), [], [])],
    )
    def test_pad_keeps_shape_on_white(
        self, size: tuple[int, int], white_rows: list[int], white_columns: list[int]
    ) -> None:
        pixels = np.full((size[1], size[0], 3), 100, np.uint8)
        fitted = fit(pixels, InputSpec(10, resize=ResizePolicy.PAD))
        is_white = (fitted == 255).all(axis=2)
        assert np.flatnonzero(is_white.all(axis=1)).tolist()[:2] == white_rows[:2]
        assert np.flatnonzero(is_white.all(axis=0)).tolist()[:2] == white_columns[:2]
        assert is_white.sum() == (0 if size == (7, 7) else 50)
        assert np.unique(fitted).tolist() == ([100] if size == (7, 7) else [100, 255])

    def test_crop_takes_the_centre(self) -> None:
        pixels = np.zeros((10, 30, 3), np.uint8)
        pixels[:, 10:20] = 200
        fitted = fit(pixels, InputSpec(5, resize=ResizePolicy.CROP))
        assert np.unique(fitted).tolist() == [200]

    @pytest.mark.parametrize(("width", "first"), [(30, 10), (31, 10), (32, 11)])
    def test_crop_leaves_out_as_much_on_both_sides(self, width: int, first: int) -> None:
        pixels = np.broadcast_to(np.arange(width, dtype=np.uint8)[None, :, None], (10, width, 3))
        fitted = fit(pixels, InputSpec(10, resize=ResizePolicy.CROP))
        assert fitted[0, :, 0].tolist() == list(range(first, first + 10))

    def test_grey_is_bt601_luma(self) -> None:
        pixels = np.zeros((4, 4, 3), np.uint8)
        for channel, weight in enumerate((0.299, 0.587, 0.114)):
            one = pixels.copy()
            one[..., channel] = 255
            grey = fit(one, InputSpec(4, channels=1))
            assert grey.shape == (4, 4, 1)
            assert np.abs(grey.astype(float) - 255 * weight).max() <= 1

    def test_shrinking_averages(self) -> None:
        """Without antialiasing a fine chequer would become black, white or a pattern."""
        chequer = (np.indices((128, 128)).sum(axis=0) % 2 * 255).astype(np.uint8)
        fitted = fit(np.repeat(chequer[..., None], 3, axis=2), InputSpec(16))
        assert np.abs(fitted.astype(float) - 127.5).max() < 3

    @pytest.mark.parametrize("policy", list(ResizePolicy))
    @pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
    def test_odd_shapes_fit(self, size: tuple[int, int], policy: ResizePolicy) -> None:
        pixels = np.full((size[1], size[0], 3), 9, np.uint8)
        assert fit(pixels, InputSpec(8, resize=policy)).shape == (8, 8, 3)

    def test_a_mirrored_view_can_be_fitted(self) -> None:
        pixels = two_colours(16, 16)
        np.testing.assert_array_equal(
            fit(pixels[:, ::-1], InputSpec(16)), fit(pixels, InputSpec(16))[:, ::-1]
        )


@pytest.mark.parametrize("policy", list(ResizePolicy))
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_loading_is_reading_and_fitting(
    tmp_path: Path, policy: ResizePolicy, channels: int, ending: str
) -> None:
    spec = InputSpec(32, channels, policy)
    path = save_turned(product_photo(2, 1, size=(640, 400)), tmp_path / f"a.{ending}", 6)
    by_hand = fit(read_photo(path, at_least=DRAFT_MARGIN * spec.size), spec)
    np.testing.assert_array_equal(load_for_model(path, spec), by_hand)


class TestReducedScale:
    """A large JPEG is decoded at a fraction of its size."""

    @pytest.fixture
    def large(self, tmp_path: Path) -> Path:
        product_photo(0, 0, size=(1600, 1000)).save(tmp_path / "large.jpg", quality=95)
        return tmp_path / "large.jpg"

    @pytest.mark.parametrize(
        ("at_least", "height"), [(0, 1000), (1001, 1000), (500, 500), (499, 500), (125, 125)]
    )
    def test_both_sides_stay_large_enough(self, large: Path, at_least: int, height: int) -> None:
        assert read_photo(large, at_least=at_least).shape[0] == height

    def test_it_hardly_changes_what_a_model_sees(self, large: Path) -> None:
        spec = InputSpec(100)
        reduced, full = load_for_model(large, spec), fit(read_photo(large), spec)
        assert reduced.tobytes() != full.tobytes()
        assert np.abs(reduced.astype(float) - full).mean() < 0.01 * 255


class TestThumbnail:
    @pytest.mark.parametrize(
        ("size", "expected"),
        [
            ((1600, 1000), (80, 128)),
            ((100, 300), (128, 43)),
            ((50, 20), (20, 50)),
            ((900, 3), (1, 128)),
        ],
    )
    @pytest.mark.parametrize("ending", ["jpg", "png"])
    def test_longer_side(
        self, tmp_path: Path, size: tuple[int, int], expected: tuple[int, int], ending: str
    ) -> None:
        path = tmp_path / f"a.{ending}"
        Image.new("RGB", size, (10, 200, 30)).save(path)
        small = thumbnail(path, 128)
        assert small.shape == (*expected, 3)
        assert np.abs(small.mean(axis=(0, 1)) - (10, 200, 30)).max() < 3

    def test_is_upright(self, tmp_path: Path) -> None:
        path = save_turned(product_photo(0, 0, size=(640, 480)), tmp_path / "a.jpg", 8)
        assert thumbnail(path, 64).shape == (48, 64, 3)

    def test_shrinks_arrays_too(self) -> None:
        assert shrink(two_colours(100, 50), 20).shape == (10, 20, 3)
        assert shrink(two_colours(10, 5), 20).shape == (5, 10, 3)


def test_threads_read_the_same_as_one_thread(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(24)]
    for number, path in enumerate(paths):
        product_photo(number, number, size=(300, 200)).save(path)
    alone = [load_for_model(path, InputSpec(64)).tobytes() for path in paths]
    with ThreadPoolExecutor(8) as pool:
        together = [
            p.tobytes() for p in pool.map(lambda p: load_for_model(p, InputSpec(64)), paths)
        ]
    assert together == alone


def odd_tiff(path: Path) -> None:
    """A TIFF whose date is cut off by the end of the file."""
    Image.new("RGB", (8, 8)).save(path, tiffinfo={306: "2020:01:01 00:00:00", 271: "x" * 50})
    content = bytearray(path.read_bytes())
    entry = content.index((306).to_bytes(2, "little") + (2).to_bytes(2, "little"))
    content[entry + 8 : entry + 12] = (len(content) + 9).to_bytes(4, "little")
    path.write_bytes(content)


def palette_with_alphas(path: Path) -> None:
    Image.new("P", (8, 8), 1).save(path, transparency=bytes(range(0, 200, 50)))


@pytest.mark.parametrize("make", [odd_tiff, palette_with_alphas])
def test_pillows_warnings_stay_inside(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / ("odd.tif" if make is odd_tiff else "odd.png")
    make(path)
    warnings.simplefilter("error")
    assert read_photo(path).shape == (8, 8, 3)


def test_warnings_of_others_still_reach_them(tmp_path: Path) -> None:
    product_photo(0, 0).save(tmp_path / "a.png")
    read_photo(tmp_path / "a.png")
    with pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)


def test_no_thread_and_no_open_file_is_left(tmp_path: Path) -> None:
    product_photo(0, 0).save(tmp_path / "a.jpg")
    open_files = Path("/proc/self/fd")
    if not open_files.is_dir():
        pytest.skip("counts open files by way of /proc, which is not here")
    load_for_model(tmp_path / "a.jpg", InputSpec(32))
    before = len(list(open_files.iterdir())), threading.active_count()
    for _ in range(20):
        load_for_model(tmp_path / "a.jpg", InputSpec(32))
    assert (len(list(open_files.iterdir())), threading.active_count()) == before
