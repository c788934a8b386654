"""What handbags are made of: bodies, flaps, clasps, handles, straps and chains."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.render.draw import Draw
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
    rectangle,
    ring,
    superellipse,
    tube,
)
from assets.render.scene import Thing, place


@dataclass(frozen=True, slots=True)
class Body:
    """Half width and half depth at the bottom, how they change upwards, and the height."""

    wide: float
    deep: float
    tall: float
    square: float
    taper_wide: float
    taper_deep: float

    def half(self, z: Points) -> tuple[Points, Points]:
        share = z / self.tall
        swell = 1 + 0.1 * np.sin(np.pi * np.clip(share, 0, 1))
        return self.wide * (1 + (self.taper_wide - 1) * share), self.deep * (
            1 + (self.taper_deep - 1) * share
        ) * swell

    def front(self, x: Points, z: Points) -> Points:
        """How far the front wall stands out, as a positive depth."""
        wide, deep = self.half(z)
        inside = np.clip(1 - np.abs(x / wide) ** self.square, 0, 1)
        return deep * inside ** (1 / self.square)

    def rings(self, levels: Points, inset: float = 0.0) -> Points:
        shape = superellipse(96, self.square)
        wide, deep = self.half(levels)
        return np.array(
            [
                ring(shape * (w - inset, d - inset), z)
                for w, d, z in zip(wide, deep, levels, strict=True)
            ]
        )


def closed_body(body: Body) -> Mesh:
    """Rounded below, folded together above."""
    levels = np.concatenate(
        [
            [0.0, 0.012, 0.035],
            np.linspace(0.08, body.tall - 0.03, 12),
            [body.tall - 0.008, body.tall],
        ]
    )
    rings = body.rings(levels)
    shrink = np.ones((len(levels), 1, 1))
    shrink[:2, 0, 0], shrink[-2:, 0, 0] = (0.93, 0.985), (0.97, 0.9)
    rings[..., :2] *= shrink
    return loft(rings, caps=True)


def flap_over(body: Body, drop: float, *, round_corners: float) -> tuple[Mesh, Points]:
    """The flap over back, top and front, and the line of its lower edge."""
    share = np.linspace(-1, 1, 61)
    rows = []
    for s in share:
        x = s * body.wide * min(body.taper_wide, 1.0) * 0.95
        long = drop * (1 - round_corners * abs(s) ** 5)
        z = np.linspace(body.tall - 0.02, body.tall - long, 24)
        front = np.stack([np.full(24, x), -body.front(np.full(24, x), z) - 0.012, z], -1)
        _, deep = body.half(np.array([body.tall]))
        top = [
            (x, deep[0] * 0.85, body.tall - 0.05),
            (x, deep[0] * 0.7, body.tall + 0.008),
            (x, 0.0, body.tall + 0.016),
            (x, -deep[0] * 0.75, body.tall + 0.012),
        ]
        rows.append(np.concatenate([curve(np.concatenate([top, front[:1]]), 16), front[1:]]))
    rows = np.array(rows)
    border = np.concatenate([rows[0, 16:-1], rows[:, -1], rows[-1, 16:-1][::-1]])
    return loft(rows, around=False), border + np.array((0, -0.01, 0))


def clasp(draw: Draw, body: Body, drop: float, metal: Any) -> list[Thing]:
    z = body.tall - drop + 0.035
    y = -float(body.front(np.zeros(1), np.array([z]))[0]) - 0.028
    match draw.whole(0, 2):
        case 0:
            plate = prism(rectangle(draw.between(0.08, 0.13), 0.06, 0.015), 0.0, 0.018)
            knob = prism(rectangle(0.02, 0.045, 0.008), 0.018, 0.034)
            parts = [plate, knob]
        case 1:
            parts = [lathe([(0.0, 0.02), (0.028, 0.018), (0.036, 0.0)])]
        case _:
            hoop = [
                loft(
                    np.array(
                        [
                            ring(superellipse(40, 3.0) * (w, h), up)
                            for w, h, up in (
                                (0.075, 0.05, 0),
                                (0.075, 0.05, 0.02),
                                (0.05, 0.028, 0.02),
                                (0.05, 0.028, 0),
                            )
                        ]
                    )
                )
            ]
            parts = [*hoop, prism(rectangle(0.02, 0.11, 0.006), 0.005, 0.02)]
    return [place(joined(parts).turned("x", 90).moved(y=y, z=z), metal, bevel=0.004)]


def top_handle(draw: Draw, body: Body, leather: Any, metal: Any) -> list[Thing]:
    half, high = body.wide * draw.between(0.35, 0.5), draw.between(0.2, 0.32)
    z = body.tall + 0.03
    path = curve(
        [
            (-half, 0, z),
            (-half * 0.95, 0, z + high * 0.55),
            (0, 0, z + high),
            (half * 0.95, 0, z + high * 0.55),
            (half, 0, z),
        ],
        50,
    )
    hoops = [hoop(0.035).turned("x", 90).moved(x=side * half, z=z - 0.005) for side in (-1, 1)]
    lugs = [box(0.07, 0.04, 0.03).moved(x=side * half, z=body.tall + 0.005) for side in (-1, 1)]
    return [
        place(tube(path, superellipse(14, 2.5) * (0.026, 0.02), up=(0, 1, 0)), leather),
        place(joined(hoops), metal),
        place(joined(lugs), leather, bevel=0.01),
    ]


def hoop(radius: float, thick: float = 0.008) -> Mesh:
    path = ring(circle(28) * radius, 0.0)
    return tube(path, thick, closed=True)


def strap_path(draw: Draw, body: Body) -> Points:
    """Up from both sides, leaning back, as if held by an unseen thread."""
    wide = float(body.half(np.array([body.tall]))[0][0])
    high, back = draw.between(0.3, 0.5), draw.between(0.0, 0.15)
    z = body.tall - 0.08
    return curve(
        [
            (-wide - 0.015, 0, z),
            (-wide * 0.85, back * 0.6, z + high * 0.7),
            (0, back, z + high + 0.1),
            (wide * 0.85, back * 0.6, z + high * 0.7),
            (wide + 0.015, 0, z),
        ],
        90,
    )


def side_strap(draw: Draw, body: Body, leather: Any, metal: Any) -> list[Thing]:
    path = strap_path(draw, body)
    hoops = [hoop(0.035).turned("y", 90).moved(*path[end]) for end in (0, -1)]
    section = superellipse(12, 4.0) * (0.006, 0.02)
    return [place(tube(path, section, up=(0, 1, 0.05)), leather), place(joined(hoops), metal)]


def chain(draw: Draw, body: Body, metal: Any) -> list[Thing]:
    path = strap_path(draw, body)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    links = []
    for number, at in enumerate(np.arange(0.0, length[-1], 0.036)):
        point = np.array([np.interp(at, length, path[:, k]) for k in range(3)])
        ahead = np.array([np.interp(at + 0.01, length, path[:, k]) for k in range(3)]) - point
        tilt = np.degrees(np.arctan2(ahead[2], ahead[0] + 1e-6))
        link = hoop(0.02, 0.0065).scaled(1.35, 0.9, 1.0).turned("x", 90 if number % 2 else 0)
        links.append(link.turned("y", -tilt).moved(*point))
    return [place(joined(links), metal)]


def tote_handles(draw: Draw, body: Body, trim: Any, metal: Any) -> list[Thing]:
    half, high = body.wide * draw.between(0.35, 0.5), draw.between(0.22, 0.38)
    straps, studs = [], []
    for side in (-1, 1):
        z = np.array([body.tall * 0.72, body.tall * 0.98])
        y = side * (body.front(np.full(2, half), z) + 0.012)
        lean = side * draw.between(0.0, 0.05)
        up = body.tall + high
        line = [
            (-half, y[0], z[0]),
            (-half, y[1], z[1]),
            (-half * 0.8, y[1] + lean, up - 0.09),
            (0, y[1] + lean * 2, up),
            (half * 0.8, y[1] + lean, up - 0.09),
            (half, y[1], z[1]),
            (half, y[0], z[0]),
        ]
        straps.append(
            tube(curve(line, 70), superellipse(12, 4.0) * (0.025, 0.008), up=(0, 1, 0.02))
        )
        studs += [
            lathe([(0.0, 0.01), (0.012, 0.006), (0.014, 0.0)])
            .turned("x", 90 * -side)
            .moved(x=x, y=y[0] + side * 0.008, z=z[0] + 0.03)
            for x in (-half, half)
        ]
    return [place(joined(straps), trim), place(joined(studs), metal)]


def charm(body: Body, trim: Any) -> Thing:
    z = body.tall * 0.6
    y = -float(body.front(np.zeros(1), np.array([z]))[0]) - 0.01
    plate = prism(rectangle(0.14, 0.09, 0.015), 0.0, 0.008).turned("x", 90)
    return place(plate.moved(y=y, z=z), trim, bevel=0.003)


def padded_wall(outline: Points, side: int) -> Mesh:
    """The front wall, slightly padded."""
    middle = outline.mean(0)
    rings = [
        (outline - middle) * s + middle + (0, side * 0.035 * (1 - s**2), 0)
        for s in (1.0, 0.9, 0.7, 0.45, 0.2, 0.02)
    ]
    return loft(np.array(rings))


def dome_handles(draw: Draw, outline: Points, deep: float, leather: Any, metal: Any) -> list[Thing]:
    half, top = (
        float(np.abs(outline[:, 0]).max()) * draw.between(0.3, 0.42),
        float(outline[:, 1].max()),
    )
    high, low = draw.between(0.2, 0.32), top * draw.between(0.62, 0.75)
    straps, hoops = [], []
    for side in (-1, 1):
        y = side * (deep + 0.03)
        line = [
            (-half, y, low),
            (-half, y * 0.95, top * 0.98),
            (-half * 0.75, y * 0.6, top + high * 0.75),
            (0, y * 0.5, top + high),
            (half * 0.75, y * 0.6, top + high * 0.75),
            (half, y * 0.95, top * 0.98),
            (half, y, low),
        ]
        straps.append(
            tube(curve(line, 70), superellipse(14, 2.2) * (0.018, 0.018), up=(0, 1, 0.02))
        )
        hoops += [hoop(0.03).turned("x", 90).moved(x=x, y=y, z=low) for x in (-half, half)]
        hoops += [box(0.06, 0.012, 0.09).moved(x=x, y=y * 0.99, z=low - 0.1) for x in (-half, half)]
    return [
        place(joined(straps), leather),
        place(joined(hoops[0:2] + hoops[4:6]), metal),
        place(joined(hoops[2:4] + hoops[6:8]), leather, bevel=0.005),
    ]
