"""Photos into vectors: the same from every thread, and the same as Keras gives."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.reading import content_hashes
from ml_core.dataset.scan import Photo, scan_folder
from ml_core.embedding import embed
from ml_core.embedding.conversion import embedder_to_litert
from ml_core.embedding.embed import View, embed_photos
from ml_core.embedding.embedder import Embedder
from ml_core.embedding.vector_store import VectorStore
from ml_core.errors import ModelFileError, Stopped
from ml_core.events import StepProgress
from ml_core.images import InputSpec, ResizePolicy
from ml_core.model_file.read import read
from tests.core.sample_photos import make_product_photos

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def embedder_in(model: Path) -> Embedder:
    contents = read(model)
    return Embedder(contents.embedder, contents.manifest.input)


@pytest.fixture
def embedder(fast_model: Path) -> Embedder:
    return embedder_in(fast_model)


def some_pixels(spec: InputSpec, count: int = 8) -> np.ndarray:
    shape = (count, spec.size, spec.size, spec.channels)
    return np.random.default_rng(5).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("model", ["fast_model", "scratch_model"])
def test_it_equals_the_embedder_of_the_keras_archive(
    model: str, request: pytest.FixtureRequest
) -> None:
    import keras

    path: Path = request.getfixturevalue(model)
    embedder = embedder_in(path)
    pixels = some_pixels(embedder.spec)
    network = keras.models.load_model(path, compile=False).get_layer("embedder")
    expected = network.predict(pixels.astype(np.float32), verbose=0)
    given = np.stack([embedder.embed(one) for one in pixels])
    assert given.dtype == np.float32
    scale = np.abs(expected).max()  # random features of a deep network are tiny
    assert np.ptp(expected / scale, axis=0).max() > 0.01, "the photos can be told apart"
    np.testing.assert_allclose(given / scale, expected / scale, rtol=1e-3, atol=1e-4)


def test_batch_normalisation_has_learned_and_dropout_is_off(scratch_model: Path) -> None:
    import keras

    network = keras.models.load_model(scratch_model, compile=False).get_layer("embedder")
    means = [
        layer.moving_mean.numpy()
        for layer in network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert means
    assert all(np.abs(mean).max() > 1e-3 for mean in means), "or the test above proves little"
    embedder = embedder_in(scratch_model)
    pixels = some_pixels(embedder.spec, 1)[0]
    np.testing.assert_array_equal(embedder.embed(pixels), embedder.embed(pixels))


def test_a_grey_network_is_converted() -> None:
    from ml_core.models.build import build, embedder_of

    model = build("fashion_mlp", classes=3, input_size=16, weights="none")
    embedder = Embedder(embedder_to_litert(model), InputSpec(16, 1))
    pixels = some_pixels(embedder.spec, 3)
    expected = embedder_of(model).predict(pixels.astype(np.float32), verbose=0)
    given = np.stack([embedder.embed_here(one) for one in pixels])
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-4)


def test_one_core_and_all_cores_give_the_same_vector(embedder: Embedder) -> None:
    for pixels in some_pixels(embedder.spec):
        np.testing.assert_array_equal(embedder.embed(pixels), embedder.embed_here(pixels))
    assert embedder.embed(pixels).shape == (embedder.embedding_size,)


def test_many_threads_at_once_give_the_same_vectors(embedder: Embedder) -> None:
    pixels = some_pixels(embedder.spec, 6)
    expected = np.stack([embedder.embed(one) for one in pixels])
    together = threading.Barrier(6, timeout=20)

    def work(number: int) -> np.ndarray:
        together.wait()
        way = embedder.embed if number % 2 else embedder.embed_here
        order = np.roll(np.arange(6), number)
        vectors = np.empty_like(expected)
        for index in [*order, *order]:
            vectors[index] = way(pixels[index])
        return vectors

    with ThreadPoolExecutor(6) as pool:
        for vectors in pool.map(work, range(6)):
            np.testing.assert_array_equal(vectors, expected)


def test_a_vector_is_not_overwritten_by_the_next_photo(embedder: Embedder) -> None:
    first, second = some_pixels(embedder.spec, 2)
    for way in (embedder.embed, embedder.embed_here):
        vector = way(first)
        before = vector.copy()
        way(second)
        np.testing.assert_array_equal(vector, before)


@pytest.mark.parametrize("shape", [(32, 64, 3), (64, 64, 1), (64, 64), (1, 64, 64, 3)])
def test_pixels_of_another_shape_are_refused(embedder: Embedder, shape: tuple[int, ...]) -> None:
    for way in (embedder.embed, embedder.embed_here):
        with pytest.raises(ValueError, match="expected pixels of"):
            way(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("spec", [InputSpec(63), InputSpec(65), InputSpec(64, 1)])
def test_an_input_that_does_not_fit_is_refused(embedder: Embedder, spec: InputSpec) -> None:
    with pytest.raises(ModelFileError, match=rf"{spec.size}, {spec.size}, {spec.channels}\)"):
        Embedder(embedder.content, spec)


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"no network at all" * 10,
        _cut,
        lambda content: content[:-10],
        lambda content: bytes(8) + content[8:],
        lambda content: content[:4] + b"TFL3" + bytes(100),
    ],
)
def test_bytes_that_are_no_network_are_refused(
    embedder: Embedder, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(ModelFileError, match="cannot be opened"):
        Embedder(spoil(embedder.content), embedder.spec)


def litert_of(layers: Callable[[Any], Any]) -> bytes:
    """A network of these layers on 4 x 4 photos, as LiteRT bytes."""
    import keras

    pixels = keras.Input((4, 4, 3), dtype="float32")
    inner = keras.Model(pixels, layers(pixels), name="embedder")
    inputs = keras.Input((4, 4, 3), dtype="float32")
    return embedder_to_litert(keras.Model(inputs, inner(inputs)))


def test_a_network_that_gives_no_vector_is_refused() -> None:
    from keras import layers

    content = litert_of(layers.Conv2D(2, 3))
    with pytest.raises(ModelFileError, match="One float32 vector a photo"):
        Embedder(content, InputSpec(4))


def test_values_that_are_no_numbers_are_refused() -> None:
    from keras import layers

    content = litert_of(lambda pixels: layers.Flatten()(layers.Rescaling(float("nan"))(pixels)))
    embedder = Embedder(content, InputSpec(4))
    with pytest.raises(ModelFileError, match="no numbers"):
        embedder.embed(np.ones((4, 4, 3), np.uint8))


def test_the_fingerprint_names_network_and_input(embedder: Embedder, scratch_model: Path) -> None:
    padded = Embedder(embedder.content, replace(embedder.spec, resize=ResizePolicy.PAD))
    same = Embedder(embedder.content, embedder.spec)
    assert embedder.fingerprint() == same.fingerprint()
    assert len(embedder.fingerprint()) == 16
    others = {padded.fingerprint(), embedder_in(scratch_model).fingerprint()}
    assert len(others | {embedder.fingerprint()}) == 3


# Many photos, through the cache.


def views_of(folder: Path) -> list[View]:
    photos = scan_folder(folder).photos
    hashes = content_hashes(photos)
    return [View(photo, one) for photo, one in zip(photos, hashes, strict=True)]  # type: ignore[arg-type]


class CountingEmbedder(Embedder):
    """Counts how often it works."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder.content, embedder.spec)
        self.worked = 0
        self._counting = threading.Lock()

    def embed_here(self, pixels: np.ndarray) -> np.ndarray:
        with self._counting:
            self.worked += 1
        return super().embed_here(pixels)


