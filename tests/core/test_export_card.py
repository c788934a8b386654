"""The model card: true numbers, no markup from strangers, and code that does what it says."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image

from ml_core.evaluation.calibration import SureLevel
from ml_core.evaluation.trust import Trust
from ml_core.export.card import model_card
from ml_core.export.example import python_example
from ml_core.images import InputSpec, ResizePolicy, load_for_model
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.training.recipe import Recipe
from tests.core.sample_photos import product_photo
from tests.core.tiny_model import tiny_manifest


def card(**changes: Any) -> str:
    return model_card(tiny_manifest(**changes), "ONNX", file_name="shop.onnx", size=1_234_567)


def scored(accuracy: float | None, photos: int) -> Scores:
    return Scores(
        validation_accuracy=None, validation_photos=0, test_accuracy=accuracy, test_photos=photos
    )


def test_every_section_is_there() -> None:
    heads = [line[3:] for line in card().splitlines() if line.startswith("## ")]
    assert heads == [
        "What it is for", "How good it is", "Categories", "Data", "Input", "Output",
        "When to rely on it", "How to ask it", "Network", "Licence",
    ]  # fmt: skip


def test_the_score_comes_with_its_interval_and_its_photos() -> None:
    """81 of 263 and its interval: Newcombe, Statistics in Medicine 17 (1998), table I."""
    text = card(scores=scored(81 / 263, 263))
    assert "**30.8%** right on 263 photos" in text
    assert "between 25.5% and 36.6% (95 % Wilson interval)" in text
    assert "none, so nothing was measured" in text


@pytest.mark.parametrize(("photos", "is_said"), [(19, False), (20, True)])
def test_few_photos_give_no_headline(photos: int, is_said: bool) -> None:
    text = card(scores=scored(1.0, photos))
    assert ("**100.0%**" in text) is is_said
    assert (f"only {photos}, too few to say" in text) is not is_said


def test_facts_are_those_of_the_manifest() -> None:
    text = card()
    for fact in (
        "of 5 categories",
        "train: 3,068 photos",
        "unreadable or no photos: 7 files",
        "`0123abcd`",
        "shape (photos, 24, 24, 3)",
        "laid on the centre of a white square of 24 x 24 pixels",
        "Small ResNet, 1,637 parameters",
        "recipe “scratch”, seed 0",
        "keras 3.15.1, numpy 2.4",
        "`shop.onnx`, 1.2 MB",
    ):
        assert fact in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "random weights: nobody else's"),
        ({"recipe": None}, "not recorded"),
        (
            {"architecture": "mobilenet_v2", "recipe": Recipe(architecture="mobilenet_v2")},
            "weights for MobileNetV2 that Keras publishes",
        ),
        (
            {
                "architecture": "mobilenet_v2",
                "recipe": Recipe(architecture="mobilenet_v2", weights="/x/w.h5"),
            },
            "weights in a file",
        ),
        ({"architecture": "of_another_program"}, "random weights"),
    ],
)
def test_the_licence_note_follows_the_weights(changes: dict[str, Any], said: str) -> None:
    assert said in card(**changes)
    assert "/x/w.h5" not in card(**changes), "paths of somebody's machine do not belong in a card"


def test_names_cannot_become_markup() -> None:
    nasty = "# Boss\n<script>alert(1)</script> *x* `y` [a](b)"
    text = card(name=nasty, names=(nasty, "```", "b"), versions={"<i>": "|"})
    assert text.startswith("# \\# Boss \\<script\\>")
    assert text.count("\n# ") == 0
    listed = text.partition("## Categories")[2].partition("## ")[0].splitlines()
    assert [line for line in listed if line and not line.startswith("    ")] == [
        "In the order of the outputs:"
    ]
    assert text.count("```") == 3, "one block of code, and the category of that name"


def test_it_names_temperature_and_thresholds() -> None:
    levels = (SureLevel(0.95, 0.7812, 1_239, 1_190),)
    text = card(trust=Trust(1.3157, 3_410, levels, unlike_limit=0.4))
    assert "temperature of 1.316, which is part of the last layer already" in text
    assert "right 95% of the time, answer from a confidence of 0.781 on: 1,239 of 3,410" in text
    assert "this copy alone cannot" in text


def test_it_says_where_nothing_promises_enough() -> None:
    text = card(trust=Trust(1.0, 6, (), unlike_limit=None))
    assert "No confidence was found from which on most answers are right." in text


@pytest.mark.parametrize("trust", [None, Trust(1.0, 0, (), unlike_limit=None)])
def test_it_says_where_reliance_was_not_measured(trust: Trust | None) -> None:
    text = card(trust=trust)
    assert "## When to rely on it\n\nThis was not measured" in text
    assert "temperature" not in text


def test_a_model_without_known_photos() -> None:
    text = card(photo_counts={}, dataset_fingerprint="")
    assert "## Data\n\nNot known." in text


@pytest.mark.parametrize("policy", ResizePolicy)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", ["wide", "tall", "tiny", "sideways", "see_through", "palette"])
def test_the_printed_code_prepares_photos_as_the_program_does(
    tmp_path: Path, policy: ResizePolicy, channels: Literal[1, 3], kind: str
) -> None:
    spec = InputSpec(20, channels, policy)
    code = python_example(spec, "ONNX", file_name="x").partition("import onnxruntime")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    path = draw(tmp_path, kind)
    expected = load_for_model(path, spec)[np.newaxis].astype(np.float32)
    given = names["load"](path)
    assert given.dtype == np.float32
    np.testing.assert_array_equal(given, expected)


def draw(folder: Path, kind: str) -> Path:
    size = {"wide": (333, 120), "tall": (41, 205), "tiny": (7, 5)}.get(kind, (180, 121))
    photo = product_photo(1, 2, size=size)
    if kind == "sideways":
        exif = Image.Exif()
        exif[274] = 8
        photo.save(folder / "photo.jpg", exif=exif)
        return folder / "photo.jpg"
    if kind == "see_through":
        photo.putalpha(Image.radial_gradient("L").resize(size))
    path = folder / ("photo.png" if kind in ("see_through", "palette") else "photo.jpg")
    (photo.quantize(32) if kind == "palette" else photo).save(path)
    return path


@pytest.mark.parametrize("title", ["Keras", "TensorFlow SavedModel", "LiteRT", "ONNX"])
def test_the_code_is_python_for_any_file_name(title: str) -> None:
    for name in ('a "b"', "back\\slash", "plain.onnx", "{braces}"):
        text = model_card(tiny_manifest(), title, file_name=name, size=1)
        code = text.partition("```python")[2].partition("```")[0]
        compile(code, "card", "exec")
        assert repr(name)[1:-1].replace("\\'", "'") in code.replace('\\"', '"')


def test_manifests_of_these_tests_are_sound() -> None:
    manifest = tiny_manifest()
    assert Manifest.from_json(manifest.to_json()) == replace(manifest)
