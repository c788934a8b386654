"""What a model file says of itself (``product_classifier/manifest.json``)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ml_core.errors import CoreError, ModelFileError
from ml_core.images import InputSpec, ResizePolicy
from ml_core.training.recipe import Recipe

FORMAT_VERSION = 1
LARGEST_INPUT = 1024
MOST_CLASSES = 10_000
LONGEST_NAME = 255


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
            manifest = cls(
                name=str(values["name"])[:LONGEST_NAME],
                created=str(values["created"])[:40],
                class_names=tuple(values["class_names"]),
                input=_input_from(values["input"]),
                architecture=str(values["architecture"]),
                embedding_size=int(values["embedding_size"]),
                parameters=int(values["parameters"]),
                scores=Scores(**values["scores"]),
                recipe=Recipe.from_json(values["recipe"]) if values["recipe"] else None,
                dataset_fingerprint=str(values["dataset_fingerprint"]),
                photo_counts=_numbers(values["photo_counts"]),
                versions=_texts(values["versions"]),
                hashes=_texts(values["hashes"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, CoreError) as error:
            raise ModelFileError(
                f"The model's description cannot be read ({error}).",
                mend="Export the model again, or ask whoever made it for a new copy.",
            ) from error
        _require_usable_names(manifest.class_names)
        return manifest


def _require_known_version(version: object) -> None:
    if not isinstance(version, int) or version < 1:
        raise ModelFileError("The model's description names no format version.")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"The model was made by a newer version of this program (format {version}).",
            expected=f"This version reads formats up to {FORMAT_VERSION}.",
            mend="Update the program.",
        )


def _input_from(values: Mapping[str, Any]) -> InputSpec:
    size, channels = int(values["size"]), int(values["channels"])
    if not 1 <= size <= LARGEST_INPUT or channels not in (1, 3):
        raise ValueError(f"input of {size} pixels and {channels} channels")
    return InputSpec(
        size=size, channels=1 if channels == 1 else 3, resize=ResizePolicy(values["resize"])
    )


def _numbers(values: Mapping[str, Any]) -> dict[str, int]:
    return {str(key): int(value) for key, value in values.items()}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}


def _require_usable_names(names: tuple[Any, ...]) -> None:
    """Category names from a stranger's file are untrusted text."""
    for name in names:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or "\0" in name:
            raise ModelFileError(f"The model has an unusable category name: {str(name)[:80]!r}.")
    if len(set(names)) != len(names) or not 2 <= len(names) <= MOST_CLASSES:
        raise ModelFileError(
            f"The model has {len(names)} category names, {len(set(names))} of them different.",
            expected=f"2 to {MOST_CLASSES} different names were expected.",
        )
