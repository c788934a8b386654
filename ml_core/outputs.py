"""Where results go: said before the work, not after it, if they cannot be written there."""

import os
from pathlib import Path

from ml_core import storage
from ml_core.errors import ModelFileError, StorageError


def require_model_place(out: Path) -> None:
    """Only a model may be replaced (every training is also kept as a run); anything else stays.

    Raises:
        StorageError: The name, its folder or what is there under it cannot serve.
    """
    if out.suffix != ".keras":
        raise StorageError(
            f"The model would be written to {out}.",
            expected="Its name must end in .keras.",
            mend=f"Write --out {out.with_suffix('.keras') if out.name else 'model.keras'}.",
            path=out,
        )
    require_writable_folder(out)
    if out.exists():
        from ml_core.model_file.read import read_manifest

        try:
            read_manifest(out)
        except ModelFileError as error:
            raise StorageError(
                f"{out} exists and is not a model of this program, so it is left alone.",
                mend="Choose another name.",
                path=out,
            ) from error


def require_writable_folder(out: Path) -> None:
    """Raise StorageError unless the folder of ``out`` is, or can be made, one to write to."""
    with storage.translated(out):
        folder = next(parent for parent in out.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(
            f"{out} cannot be written: {folder} is no folder that you may write to.",
            mend="Choose another place.",
            path=out,
        )


def deliver(model: Path, out: Path) -> None:
    """Copy a trained model to where it was asked for. Raises StorageError."""
    try:
        storage.copy_file(model, out)
    except StorageError as error:
        raise StorageError(
            error.what, mend=f"{error.mend} The trained model is kept in {model}.", path=out
        ) from error


def require_table_place(path: Path) -> None:
    """Only a table may be replaced: a slip of the keys must not cost a photo.

    Raises:
        StorageError: The name, its folder or what is there under it cannot serve.
    """
    require_writable_folder(path)
    if path.suffix.lower() != ".csv" and path.exists():
        raise StorageError(
            f"{path} exists and is not called .csv, so it is left alone.",
            mend="Choose another name for the table.",
            path=path,
        )
    if path.is_dir():
        raise StorageError(f"{path} is a folder.", mend="Choose another name.", path=path)


def require_report_place(path: Path, suffixes: tuple[str, ...], *, overwrite: bool) -> None:
    """Nothing is replaced unless that was asked for, and then only what has a report's name.

    Raises:
        StorageError: The name, its folder or what is there under it cannot serve.
    """
    if path.suffix.lower() not in suffixes:
        raise StorageError(
            f"The report would be written to {path}.",
            expected=f"Its name must end in {suffixes[0]}.",
            mend="Choose another name.",
            path=path,
        )
    require_writable_folder(path)
    if path.is_dir():
        raise StorageError(f"{path} is a folder.", mend="Choose another name.", path=path)
    if path.exists() and not overwrite:
        raise StorageError(
            f"{path} exists, so it is left alone.",
            mend="Choose another name, or replace it with --force.",
            path=path,
        )
