"""The Blender side of things: an empty scene, shapes put into it, groups posed on the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians
from typing import Any

import bpy
import numpy as np
from mathutils import Euler, Vector

from assets.render.mesh import Mesh, Points

Thing = Any
"""A ``bpy.types.Object``; bpy carries no types."""

SHARP = radians(38)
"""Faces meeting at more than this keep a hard edge."""


@dataclass(slots=True)
class Product:
    """What is photographed, and from where it shows its best.

    Angles are in degrees: elevation above the table, azimuth to the right of the front (-y).
    """

    things: list[Thing]
    elevation: tuple[float, float] = (10, 40)
    azimuth: tuple[float, float] = (-40, 40)
    fill: tuple[float, float] = (0.68, 0.9)
    surfaces: tuple[str, ...] = ("seamless", "seamless", "wood", "stone", "fabric", "two-tone")
    hangs: bool = False


def clear() -> None:
    """Forget everything, so that one picture owes nothing to the one before."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def place(
    mesh: Mesh,
    *materials: Thing,
    bevel: float = 0.0,
    subdivide: int = 0,
    thickness: float = 0.0,
    flat: bool = False,
) -> Thing:
    """Put a shape into the scene.

    Args:
        mesh: The shape, in the product's own coordinates.
        materials: One for each material number used in the shape.
        bevel: Width by which sharp edges are rounded.
        subdivide: Catmull-Clark steps.
        thickness: Makes a skin this thick, outwards.
        flat: Keep every facet visible, as on a gem.
    """
    data = bpy.data.meshes.new("shape")
    data.from_pydata(mesh.points.tolist(), [], mesh.faces)
    data.polygons.foreach_set("material_index", mesh.slots)
    for material in materials:
        data.materials.append(material)
    data.validate()
    if not flat:
        data.shade_smooth()
        if not subdivide:
            data.set_sharp_from_angle(angle=SHARP)
    thing = bpy.data.objects.new("shape", data)
    bpy.context.scene.collection.objects.link(thing)
    _modify(thing, bevel=bevel, subdivide=subdivide, thickness=thickness)
    return thing


def _modify(thing: Thing, *, bevel: float, subdivide: int, thickness: float) -> None:
    if thickness:
        skin = thing.modifiers.new("thickness", "SOLIDIFY")
        skin.thickness, skin.offset = thickness, 1.0
    if bevel:
        edge = thing.modifiers.new("bevel", "BEVEL")
        edge.width, edge.segments, edge.limit_method = bevel, 3, "ANGLE"
        edge.harden_normals = True
    if subdivide:
        smooth = thing.modifiers.new("subdivide", "SUBSURF")
        smooth.levels = smooth.render_levels = subdivide


def pose(
    things: Sequence[Thing],
    *,
    turn: Sequence[float] = (0, 0, 0),
    move: Sequence[float] = (0, 0, 0),
    rest: bool = True,
) -> Thing:
    """Turn things together by degrees around x, y, z, and set them down on the table."""
    group = bpy.data.objects.new("group", None)
    bpy.context.scene.collection.objects.link(group)
    for top in {_top(thing) for thing in things}:
        top.parent = group
    group.rotation_euler = Euler([radians(angle) for angle in turn])
    group.location = Vector(move)
    if rest:
        group.location.z += move[2] - corners(things)[:, 2].min()
    bpy.context.view_layer.update()
    return group


def _top(thing: Thing) -> Thing:
    """The group of groups that a thing belongs to."""
    while thing.parent is not None:
        thing = thing.parent
    return thing


def corners(things: Sequence[Thing]) -> Points:
    """All points of the things in the world, shape (n, 3)."""
    bpy.context.view_layer.update()
    found = []
    for thing in things:
        if thing.type != "MESH":
            continue
        flat = np.empty(len(thing.data.vertices) * 3)
        thing.data.vertices.foreach_get("co", flat)
        matrix = np.array(thing.matrix_world)
        found.append(flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(found)
