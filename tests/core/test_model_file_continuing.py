"""The Keras network of a model file: built in this process only after it was tried in another."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import ModelFileError
from ml_core.model_file.continuing import load_network
from ml_core.prediction.classifier import Classifier
from tests.core.hostile_networks import NETWORKS
from tests.core.model_files import redescribed
from tests.core.tiny_model import SPEC, write_tiny_model

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "shop.keras")


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")


@pytest.mark.usefixtures("no_processes")
def test_what_was_written_here_is_built_at_once(good: Path) -> None:
    network = load_network(good)
    photos = np.random.default_rng(2).integers(0, 256, (3, SPEC.size, SPEC.size, 3), np.uint8)
    classifier = Classifier.open(good)
    for photo, answer in zip(
        photos, network.predict_on_batch(photos.astype(np.float32)), strict=True
    ):
        expected = classifier.probabilities(classifier.embedder.embed(photo))
        np.testing.assert_allclose(answer, expected, atol=1e-3)
    assert not network.compiled


def test_a_file_from_elsewhere_is_tried_once(
    good: Path, tmp_path: Path, program_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = redescribed(good, tmp_path, name="from elsewhere")
    load_network(foreign)
    kinds = {path.name.partition("-")[0] for path in (program_home / "cache/examined").iterdir()}
    assert kinds == {"written", "opened", "built"}
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert load_network(foreign).output_shape == (None, 5)


@pytest.mark.parametrize("name", ["lambda", "Dense(1e9)", "link to a file"])
def test_hostile_networks_are_not_built(good: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ModelFileError) as caught:
        load_network(NETWORKS[name].make(good, tmp_path / "in"))
    assert NETWORKS[name].sentence in caught.value.what
