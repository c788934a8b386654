"""Lamps: table lamps with a cloth shade, mushroom lamps, and desk lamps with an arm."""

from typing import Any

import bpy
import numpy as np

from assets.render import colours, materials
from assets.render.draw import Draw, named
from assets.render.mesh import (
    Mesh,
    ball,
    circle,
    curve,
    filleted,
    joined,
    lathe,
    loft,
    ring,
    tube,
)
from assets.render.scene import Product, Thing, place, pose

TABLES = ("seamless", "seamless", "wood", "two-tone", "two-tone", "stone")
BODY = (colours.WHITES, colours.BLACKS, colours.PASTELS, colours.DEEPS, colours.BRIGHTS)


def make(draw: Draw) -> Product:
    kind = draw.weighted({_table_lamp: 5, _mushroom: 2.5, _desk_lamp: 3.5})
    things = kind(draw)
    shown = [thing for thing in things if thing.type == "MESH"]
    cord = [_cord(draw)] if draw.chance(0.5) else []
    pose([*things, *cord], turn=(0, 0, draw.between(-60, 60)))
    return Product(shown, elevation=(0, 22), surfaces=TABLES)


def _table_lamp(draw: Draw) -> list[Thing]:
    foot = draw.between(0.4, 0.58)
    low = draw.between(0.26, 0.4)
    shade = _shade(draw, low, low * draw.between(0.5, 1.0), draw.between(0.3, 0.45), foot + 0.06)
    body = draw.one_of((_vase_foot, _stick_foot, _tripod))(draw, foot)
    neck = lathe([(0.012, foot - 0.05), (0.012, foot + 0.2)])
    return [*body, *shade, place(neck, materials.metal(draw, "brass"))]


def _shade(draw: Draw, low: float, high: float, tall: float, at: float) -> list[Thing]:
    """A cone or drum of cloth, smooth or pleated, lit from inside in most pictures."""
    segments, pleats = 192, draw.one_of((0, 0, 0, 32, 44))
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    wave = 1 + (0.018 * np.sin(pleats * angle) if pleats else 0 * angle)
    bend = draw.one_of((0.0, 0.0, -0.06))
    rings = [
        ring(
            circle(segments) * wave[:, None] * (low + (high - low) * t + bend * np.sin(np.pi * t)),
            at + tall * t,
        )
        for t in np.linspace(0, 1, 12)
    ]
    colour = draw.colour(colours.WHITES, colours.WHITES, colours.PASTELS, colours.DEEPS)
    things = [place(loft(np.array(rings)), materials.lampshade(draw, colour), thickness=0.006)]
    if not pleats:
        hem = [_hoop(low, at), _hoop(high, at + tall)]
        things.append(place(joined(hem), materials.fabric(draw, colour)))
    if draw.chance(0.7):
        things += _bulb((0.0, 0.0, at + tall * 0.45), draw.between(14.0, 34.0))
    return things


def _hoop(radius: float, at: float) -> Mesh:
    return lathe([(radius + 0.005, at - 0.008), (radius + 0.008, at), (radius + 0.005, at + 0.008)])


def _bulb(at: tuple[float, float, float], power: float) -> list[Thing]:
    data = bpy.data.lights.new("bulb", "POINT")
    data.energy, data.shadow_soft_size, data.color = power, 0.05, named("#ffdcae")
    light = bpy.data.objects.new("bulb", data)
    light.location = at
    bpy.context.scene.collection.objects.link(light)
    glow = materials.glowing(named("#ffdcae"), 12.0)
    bulb = place(ball(0.045).moved(*at), glow)
    bulb.visible_shadow = False
    return [light, bulb]


def _vase_foot(draw: Draw, tall: float) -> list[Thing]:
    """A turned body: bulb, gourd, bottle, column or two stacked balls."""
    shapes = (
        (0.1, 0.19, 0.2, 0.1, 0.04),
        (0.15, 0.2, 0.12, 0.06, 0.04),
        (0.12, 0.13, 0.13, 0.12, 0.03),
        (0.16, 0.12, 0.07, 0.1, 0.03),
        (0.09, 0.16, 0.06, 0.13, 0.03),
    )
    radii = np.array(draw.one_of(shapes)) * draw.between(0.8, 1.15)
    wall = curve(np.stack([radii, np.linspace(0.02, tall, 5)], -1), 40)
    body = lathe(np.concatenate([[(0.0, 0.0), (radii[0] * 0.96, 0.0)], wall, [(0.0, tall)]]))
    return [place(body, _body_material(draw))]


def _body_material(draw: Draw) -> Any:
    colour = draw.colour(*BODY)
    match draw.weighted({"ceramic": 4, "wood": 2, "metal": 2, "plastic": 1}):
        case "wood":
            return materials.wood(draw, draw.colour(colours.EARTHS), scale=2.0, along="z")
        case "metal":
            return materials.metal(draw, draw.one_of(("brass", "steel", "copper", "black")))
        case "plastic":
            return materials.plastic(draw, colour)
    return materials.plastic(draw, colour, roughness=draw.one_of((0.08, 0.15, 0.5)))


