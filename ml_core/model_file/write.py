"""Write a model file: a Keras archive and, beside its members, what classification needs."""

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core import storage
from ml_core.model_file import members
from ml_core.model_file.known import WRITTEN, fingerprint, remember
from ml_core.model_file.manifest import Manifest


def write(
    destination: Path,
    *,
    keras_archive: Path,
    embedder: bytes,
    kernel: NDArray[np.float32],
    bias: NDArray[np.float32],
    manifest: Manifest,
    references: NDArray[np.float16] | None = None,
) -> Manifest:
    """Write the file atomically; gives the manifest as written, with its hashes.

    Args:
        destination: The model file; replaced if it exists.
        keras_archive: The whole network as plain Keras saved it.
        embedder: LiteRT bytes of the network without its head.
        kernel: float32, shape (embedding_size, classes).
        bias: float32, shape (classes,).
        manifest: Everything else; its hashes are computed here.
        references: Vectors of training photos, if ``manifest.trust`` says what to do with them;
            float16, shape (references, embedding_size).

    Raises:
        StorageError: The disk refused; ``destination`` is then as it was.
    """
    contents = {
        members.EMBEDDER: embedder,
        members.KERNEL: members.array_to_bytes(kernel),
        members.BIAS: members.array_to_bytes(bias),
    }
    if references is not None:
        contents[members.REFERENCES] = members.array_to_bytes(references)
    hashes = {name: members.sha256(content) for name, content in contents.items()}
    manifest = replace(manifest, hashes=hashes)
    contents[members.MANIFEST] = json.dumps(
        manifest.to_json(), indent=1, ensure_ascii=False
    ).encode("utf-8", errors="surrogatepass")
    with storage.replacing(destination) as temporary:
        shutil.copyfile(keras_archive, temporary)
        with zipfile.ZipFile(temporary, "a", zipfile.ZIP_STORED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
    remember(fingerprint(destination), how=WRITTEN)
    return manifest
