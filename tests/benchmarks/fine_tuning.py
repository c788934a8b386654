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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ml_core.child_process import ONE_PROCESS_VARIABLE
from ml_core.dataset.scan import scan_folder
from ml_core.events import EpochFinished, Event, PhaseStarted, Warned
from ml_core.storage import HOME_VARIABLE
from ml_core.training.recipe import Recipe, recipe_for
from ml_core.training.trainer import train

CLOTHING = Path(__file__).resolve().parents[3] / "shared" / "data" / "clothing"
BATCH = 32


@dataclass(frozen=True)
class Moment:
    """A point in time, by the clock and by the processor time that this process has used."""

    clock: float = field(default_factory=time.monotonic)
    processor: float = field(default_factory=time.process_time)

    def since(self, earlier: "Moment") -> "Moment":
        return Moment(self.clock - earlier.clock, self.processor - earlier.processor)


@dataclass(frozen=True)
class Speed:
    """Photos per second, and the processor's milliseconds for each."""

    photos_per_second: float
    milliseconds: float

    @classmethod
    def of(cls, photos: int, taken: Moment) -> "Speed":
        return cls(photos / taken.clock, 1000 * taken.processor / photos)

    def __str__(self) -> str:
        return (
            f"{self.photos_per_second:6.1f} photos/s, {self.milliseconds:5.1f} ms of processor each"
        )


@dataclass
class Course:
    """What happened when, in one training of the program."""

    looking: Moment = field(default_factory=Moment)
    tuning: Moment = field(default_factory=Moment)
    ended: Moment = field(default_factory=Moment)
    epochs: int = 0

    def listen(self, event: Event) -> None:
        match event:
            case PhaseStarted("read"):
                self.looking = Moment()
            case PhaseStarted("fine_tune"):
                self.tuning = Moment()
            case EpochFinished(phase="fine_tune"):
                self.ended = Moment()
                self.epochs += 1
            case Warned(message):
                say(f"  {message}")


def the_programs_way(folder: Path, recipe: Recipe, photos: int) -> tuple[Speed, Speed]:
    """Fine-tuning with and without the look at all views."""
    course, started = Course(), Moment()
    result = train(scan_folder(folder), recipe, name="benchmark", report=course.listen)
    whole, looking = Moment().since(started), course.tuning.since(course.looking)
    seen = course.epochs * photos
    speed = Speed.of(seen, course.ended.since(course.looking))
    tuning = Speed.of(seen, course.ended.since(course.tuning))
    run = result.run
    say(f"program      {speed} ({course.epochs} epochs; looking took {looking.clock:.0f} s)")
    say(f"  only tuning {tuning}")
    say(
        f"  whole training {whole.clock:.0f} s ({whole.processor:.0f} s of processor): validation"
        f" {run.validation_accuracy:.4f}, test {run.test_accuracy:.4f} of"
        f" {result.evaluation.photos} photos"
    )
    return speed, tuning


def the_plain_way(folder: Path, recipe: Recipe, photos: int, *, epochs: int) -> Speed:
    """A Keras program such as Keras' own guide to fine-tuning teaches."""
    import keras

    size, started = recipe.input_size, Moment()
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
    model.fit(
        training.prefetch(2), validation_data=validation, epochs=epochs, shuffle=False, verbose=0
    )
    speed = Speed.of(epochs * photos, Moment().since(started))
    say(f"plain Keras  {speed} ({epochs} epochs)")
    return speed


def some_photos(source: Path, destination: Path, count: int) -> int:
    """Copy about so many training photos, evenly over the categories, and the rest; count them."""
    shutil.copytree(source, destination)
    classes = [sorted(folder.iterdir()) for folder in sorted((destination / "train").iterdir())]
    total = sum(map(len, classes))
    for photos in classes:
        for photo in photos[max(2, round(len(photos) * count / total)) :] if count else ():
            photo.unlink()
    return sum(len(list(folder.iterdir())) for folder in (destination / "train").iterdir())


def compared(name: str, ours: Sequence[Speed], plain: Sequence[Speed]) -> str:
    """Medians, spread and ratios."""
    lines = [f"{name}:"]
    medians = []
    for who, speeds in (("program", ours), ("plain Keras", plain)):
        rates = [speed.photos_per_second for speed in speeds]
        processor = statistics.median(speed.milliseconds for speed in speeds)
        medians.append((statistics.median(rates), processor))
        lines.append(
            f"  {who:12} median {medians[-1][0]:.1f} photos/s ({min(rates):.1f} to"
            f" {max(rates):.1f}), {processor:.1f} ms of processor each"
        )
    (rate, taken), (plain_rate, plain_taken) = medians
    lines.append(
        f"  ratio {rate / plain_rate:.2f} by the clock, {plain_taken / taken:.2f} by processor time"
    )
    return "\n".join(lines)


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
    os.environ[ONE_PROCESS_VARIABLE] = "1"  # so that its processor time can be read at any moment
    recipe = recipe_for("best", architecture="mobilenet_v2")
    ours, plain = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "photos"
        photos = some_photos(arguments.data, folder, arguments.photos)
        say(f"{photos} training photos, {recipe.architecture}, {os.cpu_count()} cores")
        for turn in range(arguments.rounds):
            os.environ[HOME_VARIABLE] = str(Path(temporary) / f"home-{turn}")
            ours.append(the_programs_way(folder, recipe, photos))
            plain.append(the_plain_way(folder, recipe, photos, epochs=arguments.plain_epochs))
    say(compared("With the one look at all views", [both for both, _ in ours], plain))
    say(compared("Tuning alone", [tuning for _, tuning in ours], plain))


if __name__ == "__main__":
    main()
