"""Watches: round or square, dial or screen, on leather, cloth, rubber or steel."""

from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Draw, named, shade
from assets.render.mesh import (
    Mesh,
    Points,
    box,
    circle,
    curve,
    joined,
    lathe,
    loft,
    prism,
    ring,
    superellipse,
)
from assets.render.scene import Product, Thing, place, pose

RADIUS = 0.24
LUG = 0.27
DIALS = (colours.WHITES, colours.BLACKS, colours.DEEPS, colours.PASTELS, ("#f2ead6", "#1d3a5f"))


def make(draw: Draw) -> Product:
    screen = draw.chance(0.25)
    shape = superellipse(96, draw.between(4.0, 6.0) if screen or draw.chance(0.12) else 2.0)
    standing = draw.chance(0.62)
    steel = materials.metal(
        draw, draw.one_of(("steel", "silver", "gold", "rose gold", "black")), roughness=0.18
    )
    case = _case(draw, shape, steel)
    face = _screen(draw, shape) if screen else _dial(draw, shape, steel)
    things = [*case, *face]
    things += _strap(draw, _loop() if standing else _flat(), steel)
    if standing:
        pose(things, turn=(draw.between(66, 84), 0, draw.between(-45, 45)))
        return Product(things, elevation=(4, 32), azimuth=(-12, 12))
    pose(things, turn=(0, 0, draw.between(-70, 70)))
    return Product(things, elevation=(42, 84), azimuth=(-12, 12), fill=(0.85, 1.2))


def _case(draw: Draw, shape: Points, steel: Any) -> list[Thing]:
    """Body, bezel, crown and the four lugs; the dial looks up from z = 0."""
    steps = [
        (0.8, -0.09),
        (0.94, -0.08),
        (1.0, -0.05),
        (1.0, 0.0),
        (0.97, 0.02),
        (0.92, 0.03),
        (0.88, 0.022),
        (0.87, 0.0),
    ]
    body = loft(np.array([ring(shape * RADIUS * out, up) for out, up in steps]), caps=False)
    back = prism(shape * RADIUS * 0.82, -0.092, -0.08)
    crown = lathe([(0.0, 0.0), (0.03, 0.0), (0.03, 0.045), (0.022, 0.05), (0.0, 0.05)], segments=14)
    crown = crown.turned("y", 90).moved(x=RADIUS - 0.005, z=-0.035)
    lugs = []
    for x, y in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        lug = box(0.035, 0.13, 0.05).turned("x", -18 * y).moved(x=x * 0.125, y=y * 0.225, z=-0.075)
        lugs.append(lug)
    rim = draw.one_of((steel, steel, materials.plastic(draw, named("#15161a"), roughness=0.2)))
    bezel = loft(
        np.array(
            [
                ring(shape * RADIUS * out, up)
                for out, up in ((0.99, 0.012), (0.96, 0.032), (0.89, 0.034), (0.88, 0.02))
            ]
        )
    )
    return [
        place(joined([body, back, crown]), steel),
        place(joined(lugs), steel, bevel=0.01),
        place(bezel, rim),
    ]


def _dial(draw: Draw, shape: Points, steel: Any) -> list[Thing]:
    colour = draw.colour(*DIALS)
    light = sum(colour) > 0.9
    ink = materials.plastic(draw, named("#1c1c1e" if light else "#f2efe6"), roughness=0.3)
    mark = draw.one_of((ink, ink, steel))
    reach = RADIUS * 0.86
    things = [
        place(prism(shape * reach, -0.01, 0.0), materials.plastic(draw, colour, roughness=0.3)),
        place(_markers(draw, reach), mark),
        place(_hands(draw, reach), mark),
        place(prism(shape * RADIUS * 0.89, 0.02, 0.023), materials.clear_cover()),
    ]
    if draw.chance(0.4):
        things += _small_dials(draw, reach, colour, ink)
    return things


def _markers(draw: Draw, reach: float) -> Mesh:
    """Twelve strokes, and in some sixty fine ones."""
    wide, long = draw.between(0.009, 0.018), draw.between(0.03, 0.06)
    strokes = []
    for hour in range(12):
        grow = 1.35 if hour % 3 == 0 else 1.0
        stroke = box(wide * grow, long * grow, 0.004).moved(y=reach * 0.86 - long * grow / 2)
        strokes.append(stroke.turned("z", 30 * hour))
    if draw.chance(0.6):
        fine = [
            box(0.003, 0.015, 0.002).moved(y=reach * 0.94).turned("z", 6 * k) for k in range(60)
        ]
        strokes += fine
    return joined(strokes)


