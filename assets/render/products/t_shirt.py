"""T-shirts: laid flat, on a hanger, or folded; plain, striped, printed or with a pocket."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.cloth import Cloth, Fold
from assets.render.draw import Colour, Draw, luminance, named, shade
from assets.render.mesh import (
    Mesh,
    Points,
    curve,
    filleted,
    joined,
    prism,
    rectangle,
    superellipse,
    tube,
)
from assets.render.scene import Product, Thing, place, pose
from assets.render.shader import Shader

DYES = (
    colours.WHITES,
    colours.BLACKS,
    colours.GREYS,
    colours.PASTELS,
    colours.DEEPS,
    colours.BRIGHTS,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The measures of one shirt, flat; its height is about 1."""

    chest: float
    hem: float
    sleeve: tuple[float, float]
    neck: float
    depth: float
    pointed: bool


def make(draw: Draw) -> Product:
    cut = _cut(draw)
    match draw.weighted({"flat": 5.5, "hanger": 4, "folded": 1.5}):
        case "flat":
            things = _shirt(draw, cut, _flat_folds(draw, cut))
            pose(things, turn=(0, 0, draw.between(-14, 14)))
            surfaces = ("seamless", "seamless", "wood", "fabric", "stone")
            return Product(
                things, elevation=(58, 88), azimuth=(-8, 8), surfaces=surfaces, fill=(0.8, 0.95)
            )
        case "hanger":
            things = [*_shirt(draw, cut, _hanging_folds(draw, cut)), *_hanger(draw, cut)]
            pose(things, turn=(90, 0, draw.between(-4, 4)), move=(0, 0, 2.0))
            return Product(
                things,
                elevation=(-4, 8),
                azimuth=(-14, 14),
                surfaces=("seamless", "wood", "stone"),
                hangs=True,
            )
    things = _folded(draw)
    pose(things, turn=(0, 0, draw.between(-30, 30)))
    return Product(things, elevation=(38, 80), azimuth=(-10, 10), fill=(0.75, 0.92))


def _cut(draw: Draw) -> Cut:
    chest = draw.between(0.31, 0.38)
    reach = draw.between(0.2, 0.3)
    return Cut(
        chest=chest,
        hem=chest * draw.between(0.95, 1.08),
        sleeve=(chest + reach, 0.40 - reach * draw.between(0.75, 1.15)),
        neck=draw.between(0.115, 0.15),
        depth=draw.between(0.09, 0.14),
        pointed=draw.chance(0.18),
    )


def _neckline(cut: Cut, depth: float, count: int = 24) -> Points:
    """From the left to the right neck point."""
    top = 0.475
    if cut.pointed and depth > 0.06:
        return curve(
            [
                (-cut.neck, top),
                (-cut.neck * 0.45, top - depth * 0.8),
                (0, top - depth * 1.5),
                (cut.neck * 0.45, top - depth * 0.8),
                (cut.neck, top),
            ],
            count,
        )
    angle = np.linspace(np.pi, 2 * np.pi, count)
    return np.stack([np.cos(angle) * cut.neck, np.sin(angle) * depth + top], -1)


def _outline(cut: Cut, depth: float) -> Points:
    (out, low), chest = cut.sleeve, cut.chest
    along = np.array([out - chest * 0.97, low - 0.405])
    across = np.array([along[1], -along[0]]) / np.linalg.norm(along) * 0.2
    right = [
        (chest * 0.97, 0.405),
        (out, low),
        (out + across[0], low + across[1]),
        (chest * 0.97, 0.17),
        (chest * 0.98, -0.1),
        (cut.hem, -0.5),
    ]
    left = [(-x, y) for x, y in right[::-1]]
    sides = filleted(np.array([(cut.neck, 0.475), *right, *left, (-cut.neck, 0.475)]), 0.03)
    return np.concatenate([sides, _neckline(cut, depth)[1:-1]])


