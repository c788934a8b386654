"""``ml-core train``: from a folder of photos to a model file, and how that is told."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.arguments import GOALS
from ml_core.console import Console, ProgressDisplay
from ml_core.control import Control
from ml_core.errors import RecipeError
from ml_core.outputs import deliver, require_model_place
from ml_core.undo_command import INTERRUPTED

if TYPE_CHECKING:
    from ml_core.evaluation.evaluate import Evaluation
    from ml_core.training.recipe import Recipe
    from ml_core.training.trainer import TrainingResult

Arguments = argparse.Namespace


def train(arguments: Arguments, console: Console, control: Control) -> int:
    """Train a classifier on a folder of photos."""
    from ml_core.dataset.scan import scan_folder
    from ml_core.training.recipe_file import write_recipe
    from ml_core.training.trainer import train as run_training

    recipe = _recipe_from(arguments)
    require_model_place(arguments.out)
    if arguments.save_recipe:
        write_recipe(recipe, arguments.save_recipe)
    with ProgressDisplay(console) as display:
        dataset = scan_folder(arguments.folder, report=display, control=control)
        result = run_training(
            dataset, recipe, name=arguments.out.stem, report=display, control=control
        )
    return told(result, arguments, console)


def told(result: "TrainingResult", arguments: Arguments, console: Console) -> int:
    """Put the model where it was asked for, and say how good it is; gives the exit status."""
    out = arguments.out or result.run.model_path
    if arguments.out:
        deliver(result.run.model_path, out)
    if arguments.json:
        console.result_json(
            {
                "model": str(out),
                "classes": list(result.run.class_names),
                "photos": result.run.photo_counts,
                "epochs": result.epochs,
                "validation_accuracy": result.run.validation_accuracy,
                "test_accuracy": result.run.test_accuracy,
                "seconds": result.seconds,
            }
        )
    else:
        is_test = result.run.test_accuracy is not None
        console.result(score_sentence(result.evaluation, is_test=is_test))
        console.result(f"Saved {out}")
    return INTERRUPTED if result.was_stopped else 0


def score_sentence(evaluation: "Evaluation", *, is_test: bool) -> str:
    """How good it is, and how sure that is."""
    least, most = evaluation.interval
    return (
        f"{'Test' if is_test else 'Validation'} accuracy {evaluation.accuracy:.1%}"
        f" (between {least:.0%} and {most:.0%}, on {evaluation.photos:,} photos)"
    )


def _recipe_from(arguments: Arguments) -> "Recipe":
    from ml_core.models import registry

    recipe = _recommended_or_read(arguments)
    asked = {
        "weights": arguments.weights,
        "epochs": arguments.epochs,
        "fine_tune_epochs": arguments.fine_tune_epochs,
        "input_size": arguments.size,
        "batch_size": arguments.batch_size,
        "learning_rate": arguments.learning_rate,
        "mirror": arguments.mirror,
        "class_weights": arguments.class_weights,
        "seed": arguments.seed,
        **_augmentation_from(arguments, recipe),
    }
    given = {name: value for name, value in asked.items() if value is not None}
    if arguments.weights == "imagenet" and not registry.get(recipe.architecture).pretrained:
        raise RecipeError(
            f"{recipe.architecture} has no pretrained weights.",
            expected="It can only start from random ones, --weights none.",
            mend="Leave --weights away, or choose another architecture.",
        )
    return replace(recipe, **given).validate()


def _recommended_or_read(arguments: Arguments) -> "Recipe":
    from ml_core.training.recipe import recipe_for
    from ml_core.training.recipe_file import read_recipe

    if arguments.recipe in GOALS:
        return recipe_for(arguments.recipe, architecture=arguments.architecture)
    if arguments.architecture:
        raise RecipeError(
            f"--architecture was given with the recipe in {arguments.recipe}, which names one.",
            mend="Leave it away, or change the file.",
        )
    return read_recipe(Path(arguments.recipe))


def _augmentation_from(arguments: Arguments, recipe: "Recipe") -> dict[str, object]:
    """The fields of a recipe that say how photos are varied, where that was asked for."""
    from ml_core.dataset.augment import MOST

    amounts = {name: value for name in MOST if (value := getattr(arguments, name)) is not None}
    kind = arguments.augmentation or ("custom" if amounts else None)
    if kind is not None and recipe.goal == "fast":
        raise RecipeError(
            "The recipe 'fast' looks at each photo once, so it has no use for augmentation.",
            expected="The recipes 'best' and 'scratch' vary photos; 'fast' can only mirror them.",
            mend="Add --recipe best, or use --mirror.",
        )
    if amounts and kind != "custom":
        raise RecipeError(
            f"--{next(iter(amounts))} was given with --augmentation {kind}.",
            expected="An amount of your own belongs to --augmentation custom.",
            mend="Leave one of them away.",
        )
    return {"augmentation": kind, "custom": replace(recipe.custom, **amounts)}
