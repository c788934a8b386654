"""Read what classification needs from a model file; builds no Keras object."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import ModelFileError
from ml_core.model_file import members, strict_json
from ml_core.model_file.examination import require_examined
from ml_core.model_file.inspect import LARGEST_DESCRIPTION, naming, opened_archive, read_member
from ml_core.model_file.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The contents of a model file that classification uses.

    Attributes:
        manifest: What it says of itself.
        embedder: LiteRT bytes.
        kernel: float32, shape (embedding_size, classes).
        bias: float32, shape (classes,).
        references: Vectors of training photos, float16, shape (references, embedding_size);
            None where ``manifest.trust`` is None.
    """

    manifest: Manifest
    embedder: bytes
    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    references: NDArray[np.float16] | None = None


def read(path: Path) -> ModelFile:
    """Open and check a model file; one that is not known yet is examined whole before.

    Raises:
        ModelFileError: It is no model file, is damaged, could do harm, or its parts contradict
            each other.
    """
    with opened_archive(path) as archive:
        manifest = manifest_in(archive, path)
        require_examined(path)
        return contents_in(archive, path, manifest)


def contents_in(archive: ZipFile, path: Path, manifest: Manifest) -> ModelFile:
    """What classification needs from an opened model file. Raises ModelFileError."""
    embedder = _checked(archive, members.EMBEDDER, manifest)
    kernel = _array(archive, members.KERNEL, manifest)
    bias = _array(archive, members.BIAS, manifest)
    references = _references(archive, manifest)
    expected = (manifest.embedding_size, len(manifest.class_names))
    if kernel.shape != expected or bias.shape != expected[1:]:
        raise ModelFileError(
            f"{path.name} contradicts itself: its head has the shape {kernel.shape}.",
            expected=f"{expected} follows from its description.",
            path=path,
        )
    return ModelFile(manifest, embedder, kernel, bias, references)


def read_manifest(path: Path) -> Manifest:
    """Only what the file says of itself; fast. Raises ModelFileError."""
    with opened_archive(path) as archive:
        return manifest_in(archive, path)


def manifest_in(archive: ZipFile, path: Path) -> Manifest:
    """What an opened model file says of itself. Raises ModelFileError."""
    content = read_member(archive, members.MANIFEST, largest=LARGEST_DESCRIPTION)
    try:
        values = strict_json.parse(content, numbers_only=False)
    except ValueError as error:
        raise ModelFileError(
            f"{path.name} is damaged: its description cannot be read ({error}).", path=path
        ) from error
    with naming(path):
        return Manifest.from_json(values)


def _checked(archive: ZipFile, name: str, manifest: Manifest) -> bytes:
    content = read_member(archive, name)
    if manifest.hashes.get(name) != members.sha256(content):
        path = Path(archive.filename or "")
        raise ModelFileError(
            f"{path.name} is damaged: the checksum of {name} does not fit.",
            mend="Copy or export it again.",
            path=path,
        )
    return content


def _references(archive: ZipFile, manifest: Manifest) -> NDArray[np.float16] | None:
    if manifest.trust is None:
        return None
    references = _array(archive, members.REFERENCES, manifest, bits=16)
    if (
        references.ndim != 2
        or not references.size
        or references.shape[1] != manifest.embedding_size
    ):
        path = Path(archive.filename or "")
        raise ModelFileError(
            f"{path.name} contradicts itself: its reference vectors have the shape"
            f" {references.shape}.",
            expected=f"{manifest.embedding_size} numbers each follow from its description.",
            path=path,
        )
    return references


def _array(archive: ZipFile, name: str, manifest: Manifest, *, bits: int = 32) -> NDArray[Any]:
    try:
        return members.array_from_bytes(_checked(archive, name, manifest), bits=bits)
    except (ValueError, EOFError, OSError, MemoryError) as error:
        path = Path(archive.filename or "")
        raise ModelFileError(f"{path.name} is damaged: {name}: {error}.", path=path) from error
