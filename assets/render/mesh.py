"""Shapes as arrays of points: lofts, lathes, tubes and boxes, before Blender sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""Positions, shape (..., 3), or (..., 2) in a plane."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Points, shape (n, 3); faces as point numbers; one material number a face."""

    points: Points
    faces: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...]

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Self:
        return type(self)(self.points + np.array((x, y, z)), self.faces, self.slots)

    def turned(self, axis: str, degrees: float) -> Self:
        return type(self)(self.points @ rotation(axis, degrees).T, self.faces, self.slots)

    def scaled(self, *factors: float) -> Self:
        return type(self)(self.points * np.array(factors), self.faces, self.slots)


def rotation(axis: str, degrees: float) -> Points:
    """The matrix, shape (3, 3), that turns around a main axis, right-handed."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def joined(meshes: Iterable[Mesh]) -> Mesh:
    points: list[Points] = []
    faces: list[tuple[int, ...]] = []
    slots: list[int] = []
    start = 0
    for mesh in meshes:
        points.append(mesh.points)
        faces += [tuple(start + corner for corner in face) for face in mesh.faces]
        slots += mesh.slots
        start += len(mesh.points)
    return Mesh(np.concatenate(points), tuple(faces), tuple(slots))


def loft(
    rings: ArrayLike,
    *,
    around: bool = True,
    along: bool = False,
    caps: bool = False,
    slots: ArrayLike = 0,
) -> Mesh:
    """Skin over rings of points, shape (rings, points, 3).

    Args:
        rings: The cross-sections, in order.
        around: Each ring is closed.
        along: The last ring meets the first.
        caps: Close both ends with a flat face.
        slots: Material number, one for all or shape (rings - 1, points).
    """
    rings = np.asarray(rings, float)
    count, width = rings.shape[:2]
    rows = np.arange(count if along else count - 1)[:, None]
    columns = np.arange(width if around else width - 1)[None, :]
    after, beside = (rows + 1) % count, (columns + 1) % width
    corners = [rows * width + columns, rows * width + beside]
    corners += [after * width + beside, after * width + columns]
    quads = np.stack(corners, -1)
    numbers = np.broadcast_to(slots, quads.shape[:2]).reshape(-1).tolist()
    faces = [tuple(face) for face in quads.reshape(-1, 4).tolist()]
    if caps:
        faces += [tuple(range(width))[::-1], tuple(range((count - 1) * width, count * width))]
        numbers += [numbers[0], numbers[-1]]
    return Mesh(rings.reshape(-1, 3), tuple(faces), tuple(numbers))


def lathe(profile: ArrayLike, *, segments: int = 72, slots: ArrayLike = 0) -> Mesh:
    """Turn a profile of (radius, height) around the z axis; ``slots`` one a profile step."""
    profile = np.asarray(profile, float)
    rings = [ring(circle(segments) * max(radius, 1e-5), height) for radius, height in profile]
    return loft(np.array(rings), slots=np.reshape(slots, (-1, 1)))


def prism(outline: Points, low: float, high: float) -> Mesh:
    """A plane outline, shape (n, 2), as a plate between two heights."""
    return loft(np.array([ring(outline, low), ring(outline, high)]), caps=True)


def box(width: float, depth: float, height: float) -> Mesh:
    """A box standing on z = 0 around the z axis."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, depth / 2)
    return prism(corners, 0.0, height)


def ball(radius: float, *, segments: int = 32) -> Mesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, segments // 2)
    return lathe(np.stack([np.cos(angle), np.sin(angle)], -1) * radius, segments=segments)


def tube(
    path: ArrayLike,
    section: ArrayLike | float,
    *,
    closed: bool = False,
    up: Sequence[float] = (0, 0, 1),
    scale: ArrayLike = 1.0,
) -> Mesh:
    """Sweep a section along a path, shape (n, 3).

    Args:
        path: The middle line.
        section: Outline, shape (m, 2), as (sideways, up); or the radius of a round one.
        closed: The path is a loop.
        up: Which way "up" of the section points; must never be along the path.
        scale: Size of the section, one for all or one a path point.
    """
    path = np.asarray(path, float)
    outline = circle(12) * section if np.isscalar(section) else np.asarray(section, float)
    forward = _unit(
        np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    )
    side = _unit(np.cross(forward, np.asarray(up, float)))
    upward = np.cross(side, forward)
    outline = outline[None] * np.broadcast_to(scale, len(path))[:, None, None]
    rings = path[:, None] + outline[..., :1] * side[:, None] + outline[..., 1:] * upward[:, None]
    return loft(rings, along=closed, caps=not closed)


def curve(points: ArrayLike, count: int, *, closed: bool = False) -> Points:
    """A smooth line (centripetal enough: Catmull-Rom) through points, shape (count, dimensions)."""
    points = np.asarray(points, float)
    if closed:
        points = np.concatenate([points[-1:], points, points[:2]])
    else:
        points = np.concatenate(
            [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
        )
    place = np.linspace(0, len(points) - 3, count, endpoint=not closed)
    start = np.minimum(place.astype(int), len(points) - 4)
    t = (place - start)[:, None]
    a, b, c, d = (points[start + k] for k in range(4))
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def filleted(points: ArrayLike, radius: float, *, closed: bool = False, steps: int = 5) -> Points:
    """A line with its corners rounded off."""
    points = np.asarray(points, float)
    result: list[Points] = [] if closed else [points[0]]
    for k in range(0 if closed else 1, len(points) if closed else len(points) - 1):
        here, before, after = points[k], points[k - 1], points[(k + 1) % len(points)]
        result += _arc(here, before - here, after - here, radius=radius, steps=steps)
    return np.array(result if closed else [*result, points[-1]])


def _arc(corner: Points, back: Points, on: Points, *, radius: float, steps: int) -> list[Points]:
    back_length, on_length = np.linalg.norm(back), np.linalg.norm(on)
    reach = min(radius, 0.49 * back_length, 0.49 * on_length)
    start, end = corner + back / back_length * reach, corner + on / on_length * reach
    return [
        (1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end
        for t in np.linspace(0, 1, steps)
    ]


def circle(count: int) -> Points:
    """The unit circle, shape (count, 2), starting at (1, 0)."""
    return superellipse(count, 2.0)


def superellipse(count: int, exponent: float) -> Points:
    """|x|^e + |y|^e = 1 (Lamé): a circle for 2, nearly a square for 8."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    waves = np.stack([np.cos(angle), np.sin(angle)], -1)
    return waves / (np.abs(waves) ** exponent).sum(-1, keepdims=True) ** (1 / exponent)


def rectangle(width: float, depth: float, radius: float, *, steps: int = 6) -> Points:
    """A rectangle with round corners around the origin."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, depth / 2)
    return filleted(corners, radius, closed=True, steps=steps)


def ring(outline: Points, height: float) -> Points:
    """A plane outline lifted to a height: shape (n, 2) to (n, 3)."""
    return np.concatenate([outline, np.full((len(outline), 1), height)], axis=1)


def _unit(vectors: Points) -> Points:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
