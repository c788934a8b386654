"""What stays light: looking, classifying and training a head import no TensorFlow, no plots, no Tk.

Each case runs in a process of its own, since this one may have imported anything.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ml_core import storage

HEAVY = {
    "tensorflow", "keras", "matplotlib", "tkinter", "customtkinter", "tkinterdnd2", "onnx",
    "pandas", "scipy", "sklearn", "torch",
}  # fmt: skip

AFTERWARDS = """
import json, pathlib, sys
names = sorted({name.partition(".")[0] for name in sys.modules})
pathlib.Path(sys.argv[1]).write_text(json.dumps(names))
"""

COMMAND_LINE = """
import sys
words, sys.argv[1:] = sys.argv[2:], sys.argv[1:2]
report = sys.argv[1]
sys.argv = ["ml-core", *words]
from ml_core.cli import main
try:
    status = main()
except SystemExit as end:
    status = end.code
assert not status, status
sys.argv = ["", report]
"""


@pytest.fixture
def modules(tmp_path: Path, program_home: Path) -> Any:
    """Run a script in a new process; gives the top-level modules that it had imported."""

    def run(script: str, *arguments: object) -> set[str]:
        report = tmp_path / "modules.json"
        subprocess.run(
            [sys.executable, "-c", script + AFTERWARDS, str(report), *map(str, arguments)],
            check=True,
            capture_output=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, storage.HOME_VARIABLE: str(program_home)},
            timeout=120,
        )
        return set(json.loads(report.read_text()))

    return run


def test_the_check_notices_what_it_should(modules: Any) -> None:
    assert HEAVY & modules("import matplotlib") == {"matplotlib"}


@pytest.mark.parametrize(
    "name",
    [
        "ml_core",
        "ml_core.images",
        "ml_core.dataset.scan",
        "ml_core.dataset.reading",
        "ml_core.prediction.classifier",
        "ml_core.models.registry",
        "ml_core.runs",
        "ml_core.evaluation.evaluate",
        "ml_core.training.recipe",
        "ml_core.training.trainer",
        "ml_core.export.formats",
        "ml_core.figures",
        "ml_core.file_moves",
        "ml_core.dataset.decided_moves",
        "ml_core.dataset.report.page",
    ],
)
def test_importing(modules: Any, name: str) -> None:
    assert HEAVY & modules(f"import {name}") == set()


def test_importing_the_package_imports_next_to_nothing(modules: Any) -> None:
    assert {"numpy", "PIL", "ai_edge_litert"} & modules("import ml_core") == set()


def test_every_public_name_is_there(modules: Any) -> None:
    script = """
import ml_core
for name in ml_core.__all__:
    assert getattr(ml_core, name).__module__.startswith("ml_core."), name
"""
    assert HEAVY & modules(script) == set()


def test_opening_a_model_and_classifying(modules: Any, fast_model: Path, photos: Path) -> None:
    script = f"""
import ml_core
from pathlib import Path
classifier = ml_core.Classifier.open(Path({str(fast_model)!r}))
assert classifier.classify(Path({str(photos / "mug" / "mug_000.jpg")!r})).category
assert len(list(classifier.classify_many(Path({str(photos)!r}).rglob("*.jpg")))) == 72
"""
    assert HEAVY & modules(script) == set()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["train", "--help"]])
def test_help_is_instant(modules: Any, words: list[str]) -> None:
    found = modules(COMMAND_LINE, *words)
    assert (HEAVY | {"numpy", "PIL", "ai_edge_litert", "rich"}) & found == set()


def test_commands_that_only_look(modules: Any, fast_model: Path, photos: Path) -> None:
    photo = photos / "mug" / "mug_000.jpg"
    for words in (
        ["architectures", "--json"],
        ["inspect", fast_model, "--json"],
        ["classify", photo, "--model", fast_model, "--json"],
        ["evaluate", fast_model, photos, "--json"],
    ):
        assert HEAVY & modules(COMMAND_LINE, *words) == set(), words


def test_a_second_fast_training(modules: Any, warm_home: Path, photos: Path) -> None:
    out = warm_home / "second.keras"
    words = ["train", photos, "--out", out, "--recipe", "fast", "--epochs", "3", "--size", "64"]
    words += ["--architecture", "mobilenet_v2_035", "--weights", "none", "--json"]
    assert HEAVY & modules(COMMAND_LINE, *words) == set()
    assert out.is_file()


def test_training_a_whole_network(
    modules: Any, photos: Path, program_home: Path, processes_apart: None
) -> None:
    """Keras works in a process of its own."""
    out = program_home / "scratch.keras"
    words = ["train", photos, "--out", out, "--recipe", "scratch", "--epochs", "1", "--size", "16"]
    words += ["--architecture", "fashion_mlp", "--json"]
    assert HEAVY & modules(COMMAND_LINE, *words) == set()
    assert out.is_file()
