"""What a model file says of itself (``product_classifier/manifest.json``)."""

from dataclasses import dataclass
from typing import Any, Self

from ml_core.images import InputSpec
from ml_core.training.recipe import Recipe


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
        raise NotImplementedError

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Raises ModelFileError."""
        raise NotImplementedError
