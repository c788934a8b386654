"""Cloth lying or hanging flat: an outline filled with triangles and raised by creases."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from mathutils import Vector
from mathutils.geometry import delaunay_2d_cdt

from assets.render.draw import Draw
from assets.render.mesh import Mesh, Points

EDGE = 0.012
"""Within this distance from its outline the cloth rises to its full height."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A crease that starts at a point, runs along a direction and fades."""

    start: tuple[float, float]
    angle: float
    long: float
    high: float
    wide: float
    bend: float
    phase: float

    @classmethod
    def drawn(
        cls,
        draw: Draw,
        start: tuple[float, float],
        degrees: float,
        *,
        long: tuple[float, float],
        high: tuple[float, float],
    ) -> Self:
        return cls(
            start=start,
            angle=float(np.radians(degrees)),
            long=draw.between(*long),
            high=draw.between(*high),
            wide=draw.between(0.012, 0.03),
            bend=draw.between(-0.06, 0.06),
            phase=draw.between(0, 6),
        )

    def height(self, points: Points) -> Points:
        """Ridge with a shallow valley on one side, shape (n, 2) to (n,)."""
        away = points - self.start
        along = (away @ (np.cos(self.angle), np.sin(self.angle))) / self.long
        across = away @ (-np.sin(self.angle), np.cos(self.angle))
        across = across - self.bend * along**2 - 0.006 * np.sin(9 * along + self.phase)
        wide = self.wide * (0.6 + 0.9 * np.clip(along, 0, 1.2))
        fade = np.clip(1.15 - along, 0, 1) * np.clip(along * 6 + 0.4, 0, 1)
        ridge = np.exp(-((across / wide) ** 2)) - 0.5 * np.exp(
            -(((across - 1.8 * wide) / wide) ** 2)
        )
        return self.high * fade * ridge


class Cloth:
    """One layer of cloth over the xy plane."""

    def __init__(self, outline: Points, folds: list[Fold], *, puff: float, seed: int) -> None:
        self.outline, self.folds, self.puff = outline, folds, puff
        random = np.random.default_rng(seed)
        self._waves = random.normal(size=(14, 2)) * random.uniform(3, 16, (14, 1))
        self._phases = random.uniform(0, 6.3, 14)

    def height(self, points: Points) -> Points:
        """How high the cloth lies, shape (n, 2) to (n,)."""
        rise = 1 - np.exp(-np.clip(self.inside(points), 0, None) / EDGE)
        folds = sum((fold.height(points) for fold in self.folds), np.zeros(len(points)))
        swell = np.sin(points @ self._waves.T + self._phases).sum(1) * 0.0011
        return self.puff * rise + (folds + swell) * (0.7 + 0.3 * rise)

    def inside(self, points: Points) -> Points:
        """Distance to the outline, shape (n,), negative outside."""
        start, end = self.outline, np.roll(self.outline, -1, 0)
        side = end - start
        away = points[:, None] - start[None]
        share = np.clip((away * side).sum(-1) / np.maximum((side**2).sum(-1), 1e-12), 0, 1)
        distance = np.linalg.norm(away - share[..., None] * side, axis=-1).min(1)
        return np.where(self._contains(points), distance, -distance)

    def _contains(self, points: Points) -> Points:
        """Even-odd rule."""
        (x, y), start, end = points.T, self.outline, np.roll(self.outline, -1, 0)
        x, y = x[:, None], y[:, None]
        crosses = (start[:, 1] > y) != (end[:, 1] > y)
        slope = (end[:, 0] - start[:, 0]) / (end[:, 1] - start[:, 1] + 1e-12)
        return ((crosses & (x < start[:, 0] + (y - start[:, 1]) * slope)).sum(1) % 2).astype(bool)

    def mesh(self, spacing: float) -> Mesh:
        border = _resampled(self.outline, spacing)
        low, high = border.min(0), border.max(0)
        x, y = np.meshgrid(np.arange(low[0], high[0], spacing), np.arange(low[1], high[1], spacing))
        x = x + (np.arange(len(y)) % 2 * spacing / 2)[:, None]
        grid = np.stack([x.reshape(-1), y.reshape(-1)], -1)
        grid = grid[self.inside(grid) > spacing * 0.5]
        points = np.concatenate([border, grid])
        edges = [(k, (k + 1) % len(border)) for k in range(len(border))]
        corners, _, faces, *_ = delaunay_2d_cdt([Vector(p) for p in points], edges, [], 1, 1e-6)
        flat = np.array([tuple(corner) for corner in corners])
        lifted = np.column_stack([flat, self.height(flat)])
        return Mesh(lifted, tuple(tuple(face) for face in faces), (0,) * len(faces))


def _resampled(outline: Points, spacing: float) -> Points:
    closed = np.concatenate([outline, outline[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.linspace(0, length[-1], round(length[-1] / spacing), endpoint=False)
    return np.stack([np.interp(at, length, closed[:, k]) for k in range(2)], -1)
