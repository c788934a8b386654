"""What workers put on the queue for the window: frozen values with the number of their job."""

from dataclasses import dataclass
from typing import Any

from product_gui.jobs.problem import Problem


@dataclass(frozen=True, slots=True)
class Started:
    """A worker took the job up."""


@dataclass(frozen=True, slots=True)
class Held:
    """The work reached a pause."""


@dataclass(frozen=True, slots=True)
class Reported:
    """The work reported an event."""

    event: Any


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The work gave a result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The work raised an error."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Ended:
    """The work ended without a result, as the user had asked."""


Payload = Started | Held | Reported | Succeeded | Failed | Ended


@dataclass(frozen=True, slots=True)
class Message:
    """News of one job."""

    job: int
    payload: Payload
