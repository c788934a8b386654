"""Several devices share each batch and train the same network as one does."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np


def test_two_devices_train_as_one_does() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tests.core.shared_training"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=280,
    )
    one, two = np.array(json.loads(said.stdout.splitlines()[-1]))
    assert one.shape == two.shape == (4, 2)
    assert one[-1, 0] < one[0, 0] / 2, "it learns, so that there is something to compare"
    np.testing.assert_allclose(two, one, atol=1e-3)
