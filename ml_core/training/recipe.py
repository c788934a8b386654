"""What to train: every setting of a training, as one readable value.

A recipe is what the window's Train page, the command line and a run's folder share.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from ml_core.dataset.augment import MOST, NOTHING, PRESETS, Amounts, Kind
from ml_core.errors import RecipeError
from ml_core.images import ResizePolicy
from ml_core.models import registry
from ml_core.models.registry import Architecture

Goal = Literal["fast", "best", "scratch"]
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]

GOALS: tuple[Goal, ...] = ("fast", "best", "scratch")
OPTIMIZERS: tuple[Optimizer, ...] = ("adam", "adamw", "sgd", "rmsprop")
AUGMENTATIONS: tuple[Kind, ...] = ("none", "gentle", "strong", "custom")


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
        augmentation: How training photos are varied; see ``ml_core.dataset.augment``. "fast" looks
            at each photo once, as it is (and mirrored).
        custom: How far, where ``augmentation`` is "custom".
        mirror: Whether photos may also be seen mirrored. Breaks printed text.
        label_smoothing: Share of the target given to all classes evenly, 0 to below 1.
        class_weights: Whether every category counts the same, however few photos it has.
        validation_share: Share of the photos kept for validation, where folders do not say.
        test_share: Share of the photos kept for the test, where folders do not say.
        seed: Fixes the split, the initial weights and the order of photos.
        early_stopping: Epochs without a better validation loss before training ends; 0 is off.
        reduce_rate: Epochs without a better validation loss before the rate is halved; 0 is off.
            When off, the rate warms up and follows a cosine to zero.
        fine_tune_layers: How many of the backbone's top layers "best" tunes; a few more where the
            network cannot be cut there.
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
    augmentation: Kind = "none"
    custom: Amounts = NOTHING
    mirror: bool = False
    class_weights: bool = False
    label_smoothing: float = 0.0
    validation_share: float = 0.15
    test_share: float = 0.15
    seed: int = 0
    early_stopping: int = 10
    reduce_rate: int = 0
    fine_tune_layers: int = 30
    fine_tune_epochs: int = 15
    tensorboard: bool = False

    @property
    def amounts(self) -> Amounts:
        """How far photos are varied where a network is trained by Keras."""
        return self.custom if self.augmentation == "custom" else PRESETS[self.augmentation]

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
            recipe = cls(**{**values, **_structured(values)})
        except (TypeError, ValueError) as error:
            raise RecipeError(f"The recipe cannot be read: {error}.") from error
        recipe._require_values_in_range()
        return recipe

    def validate(self) -> Self:
        """The recipe itself, if every setting is usable.

        Raises:
            RecipeError: Names the setting, its value and the range.
        """
        self._require_values_in_range()
        if self.validation_share + self.test_share > LARGEST_HELD_BACK:
            raise RecipeError(
                f"{self.validation_share + self.test_share:.0%} of the photos would be kept back"
                " from training.",
                expected=f"At most {LARGEST_HELD_BACK:.0%} can be.",
                mend="Make the validation or the test share smaller.",
            )
        self._require_fitting_architecture()
        return self

    def _require_values_in_range(self) -> None:
        """Each setting by itself; whether they fit each other is another matter."""
        for name, (kind, expected) in _KINDS.items():
            if not isinstance(getattr(self, name), kind):
                raise RecipeError(
                    f"{_title(name)} is {getattr(self, name)!r}.",
                    expected=f"{expected} was expected.",
                )
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise RecipeError(
                    f"{_title(name)} is {getattr(self, name)!r}.",
                    expected=f"Known are: {', '.join(known)}.",
                )
        for name, (least, most) in _RANGES.items():
            _require_in_range(name, getattr(self, name), least, most)
        for name, largest in MOST.items():
            _require_in_range(f"custom_{name}", getattr(self.custom, name), 0.0, largest)

    def _require_fitting_architecture(self) -> None:
        architecture = registry.get(self.architecture)
        if self.input_size < architecture.minimum_size:
            raise RecipeError(
                f"Photos of {self.input_size} pixels are too small for {architecture.title}.",
                expected=f"It needs at least {architecture.minimum_size} pixels.",
                mend="Choose larger photos or another network.",
            )
        if self.goal != "scratch":
            _require_pretrained(architecture, self.goal)


_KINDS: dict[str, tuple[type, str]] = {
    "architecture": (str, "The name of a network"),
    "weights": (str, "imagenet, none or the path of a file"),
    "resize": (ResizePolicy, "A resize policy"),
    "custom": (Amounts, f"An amount for each of {', '.join(MOST)}"),
    "mirror": (bool, "True or false"),
    "class_weights": (bool, "True or false"),
    "tensorboard": (bool, "True or false"),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "goal": GOALS,
    "optimizer": OPTIMIZERS,
    "augmentation": AUGMENTATIONS,
}
_RANGES: dict[str, tuple[float, float]] = {
    "input_size": (16, 1024),
    "epochs": (1, 10_000),
    "batch_size": (1, 4096),
    "learning_rate": (1e-7, 10.0),
    "label_smoothing": (0.0, 0.9),
    "validation_share": (0.01, 0.8),
    "test_share": (0.0, 0.8),
    "seed": (0, 2**31 - 1),
    "early_stopping": (0, 10_000),
    "reduce_rate": (0, 10_000),
    "fine_tune_layers": (1, 10_000),
    "fine_tune_epochs": (1, 10_000),
}
LARGEST_HELD_BACK = 0.9


def recipe_for(goal: Goal, *, architecture: str | None = None) -> Recipe:
    """The recommended settings for a goal, for the given or the recommended architecture.

    Raises:
        RecipeError: Goal or architecture is unknown, or they do not fit.
    """
    if goal not in GOALS:
        raise RecipeError(f"Goal is {goal!r}.", expected=f"Known are: {', '.join(GOALS)}.")
    network = registry.get(architecture or _RECOMMENDED[goal])
    if goal == "scratch":
        return _from_scratch(network)
    _require_pretrained(network, goal)
    return Recipe(
        goal=goal,
        architecture=network.name,
        input_size=network.input_size,
        resize=network.resize,
        fine_tune_layers=max(1, network.fine_tune_layers),
        **(_FAST if goal == "fast" else _BEST),
    )


_FAST: dict[str, Any] = {"batch_size": 128}
_BEST: dict[str, Any] = {"batch_size": 32, "augmentation": "gentle", "label_smoothing": 0.1}
"""Chosen by the validation photos of a set of 3,000 photos of clothing in 10 categories."""


_RECOMMENDED: dict[Goal, str] = {
    "fast": "mobilenet_v2",
    "best": "mobilenet_v2",
    "scratch": "small_resnet",
}


def _from_scratch(network: Architecture) -> Recipe:
    return Recipe(
        goal="scratch",
        architecture=network.name,
        weights="none",
        input_size=network.input_size,
        resize=network.resize,
        **asdict(network.scratch),
    )


def _structured(values: dict[str, Any]) -> dict[str, Any]:
    """Those settings that are more than a plain value in JSON."""
    custom = values.get("custom", {})
    return {
        "resize": ResizePolicy(values.get("resize", Recipe().resize)),
        "custom": Amounts.from_json(custom) if isinstance(custom, dict) else custom,
    }


def _require_pretrained(network: Architecture, goal: Goal) -> None:
    if not network.pretrained:
        able = [name for name, other in registry.ARCHITECTURES.items() if other.pretrained]
        raise RecipeError(
            f"{network.title} has no pretrained weights, which the recipe {goal!r} builds on.",
            expected=f"Networks with pretrained weights are: {', '.join(able)}.",
            mend="Choose one of these, or train from scratch.",
        )


def _require_in_range(name: str, value: object, least: float, most: float) -> None:
    whole = isinstance(least, int) and isinstance(most, int)
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        raise RecipeError(
            f"{_title(name)} is {value!r}.",
            expected=f"{'A whole number' if whole else 'A number'} from {least:g} to {most:g}"
            " was expected.",
        )


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
