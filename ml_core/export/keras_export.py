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
    pixels = (None, manifest.input.size, manifest.input.size, manifest.input.channels)
    if (network.input_shape, network.output_shape) != (pixels, (None, len(manifest.class_names))):
        raise ValueError(f"the network has shapes {network.input_shape}, {network.output_shape}")
    # Said outright: some formats would otherwise take one photo at a time only.
    signature = [keras.InputSpec(shape=pixels, dtype="float32", name="inputs")]
    network.export(target, format=keras_format, verbose=False, input_signature=signature)


if __name__ == "__main__":
    main(*sys.argv[1:])
