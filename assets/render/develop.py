"""What a camera does to the light: exposure, colour balance, tone, grain, JPEG."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assets.render.draw import Draw

Light = NDArray[np.float64]
"""Linear scene light, shape (height, width, 3)."""

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Of linear light (ITU-R BT.709)."""
QUALITY = 86
COMPRESSION_START, DESATURATION = 0.76, 0.15
"""Constants of the Khronos PBR Neutral tone mapper, made for product photos."""


def develop(light: Light, draw: Draw, *, table: float) -> Image.Image:
    """Turn scene light into a picture.

    Args:
        light: What reached the sensor.
        draw: The picture's chance.
        table: How bright the table is by itself; a white one shall come out white.
    """
    light = _balanced(_exposed(light, table) * draw.between(0.88, 1.2))
    light = light * (1 + np.array([draw.between(-0.04, 0.04), 0.0, draw.between(-0.04, 0.04)]))
    light = _vignetted(light, draw.between(0.0, 0.18))
    grain = draw.between(0.003, 0.009)
    noise = draw.generator.normal(size=light.shape) * 0.7
    noise += draw.generator.normal(size=(*light.shape[:2], 1))
    display = _gamma(_neutral(light)) + grain * noise
    return Image.fromarray((np.clip(display, 0, 1) * 255).round().astype(np.uint8))


def save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=QUALITY, optimize=True)


def _exposed(light: Light, table: float) -> Light:
    """Meter the picture's middle tones, but keep the lightest of them below burning out."""
    brightness = light @ LUMINANCE
    middle, bright = np.percentile(brightness, (50, 95))
    return light * min((0.14 + 0.86 * table) / middle, 1.3 / bright)


def _balanced(light: Light) -> Light:
    """Take out most of the light's own colour where the picture holds much white."""
    white = np.percentile(light, 85, axis=(0, 1))
    strength = 0.7 * np.clip((white.min() / white.max() - 0.6) / 0.2, 0, 1)
    return light * (white.mean() / white) ** strength


def _vignetted(light: Light, amount: float) -> Light:
    y, x = (np.linspace(-1, 1, side) for side in light.shape[:2])
    return light * (1 - amount * (x[None, :, None] ** 2 + y[:, None, None] ** 2) / 2)


def _neutral(light: Light) -> Light:
    """Compress the highlights and leave colours below them alone (Khronos PBR Neutral, 2024)."""
    lowest = light.min(-1, keepdims=True)
    light = light - np.where(lowest < 0.08, lowest - 6.25 * lowest**2, 0.04)
    peak = light.max(-1, keepdims=True)
    room = 1 - COMPRESSION_START
    new_peak = np.where(
        peak < COMPRESSION_START,
        peak,
        1 - room**2 / np.maximum(peak + room - COMPRESSION_START, room),
    )
    light = light * new_peak / np.maximum(peak, 1e-6)
    white = 1 - 1 / (DESATURATION * (peak - new_peak) + 1)
    return light * (1 - white) + new_peak * white


def _gamma(light: Light) -> Light:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
