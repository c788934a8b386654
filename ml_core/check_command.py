"""``ml-core check``: what is wrong with a folder of photos, as text, JSON, web page and table."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ml_core.console import Console, ProgressDisplay, aligned
from ml_core.control import Control
from ml_core.errors import StorageError
from ml_core.outputs import require_report_place
from ml_core.undo_command import INTERRUPTED, moved_lines, outcome_json

if TYPE_CHECKING:
    from ml_core.dataset.health.health import Health
    from ml_core.file_moves import Outcome

_SHOWN: Final = 3
"""So many cases of one kind are told; the report has them all."""


def check(arguments: argparse.Namespace, console: Console, control: Control) -> int:
    """Say what is wrong with a folder of photos."""
    from ml_core.dataset.health.health import check_dataset
    from ml_core.dataset.scan import scan_folder

    _require_places(arguments)
    with ProgressDisplay(console) as display:
        dataset = scan_folder(arguments.folder, least_classes=0, report=display, control=control)
        health = check_dataset(
            dataset, with_labels=arguments.labels, report=display, control=control
        )
        _write_reports(arguments, health, display, control)
        moved = _move_files(arguments, health, display, control)
    _show(health, moved, console, as_json=arguments.json)
    for written in filter(None, (arguments.report, arguments.csv)):
        console.note(f"Saved {written}")
    if health.split is None:
        console.note(f"ml-core: {health.problem}")
    if moved and moved.was_stopped:
        return INTERRUPTED
    return 0 if health.split else 1


def _show(health: "Health", moved: "Outcome | None", console: Console, *, as_json: bool) -> None:
    if as_json:
        from ml_core.dataset.report.summary import to_json

        told = {"moved": outcome_json(moved)} if moved else {}
        console.result_json(to_json(health) | told)
        return
    for line in _told(health):
        console.result(line)
    if moved:
        console.result("")
        for line in moved_lines(moved):
            console.result(line)


def _move_files(
    arguments: argparse.Namespace, health: "Health", display: ProgressDisplay, control: Control
) -> "Outcome | None":
    if not arguments.move_files:
        return None
    from ml_core.dataset.decided_moves import carry_out_decisions

    return carry_out_decisions(
        health, left_out_to=arguments.left_out_to, report=display, control=control
    )


def _require_places(arguments: argparse.Namespace) -> None:
    """Before the work, not after it."""
    if arguments.left_out_to and not arguments.move_files:
        raise StorageError(
            "--left-out-to says where files are to be moved.", mend="Add --move-files to move them."
        )
    if arguments.report:
        require_report_place(arguments.report, (".html", ".htm"), overwrite=arguments.force)
    if arguments.csv:
        require_report_place(arguments.csv, (".csv",), overwrite=arguments.force)


def _write_reports(
    arguments: argparse.Namespace, health: "Health", display: ProgressDisplay, control: Control
) -> None:
    if arguments.report:
        from ml_core.dataset.report.page import write_page

        write_page(health, arguments.report, report=display, control=control)
    if arguments.csv:
        from ml_core.dataset.report.table import write_table

        write_table(health, arguments.csv)


def _told(health: "Health") -> Iterator[str]:
    """The whole check in lines, a blank one between its parts."""
    parts = (_classes, _findings, _left_out, _decisions, _not_checked)
    for number, lines in enumerate(filter(None, (list(part(health)) for part in parts))):
        yield from ([""] if number else [])
        yield from lines


def _classes(health: "Health") -> Iterator[str]:
    from ml_core.dataset.report.summary import groups_sentence, parts_by_class

    parts = parts_by_class(health)
    totals = health.dataset.counts()
    heads = ("Photos", *(name.capitalize() for name in parts if name))
    columns = [totals, *(counts for name, counts in parts.items() if name)]
    names = sorted(totals, key=lambda name: -totals[name])
    yield from aligned(
        [
            ("Category", *heads),
            *((name, *(f"{column[name]:,}" for column in columns)) for name in names),
            ("all", *(f"{sum(column.values()):,}" for column in columns)),
        ]
    )
    if health.split:
        yield f"Split: {groups_sentence(health)}"


def _findings(health: "Health") -> Iterator[str]:
    from ml_core.dataset.report.summary import by_kind

    groups = by_kind(health.findings)
    counts = ", ".join(
        f"{number:,} {severity.value}{'s' * (number != 1)}"
        for severity, number in health.counts().items()
        if number
    )
    yield f"Found: {counts or 'nothing wrong'}"
    rows = [(group.severity.value, group.title, f"{len(group.findings):,}") for group in groups]
    lines = aligned(rows, words=2) if rows else []
    for line, group in zip(lines, groups, strict=True):
        yield f"  {line}"
        yield from _cases([finding.what for finding in group.findings])
    if health.settled:
        yield f"  {len(health.settled):,} more are settled by your decisions."


def _left_out(health: "Health") -> Iterator[str]:
    from ml_core.dataset.report.summary import by_reason, place_below

    if not health.left_out:
        return
    found = len(health.left_out) + len(health.dataset.photos)
    yield f"Left out: {len(health.left_out):,} of {found:,} found"
    for reason, files in by_reason(health.left_out):
        yield f"  {len(files):,} x {reason}"
        yield from _cases([place_below(file.path, health.dataset.root) for file in files])


def _cases(sentences: Sequence[str]) -> Iterator[str]:
    for sentence in sentences[:_SHOWN]:
        yield f"      {sentence}"
    if len(sentences) > _SHOWN:
        yield f"      and {len(sentences) - _SHOWN:,} more"


def _decisions(health: "Health") -> Iterator[str]:
    from ml_core.dataset.report.summary import decision_sentence

    active = health.decisions.active
    if not active:
        return
    yield f"Decisions in force: {len(active):,}"
    dormant = {decision.number: reason for decision, reason in health.decided.dormant}
    for decision in active:
        reason = dormant.get(decision.number)
        remark = f" Not followed: {reason}" if reason else ""
        yield f"  {decision.number}. {decision_sentence(decision)}{remark}"


def _not_checked(health: "Health") -> Iterator[str]:
    yield from health.omitted
