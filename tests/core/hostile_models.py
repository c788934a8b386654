"""Model files that could hurt, made from a good one, each with the sentence it is refused by."""

import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_core.model_file import members
from tests.core.hostile_networks import NETWORKS
from tests.core.model_files import contents_of
from tests.core.spoiling import (
    CONFIG,
    WEIGHTS,
    Hostile,
    Make,
    described,
    hostile,
    packed,
    with_bytes,
    with_members,
)

HOSTILE: dict[str, Hostile] = dict(NETWORKS)


# The archive.


def _second_member(name: str, content: bytes = b"x", attributes: int = 0) -> Any:
    def make(good: Path, folder: Path) -> Path:
        path = packed(contents_of(good), folder)
        information = zipfile.ZipInfo(name)
        information.external_attr = attributes << 16
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(information, content)
        return path

    return make


def _zero_byte(good: Path, folder: Path) -> Path:
    """A name that ends at the zero byte for some programs, and later for others."""
    path = _second_member("product_classifier/x?.py")(good, folder)
    path.write_bytes(path.read_bytes().replace(b"x?.py", b"x\0.py"))
    return path


def _two_stories(content: bytes) -> bytes:
    """The archive's directory and the member's own header give different names."""
    return content.replace(b"config.json", b"konfig.json", 1)


def _gap(good: Path, folder: Path) -> Path:
    """Another archive hidden between the members and the directory."""
    with zipfile.ZipFile(good) as archive:
        start = archive.start_dir
    content, hidden = good.read_bytes(), b"PK\x03\x04 hidden" * 40
    end = bytearray(content[-22:])
    struct.pack_into("<L", end, 16, start + len(hidden))
    path = folder / "m.keras"
    path.write_bytes(content[:start] + hidden + content[start:-22] + end)
    return path


def _flipped(name: str) -> Make:
    def make(good: Path, folder: Path) -> Path:
        content = bytearray(good.read_bytes())
        with zipfile.ZipFile(good) as archive:
            place = archive.getinfo(name).header_offset + 30 + len(name) + 700
        content[place] ^= 16
        path = folder / "m.keras"
        path.write_bytes(content)
        return path

    return make


for _name, _make, _sentence in (
    ("climbs out", _second_member("../../evil.txt"), "a part is named '../../evil.txt'"),
    ("absolute name", _second_member("/evil.txt"), "a part is named '/evil.txt'"),
    ("name with a zero byte", _zero_byte, "a part is named"),
    ("name of another script", _second_member("c\u043enfig.json"), "a part is named"),
    ("very long name", _second_member("n" * 5000), "a part is named"),
    ("same name twice", _second_member(CONFIG, b"{}"), "two of its parts have the same name"),
    (
        "same name in capitals",
        _second_member("CONFIG.JSON", b"{}"),
        "two of its parts have the same",
    ),
    ("a link", _second_member("link", b"/etc/passwd", 0o120777), "not a file but a link"),
    ("a device", _second_member("device", b"", 0o020666), "not a file but a link or a device"),
    (
        "a program",
        _second_member("setup.py", b"import os"),
        "does not belong into a model: 'setup.py'",
    ),
    ("assets", _second_member("assets/vocabulary.txt"), "does not belong into a model: 'assets/"),
    ("too many parts", with_members({f"p{number}": b"" for number in range(300)}), "it has 30"),
    (
        "picture in front",
        with_bytes(lambda c: b"\xff\xd8\xff\xe0\0\x10JFIF" + c),
        "is not a model file",
    ),
    (
        "archive in front",
        with_bytes(lambda c: c[:30] + b"config.json" + c),
        "belong to none of its parts",
    ),
    ("archive behind", with_bytes(lambda c: c + c), "belong to none of its parts"),
    ("text behind", with_bytes(lambda c: c + b"#!/bin/sh\n"), "follows after its end"),
    ("something between", _gap, "belong to none of its parts"),
    ("two stories", with_bytes(_two_stories), "is described in two ways"),
    ("bit flip in the config", _flipped(CONFIG), "config.json cannot be read (Bad CRC-32"),
    ("bit flip in the weights", _flipped(WEIGHTS), "model.weights.h5 cannot be read (Bad CRC-32"),
    (
        "bit flip in the network",
        _flipped(members.EMBEDDER),
        "embedder.tflite cannot be read (Bad CRC",
    ),
):
    HOSTILE[_name] = Hostile(_make, _sentence)


