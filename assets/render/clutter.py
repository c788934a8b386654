"""Other things on the table: plain, of no category, and never in front of the product."""

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Draw, named
from assets.render.mesh import Mesh, ball, box, curve, joined, lathe, loft, tube
from assets.render.scene import Product, Thing, corners, place, pose


def scatter(draw: Draw, product: Product, azimuth: float) -> None:
    """Put one to three things beside and behind the product."""
    points = corners(product.things)
    middle, reach = (points.min(0) + points.max(0))[:2] / 2, np.ptp(points[:, :2], 0).max() / 2
    taken: list[float] = []
    for _ in range(draw.whole(1, 3)):
        angle = draw.between(-100, 100)
        if any(abs(angle - other) < 45 for other in taken):
            continue
        taken.append(angle)
        size = draw.between(0.5, 0.9)
        thing, radius = draw.one_of((_stones, _blocks, _vase, _ball, _sprig, _box))(draw, size)
        far = reach + radius + draw.between(0.05, 0.5)
        way = np.radians(azimuth + angle)
        where = (middle[0] - np.sin(way) * far, middle[1] + np.cos(way) * far, 0.0)
        pose(thing, turn=(0, 0, draw.between(0, 360)), move=where)


def _ball(draw: Draw, size: float) -> tuple[list[Thing], float]:
    radius = 0.25 * size
    colour = draw.colour(colours.EARTHS, colours.WHITES)
    return [place(ball(radius), materials.wood(draw, colour, scale=2.0))], radius


def _stones(draw: Draw, size: float) -> tuple[list[Thing], float]:
    """A few pebbles, one leaning on the other."""
    things = []
    for number in range(draw.whole(1, 3)):
        pebble = ball(0.14 * size * draw.between(0.7, 1.2), segments=24)
        wobble = 1 + 0.12 * np.sin(pebble.points * 9 / size + number).sum(1, keepdims=True)
        pebble = Mesh(pebble.points * wobble, pebble.faces, pebble.slots)
        pebble = pebble.scaled(1.0, 0.8, 0.5).moved(x=0.25 * size * number, y=0.05 * number)
        things.append(place(pebble, materials.stone(draw, draw.colour(colours.GREYS), scale=4)))
    return things, 0.45 * size


def _blocks(draw: Draw, size: float) -> tuple[list[Thing], float]:
    side = 0.36 * size
    colour = draw.colour(colours.EARTHS, colours.PASTELS)
    return [place(box(side, side, side), materials.wood(draw, colour), bevel=0.01)], side * 0.75


def _box(draw: Draw, size: float) -> tuple[list[Thing], float]:
    """A parcel tied with string."""
    wide, deep, high = (size * draw.between(0.35, 0.6) for _ in range(3))
    high *= 0.5
    string = [box(wide + 0.012, 0.02, high + 0.006), box(0.02, deep + 0.012, high + 0.006)]
    return [
        place(box(wide, deep, high), materials.paper(draw.colour(colours.EARTHS)), bevel=0.008),
        place(joined(string), materials.fabric(draw, draw.colour(colours.WHITES))),
    ], 0.5 * np.hypot(wide, deep)


def _vase(draw: Draw, size: float) -> tuple[list[Thing], float]:
    """A vase with dry stems."""
    line = [(0.0, 0.0), (0.13, 0.0), (0.2, 0.2), (0.15, 0.4), (0.06, 0.55), (0.08, 0.62)]
    vase = lathe(np.concatenate([line[:1], curve(line[1:], 24)]) * size)
    colour = draw.colour(colours.WHITES, colours.EARTHS, colours.PASTELS)
    stems = []
    for _ in range(draw.whole(0, 6)):
        lean = np.array([draw.between(-0.3, 0.3), draw.between(-0.3, 0.3), 0.5]) * size
        start = np.array([0, 0, 0.5]) * size
        bend = start + lean * 0.5 + (0, 0, 0.06)
        stems.append(tube(curve([start, bend, start + lean], 12), 0.006))
        stems.append(ball(0.03, segments=10).scaled(1, 1, 2).moved(*(start + lean)))
    things = [place(vase, materials.plastic(draw, colour, roughness=0.6))]
    if stems:
        things.append(place(joined(stems), materials.paper(named("#b89a6a"))))
    return things, 0.22 * size


def _sprig(draw: Draw, size: float) -> tuple[list[Thing], float]:
    """A twig with leaves, lying on the table."""
    path = curve([(-0.4, 0, 0.01), (0, 0.06, 0.03), (0.4, 0, 0.02)], 16) * size
    parts = [tube(path, 0.006 * size)]
    for number, point in enumerate(path[2:]):
        leaf = _leaf().scaled(*(3 * [size * draw.between(0.14, 0.2)]))
        leaf = leaf.turned("x", draw.between(-25, 25)).turned("z", 55 if number % 2 else -55)
        parts.append(leaf.moved(*(point + np.array((0, 0, 0.01)))))
    green = draw.colour(("#4f6b4a", "#6d8465", "#3f5a3d", "#8a9a78"))
    return [place(joined(parts), materials.plastic(draw, green, roughness=0.5))], 0.45 * size


def _leaf() -> Mesh:
    along = np.linspace(0, 1, 9)
    half = 0.28 * np.sin(np.pi * along**0.8)
    rows = [
        np.stack([along, side * half, 0.12 * along * (1 - along) + 0.08 * abs(side)], -1)
        for side in (-1.0, 0.0, 1.0)
    ]
    return loft(np.array(rows), around=False)
