"""Where the photo is taken: the table, the wall behind it, the lights and what they come from."""

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from assets.render import colours, materials
from assets.render.draw import Colour, Draw, luminance, named, shade
from assets.render.mesh import Points, box, loft
from assets.render.scene import place

SKY_SIZE = (192, 96)
"""Width and height of the drawn surroundings, in pixels."""


def build(draw: Draw, surface: str, *, behind: float, hangs: bool) -> float:
    """Set up table, wall and light; gives how bright the table is (0 black to 1 white).

    Args:
        draw: The picture's chance.
        surface: seamless, two-tone, wood, stone or fabric.
        behind: Direction of the wall, in degrees around z from +y.
        hangs: The product hangs in front of the wall, with no table.
    """
    colour, material = _surface(draw, surface)
    lights(draw)
    _backdrop(draw, material, behind=behind, sweep=surface == "seamless", hangs=hangs)
    return luminance(colour)


def _surface(draw: Draw, surface: str) -> tuple[Colour, Any]:
    match surface:
        case "wood":
            colour = draw.colour(colours.EARTHS, colours.EARTHS, ("#d9bf98", "#e3cfae", "#40302a"))
            return shade(colour, 1.1), materials.wood(draw, colour, scale=draw.between(0.6, 1.4))
        case "stone":
            colour = draw.colour(colours.WHITES, colours.GREYS, ("#d8d2c8", "#33363a"))
            return colour, materials.stone(draw, colour, scale=draw.between(0.6, 1.5))
        case "fabric":
            colour = draw.colour(colours.WHITES, colours.PASTELS, colours.GREYS, ("#d8cdb8",))
            return colour, materials.fabric(draw, colour, weave=draw.between(25, 60))
        case "two-tone":
            colour = draw.colour(colours.PASTELS, colours.WHITES)
            return colour, materials.plastic(draw, colour, roughness=0.6)
    colour = draw.colour(
        *draw.weighted(
            {
                (colours.WHITES,): 0.6,
                (colours.PASTELS,): 0.25,
                (colours.GREYS,): 0.15,
            }
        )
    )
    return colour, materials.plastic(draw, colour, roughness=0.7)


def _backdrop(draw: Draw, material: Any, *, behind: float, sweep: bool, hangs: bool) -> None:
    distance = draw.between(0.08, 0.2) if hangs else draw.between(1.6, 3.5)
    if sweep or hangs:
        wall = material
    else:
        other = draw.colour(colours.WHITES, colours.PASTELS, colours.GREYS, colours.DEEPS)
        wall = materials.plastic(draw, other, roughness=0.8)
    lowest = -6.0 if hangs else 0.0
    turn = {"axis": "z", "degrees": 0.0 if hangs else behind}
    if sweep and not hangs:
        angle = np.linspace(0, np.pi / 2, 40)
        bend = np.stack([np.sin(angle), 1 - np.cos(angle)], -1) * 1.6 + (distance - 0.6, 0.0)
        line = np.concatenate([[(-9.0, 0.0)], bend, [(distance + 1.0, 12.0)]])
        place(_extruded(line).turned(**turn), material)
        return
    place(_extruded(np.array([(distance, lowest), (distance, 9.0)])).turned(**turn), wall)
    if not hangs:
        depth = draw.between(1.0, distance)
        table = box(24.0, 9.0 + depth, 0.5).moved(y=(depth - 9.0) / 2, z=-0.5)
        place(table.turned("z", behind + draw.between(-8, 8)), material, bevel=0.02)


def _extruded(line: Points) -> Any:
    """A line in the yz plane as a wide sheet."""
    rows = [np.insert(line, 0, x, axis=1) for x in (12.0, -12.0)]
    return loft(np.array(rows), around=False)


def lights(draw: Draw) -> None:
    """One of the ways in which products are lit."""
    match draw.weighted({"window": 3, "softboxes": 3, "overcast": 2, "sun": 2}):
        case "window":
            surroundings(draw, draw.between(0.35, 0.7))
            side = draw.side() * draw.between(50, 110)
            lamp(draw, side, draw.between(20, 50), size=draw.between(1.2, 2.5), power=110)
        case "softboxes":
            surroundings(draw, draw.between(0.3, 0.6))
            side = draw.side()
            for angle, power in ((draw.between(25, 70), 90), (draw.between(-100, -30), 40)):
                height = draw.between(30, 65)
                lamp(draw, side * angle, height, size=draw.between(0.8, 1.8), power=power)
        case "overcast":
            surroundings(draw, draw.between(0.8, 1.1))
            lamp(draw, draw.between(-60, 60), draw.between(60, 88), size=3.0, power=60)
        case "sun":
            surroundings(draw, draw.between(0.4, 0.7))
            _sun(draw)


