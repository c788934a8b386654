"""A desk for testing presenters: the real threads and settings, a small library, no display."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ml_core.control import Control
from ml_core.dataset.health.copies import grouped
from ml_core.dataset.health.health import Examined
from ml_core.dataset.health.inspection import Inspection
from ml_core.dataset.health.measure import measure
from ml_core.dataset.health.survey import Survey
from ml_core.dataset.scan import Dataset, Photo, SkippedFile
from ml_core.errors import DatasetError, ImageError, ModelFileError, Stopped
from ml_core.evaluation.evaluate import Answer, Evaluation
from ml_core.evaluation.trust import State
from ml_core.events import DeviceChosen, EpochFinished, PhaseStarted, PhotosSplit, StepProgress
from ml_core.export.formats import Exported
from ml_core.images import InputSpec, Overview
from ml_core.model_file.manifest import Manifest, Scores
from ml_core.prediction.classifier import Prediction
from ml_core.runs import Run
from ml_core.training.recipe import Recipe
from ml_core.training.sizing import Estimate
from ml_core.training.trainer import TrainingResult
from product_gui.jobs.messages import Message
from product_gui.jobs.runner import Runner
from product_gui.presenters.library import Library
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.presenters.shown_heat import ShownHeat
from product_gui.settings import SettingsStore
from tests.core.sample_photos import product_photo

NAMES = ("hat", "mug", "shoe")


class RecordingView:
    """Keeps every state that it was asked to draw."""

    def __init__(self) -> None:
        self.states: list[Any] = []

    def render(self, state: Any) -> None:
        self.states.append(state)


class FakeClassifier:
    """Answers by the file's name: ``mug-3.jpg`` is a mug, ``mug-strange.jpg`` a strange one."""

    class_names = NAMES

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.manifest = manifest(name)

    def classify(self, path: Path) -> Prediction:
        category = path.name.split("-")[0]
        if category not in NAMES:
            return Prediction(path, None, 0.0, (), error=f"{path.name} is not a photo.")
        others = [name for name in NAMES if name != category]
        state, share = State.SURE, 0.9
        if "doubtful" in path.name:
            state, share = State.UNSURE, 0.6
        elif "strange" in path.name:
            state = State.UNLIKE
        top = ((category, share), (others[0], 1 - share))
        return Prediction(path, category, share, top, state=state)


