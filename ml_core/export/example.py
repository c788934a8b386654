"""A few lines of Python that ask an exported model exactly as the program does."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ml_core.images import DRAFT_MARGIN, InputSpec, ResizePolicy

_OPENING: Mapping[str, str] = MappingProxyType(
    {
        "Keras": """\
import keras

model = keras.saving.load_model("{file}", compile=False)
confidence = model.predict(load(photo), verbose=0)[0]""",
        "TensorFlow SavedModel": """\
import tensorflow as tf

model = tf.saved_model.load("{file}")
confidence = model.serve(load(photo)).numpy()[0]""",
        "LiteRT": """\
from ai_edge_litert.interpreter import Interpreter

model = Interpreter("{file}")
model.allocate_tensors()  # for several photos at once: resize_tensor_input before
model.set_tensor(model.get_input_details()[0]["index"], load(photo))
model.invoke()
confidence = model.get_tensor(model.get_output_details()[0]["index"])[0]""",
        "ONNX": """\
import onnxruntime

model = onnxruntime.InferenceSession("{file}")
confidence = model.run(None, {{model.get_inputs()[0].name: load(photo)}})[0][0]""",
    }
)
_RESIZING_CODE: Mapping[ResizePolicy, str] = MappingProxyType(
    {
        ResizePolicy.STRETCH: "image = image.resize(({size}, {size}), Image.Resampling.BILINEAR)",
        ResizePolicy.CROP: """\
side, (width, height) = min(image.size), image.size
left, top = (width - side) // 2, (height - side) // 2
image = image.crop((left, top, left + side, top + side))
image = image.resize(({size}, {size}), Image.Resampling.BILINEAR)""",
        ResizePolicy.PAD: """\
scale = {size} / max(image.size)
inner = [max(1, round(side * scale)) for side in image.size]
canvas = Image.new(image.mode, ({size}, {size}), "white")
corner = [({size} - side) // 2 for side in inner]
canvas.paste(image.resize(inner, Image.Resampling.BILINEAR), corner)
image = canvas""",
    }
)


def python_example(spec: InputSpec, title: str, *, file_name: str) -> str:
    """Code that leaves the confidence in each category of ``photo`` in ``confidence``.

    Args:
        spec: What the model wants to see.
        title: Of the format: "Keras", "TensorFlow SavedModel", "LiteRT" or "ONNX".
        file_name: Of the exported file or folder.
    """
    quoted = file_name.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join((*_lines(spec), _OPENING[title].format(file=quoted), ""))


def _lines(spec: InputSpec) -> Iterator[str]:
    resizing = _RESIZING_CODE[spec.resize].format(size=spec.size)
    draft = DRAFT_MARGIN * spec.size
    yield "import numpy as np\nfrom PIL import Image, ImageOps\n\n"
    yield "def load(path):"
    yield "    image = Image.open(path)"
    yield f"    image.draft(None, ({draft}, {draft}))"
    yield "    image = ImageOps.exif_transpose(image)"
    yield "    if image.has_transparency_data:"
    yield '        white = Image.new("RGB", image.size, "white")'
    yield '        white.paste(image.convert("RGBA"), mask=image.convert("RGBA"))'
    yield "        image = white"
    yield '    image = image.convert("RGB")'
    if spec.channels == 1:
        yield '    image = image.convert("L")'
    yield from (f"    {line}" for line in resizing.splitlines())
    shape = f"1, {spec.size}, {spec.size}, {spec.channels}"
    yield f"    return np.asarray(image, np.float32).reshape({shape})\n\n"