def _shirt(draw: Draw, cut: Cut, folds: list[Fold]) -> list[Thing]:
    colour = draw.colour(*DYES)
    dyed = _dyed(draw, colour)
    front = Cloth(_outline(cut, cut.depth), folds, puff=0.02, seed=draw.seed())
    back = Cloth(_outline(cut, 0.025), folds, puff=0.006, seed=draw.seed())
    rib = materials.fabric(draw, colour if draw.chance(0.8) else draw.colour(*DYES), weave=130.0)
    inner = materials.fabric(draw, shade(colour, 0.75))
    things = [
        place(front.mesh(0.011).moved(z=0.012), dyed, subdivide=1),
        place(back.mesh(0.02).moved(z=-0.006), inner, subdivide=1),
        place(_ribs(cut, front), rib),
        place(_seams(cut, front), materials.fabric(draw, shade(colour, 0.7))),
        place(_tag().moved(y=0.41, z=0.012), materials.paper(named("#f2f0ea"))),
    ]
    if draw.chance(0.22):
        things.append(place(_pocket(front, cut), dyed))
    return things


def _ribs(cut: Cut, front: Cloth) -> Mesh:
    """The collar: a flat band along the front neckline, and the one of the back behind it."""
    section = superellipse(12, 4.0) * (0.017, 0.005)
    bands = []
    for depth, up in ((cut.depth, 0.014), (0.025, 0.006)):
        line = _neckline(cut, depth, 40)
        line[:, 1] -= 0.012
        height = front.height(line) + up if depth == cut.depth else np.full(len(line), up)
        bands.append(tube(np.column_stack([line, height]), section))
    return joined(bands)


def _seams(cut: Cut, front: Cloth) -> Mesh:
    """Threads along the hems and where the sleeves begin."""
    (out, low), chest = cut.sleeve, cut.chest
    along = np.array([out - chest * 0.97, low - 0.405])
    across = np.array([along[1], -along[0]]) / np.linalg.norm(along) * 0.2
    back = -along / np.linalg.norm(along) * 0.03
    lines = [[(-cut.hem, -0.472), (cut.hem, -0.472)]]
    for side in (-1, 1):
        sleeve = [np.array([out, low]) + back, np.array([out, low]) + back + across]
        hole = [
            np.array([chest * 0.93, 0.4]),
            np.array([chest * 0.86, 0.28]),
            np.array([chest * 0.95, 0.18]),
        ]
        lines += [[point * (side, 1) for point in sleeve], [point * (side, 1) for point in hole]]
    threads = []
    for line in lines:
        flat = curve(line, 60)
        flat = flat[front.inside(flat) > 0.004]
        threads.append(tube(np.column_stack([flat, front.height(flat) + 0.0122]), 0.0022))
    return joined(threads)


def _tag() -> Mesh:
    return prism(rectangle(0.05, 0.028, 0.004), 0.0, 0.002)


def _pocket(front: Cloth, cut: Cut) -> Mesh:
    outline = np.array(
        [(-0.07, 0.075), (-0.07, -0.06), (0.0, -0.085), (0.07, -0.06), (0.07, 0.075)]
    )
    outline = filleted(outline, 0.015, closed=True) + np.array((cut.chest * 0.48, 0.14))
    plate = prism(outline, 0.0, 0.005)
    lifted = plate.points + np.outer(front.height(plate.points[:, :2]) + 0.012, (0, 0, 1))
    return Mesh(lifted, plate.faces, plate.slots)


def _dyed(draw: Draw, colour: Colour) -> Any:
    shader = Shader("jersey")
    second = (
        draw.colour(colours.BRIGHTS, colours.DEEPS)
        if luminance(colour) > 0.3
        else draw.colour(colours.WHITES, colours.PASTELS)
    )
    tone: Any = colour
    match draw.weighted({"plain": 4, "stripes": 2, "print": 4, "block": 1, "heather": 1}):
        case "stripes":
            edge = draw.between(0.35, 0.75)
            tone = shader.mix(
                shader.step(shader.wave(draw.between(2.2, 6.0), "Y"), edge, 0.04), colour, second
            )
        case "print":
            tone = _chest_print(draw, shader, colour, second)
        case "block":
            tone = shader.mix(
                shader.step(shader.axis("y"), draw.between(-0.05, 0.2), 0.003), second, colour
            )
        case "heather":
            tone = shader.mix(shader.noise(120.0), shade(colour, 0.6), shade(colour, 1.3))
    return materials.woven(draw, shader, tone, weave=120.0, sheen=0.15)


