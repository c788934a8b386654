"""Photos, curves and categories for the gallery, made up and always the same."""

import math
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from product_gui.widgets.choice_cards import Choice
from product_gui.widgets.live_plot import Curves, EpochPoint

LONG: Final = "Hand-painted porcelain tea cup with a saucer and a very long name that never ends"
RECIPES: Final = (
    Choice(
        "fast",
        "Fast",
        "A network that knows pictures already learns your categories.",
        "bolt",
        "about 1 minute",
    ),
    Choice(
        "best",
        "Best",
        "The same, then the network itself is tuned to your photos.",
        "sparkle",
        "about 20 minutes",
    ),
    Choice(
        "scratch",
        "From scratch",
        "A small network learns from your photos alone.",
        "sprout",
        "about 15 minutes",
    ),
)
CLASSES: Final = (
    ("Dress", 309, ""),
    ("Hat", 149, ""),
    ("Longsleeve", 594, ""),
    ("Outwear", 246, ""),
    ("Pants", 560, ""),
    (LONG, 12, "needs 8 more"),
    ("Shoes", 349, ""),
    ("Shorts", 247, ""),
    ("Skirt", 136, ""),
    ("T-shirt", 768, ""),
)


def load_photos(folder: Path | None) -> list[Image.Image]:
    """Up to forty photos of a folder, or drawn ones."""
    if folder is None:
        return [drawn_photo(number) for number in range(40)]
    files = sorted(folder.rglob("*.jpg"))
    return [Image.open(file).convert("RGB") for file in files[:: max(1, len(files) // 40)]]


def drawn_photo(number: int) -> Image.Image:
    """A bottle, a cup or a box in some colour on a pale ground."""
    ground = ("#E9E4DA", "#DCE5E8", "#F2F2F0", "#E6DFE8")[number * 7 % 4]
    tint = ("#B4532A", "#2F6B5E", "#31507E", "#C79A2B", "#8A2F45")[number * 3 % 5]
    size = ((600, 800), (800, 600), (700, 700))[number // 2 % 3]
    photo = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(photo)
    width, height = photo.size
    middle, floor = width // 2, int(height * 0.82)
    draw.ellipse((middle - 190, floor - 24, middle + 190, floor + 30), fill="#C9C4BB")
    if number % 3 == 0:
        draw.rounded_rectangle((middle - 80, floor - 330, middle + 80, floor), 30, fill=tint)
        draw.rectangle((middle - 30, floor - 420, middle + 30, floor - 320), fill=tint)
    elif number % 3 == 1:
        draw.ellipse((middle + 60, floor - 220, middle + 200, floor - 70), outline=tint, width=26)
        draw.rounded_rectangle((middle - 140, floor - 260, middle + 130, floor), 40, fill=tint)
    else:
        draw.rectangle((middle - 170, floor - 240, middle + 170, floor), fill=tint)
        draw.rectangle((middle - 170, floor - 240, middle + 170, floor - 190), fill="#FFFFFF")
    return photo


def sample_curves(epochs: int, done: int) -> Curves:
    """Curves as training makes them."""
    points = []
    for epoch in range(done):
        rest = math.exp(-epoch / 5)
        wobble = 0.02 * math.sin(epoch * 2.3)
        points.append(
            EpochPoint(
                0.18 + 1.5 * rest,
                0.42 + 1.3 * rest + wobble + 0.006 * epoch,
                0.96 - 0.65 * rest,
                0.87 - 0.55 * rest - wobble,
            )
        )
    best = max(range(done), key=lambda i: points[i].validation_accuracy, default=-1) + 1
    return Curves(tuple(points), epochs, best or None, ((12, "Fine-tuning"),) if done > 12 else ())
