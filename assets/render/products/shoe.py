"""Shoes: an upper drawn from the sole's outline up to the collar, as over a last."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Draw, named, shade
from assets.render.mesh import Mesh, Points, curve, joined, loft, superellipse, tube
from assets.render.scene import Product, Thing, place, pose

OUTLINE = np.array(
    [
        (-0.50, 0.0, -180),
        (-0.455, 0.085, -152),
        (-0.3, 0.125, -118),
        (-0.08, 0.122, -80),
        (0.14, 0.168, -48),
        (0.31, 0.168, -27),
        (0.43, 0.115, -12),
        (0.5, 0.015, 0),
        (0.44, -0.095, 12),
        (0.31, -0.148, 27),
        (0.14, -0.14, 48),
        (-0.08, -0.102, 80),
        (-0.3, -0.115, 118),
        (-0.455, -0.08, 152),
        (-0.5, 0.0, 180),
    ]
)
"""The foot's outline (x to the toe, y) and the angle on the collar that each point belongs to."""


@dataclass(frozen=True, slots=True)
class Last:
    """Measures of a shoe one unit long."""

    sole: float
    """Thickness under the ball."""
    heel: float
    """How much higher the heel stands."""
    toe: float
    """Height of the toe box."""
    back: float
    front: float
    """Height of the collar behind and in front."""
    collar: tuple[float, float, float]
    """Middle (x), half length and half width of the opening."""
    steep: float = 0.0
    """0 for a front that slopes evenly, 1 for one that rises at the ankle, as a shaft does."""

    def ground(self, x: Points) -> Points:
        """Height of the sole's upper side: heel, and the toe turned up."""
        rise = 0.5 - 0.5 * np.cos(np.pi * np.clip((0.1 - x) / 0.4, 0, 1))
        return self.sole + self.heel * rise + 0.045 * np.clip((x - 0.22) / 0.28, 0, 1) ** 2

    def surface(self, angle: Points, share: Points) -> Points:
        """Points on the upper: angle in degrees (0 toe, 180 heel), share 0 (sole) to 1 (collar)."""
        angle, share = np.broadcast_arrays(np.asarray(angle, float), np.asarray(share, float))
        feet, tops = self._foot(angle), self._top(angle)
        ahead = np.clip(np.cos(np.radians(angle)), 0, 1) ** 1.5
        lift = self.toe * ahead + 0.5 * (tops[..., 2] - feet[..., 2]) * (1 - ahead)
        first = feet + np.stack([0 * lift, 0.12 * feet[..., 1] * (1 - ahead), lift], -1)
        low = (0.42 - 0.2 * self.steep + 0.26 * (1 - ahead))[..., None]
        near = np.array([0.62, 0.62, 0.0]) + 0.36 * self.steep * np.array([1.0, 1.0, 0.0])
        second = feet * (1 - near) + tops * near
        second[..., 2] = (feet[..., 2:] * (1 - low) + tops[..., 2:] * low)[..., 0]
        t = share[..., None]
        return (
            (1 - t) ** 3 * feet
            + 3 * t * (1 - t) ** 2 * first
            + 3 * t**2 * (1 - t) * second
            + t**3 * tops
        )

    def _foot(self, angle: Points) -> Points:
        x, y, key = curve(OUTLINE, 400).T
        angle = (angle + 180) % 360 - 180
        at_x, at_y = np.interp(angle, key, x), np.interp(angle, key, y)
        return np.stack([at_x, at_y, self.ground(at_x)], -1)

    def _top(self, angle: Points) -> Points:
        middle, long, wide = self.collar
        turn = np.radians(angle)
        x = middle + long * np.cos(turn)
        share = 0.5 + 0.5 * np.cos(turn)
        dip = 0.035 * np.sin(turn) ** 2
        return np.stack(
            [x, -wide * np.sin(turn), self.back * (1 - share) + self.front * share - dip], -1
        )

    def normal(self, angle: Points, share: Points) -> Points:
        across = self.surface(angle + 1.0, share) - self.surface(angle - 1.0, share)
        up = self.surface(angle, np.clip(share + 0.02, 0, 1)) - self.surface(
            angle, np.clip(share - 0.02, 0, 1)
        )
        normal = np.cross(up, across)
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
        return normal * np.sign(
            (normal * (self.surface(angle, share) - (0, 0, 0.1))).sum(-1, keepdims=True) + 1e-9
        )

    def raised(self, angle: Points, share: Points, by: float) -> Points:
        return self.surface(angle, share) + by * self.normal(angle, share)


