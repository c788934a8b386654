"""Rings: wedding bands, solitaires, signets and stacked pairs, standing, lying or leaning."""

from typing import Any

import numpy as np

from assets.render import materials
from assets.render.draw import Draw, named
from assets.render.mesh import Mesh, Points, joined, lathe, loft, prism, superellipse, tube
from assets.render.scene import Product, Thing, place, pose
from assets.render.shader import Shader

INNER = 0.42
GEMS = (
    "#ffffff",
    "#ffffff",
    "#ffffff",
    "#1f4fa8",
    "#b01030",
    "#127a4a",
    "#7a4bb0",
    "#6fc4d8",
    "#f0c84a",
)
SURFACES = ("seamless", "seamless", "stone", "fabric", "wood")


def make(draw: Draw) -> Product:
    metal = materials.metal(
        draw, draw.one_of(("gold", "gold", "rose gold", "silver", "silver")), roughness=0.1
    )
    things = draw.weighted({_band_only: 2, _solitaire: 4, _halo: 2, _signet: 1.2, _braided: 1.2})(
        draw, metal
    )
    elevation = (12, 40)
    match draw.weighted({"standing": 3, "lying": 3, "leaning": 2}):
        case "standing":
            pose(things, turn=(0, draw.between(-14, 14), draw.between(-50, 50)))
        case "lying":
            pose(things, turn=(90, 0, draw.between(0, 360)))
            elevation = (20, 55)
        case "leaning":
            things += _support(draw, things)
    return Product(things, elevation=elevation, fill=(0.62, 0.85), surfaces=SURFACES)


def _support(draw: Draw, things: list[Thing]) -> list[Thing]:
    """A second band lying flat, the first one leaning on it."""
    pose(things, turn=(-draw.between(50, 65), 0, 0))
    metal = materials.metal(draw, draw.one_of(("gold", "silver", "rose gold")), roughness=0.1)
    other = _band_only(draw, metal)
    pose(other, turn=(90, 0, 0), move=(draw.between(-0.1, 0.1), 0.62, 0.0))
    return other


def _angles(count: int = 120) -> Points:
    """Around the finger, starting below, so that the seam is never seen."""
    return np.linspace(0, 2 * np.pi, count, endpoint=False) - np.pi / 2


def _hoop(section: Points, scale: Points | float = 1.0, radius: float = INNER) -> Mesh:
    """A section, shape (m, 2) as (along the finger, outwards), carried around it."""
    angle = _angles()
    path = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], -1)
    scale = np.broadcast_to(scale, len(angle))[:, None, None]
    out = radius + section[None, :, 1:] * scale
    along = section[None, :, :1] * scale * np.array([0.0, 1.0, 0.0])
    return loft(path[:, None] * out + along, along=True)


def _band_only(draw: Draw, metal: Any) -> list[Thing]:
    wide, thick = draw.between(0.06, 0.17), draw.between(0.025, 0.05)
    section = superellipse(24, draw.one_of((2.0, 3.0, 6.0))) * (wide, thick)
    things = [place(_hoop(section), metal)]
    if draw.chance(0.35):
        inlay = superellipse(16, 4.0) * (wide * 0.35, thick * 1.06)
        other = materials.metal(draw, draw.one_of(("gold", "silver", "black")), roughness=0.35)
        things.append(place(_hoop(inlay), other))
    elif draw.chance(0.5):
        things += _row_of_stones(draw, thick, full=True)
    return things


def _gem(radius: float, facets: int = 8) -> Mesh:
    """A brilliant: table, crown and pavilion, facets turned against each other."""
    levels = (
        (0.0, 0.34, 0),
        (0.56, 0.34, 0),
        (0.8, 0.2, 1),
        (1.0, 0.02, 0),
        (1.0, -0.03, 0),
        (0.55, -0.4, 1),
        (0.0, -0.75, 0),
    )
    rings = []
    for out, up, half in levels:
        angle = (np.arange(2 * facets) + 0.5 * half) * np.pi / facets
        ring = np.stack([np.cos(angle) * out, np.sin(angle) * out, np.full(2 * facets, up)], -1)
        rings.append(ring * radius)
    return loft(np.array(rings))


def _stone(draw: Draw) -> Any:
    """Cut stone: bright flashes out of many inner mirrors, told by a glossy and a clear share."""
    colour = named(draw.one_of(GEMS))
    shader = Shader("gem")
    shader.set(Base_Color=colour, Roughness=0.0, Transmission_Weight=1.0, IOR=2.1)
    mirror = shader.node("BsdfAnisotropic", Color=colour, Roughness=0.02)
    return shader.blend(0.4, mirror).material