def _hands(draw: Draw, reach: float) -> Mesh:
    """Ten past ten, as in every advertisement, more or less."""
    minute, hour = -60 + draw.between(-20, 20), 57 + draw.between(-8, 8)
    width = draw.between(0.014, 0.022)
    parts = [lathe([(0.0, 0.005), (0.018, 0.005), (0.016, 0.013), (0.0, 0.013)], segments=20)]
    for angle, long, wide, up in ((minute, 0.8, width, 0.009), (hour, 0.52, width * 1.3, 0.006)):
        outline = np.array(
            [
                (-wide / 3, -0.03),
                (wide / 3, -0.03),
                (wide / 2, reach * long * 0.8),
                (0, reach * long),
                (-wide / 2, reach * long * 0.8),
            ]
        )
        parts.append(prism(outline, up, up + 0.003).turned("z", angle))
    if draw.chance(0.6):
        parts.append(
            box(0.004, reach * 1.1, 0.002)
            .moved(y=reach * 0.3, z=0.012)
            .turned("z", draw.between(0, 360))
        )
    return joined(parts)


def _small_dials(draw: Draw, reach: float, colour: Any, ink: Any) -> list[Thing]:
    other = materials.plastic(draw, shade(colour, draw.one_of((0.5, 1.6))), roughness=0.4)
    spots = draw.one_of((((0, -1),), ((-1, 0), (1, 0)), ((-1, 0), (1, 0), (0, -1))))
    discs, hands = [], []
    for x, y in spots:
        at = {"x": x * reach * 0.46, "y": y * reach * 0.46}
        discs.append(prism(circle(40) * reach * 0.22, 0.0, 0.001).moved(**at))
        hands.append(
            box(0.006, reach * 0.17, 0.002)
            .moved(y=0.012)
            .turned("z", draw.between(0, 360))
            .moved(**at, z=0.001)
        )
        hands.append(
            loft(np.array([ring(circle(40) * reach * r, 0.002) for r in (0.22, 0.235)])).moved(**at)
        )
    return [place(joined(discs), other), place(joined(hands), ink)]


def _screen(draw: Draw, shape: Points) -> list[Thing]:
    """A dark glass with rings, bars and figures that glow."""
    glass = materials.plastic(draw, named("#060607"), roughness=0.05)
    things = [place(prism(shape * RADIUS * 0.9, 0.0, 0.026), glass, bevel=0.012)]
    for number in range(3):
        colour = materials.glowing(draw.colour(colours.BRIGHTS), draw.between(1.0, 2.0))
        things.append(place(_arc(RADIUS * (0.28 + 0.13 * number), draw.between(90, 330)), colour))
    digits = [
        box(0.012, 0.05, 0.001).moved(x=x, y=y, z=0.027)
        for x in (-0.05, -0.02, 0.02, 0.05)
        for y in (-0.02, 0.03)
        if draw.chance(0.85)
    ]
    return [*things, place(joined(digits), materials.glowing((1.0, 1.0, 1.0), 1.6))]


def _arc(radius: float, degrees: float) -> Mesh:
    angle = np.radians(np.linspace(90, 90 - degrees, 40))
    line = np.stack([np.cos(angle), np.sin(angle)], -1)
    return loft(
        np.array([ring(line * r, 0.0272) for r in (radius - 0.01, radius + 0.01)]), around=False
    )


def _loop() -> tuple[Points, Points]:
    """The closed strap seen from the side, (y, z), from 12 o'clock down and around to 6 o'clock."""
    half = curve(
        [
            (LUG - 0.02, -0.05),
            (LUG + 0.06, -0.12),
            (0.335, -0.28),
            (0.26, -0.46),
            (0.1, -0.56),
            (-0.01, -0.575),
        ],
        60,
    )
    other = half * (-1, 1)
    other[:, 1] -= 0.02 * np.linspace(0, 1, 60) ** 3
    return _even(half), _even(other)


