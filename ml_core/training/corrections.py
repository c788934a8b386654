"""Learn from a person's corrections at once: the head goes on from where it is, on known vectors.

The embedder stays as it is, so this needs neither TensorFlow nor another look at the photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.photos import Part
from ml_core.embedding.embedder import Embedder
from ml_core.errors import DatasetError
from ml_core.evaluation.evaluate import Answer, Evaluation
from ml_core.evaluation.novelty import References, chosen_references
from ml_core.evaluation.trust import Judge, fit_trust
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.model_file.archive import with_head
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.model_file.read import ModelFile, read
from ml_core.model_file.write import write
from ml_core.runs import Run
from ml_core.training.corrected_photos import (
    CorrectedPhotos,
    Correction,
    embed_corrected,
    joined,
    keep_corrections,
    together,
    with_new_names,
)
from ml_core.training.head import Head, HeadSettings, continue_head
from ml_core.training.measure import answers
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recorded_photos import listed_photos
from ml_core.training.versions import Version, add_version, current_version, list_versions

__all__ = ["Correction", "Improvement", "learn_corrections"]

REPEATS: Final = 10
"""How many times a corrected photo counts: with fewer, one among thousands is not learned."""
STEPS: Final = 200
LEARNING_RATE: Final = 3e-4
"""Measured on photos that a head trained on 3,068 had wrong, learned 1, 3 or 10 at a time: with
this all of them are learned, and fewer test photos are lost than by training the head anew."""
_BATCH: Final = 128
_FEWEST_EPOCHS: Final = 2


@dataclass(frozen=True, slots=True)
class Improvement:
    """What learning from corrections gave: a new version of the model, already in use.

    Attributes:
        run: As it now is.
        version: The new one; ``versions.use_version`` goes back.
        before, after: What the two versions answer for the same test photos.
    """

    run: Run
    version: Version
    before: Evaluation
    after: Evaluation

    @property
    def fixed(self) -> tuple[Answer, ...]:
        """Test photos that are right now and were wrong."""
        return _newly_right(self.before, self.after)

    @property
    def broke(self) -> tuple[Answer, ...]:
        """Test photos that are wrong now and were right; as they were answered then."""
        return _newly_right(self.after, self.before)


def learn_corrections(
    run: Run,
    corrections: Sequence[Correction],
    *,
    report: Report = ignore,
    control: Control | None = None,
) -> Improvement:
    """Make a new version of a run's model that knows better, and use it.

    Corrections of earlier versions stay learned; a later one about the same photo wins. Photos
    that are corrected are neither tested nor validated with any more. They are copied into the
    run's folder.

    Raises:
        DatasetError: The run's photos are not recorded, or a category's name is unusable.
        ImageError: A corrected photo cannot be read.
        ModelFileError, StorageError: The model cannot be read, or the new version not be written.
        TrainingError: The loss is no number any more.
        Cancelled, Stopped: The caller ended it; the model is as it was.
    """
    control = control or Control()
    model = read(run.model_path)
    photos, judge, names = _recorded(run), _judge(model, run), model.manifest.class_names
    learned = together(current_version(run).corrections, keep_corrections(run, corrections, names))
    names = with_new_names(names, learned)
    report(PhaseStarted("embed", "Looking at the corrected photos"))
    embedder = Embedder(model.embedder, model.manifest.input)
    known = embed_corrected(run, photos, learned, names, embedder, report=report, control=control)
    report(PhaseStarted("head", "Learning the corrections"))
    raw = _continued(_at_temperature(model, judge.trust.temperature), known, len(names), control)
    head, judge_after = _trusted(raw, known)
    before = _evaluation(known, Part.TEST, Head(model.kernel, model.bias), judge, names)
    after = _evaluation(known, Part.TEST, head, judge_after, names)
    validation = _evaluation(known, Part.VALIDATION, head, judge_after, names)
    version = Version(
        number=list_versions(run)[-1].number + 1,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        corrections=learned,
        learned=_right(head, known),
        fixed=len(_newly_right(before, after)),
        broke=len(_newly_right(after, before)),
        test_photos=after.photos,
        class_names=names,
        photo_counts=known.counts(len(photos.skipped)),
        validation_accuracy=validation.accuracy if validation.photos else None,
        test_accuracy=after.accuracy if after.photos else None,
    )
    report(PhaseStarted("save", "Saving the new version"))
    control.checkpoint()
    run = add_version(
        run,
        version,
        after if after.photos else validation,
        write_model=partial(
            _write, run.model_path, model, head, judge_after,
            _manifest(model.manifest, version, validation.photos, judge_after),
        ),
    )  # fmt: skip
    return Improvement(run, version, before, after)


def _recorded(run: Run) -> PreparedPhotos:
    photos = listed_photos(run)
    if photos is None:
        raise _unrecorded(run)
    return photos


def _judge(model: ModelFile, run: Run) -> Judge:
    if model.manifest.trust is None or model.references is None:
        raise _unrecorded(run)
    return Judge(model.manifest.trust, References(model.references))


def _unrecorded(run: Run) -> DatasetError:
    return DatasetError(
        f'What "{run.name}" was trained on is not recorded: an earlier version made it.',
        mend="Train it again: then it can be corrected.",
        path=run.folder,
    )


def _at_temperature(model: ModelFile, temperature: float) -> Head:
    """The head as it was before it was calibrated."""
    scale = np.float32(temperature)
    return Head(model.kernel * scale, model.bias * scale)


def _continued(head: Head, known: CorrectedPhotos, classes: int, control: Control) -> Head:
    parts = [known.parts[Part.TRAIN].data, known.mirrored, *[known.added.data] * REPEATS]
    train = joined(parts, len(head.kernel))
    settings = HeadSettings(
        epochs=max(_FEWEST_EPOCHS, round(STEPS * _BATCH / len(train))),
        batch_size=_BATCH,
        learning_rate=LEARNING_RATE,
        label_smoothing=0.0,
        early_stopping=0,
        seed=0,
    )
    return continue_head(head, train, classes=classes, settings=settings, control=control)


def _trusted(head: Head, known: CorrectedPhotos) -> tuple[Head, Judge]:
    """The head with calibrated confidence, and who judges its answers."""
    train, validation = known.parts[Part.TRAIN].data, known.parts[Part.VALIDATION].data
    chosen = train.vectors[chosen_references(train.labels.tolist())]
    references = References(np.concatenate([chosen, known.added.data.vectors]))
    trust = fit_trust(
        head.logits(validation.vectors),
        validation.labels,
        references.distance(validation.vectors),
    )
    scale = np.float32(1 / trust.temperature)
    return Head(head.kernel * scale, head.bias * scale), Judge(trust, references)


def _evaluation(
    known: CorrectedPhotos, part: Part, head: Head, judge: Judge, names: tuple[str, ...]
) -> Evaluation:
    photos = known.parts[part]
    return Evaluation.from_answers(names, answers(photos.photos, head, judge, photos.data.vectors))


def _newly_right(before: Evaluation, after: Evaluation) -> tuple[Answer, ...]:
    """The answers of ``after`` that are right where those of ``before`` were not."""
    pairs = zip(before.answers, after.answers, strict=True)
    return tuple(new for old, new in pairs if new.is_right and not old.is_right)


def _right(head: Head, known: CorrectedPhotos) -> int:
    given = head.log_probabilities(known.added.data.vectors).argmax(axis=1)
    return int((given == known.added.data.labels).sum())


def _manifest(manifest: Manifest, version: Version, validated: int, judge: Judge) -> Manifest:
    new_classes = len(version.class_names) - len(manifest.class_names)
    return replace(
        manifest,
        created=version.created,
        class_names=version.class_names,
        parameters=manifest.parameters + new_classes * (manifest.embedding_size + 1),
        scores=Scores(
            validation_accuracy=version.validation_accuracy,
            validation_photos=validated,
            test_accuracy=version.test_accuracy,
            test_photos=version.test_photos,
        ),
        photo_counts=version.photo_counts,
        trust=judge.trust,
    )


def _write(
    source: Path, model: ModelFile, head: Head, judge: Judge, manifest: Manifest, path: Path
) -> None:
    with storage.scratch_folder(path.parent) as folder:
        archive = folder / "network.keras"
        with_head(source, head.kernel, head.bias, archive)
        write(
            path,
            keras_archive=archive,
            embedder=model.embedder,
            kernel=head.kernel,
            bias=head.bias,
            manifest=manifest,
            references=judge.references.compact(),
        )
