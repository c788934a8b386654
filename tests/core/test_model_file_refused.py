"""One clear sentence for each way in which a file is no model."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.errors import ModelFileError
from ml_core.model_file import inspect as inspection
from ml_core.model_file import members, zip_layout
from ml_core.model_file.read import read, read_manifest
from tests.core.model_files import changed, contents_of, redescribed, refusal, zip_to


def test_there_is_no_file(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "gone.keras").what


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "m.keras").mkdir()
    assert "is a folder" in refusal(tmp_path / "m.keras").what


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.keras")
    assert "not an ordinary file" in refusal(tmp_path / "m.keras").what


def test_no_permission(fast_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in refusal(fast_model).what


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK", "is not a model file"),
        (b"just some text\n" * 50, "is not a model file"),
        (b"\xff\xd8\xff\xe0 a photo", "is not a model file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is not a model file"),
        (b"PK\x03\x04" + bytes(1000), "damaged or cut off"),
    ],
)
def test_other_contents(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(content)
    assert sentence in refusal(path).what


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_file_cut_off_anywhere(fast_model: Path, tmp_path: Path, share: float) -> None:
    content = fast_model.read_bytes()
    path = tmp_path / "cut.keras"
    path.write_bytes(content[: int(len(content) * share)])
    assert "damaged or cut off" in refusal(path).what


def test_an_archive_behind_something_else(fast_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(b"\xff\xd8\xff\xe0JFIF" + fast_model.read_bytes())
    assert "is not a model file" in refusal(path).what


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    error = refusal(zip_to(tmp_path / "photos.keras", {"a.jpg": b"..."}))
    assert "was not made by this program" in error.what


def test_a_plain_keras_archive(fast_model: Path, tmp_path: Path) -> None:
    plain = {n: c for n, c in contents_of(fast_model).items() if not n.startswith(members.FOLDER)}
    assert "config.json" in plain
    error = refusal(zip_to(tmp_path / "plain.keras", plain))
    assert "was not made by this program" in error.what


@pytest.mark.parametrize("name", [members.EMBEDDER, members.KERNEL, members.BIAS])
def test_a_missing_member(fast_model: Path, tmp_path: Path, name: str) -> None:
    contents = contents_of(fast_model)
    del contents[name]
    assert name in refusal(zip_to(tmp_path / "m.keras", contents)).what


@pytest.mark.parametrize("name", [members.EMBEDDER, members.KERNEL, members.BIAS])
def test_a_member_that_was_exchanged(fast_model: Path, tmp_path: Path, name: str) -> None:
    contents = contents_of(fast_model)
    contents[name] = contents[name][:-1] + bytes([contents[name][-1] ^ 1])
    error = refusal(zip_to(tmp_path / "m.keras", contents))
    assert f"the checksum of {name} does not fit" in error.what


def test_a_flipped_bit(fast_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    content = bytearray(fast_model.read_bytes())
    with zipfile.ZipFile(fast_model) as archive:
        place = archive.getinfo(members.EMBEDDER).header_offset + 5000
    content[place] ^= 1
    path.write_bytes(content)
    assert "cannot be read (Bad CRC-32" in refusal(path).what


def test_damaged_packing(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model), kind=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(members.MANIFEST).header_offset
    content[start + 80 : start + 120] = b"\xff" * 40
    path.write_bytes(content)
    assert "cannot be read" in refusal(path).what


def test_a_member_locked_by_a_password(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(members.EMBEDDER).header_offset
    content[start + 6] |= 1
    entry = content.rindex(members.EMBEDDER.encode()) - 46
    content[entry + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refusal(path).what


def npy(array: Any) -> bytes:
    memory = io.BytesIO()
    np.save(memory, array, allow_pickle=True)
    return memory.getvalue()


HUGE_HEADER = (
    b"\x93NUMPY\x01\x00v\x00"
    + repr({"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**5)}).encode()
)


@pytest.mark.parametrize(
    ("kernel", "sentence"),
    [
        (npy(np.full((1280, 3), np.nan, np.float32)), "not finite numbers"),
        (npy(np.full((1280, 3), np.inf, np.float32)), "not finite numbers"),
        (npy(np.zeros((1280, 3), np.float64)), "not an array of 32-bit numbers"),
        (npy(np.zeros((1280, 2), np.float32)), r"(1280, 2)"),
        (npy(np.zeros((3, 1280), np.float32)), r"(3, 1280)"),
        (npy(np.zeros(3840, np.float32)), r"(3840,)"),
        (npy(np.array([{"an": "object"}], object)), members.KERNEL),
        (npy(np.zeros((1280, 3), np.float32))[:-4], members.KERNEL),
        (HUGE_HEADER.ljust(128) + b"\n", members.KERNEL),
        (b"", members.KERNEL),
        (b"PK\x03\x04 no array", members.KERNEL),
    ],
)
def test_heads_that_cannot_serve(
    fast_model: Path, tmp_path: Path, kernel: bytes, sentence: str
) -> None:
    assert sentence in str(refusal(changed(fast_model, tmp_path, kernel=kernel)))


def test_an_embedder_of_another_size(fast_model: Path, scratch_model: Path, tmp_path: Path) -> None:
    other = changed(fast_model, tmp_path, embedder=read(scratch_model).embedder)
    assert "Its network takes [(1, 32, 32, 3)]" in refusal(other).what


def test_an_embedder_that_gives_another_vector(
    fast_model: Path, scratch_model: Path, tmp_path: Path
) -> None:
    other = changed(fast_model, tmp_path, embedder=read(scratch_model).embedder)
    manifest = read_manifest(scratch_model)
    mixed = redescribed(other, tmp_path, input=manifest.to_json()["input"])
    assert "its network takes (64, 64, 3)" in refusal(mixed).what


def test_an_embedder_that_is_none(fast_model: Path, tmp_path: Path) -> None:
    error = refusal(changed(fast_model, tmp_path, embedder=b"no network" * 100))
    assert "Its network is damaged" in error.what


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_members_of_one_name(fast_model: Path, tmp_path: Path) -> None:
    path = zip_to(tmp_path / "m.keras", contents_of(fast_model))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(members.KERNEL, b"other")
    assert "two of its parts have the same name" in refusal(path).what


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "a/../../b", "product_classifier\\..\\x", "C:\\x"]
)
def test_names_that_lead_elsewhere(fast_model: Path, tmp_path: Path, name: str) -> None:
    path = zip_to(tmp_path / "m.keras", {**contents_of(fast_model), name: b"x"})
    assert "is not a safe model file: a part is named" in refusal(path).what


def test_too_many_members(fast_model: Path, tmp_path: Path) -> None:
    many = {f"part{number}": b"" for number in range(zip_layout.MOST_MEMBERS)}
    assert "parts" in refusal(zip_to(tmp_path / "m.keras", contents_of(fast_model) | many)).what


def test_a_member_that_claims_too_much(
    fast_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "LARGEST_MEMBER", 100_000)
    assert "claims" in refusal(fast_model).what


def test_a_description_that_unpacks_to_far_too_much(fast_model: Path, tmp_path: Path) -> None:
    contents = contents_of(fast_model)
    contents[members.MANIFEST] = b" " * (inspection.LARGEST_DESCRIPTION + 1)
    path = zip_to(tmp_path / "m.keras", contents, kind=zipfile.ZIP_DEFLATED)
    assert "would unpack to 4,194,305 bytes" in refusal(path).what


def test_any_damage_is_an_error_in_words(fast_model: Path, tmp_path: Path) -> None:
    """Nothing but ModelFileError, whatever bytes are changed; most changes are noticed."""
    content, random = fast_model.read_bytes(), np.random.default_rng(4)
    path = tmp_path / "m.keras"
    directory = content.rindex(members.FOLDER.encode()) - 2000
    for number in range(25):
        spoilt = bytearray(content)
        first = directory if number % 2 else 0
        for place in random.integers(first, len(content), 3):
            spoilt[place] = random.integers(256)
        path.write_bytes(spoilt)
        try:
            read(path)
        except ModelFileError as error:
            assert path.name in str(error)  # noqa: PT017 - sound files pass, too
