"""Notebooks: bound with a strap, with a spiral, open on ruled pages, and in stacks."""

from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, named, shade
from assets.render.mesh import Mesh, Points, circle, curve, joined, loft, prism, rectangle, tube
from assets.render.scene import Product, Thing, place, pose
from assets.render.shader import Shader

COVERS = (colours.DEEPS, colours.BLACKS, colours.EARTHS, colours.BRIGHTS, colours.PASTELS)


def make(draw: Draw) -> Product:
    kind = draw.weighted({_bound: 4, _spiral: 3.5, _open: 2.5, _stack: 1.5})
    things = kind(draw)
    if kind in (_bound, _spiral) and draw.chance(0.22):
        pose(things, turn=(90, 0, draw.between(-50, 50)))
        return Product(things, elevation=(3, 22), azimuth=(-15, 15))
    pose(things, turn=(0, 0, draw.between(-40, 40)))
    return Product(things, elevation=(32, 82), azimuth=(-10, 10), fill=(0.72, 0.94))


def _size(draw: Draw) -> tuple[float, float, float]:
    """Width, height and thickness."""
    return draw.between(0.62, 0.8), 1.0, draw.between(0.05, 0.1)


def _bound(draw: Draw, size: tuple[float, float, float] | None = None) -> list[Thing]:
    """Hard covers, a rounded spine, page edges, and often a strap and a ribbon."""
    wide, tall, thick = size or _size(draw)
    cover = _cover(draw, draw.colour(*COVERS), wide)
    things = [place(_case(wide, tall, thick), cover, bevel=0.004)]
    pages = prism(rectangle(wide - 0.03, tall - 0.03, 0.02), 0.008, thick - 0.008)
    things.append(place(pages.moved(x=-0.008), _page_edges(draw)))
    if draw.chance(0.55):
        things.append(_strap(draw, wide, tall, thick))
    if draw.chance(0.5):
        things.append(_ribbon(draw, tall, thick))
    if draw.chance(0.35):
        things.append(_label(draw, wide, tall, thick))
    return things


def _case(wide: float, tall: float, thick: float) -> Mesh:
    plate = rectangle(wide, tall, 0.035)
    angle = np.linspace(np.pi / 2, 3 * np.pi / 2, 14)
    outer = np.stack(
        [np.cos(angle) * 0.03 - wide / 2 + 0.035, np.sin(angle) * thick / 2 + thick / 2], -1
    )
    inner = np.stack(
        [np.cos(angle) * 0.018 - wide / 2 + 0.035, np.sin(angle) * (thick / 2 - 0.01) + thick / 2],
        -1,
    )
    line = np.concatenate([outer, inner[::-1]])
    ends = [np.insert(line, 1, y, axis=1) for y in (tall / 2 - 0.002, -tall / 2 + 0.002)]
    spine = loft(np.array(ends), caps=True)
    return joined([prism(plate, 0.0, 0.012), prism(plate, thick - 0.012, thick), spine])


def _page_edges(draw: Draw) -> Any:
    shader = Shader("pages")
    lines = shader.noise(30.0, vector=shader.stretched(0.2, 0.2, 12.0))
    colour = draw.colour(("#f3ecd8", "#f6f4ee", "#efe6cc"))
    tone = shader.mix(shader.scaled(lines, -0.3, 1.2), shade(colour, 0.6), colour)
    shader.set(Base_Color=tone, Roughness=0.9)
    return shader.bump(lines, strength=0.3, distance=0.01).material


def _strap(draw: Draw, wide: float, tall: float, thick: float) -> Thing:
    """The elastic that keeps it shut."""
    loop = rectangle(tall + 0.008, thick + 0.008, 0.012)
    path = np.stack(
        [np.full(len(loop), wide * draw.between(0.33, 0.42)), loop[:, 0], loop[:, 1] + thick / 2],
        -1,
    )
    cloth = materials.fabric(draw, draw.colour(colours.BLACKS, *COVERS))
    return place(loft(_band(path, 0.013)), cloth, thickness=0.005)


def _band(path: Points, half: float) -> Points:
    """The two edges of a band along a path."""
    return np.stack([path - np.array((half, 0, 0)), path + np.array((half, 0, 0))])


def _ribbon(draw: Draw, tall: float, thick: float) -> Thing:
    at = draw.between(-0.1, 0.1)
    line = [
        (at, -tall / 2 + 0.1, thick / 2),
        (at, -tall / 2, thick / 2),
        (at + 0.01, -tall / 2 - 0.06, 0.02),
        (at + draw.between(-0.06, 0.06), -tall / 2 - 0.15, 0.004),
    ]
    cloth = materials.fabric(draw, draw.colour(colours.BRIGHTS, colours.DEEPS))
    return place(loft(_band(curve(line, 20), 0.01), around=False), cloth)


