"""Standard output and standard error: clean, whoever reads them or does not."""

import io
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ml_core import storage
from tests.core.command_line import EXECUTABLE, ROOT, classify, process, train


def test_names_that_are_no_unicode_are_sound_json(
    fast_model: Path, photos: Path, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    shutil.copy(photos / "mug" / "mug_003.jpg", odd)
    said = process("classify", odd, tmp_path / "gone\udcff", "--model", fast_model, "--json")
    said.results.encode()  # it is UTF-8, whatever the names are
    assert [os.fsencode(row["path"]) for row in said.values] == [
        os.fsencode(odd), os.fsencode(tmp_path / "gone\udcff"),
    ]  # fmt: skip
    table = tmp_path / "t.csv"
    assert process("classify", odd, "--model", fast_model, "--csv", table).status == 0
    assert b"caf\xe9.jpg" in table.read_bytes()


def test_names_cannot_command_the_terminal(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a\x1b[31mred\nsecond line.jpg"
    shutil.copy(photos / "mug" / "mug_003.jpg", odd)
    said = classify(fast_model, odd)
    assert said.results.count("\n") == 1
    assert "\x1b" not in said.results
    assert r"a\x1b[31mred\nsecond line.jpg" in said.results


def test_a_reader_that_has_seen_enough(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    for more in ([], ["--csv", table]):
        running = subprocess.Popen(
            [
                EXECUTABLE,
                "classify",
                photos,
                photos,
                photos,
                "--model",
                fast_model,
                "--json",
                *more,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert running.stdout is not None
        assert running.stderr is not None
        assert json.loads(running.stdout.readline())["category"]
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
        running.stderr.close()
        assert running.wait(timeout=60) == 0
    assert len(table.read_text("utf-8-sig").splitlines()) == 1 + 3 * 72, "the table is whole"


def test_nobody_reads_the_notes(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    said = train(photos, tmp_path / "m.keras", "--epochs", 2, "--json", notes=Gone())
    assert said.status == 0
    assert (tmp_path / "m.keras").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_results_that_cannot_be_written(fast_model: Path, photos: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [EXECUTABLE, "classify", photos, "--model", fast_model],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ml-core: output: No space left on device."


def test_closed_streams(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    photo = photos / "mug" / "mug_003.jpg"
    script = f'"{EXECUTABLE}" classify "{photo}" --model "{fast_model}"'
    closed = subprocess.run(["sh", "-c", f"{script} >&- 2>&-"], check=False)
    assert closed.returncode == 0
    without_notes = subprocess.run(
        ["sh", "-c", f"{script} --json 2>&-"], check=True, capture_output=True
    )
    assert json.loads(without_notes.stdout)["category"]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no terminals to pretend")
@pytest.mark.parametrize("results_on_terminal", [False, True])
def test_a_bar_on_a_terminal(fast_model: Path, photos: Path, *, results_on_terminal: bool) -> None:
    """A bar where results go elsewhere; results alone where both share the terminal."""
    ours, theirs = os.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(ours, 4096):
                shown.append(part)
        except OSError:  # the other side was closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(
        [EXECUTABLE, "classify", photos, "--model", fast_model, "--json"],
        stdout=theirs if results_on_terminal else subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        check=False,
    )
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    text = b"".join(shown).decode()
    assert done.returncode == 0
    assert "Classifying 72 photos" in text
    assert ("━" in text) is not results_on_terminal
    lines = text.splitlines() if results_on_terminal else done.stdout.decode().splitlines()
    answers = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(answers) == 72


def test_a_bug_shows_its_trace_in_the_notes(
    fast_model: Path, tmp_path: Path, program_home: Path
) -> None:
    """Libraries' noise goes to a file; what Python says of a mistake of ours must not."""
    script = """
from ml_core import cli
cli.COMMANDS["inspect"] = lambda *_: 1 / 0
raise SystemExit(cli.main())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "inspect", str(fast_model)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert done.stdout == ""


def test_no_place_for_the_libraries_log(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = process(
        "classify", photos / "mug" / "mug_003.jpg", "--model", fast_model, "--json",
        environment={storage.HOME_VARIABLE: str(tmp_path / "file" / "home")},
    )  # fmt: skip
    assert said.status == 0
    assert said.values[0]["category"]
