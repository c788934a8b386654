"""``ml-core decide``: leave photos out, keep them or count them to another category."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.console import Console, ProgressDisplay
from ml_core.control import Control
from ml_core.errors import DatasetError

if TYPE_CHECKING:
    from ml_core.dataset.decisions import Decisions, PhotoKey
    from ml_core.dataset.photos import Dataset, Photo

Keys = Mapping[Path, "PhotoKey"]
"""What decisions name a photo by, by its absolute path."""


def decide(arguments: argparse.Namespace, console: Console, control: Control) -> int:
    """Decide about photos, and list what is decided."""
    from ml_core.dataset.decisions import load_decisions, save_decisions
    from ml_core.dataset.scan import scan_folder

    with ProgressDisplay(console) as display:
        dataset = scan_folder(arguments.folder, least_classes=0, report=display, control=control)
        keys = _keys(dataset, display, control) if _names_photos(arguments) else {}
    before = load_decisions(dataset.root)
    after = _decided(before, arguments, dataset, keys)
    if after != before:
        save_decisions(after)
    _show(after, console, as_json=arguments.json)
    return 0


def _names_photos(arguments: argparse.Namespace) -> bool:
    return bool(arguments.leave_out or arguments.move or arguments.keep)


def _keys(dataset: "Dataset", display: ProgressDisplay, control: Control) -> Keys:
    from ml_core.dataset.decisions import key_of
    from ml_core.dataset.health.measurement_store import MeasurementStore
    from ml_core.dataset.health.survey import readable

    with MeasurementStore() as store:
        usable, contents = readable(dataset, store=store, report=display, control=control)
    copies: dict[bytes, list[Photo]] = {content: [] for content in contents}
    for photo, content in zip(usable.photos, contents, strict=True):
        copies[content].append(photo)
    return {
        photo.path.absolute(): key_of(photo, content, dataset.root, copies=copies[content])
        for photo, content in zip(usable.photos, contents, strict=True)
        if photo.index is None
    }


def _decided(
    decisions: "Decisions", arguments: argparse.Namespace, dataset: "Dataset", keys: Keys
) -> "Decisions":
    """All that was asked for, or an error and nothing of it."""
    if arguments.undo is not None:
        decisions = _undone(decisions, arguments.undo)
    if arguments.leave_out:
        decisions = decisions.leave_out(_chosen(arguments.leave_out, dataset, keys))
    if arguments.move:
        category, *photos = arguments.move
        _require_category(category, dataset)
        decisions = decisions.move(_chosen(photos, dataset, keys), category)
    if arguments.keep:
        kind, *photos = arguments.keep
        _require_kind(kind)
        decisions = decisions.keep(_chosen(photos, dataset, keys), kind=kind)
    if arguments.merge:
        for category in arguments.merge:
            _require_category(category, dataset)
        decisions = decisions.merge(*arguments.merge)
    return decisions.mend_leaks() if arguments.mend_leaks else decisions


def _undone(decisions: "Decisions", number: int) -> "Decisions":
    try:
        return decisions.undo(number or None)
    except KeyError:
        what = f"no decision number {number}" if number else "no decision"
        raise DatasetError(
            f"There is {what} in force about {decisions.root}.",
            mend="See 'ml-core decide FOLDER' for those that are.",
            path=decisions.root,
        ) from None


def _chosen(names: Iterable[str], dataset: "Dataset", keys: Keys) -> "list[PhotoKey]":
    """Photos named from here, or from within the folder."""
    found = []
    for name in names:
        places = (Path(name).absolute(), (dataset.root / name).absolute())
        key = next((keys[place] for place in places if place in keys), None)
        if key is None:
            raise DatasetError(
                f"{name} is no photo of {dataset.root} that can be used.",
                mend="Name it as it lies in the folder: category/photo.jpg.",
                path=dataset.root,
            )
        found.append(key)
    if not found:
        raise DatasetError(
            "No photo was named.", expected="One or more were expected.", path=dataset.root
        )
    return found


def _require_category(name: str, dataset: "Dataset") -> None:
    if name not in dataset.class_names:
        raise DatasetError(
            f'There is no category "{name}".',
            expected=f"There are: {', '.join(dataset.class_names)}.",
            path=dataset.root,
        )


def _require_kind(kind: str) -> None:
    from ml_core.dataset.health.finding import Kind

    if kind not in list(Kind):
        raise DatasetError(
            f'There is no kind of finding called "{kind}".',
            expected=f"Known are: {', '.join(Kind)}.",
        )


def _show(decisions: "Decisions", console: Console, *, as_json: bool) -> None:
    from ml_core.dataset.report.summary import decision_sentence, decisions_json

    if as_json:
        console.result_json(decisions_json(decisions))
        return
    console.result(f"Decisions in force: {len(decisions.active):,}")
    for decision in decisions.active:
        console.result(f"  {decision.number}. {decision_sentence(decision)}")
