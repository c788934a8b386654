"""Open a picture file safely: ordinary files, known formats, bounded sizes, one kind of error.

Only ``ml_core.images`` uses this. The content decides what a file is, never its name; formats
that run programs (PostScript) or that are no pictures (scientific grids, video) are never tried.
"""

import errno
import logging
import os
import re
import stat
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import Final

from PIL import Image

from ml_core.errors import ImageError

log = logging.getLogger(__name__)

MAX_PIXELS: Final = 110_000_000
"""Cameras reach 102 and phones 108 megapixels. Pillow needs 4 bytes for each, mostly twice."""

_MAX_PIXELS_OF: Final = {"WEBP": 50_000_000, "AVIF": 70_000_000, "JPEG2000": 40_000_000}
"""Decoders that keep more copies; with these numbers each stays under 1 GB as well."""

MAX_SIDE: Final = 30_000
"""In pixels. A limit on pixels alone would pass a picture of 1 x 84,000,000."""

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
"""Some decoders take the whole file into memory before they look at it."""

MAX_SLOW_PIXELS: Final = 6_000_000
"""Some rare formats are decoded by Python code, which takes up to 1.4 s a megapixel."""

MAX_SCANNED_PIXELS: Final = 5_000_000_000
"""A progressive JPEG goes over its pixels once a scan, 1e9 pixels a second. Ten scans are usual."""

_MAX_PACKED_FITS_BYTES: Final = 1024 * 1024
"""Pillow unpacks these without a limit, by up to a thousand times."""

SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif", ".avifs"),
    "JPEG2000": (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    "QOI": (".qoi",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
    "ICO": (".ico",),
    "PSD": (".psd",),
    "DIB": (".dib",),
    "DDS": (".dds",),
    "PCX": (".pcx",),
    "DCX": (".dcx",),
    "SGI": (".sgi", ".rgb", ".rgba", ".bw"),
    "SUN": (".ras",),
    "XPM": (".xpm",),
    "XBM": (".xbm",),
    "FITS": (".fits", ".fit"),
    "FLI": (".fli", ".flc"),
    "MSP": (".msp",),
    "PIXAR": (".pxr",),
    "XVTHUMB": (".p7",),
    "PCD": (".pcd",),
    "SPIDER": (".spider", ".spi"),
    "IM": (".im",),
    "TGA": (".tga", ".icb", ".vda", ".vst"),
}
"""The formats that are tried, in this order, under Pillow's names, and their usual endings."""

_READ_WITHOUT_WAITING: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
"""Should a pipe have taken the file's place since it was looked at, do not wait for its writer."""

_EVERYDAY: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_KNOWN_BY_NAME: Final = "TGA"
"""Has no signature at all: tried only where the name agrees, or any bytes could pass for it."""

_PICTURE_SIGNATURES: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8|BM|II[*+]|MM\x00[*+]|....ftypavi[fs]|\xff\x4f\xff\x51"
    rb"|\x00\x00\x00\x0cjP  |qoif|P[1-7fFy]\s|\x00\x00\x01\x00|8BPS|DDS |\x01\xda"
    rb"|\x59\xa6\x6a\x95|/\* XPM|SIMPLE",
    re.DOTALL,
)
_REFUSED: Final = (
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "a PostScript file"),
    (re.compile(rb"%PDF"), "a PDF document"),
    (re.compile(rb"....ftyp(hei[cmsx]|hev[cmx]|mif1|msf1)", re.DOTALL), "a HEIC photo"),
    (re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL "), "a JPEG XL photo"),
    (re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<svg", re.DOTALL), "an SVG drawing"),
    (re.compile(rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI ", re.DOTALL), "a video"),
    (re.compile(rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF", re.DOTALL), "a Windows metafile"),
    (re.compile(rb"version https://git-lfs"), "a Git LFS pointer in place of the photo"),
)
_SAVE_AS_PHOTO: Final = "Open it in another program and save it as JPEG or PNG."
_COPY_AGAIN: Final = "Copy it again from where it came from, or leave it out."


@contextmanager
def opened_file(path: Path) -> Iterator[BufferedReader]:
    """Open an ordinary file that is neither empty nor huge, for its bytes. Raises ImageError."""
    try:
        _check_ordinary(path, path.stat())
        file = os.fdopen(os.open(path, _READ_WITHOUT_WAITING), "rb")
    except (OSError, ValueError) as error:
        raise _unopened(path, error) from error
    with file:
        yield file


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture and check its header; nothing is decoded yet.

    Raises:
        ImageError: It is no ordinary file, no picture of a known format, or would take too much
            memory or time.
    """
    with opened_file(path) as file:
        with damage_is_image_error(path):
            image = _identified(path, file)
        with image:
            if image.format == "TIFF":
                _silence_libtiff()
            with damage_is_image_error(path):
                _check_effort(path, image, file)
            yield image


@contextmanager
def damage_is_image_error(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises into an ImageError that names the file."""
    _silence_pillow()
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise _too_large(path, "needs more memory than is free") from error
    except Image.DecompressionBombError as error:
        raise _too_large(path, "claims more pixels than any photo has") from error
    except _DECODER_ERRORS as error:
        raise _explained(path, error) from error


def check_size(path: Path, size: tuple[int, int], *, limit: int = MAX_PIXELS) -> None:
    """Raise ImageError if a picture of ``size`` (width, height) must not be decoded."""
    width, height = size
    if width < 1 or height < 1:
        raise _damaged(path)
    if max(size) > MAX_SIDE or width * height > limit:
        raise _too_large(path, f"is too large: {width:,} x {height:,} pixels", limit=limit)


def _check_ordinary(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ImageError(f"{_name(path)} is a folder, not a photo.", path=path)
    if not stat.S_ISREG(found.st_mode):
        raise ImageError(f"{_name(path)} is a device or a pipe, not a file.", path=path)
    if found.st_size == 0:
        raise ImageError(f"{_name(path)} is empty (0 bytes).", mend=_COPY_AGAIN, path=path)
    if found.st_size > MAX_FILE_BYTES:
        megabytes = found.st_size // 1024**2
        raise _too_large(path, f"is too large: {megabytes:,} MB")


def _identified(path: Path, file: BufferedReader) -> Image.Image:
    try:
        return Image.open(file, formats=_formats_for(path))
    except _DECODER_ERRORS as error:
        if _is_disk_error(error):
            raise
        file.seek(0)
        start = file.read(512)
        if not _PICTURE_SIGNATURES.match(start):
            raise _not_a_photo(path, start) from error
        raise


def _formats_for(path: Path) -> list[str]:
    by_name = path.suffix.lower() in SUFFIXES[_KNOWN_BY_NAME]
    return [name for name in SUFFIXES if by_name or name != _KNOWN_BY_NAME]


def _check_effort(path: Path, image: Image.Image, file: BufferedReader) -> None:
    """Refuse what a small file can make slow or huge."""
    check_size(path, image.size, limit=_MAX_PIXELS_OF.get(image.format or "", MAX_PIXELS))
    pixels = image.width * image.height
    codecs = {tile.codec_name for tile in getattr(image, "tile", ())}
    if codecs & Image.DECODERS.keys() and pixels > MAX_SLOW_PIXELS:
        raise _takes_too_long(path)
    if "fits_gzip" in codecs and path.stat().st_size > _MAX_PACKED_FITS_BYTES:
        raise _too_large(path, "may unpack to far more than its size")
    if image.info.get("progressive") and pixels * _scans(file) > MAX_SCANNED_PIXELS:
        raise _takes_too_long(path)


def _scans(file: BufferedReader) -> int:
    """Count a JPEG's start-of-scan markers; inside pixel data 0xFF is always escaped."""
    position = file.tell()
    file.seek(0)
    scans = sum(piece.count(b"\xff\xda") for piece in iter(lambda: file.read(1 << 20), b""))
    file.seek(position)
    return scans


def _silence_pillow() -> None:
    """Keep Pillow's warnings and log entries about odd files from reaching users.

    ``warnings.catch_warnings`` swaps the list of filters for the whole process and may not be used
    in threads. A filter that names Pillow's modules, put in front once, does the same for good.
    """
    if warnings.filters[:1] != [_IGNORE_PILLOW]:
        warnings.filterwarnings("ignore", module=_PILLOW_MODULES)
        logging.getLogger("PIL").setLevel(logging.CRITICAL)


@cache
def _silence_libtiff() -> None:
    """Keep libtiff from writing hundreds of lines to the terminal about one odd file.

    Its messages say less than our own error. Where Pillow was built otherwise they stay.
    """
    import ctypes

    beside = Path(Image.__file__).parent
    folders = (beside.parent / "pillow.libs", beside / ".dylibs")
    for path in (path for folder in folders for path in folder.glob("libtiff*")):
        try:
            libtiff = ctypes.CDLL(str(path))
            libtiff.TIFFSetWarningHandler(None)
            libtiff.TIFFSetErrorHandler(None)
        except (OSError, AttributeError):
            log.debug("%s cannot be kept quiet", path, exc_info=True)


_PILLOW_MODULES: Final = r"PIL\."
_IGNORE_PILLOW: Final = ("ignore", None, Warning, re.compile(_PILLOW_MODULES), 0)

_DECODER_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, Warning, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's decoders raise on files made by others."""


def _explained(path: Path, error: Exception) -> ImageError:
    told = str(error).lower()
    if "too large" in told:
        return _too_large(path, "unpacks to far more than its size")
    if "unsupported" in told or isinstance(error, NotImplementedError):
        return ImageError(
            f"{_name(path)} is of a variant of its format that cannot be read.",
            mend=_SAVE_AS_PHOTO,
            path=path,
        )
    if isinstance(error, OSError) and _is_disk_error(error):
        return _unopened(path, error)
    return _damaged(path)


def _is_disk_error(error: Exception) -> bool:
    """Tell a failing disk from a decoder that was led to a place before the file's start."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


def _damaged(path: Path) -> ImageError:
    return ImageError(f"{_name(path)} is damaged or cut short.", mend=_COPY_AGAIN, path=path)


def _too_large(path: Path, what: str, *, limit: int = MAX_PIXELS) -> ImageError:
    return ImageError(
        f"{_name(path)} {what}.",
        expected=f"A photo like this may have {limit:,} pixels and {MAX_SIDE:,} on a side.",
        mend="Open it in another program and save a smaller copy.",
        path=path,
    )


def _takes_too_long(path: Path) -> ImageError:
    return ImageError(
        f"{_name(path)} is packed so that opening it takes far too long.",
        mend=_SAVE_AS_PHOTO,
        path=path,
    )


def _not_a_photo(path: Path, start: bytes) -> ImageError:
    for signature, kind in _REFUSED:
        if signature.match(start):
            return ImageError(
                f"{_name(path)} is {kind}, which cannot be read.", mend=_SAVE_AS_PHOTO, path=path
            )
    return ImageError(
        f"{_name(path)} is not a picture.",
        expected=f"Photos are {', '.join(_EVERYDAY[:-1])} or {_EVERYDAY[-1]} files.",
        path=path,
    )


def _unopened(path: Path, error: OSError | ValueError) -> ImageError:
    """Say why the operating system did not give the file's bytes."""
    name = _name(path)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        what, mend = f"{name} is not there.", "It may have been moved, renamed or deleted."
    elif isinstance(error, PermissionError):
        what, mend = f"{name} may not be read: no permission.", "Change the file's permissions."
    elif isinstance(error, OSError):
        what, mend = f"{name} could not be read from the disk: {error.strerror}.", ""
    else:
        what, mend = f"{name} is not a name that a file can have.", ""
    return ImageError(what, mend=mend, path=path)


def _name(path: Path) -> str:
    """Quote the file's name so that it prints on one line whatever it holds."""
    shown = path.name.encode(errors="replace").decode()
    return '"' + "".join(letter if letter.isprintable() else "?" for letter in shown) + '"'
