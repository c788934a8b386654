"""Chance by seed: every picture is drawn from its own number and always comes out the same."""

import colorsys
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")
Colour = tuple[float, float, float]
"""Linear red, green and blue, 0 to 1."""


class Draw:
    """Draws numbers, choices and colours from one seed."""

    def __init__(self, *seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def between(self, low: float, high: float) -> float:
        return float(self.generator.uniform(low, high))

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.generator.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        return bool(self.generator.random() < probability)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.generator.integers(len(choices)))]

    def weighted(self, choices: dict[Choice, float]) -> Choice:
        weights = np.array(list(choices.values()))
        return list(choices)[int(self.generator.choice(len(weights), p=weights / weights.sum()))]

    def side(self) -> int:
        return self.one_of((-1, 1))

    def seed(self) -> int:
        return self.whole(0, 2**31 - 1)

    def colour(self, *palettes: Sequence[str]) -> Colour:
        """One colour out of the palettes (``#rrggbb``), a little off as dyes and paints are."""
        hue, light, strength = colorsys.rgb_to_hls(*_srgb(self.one_of(self.one_of(palettes))))
        hue = (hue + self.between(-0.015, 0.015)) % 1.0
        light = min(0.97, max(0.02, light + self.between(-0.04, 0.04)))
        strength = min(1.0, strength * self.between(0.85, 1.1))
        return linear(colorsys.hls_to_rgb(hue, light, strength))


def linear(srgb: Sequence[float]) -> Colour:
    """Undo the sRGB curve (IEC 61966-2-1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb)
    return red, green, blue


def named(code: str) -> Colour:
    """``#rrggbb`` as linear light."""
    return linear(_srgb(code))


def shade(colour: Colour, factor: float) -> Colour:
    """Darker (below 1) or lighter (above 1) of the same hue."""
    red, green, blue = (min(1.0, c * factor) for c in colour)
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Relative luminance of linear light (ITU-R BT.709)."""
    return float(np.dot(colour, (0.2126, 0.7152, 0.0722)))


def _srgb(code: str) -> tuple[float, float, float]:
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
