"""``ml-core``: everything the library does, without a screen.

Results go to standard output (``--json``: one object a line), progress and notes to standard
error. Exit status: 0 done, 1 the input cannot be used, 2 wrong usage, 130 interrupted.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ml_core.arguments import build_parser
from ml_core.check_command import check
from ml_core.console import Console, ProgressDisplay
from ml_core.control import Control
from ml_core.decide_command import decide
from ml_core.errors import CoreError, Interrupted
from ml_core.events import PhaseStarted
from ml_core.import_command import import_model
from ml_core.outputs import require_table_place
from ml_core.runs_command import list_runs, resume
from ml_core.train_command import score_sentence, train
from ml_core.undo_command import INTERRUPTED, undo

if TYPE_CHECKING:
    from ml_core.prediction.classifier import Prediction

DONE, UNUSABLE_INPUT = 0, 1

Arguments = argparse.Namespace
Command = Callable[[Arguments, Console, Control], int]


def main() -> int:
    """Entry point of the ``ml-core`` command."""
    if getattr(sys, "frozen", False):  # a packed program starts itself for work apart
        import multiprocessing

        multiprocessing.freeze_support()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    arguments = build_parser().parse_args()
    return run(arguments, Console.apart_from_libraries())


def run(arguments: Arguments, console: Console) -> int:
    """Carry out parsed arguments; gives the exit status."""
    command = COMMANDS[arguments.command]
    with obeying_ctrl_c(console.note) as control:
        try:
            return command(arguments, console, control)
        except (Interrupted, KeyboardInterrupt):
            console.note("Interrupted; nothing was left behind.")
            return INTERRUPTED
        except CoreError as error:
            console.note(f"ml-core: {error}")
            return UNUSABLE_INPUT
        except BrokenPipeError:
            return DONE  # the reader of our output has seen enough
        except OSError as error:
            console.note(f"ml-core: {error.filename or 'output'}: {error.strerror or error}.")
            return UNUSABLE_INPUT


@contextmanager
def obeying_ctrl_c(tell: Callable[[str], None]) -> Iterator[Control]:
    """Ctrl+C stops and keeps; a second one cancels; a third one ends whatever is going on."""
    control = Control()

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's own shape
        if control.is_cancelling:
            raise KeyboardInterrupt
        if control.is_stopping:
            control.cancel()
            return
        control.stop()
        with suppress(RuntimeError):  # Python was writing a line at this very moment
            tell("Ending; what is finished is kept. Press Ctrl+C again to discard it.")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)


def architectures(arguments: Arguments, console: Console, _: Control) -> int:
    """List the networks that can be trained."""
    from ml_core.models.registry import ARCHITECTURES

    for_json = ("name", "parameters", "classes", "input_size", "channels", "pretrained")
    rows = [
        {key: getattr(network, key) for key in for_json} | {"description": network.description}
        for network in ARCHITECTURES.values()
    ]
    if arguments.json:
        console.result_json(rows)
        return DONE
    for row in rows:
        pretrained = "pretrained" if row["pretrained"] else "from scratch"
        console.result(
            f"{row['name']:20} {row['parameters']:>12,} parameters  {row['input_size']:>4} px"
            f"  {pretrained:13} {row['description']}"
        )
    return DONE


def classify(arguments: Arguments, console: Console, control: Control) -> int:
    """Say the category of photos."""
    from ml_core.prediction.classifier import Classifier, photos_under

    classifier = Classifier.open(arguments.model)
    paths = photos_under(arguments.paths)
    top = min(arguments.top, len(classifier.class_names))
    if arguments.csv:
        require_table_place(arguments.csv)
    answered = 0
    with (
        _table(arguments.csv, top) as write_row,
        ProgressDisplay(console, among_results=True) as display,
    ):
        plural = "" if len(paths) == 1 else "s"
        display(PhaseStarted("evaluate", f"Classifying {len(paths):,} photo{plural}"))
        try:
            for prediction in classifier.classify_many(
                paths, top=top, report=display, control=control
            ):
                answered += prediction.error is None
                write_row(prediction)
                with suppress(*_unread(arguments.csv)):
                    _show_answer(prediction, console, as_json=arguments.json)
        except Interrupted:
            console.note("Interrupted; the answers so far are kept.")
            return INTERRUPTED
    if not answered:
        console.note("ml-core: none of these is a photo that can be classified.")
        return UNUSABLE_INPUT
    return DONE


def evaluate(arguments: Arguments, console: Console, control: Control) -> int:
    """Measure a model on a folder of labelled photos."""
    from ml_core.evaluation.evaluate import evaluate_folder
    from ml_core.prediction.classifier import Classifier

    classifier = Classifier.open(arguments.model)
    with ProgressDisplay(console) as display:
        evaluation = evaluate_folder(classifier, arguments.folder, report=display, control=control)
    if arguments.json:
        console.result_json(
            {
                "accuracy": evaluation.accuracy,
                "interval": list(evaluation.interval),
                "photos": evaluation.photos,
                "skipped": len(evaluation.skipped),
                "macro_f1": evaluation.macro_f1,
                "per_class": {name: asdict(one) for name, one in evaluation.per_class.items()},
                "confusion": evaluation.confusion.tolist(),
                "classes": list(evaluation.class_names),
            }
        )
        return DONE
    console.result(score_sentence(evaluation, is_test=True))
    for name, score in evaluation.per_class.items():
        console.result(
            f"{name:24} precision {score.precision:6.1%}  recall {score.recall:6.1%}"
            f"  F1 {score.f1:6.1%}  {score.photos:>6,} photos"
        )
    return DONE


def export(arguments: Arguments, console: Console, control: Control) -> int:
    """Write a model for use elsewhere."""
    from ml_core.export.formats import export_model

    with ProgressDisplay(console) as display:
        exported = export_model(
            arguments.model,
            arguments.format,
            arguments.out,
            overwrite=arguments.overwrite,
            report=display,
            control=control,
        )
    if arguments.json:
        console.result_json(
            {"format": arguments.format}
            | {
                key: value if key == "bytes" else str(value)
                for key, value in asdict(exported).items()
            }
        )
    else:
        console.result(f"Saved {exported.path} ({exported.bytes / 1e6:,.1f} MB)")
        console.result(f"      {exported.labels}")
        console.result(f"      {exported.card}")
    return DONE


def inspect(arguments: Arguments, console: Console, _: Control) -> int:
    """Show what a model file says of itself."""
    from ml_core.model_file.read import read_manifest

    manifest = read_manifest(arguments.model)
    if arguments.json:
        console.result_json(manifest.to_json())
        return DONE
    scores = manifest.scores
    console.result(f"{manifest.name}, made {manifest.created}")
    console.result(f"{manifest.architecture}, {manifest.parameters:,} parameters")
    console.result(
        f"Photos: {manifest.input.size} px, {manifest.input.channels} channels,"
        f" resized by {manifest.input.resize}"
    )
    console.result(f"Categories ({len(manifest.class_names)}): {', '.join(manifest.class_names)}")
    for part, accuracy, photos in (
        ("Validation", scores.validation_accuracy, scores.validation_photos),
        ("Test", scores.test_accuracy, scores.test_photos),
    ):
        if accuracy is not None:
            console.result(f"{part} accuracy {accuracy:.1%} on {photos:,} photos")
    return DONE


COMMANDS: Mapping[str, Command] = {
    "architectures": architectures,
    "check": check,
    "decide": decide,
    "train": train,
    "resume": resume,
    "runs": list_runs,
    "classify": classify,
    "evaluate": evaluate,
    "export": export,
    "import": import_model,
    "inspect": inspect,
    "undo": undo,
}


@contextmanager
def _table(path: Path | None, top: int) -> Iterator[Callable[["Prediction"], None]]:
    """A function that adds a row to the table, or does nothing where none was asked for."""
    if path is None:
        yield lambda _: None
        return
    from ml_core.prediction.table import table_into

    with table_into(path, top=top) as write_row:
        yield write_row


def _unread(csv: Path | None) -> tuple[type[OSError], ...]:
    """What may happen to the answers on standard output without ending the work on a table."""
    return (BrokenPipeError,) if csv else ()


def _show_answer(prediction: "Prediction", console: Console, *, as_json: bool) -> None:
    if as_json:
        console.result_json({**asdict(prediction), "path": str(prediction.path)})
    else:
        console.result(_answer_line(prediction))


def _answer_line(prediction: "Prediction") -> str:
    if prediction.error:
        return f"{prediction.path}: {prediction.error}"
    return f"{prediction.path}: {prediction.category} ({prediction.confidence:.1%})"
