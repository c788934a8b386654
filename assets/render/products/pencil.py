"""Pencils: hexagonal or round, lead or coloured, used or new, alone or several together."""

from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, named
from assets.render.mesh import Mesh, lathe, loft
from assets.render.scene import Product, Thing, place, pose

RADIUS = 0.024
SURFACES = ("seamless", "seamless", "wood", "stone", "fabric")
PAINT = (
    colours.BRIGHTS,
    colours.BRIGHTS,
    ("#e8b21e", "#e3a417"),
    colours.BLACKS,
    colours.PASTELS,
    colours.DEEPS,
)


def make(draw: Draw) -> Product:
    arrangement = draw.weighted({_single: 2.5, _row: 4, _crossed: 3})
    things = arrangement(draw)
    pose(things, turn=(0, 0, draw.between(-75, 75) + draw.one_of((0, 180))))
    return Product(
        things, elevation=(28, 80), azimuth=(-15, 15), fill=(0.85, 1.05), surfaces=SURFACES
    )


def _single(draw: Draw) -> list[Thing]:
    things = _pencil(draw, draw.between(0.5, 0.8), draw.colour(*PAINT))
    pose(things, turn=(draw.whole(0, 5) * 60, 0, 0))
    return things


def _row(draw: Draw) -> list[Thing]:
    """Side by side, not quite in line."""
    things: list[Thing] = []
    count, length = draw.whole(3, 8), draw.between(0.55, 0.95)
    same, colour = draw.chance(0.35), draw.colour(*PAINT)
    apart = RADIUS * draw.between(2.1, 3.4)
    for number in range(count):
        paint = colour if same else draw.colour(*PAINT)
        one = _pencil(draw, length * draw.between(0.93, 1.0), paint)
        where = (draw.between(-0.04, 0.04), number * apart, 0.0)
        things += _laid(draw, one, where, draw.between(-1.2, 1.2))
    return things


def _laid(
    draw: Draw, one: list[Thing], where: tuple[float, float, float], turn: float
) -> list[Thing]:
    pose(one, turn=(draw.whole(0, 5) * 60, 0, turn), move=where)
    return one


def _crossed(draw: Draw) -> list[Thing]:
    """Two side by side, and one or two across them."""
    things: list[Thing] = []
    for number in range(2):
        one = _pencil(draw, draw.between(0.55, 0.85), draw.colour(*PAINT))
        things += _laid(
            draw, one, (draw.between(-0.05, 0.05), number * 0.15, 0.0), draw.between(-6, 6)
        )
    for number in range(draw.whole(1, 2)):
        one = _pencil(draw, draw.between(0.5, 0.8), draw.colour(*PAINT))
        where = (draw.between(-0.1, 0.1) + 0.16 * number, 0.08, 1.8 * RADIUS)
        things += _laid(draw, one, where, draw.between(25, 60) + draw.one_of((0, 180)))
    return things


def _pencil(draw: Draw, length: float, paint: Colour) -> list[Thing]:
    """Lying along x around the origin, its point at +x."""
    coloured = draw.chance(0.4)
    lead = paint if coloured else named("#2c2c30")
    painted = materials.plastic(draw, paint, roughness=draw.one_of((0.15, 0.25, 0.5)))
    if draw.chance(0.15):
        painted = materials.wood(draw, named("#caa06a"), scale=3.0)
    bare = materials.wood(draw, named(draw.one_of(("#dcb486", "#c99866"))), scale=5.0)
    point = materials.plastic(draw, lead, roughness=0.4)
    body = _body(draw, length, round_body=draw.chance(0.2))
    things = [place(body.moved(x=-length / 2), painted, bare, point)]
    if not coloured and draw.chance(0.65):
        things += _eraser_end(draw, -length / 2)
    return things


def _body(draw: Draw, length: float, *, round_body: bool) -> Mesh:
    """Hexagon and cone cut into each other: where the cone is inside, the wood is bare."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    folded = (angle + np.pi / 6) % (np.pi / 3) - np.pi / 6
    hexagon = np.minimum(0.87 / np.cos(folded), 0.975) * RADIUS
    outline = np.full(72, RADIUS * 0.95) if round_body else hexagon
    slope = RADIUS / draw.between(0.09, 0.13)
    blunt = draw.between(0.002, 0.004)
    x = np.concatenate([np.linspace(0, length - 0.15, 4), length - np.linspace(0.145, 0.0, 60)])
    cone = np.maximum((length - x) * slope, 0) + blunt
    cut = cone[:, None] < outline[None, :]
    radius = np.where(cut, cone[:, None], outline[None, :])
    rings = np.stack(
        [np.broadcast_to(x[:, None], radius.shape), radius * np.cos(angle), radius * np.sin(angle)],
        -1,
    )
    slots = np.where(cut, 1, 0)
    slots[radius < RADIUS * 0.3] = 2
    return loft(rings, caps=True, slots=slots[1:])


def _eraser_end(draw: Draw, at: float) -> list[Thing]:
    """A ridged metal sleeve with a rubber in it."""
    ridge = 0.0008 * np.sin(np.linspace(0, 10 * np.pi, 60))
    height = np.linspace(-0.002, 0.055, 60)
    sleeve = lathe(np.stack([RADIUS * 0.97 + ridge, height], -1), segments=36)
    rubber = lathe(
        [(RADIUS * 0.9, 0.05), (RADIUS * 0.9, 0.085), (RADIUS * 0.75, 0.093), (0.0, 0.095)],
        segments=36,
    )
    pink = named(draw.one_of(("#d98a86", "#e2a09a", "#efefe9", "#3b3b3d")))
    metal: Any = materials.metal(draw, draw.one_of(("gold", "silver", "copper")), roughness=0.25)
    return [
        place(sleeve.turned("y", -90).moved(x=at), metal),
        place(rubber.turned("y", -90).moved(x=at), materials.plastic(draw, pink, roughness=0.8)),
    ]
