"""The table of networks: complete, readable without TensorFlow, and honest about downloads."""

import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from ml_core.errors import RecipeError
from ml_core.models import registry
from ml_core.models.registry import ARCHITECTURES, Architecture
from ml_core.models.weights import IMAGENET, keras_home, weights_are_cached

PROMISED = {
    "category_cnn",
    "augmented_cnn",
    "slash_cnn",
    "fashion_cnn",
    "fashion_mlp",
    "small_resnet",
    "inception_v3",
    "mobilenet_v2",
    "mobilenet_v2_035",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "efficientnet_v2_b0",
    "resnet50_v2",
    "convnext_tiny",
}


def test_every_promised_network_is_there() -> None:
    assert set(ARCHITECTURES) == PROMISED


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_is_found_by_its_own_name(name: str) -> None:
    assert registry.get(name).name == name


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_figures_of_a_network_are_sound(name: str) -> None:
    architecture = ARCHITECTURES[name]
    assert architecture.title
    assert architecture.description.endswith(".")
    assert 0 < architecture.minimum_size <= architecture.input_size
    assert architecture.channels in (1, 3)
    assert architecture.parameters > 0
    assert (architecture.classes is None) == architecture.pretrained
    assert (architecture.fine_tune_layers > 0) == architecture.pretrained


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_only_pretrained_networks_have_something_to_download(name: str) -> None:
    architecture = ARCHITECTURES[name]
    assert (name in IMAGENET) == architecture.pretrained
    assert (architecture.download_mb > 0) == architecture.pretrained


def test_downloads_are_about_as_large_as_the_network() -> None:
    for architecture in ARCHITECTURES.values():
        if architecture.pretrained:
            megabytes = architecture.parameters * 4 / 1e6
            assert architecture.download_mb == pytest.approx(megabytes, rel=0.25), architecture.name


def test_titles_are_different() -> None:
    titles = [architecture.title for architecture in ARCHITECTURES.values()]
    assert len(set(titles)) == len(titles)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="'mobilnet_v2'") as caught:
        registry.get("mobilnet_v2")
    assert all(name in str(caught.value) for name in PROMISED)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ARCHITECTURES["another"] = ARCHITECTURES["mobilenet_v2"]  # type: ignore[index]


def test_scratch_settings_are_settings_of_a_recipe() -> None:
    from ml_core.training.recipe import Recipe

    known = {field.name for field in fields(Recipe)}
    for architecture in ARCHITECTURES.values():
        assert set(asdict(architecture.scratch)) <= known
        Recipe(
            goal="scratch",
            architecture=architecture.name,
            input_size=architecture.input_size,
            **asdict(architecture.scratch),
        ).validate()


def test_reading_the_table_imports_no_tensorflow() -> None:
    code = (
        "import sys, ml_core.models.registry, ml_core.models.weights, ml_core.models.build;"
        "sys.exit(bool({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_weights_are_looked_for_where_keras_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert keras_home() == tmp_path
    assert not weights_are_cached("mobilenet_v2")
    path = IMAGENET["mobilenet_v2"].path
    path.parent.mkdir()
    path.write_bytes(b"weights")
    assert weights_are_cached("mobilenet_v2")
    assert not weights_are_cached("mobilenet_v2_035")
    assert not weights_are_cached("small_resnet")


def test_without_the_variable_keras_lives_in_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert keras_home() == tmp_path / ".keras"


@pytest.mark.shared
def test_the_weights_beside_the_repository_are_recognised(imagenet_weights: Path) -> None:
    assert weights_are_cached("mobilenet_v2")
    assert weights_are_cached("mobilenet_v2_035")
    assert not weights_are_cached("inception_v3")


def test_architectures_are_plain_values() -> None:
    one: Architecture = ARCHITECTURES["small_resnet"]
    with pytest.raises(AttributeError):
        one.parameters = 1  # type: ignore[misc]
