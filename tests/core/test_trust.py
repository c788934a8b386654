"""The three-way answer: sure, unsure, unlike; in the model file and out of it again."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml_core.evaluation.calibration import SureLevel, calibration_error, reliability, softmax
from ml_core.evaluation.evaluate import evaluate_folder
from ml_core.evaluation.novelty import energy
from ml_core.evaluation.trust import State as Is
from ml_core.evaluation.trust import Trust, fit_trust
from ml_core.model_file import members
from ml_core.model_file.read import read, read_manifest
from ml_core.prediction.classifier import Classifier, Prediction
from tests.core.conftest import Trained
from tests.core.model_files import contents_of, redescribed, refusal, zip_to

TRUST = Trust(
    temperature=1.5,
    photos=200,
    levels=(SureLevel(0.9, 0.6, 150, 140), SureLevel(0.95, 0.8, 100, 98)),
    unlike_limit=0.4,
    energy_weight=0.01,
)


@pytest.mark.parametrize(
    ("confidence", "distance", "precision", "state"),
    [
        (0.85, 0.1, 0.95, Is.SURE),
        (0.8, 0.4, 0.95, Is.SURE),
        (0.79, 0.1, 0.95, Is.UNSURE),
        (0.79, 0.1, 0.9, Is.SURE),
        (0.79, 0.1, 0.91, Is.UNSURE),  # the next level that promises enough
        (0.5, 0.1, 0.5, Is.UNSURE),
        (1.0, 0.1, 0.99, Is.UNSURE),  # no level promises that
        (1.0, 0.41, 0.95, Is.UNLIKE),
        (0.1, 0.41, 0.95, Is.UNLIKE),
    ],
)
def test_states(confidence: float, distance: float, precision: float, state: Is) -> None:
    assert TRUST.state(confidence, distance, precision=precision) is state


def test_without_a_threshold_nothing_is_unlike() -> None:
    trust = dataclasses.replace(TRUST, unlike_limit=None)
    assert trust.state(0.9, 2.0) is Is.SURE


def test_trust_survives_json() -> None:
    for trust in (TRUST, dataclasses.replace(TRUST, unlike_limit=None, levels=())):
        assert Trust.from_json(json.loads(json.dumps(trust.to_json()))) == trust


def test_fitting_finds_temperature_levels_and_distance() -> None:
    random = np.random.default_rng(0)
    true_logits = random.normal(scale=2.5, size=(3000, 4))
    chances = random.random((3000, 1))
    labels = (softmax(true_logits).cumsum(axis=1) < chances).sum(axis=1).clip(max=3)
    too_confident = np.log(softmax(true_logits * 3))
    distances = random.random(3000)  # of which the energy tells nothing
    trust = fit_trust(too_confident, labels, distances)
    assert trust.temperature == pytest.approx(3, rel=0.1)
    spreads = trust.energy_weight * energy(too_confident / trust.temperature).std()
    assert spreads == pytest.approx(distances.std() / 2)
    judge = distances + trust.energy_weight * energy(too_confident / trust.temperature)
    assert (judge > trust.unlike_limit).mean() == pytest.approx(0.03, abs=0.002)
    assert trust.photos == 3000
    answered = [level.answered for level in trust.levels]
    assert answered == sorted(answered, reverse=True)
    for level in trust.levels:
        assert level.right / level.answered >= level.precision
    before, after = (
        calibration_error(reliability(shares.max(axis=1), shares.argmax(axis=1) == labels))
        for shares in (np.exp(too_confident), softmax(too_confident / trust.temperature))
    )
    assert before > 0.1
    assert after < 0.03
    np.testing.assert_allclose(
        trust.uncalibrated(softmax(true_logits * 3 / trust.temperature)),
        softmax(true_logits * 3),
        atol=1e-6,
    )


# --- what to offer a person ---


def prediction(*shares: float, state: Is | None) -> Prediction:
    top = tuple((name, share) for name, share in zip("abcde", shares, strict=False))
    return Prediction(None, top[0][0], shares[0], top, state=state)


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        (prediction(0.9, 0.05, 0.05, state=Is.SURE), "a"),
        (prediction(0.5, 0.46, 0.04, state=Is.UNSURE), "ab"),
        (prediction(0.4, 0.3, 0.2, 0.1, state=Is.UNSURE), "abc"),
        (prediction(0.4, 0.3, 0.2, 0.1, state=None), "abc"),
        (prediction(0.6, 0.4, state=Is.UNLIKE), "ab"),
        (prediction(1.0, state=Is.UNSURE), "a"),
    ],
)
def test_candidates(given: Prediction, offered: str) -> None:
    assert "".join(given.candidates) == offered


def test_a_file_that_is_no_photo_offers_nothing() -> None:
    assert Prediction(Path("a"), None, 0.0, (), "It is damaged.").candidates == ()


# --- in trained models ---


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_trained_models_say_when_to_rely_on_them(
    which: str, request: pytest.FixtureRequest
) -> None:
    trained: Trained = request.getfixturevalue(which)
    model, counts = read(trained.path), trained.result.run.photo_counts
    trust = model.manifest.trust
    assert trust is not None
    assert trust.photos == counts["validation"]
    assert model.references is not None
    assert model.references.dtype == np.float16
    assert model.references.shape == (counts["train"], model.manifest.embedding_size)
    lengths = np.linalg.norm(model.references.astype(np.float32), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=2e-3)


@pytest.mark.parametrize("which", ["fast", "scratch"])
def test_the_temperature_is_part_of_the_head(which: str, request: pytest.FixtureRequest) -> None:
    """The confidence of a validation photo is calibrated in every copy of the network."""
    trained: Trained = request.getfixturevalue(which)
    classifier, evaluation = Classifier.open(trained.path), trained.result.evaluation
    trust = classifier.manifest.trust
    assert trust is not None
    for answer in evaluation.answers[:5]:
        shares = classifier.probabilities(
            classifier.embedder.embed(_pixels(classifier, answer.path))
        )
        assert shares.max() == pytest.approx(answer.confidence, abs=1e-5)
        raw = shares.astype(np.float64) ** trust.temperature
        assert answer.raw_confidence == pytest.approx((raw / raw.sum()).max(), abs=1e-5)


def _pixels(classifier: Classifier, path: Path) -> Any:
    from ml_core.images import load_for_model

    return load_for_model(path, classifier.manifest.input)


def test_answers_have_a_state(fast: Trained) -> None:
    classifier = Classifier.open(fast.path)
    trust = classifier.manifest.trust
    for answer in fast.result.evaluation.answers:
        given = classifier.classify(answer.path)
        assert given.state is answer.state
        assert given.state in Is
    assert trust is not None
    classifier.precision = 1.0
    assert classifier.classify(answer.path).state is not Is.SURE, "nobody can promise that"


@pytest.mark.parametrize("limit", [-1000.0, 1000.0])
def test_what_is_far_from_the_references_is_unlike(
    fast: Trained, tmp_path: Path, limit: float
) -> None:
    trust = read_manifest(fast.path).trust
    assert trust is not None
    values = dataclasses.replace(trust, unlike_limit=limit).to_json()
    classifier = Classifier.open(redescribed(fast.path, tmp_path, trust=values))
    Image.effect_noise((90, 90), 200).convert("RGB").save(tmp_path / "noise.png")
    state = classifier.classify(tmp_path / "noise.png").state
    assert (state is Is.UNLIKE) == (limit < 0)


def test_files_of_earlier_versions_answer_as_before(fast: Trained, tmp_path: Path) -> None:
    contents = contents_of(fast.path)
    del contents[members.REFERENCES]
    values = json.loads(contents[members.MANIFEST])
    del values["trust"], values["hashes"][members.REFERENCES]
    contents[members.MANIFEST] = json.dumps(values).encode()
    old = Classifier.open(zip_to(tmp_path / "old.keras", contents))
    assert old.manifest.trust is None
    new, path = Classifier.open(fast.path), fast.result.evaluation.answers[0].path
    given = old.classify(path)
    assert given.state is None
    assert given.top == new.classify(path).top
    evaluation = evaluate_folder(old, fast.photos)
    assert evaluation.uncalibrated_error is None
    assert evaluation.calibration_error > 0
    assert {answer.state for answer in evaluation.answers} == {None}


# --- in damaged model files ---


def damaged(fast: Trained, folder: Path, references: bytes | None) -> Path:
    contents = contents_of(fast.path)
    values = json.loads(contents[members.MANIFEST])
    if references is None:
        del contents[members.REFERENCES]
    else:
        contents[members.REFERENCES] = references
        values["hashes"][members.REFERENCES] = members.sha256(references)
    contents[members.MANIFEST] = json.dumps(values).encode()
    return zip_to(folder / "m.keras", contents)


def array(shape: tuple[int, ...], kind: Any = np.float16, fill: float = 0.1) -> bytes:
    return members.array_to_bytes(np.full(shape, fill, kind))


@pytest.mark.parametrize(
    ("references", "said"),
    [
        (None, "reference_vectors"),
        (b"", "reference_vectors"),
        (array((3, 1280), np.float32), "reference_vectors"),
        (array((3, 1280), fill=float("nan")), "reference_vectors"),
        (array((3, 7)), "reference vectors"),
        (array((0, 1280)), "reference vectors"),
        (array((1280,)), "reference vectors"),
        (array((2, 2, 1280)), "reference vectors"),
    ],
)
def test_references_that_cannot_serve(
    fast: Trained, tmp_path: Path, references: bytes | None, said: str
) -> None:
    assert said in refusal(damaged(fast, tmp_path, references)).what


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0},
        {"temperature": -1.0},
        {"temperature": float("nan")},
        {"temperature": "1"},
        {"temperature": True},
        {"photos": -1},
        {"photos": 2.5},
        {"levels": None},
        {"levels": [{}]},
        {"levels": [{"precision": 0.9, "confidence": "high", "answered": 1, "right": 1}]},
        {"unlike_limit": float("inf")},
        {"unlike_limit": "far"},
        {"energy_weight": None},
        {"energy_weight": -1},
    ],
)
def test_a_description_of_trust_that_cannot_serve(
    fast: Trained, tmp_path: Path, change: dict[str, Any]
) -> None:
    values = TRUST.to_json() | change
    refusal(redescribed(fast.path, tmp_path, trust=values), opening=read_manifest)
