"""The Classify page's table as text: for a spreadsheet's paste and as a CSV file."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from ml_core import storage
from product_gui.presenters.classify_state import Row
from product_gui.text import classify as words

_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheet programs read accents wrongly."""


def as_text(rows: Sequence[Row]) -> str:
    """The table with tabulators between the columns."""
    lines = io.StringIO()
    writer = csv.writer(lines, dialect="excel-tab", lineterminator="\n")
    writer.writerow(
        (
            words.COLUMN_NAME,
            words.COLUMN_CATEGORY,
            words.COLUMN_CONFIDENCE,
            words.COLUMN_RELIANCE,
        )
    )
    writer.writerows(
        (row.name, row.category or row.error, _share(row), _reliance(row)) for row in rows
    )
    return lines.getvalue()


def write_csv(rows: Sequence[Row], destination: Path) -> None:
    """Write the table as a file. Raises StorageError."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(words.CSV_COLUMNS)
    writer.writerows(_values(row) for row in rows)
    storage.write_text(destination, _BYTE_ORDER_MARK + lines.getvalue())


def _values(row: Row) -> tuple[str, ...]:
    second, share = row.top[1] if len(row.top) > 1 else ("", None)
    shown = "" if share is None else f"{share:.4f}"
    return (
        str(row.path), row.category, _share(row), row.reliance or "", second, shown, row.error,
    )  # fmt: skip


def _reliance(row: Row) -> str:
    return words.RELIANCE[row.reliance] if row.reliance is not None else ""


def _share(row: Row) -> str:
    return f"{row.confidence:.4f}" if row.category else ""
