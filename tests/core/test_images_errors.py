"""What is no usable photo is refused at once, with one plain sentence that names the file."""

import errno
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core import image_files
from ml_core.errors import ImageError
from ml_core.images import InputSpec, load_for_model, read_photo, thumbnail
from tests.core.memory import PEAK_MEMORY
from tests.core.sample_photos import product_photo

CAN_BE_CUT = ("jpg", "png", "webp", "gif", "bmp", "tif", "avif", "jp2", "ppm", "tga")


def encoded(ending: str, image: Image.Image | None = None, **options: object) -> bytes:
    memory = io.BytesIO()
    image = image or product_photo(0, 0)
    image.save(memory, Image.registered_extensions()[f".{ending}"], **options)
    return memory.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that claims a size without having its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG that goes over its pixels again and again."""
    content = encoded("jpg", Image.new("RGB", (side, side), (200, 100, 50)), progressive=True)
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last_scan * scans + b"\xff\xd9"


def large_qoi(side: int) -> bytes:
    return b"qoif" + struct.pack(">IIBB", side, side, 3, 0) + b"\xfd" * (side * side // 62 + 1)


CONTENTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "text": (b"Dear customer,\nthe mug is blue.\n", "is not a picture"),
    "zeros": (bytes(5000), "is not a picture"),
    "random": (np.random.default_rng(0).bytes(5000), "is not a picture"),
    "one byte": (b"\xff", "is not a picture"),
    "jpeg start only": (b"\xff\xd8\xff", "is damaged or cut short"),
    "jpeg of noise": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "is damaged or cut short"),
    "png start only": (b"\x89PNG\r\n\x1a\n", "is damaged or cut short"),
    "png with a wrong check sum": (
        encoded("png")[:100] + b"\0\0\0\0" + encoded("png")[104:],
        "is damaged or cut short",
    ),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is a PostScript file"),
    "pdf": (b"%PDF-1.7\n", "is a PDF document"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="">', "is an SVG drawing"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC photo"),
    "jpeg xl": (b"\xff\x0a\xfa\x1f\x00", "is a JPEG XL photo"),
    "video": (b"\0\0\0\x18ftypmp42\0\0\0\0isom", "is a video"),
    "emf": (b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60), "is a Windows metafile"),
    "git lfs": (b"version https://git-lfs.github.com/spec/v1\noid", "is a Git LFS pointer"),
    "too many pixels": (png(11_000, 10_001), "is too large: 11,000 x 10,001 pixels"),
    "far too many pixels": (png(2**31 - 1, 2**31 - 1), "claims more pixels"),
    "too long a side": (png(1, 84_000_000), "is too large: 1 x 84,000,000 pixels"),
    "no width": (png(0, 5), "is damaged or cut short"),
    "text bomb": (
        png(9, 9, (b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))),
        "unpacks to far more",
    ),
    "scan bomb": (many_scans(4000, 5000), "takes far too long"),
    "slow format": (large_qoi(2500), "takes far too long"),
    "unknown bmp variant": (
        encoded("bmp")[:28] + b"\x30\x75" + encoded("bmp")[30:],
        "is of a variant",
    ),
}


@pytest.mark.parametrize("read", [read_photo, lambda p: thumbnail(p, 64)], ids=["photo", "thumb"])
@pytest.mark.parametrize("kind", CONTENTS)
def test_bad_content_is_named(tmp_path: Path, kind: str, read: Callable[[Path], object]) -> None:
    content, sentence = CONTENTS[kind]
    path = tmp_path / "mug.jpg"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(ImageError) as caught:
        read(path)
    assert caught.value.what.startswith('"mug.jpg" ')
    assert sentence in caught.value.what
    assert caught.value.path == path
    assert time.monotonic() - started < 5
    assert path.read_bytes() == content


@pytest.mark.parametrize("ending", CAN_BE_CUT)
def test_cut_short_anywhere(tmp_path: Path, ending: str) -> None:
    """Never a photo whose lower part is grey."""
    content = encoded(ending)
    path = tmp_path / f"photo.{ending}"
    for cut in range(1, 10):
        path.write_bytes(content[: len(content) * cut // 10])
        with pytest.raises(ImageError, match=r"is damaged or cut short|is not a picture"):
            read_photo(path)
    path.write_bytes(content)
    assert read_photo(path).shape == (72, 96, 3)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "gif", "bmp", "avif"])
def test_flipped_bits_never_raise_anything_else(tmp_path: Path, ending: str) -> None:
    content = encoded(ending)
    dice = np.random.default_rng(1)
    path = tmp_path / f"photo.{ending}"
    refused = 0
    for _ in range(60):
        damaged = np.frombuffer(content, np.uint8).copy()
        damaged[dice.integers(0, min(len(damaged), 400), 4)] ^= dice.integers(1, 256, 4, np.uint8)
        path.write_bytes(damaged.tobytes())
        try:
            assert read_photo(path).ndim == 3
        except ImageError as error:
            refused += error.path == path
    assert refused > 0


@pytest.mark.parametrize("name", ["photo.png", "photo.txt", "photo", "photo.jpg.bak"])
def test_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(encoded("jpg"))
    assert read_photo(tmp_path / name).shape == (72, 96, 3)


def test_a_format_without_signature_needs_its_name(tmp_path: Path) -> None:
    content = encoded("tga")
    (tmp_path / "a.tga").write_bytes(content)
    (tmp_path / "a.jpg").write_bytes(content)
    assert read_photo(tmp_path / "a.tga").shape == (72, 96, 3)
    with pytest.raises(ImageError, match="is not a picture"):
        read_photo(tmp_path / "a.jpg")


class TestNoOrdinaryFile:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ImageError, match=r'^"a.jpg" is not there\.'):
            read_photo(tmp_path / "a.jpg")

    def test_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        with pytest.raises(ImageError, match="is not there"):
            read_photo(tmp_path / "a" / "b.jpg")

    def test_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").mkdir()
        with pytest.raises(ImageError, match="is a folder, not a photo"):
            read_photo(tmp_path / "a.jpg")

    def test_link_to_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
        with pytest.raises(ImageError, match="is not there"):
            read_photo(tmp_path / "a.jpg")

    def test_link_to_itself(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
        with pytest.raises(ImageError, match="could not be read"):
            read_photo(tmp_path / "a.jpg")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    @pytest.mark.timeout(10)
    def test_pipe_that_nobody_writes(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.jpg")
        with pytest.raises(ImageError, match="is a device or a pipe"):
            read_photo(tmp_path / "a.jpg")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    @pytest.mark.timeout(10)
    def test_pipe_that_takes_a_files_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tmp_path / "a.jpg")
        monkeypatch.setattr(image_files, "_check_ordinary", lambda path, found: None)
        with pytest.raises(ImageError):
            read_photo(tmp_path / "a.jpg")

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
    @pytest.mark.timeout(10)
    def test_endless_device(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").symlink_to("/dev/zero")
        with pytest.raises(ImageError, match="is a device or a pipe"):
            read_photo(tmp_path / "a.jpg")

    def test_huge_file(self, tmp_path: Path) -> None:
        with (tmp_path / "a.webp").open("wb") as file:
            file.truncate(image_files.MAX_FILE_BYTES + 1)
        with pytest.raises(ImageError, match="is too large: 512 MB"):
            read_photo(tmp_path / "a.webp")

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            (errno.EACCES, "may not be read: no permission"),
            (errno.EIO, "could not be read from the disk: Input/output error"),
            (errno.ENOENT, "is not there"),
        ],
    )
    def test_the_system_refuses(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
    ) -> None:
        (tmp_path / "a.jpg").write_bytes(encoded("jpg"))

        def refuse(*_: object) -> int:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(image_files.os, "open", refuse)
        with pytest.raises(ImageError, match=sentence):
            read_photo(tmp_path / "a.jpg")

    def test_no_possible_name(self, tmp_path: Path) -> None:
        for name in ("a\0b.jpg", "x" * 5000 + ".jpg"):
            with pytest.raises(ImageError):
                read_photo(tmp_path / name)


@pytest.mark.parametrize(
    "name",
    ["line\nbreak.jpg", "\N{BELL}\N{ESCAPE}[31m.jpg", "\N{CAT FACE}.jpg", "a\udcff.jpg", "-rf.jpg"],
)
def test_hostile_names_make_one_printable_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(encoded("png"))
    assert read_photo(path).shape == (72, 96, 3)
    path.write_bytes(b"no picture")
    with pytest.raises(ImageError) as caught:
        read_photo(path)
    assert str(caught.value).isprintable()
    str(caught.value).encode()
    assert caught.value.path == path


def test_running_out_of_memory_is_an_image_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded("jpg"))

    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ml_core.images.to_rgb", exhausted)
    with pytest.raises(ImageError, match="needs more memory"):
        read_photo(tmp_path / "a.jpg")


def test_errors_of_this_program_are_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what decoders raise is turned; fitting is our own code."""
    (tmp_path / "a.jpg").write_bytes(encoded("jpg"))
    with pytest.raises(ValueError, match="height and width must be > 0"):
        load_for_model(tmp_path / "a.jpg", InputSpec(0))


MEASURED = (
    PEAK_MEMORY
    + """
import sys
from pathlib import Path
from ml_core.images import InputSpec, load_for_model, read_photo
path, size = Path(sys.argv[1]), int(sys.argv[2])
pixels = load_for_model(path, InputSpec(size)) if size else read_photo(path)
print(len(pixels), peak_memory())
"""
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
@pytest.mark.parametrize("size", [0, 224], ids=["photo", "model input"])
def test_the_largest_picture_stays_below_a_gigabyte(tmp_path: Path, size: int) -> None:
    """A palette with alphas goes through RGBA, which costs most."""
    path = tmp_path / "large.png"
    side = 10_480
    Image.new("P", (side, side), 1).save(path, compress_level=1, transparency=b"\x80\x80")
    assert side * side > 0.99 * image_files.MAX_PIXELS
    found = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), str(size)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    height, kilobytes = map(int, found.stdout.split())
    assert height == (size or side)
    assert kilobytes < 1024**2
