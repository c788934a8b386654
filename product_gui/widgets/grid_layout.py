"""Where each photo of a grid stands: row by row, groups of photos kept side by side."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate


class GridLayout:
    """Rows and columns for any number of photos; nothing is kept for a photo that has no group.

    ``groups`` are the sizes of groups, in order and covering all photos: a group begins a new row
    unless all of it still fits into the row. Without groups every row is full.
    """

    def __init__(self, count: int, groups: Sequence[int] = ()) -> None:
        self.count = count
        self._groups = groups
        self._starts = list(accumulate(groups, initial=0))
        self._columns = 0
        self._places: list[tuple[int, int]] = []
        self._firsts: list[int] = []
        self.set_columns(1)

    @property
    def columns(self) -> int:
        """Photos that fit into a row."""
        return self._columns

    def set_columns(self, columns: int) -> None:
        """Lay out anew for another width."""
        if columns != self._columns:
            self._columns = columns
            if self._groups:
                self._lay_out()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._firsts) if self._groups else -(-self.count // self._columns)

    def place(self, index: int) -> tuple[int, int]:
        """Row and column of a photo."""
        return self._places[index] if self._groups else divmod(index, self._columns)

    def shown(self, first_row: int, last_row: int) -> range:
        """The photos of these rows, the last one included."""
        return range(self._first_of(first_row), self._first_of(last_row + 1))

    def index_at(self, row: int, column: int) -> int | None:
        """The photo in this place; None where there is none."""
        index = self._first_of(row) + column
        is_there = row >= 0 and 0 <= column < self._columns and index < self._first_of(row + 1)
        return index if is_there else None

    def step(self, index: int, rows: int) -> int:
        """The photo so many rows below, or the nearest one there is."""
        row, column = self.place(index)
        row = max(0, min(row + rows, self.rows - 1))
        return min(self._first_of(row) + column, self._first_of(row + 1) - 1)

    def group_of(self, index: int) -> range:
        """The photos of the same group; without groups the photo alone."""
        if not self._groups:
            return range(index, index + 1)
        number = bisect_right(self._starts, index) - 1
        return range(self._starts[number], self._starts[number + 1])

    def groups_in(self, indices: range) -> Iterator[range]:
        """The groups that these photos belong to."""
        index = indices.start
        while self._groups and index < indices.stop:
            group = self.group_of(index)
            yield group
            index = group.stop

    def _first_of(self, row: int) -> int:
        if not self._groups:
            return max(0, min(row * self._columns, self.count))
        return self._firsts[row] if 0 <= row < len(self._firsts) else self.count * (row > 0)

    def _lay_out(self) -> None:
        self._places, self._firsts = [], []
        row, column = -1, self._columns
        for size in self._groups:
            if column + size > self._columns:
                row, column = row + 1, 0
                self._firsts.append(len(self._places))
            for _ in range(size):
                if column == self._columns:
                    row, column = row + 1, 0
                    self._firsts.append(len(self._places))
                self._places.append((row, column))
                column += 1
