"""Whether a file is one zip archive from its first byte to its last, with sound members."""

import re
import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

MOST_MEMBERS = 200
LARGEST_TOTAL = 2 << 30
HIGHEST_RATIO = 20
"""Of unpacked to packed bytes. Weights hardly shrink; deflate can reach 1,032."""
SMALL = 4 << 20
"""Members up to this many bytes may be packed as tightly as they like."""

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_EXTRA = 256
_DESCRIPTOR_SIZES = frozenset((12, 16, 20, 24))
_SIZES_FOLLOW, _ENCRYPTED = 0x0008, 0x0041
_SOUND_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)*/?")
_LONGEST_NAME = 120


def problems(archive: zipfile.ZipFile, file: IO[bytes], *, largest: int) -> Iterator[str]:
    """What is wrong with it, each as the second half of a sentence. Reads only headers.

    Args:
        archive: ``file`` as a zip.
        file: The same file.
        largest: Most bytes of one unpacked member.
    """
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        yield f"it has {len(members)} parts"
        return
    yield from _same_names(members)
    for member in members:
        yield from _member_problems(member, largest)
    if sum(member.file_size for member in members) > LARGEST_TOTAL:
        yield "its parts claim too many bytes together"
    yield from _layout_problems(archive, file)


def _same_names(members: list[zipfile.ZipInfo]) -> Iterator[str]:
    counts = Counter(member.filename.casefold().rstrip("/") for member in members)
    if any(count > 1 for count in counts.values()):
        yield "two of its parts have the same name"


def _member_problems(member: zipfile.ZipInfo, largest: int) -> Iterator[str]:
    shown = ascii(member.filename[:80])
    if not _has_sound_name(member):
        yield f"a part is named {shown}"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) and not (kind == stat.S_IFDIR and member.is_dir()):
        yield f"its part {shown} is not a file but a link or a device"
    if member.flag_bits & _ENCRYPTED:
        yield f"its part {shown} is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield f"its part {shown} is packed in an unusual way"
    if member.file_size > largest:
        yield f"its part {shown} claims {member.file_size:,} bytes"
    if member.file_size > SMALL and member.file_size > HIGHEST_RATIO * member.compress_size:
        yield f"its part {shown} would unpack to {member.file_size:,} bytes"


def _has_sound_name(member: zipfile.ZipInfo) -> bool:
    # The name as stored: zipfile cuts it at a zero byte and turns separators round.
    name = member.orig_filename
    return (
        len(name) <= _LONGEST_NAME
        and name == member.filename
        and _SOUND_NAME.fullmatch(name) is not None
        and ".." not in PurePosixPath(name).parts
    )


def _layout_problems(archive: zipfile.ZipFile, file: IO[bytes]) -> Iterator[str]:
    """One member after the other, then the directory, then the end; nothing between them."""
    end = _end_of_directory(file)
    if end is None:
        yield "something follows after its end"
        return
    place = 0
    for member in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if member.header_offset != place and not (
            place and member.header_offset - place in _DESCRIPTOR_SIZES
        ):
            yield "it holds bytes that belong to none of its parts"
            return
        data = _data_place(file, member)
        if data is None:
            yield f"its part {member.filename[:80]!a} is described in two ways"
            return
        place = data + member.compress_size
    directory = archive.start_dir
    has_gap = directory != place and directory - place not in _DESCRIPTOR_SIZES
    if has_gap or end != file.seek(0, 2) - _END.size:
        yield "it holds bytes that belong to none of its parts"


def _end_of_directory(file: IO[bytes]) -> int | None:
    """Where the directory says that it ends; None if the file does not end with its record."""
    file.seek(max(0, file.seek(0, 2) - _END.size))
    record = file.read(_END.size)
    if len(record) != _END.size:
        return None
    signature, *_, size, place, comment = _END.unpack(record)
    return place + size if (signature, comment) == (b"PK\x05\x06", 0) else None


def _data_place(file: IO[bytes], member: zipfile.ZipInfo) -> int | None:
    """Where the member's bytes begin; None if its own header and the directory disagree."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) != _LOCAL.size:
        return None
    signature, _, flags, method, _, _, _, packed, _, name_length, extra = _LOCAL.unpack(header)
    name = file.read(name_length)
    sizes_follow = flags & _SIZES_FOLLOW or packed == 0xFFFFFFFF
    agrees = (
        signature == b"PK\x03\x04"
        and name == member.orig_filename.encode()
        and (flags, method) == (member.flag_bits, member.compress_type)
        and (sizes_follow or packed == member.compress_size)
        and extra <= _LONGEST_EXTRA
    )
    return member.header_offset + _LOCAL.size + name_length + extra if agrees else None