def _chest_print(draw: Draw, shader: Shader, colour: Colour, second: Colour) -> Any:
    """A disc, a frame, a sun of rays or bars, with a line of letters below."""
    x, y = shader.axis("x"), shader.math("SUBTRACT", shader.axis("y"), draw.between(0.08, 0.17))
    squares = [shader.math("MULTIPLY", v, v) for v in (x, y)]
    away = shader.math("SQRT", shader.math("ADD", *squares))
    size = draw.between(0.09, 0.15)
    shape = shader.math("SUBTRACT", 1.0, shader.step(away, size, 0.004))
    match draw.whole(0, 3):
        case 0:
            cut = shader.step(shader.math("SINE", shader.math("MULTIPLY", y, 120.0)), 0.0, 0.2)
            lower = shader.math("SUBTRACT", 1.0, shader.step(y, 0.0))
            shape = shader.math("SUBTRACT", shape, shader.math("MULTIPLY", cut, lower))
        case 1:
            shape = shader.math("MULTIPLY", shape, shader.step(away, size * 0.72, 0.004))
        case 2:
            shape = shader.math("MULTIPLY", shape, shader.step(shader.noise(13.0), 0.5, 0.02))
    letters = _letters(shader, x, y, size)
    tone = shader.mix(shader.math("MAXIMUM", shape, 0.0), colour, second)
    return shader.mix(letters, tone, second) if draw.chance(0.6) else tone


def _letters(shader: Shader, x: Any, y: Any, size: float) -> Any:
    strokes = shader.step(shader.noise(60.0, vector=shader.stretched(1.0, 0.35, 0.0)), 0.48, 0.03)
    row = shader.math("ABSOLUTE", shader.math("ADD", y, size * 1.35))
    inside = shader.math("SUBTRACT", 1.0, shader.step(row, 0.018, 0.002))
    near = shader.math("SUBTRACT", 1.0, shader.step(shader.math("ABSOLUTE", x), size * 0.95, 0.002))
    return shader.math("MULTIPLY", strokes, shader.math("MULTIPLY", inside, near))


def _flat_folds(draw: Draw, cut: Cut) -> list[Fold]:
    """Creases that start at the armpits and shoulders, and a few anywhere."""
    folds = []
    for side in (-1, 1):
        for _ in range(draw.whole(3, 5)):
            start = (side * cut.chest * draw.between(0.75, 0.95), draw.between(0.1, 0.22))
            angle = 90 + side * draw.between(50, 165)
            folds.append(Fold.drawn(draw, start, angle, long=(0.15, 0.4), high=(0.01, 0.028)))
    for _ in range(draw.whole(5, 10)):
        start = (draw.between(-0.3, 0.3), draw.between(-0.45, 0.25))
        folds.append(
            Fold.drawn(draw, start, draw.between(0, 180), long=(0.15, 0.5), high=(0.004, 0.016))
        )
    return folds


def _hanging_folds(draw: Draw, cut: Cut) -> list[Fold]:
    """Falls from the shoulders to the hem, deeper towards the hem."""
    folds = []
    for place_x in np.linspace(-0.85, 0.85, draw.whole(6, 9)):
        x = cut.hem * place_x + draw.between(-0.03, 0.03)
        start = (x, -0.52)
        folds.append(
            Fold.drawn(
                draw,
                start,
                90 - place_x * 12 + draw.between(-6, 6),
                long=(0.4, 0.75),
                high=(0.008, 0.024),
            )
        )
    for side in (-1, 1):
        for _ in range(3):
            start = (side * cut.chest * draw.between(0.8, 1.0), draw.between(0.12, 0.22))
            folds.append(
                Fold.drawn(
                    draw,
                    start,
                    90 + side * draw.between(20, 70),
                    long=(0.15, 0.3),
                    high=(0.008, 0.02),
                )
            )
    return folds


