"""The command line: its contract, errors in one sentence, and a clean standard output."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ml_core import cli, outputs, storage
from ml_core.arguments import GOALS, build_parser
from ml_core.cli import obeying_ctrl_c, run
from ml_core.console import Console
from ml_core.control import Control
from ml_core.errors import StorageError
from ml_core.models.registry import ARCHITECTURES
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs
from tests.core.sample_photos import make_product_photos

COMMANDS = ("architectures", "train", "classify", "evaluate", "export", "inspect")
EXECUTABLE = Path(sys.executable).with_name("ml-core")
ROOT = Path(__file__).parents[2]
FAST = (
    "--recipe",
    "fast",
    "--architecture",
    "mobilenet_v2_035",
    "--weights",
    "none",
    "--size",
    "64",
)


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    results: str
    notes: str

    @property
    def values(self) -> list[Any]:
        """Standard output as JSON, one object a line and nothing else."""
        return [json.loads(line) for line in self.results.splitlines()]

    @property
    def error(self) -> str:
        """The sentence of a command that could not use its input."""
        assert self.status == 1, self
        assert "Traceback" not in self.notes
        line = self.notes.splitlines()[-1]
        assert line.startswith("ml-core: ")
        return line.removeprefix("ml-core: ")


def ml_core(*words: object, notes: io.StringIO | None = None) -> Said:
    """Carry out a command in this process."""
    results, notes = io.StringIO(), notes or io.StringIO()
    arguments = build_parser().parse_args(list(map(str, words)))
    status = run(arguments, Console(results, notes))
    return Said(status, results.getvalue(), notes.getvalue())


def process(
    *words: object, environment: Mapping[str, str] | None = None, timeout: float = 200
) -> Said:
    """Carry out a command in a process of its own."""
    done = subprocess.run(
        [str(EXECUTABLE), *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, **(environment or {})},
        timeout=timeout,
    )
    return Said(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))


# What every command has.


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_everywhere(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        build_parser().parse_args([*command, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: ml-core")
    assert all(name in text for name in COMMANDS) if not command else "--json" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "required: COMMAND"),
        (("dance",), "invalid choice: 'dance'"),
        (("classify", "a.jpg"), "--model"),
        (("classify", "--model", "m.keras"), "PATH"),
        (("classify", "a.jpg", "--model", "m", "--top", "0"), "0 is less than 1"),
        (("train", "folder"), "--out"),
        (("train", "folder", "--out", "m.keras", "--epochs", "many"), "whole number value: 'many'"),
        (("train", "folder", "--out", "m.keras", "--epochs", "0"), "0 is less than 1"),
        (("train", "folder", "--out", "m.keras", "--seed", "-1"), "-1"),
        (("train", "folder", "--out", "m.keras", "--recipe", "quick"), "invalid choice: 'quick'"),
        (("export", "m.keras", "--out", "x", "--format", "pdf"), "invalid choice: 'pdf'"),
        (("evaluate", "m.keras"), "FOLDER"),
        (("inspect", "m.keras", "--loud"), "--loud"),
    ],
)
def test_wrong_usage_is_status_two(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        build_parser().parse_args(words)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


def test_statuses_of_real_processes(tmp_path: Path) -> None:
    assert process("--version").results.startswith("ml-core ")
    assert process("train", "--help").status == 0
    assert process("classify").status == 2
    gone = process("train", tmp_path / "gone", "--out", tmp_path / "m.keras", "--json")
    assert (gone.status, gone.results) == (1, "")
    assert "is not there" in gone.error
    assert gone.notes.count("\n") == 1, "one clear sentence"


def test_the_words_of_the_parser_are_those_of_the_library() -> None:
    from ml_core.arguments import FORMATS
    from ml_core.export import formats
    from ml_core.training import recipe

    assert GOALS == recipe.GOALS
    assert FORMATS == formats.FORMATS
    assert set(cli.COMMANDS) == set(COMMANDS)


# architectures


def test_architectures_as_json() -> None:
    said = ml_core("architectures", "--json")
    assert (said.status, said.notes) == (0, "")
    ((*rows,),) = said.values
    assert [row["name"] for row in rows] == list(ARCHITECTURES)
    kinds = {
        "name": str, "parameters": int, "input_size": int, "pretrained": bool, "description": str,
    }  # fmt: skip
    for row in rows:
        for key, kind in kinds.items():
            assert type(row[key]) is kind
    slash = next(row for row in rows if row["name"] == "slash_cnn")
    assert (slash["parameters"], slash["pretrained"]) == (3_813_486, False)


def test_architectures_for_people() -> None:
    lines = ml_core("architectures").results.splitlines()
    assert len(lines) == len(ARCHITECTURES)
    assert lines[0].startswith("mobilenet_v2 ")
    assert "pretrained" in lines[0]


# train


def train(photos: Path, out: Path, *more: object, notes: io.StringIO | None = None) -> Said:
    return ml_core("train", photos, "--out", out, *FAST, *more, notes=notes)


def assert_summary(values: dict[str, Any], out: Path) -> None:
    assert list(values) == [
        "model", "classes", "photos", "epochs", "validation_accuracy", "test_accuracy", "seconds",
    ]  # fmt: skip
    assert values["model"] == str(out)
    assert values["classes"] == ["lamp", "mug", "shirt"]
    assert values["photos"] == {"train": 48, "validation": 12, "test": 12, "skipped": 0}
    assert type(values["epochs"]) is int
    assert 0 <= values["validation_accuracy"] <= 1
    assert 0 <= values["test_accuracy"] <= 1
    assert values["seconds"]["total"] > 0
    assert all(type(seconds) is float for seconds in values["seconds"].values())
    assert Classifier.open(out).class_names == ("lamp", "mug", "shirt")


def test_train_as_json(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "shop.keras"
    said = train(photos, out, "--epochs", 5, "--seed", 3, "--json")
    assert said.status == 0
    (values,) = said.values
    assert_summary(values, out)
    assert values["epochs"] == 5
    assert "epoch 5/5" in said.notes
    assert "48 photos to train on, 12 to validate, 12 to test; 0 skipped" in said.notes
    (run,) = list_runs()
    assert (run.name, run.recipe.seed, run.recipe.input_size) == ("shop", 3, 64)
    assert run.model_path.read_bytes() == out.read_bytes()


def test_train_for_people(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    said = train(photos, tmp_path / "m.keras", "--epochs", 3)
    score, saved = said.results.splitlines()
    assert score.startswith("Test accuracy ")
    assert score.endswith("on 12 photos)")
    assert saved == f"Saved {tmp_path / 'm.keras'}"


def test_train_takes_every_setting(
    monkeypatch: pytest.MonkeyPatch, photos: Path, tmp_path: Path
) -> None:
    seen: list[Any] = []

    def listen(_: object, recipe: Any, **__: object) -> None:
        seen.append(recipe)
        raise StorageError("enough")

    monkeypatch.setattr("ml_core.training.trainer.train", listen)
    said = ml_core(
        "train", photos, "--out", tmp_path / "m.keras", "--recipe", "best",
        "--architecture", "resnet50_v2", "--weights", "a.h5", "--epochs", 7,
        "--fine-tune-epochs", 3, "--size", 96, "--batch-size", 5, "--learning-rate", "0.02",
        "--mirror", "--seed", 9,
    )  # fmt: skip
    assert said.error == "enough"
    (recipe,) = seen
    assert (recipe.goal, recipe.architecture, recipe.weights) == ("best", "resnet50_v2", "a.h5")
    assert (recipe.epochs, recipe.fine_tune_epochs, recipe.input_size) == (7, 3, 96)
    assert (recipe.batch_size, recipe.learning_rate, recipe.seed) == (5, 0.02, 9)
    assert recipe.mirror is True


def test_a_model_may_be_replaced(
    photos: Path, warm_home: Path, fast_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.keras"
    shutil.copy(fast_model, out)
    assert train(photos, out, "--epochs", 1, "--json").status == 0
    assert out.read_bytes() != fast_model.read_bytes()


def _one_class(folder: Path) -> list[object]:
    return [make_product_photos(folder / "one", classes=("mug",), per_class=3)]


def _loose(folder: Path) -> list[object]:
    (folder / "loose").mkdir()
    Image.new("RGB", (9, 9)).save(folder / "loose" / "a.jpg")
    return [folder / "loose"]


def _no_photos(folder: Path) -> list[object]:
    for name in ("mug", "lamp"):
        (folder / "none" / name).mkdir(parents=True)
        (folder / "none" / name / "notes.txt").write_text("x")
    return [folder / "none"]


def _corrupt(folder: Path) -> list[object]:
    data = make_product_photos(folder / "bad", classes=("mug", "lamp"), per_class=3)
    for path in (data / "mug").iterdir():
        path.write_bytes(b"")
    return [data]


def _file(folder: Path) -> list[object]:
    (folder / "file").write_text("x")
    return [folder / "file"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: [folder / "gone"], "is not there"),
        (_file, "is a file, not a folder"),
        (_one_class, 'one category only: "mug"'),
        (_loose, "no sub-folders"),
        (_no_photos, "No photos were found"),
        (_corrupt, '"mug"'),
        (lambda folder: [folder / ("n" * 300)], "name too long"),
    ],
)
def test_folders_that_cannot_be_trained_on(
    warm_home: Path, tmp_path: Path, make: Callable[[Path], list[object]], sentence: str
) -> None:
    (folder,) = make(tmp_path)
    said = train(Path(str(folder)), tmp_path / "m.keras", "--json")
    assert sentence in said.error
    assert said.results == ""
    assert not (tmp_path / "m.keras").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--architecture", "vgg"), "There is no architecture called 'vgg'"),
        (("--architecture", "slash_cnn"), "no pretrained weights"),
        (("--recipe", "scratch", "--weights", "imagenet"), "has no pretrained weights"),
        (("--size", "8"), "Input size is 8"),
        (("--size", "2000"), "Input size is 2000"),
        (("--architecture", "inception_v3", "--size", "70"), "at least 75 pixels"),
        (("--epochs", "99999"), "Epochs is 99999"),
        (("--learning-rate", "0"), "Learning rate is 0.0"),
        (("--learning-rate", "nan"), "Learning rate is nan"),
        (("--weights", "gone.h5"), "gone.h5 does not exist"),
    ],
)
def test_settings_that_cannot_be_trained_with(
    photos: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    said = ml_core("train", photos, "--out", tmp_path / "m.keras", *words)
    assert sentence in said.error
    assert list_runs() == []


def test_no_network_for_weights(photos: Path, tmp_path: Path) -> None:
    said = process(
        "train", photos, "--out", tmp_path / "m.keras", "--architecture", "mobilenet_v2_035",
        environment={
            "KERAS_HOME": str(tmp_path / "empty"),
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "",
        },
    )  # fmt: skip
    assert "could not be downloaded" in said.error
    assert "train from scratch" in said.error
    assert said.results == ""
    assert list_runs() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("m.h5", "must end in .keras"),
        ("m", "must end in .keras"),
        (".", "must end in .keras"),
        ("text.keras", "is not a model of this program, so it is left alone"),
        ("folder.keras", "is not a model of this program, so it is left alone"),
        ("text.keras/m.keras", "is no folder that you may write to"),
        ("n" * 300 + ".keras", "name too long"),
    ],
)
def test_places_that_no_model_can_go_to(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    (tmp_path / "text.keras").write_text("precious")
    (tmp_path / "folder.keras").mkdir()
    monkeypatch.chdir(tmp_path)
    said = train(photos, Path(name))
    assert sentence in said.error
    assert "Looking through the photos" not in said.notes, "it is said before the work"
    assert (tmp_path / "text.keras").read_text() == "precious"
    assert list_runs() == []


def test_a_folder_that_may_not_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs.os, "access", lambda *_: False)
    with pytest.raises(StorageError, match="no folder that you may write to"):
        outputs.require_model_place(tmp_path / "m.keras")


def test_a_model_that_cannot_be_delivered_is_not_lost(
    photos: Path, warm_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, destination: Path) -> None:
        raise StorageError(f"{destination} could not be written: No space left on device.")

    monkeypatch.setattr(storage, "copy_file", full)
    said = train(photos, tmp_path / "m.keras", "--epochs", 1, "--json")
    (run,) = list_runs()
    assert f"The trained model is kept in {run.model_path}" in said.error
    assert Classifier.open(run.model_path)


def test_a_training_that_meets_tensorflow_keeps_both_streams_clean(
    photos: Path, tmp_path: Path
) -> None:
    """Whatever TensorFlow prints, results are one line of JSON and notes are ours."""
    out = tmp_path / "m.keras"
    said = process(
        "train", photos, "--out", out, "--recipe", "scratch", "--architecture", "fashion_mlp",
        "--size", 16, "--epochs", 2, "--json",
    )  # fmt: skip
    assert said.status == 0, said
    (values,) = said.values
    assert_summary(values, out)
    assert values["epochs"] == 2
    noise = ("I0000", "W0000", "E0000", "WARNING", "INFO", "Warning", "oneDNN", "Traceback")
    assert not [line for line in said.notes.splitlines() if any(word in line for word in noise)]
    assert "epoch 2/2" in said.notes
    log = storage.cache_folder() / "libraries.log"
    assert log.is_file(), "what they print is not lost"


# Ctrl+C


class PressesCtrlC(io.StringIO):
    """Standard error of somebody who presses Ctrl+C when a word comes up."""

    def __init__(self, word: str, times: int = 1) -> None:
        super().__init__()
        self._word, self._left = word, times

    def write(self, text: str) -> int:
        if self._word in text:
            while self._left:
                self._left -= 1
                os.kill(os.getpid(), signal.SIGINT)
        return super().write(text)


def test_ctrl_c_keeps_what_a_stop_keeps(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.keras"
    said = train(photos, out, "--json", notes=PressesCtrlC("epoch 3/"))
    assert said.status == 130
    assert said.values[0]["epochs"] == 3
    assert "Press Ctrl+C again to discard it" in said.notes
    assert Classifier.open(out).class_names == ("lamp", "mug", "shirt")
    assert [run.state for run in list_runs()] == ["stopped"]


def test_a_second_ctrl_c_discards(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.keras"
    said = train(photos, out, "--json", notes=PressesCtrlC("epoch 3/", times=2))
    assert (said.status, said.results) == (130, "")
    assert "nothing was left behind" in said.notes
    assert not out.exists()
    assert list_runs() == []


def test_a_third_ctrl_c_ends_whatever_is_going_on(
    photos: Path, warm_home: Path, tmp_path: Path
) -> None:
    said = train(photos, tmp_path / "m.keras", notes=PressesCtrlC("epoch 3/", times=3))
    assert said.status == 130
    assert list_runs() == []


def test_ctrl_c_before_there_is_anything(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    said = train(photos, tmp_path / "m.keras", notes=PressesCtrlC("Looking at every photo"))
    assert said.status == 130
    assert "nothing was left behind" in said.notes
    assert list_runs() == []


def test_ctrl_c_is_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with obeying_ctrl_c(lambda _: None) as control:
        os.kill(os.getpid(), signal.SIGINT)
        assert (control.is_stopping, control.is_cancelling) == (True, False)
        os.kill(os.getpid(), signal.SIGINT)
        assert control.is_cancelling
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_a_line_is_written_is_obeyed() -> None:
    def busy(_: str) -> None:
        raise RuntimeError("reentrant call inside a stream")

    with obeying_ctrl_c(busy) as control:
        os.kill(os.getpid(), signal.SIGINT)
        assert control.is_stopping


ENDLESS = """
import sys
from dataclasses import replace
from ml_core.training import frozen
settings = frozen.head_settings
frozen.head_settings = lambda recipe: replace(settings(recipe), early_stopping=0)
from ml_core.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_in_a_real_process(
    photos: Path, warm_home: Path, tmp_path: Path, presses: int
) -> None:
    out = tmp_path / "m.keras"
    words = ["train", photos, "--out", out, *FAST, "--epochs", 10_000, "--json"]
    running = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "epoch 5/" in line:
            for _ in range(presses):
                running.send_signal(signal.SIGINT)
            break
    results, notes = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in notes
    if presses == 1 or results:  # two signals in one moment may be taken as one
        assert json.loads(results)["epochs"] >= 5
        assert Classifier.open(out)
    else:
        assert not out.exists()
        assert list_runs() == []


