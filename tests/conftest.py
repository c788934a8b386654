"""What all tests share: a home for the program's things, and the photos beside the repository."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def program_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own folder for runs, settings and caches."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PRODUCT_CLASSIFIER_HOME", str(home))
    monkeypatch.setenv("PRODUCT_CLASSIFIER_ONE_PROCESS", "1")  # TensorFlow is imported once for all
    return home


@pytest.fixture
def processes_apart(program_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Keras work in processes of its own, as the program does."""
    monkeypatch.delenv("PRODUCT_CLASSIFIER_ONE_PROCESS")


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The photos and weights beside the repository; skips, saying so, where they are absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the photos and weights in ../shared, which are not here")
    return SHARED


@pytest.fixture
def imagenet_weights(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Keras find pretrained weights in ../shared, with no network."""
    monkeypatch.setenv("KERAS_HOME", str(shared_folder / "keras_home"))
    return shared_folder / "keras_home"
