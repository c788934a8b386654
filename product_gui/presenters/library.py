"""The presenters' one door to ``ml_core``: each call imports what it needs when it is first made.

So the window is on the screen before numpy, Pillow or LiteRT are read from the disk. Everything
here is called on a worker thread, except where it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.presenters.picture import Picture
from product_gui.presenters.shown_heat import ShownHeat
from product_gui.presenters.varied_photo import VariedPhoto, varied_photo

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.dataset.decisions import Decisions
    from ml_core.dataset.health.health import Examined, Health
    from ml_core.dataset.reading import PhotoReader
    from ml_core.dataset.scan import Dataset
    from ml_core.evaluation.evaluate import Evaluation
    from ml_core.events import EpochFinished, Report
    from ml_core.export.formats import Exported, ExportFormat
    from ml_core.file_moves import Moves, Outcome
    from ml_core.images import InputSpec, Pixels
    from ml_core.model_file.manifest import Manifest
    from ml_core.prediction.classifier import Classifier, Prediction
    from ml_core.runs import Run
    from ml_core.tensorboard_server import TensorBoardServer
    from ml_core.training.corrections import Improvement
    from ml_core.training.recipe import Recipe
    from ml_core.training.sizing import Estimate
    from ml_core.training.trainer import TrainingResult


_MOST_TIMES = 16


class Library:
    """Everything the window asks of ``ml_core``. Tests put their own in its place."""

    def __init__(self) -> None:
        self._reader: PhotoReader | None = None
        self._seen: tuple[tuple[Picture, InputSpec], Pixels] | None = None

    def warm_up(self) -> None:
        """Read the light parts from the disk before they are needed: no page waits for them."""
        import ml_core.prediction.classifier
        import ml_core.runs
        import ml_core.training.recipe  # noqa: F401

    def read_picture(self, picture: Picture, side: int) -> Pixels:
        """The picture, upright, no side longer than ``side`` pixels. Raises ImageError."""
        from ml_core.dataset.photos import Photo

        photo = Photo(picture.path, class_index=0, index=picture.index)
        pixels = self._photo_reader().thumbnail(photo, side)
        return pixels if picture.index is None else _enlarged(pixels, side)

    def vary(
        self, picture: Picture, recipe: Recipe, *, seed: int, sides: tuple[int, int]
    ) -> VariedPhoto:
        """What training shows the network of a photo; see ``varied_photo``. Raises ImageError."""
        from ml_core.training.frozen import input_spec

        wanted, seen = (picture, input_spec(recipe)), self._seen
        if seen is None or seen[0] != wanted:
            seen = self._seen = (wanted, self._for_model(*wanted))
        return varied_photo(seen[1], recipe, seed=seed, sides=sides)

    def _for_model(self, picture: Picture, spec: InputSpec) -> Pixels:
        from ml_core.dataset.photos import Photo

        photo = Photo(picture.path, class_index=0, index=picture.index)
        return self._photo_reader().for_model(photo, spec)

    def _photo_reader(self) -> PhotoReader:
        """One for all: it keeps IDX files open."""
        from ml_core.dataset.reading import PhotoReader

        if self._reader is None:
            self._reader = PhotoReader()
        return self._reader

    def photos_under(self, paths: Sequence[Path]) -> list[Path]:
        from ml_core.prediction.classifier import photos_under

        return photos_under(paths)

    def open_model(self, path: Path) -> Classifier:
        """Raises ModelFileError."""
        from ml_core.prediction.classifier import Classifier

        return Classifier.open(path)

    def classify_many(
        self, classifier: Classifier, paths: Sequence[Path], report: Report, control: Control
    ) -> Iterator[Prediction]:
        """Raises Cancelled or Stopped."""
        if len(paths) == 1:
            return (classifier.classify(path) for path in paths)
        return classifier.classify_many(paths, report=report, control=control)

    def explain(
        self, classifier: Classifier, picture: Picture, pixels: Pixels, category: str
    ) -> ShownHeat:
        """Where a photo, shown with these pixels, speaks for a category."""
        import numpy as np

        from ml_core.prediction.heatmap import heat_map

        found = heat_map(classifier, pixels, category)
        heat = (255 * found.over(pixels.shape[1], pixels.shape[0])).astype(np.uint8)
        green = np.clip(230 - heat.astype(np.int16), 30, 230).astype(np.uint8)
        colours = np.dstack([np.full_like(heat, 255), green, np.full_like(heat, 20)])
        return ShownHeat(picture, category, colours, heat)

    def scan(self, folder: Path, report: Report, control: Control) -> Dataset:
        """Raises DatasetError."""
        from ml_core.dataset.scan import scan_folder

        return scan_folder(folder, report=report, control=control)

    def examine(self, dataset: Dataset, report: Report, control: Control) -> Examined:
        """Look at every photo, in a process of its own. Raises Cancelled or ProcessError.

        So neither a minute of decoding nor a photo that brings a decoder down harms the window.
        """
        from ml_core.child_process import run_in_child
        from ml_core.dataset.health.health import examine

        return run_in_child(examine, dataset, report=report, control=control)

    def assess(
        self,
        examined: Examined,
        decisions: Decisions,
        dealing: tuple[float, float, int] | None,
        control: Control,
    ) -> Health:
        """Follow the decisions; ``dealing`` is validation share, test share and seed."""
        from ml_core.dataset.health.health import SplitRule, assess

        rule = SplitRule(*dealing) if dealing is not None else None
        return assess(examined, decisions, rule=rule, control=control)

    def load_decisions(self, root: Path) -> Decisions:
        from ml_core.dataset.decisions import load_decisions

        return load_decisions(root)

    def save_decisions(self, decisions: Decisions) -> None:
        """Raises StorageError."""
        from ml_core.dataset.decisions import save_decisions

        save_decisions(decisions)

    def plan_moves(self, health: Health, left_out_to: Path) -> Moves:
        """Which files would go where. Raises StorageError."""
        from ml_core.dataset.decided_moves import plan_decided_moves

        return plan_decided_moves(health, left_out_to=left_out_to)

    def move_files(
        self, health: Health, left_out_to: Path, report: Report, control: Control
    ) -> Outcome:
        """Move files as decided. Raises StorageError or Cancelled."""
        from ml_core.dataset.decided_moves import carry_out_decisions

        return carry_out_decisions(health, left_out_to=left_out_to, report=report, control=control)

    def undo_moves(self, journal: str, report: Report, control: Control) -> Outcome:
        """Take files back. Raises StorageError or Cancelled."""
        from ml_core.dataset.decided_moves import undo_moves

        return undo_moves(journal, report=report, control=control)

    def save_report(self, health: Health, path: Path, report: Report, control: Control) -> None:
        """As a table (.csv) or a web page. Raises StorageError."""
        if path.suffix.lower() == ".csv":
            from ml_core.dataset.report.table import write_table

            write_table(health, path)
        else:
            from ml_core.dataset.report.page import write_page

            write_page(health, path, report=report, control=control)

    def train(
        self, dataset: Dataset, recipe: Recipe, name: str, report: Report, control: Control
    ) -> TrainingResult:
        """Raises what ``ml_core.training.trainer.train`` raises."""
        from ml_core.training.trainer import train

        return train(dataset, recipe, name=name, report=report, control=control)

    def estimate(
        self, dataset: Dataset, recipe: Recipe, report: Report, control: Control
    ) -> Estimate:
        """Raises what ``ml_core.training.sizing.estimate`` raises."""
        from ml_core.training.sizing import estimate

        return estimate(dataset, recipe, report=report, control=control)

    def resume(self, run: Run, report: Report, control: Control) -> TrainingResult:
        """Raises what ``ml_core.training.trainer.resume`` raises."""
        from ml_core.training.trainer import resume

        return resume(run, report=report, control=control)

    def extend(
        self, run: Run, epochs: int, name: str, report: Report, control: Control
    ) -> TrainingResult:
        """Raises what ``ml_core.training.trainer.extend`` raises."""
        from ml_core.training.trainer import extend

        return extend(run, epochs, name=name, report=report, control=control)

    def interrupted_runs(self) -> list[Run]:
        from ml_core import runs

        return runs.interrupted_runs()

    def correct(
        self,
        run_folder: Path,
        corrections: Sequence[tuple[Path, str]],
        report: Report,
        control: Control,
    ) -> Improvement:
        """Raises what ``ml_core.training.corrections.learn_corrections`` raises."""
        from ml_core import runs
        from ml_core.errors import StorageError
        from ml_core.training.corrections import Correction, learn_corrections

        run = runs.load(run_folder)
        if run is None:
            raise StorageError("The training that gave this model is no longer there.")
        meant = [Correction(path, category) for path, category in corrections]
        return learn_corrections(run, meant, report=report, control=control)

    def use_version(self, run_folder: Path, number: int) -> Run:
        """Raises StorageError."""
        from ml_core import runs
        from ml_core.errors import StorageError
        from ml_core.training.versions import use_version

        run = runs.load(run_folder)
        if run is None:
            raise StorageError("The training that gave this model is no longer there.")
        return use_version(run, number)

    def export(
        self,
        model: Path,
        format: ExportFormat,  # noqa: A002 - the library's own word
        out: Path,
        *,
        overwrite: bool,
        report: Report,
        control: Control,
    ) -> Exported:
        """Raises ModelFileError, ExportError or StorageError."""
        from ml_core.export.formats import export

        return export(model, format, out, overwrite=overwrite, report=report, control=control)

    def read_manifest(self, path: Path) -> Manifest:
        """What a model file says of itself. Raises ModelFileError."""
        from ml_core.model_file.read import read_manifest

        return read_manifest(path)

    def has_tensorboard(self, run: Run) -> bool:
        """Whether the run wrote logs for TensorBoard."""
        from ml_core.tensorboard_server import has_logs

        return has_logs(run.folder)

    def serve_tensorboard(self, run_folder: Path, control: Control) -> TensorBoardServer:
        """Raises ProcessError."""
        from ml_core.tensorboard_server import serve

        return serve(run_folder, control=control)

    def list_runs(self) -> list[Run]:
        from ml_core import runs

        return runs.list_runs()

    def load_evaluation(self, run: Run) -> Evaluation | None:
        from ml_core import runs

        return runs.load_evaluation(run)

    def load_history(self, run: Run) -> list[EpochFinished]:
        from ml_core import runs

        return runs.load_history(run)

    def rename_run(self, run: Run, name: str) -> Run:
        """Raises StorageError."""
        from ml_core import runs

        return runs.rename(run, name)

    def star_run(self, run: Run, is_starred: bool) -> Run:
        """Raises StorageError."""
        from ml_core import runs

        return runs.star(run, is_starred=is_starred)

    def annotate_run(self, run: Run, note: str) -> Run:
        """Raises StorageError."""
        from ml_core import runs

        return runs.annotate(run, note)

    def trash_run(self, run: Run) -> Path:
        """Raises StorageError."""
        from ml_core import runs

        return runs.move_to_trash(run)

    def restore_run(self, trashed: Path) -> Run:
        """Raises StorageError."""
        from ml_core import runs

        return runs.restore(trashed)


def _enlarged(pixels: Pixels, side: int) -> Pixels:
    """Pictures of 28 pixels want a magnifying glass: whole pixels, no blur."""
    times = max(1, min(side // max(pixels.shape[:2]), _MOST_TIMES))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)
