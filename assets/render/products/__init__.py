"""The ten categories of the samples, each with the function that makes one of its products."""

from collections.abc import Callable
from typing import Final

from assets.render.draw import Draw
from assets.render.products import (
    bottle,
    handbag,
    lamp,
    mug,
    notebook,
    pencil,
    ring,
    shoe,
    t_shirt,
    watch,
)
from assets.render.scene import Product

CATEGORIES: Final[dict[str, Callable[[Draw], Product]]] = {
    "mug": mug.make,
    "lamp": lamp.make,
    "notebook": notebook.make,
    "pencil": pencil.make,
    "handbag": handbag.make,
    "watch": watch.make,
    "t-shirt": t_shirt.make,
    "shoe": shoe.make,
    "bottle": bottle.make,
    "ring": ring.make,
}
"""The order counts: a category's place is part of its pictures' seeds."""
