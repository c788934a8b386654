"""``ml-core train``: what it gives, and what it refuses before the work."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ml_core import outputs, storage
from ml_core.arguments import AMOUNTS, AUGMENTATIONS
from ml_core.dataset.augment import MOST, Amounts
from ml_core.errors import StorageError
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs
from ml_core.training import recipe as recipes
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.recipe_file import write_recipe
from tests.core.command_line import ml_core, process, train
from tests.core.sample_photos import make_product_photos


def assert_summary(values: dict[str, Any], out: Path) -> None:
    assert list(values) == [
        "model", "classes", "photos", "epochs", "validation_accuracy", "test_accuracy", "seconds",
    ]  # fmt: skip
    assert values["model"] == str(out)
    assert values["classes"] == ["lamp", "mug", "shirt"]
    assert list(values["photos"]) == ["train", "validation", "test", "skipped"]
    assert sum(values["photos"].values()) == 72
    assert values["photos"]["train"] > 36
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
    counts = values["photos"]
    assert (
        f"{counts['train']} photos to train on, {counts['validation']} to validate,"
        f" {counts['test']} to test; 0 skipped"
    ) in said.notes
    (run,) = list_runs()
    assert (run.name, run.recipe.seed, run.recipe.input_size) == ("shop", 3, 64)
    assert run.model_path.read_bytes() == out.read_bytes()


def test_train_for_people(photos: Path, warm_home: Path, tmp_path: Path) -> None:
    said = train(photos, tmp_path / "m.keras", "--epochs", 3)
    score, saved = said.results.splitlines()
    assert score.startswith("Test accuracy ")
    (run,) = list_runs()
    assert score.endswith(f"on {run.photo_counts['test']} photos)")
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
        "--mirror", "--class-weights", "--seed", 9, "--augmentation", "strong",
    )  # fmt: skip
    assert said.error == "enough"
    (recipe,) = seen
    assert (recipe.goal, recipe.architecture, recipe.weights) == ("best", "resnet50_v2", "a.h5")
    assert (recipe.epochs, recipe.fine_tune_epochs, recipe.input_size) == (7, 3, 96)
    assert (recipe.batch_size, recipe.learning_rate, recipe.seed) == (5, 0.02, 9)
    assert (recipe.mirror, recipe.class_weights, recipe.augmentation) == (True, True, "strong")


def asked_recipe(monkeypatch: pytest.MonkeyPatch, photos: Path, *words: object) -> Recipe:
    """What the given words make of a recipe."""
    seen: list[Recipe] = []

    def listen(_: object, recipe: Recipe, **__: object) -> None:
        seen.append(recipe)
        raise StorageError("enough")

    monkeypatch.setattr("ml_core.training.trainer.train", listen)
    said = ml_core("train", photos, "--out", photos.parent / "m.keras", *words)
    assert said.error == "enough"
    return seen[0]


@pytest.mark.parametrize(
    ("words", "augmentation", "custom"),
    [
        ((), "strong", Amounts()),
        (("--augmentation", "gentle"), "gentle", Amounts()),
        (("--augmentation", "custom"), "custom", Amounts()),
        (("--rotation", "12"), "custom", Amounts(rotation=12)),
        (("--zoom", "0.1", "--colour", 0, "--augmentation", "custom"), "custom", Amounts(zoom=0.1)),
    ],
)
def test_photos_are_varied_as_asked(
    monkeypatch: pytest.MonkeyPatch,
    photos: Path,
    words: tuple[object, ...],
    augmentation: str,
    custom: Amounts,
) -> None:
    recipe = asked_recipe(monkeypatch, photos, "--recipe", "scratch", *words)
    assert (recipe.augmentation, recipe.custom) == (augmentation, custom)


@pytest.mark.parametrize("name", MOST)
def test_every_amount_can_be_given(
    monkeypatch: pytest.MonkeyPatch, photos: Path, name: str
) -> None:
    recipe = asked_recipe(monkeypatch, photos, "--recipe", "best", f"--{name}", MOST[name])
    assert recipe.amounts == Amounts(**{name: MOST[name]})


def test_amounts_are_added_to_those_of_a_file(
    monkeypatch: pytest.MonkeyPatch, photos: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    own = Amounts(rotation=9.0, zoom=0.1)
    write_recipe(replace(recipe_for("best"), augmentation="custom", custom=own), file)
    recipe = asked_recipe(monkeypatch, photos, "--recipe", file, "--zoom", "0.3")
    assert recipe.amounts == Amounts(rotation=9.0, zoom=0.3)


def test_the_help_names_the_largest_amounts() -> None:
    assert list(AMOUNTS) == list(MOST)
    for name, (_, what) in AMOUNTS.items():
        assert what.endswith(f" 0 to {MOST[name]:g}")
    assert recipes.AUGMENTATIONS == AUGMENTATIONS


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
        (("--augmentation", "strong"), "'fast' looks at each photo once"),
        (("--zoom", "0.1"), "'fast' looks at each photo once"),
        (("--recipe", "best", "--rotation", "200"), "Custom rotation is 200.0"),
        (("--recipe", "best", "--shear", "nan"), "Custom shear is nan"),
        (
            ("--recipe", "best", "--augmentation", "gentle", "--zoom", "0.1"),
            "--zoom was given with",
        ),
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
