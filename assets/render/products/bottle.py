"""Bottles: wine, beer, oil and milk in glass, steel flasks, and bottles with a pump."""

from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, named
from assets.render.mesh import (
    Mesh,
    Points,
    circle,
    curve,
    filleted,
    joined,
    lathe,
    loft,
    ring,
    superellipse,
    tube,
)
from assets.render.scene import Product, Thing, place, pose
from assets.render.shader import Shader

GLASSES = ("#3f6b3f", "#20402a", "#6b3410", "#8a4a14", "#f4fbf8", "#e6f4f2", "#9cc7b5", "#35506b")


def make(draw: Draw) -> Product:
    kind = draw.weighted({_wine: 3, _beer: 2, _jug: 1.5, _flask: 3, _pump: 2.5, _plastic: 1.5})
    things = kind(draw)
    pose(things, turn=(0, 0, draw.between(-25, 25)))
    return Product(things, elevation=(2, 24), azimuth=(-30, 30), fill=(0.75, 0.92))


def _wall(points: list[tuple[float, float]], radius: float = 0.04) -> Points:
    return filleted(points, radius, steps=8)


def _wine(draw: Draw) -> list[Thing]:
    body, neck = draw.between(0.13, 0.155), draw.between(0.045, 0.052)
    shoulder = draw.between(0.52, 0.62)
    slim = draw.chance(0.4)
    turn = shoulder + (0.26 if slim else 0.1)
    wall = _wall([(0.0, 0.012), (body, 0.0), (body, shoulder), (neck, turn), (neck, 0.97)], 0.1)
    glass = _glass(draw, GLASSES[:5])
    things = [place(lathe(_hollow(wall)), glass)]
    foil = lathe(
        _wall(
            [
                (neck + 0.004, 0.78),
                (neck + 0.005, 0.97),
                (neck + 0.008, 0.975),
                (neck + 0.008, 0.995),
                (0.0, 1.0),
            ],
            0.008,
        )
    )
    things.append(place(foil, _cap_material(draw)))
    things.append(_label(draw, body, draw.between(0.1, 0.16), draw.between(0.36, 0.48)))
    return things


def _beer(draw: Draw) -> list[Thing]:
    body, neck = 0.155, 0.062
    wall = _wall([(0.0, 0.012), (body, 0.0), (body, 0.5), (neck + 0.02, 0.72), (neck, 0.97)], 0.12)
    crown = lathe(
        _wall([(0.068, 0.965), (0.07, 0.995), (0.05, 1.01), (0.0, 1.01)], 0.01), segments=21
    )
    things = [
        place(lathe(_hollow(wall)), _glass(draw, GLASSES[:5])),
        place(crown, _cap_material(draw)),
    ]
    things.append(_label(draw, body, 0.12, draw.between(0.36, 0.44)))
    if draw.chance(0.5):
        things.append(_label(draw, 0.072, 0.8, 0.88, round_it=True))
    return things


def _jug(draw: Draw) -> list[Thing]:
    """Oil, syrup or milk: a stocky clear bottle, filled, with a cork."""
    body, neck = draw.between(0.17, 0.24), draw.between(0.06, 0.09)
    wall = _wall(
        [
            (0.0, 0.012),
            (body, 0.0),
            (body, 0.5),
            (neck, 0.72),
            (neck, 0.86),
            (neck + 0.015, 0.87),
            (neck + 0.015, 0.9),
        ],
        0.06,
    )
    juice = named(draw.one_of(("#d99a1c", "#b5581c", "#f0e9dc", "#8fae3c", "#9c2230", "#e8c04a")))
    level = draw.between(0.42, 0.56)
    inner = np.array([(r - 0.018, z + 0.012) for r, z in wall if r > 0.0 and z < level])
    fill = np.concatenate([[(0.0, inner[0, 1])], inner, [(inner[-1, 0], level), (0.0, level)]])
    cork = lathe(_wall([(neck - 0.01, 0.84), (neck + 0.004, 0.97), (0.0, 0.97)], 0.01))
    things = [
        place(lathe(_hollow(wall)), materials.glass(named("#f4fbf8"))),
        place(lathe(fill), materials.plastic(draw, juice, roughness=0.15)),
        place(cork, materials.wood(draw, named("#b98b5f"), scale=3.0)),
    ]
    return (
        [*things, _label(draw, body, 0.14, draw.between(0.3, 0.4))] if draw.chance(0.6) else things
    )


