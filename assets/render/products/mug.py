"""Mugs and cups: turned on the wheel, glazed, dipped, speckled, striped or enamelled."""

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, named
from assets.render.mesh import Mesh, Points, curve, lathe, superellipse, tube
from assets.render.scene import Product, Thing, place, pose
from assets.render.shader import Shader, Socket

WALL = 0.045
PALETTES = (colours.WHITES, colours.PASTELS, colours.DEEPS, colours.BRIGHTS, colours.EARTHS)


def make(draw: Draw) -> Product:
    height = draw.between(0.75, 1.15)
    wall = curve(_radii(draw, height), 40)
    outside, inside = _glazes(draw, height)
    things = [
        place(_cup(wall), outside, inside),
        place(_handle(draw, wall, height), outside, subdivide=1),
    ]
    if draw.chance(0.35):
        things.append(_drink(draw, wall))
    if draw.chance(0.15):
        things.append(place(_saucer(), outside))
    pose(things, turn=(0, 0, draw.one_of((0, 180)) + draw.between(-55, 55)))
    return Product(things, elevation=(8, 45))


def _radii(draw: Draw, height: float) -> list[tuple[float, float]]:
    """The outer wall as (radius, height) from foot to rim."""
    radius = draw.between(0.36, 0.48)
    shapes = {
        "straight": (1.0, 1.0, 1.0, 1.0),
        "flared": (0.72, 0.8, 0.89, 1.0),
        "bowl": (0.62, 0.9, 1.0, 1.02),
        "barrel": (0.82, 1.02, 1.04, 0.9),
        "waist": (0.95, 0.86, 0.86, 0.97),
    }
    factors = shapes[draw.one_of(tuple(shapes))]
    levels = (0.05, 0.33, 0.66, 1.0)
    pairs = zip(factors, levels, strict=True)
    return [(radius * factor, height * level) for factor, level in pairs]


def _cup(wall: Points) -> Mesh:
    """Foot, outer wall, round rim, inner wall and floor in one turn."""
    foot, rim = wall[0, 0], wall[-1]
    angle = np.linspace(0, np.pi, 7)[1:-1]
    lip = rim + np.stack([np.cos(angle) - 1, np.sin(angle)], -1) * WALL / 2
    inner = wall[::-1] - (WALL, 0.0)
    floor = [(inner[-1, 0] * 0.8, 0.075), (0.0, 0.07)]
    start = [(0.0, 0.02), (foot * 0.82, 0.02), (foot * 0.84, 0.0), (foot * 0.93, 0.0)]
    profile = np.concatenate([start, wall, lip, inner[:-2], floor])
    slots = np.arange(len(profile) - 1) > len(start) + len(wall) + 2
    return lathe(profile, segments=96, slots=slots.astype(int))


def _handle(draw: Draw, wall: Points, height: float) -> Mesh:
    reach = draw.between(0.24, 0.36)
    top, bottom = draw.between(0.78, 0.9), draw.between(0.2, 0.34)
    square = draw.between(0.0, 0.25)
    (r1, z1), (r2, z2) = _at(wall, top * height), _at(wall, bottom * height)
    out = max(r1, r2) + reach
    line = [(r1 - 0.03, z1), (r1 + reach * 0.55, z1 + 0.03), (out, z1 - (0.22 - square) * height)]
    line += [(out - 0.04, z2 + (0.26 - square) * height), (r2 + reach * 0.5, z2), (r2 - 0.03, z2)]
    path = np.insert(curve(line, 28), 1, 0.0, axis=1)
    wide, thick = draw.between(0.055, 0.09), draw.between(0.03, 0.045)
    ends = 1 + 0.45 * np.abs(np.linspace(-1, 1, 28)) ** 6
    section = superellipse(14, draw.between(2.0, 3.5)) * (thick, wide)
    return tube(path, section, up=(0, 1, 0), scale=ends)


def _at(wall: Points, height: float) -> tuple[float, float]:
    return float(np.interp(height, wall[:, 1], wall[:, 0])), height


def _drink(draw: Draw, wall: Points) -> Thing:
    """Coffee, tea or milk coffee up to below the rim."""
    level = wall[-1, 1] * draw.between(0.78, 0.9)
    radius = _at(wall, level)[0] - WALL * 0.9
    colour = named(draw.one_of(("#2a1508", "#3b1d0b", "#7a3b12", "#b98a5e")))
    surface = lathe([(0.0, level), (radius * 0.97, level), (radius, level + 0.008)])
    return place(surface, materials.plastic(draw, colour, roughness=0.08))


def _saucer() -> Mesh:
    line = [(0.0, -0.03), (0.3, -0.03), (0.42, -0.02), (0.72, 0.08), (0.75, 0.1), (0.72, 0.105)]
    return lathe([*line, (0.45, 0.0), (0.0, -0.005)], segments=96)


def _glazes(draw: Draw, height: float) -> tuple[object, object]:
    colour = draw.colour(*PALETTES)
    inner = colour if draw.chance(0.35) else draw.colour(colours.WHITES)
    shader = Shader("glaze")
    tone = _pattern(draw, shader, colour, height)
    if draw.chance(0.35):
        tone = materials.speckled(shader, tone, named("#3a2a20"), draw.between(0.1, 0.25))
    inside = Shader("glaze inside")
    return materials.glazed(draw, shader, tone), materials.glazed(draw, inside, inner)


def _pattern(draw: Draw, shader: Shader, colour: Colour, height: float) -> Socket | Colour:
    second = draw.colour(*PALETTES)
    level = shader.axis("z")
    match draw.weighted({"plain": 4, "dipped": 3, "stripes": 1.5, "rim": 1, "print": 2}):
        case "dipped":
            run = shader.scaled(shader.noise(3.0), -0.05, 0.05)
            edge = shader.math("ADD", level, run)
            clay = named(draw.one_of(("#c9ab86", "#b07f5a", "#e6ddcd", "#7d5a43")))
            return shader.mix(
                shader.step(edge, height * draw.between(0.15, 0.6), 0.012), clay, colour
            )
        case "stripes":
            band = shader.math("SINE", shader.math("MULTIPLY", level, draw.between(14, 40)))
            return shader.mix(shader.step(band, draw.between(-0.2, 0.7), 0.08), colour, second)
        case "rim":
            edge = shader.step(level, height * draw.between(0.94, 0.985), 0.005)
            return shader.mix(edge, colour, named(draw.one_of(("#1f2430", "#b98b4a", "#27476b"))))
        case "print":
            return _print(draw, shader, colour, second, height)
    return colour


def _print(draw: Draw, shader: Shader, colour: Colour, second: Colour, height: float) -> Socket:
    """A round badge with a smaller one in it, on both sides."""
    across = shader.math("ABSOLUTE", shader.axis("x"))
    up = shader.math("SUBTRACT", shader.axis("z"), height * 0.52)
    squares = [shader.math("MULTIPLY", value, value) for value in (across, up)]
    away = shader.math("SQRT", shader.math("ADD", *squares))
    outer = draw.between(0.12, 0.2)
    tone = shader.mix(shader.step(away, outer, 0.006), second, colour)
    return shader.mix(shader.step(away, outer * draw.between(0.4, 0.85), 0.006), colour, tone)
