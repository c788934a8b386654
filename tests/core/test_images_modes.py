"""Every kind of pixel becomes the right RGB: right brightness, white behind transparency."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.image_modes import to_rgb
from ml_core.images import Pixels, read_photo
from tests.core.sample_photos import product_photo

PHOTO = product_photo(0, 5, size=(96, 72))
RGB = np.asarray(PHOTO)
LUMA = np.asarray(PHOTO.convert("L"))
TWO_PERCENT = 0.02 * 255


def grey(values: np.ndarray) -> Pixels:
    return np.repeat(values[..., np.newaxis], 3, axis=2)


def ramp() -> Pixels:
    """Alpha from 0 at the left to 255 at the right."""
    return np.broadcast_to(np.linspace(0, 255, 96).astype(np.uint8), (72, 96))


def on_white(pixels: Pixels, alpha: Pixels) -> Pixels:
    share = alpha[..., np.newaxis] / 255
    return np.rint(pixels * share + 255 * (1 - share)).astype(np.uint8)


def with_alpha() -> Image.Image:
    photo = PHOTO.copy()
    photo.putalpha(Image.fromarray(np.ascontiguousarray(ramp())))
    return photo


def deep(bits: int = 16, byte_order: str = "<") -> Image.Image:
    values = LUMA.astype(np.uint32) * (2**bits - 1) // 255
    return Image.fromarray(values.astype(f"{byte_order}u2"))


def save_white_is_zero(path: Path) -> None:
    Image.fromarray(65535 - LUMA.astype(np.uint16) * 257).save(path, tiffinfo={262: 0})
    with Image.open(path) as saved:
        assert saved.tag_v2[262] == 0


def save_12_bits(path: Path) -> None:
    """Pack two 12-bit values into three bytes, as cameras do; Pillow reads but cannot write it."""
    values = (LUMA.astype(np.uint32) * 4095 // 255).reshape(-1, 2)
    packed = np.stack(
        [values[:, 0] >> 4, (values[:, 0] & 15) << 4 | values[:, 1] >> 8, values[:, 1] & 255],
        axis=1,
    )
    data = packed.astype(np.uint8).tobytes()
    entries = {256: 96, 257: 72, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: 72, 279: len(data)}
    ifd = b"".join(
        tag.to_bytes(2, "little") + b"\4\0\1\0\0\0" + value.to_bytes(4, "little")
        for tag, value in entries.items()
    )
    header = b"II*\0" + (8 + len(data)).to_bytes(4, "little")
    path.write_bytes(header + data + len(entries).to_bytes(2, "little") + ifd + b"\0\0\0\0")
    with Image.open(path) as saved:
        assert saved.mode == "I;16"


def save_pgm_16_bits(path: Path) -> None:
    values = (LUMA.astype(np.uint32) * 1023 // 255).astype(">u2")
    path.write_bytes(b"P5 96 72 1023\n" + values.tobytes())


def float_tiff(scale: float, shift: float = 0.0) -> Callable[[Path], None]:
    values = LUMA.astype(np.float32) * np.float32(scale) + np.float32(shift)
    return lambda path: Image.fromarray(values).save(path)


def saved(image: Image.Image, **options: object) -> Callable[[Path], None]:
    return lambda path: image.save(path, **options)


CLOSE, LOSSY = 1.0, TWO_PERCENT
ON_WHITE, GREY_ON_WHITE = on_white(RGB, ramp()), on_white(grey(LUMA), ramp())
FILES: dict[str, tuple[str, Callable[[Path], None], Pixels, float]] = {
    "rgb": ("png", saved(PHOTO), RGB, 0),
    "rgb jpeg": ("jpg", saved(PHOTO, quality=95), RGB, LOSSY),
    "rgb jpeg 2000": ("jp2", saved(PHOTO), RGB, 0),
    "rgb avif": ("avif", saved(PHOTO, quality=95), RGB, LOSSY),
    "rgb webp": ("webp", saved(PHOTO, lossless=True), RGB, 0),
    "rgb bmp": ("bmp", saved(PHOTO), RGB, 0),
    "rgb qoi": ("qoi", saved(PHOTO), RGB, 0),
    "rgb tga": ("tga", saved(PHOTO), RGB, 0),
    "rgb ppm": ("ppm", saved(PHOTO), RGB, 0),
    "rgb tiff lzw": ("tif", saved(PHOTO, compression="tiff_lzw"), RGB, 0),
    "grey": ("png", saved(PHOTO.convert("L")), grey(LUMA), 0),
    "grey jpeg": ("jpg", saved(PHOTO.convert("L"), quality=95), grey(LUMA), LOSSY),
    "palette": ("gif", saved(PHOTO.quantize(256)), RGB, LOSSY),
    "palette png": ("png", saved(PHOTO.quantize(256)), RGB, LOSSY),
    "rgba": ("png", saved(with_alpha()), ON_WHITE, CLOSE),
    "rgba webp": ("webp", saved(with_alpha(), lossless=True, exact=True), ON_WHITE, CLOSE),
    "rgba tiff": ("tif", saved(with_alpha()), ON_WHITE, CLOSE),
    "rgba tga": ("tga", saved(with_alpha()), ON_WHITE, CLOSE),
    "rgba jp2": ("jp2", saved(with_alpha()), ON_WHITE, CLOSE),
    "grey with alpha": ("png", saved(with_alpha().convert("LA")), GREY_ON_WHITE, CLOSE),
    "cmyk jpeg": ("jpg", saved(PHOTO.convert("CMYK"), quality=95), RGB, LOSSY),
    "cmyk tiff": ("tif", saved(PHOTO.convert("CMYK")), RGB, 0),
    "ycbcr tiff": ("tif", saved(PHOTO.convert("YCbCr")), RGB, LOSSY),
    "lab tiff": ("tif", saved(PHOTO.convert("LAB")), RGB, LOSSY),
    "16 bits png": ("png", saved(deep()), grey(LUMA), CLOSE),
    "16 bits tiff": ("tif", saved(deep()), grey(LUMA), CLOSE),
    "16 bits tiff, big-endian": ("tif", saved(deep(byte_order=">")), grey(LUMA), CLOSE),
    "16 bits tiff, white is zero": ("tif", save_white_is_zero, grey(LUMA), CLOSE),
    "16 bits jpeg 2000": ("jp2", saved(deep()), grey(LUMA), CLOSE),
    "12 bits tiff": ("tif", save_12_bits, grey(LUMA), CLOSE),
    "10 bits pgm": ("pgm", save_pgm_16_bits, grey(LUMA), CLOSE),
    "float 0 to 1": ("tif", float_tiff(1 / 255), grey(LUMA), CLOSE),
    "float 0 to 255": ("tif", float_tiff(1), grey(LUMA), CLOSE),
    "float 0 to 65535": ("tif", float_tiff(257), grey(LUMA), CLOSE),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_pixels_are_right(tmp_path: Path, kind: str) -> None:
    ending, save, expected, tolerance = FILES[kind]
    save(tmp_path / f"photo.{ending}")
    pixels = read_photo(tmp_path / f"photo.{ending}")
    assert pixels.shape == (72, 96, 3)
    difference = np.abs(pixels.astype(float) - expected)
    assert difference.mean() <= tolerance
    assert abs(pixels.mean() - expected.mean()) <= tolerance


def test_one_bit_has_the_same_brightness(tmp_path: Path) -> None:
    for ending in ("png", "tif", "bmp"):
        path = tmp_path / f"photo.{ending}"
        PHOTO.convert("1").save(path)
        pixels = read_photo(path)
        assert set(np.unique(pixels)) == {0, 255}
        assert abs(pixels.mean() - LUMA.mean()) < TWO_PERCENT


@pytest.mark.parametrize("low_and_high", [(-40.0, 1000.0), (0.0, 1e6), (5e5, 6e5)])
def test_other_float_ranges_are_stretched(
    tmp_path: Path, low_and_high: tuple[float, float]
) -> None:
    low, high = low_and_high
    Image.fromarray(np.linspace(low, high, 256, dtype=np.float32)[None]).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_photo(tmp_path / "a.tif")[0, :, 0], np.arange(256))


def test_floats_that_are_no_numbers_are_black_or_white(tmp_path: Path) -> None:
    values = np.array([[0.0, np.nan, 0.5, np.inf, -np.inf, 1.0]], np.float32)
    Image.fromarray(values).save(tmp_path / "a.tif")
    assert read_photo(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 0, 128, 255, 0, 255]
    Image.fromarray(np.full((2, 2), np.nan, np.float32)).save(tmp_path / "b.tif")
    assert read_photo(tmp_path / "b.tif").max() == 0


@pytest.mark.parametrize(
    ("value", "expected"), [(-7, 0), (0, 0), (1, 255), (255, 255), (1e30, 0), (-3e38, 0)]
)
def test_one_colour_in_floats(tmp_path: Path, value: float, expected: int) -> None:
    Image.fromarray(np.full((2, 2), value, np.float32)).save(tmp_path / "a.tif")
    assert np.unique(read_photo(tmp_path / "a.tif")).tolist() == [expected]


def test_the_largest_floats(tmp_path: Path) -> None:
    Image.fromarray(np.array([[-3e38, 0, 3e38]], np.float32)).save(tmp_path / "a.tif")
    assert read_photo(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 128, 255]


def test_32_bit_integers(tmp_path: Path) -> None:
    Image.fromarray(LUMA.astype(np.int32) * 257).save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_photo(tmp_path / "a.tif"), grey(LUMA))
    Image.fromarray(np.array([[-(2**31), 0, 2**31 - 1]], np.int32)).save(tmp_path / "b.tif")
    assert read_photo(tmp_path / "b.tif")[0, :, 0].tolist() == [0, 128, 255]


class TestColourKey:
    """One colour, or some palette entries, stand for transparent."""

    @pytest.mark.parametrize(
        ("mode", "colours", "key"),
        [
            ("RGB", [(1, 2, 3), (9, 9, 9)], (1, 2, 3)),
            ("L", [7, 9], 7),
            ("1", [0, 255], 0),
            ("P", [1, 2], 1),
            ("P", [1, 2], bytes([255, 0, 255])),
            ("I;16", [700, 2570], 700),
        ],
    )
    def test_key_is_white(self, tmp_path: Path, mode: str, colours: list, key: object) -> None:
        image = Image.new(mode, (2, 1), colours[1])
        if mode == "P":
            image.putpalette([0, 0, 0, 50, 60, 70, 9, 9, 9])
        image.putpixel((0, 0), colours[0])
        image.save(tmp_path / "a.png", transparency=key)
        pixels = read_photo(tmp_path / "a.png")[0].tolist()
        assert pixels == [[255] * 3, [255] * 3 if mode == "1" else pixels[1]]
        assert mode == "1" or pixels[1] in ([9, 9, 9], [10, 10, 10])

    def test_gif(self, tmp_path: Path) -> None:
        image = Image.new("P", (2, 1), 1)
        image.putpalette([0, 0, 0, 50, 60, 70, 9, 9, 9])
        image.putpixel((1, 0), 2)
        image.save(tmp_path / "a.gif", transparency=2)
        assert read_photo(tmp_path / "a.gif")[0].tolist() == [[50, 60, 70], [255, 255, 255]]


def test_an_alpha_channel_that_hides_everything_is_not_believed(tmp_path: Path) -> None:
    photo = PHOTO.copy()
    photo.putalpha(0)
    photo.save(tmp_path / "a.tga")
    np.testing.assert_array_equal(read_photo(tmp_path / "a.tga"), RGB)


@pytest.mark.parametrize("mode", ["HSV", "YCbCr", "LAB", "RGBX", "CMYK", "RGBa", "PA"])
def test_modes_that_no_file_or_few_files_have(mode: str) -> None:
    source = PHOTO.convert("RGBA") if mode in ("RGBa", "PA") else PHOTO
    converted = np.asarray(to_rgb(source.convert(mode)), float)
    assert np.abs(converted - RGB).mean() < 2 * TWO_PERCENT
    assert abs(converted.mean() - RGB.mean()) < TWO_PERCENT


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I;16L"])
def test_16_bit_modes_in_memory(mode: str) -> None:
    image = Image.new(mode, (600, 700), 32768)
    assert np.unique(np.asarray(to_rgb(image))).tolist() == [128]
