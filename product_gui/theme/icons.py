"""Our icons: strokes on a grid of 24 units, drawn when first needed at the size that is needed."""

import math
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

Point = tuple[float, float]
_GRID: Final = 24
_FINER: Final = 8
# Units of the grid: large icons have finer strokes.
_STROKE: Final = 1.8
_STROKE_LARGE: Final = 1.2
_SMALL, _LARGE = 28, 56


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(_ICONS))


@lru_cache(maxsize=256)
def draw_icon(name: str, size: int, colour: str) -> Image.Image:
    """The icon as an RGBA picture of ``size`` pixels square.

    Raises:
        KeyError: there is no icon of that name.
    """
    drawing = _Drawing(size)
    for part in _ICONS[name]:
        drawing.add(part)
    return drawing.tinted(colour)


class _Drawing:
    """A mask drawn large; scaled down at the end, which makes the edges smooth."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._unit = size * _FINER / _GRID
        self._stroke = _stroke(size) * self._unit
        self._mask = Image.new("L", (size * _FINER, size * _FINER), 0)
        self._draw = ImageDraw.Draw(self._mask)

    def add(self, part: tuple[str, tuple[float, ...]]) -> None:
        kind, numbers = part
        getattr(self, kind)(numbers)

    def line(self, numbers: tuple[float, ...]) -> None:
        points = [
            (numbers[i] * self._unit, numbers[i + 1] * self._unit)
            for i in range(0, len(numbers), 2)
        ]
        width = self._stroke
        self._draw.line(points, fill=255, width=round(width), joint="curve")
        for x, y in points:
            self._dot_at(x, y, width / 2)

    def arc(self, numbers: tuple[float, ...]) -> None:
        """Centre x, centre y, radius, start and end in degrees clockwise from the right."""
        x, y, radius, start, end = numbers
        steps = max(2, int(abs(end - start) / 6))
        angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
        points = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]
        self.line(tuple(value for point in points for value in point))

    def circle(self, numbers: tuple[float, ...]) -> None:
        self.arc((*numbers, 0, 360))

    def disc(self, numbers: tuple[float, ...]) -> None:
        x, y, radius = (number * self._unit for number in numbers)
        self._dot_at(x, y, radius)

    def fill(self, numbers: tuple[float, ...]) -> None:
        points = [
            (numbers[i] * self._unit, numbers[i + 1] * self._unit)
            for i in range(0, len(numbers), 2)
        ]
        self._draw.polygon(points, fill=255)

    def frame(self, numbers: tuple[float, ...]) -> None:
        """Left, top, right, bottom and corner radius."""
        left, top, right, bottom, radius = numbers
        self.line((left + radius, top, right - radius, top))
        self.line((left + radius, bottom, right - radius, bottom))
        self.line((left, top + radius, left, bottom - radius))
        self.line((right, top + radius, right, bottom - radius))
        for x, y, start in (
            (left + radius, top + radius, 180),
            (right - radius, top + radius, 270),
            (right - radius, bottom - radius, 0),
            (left + radius, bottom - radius, 90),
        ):
            self.arc((x, y, radius, start, start + 90))

    def tinted(self, colour: str) -> Image.Image:
        mask = self._mask.resize((self._size, self._size), Image.Resampling.BOX)
        picture = Image.new("RGBA", mask.size, colour)
        picture.putalpha(mask)
        return picture

    def _dot_at(self, x: float, y: float, radius: float) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _stroke(size: int) -> float:
    share = min(1.0, max(0.0, (size - _SMALL) / (_LARGE - _SMALL)))
    return _STROKE + (_STROKE_LARGE - _STROKE) * share


_STAR: Final = (
    12, 3.4, 14.3, 9.4, 20.7, 9.8, 15.7, 13.8, 17.4, 20, 12, 16.5,
    6.6, 20, 8.3, 13.8, 3.3, 9.8, 9.7, 9.4, 12, 3.4,
)  # fmt: skip

_ICONS: Final[dict[str, tuple[tuple[str, tuple[float, ...]], ...]]] = {
    "alert": (
        ("line", (12, 3.5, 21.5, 20, 2.5, 20, 12, 3.5)),
        ("line", (12, 10, 12, 14)),
        ("disc", (12, 17, 1.1)),
    ),
    "arrow_down": (("line", (6, 9.5, 12, 15.5, 18, 9.5)),),
    "arrow_left": (("line", (19, 12, 5, 12)), ("line", (11, 6, 5, 12, 11, 18))),
    "arrow_right": (("line", (9.5, 6, 15.5, 12, 9.5, 18)),),
    "arrow_up": (("line", (6, 15, 12, 9, 18, 15)),),
    "bolt": (("line", (13, 2.8, 5, 13.5, 11.5, 13.5, 10.5, 21.2, 19, 10.2, 12.3, 10.2, 13, 2.8)),),
    "chart": (
        ("line", (3.5, 3.5, 3.5, 20.5, 20.5, 20.5)),
        ("line", (7.5, 15.5, 11, 11, 14, 13.5, 19.5, 6.5)),
    ),
    "check": (("line", (5, 12.5, 10, 17.5, 19.5, 7)),),
    "chevron_left": (("line", (14.5, 6, 8.5, 12, 14.5, 18)),),
    "circle_check": (("circle", (12, 12, 9)), ("line", (8, 12.3, 11, 15.2, 16.2, 9.3))),
    "circle_cross": (("circle", (12, 12, 9)), ("line", (9, 9, 15, 15)), ("line", (15, 9, 9, 15))),
    "circle_question": (
        ("circle", (12, 12, 9)),
        ("arc", (12, 9.8, 2.6, 180, 385)),
        ("line", (14.4, 10.9, 12, 12.6, 12, 13.6)),
        ("disc", (12, 16.8, 1.1)),
    ),
    "clock": (("circle", (12, 12, 9)), ("line", (12, 6.8, 12, 12, 15.5, 14))),
    "close": (("line", (6, 6, 18, 18)), ("line", (18, 6, 6, 18))),
    "copy": (
        ("frame", (8.5, 8.5, 20.5, 20.5, 2)),
        ("line", (5, 15.5, 3.5, 15.5, 3.5, 3.5, 15.5, 3.5, 15.5, 5)),
    ),
    "cube": (
        ("line", (12, 2.8, 20, 7.2, 20, 16.8, 12, 21.2, 4, 16.8, 4, 7.2, 12, 2.8)),
        ("line", (4, 7.2, 12, 11.8, 20, 7.2)),
        ("line", (12, 11.8, 12, 21.2)),
    ),
    "export": (
        ("line", (12, 15, 12, 3.5)),
        ("line", (7, 8.2, 12, 3.2, 17, 8.2)),
        ("line", (4, 14.5, 4, 20.5, 20, 20.5, 20, 14.5)),
    ),
    "file": (
        ("line", (13.5, 3, 5.5, 3, 5.5, 21, 18.5, 21, 18.5, 8, 13.5, 3)),
        ("line", (13.5, 3, 13.5, 8, 18.5, 8)),
    ),
    "folder": (("line", (3, 19.5, 3, 4.5, 9.2, 4.5, 11.4, 7.2, 21, 7.2, 21, 19.5, 3, 19.5)),),
    "info": (("circle", (12, 12, 9)), ("line", (12, 11, 12, 16.2)), ("disc", (12, 7.8, 1.1))),
    "minus": (("line", (5, 12, 19, 12)),),
    "more": (("disc", (5.5, 12, 1.5)), ("disc", (12, 12, 1.5)), ("disc", (18.5, 12, 1.5))),
    "pause": (("line", (8.5, 5.5, 8.5, 18.5)), ("line", (15.5, 5.5, 15.5, 18.5))),
    "photo": (
        ("frame", (3, 4, 21, 20, 2.2)),
        ("circle", (8.4, 9.2, 1.7)),
        ("line", (3.4, 17.4, 8.8, 13, 12, 15.6, 16, 11.4, 20.6, 16)),
    ),
    "photos": (
        ("frame", (6.5, 3, 21, 16.5, 2)),
        ("line", (7, 14, 11.4, 10.2, 14, 12.4, 17, 9.4, 20.6, 13)),
        ("line", (3, 7.5, 3, 20.5, 17, 20.5)),
    ),
    "play": (("line", (7, 4.5, 19, 12, 7, 19.5, 7, 4.5)),),
    "plus": (("line", (5, 12, 19, 12)), ("line", (12, 5, 12, 19))),
    "redo": (("arc", (12, 12, 8, -60, 210)), ("line", (16, 1.8, 16.2, 5.4, 12.6, 6.2))),
    "review": (
        ("frame", (3, 3.5, 21, 20.5, 2)),
        ("line", (3, 9.2, 21, 9.2)),
        ("line", (9.2, 3.5, 9.2, 20.5)),
        ("line", (12.4, 14.8, 14.4, 16.8, 17.8, 12.8)),
    ),
    "search": (("circle", (10.5, 10.5, 6.5)), ("line", (15.4, 15.4, 20.5, 20.5))),
    "settings": (
        ("line", (3.5, 7, 10, 7)),
        ("line", (15, 7, 20.5, 7)),
        ("circle", (12.5, 7, 2.3)),
        ("line", (3.5, 17, 6, 17)),
        ("line", (11, 17, 20.5, 17)),
        ("circle", (8.5, 17, 2.3)),
    ),
    "sparkle": (
        (
            "line",
            (
                12,
                2.8,
                14.2,
                9.8,
                21.2,
                12,
                14.2,
                14.2,
                12,
                21.2,
                9.8,
                14.2,
                2.8,
                12,
                9.8,
                9.8,
                12,
                2.8,
            ),
        ),
    ),
    "sprout": (
        ("line", (12, 21, 12, 11)),
        ("arc", (12, 4.4, 6.6, 90, 178)),
        ("line", (5.4, 4.6, 8.2, 4.6)),
        ("arc", (8, 8.6, 4.1, -80, 0)),
        ("arc", (19, 14.3, 7, 180, 268)),
        ("line", (18.8, 7.3, 20, 7.3, 20, 9)),
        ("arc", (13, 9, 7, 0, 95)),
    ),
    "star": (("line", _STAR),),
    "star_filled": (("fill", _STAR), ("line", _STAR)),
    "stop": (("frame", (5.5, 5.5, 18.5, 18.5, 1.6)),),
    "tag": (
        ("line", (3.5, 3.5, 12, 3.5, 20.8, 12.3, 12.3, 20.8, 3.5, 12, 3.5, 3.5)),
        ("disc", (8, 8, 1.4)),
    ),
    "train": (
        ("line", (2.6, 9, 12, 4.4, 21.4, 9, 12, 13.6, 2.6, 9)),
        ("line", (6.2, 11, 6.2, 16.4)),
        ("line", (17.8, 11, 17.8, 16.4)),
        ("arc", (12, 12.2, 7.2, 36, 144)),
        ("line", (21.4, 9, 21.4, 14.6)),
    ),
    "trash": (
        ("line", (4, 6.5, 20, 6.5)),
        ("line", (9, 6.2, 9, 3.5, 15, 3.5, 15, 6.2)),
        ("line", (6, 6.8, 7, 20.5, 17, 20.5, 18, 6.8)),
    ),
    "undo": (("arc", (12, 12, 8, 240, -30)), ("line", (8, 1.8, 7.8, 5.4, 11.4, 6.2))),
    "upload": (
        ("line", (12, 16, 12, 5)),
        ("line", (7.4, 9.4, 12, 4.8, 16.6, 9.4)),
        ("line", (4.5, 19.5, 19.5, 19.5)),
    ),
}
