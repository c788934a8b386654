"""Networks of keras.applications as embedders: raw pixels 0..255 in, pooled features out."""

from typing import Any

from ml_core.models.classic import Tensor

_MEANS = (0.485, 0.456, 0.406)
_DEVIATIONS = (0.229, 0.224, 0.225)
"""Of ImageNet's channels, for pixels 0..1."""


def mobilenet_v2(pixels: Tensor) -> Tensor:
    """MobileNetV2 (Sandler et al., CVPR 2018)."""
    return _scaled_to_one("MobileNetV2", pixels, alpha=1.0)


def mobilenet_v2_035(pixels: Tensor) -> Tensor:
    """MobileNetV2 with 0.35 of the filters."""
    return _scaled_to_one("MobileNetV2", pixels, alpha=0.35)


def mobilenet_v3_small(pixels: Tensor) -> Tensor:
    """MobileNetV3 Small (Howard et al., ICCV 2019)."""
    return _features("MobileNetV3Small", pixels)


def mobilenet_v3_large(pixels: Tensor) -> Tensor:
    """MobileNetV3 Large (Howard et al., ICCV 2019)."""
    return _features("MobileNetV3Large", pixels)


def efficientnet_v2_b0(pixels: Tensor) -> Tensor:
    """EfficientNetV2 B0 (Tan and Le, ICML 2021)."""
    scaled = imagenet_scaled(pixels)
    return _features("EfficientNetV2B0", scaled, include_preprocessing=False)


def resnet50_v2(pixels: Tensor) -> Tensor:
    """ResNet50 with pre-activation (He et al., ECCV 2016)."""
    return _scaled_to_one("ResNet50V2", pixels)


def inception_v3(pixels: Tensor) -> Tensor:
    """InceptionV3 (Szegedy et al., CVPR 2016)."""
    return _scaled_to_one("InceptionV3", pixels)


def imagenet_scaled(pixels: Tensor) -> Tensor:
    """Every channel with ImageNet's mean taken off, divided by its standard deviation.

    With Rescaling, since the Normalization layer that Keras uses for it cannot be exported to
    ONNX: its constants become inputs that nobody feeds.
    """
    from keras import layers

    return layers.Rescaling(
        [1 / (255 * deviation) for deviation in _DEVIATIONS],
        offset=[-mean / deviation for mean, deviation in zip(_MEANS, _DEVIATIONS, strict=True)],
    )(pixels)


def _scaled_to_one(kind: str, pixels: Tensor, **options: Any) -> Tensor:
    """For the families whose ``preprocess_input`` maps 0..255 to -1..1."""
    from keras import layers

    scaled = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    return _features(kind, scaled, **options)


def _features(kind: str, pixels: Tensor, **options: Any) -> Tensor:
    """The pooled output. ``input_tensor`` keeps the layers flat, so that they can be counted."""
    from keras import applications

    backbone = getattr(applications, kind)(
        input_tensor=pixels,
        include_top=False,
        pooling="avg",
        weights=None,
        **options,
    )
    return backbone.output