def _disc(radius: float, thick: float) -> Mesh:
    outline = [
        (0.0, 0.0),
        (radius, 0.0),
        (radius, thick),
        (0.03, thick * 1.25),
        (0.0, thick * 1.25),
    ]
    return lathe(filleted(outline, thick * 0.3))


def _stick_foot(draw: Draw, tall: float) -> list[Thing]:
    material = _body_material(draw)
    stick = lathe([(draw.between(0.012, 0.025), 0.0), (0.014, tall)])
    disc = _disc(draw.between(0.13, 0.2), draw.between(0.02, 0.05))
    return [place(joined([stick, disc]), material)]


def _tripod(draw: Draw, tall: float) -> list[Thing]:
    spread = draw.between(0.16, 0.24)
    legs = [
        tube(
            [(spread * np.cos(a), spread * np.sin(a), 0.0), (0.0, 0.0, tall * 1.02)],
            0.018,
            up=(-np.sin(a), np.cos(a), 0),
        )
        for a in np.radians((90, 210, 330))
    ]
    material = materials.wood(draw, draw.colour(colours.EARTHS), scale=2.0, along="z")
    return [place(joined(legs), material)]


def _mushroom(draw: Draw) -> list[Thing]:
    """A dome on a stem, of one colour, its glass glowing or its metal dark."""
    tall, radius = draw.between(0.5, 0.75), draw.between(0.28, 0.42)
    stem = curve([(0.17, 0.015), (0.09, 0.1), (0.06, tall * 0.6), (0.08, tall)], 30)
    stem = np.concatenate([[(0.0, 0.0), (0.17, 0.0)], stem])
    angle = np.linspace(0, np.pi / 2, 24)
    flat = draw.between(0.55, 0.95)
    dome = np.stack([np.cos(angle), np.sin(angle) * flat], -1) * radius + (0, tall - 0.05)
    material = _body_material(draw)
    glass = draw.chance(0.5)
    warm = materials.glowing(named("#ffe2b8"), draw.between(1.0, 2.2))
    things = [
        place(lathe(stem), material),
        place(lathe(dome), warm if glass else material, thickness=-0.015),
    ]
    return things + ([] if glass else _bulb((0.0, 0.0, tall + 0.05), 20.0))


def _desk_lamp(draw: Draw) -> list[Thing]:
    """A foot, two arms with joints, and a bell that points down."""
    elbow = np.array([-draw.between(0.1, 0.28), 0.0, draw.between(0.4, 0.55)])
    head = np.array([draw.between(0.18, 0.34), 0.0, draw.between(0.66, 0.88)])
    root = np.array([0.0, 0.0, 0.04])
    arms = [tube([root, elbow], 0.013, up=(0, 1, 0)), tube([elbow, head], 0.013, up=(0, 1, 0))]
    joints = [lathe(filleted([(0, -0.03), (0.03, -0.03), (0.03, 0.03), (0, 0.03)], 0.008))]
    joints = [joints[0].turned("x", 90).moved(*point) for point in (elbow, head)]
    colour = materials.plastic(draw, draw.colour(*BODY), roughness=draw.between(0.15, 0.4))
    steel = materials.metal(draw, draw.one_of(("brass", "steel", "black")))
    bell, bulb = _bell(draw), lathe(_half_ball()).moved(z=-0.13)
    tilt = draw.between(-40, 5)
    return [
        place(joined([_disc(draw.between(0.16, 0.22), 0.035)]), colour),
        place(joined(arms), draw.one_of((colour, steel))),
        place(joined(joints), steel),
        place(bell.turned("y", tilt).moved(*head), colour, thickness=0.006),
        place(bulb.turned("y", tilt).moved(*head), materials.glowing(named("#ffe6c2"), 6.0)),
    ]


def _half_ball() -> Any:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 14)
    return np.stack([np.cos(angle), np.sin(angle)], -1) * 0.06


def _bell(draw: Draw) -> Mesh:
    wide = draw.between(0.13, 0.19)
    line = [
        (0.0, 0.08),
        (0.04, 0.08),
        (0.055, 0.02),
        (0.07, -0.03),
        (wide * 0.85, -0.1),
        (wide, -0.18),
    ]
    return lathe(np.concatenate([line[:1], curve(line[1:], 24)]))


def _cord(draw: Draw) -> Thing:
    """The cable, lying on the table behind."""
    side = draw.side()
    path = curve(
        [
            (0, 0.08, 0.008),
            (0.1 * side, 0.3, 0.008),
            (0.4 * side, 0.45, 0.008),
            (0.9 * side, 0.5, 0.008),
            (1.8 * side, 0.9, 0.008),
        ],
        60,
    )
    rubber = materials.plastic(draw, draw.colour(colours.BLACKS, colours.WHITES))
    return place(tube(path, 0.008), rubber)
