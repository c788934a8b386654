"""The words of the command line: every sub-command, its arguments and their help."""

import argparse
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - its only name

GOALS = ("fast", "best", "scratch")
AUGMENTATIONS = ("none", "gentle", "strong", "custom")
AMOUNTS = {
    "rotation": ("DEGREES", "turn, 0 to 180"),
    "shift": ("SHARE", "move, as a share of the side, 0 to 0.5"),
    "shear": ("SLOPE", "slant, 0 to 0.5"),
    "zoom": ("SHARE", "enlarge or shrink, 0 to 0.5"),
    "contrast": ("SHARE", "raise or lower the contrast, 0 to 0.9"),
    "brightness": ("SHARE", "make brighter or darker, 0 to 0.9"),
    "colour": ("SHARE", "tint, 0 to 0.5"),
}
FORMATS = ("keras", "saved_model", "litert", "onnx")


def build_parser() -> argparse.ArgumentParser:
    """The parser of ``ml-core``; ``command`` in its result names the sub-command."""
    parser = argparse.ArgumentParser(
        prog="ml-core", description="Teach a computer to sort product photos, without a screen."
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {version('product-classifier')}"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    for one in commands.choices.values():
        one.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser


def _architectures(commands: Commands) -> None:
    _command(commands, "architectures", "List the networks that can be trained.")


def _check(commands: Commands) -> None:
    parser = _command(
        commands,
        "check",
        "Find what is wrong with a folder with one sub-folder of photos per category.",
        epilog="Exit status 0 with findings, too; 1 if nothing can be trained on. Photos are only"
        " looked at, unless --move-files is given. What was decided about them, in the"
        " window or with 'decide', is followed.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="one sub-folder per category")
    parser.add_argument(
        "--report", type=Path, metavar="F.html", help="also write a web page with pictures"
    )
    parser.add_argument(
        "--csv", type=Path, metavar="F.csv", help="also write a table, a row for photo and finding"
    )
    parser.add_argument("--force", action="store_true", help="replace reports that exist")
    parser.add_argument(
        "--no-labels",
        dest="labels",
        action="store_false",
        help="leave out the search for wrong labels and outliers, which takes longest",
    )
    parser.add_argument(
        "--move-files",
        action="store_true",
        help="move photos that were decided to be of another category into its folder;"
        " 'ml-core undo' takes that back",
    )
    parser.add_argument(
        "--left-out-to",
        type=Path,
        metavar="FOLDER",
        help="with --move-files: also move photos that were decided to be left out, to here",
    )


def _decide(commands: Commands) -> None:
    parser = _command(
        commands,
        "decide",
        "Decide about photos that a check has found, and list what is decided.",
        epilog="No file is changed: decisions are kept by the program and followed by 'check' and"
        " 'train'. Photos are named as they lie in the folder: category/photo.jpg.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="one sub-folder per category")
    parser.add_argument("--leave-out", nargs="+", metavar="PHOTO", help="do not use these photos")
    parser.add_argument(
        "--move",
        nargs="+",
        metavar=("CATEGORY", "PHOTO"),
        help="count these photos to another category",
    )
    parser.add_argument(
        "--keep",
        nargs="+",
        metavar=("KIND", "PHOTO"),
        help="do not bring up findings of this kind about these photos again",
    )
    parser.add_argument(
        "--merge",
        nargs=2,
        metavar=("CATEGORY", "INTO"),
        help="count all photos of one category to another",
    )
    parser.add_argument(
        "--mend-leaks",
        action="store_true",
        help="leave copies of validation and test photos out of training",
    )
    parser.add_argument(
        "--undo",
        type=_positive,
        nargs="?",
        const=0,
        metavar="NUMBER",
        help="take a decision back; the last one if no number is given",
    )


def _undo(commands: Commands) -> None:
    parser = _command(
        commands,
        "undo",
        "Take back what was moved or copied last.",
        epilog="Files that were changed since stay where they are and are named. Calling it again"
        " takes back what was moved before that.",
    )
    parser.add_argument(
        "journal", nargs="?", metavar="NAME", help="of --list; the last one if left away"
    )
    parser.add_argument("--list", action="store_true", help="only show what was moved so far")


def _train(commands: Commands) -> None:
    parser = _command(
        commands,
        "train",
        "Train a classifier on a folder with one sub-folder of photos per category.",
        epilog="Ctrl+C ends training and keeps the best so far; a second Ctrl+C discards it.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="one sub-folder per category")
    parser.add_argument("--out", type=Path, required=True, metavar="F.keras", help="model to write")
    parser.add_argument(
        "--recipe",
        type=_goal_or_file,
        metavar="{fast,best,scratch}|F.toml",
        default="fast",
        help="fast: a head on a frozen pretrained network; best: then fine-tune it;"
        " scratch: train a network from random weights (default: fast); or a file of settings",
    )
    parser.add_argument(
        "--save-recipe", type=Path, metavar="F.toml", help="also write the settings to a file"
    )
    parser.add_argument("--architecture", metavar="NAME", help="see 'ml-core architectures'")
    parser.add_argument(
        "--weights",
        metavar="imagenet|none|FILE",
        help="where the network starts (default: imagenet; none for scratch)",
    )
    parser.add_argument("--epochs", type=_positive, metavar="N", help="passes over the photos")
    parser.add_argument(
        "--fine-tune-epochs", type=_positive, metavar="N", help="passes while fine-tuning"
    )
    parser.add_argument("--size", type=_positive, metavar="PX", help="side of the square photos")
    parser.add_argument("--batch-size", type=_positive, metavar="N", help="photos per step")
    parser.add_argument("--learning-rate", type=float, metavar="RATE")
    parser.add_argument(
        "--mirror",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="also learn from mirrored photos (not for printed text)",
    )
    parser.add_argument(
        "--class-weights",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="let every category count the same, however few photos it has",
    )
    parser.add_argument("--seed", type=_natural, metavar="N", help="fixes split and start")
    _augmentation(parser)


def _augmentation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "how training photos are varied",
        "While a network is trained (best, scratch), it sees each photo a little differently every"
        " time. An amount is the largest change to either side; with any of them the augmentation"
        " is custom, and what is not named stays as it is.",
    )
    group.add_argument("--augmentation", choices=AUGMENTATIONS, help="how much altogether")
    for name, (unit, what) in AMOUNTS.items():
        group.add_argument(f"--{name}", type=float, metavar=unit, help=what)


def _resume(commands: Commands) -> None:
    parser = _command(
        commands,
        "resume",
        "Finish a training that was interrupted; with --epochs, train a finished one further.",
        epilog="Ctrl+C ends training and keeps the best so far; a second Ctrl+C discards it.",
    )
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="a name of 'ml-core runs' (default: the newest)"
    )
    parser.add_argument("--out", type=Path, metavar="F.keras", help="model to write")
    parser.add_argument(
        "--epochs", type=_positive, metavar="N", help="so many passes more, as a new run"
    )


def _runs(commands: Commands) -> None:
    _command(commands, "runs", "List all trainings: how they ended and how good they are.")


def _classify(commands: Commands) -> None:
    parser = _command(
        commands,
        "classify",
        "Say the category of photos; folders are searched for photos.",
        epilog="Exit status 1 if no photo could be classified. One bad file among good ones is"
        " reported in its line.",
    )
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="photos or folders")
    _model(parser)
    parser.add_argument("--top", type=_positive, default=5, metavar="K", help="how many categories")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write a table")


def _evaluate(commands: Commands) -> None:
    parser = _command(
        commands,
        "evaluate",
        "Measure a model on a folder with one sub-folder of photos per category.",
        epilog="Of a folder with train, validation and test parts, the test part is used.",
    )
    parser.add_argument("model", type=Path, metavar="F.keras")
    parser.add_argument("folder", type=Path, metavar="FOLDER")


def _export(commands: Commands) -> None:
    parser = _command(
        commands, "export", "Write a model for use elsewhere, with its labels and a model card."
    )
    parser.add_argument("model", type=Path, metavar="F.keras")
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="PATH", help="file or folder")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")


