"""One function over many items on all processor cores, results in order, memory flat."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from ml_core.control import Control

Item = TypeVar("Item")
Result = TypeVar("Result")

LOOK_AHEAD = 8
"""Items in flight per thread: enough that one slow item does not idle the others."""


def map_in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    threads: int | None = None,
    control: Control | None = None,
) -> Iterator[Result]:
    """Like ``map``, with ``function`` running in threads; worthwhile where it releases the lock.

    Decoding (Pillow), hashing and LiteRT all release Python's lock. Only a bounded number of
    results exists at any time, so ``items`` may be endless. The threads end with the iterator.

    Args:
        function: Called once an item; what it raises ends the iteration.
        items: Any iterable, consumed as results are taken.
        threads: Number of threads; None for one a core.
        control: Obeyed before each result.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    threads = threads or os.cpu_count() or 1
    remaining = iter(items)
    with ThreadPoolExecutor(threads, thread_name_prefix="map-in-order") as pool:
        waiting: deque[Future[Result]] = deque(
            pool.submit(function, item) for item in islice(remaining, threads * LOOK_AHEAD)
        )
        try:
            while waiting:
                if control:
                    control.checkpoint()
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(remaining, 1))
                yield result
        finally:
            for future in waiting:
                future.cancel()
