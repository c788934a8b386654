"""Name -> architecture. Reading this table needs no TensorFlow; building does."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ml_core.errors import RecipeError
from ml_core.images import ResizePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchSettings:
    """How a network is best trained from random weights; the fields are those of a recipe.

    The defaults are the plain ones that suit most small networks. Whether photos are mirrored is
    not among them: that depends on what is printed on the products.
    """

    epochs: int = 50
    batch_size: int = 32
    learning_rate: float = 1e-3
    optimizer: Literal["adam", "adamw", "sgd", "rmsprop"] = "adam"
    augmentation: Literal["none", "gentle", "strong"] = "gentle"
    label_smoothing: float = 0.0
    early_stopping: int = 10
    reduce_rate: int = 4


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
        download_mb: Size of the ImageNet weights file in megabytes; 0 where there is none.
        scratch: Recommended settings for training it from random weights.
    """

    name: str
    title: str
    description: str
    input_size: int
    minimum_size: int
    channels: Literal[1, 3]
    pretrained: bool
    parameters: int
    classes: int | None
    embedding_size: int
    fine_tune_layers: int = 0
    resize: ResizePolicy = ResizePolicy.STRETCH
    download_mb: float = 0.0
    scratch: ScratchSettings = ScratchSettings()


def get(name: str) -> Architecture:
    """The architecture of that name.

    Raises:
        RecipeError: Unknown; the message lists the known names.
    """
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise RecipeError(
            f"There is no architecture called {name!r}.",
            expected=f"Known are: {', '.join(ARCHITECTURES)}.",
            mend="Choose one of these.",
        ) from None


_BACKBONES = (
    Architecture(
        name="mobilenet_v2",
        title="MobileNetV2",
        description="Knows a million everyday photos already. Fast and accurate: the usual choice.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=2_257_984,
        classes=None,
        embedding_size=1280,
        fine_tune_layers=30,
        download_mb=9.4,
    ),
    Architecture(
        name="mobilenet_v2_035",
        title="MobileNetV2, slim",
        description="The smallest pretrained network: a model file of 2 MB, for slow computers.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=410_208,
        classes=None,
        embedding_size=1280,
        fine_tune_layers=30,
        download_mb=2.0,
    ),
    Architecture(
        name="mobilenet_v3_small",
        title="MobileNetV3 Small",
        description="Pretrained and very fast; a little less accurate than MobileNetV2.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=939_120,
        classes=None,
        embedding_size=576,
        fine_tune_layers=30,
        download_mb=4.3,
    ),
    Architecture(
        name="mobilenet_v3_large",
        title="MobileNetV3 Large",
        description="Pretrained; about as fast as MobileNetV2 and often a little more accurate.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=2_996_352,
        classes=None,
        embedding_size=960,
        fine_tune_layers=30,
        download_mb=12.7,
    ),
    Architecture(
        name="efficientnet_v2_b0",
        title="EfficientNetV2 B0",
        description="Pretrained; more accurate than the MobileNets, two to three times slower.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=5_919_312,
        classes=None,
        embedding_size=1280,
        fine_tune_layers=40,
        download_mb=24.3,
    ),
    Architecture(
        name="resnet50_v2",
        title="ResNet50V2",
        description="Pretrained classic with 24 million parameters. Slow without a graphics card.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=23_564_800,
        classes=None,
        embedding_size=2048,
        fine_tune_layers=36,
        download_mb=94.7,
    ),
    Architecture(
        name="inception_v3",
        title="InceptionV3",
        description="Pretrained classic with 22 million parameters. Slow without a graphics card.",
        input_size=224,
        minimum_size=75,
        channels=3,
        pretrained=True,
        parameters=21_802_784,
        classes=None,
        embedding_size=2048,
        fine_tune_layers=22,
        download_mb=87.9,
    ),
    Architecture(
        name="convnext_tiny",
        title="ConvNeXt Tiny",
        description="Pretrained; the most accurate of the list and the slowest.",
        input_size=224,
        minimum_size=32,
        channels=3,
        pretrained=True,
        parameters=27_820_128,
        classes=None,
        embedding_size=768,
        fine_tune_layers=24,
        download_mb=111.7,
    ),
)

_FROM_SCRATCH = (
    Architecture(
        name="small_resnet",
        title="Small ResNet",
        description="Learns from your photos alone. The best choice without pretrained weights.",
        input_size=112,
        minimum_size=32,
        channels=3,
        pretrained=False,
        parameters=1_408_122,
        classes=10,
        embedding_size=256,
        scratch=ScratchSettings(
            epochs=40,
            learning_rate=2e-3,
            optimizer="adamw",
            augmentation="strong",
            label_smoothing=0.1,
            early_stopping=15,
            reduce_rate=0,
        ),
    ),
    Architecture(
        name="category_cnn",
        title="Category CNN",
        description="Two convolution layers and two dense layers, for photos of 256 pixels.",
        input_size=256,
        minimum_size=32,
        channels=3,
        pretrained=False,
        parameters=3_828_341,
        classes=5,
        embedding_size=16,
    ),
    Architecture(
        name="slash_cnn",
        title="Slash CNN",
        description="The category CNN with a slimmer first layer and without dropout.",
        input_size=256,
        minimum_size=32,
        channels=3,
        pretrained=False,
        parameters=3_813_486,
        classes=8,
        embedding_size=16,
    ),
    Architecture(
        name="augmented_cnn",
        title="Augmented CNN",
        description="Three blocks of three convolution layers, made for strongly varied photos.",
        input_size=240,
        minimum_size=64,
        channels=3,
        pretrained=False,
        parameters=9_560_586,
        classes=10,
        embedding_size=256,
        scratch=ScratchSettings(learning_rate=1e-4, augmentation="strong"),
    ),
    Architecture(
        name="fashion_cnn",
        title="Fashion CNN",
        description="For tiny grey pictures of 28 pixels, such as Fashion-MNIST.",
        input_size=28,
        minimum_size=16,
        channels=1,
        pretrained=False,
        parameters=417_650,
        classes=10,
        embedding_size=256,
        scratch=ScratchSettings(
            batch_size=128,
            augmentation="none",
            early_stopping=8,
            reduce_rate=3,
        ),
    ),
    Architecture(
        name="fashion_mlp",
        title="Fashion MLP",
        description="Two plain hidden layers for tiny grey pictures: a baseline to compare with.",
        input_size=28,
        minimum_size=8,
        channels=1,
        pretrained=False,
        parameters=235_146,
        classes=10,
        embedding_size=128,
        scratch=ScratchSettings(
            batch_size=128,
            augmentation="none",
            early_stopping=8,
            reduce_rate=3,
        ),
    ),
)

ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {architecture.name: architecture for architecture in (*_BACKBONES, *_FROM_SCRATCH)}
)
"""All networks by name; pretrained ones first, the recommended one first of all."""
