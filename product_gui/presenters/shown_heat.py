"""The reasons for an answer as a picture that lies over the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from product_gui.presenters.picture import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml_core.images import Pixels


@dataclass(frozen=True, slots=True)
class ShownHeat:
    """The heat over a photo as it is shown.

    Attributes:
        picture: The photo.
        category: For which the places speak.
        colours: uint8, shape (height, width, 3): from yellow to red with the heat.
        heat: uint8, shape (height, width): how much each place speaks for the category.
    """

    picture: Picture
    category: str
    colours: Pixels
    heat: NDArray[np.uint8]