def _label(draw: Draw, wide: float, tall: float, thick: float) -> Thing:
    """A paper label with a few lines, or a stamped plate."""
    across, high = wide * draw.between(0.35, 0.55), tall * draw.between(0.12, 0.25)
    plate = prism(rectangle(across, high, 0.015), thick - 0.001, thick + 0.003)
    shader = Shader("label")
    rows = shader.step(shader.wave(9.0, "Y"), 0.9, 0.05)
    colour = draw.colour(colours.WHITES, colours.PASTELS, colours.EARTHS)
    paper = materials.paper(shade(colour, 1.05))
    ruled = materials.printed(shader, shader.mix(rows, colour, named("#555050")))
    move = {"x": 0.02, "y": tall * draw.between(0.0, 0.2)}
    return place(plate.moved(**move), draw.one_of((paper, ruled)))


def _cover(draw: Draw, colour: Colour, wide: float) -> Any:
    match draw.weighted({"leather": 3, "cloth": 2, "print": 3, "board": 2}):
        case "leather":
            return materials.leather(draw, colour)
        case "cloth":
            return materials.fabric(draw, colour, weave=60.0)
        case "board":
            return materials.plastic(draw, colour, roughness=draw.between(0.3, 0.7))
    return _printed(draw, colour, wide)


def _printed(draw: Draw, colour: Colour, wide: float) -> Any:
    """A cover with a pattern: marbled, striped, dotted, or with a spine of another colour."""
    shader = Shader("cover")
    second = draw.colour(colours.WHITES, colours.PASTELS, colours.BRIGHTS)
    match draw.whole(0, 3):
        case 0:
            tone = shader.mix(
                shader.step(shader.noise(22.0, detail=1.0), 0.52, 0.02), colour, second
            )
        case 1:
            axis = draw.one_of(("X", "Y", "DIAGONAL"))
            tone = shader.mix(
                shader.step(shader.wave(draw.between(2, 6), axis), 0.5, 0.04), colour, second
            )
        case 2:
            dots = shader.node(
                "TexVoronoi",
                Vector=shader.stretched(1, 1, 0),
                Scale=draw.between(9, 16),
                Randomness=draw.one_of((0.0, 0.6)),
            )
            tone = shader.mix(shader.step(dots.outputs["Distance"], 0.25, 0.02), second, colour)
        case _:
            spine = shader.step(shader.axis("x"), -wide * draw.between(0.2, 0.38), 0.002)
            tone = shader.mix(spine, second, colour)
    shader.set(Base_Color=tone, Roughness=draw.between(0.25, 0.6))
    return shader.bump(shader.noise(60.0), strength=0.06, distance=0.005).material


def _spiral(draw: Draw) -> list[Thing]:
    """Card covers and pages held by wire rings along the side or the top."""
    wide, tall, thick = draw.between(0.66, 0.8), 1.0, draw.between(0.03, 0.06)
    plate = rectangle(wide, tall, 0.03)
    cover = _cover(draw, draw.colour(*COVERS), wide)
    things = [
        place(joined([prism(plate, 0.0, 0.006), prism(plate, thick, thick + 0.006)]), cover),
        place(
            prism(rectangle(wide - 0.02, tall - 0.02, 0.03), 0.008, thick - 0.003),
            _page_edges(draw),
        ),
        place(
            _wire(wide, tall, thick),
            materials.metal(draw, draw.one_of(("silver", "black", "gold"))),
        ),
    ]
    if draw.chance(0.4):
        things.append(_label(draw, wide, tall, thick + 0.006))
    return things


def _wire(wide: float, tall: float, thick: float) -> Mesh:
    radius = thick * 0.6 + 0.028
    rings = []
    for y in np.linspace(-tall * 0.45, tall * 0.45, 26):
        for shift in (-0.004, 0.004):
            loop = circle(24) * radius
            path = np.stack(
                [loop[:, 0] - wide / 2, np.full(24, y + shift), loop[:, 1] + thick / 2], -1
            )
            rings.append(tube(path, 0.0042, closed=True, up=(0, 1, 0)))
    return joined(rings)


