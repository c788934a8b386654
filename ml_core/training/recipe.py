"""What to train: every setting of a training, as one readable value.

A recipe is what the window's Train page, the command line and a run's folder share.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self

from ml_core.errors import RecipeError
from ml_core.images import ResizePolicy

Goal = Literal["fast", "best", "scratch"]
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Augmentation = Literal["none", "gentle", "strong"]

GOALS: tuple[Goal, ...] = ("fast", "best", "scratch")
OPTIMIZERS: tuple[Optimizer, ...] = ("adam", "adamw", "sgd", "rmsprop")
AUGMENTATIONS: tuple[Augmentation, ...] = ("none", "gentle", "strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All settings of one training.

    Attributes:
        goal: "fast" trains a head on a frozen backbone, "best" then fine-tunes the backbone's
            upper layers, "scratch" trains the whole network from random weights.
        architecture: A name from ``ml_core.models.registry``.
        weights: "imagenet", "none", or the path of a weights file, for architectures that have
            pretrained weights.
        input_size: Side of the square photos the network sees, in pixels.
        resize: How a photo of any shape becomes that square.
        epochs: Passes over the training photos for the head ("fast", "best") or the whole
            network ("scratch").
        batch_size: Photos per step.
        learning_rate: Peak learning rate of the head or of the whole network.
        optimizer: For Keras training ("scratch" and fine-tuning); the head uses Adam.
        augmentation: How training photos are varied; see ``ml_core.dataset.augment``.
        mirror: Whether photos may also be seen mirrored. Breaks printed text.
        label_smoothing: Share of the target given to all classes evenly, 0 to below 1.
        validation_share: Share of the photos kept for validation, where folders do not say.
        test_share: Share of the photos kept for the test, where folders do not say.
        seed: Fixes the split, the initial weights and the order of photos.
        early_stopping: Epochs without a better validation loss before training ends; 0 is off.
        reduce_rate: Epochs without a better validation loss before the rate is halved; 0 is off.
            When off, the rate warms up and follows a cosine to zero.
        fine_tune_layers: How many of the backbone's top layers "best" tunes.
        fine_tune_epochs: Passes over the training photos while fine-tuning.
        tensorboard: Also write TensorBoard logs into the run's folder.
    """

    goal: Goal = "fast"
    architecture: str = "mobilenet_v2"
    weights: str = "imagenet"
    input_size: int = 224
    resize: ResizePolicy = ResizePolicy.STRETCH
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 1e-3
    optimizer: Optimizer = "adam"
    augmentation: Augmentation = "none"
    mirror: bool = False
    label_smoothing: float = 0.0
    validation_share: float = 0.15
    test_share: float = 0.15
    seed: int = 0
    early_stopping: int = 10
    reduce_rate: int = 0
    fine_tune_layers: int = 30
    fine_tune_epochs: int = 15
    tensorboard: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; ``from_json`` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Raises RecipeError for unknown names or unusable values."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise RecipeError(
                f"The recipe has settings that this program does not know: {', '.join(unknown)}.",
                expected=f"Known are: {', '.join(sorted(known))}.",
                mend="Remove them, or update the program.",
            )
        try:
            recipe = cls(**{**values, "resize": ResizePolicy(values.get("resize", cls().resize))})
        except (TypeError, ValueError) as error:
            raise RecipeError(f"The recipe cannot be read: {error}.") from error
        return recipe

    def validate(self) -> Self:
        """The recipe itself, if every setting is usable.

        Raises:
            RecipeError: Names the setting, its value and the range.
        """
        raise NotImplementedError


def recipe_for(goal: Goal, *, architecture: str | None = None) -> Recipe:
    """The recommended settings for a goal, for the given or the recommended architecture.

    Raises:
        RecipeError: The architecture is unknown, or cannot serve the goal.
    """
    raise NotImplementedError


__all__ = [
    "AUGMENTATIONS",
    "GOALS",
    "OPTIMIZERS",
    "Augmentation",
    "Goal",
    "Optimizer",
    "Recipe",
    "recipe_for",
    "replace",
]