# classify


def classify(model: Path, *words: object) -> Said:
    return ml_core("classify", *words, "--model", model)


def test_classify_as_json(fast_model: Path, photos: Path) -> None:
    paths = [photos / "mug" / "mug_003.jpg", photos / "lamp" / "lamp_001.jpg"]
    said = classify(fast_model, *paths, "--json")
    assert said.status == 0
    assert [Path(row["path"]) for row in said.values] == paths
    for row in said.values:
        assert list(row) == ["path", "category", "confidence", "top", "error"]
        assert row["error"] is None
        assert [row["category"], row["confidence"]] == row["top"][0]
        assert len(row["top"]) == 3
        shares = [share for _, share in row["top"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert {name for name, _ in row["top"]} == {"lamp", "mug", "shirt"}
    expected = Classifier.open(fast_model).classify(paths[0])
    assert said.values[0]["confidence"] == pytest.approx(expected.confidence, abs=1e-5)


@pytest.mark.parametrize(("top", "given"), [(1, 1), (2, 2), (3, 3), (50, 3)])
def test_top(fast_model: Path, photos: Path, top: int, given: int) -> None:
    said = classify(fast_model, photos / "mug" / "mug_003.jpg", "--top", top, "--json")
    assert len(said.values[0]["top"]) == given


def test_classify_for_people(fast_model: Path, photos: Path) -> None:
    path = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, path)
    expected = Classifier.open(fast_model).classify(path)
    assert said.results == f"{path}: {expected.category} ({expected.confidence:.1%})\n"


def test_folders_are_searched(fast_model: Path, tmp_path: Path, photos: Path) -> None:
    folder = tmp_path / "many"
    for name in ("b/deep/er/x.JPG", "a/y.png", "z.webp", ".hidden/h.jpg", "a/.k.jpg", "a/n.txt"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (30, 20), "red").save(target.with_suffix(".png"))
        target.with_suffix(".png").rename(target)
    (folder / "loop").symlink_to(folder)
    single = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, folder, single, "--json")
    found = [Path(row["path"]) for row in said.values]
    assert found == [folder / "z.webp", folder / "a/y.png", folder / "b/deep/er/x.JPG", single]


