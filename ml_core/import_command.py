"""``ml-core import``: make a model file of a classifier that others have made."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.console import Console, ProgressDisplay
from ml_core.control import Control
from ml_core.errors import ModelFileError
from ml_core.outputs import require_model_place

if TYPE_CHECKING:
    from ml_core.model_file.manifest import Manifest


def import_model(arguments: argparse.Namespace, console: Console, control: Control) -> int:
    """Inspect the file, convert it, and say what came out."""
    require_model_place(arguments.out)
    with ProgressDisplay(console) as display:
        manifest = _imported(arguments, display, control)
    if arguments.json:
        console.result_json({"model": str(arguments.out), "classes": list(manifest.class_names)})
    else:
        names = ", ".join(manifest.class_names)
        console.result(f"Saved {arguments.out}: {len(manifest.class_names)} categories ({names})")
    return 0


def _imported(
    arguments: argparse.Namespace, display: ProgressDisplay, control: Control
) -> "Manifest":
    from ml_core.images import ResizePolicy
    from ml_core.model_file import foreign

    file: Path = arguments.file
    if foreign.recognise(file) is foreign.Kind.TEACHABLE_MACHINE:
        return foreign.import_teachable_machine(
            file, arguments.out, report=display, control=control
        )
    if arguments.labels is None or arguments.scaling is None:
        raise ModelFileError(
            f"{file.name} does not say what its categories are called and which values it takes.",
            mend="Add --labels FILE (a name a line, in the order of its outputs) and --scaling"
            " 0..1, -1..1 or 0..255.",
            path=file,
        )
    return foreign.import_keras(
        file,
        _names(arguments.labels),
        arguments.out,
        scaling=foreign.Scaling(arguments.scaling),
        resize=ResizePolicy(arguments.resize),
        report=display,
        control=control,
    )


def _names(path: Path) -> list[str]:
    """One name a line."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ModelFileError(f"{path.name} is no text.", path=path) from error
    return [line.strip() for line in lines if line.strip()]
