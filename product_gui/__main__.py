"""The command that opens the window: ``product-classifier [photo … | folder | model.keras]``."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from product_gui.text import window as words

EXIT_NO_DISPLAY = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window with what the command line names; returns when it has been closed."""
    if getattr(sys, "frozen", False):  # a packed program starts itself for work apart
        import multiprocessing

        multiprocessing.freeze_support()
    paths = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # It says once for each figure that the window's font has no bold face of that name.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from tkinter import TclError

    from product_gui.app import Program

    try:
        program = Program(paths)
    except TclError as error:
        sys.stderr.write(f"{words.NO_DISPLAY} {words.NO_DISPLAY_MEND} ({error})\n")
        return EXIT_NO_DISPLAY
    program.run()
    if not program.runner.is_quiet:
        # A library still computes somewhere where it cannot be asked to end; nothing is half
        # written, so the process need not wait for it.
        logging.shutdown()
        os._exit(0)
    return 0


def _parse(arguments: Sequence[str] | None) -> list[Path]:
    parser = argparse.ArgumentParser(
        prog="product-classifier",
        description=words.USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{words.PROGRAM} {_version()}")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=words.USAGE_PATHS)
    return [path.absolute() for path in parser.parse_args(arguments).paths]


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("product-classifier")
    except metadata.PackageNotFoundError:
        return "0"


if __name__ == "__main__":
    sys.exit(main())