def make(draw: Draw) -> Product:
    kind = draw.weighted({_sneaker: 5, _high_top: 2, _loafer: 2, _derby: 2, _boot: 2})
    state = draw.generator.bit_generator.state
    things = kind(draw)
    if draw.chance(0.45):
        after = draw.generator.bit_generator.state
        draw.generator.bit_generator.state = state
        other = kind(draw)
        draw.generator.bit_generator.state = after
        _mirrored(other)
        pose(other, turn=(0, 0, draw.between(-6, 10)), move=(draw.between(-0.12, 0.12), 0.42, 0))
        pose(things, turn=(0, 0, 0))
        things = things + other
    pose(things, turn=(0, 0, draw.one_of((0, 180)) + draw.between(-45, 45)))
    return Product(things, elevation=(6, 38), azimuth=(-10, 10), fill=(0.8, 0.95))


def _mirrored(things: list[Thing]) -> None:
    """The other foot: every point across the middle, and the faces turned back out."""
    for thing in things:
        for vertex in thing.data.vertices:
            vertex.co.y = -vertex.co.y
        thing.data.flip_normals()


def _sneaker(draw: Draw) -> list[Thing]:
    last = Last(
        draw.between(0.06, 0.1),
        draw.between(0.0, 0.03),
        0.13,
        draw.between(0.32, 0.36),
        draw.between(0.37, 0.42),
        (-0.25, 0.21, 0.08),
    )
    return _laced(draw, last)


def _high_top(draw: Draw) -> list[Thing]:
    last = Last(
        draw.between(0.06, 0.08),
        0.01,
        0.12,
        draw.between(0.52, 0.58),
        draw.between(0.55, 0.62),
        (-0.3, 0.16, 0.085),
        0.7,
    )
    return _laced(draw, last)


def _laced(draw: Draw, last: Last) -> list[Thing]:
    colour = draw.colour(
        colours.WHITES,
        colours.BLACKS,
        colours.DEEPS,
        colours.BRIGHTS,
        colours.PASTELS,
        colours.GREYS,
    )
    make_skin = draw.one_of((materials.leather, materials.leather, materials.fabric))
    skin = make_skin(draw, colour)
    second = draw.colour(colours.WHITES, colours.BRIGHTS, colours.DEEPS, colours.BLACKS)
    trim = materials.leather(draw, second)
    rubber = materials.plastic(
        draw, draw.colour(colours.WHITES, colours.WHITES, ("#c9a36b", "#1d1d1f")), roughness=0.55
    )
    lace = materials.fabric(draw, draw.colour(colours.WHITES, colours.WHITES, colours.BLACKS))
    things = [*_base(draw, last, skin, rubber), _tongue(last, skin)]
    things.append(
        place(
            joined([_stay(last, side) for side in (-1, 1)]),
            draw.one_of((skin, trim)),
            thickness=0.006,
        )
    )
    things.append(place(_laces(last, draw), lace))
    panels = []
    if draw.chance(0.6):
        panels.append(_patch(last, (-42, 42), (0.0, 0.36), by=0.003))
    if draw.chance(0.7):
        panels.append(_patch(last, (140, 220), (0.0, draw.between(0.5, 0.9)), by=0.004))
    if panels:
        things.append(place(joined(panels), draw.one_of((skin, trim, trim)), thickness=0.006))
    if draw.chance(0.6):
        things.append(place(_stripes(last, draw), trim, thickness=0.004))
    return things


def _base(draw: Draw, last: Last, skin: Any, rubber: Any, *, heel: bool = False) -> list[Thing]:
    """Upper, padded collar, lining and sole."""
    angle, share = np.linspace(-180, 180, 160, endpoint=False), np.linspace(0, 1, 28)
    rings = last.surface(angle[None, :], share[:, None])
    inside = [
        rings[-1] * (1, 0.9, 1) + (0, 0, -0.01 - 0.28 * t * last.back) for t in np.linspace(0, 1, 6)
    ]
    lining = materials.fabric(draw, draw.colour(colours.WHITES, colours.GREYS, colours.EARTHS))
    rim = tube(rings[-1], superellipse(12, 2.0) * (0.013, 0.013), closed=True)
    return [
        place(loft(rings), skin),
        place(joined([loft(np.array(inside), caps=True)]), lining),
        place(rim, skin),
        place(_sole(last, heel=heel), rubber),
    ]


