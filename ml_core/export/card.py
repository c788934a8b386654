"""The model card: what an exported model is for, how good it is, and exactly how to ask it.

Sections follow Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019), kept short.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ml_core.evaluation.calibration import SureLevel
from ml_core.evaluation.metrics import wilson_interval
from ml_core.evaluation.trust import Trust
from ml_core.export.example import python_example
from ml_core.images import DRAFT_MARGIN, InputSpec, ResizePolicy
from ml_core.model_file.manifest import Manifest
from ml_core.models.registry import ARCHITECTURES

FEWEST_PHOTOS = 20
"""Below this number of photos a share of right answers says too little to be printed."""

_RESIZING: Mapping[ResizePolicy, str] = MappingProxyType(
    {
        ResizePolicy.STRETCH: "It is resized to {size} x {size} pixels, whatever its shape.",
        ResizePolicy.CROP: (
            "The largest square in its centre is cut out and resized to {size} x {size} pixels."
        ),
        ResizePolicy.PAD: (
            "It is resized until its longer side has {size} pixels and laid on the centre of a"
            " white square of {size} x {size} pixels."
        ),
    }
)


def model_card(manifest: Manifest, title: str, *, file_name: str, size: int) -> str:
    """The card in Markdown.

    Args:
        manifest: What the model says of itself.
        title: Of the format: "Keras", "TensorFlow SavedModel", "LiteRT" or "ONNX".
        file_name: Of the exported file or folder.
        size: Its size in bytes.
    """
    sections = {
        "What it is for": _purpose(manifest),
        "How good it is": _scores(manifest),
        "Categories": _categories(manifest.class_names),
        "Data": _data(manifest),
        "Input": _input(manifest.input),
        "Output": _output(manifest.class_names),
        "When to rely on it": _reliance(manifest.trust),
        "How to ask it": _example(manifest, title, file_name),
        "Network": _network(manifest, title, file_name, size),
        "Licence": _licence(manifest),
    }
    parts = [
        f"# {_plain(manifest.name)}",
        *(f"## {head}\n\n{text}" for head, text in sections.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _purpose(manifest: Manifest) -> str:
    return (
        f"It tells photos of products apart: which of {len(manifest.class_names):,} categories a"
        " photo shows.\n\n"
        "It always names one of its categories, also for a photo of something else or of several"
        " things at once. Confidence is no guarantee: check the answers where a mistake is"
        " costly. It is not meant to recognise people."
    )


def _scores(manifest: Manifest) -> str:
    scores = manifest.scores
    return "\n".join(
        (
            _score(
                "Test photos, never used in training",
                scores.test_accuracy,
                scores.test_photos,
            ),
            _score(
                "Validation photos, used to choose the best moment of training",
                scores.validation_accuracy,
                scores.validation_photos,
            ),
        )
    )


def _score(what: str, accuracy: float | None, photos: int) -> str:
    if accuracy is None or not photos:
        return f"- {what}: none, so nothing was measured."
    if photos < FEWEST_PHOTOS:
        return f"- {what}: only {photos}, too few to say."
    low, high = wilson_interval(round(accuracy * photos), photos)
    return (
        f"- {what}: **{accuracy:.1%}** right on {photos:,} photos; its true share is likely"
        f" between {low:.1%} and {high:.1%} (95 % Wilson interval)."
    )


def _categories(class_names: Sequence[str]) -> str:
    """An indented block, in which no name can become markup."""
    rows = (f"    {index}  {' '.join(name.split())}" for index, name in enumerate(class_names))
    return "\n".join(("In the order of the outputs:", "", *rows))


def _data(manifest: Manifest) -> str:
    counts = manifest.photo_counts
    lines = [f"- {part}: {photos:,} photos" for part, photos in counts.items() if part != "skipped"]
    if skipped := counts.get("skipped"):
        lines.append(f"- left out as unreadable or no photos: {skipped:,} files")
    if manifest.dataset_fingerprint:
        lines.append(
            f"- fingerprint of photos and labels: `{_plain(manifest.dataset_fingerprint)}`"
        )
    return "\n".join(lines) or "Not known."


def _input(spec: InputSpec) -> str:
    shape = f"(photos, {spec.size}, {spec.size}, {spec.channels})"
    colours = "red, green, blue" if spec.channels == 3 else "one channel of grey (BT.601 luma)"
    draft = DRAFT_MARGIN * spec.size
    return (
        f"32-bit floats of shape {shape}: {colours}, raw values from 0 to 255. Scaling is part of"
        " the model: do not divide by 255. Any number of photos may be given at once.\n\n"
        "A photo becomes this in five steps:\n\n"
        f"1. It is decoded; a JPEG at 1/2, 1/4 or 1/8 of its size while both sides keep at least"
        f" {draft} pixels. Of an animation the first picture counts.\n"
        "2. It becomes 8-bit RGB: transparency is laid on white, deeper pixels are scaled by their"
        " depth.\n"
        "3. It is turned upright as its EXIF orientation says.\n"
        f"4. {'It is made grey. ' if spec.channels == 1 else ''}"
        f"{_RESIZING[spec.resize].format(size=spec.size)}\n"
        "5. Resizing is Pillow's `BILINEAR`, which averages over all pixels when it shrinks."
        " Resizers of other libraries give other pixels and may give other answers."
    )


def _output(class_names: Sequence[str]) -> str:
    return (
        f"32-bit floats of shape (photos, {len(class_names)}): the confidence in each category, in"
        " the order of the labels file; each row adds up to 1 (softmax). The answer is the category"
        " with the largest value."
    )


def _reliance(trust: Trust | None) -> str:
    if trust is None or not trust.photos:
        return "This was not measured: read the confidence as an order, not as a chance."
    lines = [
        f"Confidence is calibrated on {trust.photos:,} validation photos: logits are divided by a"
        f" temperature of {trust.temperature:.3f}, which is part of the last layer already.",
        "",
        *(_level(level, trust.photos) for level in trust.levels),
    ]
    if not trust.levels:
        lines.append("No confidence was found from which on most answers are right.")
    return "\n".join(
        (
            *lines,
            "",
            "The program also tells photos that are unlike anything in training, by the vectors of"
            " training photos in its own file; this copy alone cannot.",
        )
    )


def _level(level: SureLevel, photos: int) -> str:
    return (
        f"- To be right {level.precision:.0%} of the time, answer from a confidence of"
        f" {level.confidence:.3f} on: {level.answered:,} of {photos:,} validation photos were, and"
        f" {level.right:,} of them right."
    )


def _example(manifest: Manifest, title: str, file_name: str) -> str:
    code = python_example(manifest.input, title, file_name=file_name)
    return f"In Python, exactly as the program does for 8-bit photos:\n\n```python\n{code}```"


def _network(manifest: Manifest, title: str, file_name: str, size: int) -> str:
    architecture = ARCHITECTURES.get(manifest.architecture)
    name = architecture.title if architecture else _plain(manifest.architecture)
    versions = ", ".join(f"{_plain(k)} {_plain(v)}" for k, v in manifest.versions.items())
    return "\n".join(
        (
            f"- {name}, {manifest.parameters:,} parameters",
            f"- trained {_plain(manifest.created)}{_goal(manifest)}",
            f"- {title}: `{_plain(file_name)}`, {size / 1e6:,.1f} MB",
            f"- made with {versions or 'unknown versions'}",
        )
    )


def _goal(manifest: Manifest) -> str:
    recipe = manifest.recipe
    return "" if recipe is None else f", recipe “{recipe.goal}”, seed {recipe.seed}"


def _licence(manifest: Manifest) -> str:
    architecture, recipe = ARCHITECTURES.get(manifest.architecture), manifest.recipe
    yours = "The photos, and what was learned from them, are yours (or their owners')."
    if recipe is None:
        return f"{yours} Where the weights come from is not recorded."
    if architecture is None or not architecture.pretrained or recipe.weights == "none":
        return f"{yours} Training began with random weights: nobody else's are inside."
    if recipe.weights != "imagenet":
        return f"{yours} Training began with the weights in a file, whose licence applies as well."
    return (
        f"{yours} Training began with the weights for {architecture.title} that Keras publishes"
        " with keras.applications (keras.io/api/applications names the terms of each network;"
        " Keras itself has the Apache License 2.0). They were trained on ImageNet, whose photos"
        " are offered for non-commercial research and education."
    )


def _plain(text: str) -> str:
    """Text of unknown origin on one line, without Markdown or HTML."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in " ".join(text.split()))
