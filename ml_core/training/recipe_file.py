"""A recipe as a small readable file (TOML), shared by the window and the command line."""

import json
import tomllib
from pathlib import Path
from typing import Any

from ml_core import storage
from ml_core.errors import RecipeError
from ml_core.training.recipe import Recipe

SUFFIX = ".toml"

_HEADER = "# A recipe of Product Classifier: every setting of one training.\n"


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write every setting, one a line. Raises StorageError."""
    values = recipe.to_json()
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    lines = [_line(name, value) for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(_line(*item) for item in table.items())]
    storage.write_text(path, _HEADER + "\n".join(lines) + "\n")


def read_recipe(path: Path) -> Recipe:
    """Read what ``write_recipe`` or a person wrote; settings that are left out are the usual ones.

    Raises:
        RecipeError: There is no such file, it cannot be read, or a setting is unusable.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RecipeError(
            f"The recipe {path} cannot be read: {reason}.",
            expected="A text file with one 'setting = value' a line.",
            path=path,
        ) from error
    try:
        return Recipe.from_json(values)
    except RecipeError as error:
        what = f"The recipe {path} cannot be used: {error.what}"
        raise RecipeError(what, expected=error.expected, mend=error.mend, path=path) from error


def _line(name: str, value: Any) -> str:
    """JSON writes strings, numbers and truth values as TOML does, but for one character."""
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{name} = {text}"
