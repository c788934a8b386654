"""From a Keras network to what classification needs: LiteRT bytes and a Keras archive.

Building and converting take seconds and need TensorFlow; frozen backbones are therefore prepared
once and kept in the cache, so that training a head on them needs no TensorFlow at all.
"""

import hashlib
import logging
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core import storage
from ml_core.child_process import run_in_child
from ml_core.control import Control
from ml_core.errors import StorageError
from ml_core.events import Report, ignore

if TYPE_CHECKING:
    import keras

    from ml_core.models.cut import CutNetwork

log = logging.getLogger(__name__)

TEMPLATE_CLASSES = 2

_EMBEDDER, _TEMPLATE = "embedder.tflite", "template.keras"


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
    return to_litert(model.get_layer("embedder"))


def to_litert(network: "keras.Model") -> bytes:
    """A network from pixels to one tensor, as a LiteRT flatbuffer for one photo at a time."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.tflite"
        # The fixed batch of one lets LiteRT plan its memory once; batches gain nothing there.
        signature = [
            keras.InputSpec(dtype="float32", shape=(1, *network.input_shape[1:]), name="pixels")
        ]
        network.export(str(path), format="litert", verbose=False, input_signature=signature)
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

    A process of its own does the latter.

    Raises:
        WeightsError: The pretrained weights are missing or do not fit.
        StorageError: The cache folder cannot be written.
        ProcessError: The process that built it has crashed.
        Cancelled, Stopped: The caller ended it.
    """
    folder = _folder(architecture, input_size, weights)
    if not _is_prepared(folder):
        run_in_child(
            _build_into,
            folder,
            architecture,
            input_size,
            weights,
            report=report,
            control=control or Control(),
        )
    return PreparedBackbone((folder / _EMBEDDER).read_bytes(), folder / _TEMPLATE)


def prepare_lower_part(
    network: "CutNetwork", architecture: str, *, input_size: int, weights: str
) -> bytes:
    """The lower part of a cut backbone as LiteRT bytes, from the cache or converted now (seconds).

    It is kept beside the whole backbone. ``network`` must be that backbone with the very weights
    that ``weights`` stands for.

    Raises:
        StorageError: The cache folder cannot be written.
    """
    path = _folder(architecture, input_size, weights) / f"below-{network.layers}.tflite"
    if not path.is_file():
        storage.write_bytes(path, to_litert(network.lower))
    return path.read_bytes()


def backbone_is_prepared(architecture: str, *, input_size: int, weights: str) -> bool:
    """Whether ``prepare_backbone`` will find it in the cache."""
    return _is_prepared(_folder(architecture, input_size, weights))


def _build_into(
    folder: Path,
    architecture: str,
    input_size: int,
    weights: str,
    *,
    report: Report,
    control: Control,
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
    # Half of it may have been deleted. Looked at in this order, since another process may put the
    # whole folder there at any moment.
    if folder.exists() and not _is_prepared(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        with storage.replacing_folder(folder) as temporary:
            model.save(temporary / _TEMPLATE)
            (temporary / _EMBEDDER).write_bytes(embedder_to_litert(model))
    except StorageError:
        if not _is_prepared(folder):  # another process may have been faster
            raise


def _is_prepared(folder: Path) -> bool:
    return (folder / _EMBEDDER).is_file() and (folder / _TEMPLATE).is_file()


def _folder(architecture: str, input_size: int, weights: str) -> Path:
    """Where the prepared backbone lies; a weights file counts by its content."""
    digest = hashlib.blake2b(version("keras").encode(), digest_size=8)
    if weights in ("imagenet", "none") or not Path(weights).is_file():
        digest.update(weights.encode(errors="surrogateescape"))
    else:
        with Path(weights).open("rb") as file:
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    name = f"{architecture}-{input_size}-{digest.hexdigest()}"
    return storage.cache_folder() / "backbones" / name
