"""Checks of single photos: light, sharpness, size and shape."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.health.check import Check, Material, each_photo
from ml_core.dataset.health.finding import Finding, Kind, Severity

_CLEANVISION: Final = "cleanvision 0.3.7, its default"
_MEASURED: Final = "measured on 3,781 clothing photos"
_BETTER_PHOTO: Final = "Take it again, or leave it out."


def _very_dark(material: Material, check: Check) -> Iterator[Finding]:
    bright = material.measures["bright"]
    yield from each_photo(
        check,
        material,
        np.flatnonzero(bright < check.limit).tolist(),
        lambda name, place: (
            f"{name} is very dark: its brightest parts reach {bright[place]:.0%} of full light."
        ),
    )


def _very_light(material: Material, check: Check) -> Iterator[Finding]:
    darkest = material.measures["darkest"]
    yield from each_photo(
        check,
        material,
        np.flatnonzero((darkest > check.limit) & ~_blank(material)).tolist(),
        lambda name, place: (
            f"{name} is very light: its darkest parts have {darkest[place]:.0%} of full light."
        ),
    )


def _blurred(material: Material, check: Check) -> Iterator[Finding]:
    sharpness = material.measures["sharpness"]
    yield from each_photo(
        check,
        material,
        np.flatnonzero((sharpness < check.limit) & ~_blank(material)).tolist(),
        lambda name, _: f"{name} is blurred.",
    )


def _nearly_blank(material: Material, check: Check) -> Iterator[Finding]:
    yield from each_photo(
        check,
        material,
        np.flatnonzero(_blank(material)).tolist(),
        lambda name, _: f"{name} shows next to nothing: nearly all of it has one brightness.",
    )


def _blank(material: Material) -> NDArray[np.bool_]:
    """Of one brightness, but not for want of light: that is another finding."""
    bright, darkest = material.measures["bright"], material.measures["darkest"]
    is_even = bright - darkest < _NEARLY_BLANK.limit
    return np.asarray(is_even & (bright >= _VERY_DARK.limit), np.bool_)


def _very_small(material: Material, check: Check) -> Iterator[Finding]:
    """Where nearly all photos are small, that is how these photos are: it is said once."""
    sides = np.minimum(material.measures["width"], material.measures["height"])
    small = np.flatnonzero(sides < check.limit).tolist()
    if len(small) > len(sides) / 2:
        yield check.finding(
            f"Most photos are very small: half of them have no more than"
            f" {int(np.median(sides))} pixels on their shorter side.",
            mend="If there are larger ones, use these.",
        )
        return
    measures = material.measures
    yield from each_photo(
        check,
        material,
        small,
        lambda name, place: (
            f"{name} is very small:"
            f" {measures['width'][place]:,} x {measures['height'][place]:,} pixels."
        ),
    )


def _odd_shape(material: Material, check: Check) -> Iterator[Finding]:
    width, height = (material.measures[side].astype(np.float64) for side in ("width", "height"))
    shape = np.minimum(width, height) / np.maximum(width, height)
    yield from each_photo(
        check,
        material,
        np.flatnonzero(shape < check.limit).tolist(),
        lambda name, place: (
            f"{name} has an odd shape: {width[place]:,.0f} x {height[place]:,.0f} pixels."
        ),
    )


def _animated(material: Material, check: Check) -> Iterator[Finding]:
    yield from each_photo(
        check,
        material,
        np.flatnonzero(material.measures["is_animated"]).tolist(),
        lambda name, _: f"{name} holds several pictures; only the first one is used.",
    )


_NEARLY_BLANK: Final = Check(
    kind=Kind.NEARLY_BLANK,
    title="Nearly blank",
    severity=Severity.WARNING,
    why="There is nothing in it to learn from, yet it counts for its category.",
    mend="Leave it out.",
    find=_nearly_blank,
    threshold=0.08,
    source="Range from the 1st to the 99th percentile of brightness; " + _MEASURED + ": the least"
    " is 0.2. Not cleanvision's entropy: a product on pure white has little, too.",
)

_VERY_DARK: Final = Check(
    kind=Kind.VERY_DARK,
    title="Very dark",
    severity=Severity.WARNING,
    why="Where nothing can be seen, the model learns the darkness instead of the product.",
    mend=_BETTER_PHOTO,
    find=_very_dark,
    threshold=0.40,
    source=f"99th percentile of brightness as in cleanvision; its 0.32 raised as {_MEASURED}:"
    " none is below 0.49, and a photo with 0.4 of its light is below 0.40.",
)

CHECKS: Final = (
    _NEARLY_BLANK,
    _VERY_DARK,
    Check(
        kind=Kind.VERY_LIGHT,
        title="Very light",
        severity=Severity.WARNING,
        why="Where all is white, the model learns the light instead of the product.",
        mend=_BETTER_PHOTO,
        find=_very_light,
        threshold=0.85,
        source=f"1st percentile of brightness; {_MEASURED}: none is above 0.57, and no rendered"
        " product on white above 0.79. Not cleanvision's 5th: a ring on white covers less.",
    ),
    Check(
        kind=Kind.BLURRED,
        title="Blurred",
        severity=Severity.WARNING,
        why="Details that tell similar products apart are missing from it.",
        mend=_BETTER_PHOTO,
        find=_blurred,
        threshold=0.33,
        source=f"Steepness of edges at 256 pixels, see measure.sharpness; {_MEASURED}: none is"
        " below it, and of photos blurred by a Gaussian of 2 pixels 98 %, of 1.5 pixels 84 %, of"
        " photos shaken by 7 pixels 93 %.",
    ),
    Check(
        kind=Kind.VERY_SMALL,
        title="Very small",
        severity=Severity.HINT,
        why="It must be enlarged several times, which adds no detail.",
        mend="Use a larger photo, or leave it out.",
        find=_very_small,
        threshold=64,
        source="Shorter side in pixels; networks see 160 to 224, less than a third of it is left.",
    ),
    Check(
        kind=Kind.ODD_SHAPE,
        title="Odd shape",
        severity=Severity.HINT,
        why="Made a square, it is squeezed or cut so much that the product changes its look.",
        mend="Crop it to the product, or leave it out.",
        find=_odd_shape,
        threshold=0.35,
        source=f"Shorter by longer side; {_CLEANVISION}",
    ),
    Check(
        kind=Kind.ANIMATED,
        title="Several pictures in one file",
        severity=Severity.HINT,
        why="What the other pictures show is never seen.",
        mend="If another one is meant, save it as a file of its own.",
        find=_animated,
    ),
)