class FakeLibrary(Library):
    """Stands in for ``ml_core``: quick, and it does what the test asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Run] = []
        self.trashed: dict[Path, Run] = {}
        self.before_each_answer: Callable[[Path], None] = lambda _path: None
        self.before_each_look: Callable[[int], None] = lambda _done: None
        self.examinations = 0
        self.train_error: Exception | None = None
        self.train_body: Callable[[Callable[[Any], None], Control], None] = learn_three_epochs
        self.recipes: list[Recipe] = []
        self.exports: list[tuple[Path, str, Path]] = []
        self.export_error: Exception | None = None
        self.explained: list[tuple[str, str]] = []
        self.corrections: list[dict[Path, str]] = []
        self.before_correcting: Callable[[], object] = lambda: None
        self.versions_used: list[tuple[Path, int]] = []

    def read_picture(self, picture: Picture, side: int) -> Any:
        if "broken" in picture.path.name:
            raise ImageError(f"{picture.path.name} is damaged.")
        return np.zeros((3, 4, 3), np.uint8)

    def photos_under(self, paths: Sequence[Path]) -> list[Path]:
        return [
            photo
            for path in paths
            for photo in (sorted(path.rglob("*.jpg")) if path.is_dir() else [path])
        ]

    def open_model(self, path: Path) -> Any:
        if path.read_bytes() == b"bad":
            raise ModelFileError(f"{path.name} is not a model file.", mend="Choose another file.")
        return FakeClassifier(path, path.stem)

    def read_manifest(self, path: Path) -> Manifest:
        return self.open_model(path).manifest

    def classify_many(
        self, classifier: Any, paths: Sequence[Path], report: Any, control: Control
    ) -> Iterator[Prediction]:
        for done, path in enumerate(paths, start=1):
            control.checkpoint()
            self.before_each_answer(path)
            yield classifier.classify(path)
            report(StepProgress("evaluate", done, len(paths)))

    def scan(self, folder: Path, report: Any, control: Control) -> Dataset:
        names = sorted(child.name for child in folder.iterdir() if child.is_dir())
        if not names:
            raise DatasetError(f"{folder.name} holds no folders.", mend="Make one per category.")
        return dataset(folder, names)

    def examine(self, dataset: Dataset, report: Any, control: Control) -> Examined:
        self.examinations += 1
        report(PhaseStarted("check", "Looking at every photo"))
        for done in range(1, len(dataset.photos) + 1):
            control.checkpoint()
            self.before_each_look(done)
            report(StepProgress("check", done, len(dataset.photos)))
        return examined(dataset)

    def train(
        self, dataset: Dataset, recipe: Recipe, name: str, report: Any, control: Control
    ) -> TrainingResult:
        return self._trained(recipe, dataset.root, name, report, control)

    def estimate(self, dataset: Dataset, recipe: Recipe, report: Any, control: Any) -> Estimate:
        return Estimate(seconds=200.0, memory_bytes=1_200_000_000, disk_bytes=40_000_000)

    def interrupted_runs(self) -> list[Run]:
        return [run for run in self.runs if run.state == "interrupted"]

    def resume(self, run: Run, report: Any, control: Control) -> TrainingResult:
        self.runs.remove(run)
        return self._trained(run.recipe, run.dataset_folder, run.name, report, control)

    def extend(
        self, run: Run, epochs: int, name: str, report: Any, control: Control
    ) -> TrainingResult:
        recipe = replace(run.recipe, epochs=run.recipe.epochs + epochs)
        return self._trained(recipe, run.dataset_folder, name, report, control)

    def _trained(
        self, recipe: Recipe, folder: Path, name: str, report: Any, control: Control
    ) -> TrainingResult:
        self.recipes.append(recipe)
        if self.train_error is not None:
            raise self.train_error
        was_stopped = False
        try:
            self.train_body(report, control)
        except Stopped:
            was_stopped = True
            control.closing().checkpoint()
        made = run(folder.parent / f"run-{len(self.runs)}", name)
        self.runs.insert(0, made)
        return TrainingResult(
            run=made,
            was_stopped=was_stopped,
            evaluation=evaluation(folder),
            epochs=3,
            seconds={"total": 2.5},
        )

    def export(self, model: Path, format: Any, out: Path, **_options: Any) -> Exported:  # noqa: A002
        if self.export_error is not None:
            raise self.export_error
        self.exports.append((model, format, out))
        return Exported(out, out, out, 1_500_000)

    def correct(self, run_folder: Path, corrections: Any, report: Any, control: Control) -> Any:
        """A version that has fixed two test photos and broken one."""
        self.corrections.append(dict(corrections))
        self.before_correcting()
        return SimpleNamespace(
            fixed=(1, 2),
            broke=(3,),
            after=evaluation(run_folder),
            version=SimpleNamespace(number=len(self.corrections) + 1),
        )

    def use_version(self, run_folder: Path, number: int) -> Run:
        self.versions_used.append((run_folder, number))
        return self.runs[0]

    def explain(self, classifier: Any, picture: Picture, pixels: Any, category: str) -> ShownHeat:
        self.explained.append((picture.path.name, category))
        return ShownHeat(picture, category, pixels, np.zeros(pixels.shape[:2], np.uint8))

    def list_runs(self) -> list[Run]:
        return list(self.runs)

    def load_evaluation(self, run: Run) -> Evaluation | None:
        return evaluation(run.folder) if run.test_accuracy is not None else None

    def load_history(self, run: Run) -> list[EpochFinished]:
        return [epoch(1), epoch(2)]

    def rename_run(self, run: Run, name: str) -> Run:
        return self._changed(run, replace(run, name=name))

    def star_run(self, run: Run, is_starred: bool) -> Run:
        return self._changed(run, replace(run, is_starred=is_starred))

    def annotate_run(self, run: Run, note: str) -> Run:
        return self._changed(run, replace(run, note=note.strip()))

    def _changed(self, run: Run, changed: Run) -> Run:
        self.runs[self.runs.index(run)] = changed
        return changed

    def trash_run(self, run: Run) -> Path:
        self.runs.remove(run)
        self.trashed[run.folder] = run
        return run.folder

    def restore_run(self, trashed: Path) -> Run:
        self.runs.append(self.trashed.pop(trashed))
        return self.runs[-1]


class Desk:
    """Surroundings whose news are delivered when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = FakeLibrary()
        self.messages: list[Message] = []
        self.runner = Runner(self.messages.append)
        self.traced: list[tuple[str, dict[str, Any]]] = []
        self.notices: list[Notice] = []
        self.around = Surroundings(
            runner=self.runner,
            library=self.library,
            settings=SettingsStore.open(folder / "settings.json"),
            trace=lambda event, **fields: self.traced.append((event, fields)),
        )
        self.around.notices.listen(self.notices.append)

    def deliver(self) -> None:
        """Hand over the news that have arrived."""
        while self.messages:
            self.runner.receive(self.messages.pop(0))

    def until(self, condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Deliver news until the condition holds."""
        ends = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ends, "it did not come about"
            self.deliver()
            time.sleep(0.002)

    def settle(self) -> None:
        """Deliver news until nothing runs any more."""
        self.until(lambda: not self.runner.unfinished and not self.messages)

    def file(self, name: str, content: bytes = b"x") -> Path:
        """A file in the desk's folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


def learn_three_epochs(report: Callable[[Any], None], control: Control) -> None:
    """What a short training reports."""
    report(DeviceChosen("2 processor cores"))
    report(PhotosSplit(8, 2, 2, 0))
    report(PhaseStarted("embed", "Looking at every photo"))
    report(StepProgress("embed", 12, 12, 100.0, 0.0))
    report(PhaseStarted("head", "Learning"))
    for number in (1, 2, 3):
        control.checkpoint()
        report(epoch(number))
        report(StepProgress("head", number, 3, 500.0, 3.0 - number))


def epoch(number: int) -> EpochFinished:
    return EpochFinished("head", number, 3, 1 / number, 0.5, 1.1 / number, 0.4, 1e-3, 0.1, 80, True)


def dataset(folder: Path, names: Sequence[str]) -> Dataset:
    """A scanned folder: its files are its photos, but for what is no .jpg."""
    photos, skipped = [], []
    for index, name in enumerate(names):
        for path in sorted((folder / name).iterdir()):
            if path.suffix == ".jpg":
                photos.append(Photo(path, index))
            else:
                skipped.append(SkippedFile(path, "It is no photo."))
    return Dataset(folder, tuple(names), tuple(photos), tuple(skipped))


def examined(found: Dataset) -> Examined:
    """What a look at the photos gives, by their names.

    ``mug-1-again.jpg`` is the same file as ``mug-1.jpg``, ``small-1.jpg`` is very small.
    """
    names = [photo.path.stem.removesuffix("-again") for photo in found.photos]
    drawn = np.asarray(product_photo(0, 0, size=(400, 300)))
    record, _ = measure(Overview(drawn, 400, 300))
    measures = np.repeat(record, len(names))
    measures["width"] = [40 if "small" in name else 400 for name in names]
    measures["height"] = [30 if "small" in name else 300 for name in names]
    contents = tuple(hashlib.blake2b(name.encode(), digest_size=16).digest() for name in names)
    survey = Survey(found, contents, measures)
    inspection = Inspection(survey, grouped(contents, []))
    return Examined(found, inspection, no_vectors="There is no network.")


def manifest(name: str) -> Manifest:
    return Manifest(
        name=name,
        created="2025-01-02T03:04:05+00:00",
        class_names=NAMES,
        input=InputSpec(224),
        architecture="mobilenet_v2",
        embedding_size=1280,
        parameters=1,
        scores=Scores(
            validation_accuracy=0.8, validation_photos=30, test_accuracy=0.87, test_photos=40
        ),
        recipe=None,
        dataset_fingerprint="",
        photo_counts={},
        versions={},
        hashes={},
    )


def run(folder: Path, name: str, *, created: str = "2025-01-02T03:04:05+00:00") -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    made = Run(
        folder=folder,
        name=name,
        created=created,
        state="done",
        dataset_folder=folder.parent,
        recipe=Recipe(),
        class_names=NAMES,
        photo_counts={"train": 30, "validation": 5, "test": 40, "skipped": 0},
        epochs=3,
        seconds={"total": 2.5},
        validation_accuracy=0.8,
        test_accuracy=0.87,
    )
    made.model_path.write_bytes(b"model")
    return made


def evaluation(folder: Path, *, photos: int = 40, wrong: int = 5) -> Evaluation:
    """``wrong`` hats were taken for mugs, the surest last."""
    right = [Answer(folder / f"mug-{i}.jpg", 1, 1, 0.9) for i in range(photos - wrong)]
    mistakes = [Answer(folder / f"hat-{i}.jpg", 0, 1, 0.5 + i / 100) for i in range(wrong)]
    confusion = np.zeros((3, 3), np.int64)
    confusion[1, 1], confusion[0, 1] = photos - wrong, wrong
    return Evaluation(NAMES, confusion, (*right, *mistakes), ())
