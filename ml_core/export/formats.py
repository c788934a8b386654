"""Write a model for use elsewhere, with its labels and a short model card beside it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import ExportError
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.export.card import model_card
from ml_core.export.conversion import convert
from ml_core.model_file.read import read

ExportFormat = Literal["keras", "saved_model", "litert", "onnx"]
FORMATS: tuple[ExportFormat, ...] = ("keras", "saved_model", "litert", "onnx")
SUFFIXES: dict[ExportFormat, str] = {
    "keras": ".keras",
    "saved_model": "",
    "litert": ".tflite",
    "onnx": ".onnx",
}
TITLES: dict[ExportFormat, str] = {
    "keras": "Keras",
    "saved_model": "TensorFlow SavedModel",
    "litert": "LiteRT",
    "onnx": "ONNX",
}
_NEEDED_PACKAGES: dict[ExportFormat, tuple[str, ...]] = {
    "keras": (),
    "saved_model": ("tensorflow",),
    "litert": ("tensorflow",),
    "onnx": ("tensorflow", "tf2onnx", "onnx"),
}
_LABELS, _CARD = "labels.txt", "card.md"
_SAVED_MODEL_CONTENTS = frozenset(
    ("saved_model.pb", "fingerprint.pb", "variables", "assets", "assets.extra", _LABELS, _CARD)
)
_SPARE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """``path`` is the model (file or folder); ``labels`` and ``card`` lie beside or in it."""

    path: Path
    labels: Path
    card: Path
    bytes: int


def export(
    model: Path,
    format: ExportFormat,  # noqa: A002
    out: Path,
    *,
    overwrite: bool = False,
    report: Report = ignore,
    control: Control | None = None,
) -> Exported:
    """Write the model file ``model`` in another format.

    Every format takes float32 pixels 0..255, shape (photos, size, size, channels), any number of
    photos at a time, and gives the confidence of every category in the order of the labels.
    A file ``a.onnx`` gets ``a.onnx.labels.txt`` and ``a.onnx.card.md`` beside it (so that several
    formats can share a folder); a SavedModel folder holds ``labels.txt`` and ``card.md``. They
    appear together, or none does.

    Args:
        model: A model file of this program.
        format: See ``FORMATS``.
        out: The file to write, ending as in ``SUFFIXES``; for "saved_model" a folder.
        overwrite: Whether what is there may be replaced: files, or an earlier SavedModel.
        report: Told when the work begins (PhaseStarted).
        control: May end it; stop and cancel both leave nothing behind.

    Raises:
        ModelFileError: ``model`` cannot be opened.
        ExportError: ``out`` exists (and not ``overwrite``) or is badly named, a package is
            missing, or conversion failed.
        StorageError: The disk refused.
        Cancelled, Stopped: The caller ended it.
    """
    control = control or Control()
    manifest = read(model).manifest
    places = _places(format, out)
    _check_name(format, out)
    _check_free(places, overwrite=overwrite)
    _check_packages(format)
    storage.require_free_space(out.parent, 2 * model.stat().st_size + _SPARE_BYTES)
    control.checkpoint()
    report(PhaseStarted("export", f"Writing the model as {TITLES[format]}"))
    with _temporaries(places, overwrite=overwrite) as (target, labels, card):
        convert(model, format, target, control=control)
        size = _size(target)
        labels.write_bytes(_labels(manifest.class_names))
        text = model_card(manifest, TITLES[format], file_name=out.name, size=size)
        card.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        control.checkpoint()
    return Exported(places.model, places.labels, places.card, size)


export_model = export
"""The name under which ``ml_core`` offers it, where ``export`` is a package."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where everything goes; ``is_folder`` if labels and card lie inside the model's folder."""

    model: Path
    labels: Path
    card: Path
    is_folder: bool


def _places(format: ExportFormat, out: Path) -> _Places:  # noqa: A002
    if format == "saved_model":
        return _Places(out, out / _LABELS, out / _CARD, is_folder=True)
    labels, card = out.with_name(f"{out.name}.{_LABELS}"), out.with_name(f"{out.name}.{_CARD}")
    return _Places(out, labels, card, is_folder=False)


def _check_name(format: ExportFormat, out: Path) -> None:  # noqa: A002
    suffix = SUFFIXES[format]
    if suffix and out.suffix != suffix:
        raise ExportError(
            f'The file would be called "{out.name}".',
            expected=f"In this format its name must end in {suffix}.",
            mend=f'Call it "{out.with_suffix(suffix).name}".',
            path=out,
        )


def _check_free(places: _Places, *, overwrite: bool) -> None:
    if places.is_folder:
        _check_folder_free(places.model, overwrite=overwrite)
        return
    taken = [path for path in (places.model, places.labels, places.card) if _exists(path)]
    folders = [path for path in taken if path.is_dir()]
    if folders or (taken and not overwrite):
        raise _taken(folders or taken, can_replace=not folders)


def _check_folder_free(folder: Path, *, overwrite: bool) -> None:
    """Only what an export made may be replaced: never a folder with anything else in it."""
    if not _exists(folder):
        return
    contents = {path.name for path in folder.iterdir()} if folder.is_dir() else None
    if contents is None or contents - _SAVED_MODEL_CONTENTS:
        raise _taken([folder], can_replace=False)
    if contents and not overwrite:
        raise _taken([folder], can_replace=True)


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _taken(paths: Sequence[Path], *, can_replace: bool) -> ExportError:
    names = " and ".join(f'"{path.name}"' for path in paths)
    exist = "exist" if len(paths) > 1 else "exists"
    return ExportError(
        f'{names} already {exist} in "{paths[0].parent.absolute().name}".',
        expected="" if can_replace else "It was not made by an export, so it is left alone.",
        mend="Choose another name" + (", or allow replacing." if can_replace else "."),
        path=paths[0],
    )


def _check_packages(format: ExportFormat) -> None:  # noqa: A002
    missing = [name for name in _NEEDED_PACKAGES[format] if find_spec(name) is None]
    if missing:
        extra = "[onnx]" if format == "onnx" else ""
        raise ExportError(
            f"Exporting as {TITLES[format]} needs packages that are not installed:"
            f" {', '.join(missing)}.",
            mend=f'Install them: pip install "product-classifier{extra}"',
        )


@contextmanager
def _temporaries(places: _Places, *, overwrite: bool) -> Iterator[tuple[Path, Path, Path]]:
    """Where model, labels and card are written before all three are put in place."""
    if places.is_folder:
        with storage.replacing_folder(places.model, overwrite=overwrite) as folder:
            yield folder, folder / _LABELS, folder / _CARD
    else:
        together = [places.model, places.labels, places.card]
        with storage.replacing_together(together) as (model, labels, card):
            yield model, labels, card


def _labels(class_names: Sequence[str]) -> bytes:
    """One category a line, in the order of the outputs; a name always stays on one line."""
    lines = (" ".join(name.split()) for name in class_names)
    return "".join(f"{line}\n" for line in lines).encode(errors="replace")


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
