"""The program's own icon: a price tag with a tick, on the accent colour."""

from typing import Final

from PIL import Image, ImageDraw

from product_gui.theme import colours

_GRID: Final = 64
_FINER: Final = 4
_TAG: Final = ((15, 15), (33, 15), (51, 33), (33, 51), (15, 33))
_TICK: Final = ((26.5, 33), (32, 38.5), (41.5, 28.5))


def draw_program_icon(size: int) -> Image.Image:
    """The icon as an RGBA picture of ``size`` pixels square."""
    large = size * _FINER
    unit = large / _GRID
    picture = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, large - 1, large - 1), 14 * unit, fill=colours.ACCENT_BAR[0])
    _stroke(draw, (*_TAG, _TAG[0]), unit, width=8, colour="#FFFFFF")
    draw.polygon([(x * unit, y * unit) for x, y in _TAG], fill="#FFFFFF")
    _stroke(draw, _TICK, unit, width=5.5, colour=colours.ACCENT[0])
    _dot(draw, (21.5, 21.5), unit, radius=2.6)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _stroke(
    draw: ImageDraw.ImageDraw,
    points: tuple[tuple[float, float], ...],
    unit: float,
    *,
    width: float,
    colour: str,
) -> None:
    scaled = [(x * unit, y * unit) for x, y in points]
    draw.line(scaled, fill=colour, width=round(width * unit), joint="curve")
    half = width * unit / 2
    for x, y in scaled:
        draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)


def _dot(
    draw: ImageDraw.ImageDraw, middle: tuple[float, float], unit: float, *, radius: float
) -> None:
    x, y = (value * unit for value in middle)
    size = radius * unit
    draw.ellipse((x - size, y - size, x + size, y + size), fill=colours.ACCENT[0])
