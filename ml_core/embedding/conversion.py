"""From a Keras network to what classification needs: LiteRT bytes and a Keras archive.

Building and converting take seconds and need TensorFlow; frozen backbones are therefore prepared
once and kept in the cache, so that training a head on them needs no TensorFlow at all.
"""

import hashlib
import logging
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import StorageError
from ml_core.events import Report, ignore

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

TEMPLATE_CLASSES = 2


@dataclass(frozen=True, slots=True)
class PreparedBackbone:
    """A frozen backbone on the disk.

    Attributes:
        embedder: LiteRT bytes; see ``Embedder``.
        template: A Keras archive of the whole network with a head of ``TEMPLATE_CLASSES``
            outputs, which ``model_file.archive.with_head`` gives the trained head.
    """

    embedder: bytes
    template: Path


def embedder_to_litert(model: "keras.Model") -> bytes:
    """The nested "embedder" of a built network as a LiteRT flatbuffer for one photo at a time."""
    import keras

    inner = model.get_layer("embedder")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "embedder.tflite"
        # The fixed batch of one lets LiteRT plan its memory once; batches gain nothing there.
        signature = [
            keras.InputSpec(dtype="float32", shape=(1, *inner.input_shape[1:]), name="pixels")
        ]
        inner.export(str(path), format="litert", verbose=False, input_signature=signature)
        return path.read_bytes()


def prepare_backbone(
    architecture: str,
    *,
    input_size: int,
    weights: str,
    report: Report = ignore,
    control: Control | None = None,
) -> PreparedBackbone:
    """The frozen backbone, from the cache or built and converted now (about 15 s).

    Raises:
        WeightsError: The pretrained weights are missing or do not fit.
        StorageError: The cache folder cannot be written.
        Cancelled, Stopped: The caller ended it.
    """
    folder = storage.cache_folder() / "backbones" / _key(architecture, input_size, weights)
    embedder, template = folder / "embedder.tflite", folder / "template.keras"
    if not (embedder.is_file() and template.is_file()):
        _build_into(folder, architecture, input_size, weights, report, control)
    return PreparedBackbone(embedder.read_bytes(), template)


def _build_into(
    folder: Path,
    architecture: str,
    input_size: int,
    weights: str,
    report: Report,
    control: Control | None,
) -> None:
    from ml_core.models.build import build

    model = build(
        architecture,
        classes=TEMPLATE_CLASSES,
        input_size=input_size,
        weights=weights,
        report=report,
        control=control,
    )
    try:
        with storage.replacing_folder(folder) as temporary:
            model.save(temporary / "template.keras")
            (temporary / "embedder.tflite").write_bytes(embedder_to_litert(model))
    except StorageError:
        if not (folder / "template.keras").is_file():  # another process may have been faster
            raise


def _key(architecture: str, input_size: int, weights: str) -> str:
    """Names the prepared backbone; a weights file counts by its content."""
    path = Path(weights)
    digest = hashlib.blake2b(digest_size=8)
    digest.update(path.read_bytes() if path.is_file() else weights.encode())
    digest.update(version("keras").encode())
    return f"{architecture}-{input_size}-{digest.hexdigest()}"
