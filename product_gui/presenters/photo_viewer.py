"""One photo of a sheet shown large, with the ones before and after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from product_gui.jobs.job import Job
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Surroundings
from product_gui.presenters.shown_photo import PREVIEW_SIDE, ShownPhoto, read_shown


@dataclass(frozen=True, slots=True)
class Viewing:
    """The photo in one place of a sheet."""

    pictures: Sequence[Picture]
    place: int
    photo: ShownPhoto

    @property
    def picture(self) -> Picture:
        return self.pictures[self.place]


class PhotoViewer:
    """Tells ``show`` what is shown large: nothing, or one photo of a sheet."""

    def __init__(self, surroundings: Surroundings, show: Callable[[Viewing | None], None]) -> None:
        self._around, self._show = surroundings, show
        self._job: Job | None = None
        self._viewing: Viewing | None = None

    def open(self, pictures: Sequence[Picture], place: int) -> None:
        """Show the photo in this place of the sheet."""
        self._around.abandon(self._job)
        picture = pictures[place]
        before = self._viewing
        # What is seen stays until the next one has been read: nothing flickers.
        pixels = before.photo.pixels if before is not None else None
        self._set(Viewing(pictures, place, ShownPhoto(picture, pixels=pixels)))
        self._job = read_shown(self._around, picture, PREVIEW_SIDE, self._read)
        self._around.trace("viewing", path=picture.path)

    def step(self, by: int) -> None:
        """Show the next photo, or the one before."""
        viewing = self._viewing
        if viewing is not None and 0 <= viewing.place + by < len(viewing.pictures):
            self.open(viewing.pictures, viewing.place + by)

    def close(self) -> None:
        """Back to the sheet."""
        self._around.abandon(self._job)
        self._set(None)

    def _read(self, photo: ShownPhoto) -> None:
        self._job = None
        if self._viewing is not None and self._viewing.picture == photo.picture:
            self._set(replace(self._viewing, photo=photo))

    def _set(self, viewing: Viewing | None) -> None:
        self._viewing = viewing
        self._show(viewing)
