"""Teach a computer to sort product photos: the library under the window and the command line.

The public names are loaded when first used, so that importing this package is quick and brings in
neither TensorFlow nor matplotlib::

    from pathlib import Path
    import ml_core

    dataset = ml_core.scan_folder(Path("photos"))
    result = ml_core.train(dataset, ml_core.recipe_for("fast"))
    classifier = ml_core.Classifier.open(result.run.model_path)
    print(classifier.classify(Path("mug.jpg")).category)
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml_core.control import Control as Control
    from ml_core.dataset.scan import Dataset as Dataset
    from ml_core.dataset.scan import scan_folder as scan_folder
    from ml_core.errors import CoreError as CoreError
    from ml_core.evaluation.evaluate import Evaluation as Evaluation
    from ml_core.evaluation.evaluate import evaluate_folder as evaluate_folder
    from ml_core.export.formats import export_model as export_model
    from ml_core.prediction.classifier import Classifier as Classifier
    from ml_core.prediction.classifier import Prediction as Prediction
    from ml_core.training.recipe import Recipe as Recipe
    from ml_core.training.recipe import recipe_for as recipe_for
    from ml_core.training.trainer import TrainingResult as TrainingResult
    from ml_core.training.trainer import train as train

_HOMES = {
    "Classifier": "ml_core.prediction.classifier",
    "Control": "ml_core.control",
    "CoreError": "ml_core.errors",
    "Dataset": "ml_core.dataset.scan",
    "Evaluation": "ml_core.evaluation.evaluate",
    "Prediction": "ml_core.prediction.classifier",
    "Recipe": "ml_core.training.recipe",
    "TrainingResult": "ml_core.training.trainer",
    "evaluate_folder": "ml_core.evaluation.evaluate",
    "export_model": "ml_core.export.formats",
    "recipe_for": "ml_core.training.recipe",
    "scan_folder": "ml_core.dataset.scan",
    "train": "ml_core.training.trainer",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