def _hanger(draw: Draw, cut: Cut) -> list[Thing]:
    wooden = draw.chance(0.6)
    wide = cut.chest * 0.85
    line = curve(
        [
            (-wide, 0.38, 0.006),
            (-wide * 0.5, 0.45, 0.006),
            (0, 0.5, 0.006),
            (wide * 0.5, 0.45, 0.006),
            (wide, 0.38, 0.006),
        ],
        40,
    )
    angle = np.radians(np.linspace(-90, 150, 24))
    hook = np.stack([np.cos(angle) * 0.035, np.sin(angle) * 0.035 + 0.63, 0 * angle + 0.006], -1)
    hook = np.concatenate([[(0, 0.49, 0.006), (0, 0.56, 0.006)], hook])
    steel = materials.metal(draw, draw.one_of(("steel", "brass", "black")))
    bar = (
        materials.wood(draw, draw.colour(colours.EARTHS), scale=2.0)
        if wooden
        else materials.plastic(draw, draw.colour(colours.BLACKS, colours.WHITES))
    )
    section = superellipse(14, 3.0) * ((0.018, 0.012) if wooden else (0.011, 0.008))
    return [place(tube(line, section), bar), place(tube(curve(hook, 60), 0.0055), steel)]


def _folded(draw: Draw) -> list[Thing]:
    """The upper half of the front on top, the rest tucked below it; sometimes a pile."""
    things: list[Thing] = []
    level, wide = 0.0, draw.between(0.26, 0.31)
    for _ in range(draw.one_of((0, 0, 1, 2, 3))):
        layer = _layer(draw, wide * draw.between(0.97, 1.03))
        pose(layer, turn=(0, 0, draw.between(-3, 3)), move=(0, 0, level), rest=False)
        things += layer
        level += 0.1
    top = [*_layer(draw, wide, collar=True)]
    pose(top, move=(0, 0, level), rest=False)
    return things + top


def _layer(draw: Draw, wide: float, *, collar: bool = False) -> list[Thing]:
    cut = Cut(chest=wide, hem=wide, sleeve=(wide, 0.3), neck=0.12, depth=0.1, pointed=False)
    colour = draw.colour(*DYES)
    dyed = _dyed(draw, colour)
    corner = [
        (wide * 0.96, 0.42),
        (wide, 0.36),
        (wide * 1.01, -0.28),
        (-wide * 1.01, -0.28),
        (-wide, 0.36),
        (-wide * 0.96, 0.42),
    ]
    neck = _neckline(cut, cut.depth)[1:-1] if collar else np.array([(0.0, 0.46)])
    outline = np.concatenate([filleted([(0.12, 0.475), *corner, (-0.12, 0.475)], 0.05), neck])
    folds = [
        Fold.drawn(
            draw,
            (draw.between(-0.2, 0.2), draw.between(-0.2, 0.2)),
            draw.between(0, 180),
            long=(0.2, 0.5),
            high=(0.004, 0.012),
        )
        for _ in range(7)
    ]
    front = Cloth(outline, folds, puff=0.02, seed=draw.seed())
    things = [
        place(front.mesh(0.012).moved(z=0.05), dyed, subdivide=1),
        place(_edge_layers(outline), dyed, bevel=0.004),
    ]
    if collar:
        rib = materials.fabric(draw, colour, weave=130.0)
        things.append(place(_ribs(cut, front).moved(z=0.042), rib))
        things.append(place(_tag().moved(y=0.42, z=0.052), materials.paper(named("#f2f0ea"))))
    return things


def _edge_layers(outline: Points) -> Mesh:
    """The folded cloth below, seen as layers from the side."""
    middle = outline.mean(0)
    sheets = []
    for level in (0.0, 0.018, 0.036):
        grow = 1.0 + 0.012 * np.sin(level * 400)
        sheets.append(prism((outline - middle) * grow + middle, level, level + 0.014))
    return joined(sheets)
