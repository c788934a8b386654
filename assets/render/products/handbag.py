"""Handbags: with a flap, quilted on a chain, open totes, buckets, and domed bags with a zip."""

from typing import Any

import numpy as np

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, shade
from assets.render.mesh import (
    Points,
    box,
    circle,
    curve,
    filleted,
    joined,
    loft,
    prism,
    rectangle,
    ring,
    tube,
)
from assets.render.products.handbag_parts import (
    Body,
    chain,
    charm,
    clasp,
    closed_body,
    dome_handles,
    flap_over,
    padded_wall,
    side_strap,
    top_handle,
    tote_handles,
)
from assets.render.scene import Product, Thing, place, pose

HIDES = (
    colours.EARTHS,
    colours.EARTHS,
    colours.BLACKS,
    colours.DEEPS,
    colours.PASTELS,
    colours.BRIGHTS,
    colours.WHITES,
)


def make(draw: Draw) -> Product:
    hide = draw.colour(*HIDES)
    metal = materials.metal(draw, draw.one_of(("gold", "gold", "silver", "brass")), roughness=0.15)
    kind = draw.weighted({_flap_bag: 4, _tote: 3, _dome: 3, _bucket: 1.5})
    things = kind(draw, hide, metal)
    pose(things, turn=(0, 0, draw.between(-42, 42)))
    surfaces = ("seamless", "seamless", "wood", "two-tone", "stone")
    return Product(
        things, elevation=(4, 26), azimuth=(-12, 12), surfaces=surfaces, fill=(0.76, 0.92)
    )


def _hide(draw: Draw, colour: Colour) -> Any:
    return materials.leather(draw, colour)


def _flap_bag(draw: Draw, hide: Colour, metal: Any) -> list[Thing]:
    body = Body(
        draw.between(0.42, 0.55),
        draw.between(0.12, 0.18),
        draw.between(0.5, 0.68),
        draw.between(5, 9),
        draw.between(0.9, 1.02),
        draw.between(0.6, 0.85),
    )
    quilted = draw.chance(0.4)
    leather = _quilted(draw, hide) if quilted else _hide(draw, hide)
    other = leather if draw.chance(0.75) else _hide(draw, draw.colour(*HIDES))
    drop = draw.between(0.45, 0.75) * body.tall
    flap, border = flap_over(body, drop, round_corners=draw.between(0.1, 0.4))
    things = [
        place(closed_body(body), leather, subdivide=1),
        place(flap, other, thickness=0.014),
        place(tube(border, 0.007), _hide(draw, shade(hide, 0.8))),
        *clasp(draw, body, drop, metal),
    ]
    if quilted or draw.chance(0.3):
        return [*things, *chain(draw, body, metal)]
    if draw.chance(0.65):
        things += top_handle(draw, body, leather, metal)
    if draw.chance(0.4) or len(things) < 6:
        things += side_strap(draw, body, leather, metal)
    return things


def _quilted(draw: Draw, colour: Colour) -> Any:
    """Leather stitched in diamonds."""
    return materials.leather(draw, colour, quilt=draw.between(16, 24))


def _tote(draw: Draw, hide: Colour, metal: Any) -> list[Thing]:
    """Open above, two long handles."""
    body = Body(
        draw.between(0.34, 0.46),
        draw.between(0.13, 0.18),
        draw.between(0.6, 0.8),
        draw.between(4, 8),
        draw.between(1.0, 1.25),
        draw.between(0.5, 0.9),
    )
    canvas = draw.chance(0.35)
    skin = materials.fabric(draw, hide, weave=55.0) if canvas else _hide(draw, hide)
    trim = (
        _hide(draw, draw.colour(colours.EARTHS, colours.BLACKS))
        if canvas or draw.chance(0.3)
        else skin
    )
    levels = np.concatenate([[0.0, 0.01, 0.04], np.linspace(0.1, body.tall, 14)])
    outer = body.rings(levels)
    outer[0, :, :2] *= 0.94
    sag = 0.02 * np.cos(2 * np.linspace(0, 2 * np.pi, 96, endpoint=False))
    outer[..., 2] += sag * (levels / body.tall)[:, None] ** 3
    inner = outer[::-1][:-2].copy()
    inner[..., :2] *= 0.955
    lining = materials.fabric(draw, shade(hide, 0.6))
    slots = np.repeat([0, 1], [len(outer), len(inner) - 1])[:, None]
    skinned = loft(np.concatenate([outer, inner]), caps=True, slots=slots)
    things = [place(skinned, skin, lining, subdivide=1), *tote_handles(draw, body, trim, metal)]
    if draw.chance(0.5):
        band = outer[-3:-1].copy()
        band[..., :2] *= 1.006
        things.append(place(loft(band), trim, thickness=0.006))
    if draw.chance(0.4):
        things.append(charm(body, trim))
    return things


