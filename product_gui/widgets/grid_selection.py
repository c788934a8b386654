"""Which photos of a grid are selected, as files are in a file manager."""


class Selection:
    """Places of photos: the current one, and those that are selected with it."""

    def __init__(self, *, can_be_many: bool = False) -> None:
        self._can_be_many = can_be_many
        self.current: int | None = None
        self._anchor = 0
        self._places: set[int] = set()

    def __contains__(self, index: int) -> bool:
        return index in self._places

    @property
    def places(self) -> list[int]:
        """All selected ones, in order."""
        return sorted(self._places)

    def clear(self) -> None:
        """Select nothing."""
        self.current, self._anchor, self._places = None, 0, set()

    def choose(self, index: int) -> None:
        """This one alone."""
        self.current = self._anchor = index
        self._places = {index}

    def extend(self, index: int) -> None:
        """All from where the selection began to this one."""
        if not self._can_be_many or self.current is None:
            return self.choose(index)
        self.current = index
        self._places = set(range(min(self._anchor, index), max(self._anchor, index) + 1))
        return None

    def toggle(self, index: int) -> None:
        """Add this one, or take it away."""
        if not self._can_be_many:
            return self.choose(index)
        self.current = self._anchor = index
        self._places ^= {index}
        return None

    def all(self, count: int) -> None:
        """Select so many: all."""
        if self._can_be_many:
            self._places = set(range(count))
            self.current = self.current or 0
