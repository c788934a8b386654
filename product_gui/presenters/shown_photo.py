"""A photo that is shown large: being read, read, or unreadable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Surroundings

if TYPE_CHECKING:
    from ml_core.images import Pixels

PREVIEW_SIDE = 1400
"""Longest side, in pixels, of a photo that is shown large."""


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """``pixels`` are None until it has been read; ``problem`` says why it cannot be."""

    picture: Picture
    pixels: Pixels | None = None
    problem: Problem | None = None


def read_shown(
    surroundings: Surroundings, picture: Picture, side: int, done: Callable[[ShownPhoto], None]
) -> Job:
    """Read a photo beside the window; ``done`` gets it, or why it cannot be read."""
    return surroundings.start(
        Work(
            name="show photo",
            operation=lambda _report, _control: surroundings.library.read_picture(picture, side),
            on_success=lambda pixels: done(ShownPhoto(picture, pixels=pixels)),
            on_failure=lambda problem: done(ShownPhoto(picture, problem=problem)),
        ),
        Lane.THUMBNAILS,
    )
