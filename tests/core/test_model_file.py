"""Model files: a round trip, and writing that leaves the old file or the new one."""

import json
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml_core import storage
from ml_core.errors import StorageError
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file import members
from ml_core.model_file.archive import with_head
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.read import read, read_manifest
from ml_core.model_file.write import write
from ml_core.prediction.classifier import Classifier
from ml_core.training.recipe import recipe_for
from tests.core.disk import disk_without_room
from tests.core.model_files import contents_of, redescribed, zip_to


def test_what_was_written_is_read(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    manifest = Manifest(
        name="Größe \U0001f600 \udce9",
        created="2026-01-02T03:04:05+00:00",
        class_names=("a,b", "c\nd", "Ünïcode \udcff"),
        input=InputSpec(48, 1, ResizePolicy.PAD),
        architecture="fashion_cnn",
        embedding_size=5,
        parameters=123,
        scores=Scores(
            validation_accuracy=0.5, validation_photos=4, test_accuracy=None, test_photos=0
        ),
        recipe=recipe_for("scratch", architecture="fashion_cnn"),
        dataset_fingerprint="00ff",
        photo_counts={"train": 8, "validation": 4, "test": 0, "skipped": 1},
        versions={"keras": "3.15.1"},
        hashes={},
    )
    plain = zip_to(tmp_path / "plain.keras", {"config.json": b"{}", "model.weights.h5": b"h5"})
    kernel = random.normal(size=(5, 3)).astype(np.float32)
    bias = random.normal(size=3).astype(np.float32)
    written = write(
        tmp_path / "m.keras",
        keras_archive=plain,
        embedder=b"network",
        kernel=kernel,
        bias=bias,
        manifest=manifest,
    )
    assert set(written.hashes) == {members.EMBEDDER, members.KERNEL, members.BIAS}
    model = read(tmp_path / "m.keras")
    assert model.manifest == written == read_manifest(tmp_path / "m.keras")
    assert replace(model.manifest, hashes={}) == manifest
    assert model.embedder == b"network"
    np.testing.assert_array_equal(model.kernel, kernel)
    np.testing.assert_array_equal(model.bias, bias)
    assert contents_of(tmp_path / "m.keras")["config.json"] == b"{}"


def test_a_recipe_is_not_needed(fast_model: Path, tmp_path: Path) -> None:
    foreign = redescribed(fast_model, tmp_path, recipe=None)
    assert read_manifest(foreign).recipe is None
    assert Classifier.open(foreign).class_names == ("lamp", "mug", "shirt")


def test_the_description_says_what_was_trained(fast_model: Path) -> None:
    manifest = read_manifest(fast_model)
    assert manifest.architecture == "mobilenet_v2_035"
    assert manifest.input == InputSpec(64, 3, ResizePolicy.STRETCH)
    assert manifest.embedding_size == 1280
    assert manifest.parameters == 410_208 + 1280 * 3 + 3
    assert sum(manifest.photo_counts.values()) == 72
    assert manifest.scores.test_photos == manifest.photo_counts["test"]
    assert {"keras", "tensorflow", "numpy"} <= set(manifest.versions)


def test_a_file_packed_again_by_another_program_still_opens(
    fast_model: Path, tmp_path: Path, photos: Path
) -> None:
    packed = zip_to(tmp_path / "packed.keras", contents_of(fast_model), kind=zipfile.ZIP_DEFLATED)
    photo = photos / "mug" / "mug_000.jpg"
    given, expected = (Classifier.open(path).classify(photo) for path in (packed, fast_model))
    assert given.top == expected.top


def keras_part(model: Path, folder: Path) -> Path:
    plain = {n: c for n, c in contents_of(model).items() if not n.startswith(members.FOLDER)}
    return zip_to(folder / "plain.zip", plain)


def write_again(model: Path, plain: Path, destination: Path) -> None:
    parts = read(model)
    write(
        destination,
        keras_archive=plain,
        embedder=parts.embedder,
        kernel=parts.kernel,
        bias=parts.bias,
        manifest=parts.manifest,
        references=parts.references,
    )


@pytest.mark.parametrize("more_than_plain", [-5000, 5000, 100_000])
def test_a_full_disk_leaves_the_old_file(
    fast_model: Path, tmp_path: Path, more_than_plain: int
) -> None:
    destination = tmp_path / "models" / "m.keras"
    storage.copy_file(fast_model, destination)
    before = destination.read_bytes()
    plain = keras_part(fast_model, tmp_path)
    largest = plain.stat().st_size + more_than_plain
    with disk_without_room(largest), pytest.raises(StorageError):
        write_again(fast_model, plain, destination)
    assert destination.read_bytes() == before
    assert list(destination.parent.iterdir()) == [destination]


WRITER = """
import sys
from pathlib import Path
from tests.core.test_model_file import write_again
print("begun", flush=True)
while True:
    write_again(*map(Path, sys.argv[1:]))
"""


def test_a_killed_writer_leaves_a_whole_file(fast_model: Path, tmp_path: Path) -> None:
    destination = tmp_path / "m.keras"
    storage.copy_file(fast_model, destination)
    plain, root = keras_part(fast_model, tmp_path), Path(__file__).parents[2]
    for wait in (0.02, 0.05, 0.09):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(fast_model), str(plain), str(destination)],
            stdout=subprocess.PIPE,
            cwd=root,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        assert read(destination).manifest == read(fast_model).manifest


def test_a_template_without_our_head_is_refused(tmp_path: Path) -> None:
    config = json.dumps({"config": {"layers": [{"config": {"name": "dense"}}]}}).encode()
    template = zip_to(tmp_path / "t.keras", {"config.json": config})
    with pytest.raises(ValueError, match="expected one layer named 'head', found 0"):
        with_head(
            template, np.zeros((2, 2), np.float32), np.zeros(2, np.float32), tmp_path / "o.keras"
        )


def test_a_head_of_another_embedding_size_is_refused(fast_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="takes 1280 numbers, the new one 7"):
        with_head(
            fast_model, np.zeros((7, 4), np.float32), np.zeros(4, np.float32), tmp_path / "o.keras"
        )