def _hollow(wall: Points, thick: float = 0.014) -> Points:
    """Outside up, inside down."""
    inner = np.array([(max(r - thick, 0.0), max(z, 0.02)) for r, z in wall[::-1]])
    return np.concatenate([wall, inner])


def _glass(draw: Draw, tints: tuple[str, ...]) -> Any:
    return materials.glass(named(draw.one_of(tints)), roughness=draw.one_of((0.0, 0.0, 0.15)))


def _cap_material(draw: Draw) -> Any:
    if draw.chance(0.4):
        return materials.metal(
            draw, draw.one_of(("gold", "silver", "black", "copper")), roughness=0.25
        )
    return materials.plastic(draw, draw.colour(colours.DEEPS, colours.BRIGHTS, colours.BLACKS))


def _label(draw: Draw, radius: float, low: float, high: float, *, round_it: bool = False) -> Thing:
    """Paper around the front, printed with a frame, a badge and lines of text."""
    reach = np.pi if round_it else draw.between(1.1, 2.2)
    angle = np.linspace(-reach, reach, 60) - np.pi / 2
    edge = np.stack([np.cos(angle), np.sin(angle)], -1) * (radius + 0.002)
    sheet = loft(np.array([ring(edge, high), ring(edge, low)]), around=False)
    return place(sheet, _print(draw, low, high), thickness=0.002)


def _print(draw: Draw, low: float, high: float) -> Any:
    shader = Shader("label")
    ground = draw.colour(
        colours.WHITES,
        colours.WHITES,
        colours.EARTHS,
        colours.BLACKS,
        colours.DEEPS,
        colours.BRIGHTS,
    )
    ink = named("#1f1d1b") if sum(ground) > 0.8 else named("#eadcb8")
    accent = draw.colour(colours.BRIGHTS, colours.DEEPS)
    level, across = shader.axis("z"), shader.math("ABSOLUTE", shader.axis("x"))
    share = shader.math("DIVIDE", shader.math("SUBTRACT", level, low), high - low)
    tone = shader.mix(shader.step(share, draw.between(0.7, 0.9)), ground, accent)
    tone = _lines(draw, shader, tone, ink, share, across)
    if draw.chance(0.6):
        tone = _badge(draw, shader, tone, accent, (low + high) / 2 + 0.04)
    return materials.printed(shader, tone)


def _lines(draw: Draw, shader: Shader, tone: Any, ink: Colour, share: Any, across: Any) -> Any:
    """Rows of words: stripes broken by noise."""
    rows = shader.step(shader.math("SINE", shader.math("MULTIPLY", share, 70.0)), 0.35, 0.1)
    words = shader.step(shader.noise(34.0, vector=shader.stretched(1.2, 1.2, 0.0)), 0.5, 0.02)
    low, high = draw.between(0.08, 0.14), draw.between(0.3, 0.42)
    inside = shader.math(
        "MULTIPLY", shader.step(share, low), shader.math("SUBTRACT", 1.0, shader.step(share, high))
    )
    near = shader.math("SUBTRACT", 1.0, shader.step(across, draw.between(0.06, 0.11)))
    there = shader.math(
        "MULTIPLY", shader.math("MULTIPLY", rows, words), shader.math("MULTIPLY", inside, near)
    )
    return shader.mix(there, tone, ink)


def _badge(draw: Draw, shader: Shader, tone: Any, accent: Colour, at: float) -> Any:
    up = shader.math("SUBTRACT", shader.axis("z"), at)
    squares = [shader.math("MULTIPLY", v, v) for v in (shader.axis("x"), up)]
    away = shader.math("SQRT", shader.math("ADD", *squares))
    outer = draw.between(0.035, 0.06)
    inner = shader.step(away, outer * 0.7, 0.003)
    disc = shader.math("SUBTRACT", 1.0, shader.step(away, outer, 0.003))
    hole = shader.math("MULTIPLY", disc, inner) if draw.chance(0.5) else disc
    return shader.mix(hole, tone, accent)


