"""Fine-tuning as the program does it against Keras' plain way with the lower layers frozen.

    KERAS_HOME=../shared/keras_home python -m tests.benchmarks.fine_tuning [--photos N]

Both tune the same layers of the same MobileNetV2 on the same photos of 224 pixels, with gentle
augmentation, and are timed from the photos' files to the end of the last epoch, validation
included: the program's figure holds the one look of the frozen layers at every photo in every view.
The two take turns, so that a busy moment of the machine hits both.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ml_core.dataset.scan import scan_folder
from ml_core.events import EpochFinished, Event, PhaseStarted
from ml_core.storage import HOME_VARIABLE
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import train

CLOTHING = Path(__file__).resolve().parents[3] / "shared" / "data" / "clothing"
BATCH = 32


@dataclass
class Course:
    """What happened when, in one training of the program."""

    looked: float = 0.0
    tuning: float = 0.0
    ended: float = 0.0
    epochs: list[EpochFinished] = field(default_factory=list)

    def listen(self, event: Event) -> None:
        now = time.monotonic()
        match event:
            case PhaseStarted("read"):
                self.looked = now
            case PhaseStarted("fine_tune"):
                self.tuning = now
            case EpochFinished(phase="fine_tune"):
                self.ended = now
                self.epochs.append(event)

    def photos_per_second(self, photos: int) -> float:
        return len(self.epochs) * photos / (self.ended - self.looked)


def the_programs_way(folder: Path, recipe: Recipe, photos: int) -> float:
    """Photos per second of fine-tuning, in a home where the head's phase finds everything new."""
    course = Course()
    started = time.monotonic()
    result = train(scan_folder(folder), recipe, name="benchmark", report=course.listen)
    seconds = time.monotonic() - started
    rate = course.photos_per_second(photos)
    while_training = statistics.median(epoch.photos_per_second for epoch in course.epochs)
    say(
        f"program     {rate:6.1f} photos/s ({len(course.epochs)} epochs; looking"
        f" {course.tuning - course.looked:.0f} s, tuning {course.ended - course.tuning:.0f} s,"
        f" {while_training:.0f} photos/s within an epoch); the whole training {seconds:.0f} s:"
        f" validation {result.run.validation_accuracy:.4f}, test {result.run.test_accuracy:.4f}"
        f" (n={result.evaluation.photos})"
    )
    return rate


def the_plain_way(folder: Path, recipe: Recipe, photos: int, *, epochs: int) -> float:
    """Photos per second of a Keras program such as its own guide to fine-tuning teaches."""
    import keras

    size = recipe.input_size
    started = time.monotonic()
    training, validation = (
        keras.utils.image_dataset_from_directory(
            folder / part, image_size=(size, size), batch_size=BATCH, label_mode="categorical",
            verbose=False,
        )
        for part in ("train", "validation")
    )  # fmt: skip
    augmentation = keras.Sequential(
        [keras.layers.RandomRotation(0.05), keras.layers.RandomZoom(0.05)]
    )
    training = training.map(lambda pixels, targets: (augmentation(pixels), targets))
    base = keras.applications.MobileNetV2(
        input_shape=(size, size, 3), include_top=False, pooling="avg", weights="imagenet"
    )
    for layer in base.layers[: -recipe.fine_tune_layers]:
        layer.trainable = False
    inputs = keras.Input((size, size, 3))
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    classes = len(list((folder / "train").iterdir()))
    outputs = keras.layers.Dense(classes, activation="softmax")(base(scaled, training=False))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(training.prefetch(2), validation_data=validation, epochs=epochs, verbose=0)
    rate = epochs * photos / (time.monotonic() - started)
    say(f"plain Keras {rate:6.1f} photos/s ({epochs} epochs)")
    return rate


def some_photos(source: Path, destination: Path, count: int) -> int:
    """Copy about so many training photos, evenly over the categories, and the rest; count them."""
    shutil.copytree(source, destination)
    classes = [sorted(folder.iterdir()) for folder in sorted((destination / "train").iterdir())]
    total = sum(map(len, classes))
    for photos in classes:
        for photo in photos[max(2, round(len(photos) * count / total)) :] if count else ():
            photo.unlink()
    return sum(len(list(folder.iterdir())) for folder in (destination / "train").iterdir())


def in_turns(ways: list[Callable[[], float]], rounds: int) -> list[list[float]]:
    """The figures of each way, A B A B."""
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, figures in zip(ways, found, strict=True):
            figures.append(way())
    return found


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=int, default=0, help="training photos; 0 for all")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured")
    parser.add_argument("--plain-epochs", type=int, default=2, help="of the plain way")
    parser.add_argument("--data", type=Path, default=CLOTHING)
    arguments = parser.parse_args()
    recipe = replace(recipe_for("best"), augmentation="gentle", batch_size=BATCH)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ[HOME_VARIABLE] = str(Path(temporary) / "home")
        folder = Path(temporary) / "photos"
        photos = some_photos(arguments.data, folder, arguments.photos)
        say(f"{photos} training photos, {recipe.architecture}, {os.cpu_count()} cores")
        ours, plain = in_turns(
            [
                lambda: the_programs_way(folder, recipe, photos),
                lambda: the_plain_way(folder, recipe, photos, epochs=arguments.plain_epochs),
            ],
            arguments.rounds,
        )
    for name, figures in (("program", ours), ("plain Keras", plain)):
        spread = f"{min(figures):.1f} to {max(figures):.1f}"
        say(f"{name}: median {statistics.median(figures):.1f} photos/s ({spread})")
    say(f"ratio of the medians: {statistics.median(ours) / statistics.median(plain):.2f}")


if __name__ == "__main__":
    main()
