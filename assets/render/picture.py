"""One picture from its category and number: product, studio, clutter, camera, render, develop."""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

from assets.render import camera, clutter, studio
from assets.render.develop import Light, develop
from assets.render.draw import Draw
from assets.render.products import CATEGORIES
from assets.render.scene import clear

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work goes into one picture."""

    samples: int = 7
    threads: int = 2


def render(category: str, number: int, effort: Effort) -> Image.Image:
    """The same picture for the same category and number, wherever it is made."""
    draw = Draw(list(CATEGORIES).index(category), number)
    clear()
    product = CATEGORIES[category](draw)
    azimuth = draw.between(*product.azimuth)
    surface = draw.one_of(product.surfaces)
    table = studio.build(draw, surface, behind=azimuth, hangs=product.hangs)
    if not product.hangs and draw.chance(0.4):
        clutter.scatter(draw, product, azimuth)
    camera.aim(draw, product, azimuth)
    return develop(_light(effort, draw.seed()), draw, table=table)


def _light(effort: Effort, seed: int) -> Light:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", effort.threads
    scene.render.image_settings.file_format = "OPEN_EXR"
    cycles = scene.cycles
    cycles.samples, cycles.seed = effort.samples, seed
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_quality = cycles.denoising_prefilter = "FAST"
    cycles.max_bounces, cycles.transmission_bounces, cycles.transparent_max_bounces = 5, 8, 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.use_light_tree, cycles.sample_clamp_indirect = False, 6.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "light.exr"
        scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        return _pixels(path)


def _pixels(path: Path) -> Light:
    image = bpy.data.images.load(str(path))
    width, height = image.size
    flat = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(height, width, -1)[::-1, :, :3].astype(np.float64)