def _sole(last: Last, *, heel: bool) -> Mesh:
    """A welt a little wider than the foot; flat below, or hollow before the heel."""
    angle = np.linspace(-180, 180, 200, endpoint=False)
    top = last.surface(angle, np.zeros(200))
    flat = np.array([1.0, 1.0, 0.0])
    toe_up = 0.03 * np.clip((top[:, 0] - 0.25) / 0.25, 0, 1) ** 2
    if heel:
        hollow = np.where(top[:, 0] > -0.2, np.maximum(top[:, 2] - last.sole, 0.0), 0.0)
    else:
        hollow = toe_up
    low = top * flat + np.stack([0 * hollow, 0 * hollow, hollow], -1)
    wide = 1.0 + (0.012 if heel else 0.03)
    levels = [
        (0.0, 0.96),
        (0.1, wide),
        (0.55, wide + 0.008),
        (0.9, wide),
        (1.0 if heel else 1.18, 1.005),
    ]
    rings = [(low + (top - low) * (0, 0, t)) * (s, s, 1) for t, s in levels]
    return loft(np.array(rings), caps=True)


def _patch(
    last: Last, angles: tuple[float, float], shares: tuple[float, float], *, by: float
) -> Mesh:
    """A piece of the upper once more, on top of it."""
    angle, share = np.linspace(*angles, 40), np.linspace(*shares, 14)
    return loft(last.raised(angle[None, :], share[:, None], by), around=False)


def _stay(last: Last, side: int) -> Mesh:
    """The strip that holds the eyelets."""
    share = np.linspace(0.52, 1.0, 20)[:, None]
    angle = side * (np.linspace(9, 34, 10)[None, :] * (0.55 + 0.9 * share))
    return loft(last.raised(angle, np.broadcast_to(share, angle.shape), 0.004), around=False)


def _eyes(last: Last, side: int, share: Points) -> Points:
    return last.raised(side * 16 * (0.55 + 0.9 * share), share, 0.016)


def _laces(last: Last, draw: Draw) -> Mesh:
    """Bars and crossings between the stays, and a bow."""
    share = np.linspace(0.56, 0.95, 6)
    left, right = _eyes(last, -1, share), _eyes(last, 1, share)
    middle = last.raised(np.zeros(6), share, 0.03)
    section = superellipse(10, 3.0) * (0.011, 0.006)
    pieces = []
    for k in range(5):
        between = (middle[k] + middle[k + 1]) / 2
        pieces.append(curve([left[k], between, right[k + 1]], 14))
        pieces.append(curve([right[k], between + np.array((0, 0, 0.004)), left[k + 1]], 14))
    pieces.append(curve([left[0], middle[0], right[0]], 14))
    knot = middle[-1] + (0.01, 0, 0.012)
    for side in (-1, 1):
        loop = [
            knot,
            knot + np.array((0.05, side * 0.07, 0.015)),
            knot + np.array((0.11, side * 0.11, -0.04)),
            knot + np.array((0.08, side * 0.05, -0.02)),
            knot,
        ]
        tail = [
            knot,
            knot + np.array((0.06, side * 0.03, 0.0)),
            knot + np.array((0.12, side * 0.05, -0.08 + draw.between(-0.02, 0.01))),
        ]
        pieces += [curve(loop, 24), curve(tail, 14)]
    return joined(tube(path, section, up=(0.1, 0.02, 1)) for path in pieces)


def _tongue(last: Last, skin: Any) -> Thing:
    angle = np.linspace(-48, 48, 14)
    rows = [
        last.surface(angle, np.full(14, min(t, 1.0)))
        + max(t - 1, 0) * np.array([0.25, 0, 1.0])
        + (0, 0, 0.002)
        for t in (0.85, 0.93, 1.0, 1.03, 1.06)
    ]
    return place(loft(np.array(rows), around=False), skin, thickness=0.018, subdivide=1)