def _dome(draw: Draw, hide: Colour, metal: Any) -> list[Thing]:
    """A front of its own shape, drawn out in depth, piped along both edges, zipped on top."""
    leather = _hide(draw, hide)
    outline = draw.one_of((_half_moon, _boston, _trapezoid))(draw)
    deep = draw.between(0.13, 0.2)
    share = np.array([-1.0, -0.99, -0.93, -0.8, -0.4, 0.0, 0.4, 0.8, 0.93, 0.99, 1.0])
    grow = 1 + 0.02 - 0.07 * np.abs(share) ** 6
    middle = np.array([0.0, outline[:, 1].mean()])
    skin = [
        np.insert((outline - middle) * g + middle, 1, s * deep, axis=1)
        for g, s in zip(grow, share, strict=True)
    ]
    edges = [tube(np.array(skin[k]), 0.011, closed=True, up=(0, 1, 0)) for k in (1, -2)]
    faces = [padded_wall(skin[0], -1), padded_wall(skin[-1], 1)]
    piping = (
        _hide(draw, shade(hide, draw.one_of((0.6, 1.0))))
        if draw.chance(0.7)
        else _hide(draw, draw.colour(colours.EARTHS))
    )
    things = [place(joined([loft(np.array(skin)), *faces]), leather), place(joined(edges), piping)]
    top = float(outline[:, 1].max())
    things += dome_handles(draw, outline, deep, piping, metal)
    things.append(
        place(box(0.05, 0.012, 0.012).moved(x=0.1, y=-0.02, z=top + 0.012), metal, bevel=0.003)
    )
    if draw.chance(0.5):
        patch = (
            prism(rectangle(0.13, 0.08, 0.012), 0.0, 0.01)
            .turned("x", 90)
            .moved(y=-deep - 0.04, z=top * 0.55)
        )
        things.append(place(patch, metal if draw.chance(0.5) else piping, bevel=0.003))
    return things


def _half_moon(draw: Draw) -> Points:
    angle = np.linspace(0, np.pi, 30)
    wide, tall = draw.between(0.42, 0.52), draw.between(0.45, 0.6)
    arch = np.stack([np.cos(angle) * wide, np.sin(angle) ** 0.8 * tall + 0.06], -1)
    return filleted(np.concatenate([arch, [(-wide, 0.0), (wide, 0.0)]]), 0.05, closed=True, steps=4)


def _boston(draw: Draw) -> Points:
    wide, tall = draw.between(0.42, 0.52), draw.between(0.45, 0.6)
    return filleted(
        np.array([(-wide, 0), (wide, 0), (wide * 0.95, tall), (-wide * 0.95, tall)]),
        0.16,
        closed=True,
        steps=12,
    )


def _trapezoid(draw: Draw) -> Points:
    wide, tall = draw.between(0.4, 0.5), draw.between(0.5, 0.62)
    top = wide * draw.between(0.55, 0.75)
    return filleted(
        np.array([(-wide, 0), (wide, 0), (top, tall), (-top, tall)]), 0.09, closed=True, steps=10
    )


def _bucket(draw: Draw, hide: Colour, metal: Any) -> list[Thing]:
    """Round, gathered by a cord below the rim."""
    leather, tall, wide = _hide(draw, hide), draw.between(0.6, 0.75), draw.between(0.27, 0.34)
    angle = np.linspace(0, 2 * np.pi, 192, endpoint=False)
    pleats = np.sin(draw.whole(11, 16) * angle)
    outline = filleted(
        [
            (0.01, 0.0),
            (wide, 0.0),
            (wide * 1.03, tall * 0.5),
            (wide * 0.72, tall * 0.86),
            (wide * 0.85, tall),
        ],
        0.05,
        steps=8,
    )
    outline = np.concatenate([outline[:-1], np.linspace(outline[-2], outline[-1], 8)])
    rings = [
        ring(
            circle(192) * (r * (1 + 0.09 * pleats * np.clip(z / tall - 0.45, 0, 1) * 2))[:, None], z
        )
        for r, z in outline
    ]
    inner = [points * (0.95, 0.95, 1.0) for points in rings[::-1][:10]]
    cord = (
        np.stack([np.cos(angle), np.sin(angle)], -1) * (wide * 0.76 * (1 + 0.07 * pleats))[:, None]
    )
    body = Body(wide * 0.95, wide, tall, 2.0, 0.85, 0.85)
    things = [
        place(loft(np.array([*rings, *inner])), leather),
        place(tube(ring(cord[::2], tall * 0.86), 0.01, closed=True), _hide(draw, shade(hide, 0.7))),
        *side_strap(draw, body, leather, metal),
    ]
    ends = [
        tube(
            curve(
                [
                    (x, -wide * 0.72, tall * 0.86),
                    (x * 1.5, -wide * 0.98, tall * 0.74),
                    (x * 2.2, -wide * 1.05, tall * 0.55),
                ],
                14,
            ),
            0.008,
        )
        for x in (-0.02, 0.02)
    ]
    things.append(place(joined(ends), _hide(draw, shade(hide, 0.7))))
    return things
