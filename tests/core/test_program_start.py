"""The window's command: quick to start, plain about wrong use, and reading only what it needs."""

import os
import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "keras", "matplotlib", "numpy", "cv2", "ai_edge_litert", "tkinterdnd2")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def test_nothing_heavy_is_read_before_the_window_is_there() -> None:
    code = (
        "import sys, product_gui.app, product_gui.views.classify;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = run("-c", code)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("argument", "words"),
    [("--help", ["PATH", "photos"]), ("--version", ["Product Classifier", "."])],
)
def test_help_and_version_need_no_display(argument: str, words: list[str]) -> None:
    done = run("-m", "product_gui", argument, DISPLAY="")
    assert done.returncode == 0
    assert all(word in done.stdout for word in words)


def test_wrong_use() -> None:
    done = run("-m", "product_gui", "--colour", "pink", DISPLAY="")
    assert done.returncode == 2
    assert "usage:" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 only")
def test_without_a_display_it_says_so() -> None:
    done = run("-m", "product_gui", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr
