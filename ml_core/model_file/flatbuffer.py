"""Read FlatBuffers from a stranger: every step stays inside the bytes, or it is an error.

The format is that of the FlatBuffers internals page (tables, vtables, vectors; little endian).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

_FEWEST_BYTES = 12


class DamagedError(ValueError):
    """The bytes are no such FlatBuffer."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table; fields are asked for by their number in the schema."""

    content: bytes
    place: int

    @classmethod
    def root(cls, content: bytes, identifier: bytes) -> Self:
        if len(content) < _FEWEST_BYTES or content[4:8] != identifier:
            raise DamagedError("it does not begin as such a network does")
        return cls(content, _number(content, 0, "<I"))

    def number(self, field: int, kind: str = "<i", default: int = 0) -> int:
        """A scalar, by its struct format."""
        place = self._field(field)
        return _number(self.content, place, kind) if place else default

    def numbers(self, field: int, kind: str, *, most: int) -> tuple[int, ...]:
        """A vector of scalars."""
        start, length = self._vector(field, struct.calcsize(kind), most)
        return struct.unpack_from(f"<{length}{kind[-1]}", self.content, start) if length else ()

    def tables(self, field: int, *, most: int) -> Iterator["Table"]:
        """A vector of tables."""
        start, length = self._vector(field, 4, most)
        for place in range(start, start + 4 * length, 4):
            yield Table(self.content, place + _number(self.content, place, "<I"))

    def length(self, field: int) -> int:
        """How many bytes a vector of bytes has."""
        return self._vector(field, 1, len(self.content))[1]

    def has(self, field: int) -> bool:
        return bool(self._field(field))

    def _field(self, field: int) -> int:
        vtable = self.place - _number(self.content, self.place, "<i")
        entry = 4 + 2 * field
        if entry + 2 > _number(self.content, vtable, "<H"):
            return 0
        offset = _number(self.content, vtable + entry, "<H")
        return self.place + offset if offset else 0

    def _vector(self, field: int, item: int, most: int) -> tuple[int, int]:
        place = self._field(field)
        if not place:
            return 0, 0
        start = place + _number(self.content, place, "<I")
        length = _number(self.content, start, "<I")
        if length > most or start + 4 + length * item > len(self.content):
            raise DamagedError("a list in it is longer than it can be")
        return start + 4, length


def _number(content: bytes, place: int, kind: str) -> int:
    if not 0 <= place <= len(content) - struct.calcsize(kind):
        raise DamagedError("it points outside of itself")
    number: int = struct.unpack_from(kind, content, place)[0]
    return number
