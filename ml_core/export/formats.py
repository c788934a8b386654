"""Write a model for use elsewhere, with its labels and a short model card beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml_core.control import Control
from ml_core.events import Report, ignore

ExportFormat = Literal["keras", "saved_model", "litert", "onnx"]
FORMATS: tuple[ExportFormat, ...] = ("keras", "saved_model", "litert", "onnx")
SUFFIXES: dict[ExportFormat, str] = {
    "keras": ".keras",
    "saved_model": "",
    "litert": ".tflite",
    "onnx": ".onnx",
}


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

    Raises:
        ModelFileError: ``model`` cannot be opened.
        ExportError: ``out`` exists (and not ``overwrite``), a package is missing, or conversion
            failed.
        StorageError: The disk refused.
    """
    raise NotImplementedError
