"""The command line: its contract, and errors in one sentence."""

from pathlib import Path

import pytest

from ml_core import cli
from ml_core.arguments import GOALS, build_parser
from ml_core.models.registry import ARCHITECTURES
from tests.core.command_line import ml_core, process
from tests.core.sample_photos import make_product_photos

COMMANDS = (
    "architectures",
    "check",
    "decide",
    "undo",
    "train",
    "resume",
    "runs",
    "classify",
    "evaluate",
    "export",
    "import",
    "inspect",
)


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
    assert f"on {values['scores']['test_photos']} photos" in text


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