def test_bad_files_among_good_ones_have_their_line(
    fast_model: Path, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    good = photos / "mug" / "mug_003.jpg"
    said = classify(fast_model, tmp_path / "text.jpg", good, tmp_path / "gone.jpg", "--json")
    assert said.status == 0
    text, fine, gone = said.values
    assert "text.jpg" in text["error"]
    assert "is not there" in gone["error"]
    assert fine["category"]
    for row in (text, gone):
        assert (row["category"], row["confidence"], row["top"]) == (None, 0.0, [])
    assert "text.jpg" in classify(fast_model, tmp_path / "text.jpg", good).results


@pytest.mark.parametrize("name", ["text.jpg", "gone.jpg", "empty", "n" * 300])
def test_nothing_that_can_be_classified_is_status_one(
    fast_model: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    (tmp_path / "empty").mkdir()
    said = classify(fast_model, tmp_path / name, "--json")
    assert said.error == "none of these is a photo that can be classified."
    assert all(row["error"] for row in said.values)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "There is no file"), (b"", "is empty"), (b"text", "is not a model file")],
)
@pytest.mark.parametrize("command", ["classify", "evaluate", "inspect", "export"])
def test_a_model_that_is_none(
    photos: Path, tmp_path: Path, command: str, content: bytes | None, sentence: str
) -> None:
    model = tmp_path / "m.keras"
    if content is not None:
        model.write_bytes(content)
    words: dict[str, tuple[object, ...]] = {
        "classify": (photos, "--model", model),
        "evaluate": (model, photos),
        "inspect": (model,),
        "export": (model, "--format", "keras", "--out", tmp_path / "o.keras"),
    }
    said = ml_core(command, *words[command], "--json")
    assert sentence in said.error
    assert said.results == ""