@hostile(
    HOSTILE, "checksum", "damaged: the checksum of product_classifier/embedder.tflite does not fit"
)
def _other_checksum(good: Path, folder: Path) -> Path:
    contents = contents_of(good)
    return packed({**contents, members.EMBEDDER: contents[members.EMBEDDER] + b"\0"}, folder)


def _cut(share: float) -> Make:
    return with_bytes(lambda content: content[: max(5, int(share * len(content)))])


for _number in range(20):
    HOSTILE[f"cut off at {_number * 5} %"] = Hostile(_cut(_number / 20), "is damaged or cut off")


# Files that are something else.


def _file(content: bytes, name: str = "m.keras") -> Make:
    def make(good: Path, folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


@hostile(HOSTILE, "folder", "is a folder")
def _folder(good: Path, folder: Path) -> Path:
    (folder / "m.keras").mkdir()
    return folder / "m.keras"


@hostile(HOSTILE, "wrong ending", 'its name ends in ".jpg"')
def _wrong_ending(good: Path, folder: Path) -> Path:
    return _file(good.read_bytes(), "mug.jpg")(good, folder)


@hostile(HOSTILE, "pipe", "is not an ordinary file")
def _pipe(good: Path, folder: Path) -> Path:
    os.mkfifo(folder / "m.keras")
    return folder / "m.keras"


for _name, _make, _sentence in (
    ("nothing", lambda good, folder: folder / "gone.keras", "There is no file"),
    ("empty", _file(b""), "is empty"),
    ("text", _file(b"Dear reader,\n" * 90), "is not a model file"),
    ("photo", _file(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(999)), "is not a model file"),
    ("pickle", _file(b"\x80\x04\x8c\x02os\x8c\x06system\x93."), "is not a model file"),
    ("old Keras file", _file(b"\x89HDF\r\n\x1a\n" + bytes(900)), "is not a model file"),
    ("made by a newer version", described(format_version=99), "made by a newer version"),
    ("too few labels", described(class_names=["mug", "lamp"]), "contradicts itself"),
    ("too many labels", described(class_names=list("abcdefg")), "contradicts itself"),
    ("label twice", described(class_names=["mug", "mug", "a", "b", "c"]), "4 of them different"),
    (
        "label in disguise",
        described(class_names=["mug\u202egpj.exe", "b", "c", "d", "e"]),
        "unusable category",
    ),
    (
        "label commands a terminal",
        described(class_names=["\x1b[2J", "b", "c", "d", "e"]),
        "unusable category",
    ),
    (
        "label leads elsewhere",
        described(class_names=["../../etc", "b", "c", "d", "e"]),
        "unusable category",
    ),
    (
        "label of a home folder",
        described(class_names=["~/.bashrc", "b", "c", "d", "e"]),
        "unusable category",
    ),
    (
        "very long label",
        described(class_names=["m" * 100_000, "b", "c", "d", "e"]),
        "unusable category",
    ),
    (
        "another input",
        described(input={"size": 1024, "channels": 3, "resize": "pad"}),
        "contradicts itself",
    ),
):
    HOSTILE[_name] = Hostile(_make, _sentence)


def made(good: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Every hostile file, each in a folder of its own."""
    for number, (name, one) in enumerate(HOSTILE.items()):
        place = folder / str(number)
        place.mkdir(parents=True)
        yield name, one.make(good, place)
