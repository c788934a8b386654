"""ImageNet weights files: where they lie, whether they are there, and fetching them.

The files and the folder are those of keras.applications (``KERAS_HOME/models``, else
``~/.keras/models``), so that what Keras or this program fetched once serves both. Fetching is done
here because Keras prints its progress, cannot be interrupted, and leaves what a broken connection
delivered in the file's place. Reading this module needs no TensorFlow.
"""

import hashlib
import http.client
import logging
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO
from urllib.request import urlopen

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import WeightsError
from ml_core.events import Report, StepProgress, ignore

log = logging.getLogger(__name__)

CHOICES = "Give a weights file that you have, choose another architecture, or train from scratch."
"""What a person can do without pretrained weights."""

_TIMEOUT_SECONDS = 20.0
_CHUNK_BYTES = 1 << 16
_REPORT_EVERY_SECONDS = 0.1
_SITE = "https://storage.googleapis.com/tensorflow/keras-applications"
_KERNELS = "weights_tf_dim_ordering_tf_kernels"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file of keras.applications without top.

    Attributes:
        url: Where it is fetched from.
        hash: MD5 (32 hexadecimal digits) or SHA-256 (64); empty where Keras publishes none.
    """

    url: str
    hash: str = ""

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def path(self) -> Path:
        """Where it lies, or will lie, on this computer."""
        return keras_home() / "models" / self.name


IMAGENET: Mapping[str, WeightsFile] = MappingProxyType(
    {
        "mobilenet_v2": WeightsFile(
            f"{_SITE}/mobilenet_v2/mobilenet_v2_{_KERNELS}_1.0_224_no_top.h5"
        ),
        "mobilenet_v2_035": WeightsFile(
            f"{_SITE}/mobilenet_v2/mobilenet_v2_{_KERNELS}_0.35_224_no_top.h5"
        ),
        "mobilenet_v3_small": WeightsFile(
            f"{_SITE}/mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
            "d3e8ec802a04aa4fc771ee12a9a9b836",
        ),
        "mobilenet_v3_large": WeightsFile(
            f"{_SITE}/mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
            "07fb09a5933dd0c8eaafa16978110389",
        ),
        "efficientnet_v2_b0": WeightsFile(
            f"{_SITE}/efficientnet_v2/efficientnetv2-b0_notop.h5",
            "893217f2bb855e2983157299931e43ff",
        ),
        "resnet50_v2": WeightsFile(
            f"{_SITE}/resnet/resnet50v2_{_KERNELS}_notop.h5", "fac2f116257151a9d068a22e544a4917"
        ),
        "inception_v3": WeightsFile(
            f"{_SITE}/inception_v3/inception_v3_{_KERNELS}_notop.h5",
            "bcbd6486424b2319ff4ef7d526e38f63",
        ),
        "convnext_tiny": WeightsFile(
            f"{_SITE}/convnext/convnext_tiny_notop.h5",
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        ),
    }
)
"""By architecture name; the same files and hashes as in Keras 3.15 (a test compares them)."""


def keras_home() -> Path:
    """The folder that Keras calls its home."""
    home = os.environ.get("KERAS_HOME")
    return Path(home).expanduser() if home else Path.home() / ".keras"


def weights_are_cached(name: str) -> bool:
    """Whether the ImageNet weights of an architecture are on this computer (unchecked)."""
    return name in IMAGENET and IMAGENET[name].path.is_file()


def fetch_imagenet_weights(
    name: str, *, report: Report = ignore, control: Control | None = None
) -> Path:
    """The weights file of an architecture, downloaded if it is not here yet.

    Reports StepProgress("weights") in bytes while downloading. Nothing but a complete file that
    passes its hash ever gets to its place.

    Raises:
        WeightsError: There are none for this architecture, or they cannot be fetched.
        StorageError: The disk refused.
        Cancelled, Stopped: The caller ended it; nothing is left behind.
    """
    if name not in IMAGENET:
        raise WeightsError(f"{name} has no ImageNet weights.", mend=CHOICES)
    return fetch(IMAGENET[name], needed_by=name, report=report, control=control)


def fetch(
    file: WeightsFile, *, needed_by: str, report: Report = ignore, control: Control | None = None
) -> Path:
    """See ``fetch_imagenet_weights``; for any file."""
    if file.path.is_file():
        if _passes_hash(file.path, file.hash):
            return file.path
        log.warning("%s is damaged and will be fetched again", file.path)
    with storage.replacing(file.path) as temporary:
        try:
            _download(file, temporary, report=report, control=control or Control())
        except (OSError, http.client.HTTPException) as error:
            raise _not_fetched(file, needed_by, error) from error
        if not _passes_hash(temporary, file.hash):
            raise _refused(file, needed_by, "what arrived is damaged")
    return file.path


def _download(file: WeightsFile, to: Path, *, report: Report, control: Control) -> None:
    control.checkpoint()
    with urlopen(file.url, timeout=_TIMEOUT_SECONDS) as answer, to.open("wb") as out:  # noqa: S310
        total = int(answer.headers.get("Content-Length") or 0)
        done = _copy(answer, out, total=total, report=report, control=control)
    if done < total:
        raise http.client.IncompleteRead(b"", total - done)


def _copy(
    source: IO[bytes], out: IO[bytes], *, total: int, report: Report, control: Control
) -> int:
    """Bytes copied, reporting on the way at most ten times a second and once at the end."""
    started = reported = time.monotonic()
    done = 0
    for chunk in _chunks(source):
        control.checkpoint()
        with storage.translated(Path(out.name)):
            out.write(chunk)
        done += len(chunk)
        now = time.monotonic()
        if now - reported >= _REPORT_EVERY_SECONDS or done == total:
            reported = now
            rate = done / max(now - started, 1e-6)
            left = (total - done) / rate if total else None
            report(StepProgress("weights", done, max(total, done), rate, left))
    return done


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK_BYTES):
        yield chunk


def _passes_hash(path: Path, expected: str) -> bool:
    if not expected:
        return True
    with path.open("rb") as file:
        kind = "sha256" if len(expected) == 64 else "md5"
        return hashlib.file_digest(file, kind).hexdigest() == expected


def _not_fetched(file: WeightsFile, needed_by: str, error: Exception) -> WeightsError:
    if isinstance(error, http.client.IncompleteRead):
        return _refused(file, needed_by, "the connection broke off")
    return _refused(file, needed_by, str(getattr(error, "reason", None) or error))


def _refused(file: WeightsFile, needed_by: str, reason: str) -> WeightsError:
    return WeightsError(
        f"The pretrained weights of {needed_by} ({file.name}) could not be downloaded: {reason}.",
        expected=f"They would lie at {file.path}.",
        mend=f"Connect to the internet and try again, or: {CHOICES[0].lower()}{CHOICES[1:]}",
        path=file.path,
    )
