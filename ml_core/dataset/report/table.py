"""Findings as a table that every spreadsheet opens: a row for each photo of each finding."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ml_core import storage
from ml_core.dataset.decisions import place_of
from ml_core.dataset.health.finding import Finding
from ml_core.dataset.health.health import Health
from ml_core.dataset.report.summary import place_below

COLUMNS: Final = ("kind", "severity", "photo", "category", "suggested category", "message")
_COMMANDS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets take for a formula (OWASP: CSV injection)."""


def write_table(health: Health, path: Path) -> None:
    """Write the findings as CSV: UTF-8 marked as such. An existing file is replaced.

    Photos are named as they lie in the folder. A finding about no photo (a category with too few)
    has one row. A cell that a spreadsheet would take for a formula has ``'`` before it.

    Raises:
        StorageError: The disk refused; ``path`` is then as it was.
    """
    with (
        storage.replacing(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="", errors="replace") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for finding in health.findings:
            for place, category in _concerned(finding, health):
                cells = (place, category, finding.suggested_class, finding.message)
                writer.writerow([finding.kind, finding.severity, *map(_harmless, cells)])


def _concerned(finding: Finding, health: Health) -> Iterator[tuple[str, str]]:
    """Each photo or file of a finding with its category."""
    root, names = health.dataset.root, health.dataset.class_names
    for photo in finding.photos:
        yield place_of(photo, root), names[photo.class_index]
    for path in finding.paths:
        yield place_below(path, root), ""
    if not finding.photos and not finding.paths:
        yield "", "; ".join(finding.classes)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMMANDS) else cell