@pytest.fixture
def counting(embedder: Embedder) -> CountingEmbedder:
    return CountingEmbedder(embedder)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return make_product_photos(tmp_path / "few", per_class=4)


def test_known_vectors_are_not_made_again(counting: CountingEmbedder, few: Path) -> None:
    views, events = views_of(few), []
    with VectorStore() as store:
        first = embed_photos(views, counting, store=store)
        assert counting.worked == 12
        again = embed_photos(views, counting, store=store, report=events.append)
    assert counting.worked == 12
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert events == [StepProgress("embed", 12, 12)]


def test_mirrored_views_are_mirrored_and_kept_apart(embedder: Embedder, few: Path) -> None:
    plain = views_of(few)
    mirrored = [replace(view, is_mirrored=True) for view in plain]
    with VectorStore() as store:
        embed_photos(plain, embedder, store=store)
        both = embed_photos([*plain, *mirrored], embedder, store=store)
    from ml_core.images import load_for_model

    for view, vector in zip([*plain, *mirrored], both.vectors, strict=True):
        pixels = load_for_model(view.photo.path, embedder.spec)
        expected = embedder.embed(pixels[:, ::-1] if view.is_mirrored else pixels)
        np.testing.assert_array_equal(vector, expected)
    assert not np.array_equal(both.vectors[:12], both.vectors[12:])


