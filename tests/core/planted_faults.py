"""A copy of a set of real photos, with faults of every kind put in where we know them."""

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

EXACT, NEAR, SWAPPED, DARK, BLURRED, CORRUPT = 60, 60, 40, 20, 20, 10


@dataclass
class Planted:
    """Where the faults are. Pairs are an original and its copy."""

    folder: Path
    exact: list[tuple[Path, Path]] = field(default_factory=list)
    near: list[tuple[Path, Path]] = field(default_factory=list)
    swapped: dict[Path, str] = field(default_factory=dict)
    dark: set[Path] = field(default_factory=set)
    blurred: set[Path] = field(default_factory=set)
    corrupt: set[Path] = field(default_factory=set)


def plant(source: Path, folder: Path, *, every: int = 1, seed: int = 0) -> Planted:
    """Copy ``source/<part>/<class>/photo``, every n-th photo, and spoil some of them."""
    for path in sorted(source.rglob("*.jpg"))[::every]:
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    dice = random.Random(seed)
    training = sorted((folder / "train").rglob("*.jpg"))
    chosen = iter(dice.sample(training, EXACT + NEAR + SWAPPED + DARK + BLURRED + CORRUPT))
    planted = Planted(folder)
    planted.exact = [_copied_exactly(next(chosen), folder, dice) for _ in range(EXACT)]
    planted.near = [_copied_nearly(next(chosen), folder, dice, n) for n in range(NEAR)]
    planted.swapped = dict(_swapped(next(chosen), dice) for _ in range(SWAPPED))
    planted.dark = {_darkened(next(chosen), dice) for _ in range(DARK)}
    planted.blurred = {_blurred(next(chosen), dice) for _ in range(BLURRED)}
    planted.corrupt = {_corrupted(next(chosen), n) for n in range(CORRUPT)}
    return planted


def _other_part(path: Path, folder: Path, dice: random.Random) -> Path:
    part = dice.choice(("validation", "test"))
    place = folder / part / path.parent.name
    place.mkdir(parents=True, exist_ok=True)
    return place


def _copied_exactly(path: Path, folder: Path, dice: random.Random) -> tuple[Path, Path]:
    place = dice.choice((path.parent, _other_part(path, folder, dice)))
    return path, Path(shutil.copyfile(path, place / f"exact copy of {path.name}"))


def _copied_nearly(path: Path, folder: Path, dice: random.Random, number: int) -> tuple[Path, Path]:
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    alter = (_encoded_again, _resized, _mirrored_and_cropped)[number % 3]
    copy = _other_part(path, folder, dice) / f"near copy of {path.name}"
    alter(photo, dice).save(copy, quality=dice.randint(60, 90))
    return path, copy


def _encoded_again(photo: Image.Image, dice: random.Random) -> Image.Image:
    packed = io.BytesIO()
    photo.save(packed, "JPEG", quality=dice.randint(30, 60))
    return Image.open(packed).convert("RGB")


def _resized(photo: Image.Image, dice: random.Random) -> Image.Image:
    scale = dice.uniform(0.5, 1.5)
    return photo.resize((round(photo.width * scale), round(photo.height * scale)))


def _mirrored_and_cropped(photo: Image.Image, dice: random.Random) -> Image.Image:
    left, top, right, bottom = (dice.uniform(0.02, 0.1) for _ in range(4))
    box = (left * photo.width, top * photo.height,
           (1 - right) * photo.width, (1 - bottom) * photo.height)  # fmt: skip
    return ImageOps.mirror(photo.crop(tuple(map(round, box))))


def _swapped(path: Path, dice: random.Random) -> tuple[Path, str]:
    others = sorted(folder for folder in path.parent.parent.iterdir() if folder != path.parent)
    return path.replace(dice.choice(others) / path.name), path.parent.name


def _changed(path: Path, change: Callable[[Image.Image], Image.Image]) -> Path:
    with Image.open(path) as opened:
        changed = change(opened.convert("RGB"))
    changed.save(path, quality=90)
    return path


def _darkened(path: Path, dice: random.Random) -> Path:
    light = dice.uniform(0.1, 0.35)
    return _changed(path, lambda photo: ImageEnhance.Brightness(photo).enhance(light))


def _blurred(path: Path, dice: random.Random) -> Path:
    radius = dice.uniform(2, 4)
    return _changed(path, lambda photo: photo.filter(ImageFilter.GaussianBlur(radius)))


def _corrupted(path: Path, number: int) -> Path:
    content = path.read_bytes()
    ways = (
        content[: len(content) // 2],
        content[:200],
        b"",
        bytes(len(content)),
        b"<html>404 Not Found</html>",
    )
    path.write_bytes(ways[number % len(ways)])
    return path
