"""Render the sample photos: ``python -m assets.render``, or a sheet of some of them to look at."""

import argparse
import logging
from itertools import product
from pathlib import Path

from PIL import Image

from assets.render import develop, flaws
from assets.render.picture import Effort, render
from assets.render.products import CATEGORIES

logger = logging.getLogger(__name__)

SAMPLES = Path(__file__).parents[1] / "samples"
PER_CATEGORY = 40
TILE = 192


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _options()
    effort = Effort(samples=options.samples, threads=options.threads)
    numbers = range(options.first, options.first + options.count)
    if options.sheet:
        _sheet(options.only, numbers, effort).save(options.sheet, quality=90)
    else:
        _folders(options.only, numbers, effort)
        _flaws(effort)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m assets.render", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(CATEGORIES), default=list(CATEGORIES))
    parser.add_argument("--first", type=int, default=1, help="number of the first picture")
    parser.add_argument("--count", type=int, default=PER_CATEGORY, help="pictures a category")
    parser.add_argument("--samples", type=int, default=Effort().samples, help="light paths a pixel")
    parser.add_argument("--threads", type=int, default=Effort().threads)
    parser.add_argument("--sheet", type=Path, help="write one contact sheet instead of the folders")
    return parser.parse_args()


def _folders(categories: list[str], numbers: range, effort: Effort) -> None:
    """Render what is not there yet; a run that was broken off goes on where it stopped."""
    for number, category in product(numbers, categories):
        path = SAMPLES / category / f"{category}-{number:02}.jpg"
        if not path.exists():
            develop.save(render(category, number, effort), path)
            logger.info("%s", path.relative_to(SAMPLES))


def _flaws(effort: Effort) -> None:
    """Once the set is complete, add what real folders have as well."""
    if len(list(SAMPLES.glob("*/*.jpg"))) >= len(CATEGORIES) * PER_CATEGORY:
        develop.save(render(*flaws.STRAY, effort), SAMPLES / flaws.MISLABELLED)
        flaws.add(SAMPLES)


def _sheet(categories: list[str], numbers: range, effort: Effort) -> Image.Image:
    sheet = Image.new("RGB", (TILE * len(numbers), TILE * len(categories)), "white")
    for row, category in enumerate(categories):
        for column, number in enumerate(numbers):
            picture = render(category, number, effort)
            picture.thumbnail((TILE - 6, TILE - 6))
            sheet.paste(picture, (column * TILE + 3, row * TILE + 3))
            logger.info("%s %s", category, number)
    return sheet


if __name__ == "__main__":
    main()
