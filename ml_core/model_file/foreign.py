"""Take in classifiers that others have made: plain Keras files and Teachable Machine exports.

Nothing of them is loaded before it was inspected, and then in a process of its own. What comes out
is a model file of this program, whose answers were compared with those of the original.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ml_core import storage
from ml_core.control import Control
from ml_core.errors import ModelFileError
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file import members, teachable_machine
from ml_core.model_file.apart import run_apart
from ml_core.model_file.archive import CONFIG
from ml_core.model_file.examination import try_out
from ml_core.model_file.inspect import opened_archive
from ml_core.model_file.labels import usable_names
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.write import write

log = logging.getLogger(__name__)

_TRIAL = "ml_core.model_file.foreign_trial"
_CONVERSION = "ml_core.model_file.foreign_conversion"
_TRIAL_SECONDS, _CONVERSION_SECONDS = 60.0, 600.0


class Kind(StrEnum):
    """Who made a file."""

    OURS = "ours"
    KERAS = "keras"
    TEACHABLE_MACHINE = "teachable_machine"


class Scaling(StrEnum):
    """Which values a network takes for black and white."""

    UNIT = "0..1"
    SIGNED = "-1..1"
    RAW = "0..255"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What an inspected file of others takes and gives.

    Attributes:
        kind: Who made it.
        size: Side of its square photos, in pixels.
        channels: 3 or 1.
        classes: How many categories it tells apart.
        class_names: If the file says them; else empty.
    """

    kind: Kind
    size: int
    channels: int
    classes: int
    class_names: tuple[str, ...] = ()


def recognise(path: Path) -> Kind:
    """What a file or folder is, by a look at its outside.

    Raises:
        ModelFileError: None of those that can be taken in.
    """
    if teachable_machine.is_export(path):
        return Kind.TEACHABLE_MACHINE
    with opened_archive(path) as archive:
        names = set(archive.namelist())
    if members.MANIFEST in names:
        return Kind.OURS
    if CONFIG in names:
        return Kind.KERAS
    raise ModelFileError(
        f"{path.name} holds no model.",
        expected="A .keras file, or what Teachable Machine exports for Keras, was expected.",
        path=path,
    )


def inspect_foreign(path: Path, *, control: Control | None = None) -> Foreign:
    """Inspect a file of others whole, loading none of it; takes less than a second.

    Raises:
        ModelFileError: It is of this program, is no image classifier, or could do harm.
        Cancelled, Stopped: The caller ended it.
    """
    kind = recognise(path)
    if kind is Kind.OURS:
        raise ModelFileError(
            f"{path.name} is a model of this program.", mend="Open it as it is.", path=path
        )
    found = run_apart(_TRIAL, path, kind, seconds=_TRIAL_SECONDS, control=control)
    names = teachable_machine.labels(path) if kind is Kind.TEACHABLE_MACHINE else ()
    if names and len(names) != found["classes"]:
        raise _wrong_number(path, len(names), found["classes"])
    return Foreign(kind, found["size"], found["channels"], found["classes"], names)


def import_keras(
    path: Path,
    class_names: Sequence[str],
    out: Path,
    *,
    scaling: Scaling,
    resize: ResizePolicy = ResizePolicy.STRETCH,
    report: Report = ignore,
    control: Control | None = None,
) -> Manifest:
    """Make a model file of a plain ``.keras`` image classifier (about 15 s).

    Args:
        path: The file.
        class_names: In the order of its outputs; for a network with one output (a sigmoid), the
            name of 0 first.
        out: The model file to write; replaced if it exists.
        scaling: What the network was trained to take.
        resize: How it was trained to see photos that are not square.
        report: Told of the phases.
        control: May end it; nothing is left behind.

    Raises:
        ModelFileError: The file cannot be used, or the number of names does not fit.
        StorageError: The disk refused.
        Cancelled, Stopped: The caller ended it.
    """
    names = usable_names(class_names)
    foreign = inspect_foreign(path, control=control)
    if foreign.kind is not Kind.KERAS:
        raise ModelFileError(f"{path.name} is no plain Keras file.", path=path)
    if len(names) != foreign.classes:
        raise _wrong_number(path, len(names), foreign.classes)
    spec = InputSpec(foreign.size, 1 if foreign.channels == 1 else 3, resize)
    return _convert(path, foreign.kind, names, out, spec, scaling, report, control)


def import_teachable_machine(
    path: Path, out: Path, *, report: Report = ignore, control: Control | None = None
) -> Manifest:
    """Make a model file of a Teachable Machine image project, exported for Keras (about 15 s).

    Args:
        path: The zip as it was downloaded, the folder with ``keras_model.h5`` and ``labels.txt``,
            or the former file beside the latter.
        out: The model file to write; replaced if it exists.
        report: Told of the phases.
        control: May end it; nothing is left behind.

    Raises:
        ModelFileError: It cannot be used.
        StorageError: The disk refused.
        Cancelled, Stopped: The caller ended it.
    """
    foreign = inspect_foreign(path, control=control)
    if foreign.kind is not Kind.TEACHABLE_MACHINE:
        raise ModelFileError(f"{path.name} is no Teachable Machine export.", path=path)
    spec = InputSpec(foreign.size, 3, ResizePolicy.CROP)
    names = foreign.class_names
    return _convert(path, foreign.kind, names, out, spec, Scaling.SIGNED, report, control)


def _convert(
    path: Path,
    kind: Kind,
    names: tuple[str, ...],
    out: Path,
    spec: InputSpec,
    scaling: Scaling,
    report: Report,
    control: Control | None,
) -> Manifest:
    report(PhaseStarted("export", f"Making a model file of {path.name}"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        arguments = (kind, scaling, str(folder))
        made = run_apart(
            _CONVERSION, path, *arguments, seconds=_CONVERSION_SECONDS, control=control
        )
        log.info("%s: answers differ by at most %g", path.name, made["difference"])
        manifest = write(
            folder / "model.keras",
            keras_archive=folder / "network.keras",
            embedder=(folder / "embedder.tflite").read_bytes(),
            kernel=np.load(folder / "kernel.npy", allow_pickle=False),
            bias=np.load(folder / "bias.npy", allow_pickle=False),
            manifest=_manifest(path, names, spec, made),
        )
        try_out(folder / "model.keras", control=control)
        storage.copy_file(folder / "model.keras", out)
    return manifest


def _manifest(
    path: Path, names: tuple[str, ...], spec: InputSpec, made: Mapping[str, Any]
) -> Manifest:
    return Manifest(
        name=path.stem,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        class_names=names,
        input=spec,
        architecture="imported",
        embedding_size=made["embedding_size"],
        parameters=made["parameters"],
        scores=Scores(
            validation_accuracy=None, validation_photos=0, test_accuracy=None, test_photos=0
        ),
        recipe=None,
        dataset_fingerprint="",
        photo_counts={},
        versions={name: version(name) for name in ("keras", "tensorflow", "numpy")},
        hashes={},
    )


def _wrong_number(path: Path, given: int, wanted: int) -> ModelFileError:
    return ModelFileError(
        f"{path.name} tells {wanted} categories apart, and {given} names were given.",
        expected="One name for each category, in the order of its outputs, was expected.",
        path=path,
    )
