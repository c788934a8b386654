"""The disk is full at the n-th write, for every n: a clear message, and nothing earlier is lost."""

import errno
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_core import runs, storage
from ml_core.errors import StorageError
from ml_core.prediction.classifier import Classifier
from ml_core.runs import list_runs
from ml_core.training.recipe import Recipe
from tests.core.conftest import fast_recipe
from tests.core.trainings import run, tiny_recipe

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MOST_WRITES = 40


@contextmanager
def disk_full_from(number: int) -> Iterator[list[int]]:
    """Every file that is begun from the n-th on is refused; gives how many were begun."""
    begun: list[int] = []

    def refusing(begin: Any) -> Any:
        def instead(*arguments: Any, **options: Any) -> Any:
            if options.get("prefix") == storage.UNFINISHED:
                begun.append(len(begun) + 1)
                if len(begun) >= number:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return begin(*arguments, **options)

        return instead

    with pytest.MonkeyPatch.context() as patch:
        for name in ("mkstemp", "mkdtemp"):
            patch.setattr(tempfile, name, refusing(getattr(tempfile, name)))
        yield begun


@pytest.mark.parametrize(
    "recipe", [fast_recipe(), replace(tiny_recipe(), epochs=1)], ids=["fast", "scratch"]
)
def test_a_disk_that_is_full_from_the_nth_write_on(
    photos: Path, warm_home: Path, recipe: Recipe
) -> None:
    earlier, _ = run(photos, replace(fast_recipe(), epochs=2))
    refusals = []
    for number in itertools.count(1):
        assert number < MOST_WRITES
        with disk_full_from(number) as begun:
            try:
                result, _ = run(photos, recipe)
            except StorageError as error:
                refusals.append(str(error))
        assert Classifier.open(earlier.run.model_path).class_names == ("lamp", "mug", "shirt")
        assert not list(runs.runs_folder().rglob(f"{storage.UNFINISHED}*"))
        others = [one for one in list_runs() if one != earlier.run]
        for one in others:
            assert one.state in ("failed", "interrupted", "done")
            assert one.state != "done" or Classifier.open(one.model_path)
            runs.discard(one)
        assert list(runs.runs_folder().iterdir()) == [earlier.run.folder]
        if len(begun) < number:
            break
    assert len(refusals) >= 5
    assert all("The disk is full: free some space" in sentence for sentence in refusals)
    assert result.run.state == "done"