def test_unreadable_photos_are_failures_in_their_place(embedder: Embedder, few: Path) -> None:
    views = views_of(few)
    views[3].photo.path.write_bytes(b"no picture")
    views[7].photo.path.unlink()
    with VectorStore() as store:
        embedded = embed_photos(views, embedder, store=store)
    assert set(embedded.failures) == {3, 7}
    assert views[3].photo.path.name in str(embedded.failures[3])
    assert embedded.vectors.shape == (12, embedder.embedding_size)
    zeros = [index for index, vector in enumerate(embedded.vectors) if not vector.any()]
    assert zeros == [3, 7]


def test_vectors_of_another_length_in_the_cache_are_made_again(
    embedder: Embedder, few: Path
) -> None:
    views = views_of(few)
    with VectorStore() as store:
        expected = embed_photos(views, embedder, store=store)
        short = {view.content: np.ones(3, np.float32) for view in views[:5]}
        store.put(embedder.fingerprint(), short, view=0)
        again = embed_photos(views, embedder, store=store)
    np.testing.assert_array_equal(again.vectors, expected.vectors)


def test_what_was_made_before_a_stop_is_kept(
    counting: CountingEmbedder, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "_KEEP_EVERY", 3)
    views, control = views_of(few), Control()

    def stop_at_five(event: Any) -> None:
        if event.done >= 5:
            control.stop()

    monkeypatch.setattr("ml_core.parallel._SECONDS_BETWEEN_REPORTS", 0.0)
    with VectorStore() as store:
        with pytest.raises(Stopped):
            embed_photos(views, counting, store=store, report=stop_at_five, control=control)
        counting.worked = 0
        embed_photos(views, counting, store=store)
    assert counting.worked <= 12 - 5


def test_photos_inside_idx_files_are_embedded(tmp_path: Path) -> None:
    from ml_core.models.build import build

    pictures = np.random.default_rng(0).integers(0, 256, (5, 16, 16), np.uint8)
    sizes = b"".join(number.to_bytes(4) for number in pictures.shape)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + sizes + pictures.tobytes())
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(
        b"\0\0\x08\x01" + sizes[:4] + bytes([0, 1, 0, 1, 0])
    )
    photos: tuple[Photo, ...] = scan_folder(tmp_path).photos
    hashes = content_hashes(photos)
    model = build("fashion_mlp", classes=2, input_size=16, weights="none")
    embedder = Embedder(embedder_to_litert(model), InputSpec(16, 1))
    views = [View(photo, one) for photo, one in zip(photos, hashes, strict=True)]  # type: ignore[arg-type]
    with VectorStore() as store:
        vectors = embed_photos(views, embedder, store=store).vectors
    for photo, vector in zip(photos, vectors, strict=True):
        assert photo.index is not None
        np.testing.assert_array_equal(vector, embedder.embed(pictures[photo.index][..., None]))
