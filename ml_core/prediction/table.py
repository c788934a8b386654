"""Many answers as a table that every spreadsheet opens: UTF-8 marked as such, a photo a row."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ml_core import storage
from ml_core.prediction.classifier import Prediction


@contextmanager
def table_into(path: Path, *, top: int) -> Iterator[Callable[[Prediction], None]]:
    """Give a function that adds a row; the file appears, whole, when the block ends.

    Args:
        path: The file; replaced if it exists.
        top: How many categories a row names, the best first.

    Raises:
        StorageError: The disk refused; ``path`` is then as it was.
    """
    with (
        storage.replacing(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file)
        ranks = range(2, top + 1)
        writer.writerow(
            ["path", "category", "confidence", "state", "error"]
            + [f"{what} {rank}" for rank in ranks for what in ("category", "confidence")]
        )
        yield lambda prediction: writer.writerow(_row(prediction))


def _row(prediction: Prediction) -> list[str]:
    others = [text for name, share in prediction.top[1:] for text in (name, f"{share:.4f}")]
    confidence = "" if prediction.error else f"{prediction.confidence:.4f}"
    return [
        str(prediction.path),
        prediction.category or "",
        confidence,
        prediction.state or "",
        prediction.error or "",
        *others,
    ]