def _open(draw: Draw) -> list[Thing]:
    """Lying open: two swelling halves of ruled, squared, dotted or plain pages."""
    wide, tall, thick = draw.between(0.6, 0.72), 0.95, draw.between(0.03, 0.07)
    cover = prism(rectangle(2 * wide + 0.04, tall + 0.03, 0.03), -0.014, 0.0)
    left, right = thick * draw.between(0.5, 1.0), thick * draw.between(0.5, 1.0)
    pages = _ruled(draw, wide)
    things = [place(cover, _cover(draw, draw.colour(*COVERS), wide), bevel=0.004)]
    things.append(place(_half(wide, tall, right), pages, subdivide=1))
    things.append(place(_half(-wide, tall, left), pages, subdivide=1))
    if draw.chance(0.5):
        things.append(
            place(_lifted(wide * draw.side(), tall, max(left, right)), pages, subdivide=1)
        )
    if draw.chance(0.5):
        things.append(_ribbon(draw, tall, 0.02))
    return things


def _half(wide: float, tall: float, thick: float) -> Mesh:
    """A block of pages that rises steeply from the fold and falls to the edge."""
    share = np.array([0.0, 0.02, 0.06, 0.12, 0.25, 0.5, 0.75, 0.97, 1.0])
    height = thick * np.array([0.15, 0.5, 0.85, 1.0, 1.06, 1.0, 0.95, 0.9, 0.88])
    top = np.stack([share * wide, height], -1)
    line = np.concatenate([top, [(wide * 1.0, 0.0), (wide * 0.99, 0.0), (0.0, 0.0)]])
    rows = [
        np.insert(line, 1, y, axis=1)
        for y in (-tall / 2, -tall / 2 + 0.004, tall / 2 - 0.004, tall / 2)
    ]
    return loft(np.array(rows), caps=True)


def _lifted(wide: float, tall: float, thick: float) -> Mesh:
    """A single page on its way over."""
    share = np.linspace(0, 1, 12)
    line = np.stack(
        [
            share * wide * 0.9,
            thick * (0.3 + 1.0 * share**0.4) + 0.14 * share**2 + 0.05 * np.sin(np.pi * share),
        ],
        -1,
    )
    rows = [np.insert(line, 1, y, axis=1) for y in np.linspace(-tall / 2, tall / 2, 6)]
    return loft(np.array(rows), around=False)


def _ruled(draw: Draw, wide: float) -> Any:
    shader = Shader("page")
    colour = draw.colour(("#f7f1e1", "#faf9f5", "#f4ecd6"))
    ink = draw.colour(("#9db4cc", "#b9b4a8", "#c0a9a0"))
    across = shader.step(shader.wave(draw.between(5.5, 8.0), "Y"), 0.94, 0.04)
    match draw.one_of(("lines", "lines", "squares", "plain")):
        case "lines":
            tone = shader.mix(across, colour, ink)
        case "squares":
            along = shader.step(shader.wave(6.5, "X"), 0.94, 0.04)
            tone = shader.mix(shader.math("MAXIMUM", across, along), colour, ink)
        case _:
            tone = shader.mix(0.0, colour, ink)
    if draw.chance(0.55):
        tone = _handwriting(shader, tone, wide)
    shader.set(Base_Color=tone, Roughness=0.9, Specular_IOR_Level=0.2)
    return shader.bump(shader.noise(8.0), strength=0.1, distance=0.01).material


def _handwriting(shader: Shader, tone: Any, wide: float) -> Any:
    """Ink between the lines, dense enough to be taken for words."""
    rows = shader.step(shader.wave(4.4, "Y"), 0.62, 0.15)
    words = shader.step(shader.noise(9.0, vector=shader.stretched(1.0, 3.0, 0.0)), 0.46, 0.02)
    strokes = shader.step(shader.noise(55.0, vector=shader.stretched(1.0, 0.6, 0.0)), 0.58, 0.05)
    column = shader.math(
        "ABSOLUTE", shader.math("SUBTRACT", shader.math("ABSOLUTE", shader.axis("x")), wide / 2)
    )
    inside = shader.math("SUBTRACT", 1.0, shader.step(column, wide * 0.38))
    there = shader.math(
        "MULTIPLY", shader.math("MULTIPLY", rows, words), shader.math("MULTIPLY", strokes, inside)
    )
    return shader.mix(there, tone, named("#4a5468"))


def _stack(draw: Draw) -> list[Thing]:
    things: list[Thing] = []
    level = 0.0
    for _ in range(draw.whole(2, 4)):
        wide, tall, thick = _size(draw)
        one = _bound(draw, (wide, tall, thick))
        pose(one, turn=(0, 0, draw.between(-14, 14)), move=(0, 0, level), rest=False)
        things += one
        level += thick + 0.004
    return things
