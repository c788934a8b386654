"""The last look at a trained network: how good it is, and when to rely on what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ml_core.control import Control
from ml_core.dataset.photos import Part, Photo
from ml_core.embedding.embed import embed_photos
from ml_core.embedding.embedder import Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.evaluation.evaluate import Answer, Evaluation
from ml_core.evaluation.novelty import References, chosen_references
from ml_core.evaluation.trust import Judge, fit_trust
from ml_core.events import Report
from ml_core.model_file.archive import with_head
from ml_core.training.head import Head
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos


@dataclass(frozen=True, slots=True)
class Measured:
    """A network that was looked at.

    Attributes:
        network: With calibrated confidence.
        judge: Says how far to rely on its answers.
        validation, test: What it answers for these photos, as the written file would.
    """

    network: Network
    judge: Judge
    validation: Evaluation
    test: Evaluation

    @property
    def shown(self) -> Evaluation:
        """On the test photos; on the validation photos if there are no test photos."""
        return self.test if self.test.photos else self.validation


def measure(
    photos: PreparedPhotos, network: Network, *, report: Report, control: Control
) -> Measured:
    """Calibrate the network on the validation photos, then ask it about these and the test photos.

    Validation and test photos that cannot be read any more leave ``photos``, each named in a
    report.

    Raises:
        DatasetError: No validation photo is left.
        Cancelled, Stopped: The caller ended it.
    """
    validation, test, references = _vectors(photos, network, report, control)
    trust = fit_trust(
        network.head.logits(validation),
        photos.labels(Part.VALIDATION),
        references.distance(validation),
    )
    judge = Judge(trust, references)
    network = with_temperature(network, trust.temperature)
    return Measured(
        network,
        judge,
        *(
            Evaluation.from_answers(
                photos.class_names,
                answers(photos.parts[part].photos, network.head, judge, vectors),
                photos.skipped,
            )
            for part, vectors in ((Part.VALIDATION, validation), (Part.TEST, test))
        ),
    )


def answers(
    photos: tuple[Photo, ...], head: Head, judge: Judge, vectors: Vectors
) -> Iterator[Answer]:
    """What a calibrated head says about photos with these vectors, shape (photos, size)."""
    probabilities = np.exp(head.log_probabilities(vectors))
    states = judge.states(head.logits(vectors), vectors)
    for photo, shares, state in zip(photos, probabilities, states, strict=True):
        yield Answer.of(photo, shares, trust=judge.trust, state=state)


def with_temperature(network: Network, temperature: float) -> Network:
    """The same network with its logits divided by ``temperature``.

    The temperature goes into the head, so that every copy of the network, in any format, gives
    calibrated confidence without a word.
    """
    scale = np.float32(1 / temperature)
    head = Head(network.head.kernel * scale, network.head.bias * scale)
    return replace(network, head=head, write_archive=partial(_write, network, head))


def _write(network: Network, head: Head, path: Path) -> None:
    plain = path.with_name(f"uncalibrated-{path.name}")
    network.write_archive(plain)
    with_head(plain, head.kernel, head.bias, path)
    plain.unlink()


def _vectors(
    photos: PreparedPhotos, network: Network, report: Report, control: Control
) -> tuple[Vectors, Vectors, References]:
    """Of the validation photos, of the test photos, and of some training photos."""
    parts = (Part.VALIDATION, Part.TEST)
    train, held_out = photos.parts[Part.TRAIN], sum(len(photos.parts[part]) for part in parts)
    chosen = chosen_references(photos.labels(Part.TRAIN).tolist())
    views = [view for part in parts for view in photos.parts[part].views()]
    views += train.at(chosen).views()
    with VectorStore() as store:
        embedded = embed_photos(
            views, network.embedder, store=store, phase="evaluate", report=report, control=control
        )
    # A training photo that cannot be read any more has been learned all the same.
    lost = {index: error for index, error in embedded.failures.items() if index < held_out}
    photos.leave_out(parts, lost, report)
    vectors = np.delete(embedded.vectors, sorted(embedded.failures), axis=0)
    ends = np.cumsum([len(photos.parts[part]) for part in parts])
    validation, test, references = np.split(vectors, ends)
    return validation, test, References(references)