def _stripes(last: Last, draw: Draw) -> Mesh:
    """Slanting bands or one sweep on both sides."""
    share = np.linspace(0.04, 0.8, 20)[:, None]
    bands = []
    count, slant = draw.whole(1, 3), draw.between(15, 45)
    wide = 11.0 if count > 1 else draw.between(14, 26)
    for side in (-1, 1):
        for k in range(count):
            start = 62 + k * wide * 1.9
            angle = side * (start + slant * share + np.linspace(0, wide, 6)[None, :])
            bands.append(
                loft(last.raised(angle, np.broadcast_to(share, angle.shape), 0.003), around=False)
            )
    return joined(bands)


def _loafer(draw: Draw) -> list[Thing]:
    last = Last(
        0.035, 0.05, 0.1, draw.between(0.26, 0.3), draw.between(0.24, 0.27), (-0.17, 0.28, 0.085)
    )
    leather = materials.leather(draw, draw.colour(colours.EARTHS, colours.BLACKS, colours.DEEPS))
    sole = materials.plastic(
        draw, named(draw.one_of(("#2a2320", "#171718", "#8a6239"))), roughness=0.5
    )
    things = _base(draw, last, leather, sole, heel=True)
    saddle = _patch(last, (-62, 62), (0.68, 0.92), by=0.004)
    things.append(place(saddle, leather, thickness=0.008))
    angle = np.linspace(-58, 58, 50)
    seam = last.raised(angle, np.full(50, 0.42) + 0.25 * np.abs(angle / 58) ** 2, 0.003)
    things.append(place(tube(seam, 0.008, up=(0.1, 0, 1)), leather))
    return things


def _derby(draw: Draw) -> list[Thing]:
    last = Last(
        0.035, 0.06, 0.1, draw.between(0.3, 0.33), draw.between(0.34, 0.37), (-0.25, 0.2, 0.08)
    )
    colour = draw.colour(colours.EARTHS, colours.BLACKS, ("#5a2a1c", "#7a3b1c"))
    leather = materials.leather(draw, colour)
    sole = materials.plastic(
        draw, named(draw.one_of(("#231c18", "#171718", "#a9793f"))), roughness=0.45
    )
    lace = materials.fabric(draw, shade(colour, 0.5))
    cap = place(_patch(last, (-38, 38), (0.0, 0.4), by=0.002), leather, thickness=0.004)
    stays = place(joined([_stay(last, side) for side in (-1, 1)]), leather, thickness=0.006)
    things = _base(draw, last, leather, sole, heel=True)
    return [*things, cap, stays, _tongue(last, leather), place(_laces(last, draw), lace)]


def _boot(draw: Draw) -> list[Thing]:
    """A Chelsea boot: high shaft, elastic at the sides, a loop behind."""
    last = Last(
        0.04, 0.055, 0.11, draw.between(0.6, 0.7), draw.between(0.6, 0.68), (-0.31, 0.165, 0.1), 1.0
    )
    leather = materials.leather(draw, draw.colour(colours.EARTHS, colours.BLACKS, colours.DEEPS))
    sole = materials.plastic(
        draw, named(draw.one_of(("#1b1a19", "#3a2a1e", "#b0834c"))), roughness=0.5
    )
    elastic = materials.fabric(draw, draw.colour(colours.BLACKS, colours.EARTHS), weave=90.0)
    share = np.linspace(0.45, 0.99, 20)[:, None]
    gores = []
    for side in (-1, 1):
        half = 6 + 22 * (share - 0.45) / 0.54
        angle = side * 92 + half * np.linspace(-1, 1, 12)[None, :]
        gores.append(
            loft(last.raised(angle, np.broadcast_to(share, angle.shape), 0.003), around=False)
        )
    back = last.surface(np.array([180.0]), np.array([1.0]))[0]
    pull = curve(
        [
            back + np.array((0, 0, -0.08)),
            back + np.array((-0.035, 0, 0.03)),
            back + np.array((0.02, 0, 0.04)),
            back + np.array((0.02, 0, -0.06)),
        ],
        20,
    )
    return [
        *_base(draw, last, leather, sole, heel=True),
        place(joined(gores), elastic, thickness=0.004),
        place(tube(pull, superellipse(10, 4.0) * (0.02, 0.004), up=(1, 0, 0.3)), leather),
    ]
