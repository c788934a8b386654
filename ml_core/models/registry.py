"""Name -> architecture. Reading this table needs no TensorFlow; building does."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml_core.images import ResizePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One network of the registry.

    Attributes:
        name: As used in recipes and on the command line.
        title: For people ("MobileNetV2").
        description: One or two plain sentences: what it is good for, how fast.
        input_size: Recommended side of the square input, in pixels.
        minimum_size: Smallest side it can be built for.
        channels: 3 (colour) or 1 (grey).
        pretrained: Whether ImageNet weights exist.
        parameters: Number of parameters: of the whole network at ``classes`` classes, or
            without the head where ``classes`` is None.
        classes: See ``parameters``.
        embedding_size: Length of the vector before the head at the recommended size.
        fine_tune_layers: Recommended number of top layers to tune; 0 for small networks.
        resize: Recommended resize policy.
    """

    name: str
    title: str
    description: str
    input_size: int
    minimum_size: int
    channels: int
    pretrained: bool
    parameters: int
    classes: int | None
    embedding_size: int
    fine_tune_layers: int = 0
    resize: ResizePolicy = ResizePolicy.STRETCH


ARCHITECTURES: Mapping[str, Architecture] = {}


def get(name: str) -> Architecture:
    """The architecture of that name.

    Raises:
        RecipeError: Unknown; the message lists the known names.
    """
    raise NotImplementedError