def _flask(draw: Draw) -> list[Thing]:
    """A steel flask: painted body, cap with a loop."""
    body = draw.between(0.13, 0.17)
    neck = body * draw.between(0.6, 0.95)
    wall = _wall([(0.0, 0.0), (body, 0.0), (body, 0.68), (neck, 0.8), (neck, 0.83)], 0.06)
    cap = _wall([(neck * 1.03, 0.83), (neck * 1.03, 0.98), (0.0, 0.98)], 0.02)
    colour = draw.colour(
        colours.PASTELS, colours.DEEPS, colours.BRIGHTS, colours.WHITES, colours.BLACKS
    )
    paint = materials.plastic(draw, colour, roughness=draw.one_of((0.25, 0.45)))
    steel = materials.metal(draw, "steel")
    lid = draw.one_of(
        (
            steel,
            materials.wood(draw, named("#c89a64"), scale=3.0),
            paint,
            materials.plastic(draw, named("#1d1d1f")),
        )
    )
    things = [place(lathe(wall), draw.one_of((paint, paint, paint, steel))), place(lathe(cap), lid)]
    things.append(
        place(lathe([(neck * 1.01, 0.815), (neck * 1.05, 0.82), (neck * 1.05, 0.832)]), steel)
    )
    if draw.chance(0.6):
        angle = np.linspace(0, np.pi, 24)
        path = np.stack([np.cos(angle) * neck * 0.7, 0 * angle, 0.97 + np.sin(angle) * 0.09], -1)
        things.append(place(tube(path, superellipse(12, 4.0) * (0.009, 0.022), up=(0, 1, 0)), lid))
    if draw.chance(0.4):
        things.append(_label(draw, body, 0.3, 0.45))
    return things


def _pump(draw: Draw) -> list[Thing]:
    """Soap or lotion: round or square body with a dispenser."""
    exponent = draw.one_of((2.0, 2.0, 5.0))
    wide, tall = draw.between(0.17, 0.23), draw.between(0.5, 0.66)
    wall = _wall(
        [(0.001, 0.0), (wide, 0.0), (wide, tall), (0.06, tall + 0.07), (0.06, tall + 0.1)], 0.05
    )
    shape = superellipse(72, exponent)
    rings = [ring((shape if z < tall + 0.02 else circle(72)) * r, z) for r, z in wall]
    material = draw.one_of(
        (
            materials.glass(named("#8a4a14")),
            materials.plastic(draw, draw.colour(colours.WHITES, colours.PASTELS)),
            materials.plastic(draw, draw.colour(colours.BLACKS, colours.DEEPS)),
            materials.glass(named("#e6f4f2"), roughness=0.3),
        )
    )
    head = _cap_material(draw)
    things = [
        place(loft(np.array(rings)), material),
        place(_dispenser(tall + 0.1), head, bevel=0.004),
    ]
    if exponent == 2.0:
        things.append(_label(draw, wide, tall * 0.2, tall * draw.between(0.7, 0.85)))
    return things


def _dispenser(at: float) -> Mesh:
    collar = lathe(
        _wall(
            [
                (0.075, at - 0.05),
                (0.075, at + 0.03),
                (0.03, at + 0.04),
                (0.02, at + 0.05),
                (0.02, at + 0.13),
            ],
            0.008,
        )
    )
    top = lathe(
        _wall([(0.0, at + 0.12), (0.055, at + 0.12), (0.055, at + 0.17), (0.0, at + 0.175)], 0.015)
    )
    spout = tube(
        curve([(0.0, 0, at + 0.15), (0.12, 0, at + 0.15), (0.17, 0, at + 0.12)], 14),
        0.016,
        up=(0, 1, 0),
    )
    return joined([collar, top, spout])


def _plastic(draw: Draw) -> list[Thing]:
    """A water or soap bottle of clear or coloured plastic with ridges and a screw cap."""
    height = np.linspace(0.0, 1.0, 120)
    body, neck = draw.between(0.145, 0.18), 0.055
    outline = np.interp(
        height, [0.0, 0.02, 0.68, 0.84, 0.9, 1.0], [body * 0.9, body, body, neck, neck, neck]
    )
    ridges = 0.006 * np.sin(height * draw.between(60, 110)) * ((height > 0.06) & (height < 0.34))
    wall = np.stack([outline + ridges, height * 0.92], -1)
    clear = materials.glass(named(draw.one_of(("#f2fbff", "#cfeaf5", "#d8f0e0"))))
    solid = materials.plastic(draw, draw.colour(colours.BRIGHTS, colours.WHITES, colours.PASTELS))
    cap = lathe(_wall([(0.064, 0.86), (0.064, 0.96), (0.0, 0.96)], 0.01), segments=40)
    things = [place(lathe(np.concatenate([[(0.0, 0.01)], wall])), draw.one_of((clear, solid)))]
    things.append(place(cap, _cap_material(draw)))
    return [*things, _label(draw, body, 0.36, draw.between(0.55, 0.62), round_it=True)]