def _import(commands: Commands) -> None:
    parser = _command(
        commands,
        "import",
        "Make a model file of a classifier that others have made.",
        epilog="FILE is a plain .keras file, or what Teachable Machine exports for Keras: its zip,"
        " its folder, or keras_model.h5 beside labels.txt (which need no options).",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="M.keras", help="model to write")
    parser.add_argument(
        "--labels", type=Path, metavar="FILE", help="names of the categories, one a line"
    )
    # Or "-1..1" would be taken for an option.
    parser._negative_number_matcher = re.compile(r"-\d")  # noqa: SLF001 - it has no other name
    parser.add_argument(
        "--scaling", choices=("0..1", "-1..1", "0..255"), help="values that it takes for pixels"
    )
    parser.add_argument(
        "--resize",
        choices=("stretch", "pad", "crop"),
        default="stretch",
        help="how it was trained to see photos that are not square (default: stretch)",
    )


def _inspect(commands: Commands) -> None:
    parser = _command(commands, "inspect", "Show what a model file says of itself.")
    parser.add_argument("model", type=Path, metavar="F.keras")


def _command(
    commands: Commands, name: str, description: str, *, epilog: str | None = None
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=description.rstrip("."), description=description, epilog=epilog
    )


def _model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, required=True, metavar="F.keras", help="the model file"
    )


def _goal_or_file(text: str) -> str:
    if text not in GOALS and not Path(text).is_file():
        raise argparse.ArgumentTypeError(
            f"invalid choice: {text!r} (choose from {', '.join(GOALS)}, or name a file)"
        )
    return text


def _whole_number(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return number

    parse.__name__ = "whole number"  # argparse puts it into its message
    return parse


_COMMANDS = (
    _architectures,
    _check,
    _decide,
    _undo,
    _train,
    _resume,
    _runs,
    _classify,
    _evaluate,
    _export,
    _import,
    _inspect,
)

_positive, _natural = _whole_number(1), _whole_number(0)
