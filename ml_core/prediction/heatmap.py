"""Where in a photo the reasons for a category lie, in a fraction of a second, without TensorFlow.

Networks that average their last features over the area get a class activation map (Zhou et al.,
"Learning Deep Features for Discriminative Localization", CVPR 2016): the head is asked at every
place instead of about the average. For others, parts of the photo are covered in turn (Zeiler and
Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014).
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.embedding.feature_map import feature_map
from ml_core.images import InputSpec, Pixels, ResizePolicy, fit
from ml_core.prediction.classifier import Classifier

_SECONDS_TO_COVER: Final = 0.8
_GRIDS: Final = (12, 10, 8, 6, 5, 4)
"""Places a side at which the photo is covered: as many as there is time for."""
_COVERED: Final = 2
"""Sides of such a place that the cover has: covers overlap, so that edges blur."""


class Method(StrEnum):
    """How a heat map was made."""

    ACTIVATION = "class activation map"
    COVERING = "covering parts of the photo"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How much each place of a photo speaks for a category.

    Attributes:
        category: Which.
        heat: float32 of shape (rows, columns), over the square that the model sees: 1 where most
            speaks for the category rather than for others, 0 where nothing does or other
            categories are spoken for; 0 everywhere if nothing in the photo speaks for it.
        method: How it was found.
        spec: How the photo became that square.
    """

    category: str
    heat: NDArray[np.float32]
    method: Method
    spec: InputSpec

    def over(self, width: int, height: int) -> NDArray[np.float32]:
        """The heat over the upright photo, shown with these sides; float32 (height, width), 0..1.

        Parts of the photo that the model never saw have none.
        """
        left, top, right, bottom = _seen_box(self.spec.resize, width, height)
        side = max(right - left, bottom - top, 1)
        if self.spec.resize is ResizePolicy.STRETCH:
            return _resized(self.heat, width, height)
        square = _resized(self.heat, side, side)
        if self.spec.resize is ResizePolicy.PAD:
            x, y = (side - width) // 2, (side - height) // 2
            return square[y : y + height, x : x + width]
        heat = np.zeros((height, width), np.float32)
        heat[top:bottom, left:right] = square
        return heat


def heat_map(classifier: Classifier, pixels: Pixels, category: str | None = None) -> HeatMap:
    """Say where a photo speaks for a category.

    Args:
        classifier: The model.
        pixels: The upright photo, 8-bit RGB, shape (height, width, 3).
        category: One of the model's; None for the one it answers.

    Raises:
        ValueError: The model has no such category.
        ModelFileError: The network gives values that are no numbers.
    """
    names, spec = classifier.class_names, classifier.manifest.input
    if category is not None and category not in names:
        raise ValueError(f"The model has no category {category!r}.")
    seen = fit(pixels, spec)
    if category is None:
        category = names[int(classifier.probabilities(classifier.embedder.embed(seen)).argmax())]
    index = names.index(category)
    features = feature_map(classifier.embedder, seen)
    if features is not None:
        heat, method = classifier.scores(features)[..., index], Method.ACTIVATION
    else:
        heat, method = _by_covering(classifier, seen, index), Method.COVERING
    return HeatMap(category, _scaled(heat), method, spec)


def _by_covering(classifier: Classifier, seen: Pixels, index: int) -> NDArray[np.float32]:
    """How much the category's score falls where the photo's mean colour covers it."""

    def score(pixels: Pixels) -> float:
        return float(classifier.scores(classifier.embedder.embed(pixels))[index])

    started = time.perf_counter()
    whole = score(seen)
    grid = _affordable_grid(time.perf_counter() - started)
    edges = np.linspace(0, len(seen), grid + 1).round().astype(int)
    falls = np.zeros((grid, grid), np.float32)
    times = np.zeros_like(falls)
    colour = seen.mean(axis=(0, 1)).round().astype(np.uint8)
    for row, column in np.ndindex(grid - _COVERED + 1, grid - _COVERED + 1):
        rows, columns = (slice(edges[n], edges[n + _COVERED]) for n in (row, column))
        covered = np.array(seen)
        covered[rows, columns] = colour
        place = slice(row, row + _COVERED), slice(column, column + _COVERED)
        falls[place] += whole - score(covered)
        times[place] += 1
    return falls / times


def _affordable_grid(seconds: float) -> int:
    """The finest grid whose places can all be covered in time, one taking so many seconds."""
    return next((n for n in _GRIDS if n * n * seconds <= _SECONDS_TO_COVER), _GRIDS[-1])


def _scaled(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    """What speaks for it, as shares of the most."""
    positive = np.maximum(heat, 0).astype(np.float32)
    most = float(positive.max())
    return positive / np.float32(most) if most > 0 else positive


def _resized(heat: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    image = Image.fromarray(heat).resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image, np.float32), 0, 1)


def _seen_box(policy: ResizePolicy, width: int, height: int) -> tuple[int, int, int, int]:
    """What of the photo the model sees: left, top, right, bottom."""
    if policy is not ResizePolicy.CROP:
        return 0, 0, width, height
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side