def lamp(draw: Draw, side: float, height: float, *, size: float, power: float) -> None:
    """A soft box, 4 m from the product; angles in degrees from the camera side and the table."""
    data = bpy.data.lights.new("softbox", "AREA")
    data.shape, data.size, data.size_y = "RECTANGLE", size, size * draw.between(0.6, 1.6)
    data.energy, data.color = power, _warmth(draw)
    _aimed(data, 4.0 * _direction(side, height))


def _sun(draw: Draw) -> None:
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.angle = draw.between(1.8, 3.2), np.radians(draw.between(1.0, 7.0))
    data.color = _warmth(draw)
    side, height = draw.side() * draw.between(40, 130), draw.between(28, 60)
    _aimed(data, 5.0 * _direction(side, height))
    if draw.chance(0.5):
        _window_frame(draw, side, height)


def _window_frame(draw: Draw, side: float, height: float) -> None:
    """Bars between sun and table, whose shadows fall across the picture."""
    dark = materials.paper((0.02, 0.02, 0.02))
    spacing = draw.between(0.7, 1.3)
    for number in range(-2, 4):
        bar = box(8.0, 0.02, draw.between(0.06, 0.12)).moved(y=-3.0, z=spacing * (number + 0.4))
        bar = bar.turned("x", -height * 0.5).turned("z", side)
        place(bar, dark).visible_camera = False


def _aimed(data: Any, position: Points) -> None:
    light = bpy.data.objects.new("light", data)
    light.location = position + np.array((0, 0, 0.3))
    light.rotation_euler = Vector(-position).to_track_quat("-Z", "Y").to_euler()
    light.visible_camera = False
    bpy.context.scene.collection.objects.link(light)


def _direction(side: float, height: float) -> Points:
    side, height = np.radians(side), np.radians(height)
    flat = np.cos(height)
    return np.array([np.sin(side) * flat, -np.cos(side) * flat, np.sin(height)])


def _warmth(draw: Draw) -> Colour:
    return named(draw.one_of(("#ffffff", "#fff8ef", "#fff3e6", "#f4f8ff", "#fffaf5")))


def surroundings(draw: Draw, strength: float) -> None:
    """A drawn room all around: bright above, dark below, windows and furniture to be mirrored."""
    width, height = SKY_SIZE
    up = np.linspace(-1, 1, height)[:, None, None]
    ceiling, ground = np.array(_warmth(draw)), np.array(draw.colour(colours.EARTHS, colours.GREYS))
    room = np.clip(0.5 + up * 0.8, 0, 1) * ceiling * 0.9 + np.clip(0.5 - up * 0.8, 0, 1) * ground
    room = np.broadcast_to(room, (height, width, 3)).copy()
    for _ in range(draw.whole(3, 6)):
        _patch(draw, room, draw.between(0.2, 0.7), bright=draw.between(0.05, 0.4))
    for _ in range(draw.whole(2, 4)):
        _patch(draw, room, draw.between(0.55, 0.8), bright=draw.between(3.0, 8.0))
    image = bpy.data.images.new("room", width, height, float_buffer=True)
    pixels = np.concatenate([room, np.ones((height, width, 1))], -1).astype(np.float32)
    image.pixels.foreach_set(pixels.reshape(-1))
    _hang_up(image, strength / float(room.mean()) * 0.6, draw.between(0, 360))


def _patch(draw: Draw, room: Points, level: float, *, bright: float) -> None:
    """Paint a soft-edged rectangle (window, lamp, shelf) at a level of 0 (floor) to 1."""
    height, width = room.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    x = (x + draw.whole(0, width)) % width - width / 2
    half_x, half_y = draw.between(4, 18), draw.between(5, 14)
    inside = np.minimum(half_x - np.abs(x), half_y - np.abs(y - level * height))
    weight = np.clip(inside / 2.0, 0, 1)[..., None]
    room[:] = room * (1 - weight) + weight * bright * np.array(_warmth(draw))


def _hang_up(image: Any, strength: float, turn: float) -> None:
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    nodes, links = world.node_tree.nodes, world.node_tree.links
    picture = nodes.new("ShaderNodeTexEnvironment")
    picture.image = image
    mapping, where = nodes.new("ShaderNodeMapping"), nodes.new("ShaderNodeTexCoord")
    mapping.inputs["Rotation"].default_value[2] = np.radians(turn)
    background = nodes["Background"]
    background.inputs["Strength"].default_value = strength
    links.new(where.outputs["Generated"], mapping.inputs["Vector"])
    links.new(mapping.outputs[0], picture.inputs[0])
    links.new(picture.outputs[0], background.inputs["Color"])
