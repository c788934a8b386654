"""A folder of product photos with faults of every sort put into it, each named."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter


@dataclass(frozen=True)
class Planted:
    """Where the faults are, relative to the folder."""

    folder: Path
    exact: tuple[str, ...]
    near: tuple[str, ...]
    swapped: tuple[str, ...]
    dark: tuple[str, ...]
    blurred: tuple[str, ...]
    corrupt: tuple[str, ...]
    stray: tuple[str, ...]


def plant(photos: Path, *, swapped: int = 4) -> Planted:
    """Put faults into a folder with a sub-folder of at least twelve photos for each category."""
    categories = sorted(path for path in photos.iterdir() if path.is_dir())
    first, second = (sorted(folder.iterdir()) for folder in categories[:2])
    return Planted(
        photos,
        exact=tuple(_exact(photos, path) for path in first[:2]),
        near=tuple(_near(photos, path) for path in second[:3]),
        swapped=tuple(_swapped(photos, categories, swapped)),
        dark=tuple(_changed(photos, path, _darkened) for path in first[4:6]),
        blurred=tuple(_changed(photos, path, _blurred) for path in second[4:6]),
        corrupt=(_corrupt(photos, first[7]),),
        stray=(_stray(photos),),
    )


def _exact(photos: Path, path: Path) -> str:
    copy = path.with_name(f"{path.stem} copy{path.suffix}")
    shutil.copy(path, copy)
    return _place(photos, copy)


def _near(photos: Path, path: Path) -> str:
    copy = path.with_name(f"{path.stem} small{path.suffix}")
    with Image.open(path) as picture:
        size = (round(picture.width * 0.8), round(picture.height * 0.8))
        picture.convert("RGB").resize(size).save(copy, quality=80)
    return _place(photos, copy)


def _swapped(photos: Path, categories: Sequence[Path], number: int) -> list[str]:
    """Move photos to the next category, one from each in turn."""
    moved = []
    for place in range(number):
        source = categories[place % len(categories)]
        goal = categories[(place + 1) % len(categories)]
        path = sorted(source.glob(f"{source.name}*"))[-1 - place // len(categories)]
        path.rename(goal / f"stray {path.name}")
        moved.append(_place(photos, goal / f"stray {path.name}"))
    return moved


def _changed(photos: Path, path: Path, change: object) -> str:
    with Image.open(path) as picture:
        changed = change(picture.convert("RGB"))  # type: ignore[operator]
    changed.save(path, quality=90)
    return _place(photos, path)


def _darkened(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(0.2)


def _blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 40))


def _corrupt(photos: Path, path: Path) -> str:
    broken = path.with_name(f"{path.stem} broken{path.suffix}")
    whole = path.read_bytes()
    broken.write_bytes(whole[: len(whole) * 45 // 100])
    return _place(photos, broken)


def _stray(photos: Path) -> str:
    path = photos / "price list.txt"
    path.write_text("lamp 20, mug 5")
    return _place(photos, path)


def _place(photos: Path, path: Path) -> str:
    return path.relative_to(photos).as_posix()
