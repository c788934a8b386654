"""A program that trains a tiny network, or goes on with it, and exports it: made to be killed.

``python -m tests.core.killed_training PHOTOS EXPORT`` says a line for everything that happens.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from ml_core.dataset.scan import scan_folder
from ml_core.event_words import in_words
from ml_core.events import Event, StepProgress
from ml_core.export.formats import export_model
from ml_core.runs import Run, list_runs
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import resume, train

EPOCHS = 6


def recipe() -> Recipe:
    """With all that is random: dropout, variation, order; and all that has a memory."""
    return replace(
        recipe_for("scratch", architecture="fashion_cnn"),
        input_size=16, epochs=EPOCHS, batch_size=8, augmentation="strong", mirror=True,
        early_stopping=4, reduce_rate=2, learning_rate=3e-3, seed=5,
    )  # fmt: skip


def say(event: Event) -> None:
    say_line("photos" if isinstance(event, StepProgress) else in_words(event))


def say_line(words: str | None) -> None:
    if words:
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def finished_run(photos: Path) -> Run:
    """The run that is there, finished if it was not; or a new one."""
    for run in list_runs():
        if run.can_be_resumed:
            return resume(run, report=say).run
        if run.state == "done":
            return run
    return train(scan_folder(photos), recipe(), name="killed", report=say).run


def main(photos: Path, export: Path) -> None:
    os.setsid()
    run = finished_run(photos)
    export_model(run.model_path, "keras", export, overwrite=True, report=say)
    say_line("Exported")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
