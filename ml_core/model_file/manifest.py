"""What a model file says of itself (``product_classifier/manifest.json``)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ml_core.errors import CoreError, ModelFileError
from ml_core.evaluation.trust import Trust
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file.labels import LONGEST_NAME, usable_names
from ml_core.training.recipe import Recipe

FORMAT_VERSION = 1
LARGEST_INPUT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Accuracies 0..1 with the number of photos they rest on; None where there were no photos."""

    validation_accuracy: float | None
    validation_photos: int
    test_accuracy: float | None
    test_photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything about a model but its weights.

    Attributes:
        name: For people.
        created: ISO 8601, UTC.
        class_names: In the order of the model's outputs.
        input: What the model wants to see.
        architecture: Name in the registry.
        embedding_size: Length of the vector between embedder and head.
        parameters: Of the whole network.
        scores: How good it was found to be.
        recipe: How it was trained; None for models made elsewhere.
        dataset_fingerprint: Hash over the content hashes and labels of all photos.
        photo_counts: Photos per part ("train", "validation", "test", "skipped").
        versions: Package name -> version that made it.
        hashes: Member name -> SHA-256 (hex).
        trust: When to rely on its answers; None if that was never measured.
    """

    name: str
    created: str
    class_names: tuple[str, ...]
    input: InputSpec
    architecture: str
    embedding_size: int
    parameters: int
    scores: Scores
    recipe: Recipe | None
    dataset_fingerprint: str
    photo_counts: dict[str, int]
    versions: dict[str, str]
    hashes: dict[str, str]
    trust: Trust | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON, the format's version among them."""
        values = asdict(self)
        values["recipe"] = None if self.recipe is None else self.recipe.to_json()
        return {"format_version": FORMAT_VERSION, **values}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave.

        Raises:
            ModelFileError: A value is missing, of the wrong kind, out of range, or of a newer
                version of the program.
        """
        _require_known_version(values.get("format_version"))
        try:
            return cls(
                name=_text(values["name"])[:LONGEST_NAME],
                created=_text(values["created"])[:LONGEST_NAME],
                class_names=_usable_names(values["class_names"]),
                input=_input_from(values["input"]),
                architecture=_text(values["architecture"]),
                embedding_size=_count(values["embedding_size"]),
                parameters=_count(values["parameters"]),
                scores=_scores_from(values["scores"]),
                recipe=Recipe.from_json(values["recipe"]) if values["recipe"] else None,
                dataset_fingerprint=_text(values["dataset_fingerprint"]),
                photo_counts=_counts(values["photo_counts"]),
                versions=_texts(values["versions"]),
                hashes=_texts(values["hashes"]),
                trust=Trust.from_json(values["trust"]) if values.get("trust") else None,
            )
        except ModelFileError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, CoreError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else error
            raise ModelFileError(
                f"The model's description cannot be read ({reason}).",
                mend="Export the model again, or ask whoever made it for a new copy.",
            ) from error


def _require_known_version(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ModelFileError("The model's description names no format version.")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"The model was made by a newer version of this program (format {version}).",
            expected=f"This version reads formats up to {FORMAT_VERSION}.",
            mend="Update the program.",
        )


def _input_from(values: Mapping[str, Any]) -> InputSpec:
    size, channels = _count(values["size"]), _count(values["channels"])
    if not 1 <= size <= LARGEST_INPUT or channels not in (1, 3):
        raise ValueError(f"input of {size} pixels and {channels} channels")
    return InputSpec(
        size=size, channels=1 if channels == 1 else 3, resize=ResizePolicy(values["resize"])
    )


def _scores_from(values: Mapping[str, Any]) -> Scores:
    return Scores(
        validation_accuracy=_share(values["validation_accuracy"]),
        validation_photos=_count(values["validation_photos"]),
        test_accuracy=_share(values["test_accuracy"]),
        test_photos=_count(values["test_photos"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.80} is no text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r:.80} is no count")
    return value


def _share(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError(f"{value!r:.80} is no accuracy")
    return float(value)


def _counts(values: Mapping[str, Any]) -> dict[str, int]:
    return {key: _count(value) for key, value in values.items()}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in values.items()}


def _usable_names(names: object) -> tuple[str, ...]:
    if not isinstance(names, list | tuple):
        raise TypeError("the category names are no list")
    return usable_names(names)