def _odd_names(folder: Path, photos: Path) -> list[Path]:
    names = ["plain.jpg", "a, b.jpg", 'say "x".jpg', "two\nlines.jpg", "\U0001f600 Größe.jpg"]
    paths = [folder / name for name in names]
    folder.mkdir()
    for path in paths:
        shutil.copy(photos / "mug" / "mug_003.jpg", path)
    return paths


def test_the_table(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    paths = [*_odd_names(tmp_path / "odd", photos), tmp_path / "gone.jpg"]
    table = tmp_path / "tables" / "t.csv"
    said = classify(fast_model, *paths, "--csv", table, "--top", 2, "--json")
    assert said.status == 0
    content = table.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "so that spreadsheets know that it is UTF-8"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["path", "category", "confidence", "error", "category 2", "confidence 2"]
    assert [row[0] for row in rows[1:]] == list(map(str, paths))
    for row, answer in zip(rows[1:-1], said.values, strict=False):
        assert row[1] == answer["category"]
        assert float(row[2]) == pytest.approx(answer["confidence"], abs=1e-4)
        assert [row[4], pytest.approx(float(row[5]), abs=1e-4)] == answer["top"][1]
        assert row[3] == ""
    assert rows[-1][1:3] == ["", ""]
    assert "is not there" in rows[-1][3]


def test_the_table_has_no_more_columns_than_categories(
    fast_model: Path, photos: Path, tmp_path: Path
) -> None:
    classify(fast_model, photos / "mug", "--csv", tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert {len(row) for row in rows} == {8}
    assert len(rows) == 25


def test_a_table_never_covers_a_photo(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    shutil.copy(photos / "mug" / "mug_003.jpg", photo)
    before = photo.read_bytes()
    said = classify(fast_model, photos / "mug", "--csv", photo)
    assert "is left alone" in said.error
    assert said.results == "", "it is said before the work"
    assert photo.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("folder.csv", "is a folder"), ("file/t.csv", "no folder that you may write to")],
)
def test_places_that_no_table_can_go_to(
    fast_model: Path, photos: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("x")
    said = classify(fast_model, photos / "mug", "--csv", tmp_path / name)
    assert sentence in said.error
    assert said.results == ""


def test_an_older_table_is_replaced(fast_model: Path, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("old")
    assert classify(fast_model, photos / "mug", "--csv", table).status == 0
    assert "mug_003.jpg" in table.read_text("utf-8-sig")


def test_ctrl_c_keeps_the_answers_so_far(
    fast_model: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Classifier.classify_many

    def interrupted(self: Classifier, paths: Any, *, control: Control, **options: Any) -> Any:
        for number, prediction in enumerate(many(self, paths, control=control, **options)):
            if number == 9:
                os.kill(os.getpid(), signal.SIGINT)
            yield prediction

    monkeypatch.setattr(Classifier, "classify_many", interrupted)
    said = classify(fast_model, photos, "--csv", tmp_path / "t.csv", "--json")
    assert said.status == 130
    assert len(said.values) == 10
    assert "the answers so far are kept" in said.notes
    assert len((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()) == 11


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


# evaluate, inspect, export


def test_evaluate_as_json(fast_model: Path, photos: Path) -> None:
    said = ml_core("evaluate", fast_model, photos, "--json")
    assert said.status == 0
    (values,) = said.values
    assert list(values) == [
        "accuracy", "interval", "photos", "skipped", "macro_f1", "per_class", "confusion",
        "classes",
    ]  # fmt: skip
    assert (values["photos"], values["skipped"]) == (72, 0)
    assert values["classes"] == ["lamp", "mug", "shirt"] == list(values["per_class"])
    low, high = values["interval"]
    assert 0 <= low <= values["accuracy"] <= high <= 1
    confusion = values["confusion"]
    assert [sum(row) for row in confusion] == [24, 24, 24]
    assert sum(confusion[i][i] for i in range(3)) / 72 == pytest.approx(values["accuracy"])
    for index, score in enumerate(values["per_class"].values()):
        assert list(score) == ["precision", "recall", "f1", "photos"]
        assert score["photos"] == 24
        assert score["recall"] == pytest.approx(confusion[index][index] / 24)
    mean = sum(score["f1"] for score in values["per_class"].values()) / 3
    assert values["macro_f1"] == pytest.approx(mean)


def test_evaluate_for_people(fast_model: Path, photos: Path) -> None:
    lines = ml_core("evaluate", fast_model, photos).results.splitlines()
    assert "on 72 photos" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["lamp", "mug", "shirt"]


def test_evaluate_counts_what_it_skips(fast_model: Path, tmp_path: Path) -> None:
    folder = make_product_photos(tmp_path / "data", per_class=3)
    (folder / "mug" / "mug_000.jpg").write_bytes(b"")
    make_product_photos(folder, classes=("unknown",), per_class=2)
    (values,) = ml_core("evaluate", fast_model, folder, "--json").values
    assert (values["photos"], values["skipped"]) == (8, 3)


@pytest.mark.parametrize(
    ("classes", "sentence"), [(("x", "y"), "knows none of the categories"), ((), "no sub-folders")]
)
def test_folders_that_cannot_be_evaluated_on(
    fast_model: Path, tmp_path: Path, classes: tuple[str, ...], sentence: str
) -> None:
    folder = make_product_photos(tmp_path / "data", classes=classes, per_class=2)
    folder.mkdir(exist_ok=True)
    assert sentence in ml_core("evaluate", fast_model, folder).error


def test_inspect(fast_model: Path) -> None:
    (values,) = ml_core("inspect", fast_model, "--json").values
    assert values["format_version"] == 1
    assert values["class_names"] == ["lamp", "mug", "shirt"]
    assert values["input"] == {"size": 64, "channels": 3, "resize": "stretch"}
    assert values["architecture"] == "mobilenet_v2_035"
    assert values["recipe"]["goal"] == "fast"
    text = ml_core("inspect", fast_model).results
    assert "Categories (3): lamp, mug, shirt" in text
    assert "Test accuracy" in text
    assert "12 photos" in text


def test_export(fast_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.keras"
    said = ml_core("export", fast_model, "--format", "keras", "--out", out, "--json")
    (values,) = said.values
    assert list(values) == ["format", "path", "labels", "card", "bytes"]
    assert (values["format"], values["path"]) == ("keras", str(out))
    assert type(values["bytes"]) is int
    for key in ("path", "labels", "card"):
        assert Path(values[key]).exists()
    again = ml_core("export", fast_model, "--format", "keras", "--out", out)
    assert "already exist" in again.error
    replaced = ml_core("export", fast_model, "--format", "keras", "--out", out, "--overwrite")
    assert replaced.status == 0
    assert str(out) in replaced.results


# The console by itself.


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