def _solitaire(draw: Draw, metal: Any) -> list[Thing]:
    thick = draw.between(0.028, 0.04)
    angle = _angles()
    swell = 1 + draw.between(-0.25, 0.5) * (np.sin(angle) > 0) * np.sin(angle) ** 4
    band = _hoop(superellipse(20, 2.2) * (draw.between(0.035, 0.06), thick), swell)
    radius = draw.between(0.13, 0.24)
    things = [place(band, metal), *_set_stone(draw, radius, metal)]
    if draw.chance(0.4):
        things += _row_of_stones(draw, thick, full=False)
    return things


def _set_stone(draw: Draw, radius: float, metal: Any) -> list[Thing]:
    at = INNER + 0.06 + radius * 0.75
    gem = _gem(radius)
    if draw.chance(0.3):
        gem = gem.scaled(1.0, draw.between(1.2, 1.4), 1.0)
    reach_x, reach_y = gem.points[:, 0].max(), gem.points[:, 1].max()
    prongs = []
    for a in np.radians((45, 135, 225, 315)):
        foot = (0.35 * reach_x * np.cos(a), 0.35 * reach_y * np.sin(a), -0.85 * radius)
        girdle = (1.03 * reach_x * np.cos(a), 1.03 * reach_y * np.sin(a), 0.0)
        tip = (0.86 * reach_x * np.cos(a), 0.86 * reach_y * np.sin(a), 0.2 * radius)
        prongs.append(tube([foot, girdle, tip], 0.016, up=(-np.sin(a), np.cos(a), 0)))
    cup = lathe(
        [
            (0.3 * radius, -0.85 * radius),
            (0.62 * radius, -0.45 * radius),
            (0.62 * radius, -0.38 * radius),
        ]
    )
    return [
        place(gem.moved(z=at), _stone(draw), flat=True),
        place(joined([*prongs, cup]).moved(z=at), metal, subdivide=1),
    ]


def _row_of_stones(draw: Draw, thick: float, *, full: bool) -> list[Thing]:
    """Small stones along the band."""
    size = draw.between(0.03, 0.042)
    reach = (0, 360) if full else (32, 148)
    step = np.degrees(2.3 * size / (INNER + thick))
    small = []
    for angle in np.arange(*reach, step):
        if full or abs(angle - 90) > 28:
            stone = _gem(size, 4).moved(z=INNER + thick + size * 0.25)
            small.append(stone.turned("y", angle - 90))
    return [place(joined(small), _stone(draw), flat=True)]


def _halo(draw: Draw, metal: Any) -> list[Thing]:
    radius = draw.between(0.12, 0.16)
    things = _solitaire(draw, metal)[:1] + _set_stone(draw, radius, metal)
    at, count = INNER + 0.06 + radius * 0.75, 14
    circle = [
        (np.cos(a) * radius * 1.3, np.sin(a) * radius * 1.3)
        for a in np.arange(count) * 2 * np.pi / count
    ]
    small = [_gem(radius * 0.27, 4).moved(x, y, at + 0.01) for x, y in circle]
    plate = lathe(
        [
            (radius * 0.95, at - 0.03),
            (radius * 1.55, at - 0.02),
            (radius * 1.58, at + 0.005),
            (radius * 0.95, at),
        ]
    )
    return [*things, place(joined(small), _stone(draw), flat=True), place(plate, metal)]


def _signet(draw: Draw, metal: Any) -> list[Thing]:
    """Broad on top, with a flat plate."""
    angle = _angles()
    swell = 1 + 1.5 * np.clip(np.sin(angle), 0, 1) ** 3
    section = superellipse(20, 3.0) * (0.075, 0.035)
    plate = prism(
        superellipse(48, draw.one_of((2.0, 5.0))) * (draw.between(0.2, 0.26), 0.22), 0.0, 0.06
    )
    face = draw.one_of((metal, materials.plastic(draw, named("#111114"), roughness=0.06)))
    return [
        place(_hoop(section, swell), metal),
        place(plate.moved(z=INNER + 0.06), metal, bevel=0.015),
        place(plate.scaled(0.82, 0.82, 0.5).moved(z=INNER + 0.1), face, bevel=0.01),
    ]


def _braided(draw: Draw, metal: Any) -> list[Thing]:
    """Two or three wires wound around each other."""
    angle, turns = _angles(240), draw.one_of((6, 8, 10))
    count, size = draw.one_of((2, 3)), draw.between(0.03, 0.045)
    wires = []
    for number in range(count):
        wind = turns * angle + 2 * np.pi * number / count
        out = INNER + size + np.sin(wind) * size
        path = np.stack([np.cos(angle) * out, np.cos(wind) * size * 1.5, np.sin(angle) * out], -1)
        wires.append(tube(path, size, closed=True, up=(0, 1, 0)))
    return [place(joined(wires), metal)]
