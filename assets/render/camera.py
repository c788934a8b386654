"""Where the camera stands, and what its lens draws sharp."""

from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from assets.render.draw import Draw
from assets.render.mesh import Points
from assets.render.scene import Product, corners

LONGEST_SIDE = 256
SHAPES = (1.0, 1.0, 4 / 3, 3 / 4, 4 / 5, 3 / 2)
"""Width by height."""


def aim(draw: Draw, product: Product, azimuth: float) -> None:
    """Frame the product from one of its good sides, with the focus on its near half."""
    elevation = draw.between(*product.elevation)
    points = corners(product.things)
    axes = _axes(azimuth, elevation, draw.between(-2.5, 2.5))
    focal = draw.one_of((50.0, 65.0, 85.0, 105.0))
    aspect = _shape(draw, points @ axes.T)
    width, height = _resolution(aspect)
    middle = _middle(points @ axes.T) @ axes
    distance = _distance(points - middle, axes, focal, aspect) / draw.between(*product.fill)
    slip = 0.04 * distance * 36.0 / focal
    middle = middle + axes[0] * draw.between(-slip, slip) + axes[1] * draw.between(-slip, slip)
    _stand(middle + axes[2] * distance, axes, focal)
    _focus(draw, distance - 0.3 * float(np.ptp(points @ axes[2])))
    render = bpy.context.scene.render
    render.resolution_x, render.resolution_y = width, height


def _axes(azimuth: float, elevation: float, roll: float) -> Points:
    """Right, up and back of the camera as rows."""
    a, e, r = np.radians((azimuth, elevation, roll))
    back = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
    right = np.array([np.cos(a), np.sin(a), 0.0])
    up = np.cross(back, right)
    return np.array([np.cos(r) * right + np.sin(r) * up, np.cos(r) * up - np.sin(r) * right, back])


def _shape(draw: Draw, seen: Points) -> float:
    """The picture's shape: any, but never far from the product's own."""
    wide, high = np.ptp(seen[:, 0]), np.ptp(seen[:, 1])
    fitting = [shape for shape in SHAPES if 0.55 < shape * high / wide < 1.8]
    nearest = min(SHAPES, key=lambda shape: abs(np.log(shape * high / wide)))
    return draw.one_of(fitting or [nearest])


def _resolution(aspect: float) -> tuple[int, int]:
    if aspect >= 1:
        return LONGEST_SIDE, round(LONGEST_SIDE / aspect)
    return round(LONGEST_SIDE * aspect), LONGEST_SIDE


def _middle(seen: Points) -> Points:
    return (seen.min(0) + seen.max(0)) / 2


def _distance(points: Points, axes: Points, focal: float, aspect: float) -> float:
    """From how far the points just fill the picture; the longer side sees 36 mm of the sensor."""
    half = 18.0 / focal * np.array([min(1.0, aspect), min(1.0, 1 / aspect)])
    seen = points @ axes.T
    needed = seen[:, 2] + np.max(np.abs(seen[:, :2]) / half, axis=1)
    return float(needed.max())


def _stand(position: Points, axes: Points, focal: float) -> None:
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_fit, data.clip_start = focal, "AUTO", 0.01
    camera: Any = bpy.data.objects.new("camera", data)
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = axes.T, position
    camera.matrix_world = Matrix(matrix.tolist())
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera


def _focus(draw: Draw, distance: float) -> None:
    """Open the aperture by a share of the distance, so that blur looks alike at any scale."""
    data = bpy.context.scene.camera.data
    data.dof.use_dof = True
    data.dof.focus_distance = distance
    aperture = distance * draw.one_of((0.001, 0.004, 0.008, 0.014))
    data.dof.aperture_fstop = data.lens / 1000 / (2 * aperture)