def _even(side: Points) -> Points:
    """The same line with its points at equal distances."""
    steps = np.linalg.norm(np.diff(side, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, length[-1], len(side))
    return np.stack([np.interp(at, length, side[:, k]) for k in range(2)], -1)


def _flat() -> tuple[Points, Points]:
    """The strap laid out on the table."""
    half = curve(
        [(LUG - 0.02, -0.05), (LUG + 0.06, -0.075), (0.5, -0.09), (0.65, -0.093), (0.74, -0.093)],
        60,
    )
    other = curve(
        [
            (-LUG + 0.02, -0.05),
            (-LUG - 0.06, -0.075),
            (-0.5, -0.09),
            (-0.7, -0.093),
            (-0.86, -0.093),
        ],
        60,
    )
    return _even(half), _even(other)


def _strap(draw: Draw, sides: tuple[Points, Points], steel: Any) -> list[Thing]:
    if draw.chance(0.35):
        return [place(joined(_links(side) for side in sides), steel, bevel=0.006)]
    colour = draw.colour(
        colours.EARTHS, colours.BLACKS, colours.DEEPS, colours.EARTHS, colours.BRIGHTS
    )
    kind = draw.one_of((materials.leather, materials.leather, materials.fabric, materials.plastic))
    things = [place(joined(_band(side) for side in sides), kind(draw, colour), subdivide=1)]
    if kind is materials.leather:
        thread = materials.fabric(
            draw, shade(colour, 2.5) if sum(colour) < 1 else shade(colour, 0.5)
        )
        things.append(place(joined(_stitches(side) for side in sides), thread))
    return [*things, place(_buckle(sides[0]), steel, bevel=0.004)]


def _width(count: int) -> Points:
    return np.interp(np.linspace(0, 1, count), [0, 0.3, 1], [0.108, 0.1, 0.085])


def _band(side: Points) -> Mesh:
    path = np.insert(side[::2], 0, 0.0, axis=1)
    section = superellipse(16, 5.0)
    out = _outward(side[::2])
    half = _width(len(path))
    thick = np.interp(np.linspace(0, 1, len(path)), [0, 0.25, 1], [0.026, 0.018, 0.014])
    across = np.array([1.0, 0.0, 0.0])
    rings = path[:, None] + section[None, :, :1] * half[:, None, None] * across
    rings = rings + section[None, :, 1:] * thick[:, None, None] * out[:, None]
    return loft(rings, caps=True)


def _outward(side: Points) -> Points:
    """Away from the wrist, shape (n, 3)."""
    step = np.gradient(side, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    out = np.stack([0 * step[:, 0], -step[:, 1], step[:, 0]], -1)
    return out * np.sign(side[0, 0])


def _stitches(side: Points) -> Mesh:
    path, out, half = np.insert(side, 0, 0.0, axis=1), _outward(side), _width(len(side))
    dashes = []
    for k in range(3, len(side) - 3, 2):
        for edge in (-1, 1):
            tilt = np.degrees(np.arctan2(*(side[k + 1] - side[k - 1])[::-1]))
            dash = box(0.006, 0.013, 0.006).turned("x", tilt)
            dashes.append(
                dash.moved(*(path[k] + out[k] * 0.014 + (edge * (half[k] - 0.014), 0, 0)))
            )
    return joined(dashes)


def _links(side: Points) -> Mesh:
    """Steel links, three across."""
    out, links = _outward(side), []
    long = 2.75 * float(np.linalg.norm(side[1] - side[0]))
    for k in range(1, 59, 3):
        tilt = np.degrees(np.arctan2(*(side[k + 1] - side[k - 1])[::-1]))
        for x, wide, up in ((-0.072, 0.05, 0.0), (0.0, 0.085, 0.004), (0.072, 0.05, 0.0)):
            link = box(wide, long, 0.03).moved(z=-0.015).turned("x", tilt)
            links.append(link.moved(*(np.insert(side[k], 0, x) + out[k] * up)))
    return joined(links)


def _buckle(side: Points) -> Mesh:
    """A frame around the strap's end, with its pin."""
    at, before = side[-3], side[-6]
    tilt = np.degrees(np.arctan2(*(at - before)[::-1]))
    bars = [box(0.21, 0.016, 0.016).moved(y=y) for y in (-0.05, 0.05)]
    bars += [box(0.016, 0.116, 0.016).moved(x=x) for x in (-0.1, 0.1)]
    bars.append(box(0.012, 0.11, 0.012).moved(z=0.012))
    frame = joined(bars).moved(z=-0.008)
    return frame.turned("x", tilt).moved(y=at[0], z=at[1])
