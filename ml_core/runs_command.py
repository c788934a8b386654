"""``ml-core runs`` and ``ml-core resume``: what was trained, and going on with it."""

import argparse
from typing import TYPE_CHECKING

from ml_core.console import Console, ProgressDisplay, aligned
from ml_core.control import Control
from ml_core.errors import TrainingError
from ml_core.outputs import require_model_place
from ml_core.train_command import told

if TYPE_CHECKING:
    from ml_core.runs import Run

Arguments = argparse.Namespace


def list_runs(arguments: Arguments, console: Console, _: Control) -> int:
    """List all trainings, newest first."""
    from ml_core import runs

    found = runs.list_runs()
    if arguments.json:
        for run in found:
            console.result_json(
                {"id": run.folder.name, "model": str(run.model_path)} | run.to_json()
            )
        return 0
    for line in aligned([_cells(run) for run in found], words=4):
        console.result(line)
    if not found:
        console.note("No training yet.")
    return 0


def resume(arguments: Arguments, console: Console, control: Control) -> int:
    """Finish an interrupted training, or train a finished one further."""
    from ml_core.training import trainer

    if arguments.out:
        require_model_place(arguments.out)
    run = _chosen(arguments.run, is_to_be_longer=arguments.epochs is not None)
    console.note(f"{run.name}, begun {_date(run)}")
    with ProgressDisplay(console) as display:
        if arguments.epochs is not None:
            result = trainer.extend(run, arguments.epochs, report=display, control=control)
        else:
            result = trainer.resume(run, report=display, control=control)
    return told(result, arguments, console)


def _chosen(name: str | None, *, is_to_be_longer: bool) -> "Run":
    """The run of that name; without one, the newest that fits.

    Raises:
        TrainingError: There is none.
    """
    from ml_core import runs

    found = [run for run in runs.list_runs() if name in (None, run.name, run.folder.name)]
    fitting = [
        run for run in found if (run.can_be_extended if is_to_be_longer else run.can_be_resumed)
    ]
    if fitting:
        return fitting[0]
    what = "trained further" if is_to_be_longer else "resumed"
    if name is None:
        raise TrainingError(f"No training can be {what}.", mend="See 'ml-core runs'.")
    if found:
        raise TrainingError(
            f'The training "{name}" cannot be {what}: it is {found[0].state}.',
            mend="See 'ml-core runs'; start a new one with 'ml-core train'.",
        )
    raise TrainingError(f'There is no training "{name}".', mend="See 'ml-core runs'.")


def _cells(run: "Run") -> list[str]:
    accuracy = run.test_accuracy if run.test_accuracy is not None else run.validation_accuracy
    return [
        "*" if run.is_starred else " ",
        run.folder.name,
        run.name,
        run.state,
        "" if accuracy is None else f"{accuracy:.1%}",
        _date(run),
    ]


def _date(run: "Run") -> str:
    return run.created.replace("T", " ")[:16]
