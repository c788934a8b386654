"""What can be seen of a widget that draws itself: its texts and the colours of its pixels."""

from pathlib import Path

from PIL import Image

from product_gui.widgets.painted import Painted
from tests.gui.stage import Stage


def texts(widget: Painted) -> list[str]:
    """All texts on the canvas, from the first drawn to the last."""
    canvas = widget.canvas
    items = [item for item in canvas.find_all() if canvas.type(item) == "text"]
    return [text for text in (str(canvas.itemcget(item, "text")) for item in items) if text]


def text_box(widget: Painted, text: str) -> tuple[int, int, int, int]:
    """Where a text stands on the canvas: left, top, right, bottom."""
    canvas = widget.canvas
    for item in canvas.find_all():
        if canvas.type(item) == "text" and canvas.itemcget(item, "text") == text:
            return canvas.bbox(item)
    raise AssertionError(f"{text!r} is not among {texts(widget)}")


def pixels(stage: Stage, widget: Painted, folder: Path) -> Image.Image:
    """What the screen shows of a widget, RGB."""
    file = stage.screenshot(folder / "screen.png")
    left, top = widget.canvas.winfo_rootx(), widget.canvas.winfo_rooty()
    width, height = widget.canvas.winfo_width(), widget.canvas.winfo_height()
    with Image.open(file) as picture:
        return picture.convert("RGB").crop((left, top, left + width, top + height))


def share_of(picture: Image.Image, colour: str) -> float:
    """How much of a picture has exactly this colour, 0 to 1."""
    wanted = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    counted = picture.getcolors(1 << 24) or []
    same = sum(count for count, value in counted if value == wanted)
    return same / (picture.width * picture.height)
