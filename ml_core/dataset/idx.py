"""IDX files, the format of MNIST and Fashion-MNIST, listed and read like a folder of photos."""

from pathlib import Path

from ml_core.dataset.photos import Dataset


def is_idx_folder(folder: Path) -> bool:
    """Tell whether the folder holds IDX files of training pictures."""
    return False


def scan_idx_folder(folder: Path) -> Dataset:
    raise NotImplementedError
