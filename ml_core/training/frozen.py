"""The "fast" way: photos through a frozen backbone once, then a head on the vectors."""

from dataclasses import replace
from functools import partial

import numpy as np

from ml_core.control import Control
from ml_core.dataset.scan import Part
from ml_core.embedding.conversion import PreparedBackbone, prepare_backbone
from ml_core.embedding.embed import embed_photos
from ml_core.embedding.embedder import Embedder, Vectors
from ml_core.embedding.vector_store import VectorStore
from ml_core.events import PhaseStarted, Report, Warned
from ml_core.images import InputSpec
from ml_core.model_file.archive import with_head
from ml_core.models import registry
from ml_core.training.head import HeadSettings, LabelledVectors, train_head
from ml_core.training.network import Network
from ml_core.training.prepare import PreparedPhotos
from ml_core.training.recipe import Recipe


def input_spec(recipe: Recipe) -> InputSpec:
    """What the recipe's network wants to see."""
    channels = registry.get(recipe.architecture).channels
    return InputSpec(recipe.input_size, channels, recipe.resize)


def open_backbone(
    recipe: Recipe, *, report: Report, control: Control
) -> tuple[Embedder, PreparedBackbone]:
    """The recipe's frozen backbone.

    Raises:
        WeightsError: Its weights are missing or do not fit.
        StorageError: The cache cannot be written.
        Cancelled, Stopped: The caller ended it.
    """
    report(PhaseStarted("weights", "Getting the pretrained network ready"))
    if recipe.weights == "none":
        report(
            Warned("The network starts from random weights, as asked; it has seen no photo yet.")
        )
    prepared = prepare_backbone(
        recipe.architecture,
        input_size=recipe.input_size,
        weights=recipe.weights,
        report=report,
        control=control,
    )
    return Embedder(prepared.embedder, input_spec(recipe)), prepared


def train_on_frozen(
    photos: PreparedPhotos, recipe: Recipe, *, report: Report, control: Control
) -> Network:
    """Embed the training and validation photos, then train the head.

    Photos that cannot be read leave ``photos``, each named in a report.

    Raises:
        WeightsError: The backbone's weights are missing or do not fit.
        DatasetError: Too few usable photos are left.
        StorageError: The cache cannot be written.
        Cancelled: The caller cancelled.
        Stopped: The caller stopped before there was anything to keep.
    """
    embedder, backbone = open_backbone(recipe, report=report, control=control)
    report(PhaseStarted("embed", "Looking at every photo once"))
    train, validation = embed_for_training(
        photos, embedder, mirror=recipe.mirror, report=report, control=control
    )
    report(PhaseStarted("head", "Learning the categories"))
    trained = train_head(
        train,
        validation,
        classes=len(photos.class_names),
        settings=head_settings(recipe),
        report=report,
        control=control,
    )
    head = trained.head
    return Network(
        embedder,
        head,
        parameters=registry.get(recipe.architecture).parameters + head.kernel.size + head.bias.size,
        write_archive=partial(with_head, backbone.template, head.kernel, head.bias),
        was_stopped=trained.was_stopped,
    )


def embed_for_training(
    photos: PreparedPhotos,
    embedder: Embedder,
    *,
    mirror: bool,
    report: Report,
    control: Control,
) -> tuple[LabelledVectors, LabelledVectors]:
    """Vectors of the training photos (also mirrored, if asked) and of the validation photos."""
    train, validation = photos.parts[Part.TRAIN], photos.parts[Part.VALIDATION]
    views = train.views() + validation.views()
    if mirror:
        views += [replace(view, is_mirrored=True) for view in train.views()]
    with VectorStore() as store:
        embedded = embed_photos(views, embedder, store=store, report=report, control=control)
    # A mirrored view stands ``plain`` places after its plain one; either failing loses the photo.
    plain = len(train) + len(validation)
    failures = {
        index if index < plain else index - plain: error
        for index, error in embedded.failures.items()
    }
    photos.leave_out((Part.TRAIN, Part.VALIDATION), failures, report)
    lost = {place for index in failures for place in (index, plain + index) if place < len(views)}
    vectors = np.delete(embedded.vectors, sorted(lost), axis=0)
    return _labelled(vectors, photos, mirror=mirror)


def _labelled(
    vectors: Vectors, photos: PreparedPhotos, *, mirror: bool
) -> tuple[LabelledVectors, LabelledVectors]:
    """Take ``[train | validation | train mirrored]`` apart."""
    y_train, y_validation = photos.labels(Part.TRAIN), photos.labels(Part.VALIDATION)
    ends = np.cumsum([len(y_train), len(y_validation)])
    train, validation, mirrored = np.split(vectors, ends)
    if mirror:
        train, y_train = np.concatenate([train, mirrored]), np.tile(y_train, 2)
    return LabelledVectors(train, y_train), LabelledVectors(validation, y_validation)


def head_settings(recipe: Recipe) -> HeadSettings:
    """The part of a recipe that concerns the head."""
    return HeadSettings(
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        label_smoothing=recipe.label_smoothing,
        early_stopping=recipe.early_stopping,
        seed=recipe.seed,
        class_weights=recipe.class_weights,
    )
