"""Where a picture is: a file of its own, or a place inside an IDX file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture that can be shown; ``index`` is its place inside an IDX file."""

    path: Path
    index: int | None = None

    @property
    def key(self) -> str:
        """Tells it from all others."""
        return str(self.path) if self.index is None else f"{self.path}#{self.index}"

    @property
    def name(self) -> str:
        """For people."""
        name = shown_name(self.path)
        return name if self.index is None else f"{name} #{self.index:,}"


def shown_name(path: Path) -> str:
    """A file's name for people: undecodable bytes and line breaks must not break a label."""
    name = path.name or str(path)
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "�" for sign in readable)
