"""The converter's process: ``python -m ml_core.export.keras_export MODEL KERAS_FORMAT TARGET``."""

import sys
from pathlib import Path

from ml_core.model_file.read import read_manifest


def main(model: str, keras_format: str, target: str) -> None:
    """Load the whole network from the model file and write it in one of Keras' export formats.

    Raises:
        ValueError: The network does not fit what the model file says of itself.
    """
    import keras

    network = keras.saving.load_model(model, compile=False, safe_mode=True)
    manifest = read_manifest(Path(model))
    size, channels = manifest.input.size, manifest.input.channels
    expected = (None, size, size, channels), (None, len(manifest.class_names))
    if (network.input_shape, network.output_shape) != expected:
        raise ValueError(f"the network has shapes {network.input_shape}, {network.output_shape}")
    network.export(target, format=keras_format, verbose=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
