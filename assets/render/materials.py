"""What things are made of: procedural materials, none of them perfectly even."""

from collections.abc import Sequence
from typing import Any

from assets.render.colours import METALS
from assets.render.draw import Colour, Draw, named, shade
from assets.render.shader import Shader, Socket, Value

Material = Any
"""A ``bpy.types.Material``; bpy carries no types."""


def plastic(draw: Draw, colour: Value, *, roughness: float | None = None) -> Material:
    shader = Shader("plastic")
    rough = draw.between(0.2, 0.5) if roughness is None else roughness
    uneven = shader.scaled(shader.noise(14.0), rough * 0.85, rough * 1.15)
    return shader.set(Base_Color=colour, Roughness=uneven).material


def glazed(draw: Draw, shader: Shader, colour: Value) -> Material:
    """Ceramic: a glossy or satin coat over a colour that may be a pattern of the same shader."""
    gloss = draw.one_of((0.06, 0.12, 0.3, 0.45))
    shader.set(Base_Color=colour, Roughness=shader.scaled(shader.noise(6.0), gloss, gloss + 0.08))
    shader.set(Coat_Weight=draw.between(0.0, 0.6) if gloss < 0.2 else 0.0, Coat_Roughness=0.05)
    return shader.bump(shader.noise(7.0), strength=0.12, distance=0.02).material


def speckled(shader: Shader, colour: Value, spots: Colour, amount: float) -> Socket:
    """Small dark grains, as in stoneware; ``amount`` 0.1 (few) to 0.3 (many)."""
    grain = shader.cells(42.0, vector=shader.stretched(1, 1, 0.9))
    there = shader.step(shader.noise(9.0), 0.5, 0.08)
    near = shader.math("SUBTRACT", 1.0, shader.step(grain, amount, 0.03))
    return shader.mix(shader.math("MULTIPLY", near, there), colour, spots)


def metal(draw: Draw, kind: str, *, roughness: float | None = None) -> Material:
    shader = Shader("metal")
    rough = draw.one_of((0.08, 0.16, 0.3)) if roughness is None else roughness
    scratched = shader.noise(30.0, vector=shader.stretched(1, 1, 12))
    shader.set(Base_Color=named(METALS[kind]), Metallic=1.0)
    return shader.set(Roughness=shader.scaled(scratched, rough * 0.7, rough * 1.3)).material


def leather(draw: Draw, colour: Colour, *, quilt: float = 0.0) -> Material:
    """Pored and a little worn; ``quilt`` is how close the diamonds of a quilt are stitched."""
    shader = Shader("leather")
    pores = shader.cells(draw.between(80.0, 150.0))
    worn = shader.noise(3.5, detail=5.0)
    tone = shader.mix(shader.scaled(worn, 0.0, 1.0), shade(colour, 0.72), shade(colour, 1.2))
    rough = draw.between(0.3, 0.5)
    shader.set(Base_Color=tone, Roughness=shader.scaled(worn, rough - 0.06, rough + 0.14))
    if quilt:
        shader.bump(_diamonds(shader, quilt), strength=1.0, distance=0.035)
    return shader.bump(pores, strength=draw.between(0.15, 0.45), distance=0.008).material


def _diamonds(shader: Shader, close: float) -> Socket:
    """Cushions between two crossing sets of seams."""
    x, z = shader.axis("x"), shader.axis("z")
    waves = [
        shader.math("ABSOLUTE", shader.math("SINE", shader.math("MULTIPLY", slant, close)))
        for slant in (shader.math("ADD", x, z), shader.math("SUBTRACT", x, z))
    ]
    return shader.math("POWER", shader.math("MULTIPLY", *waves), 0.4)


def fabric(draw: Draw, colour: Value, *, weave: float = 70.0, sheen: float = 0.25) -> Material:
    return woven(draw, Shader("fabric"), colour, weave=weave, sheen=sheen)


def woven(
    draw: Draw, shader: Shader, colour: Value, *, weave: float = 70.0, sheen: float = 0.25
) -> Material:
    """Woven cloth: two crossing waves of threads, and lint, over a colour or pattern."""
    threads = shader.math("ADD", shader.wave(weave, "X", distortion=1.0), shader.wave(weave, "Y"))
    lint = shader.noise(90.0, detail=4.0)
    depth = shader.scaled(lint, 0.82, 1.12)
    tint = shader.node("VectorMath", options={"operation": "SCALE"})
    shader.connect(tint.inputs[0], _rgb(shader, colour))
    shader.connect(tint.inputs["Scale"], depth)
    shader.set(Base_Color=tint.outputs[0], Roughness=draw.between(0.75, 0.95))
    shader.set(Sheen_Weight=sheen, Specular_IOR_Level=0.2)
    shader.bump(threads, strength=0.25, distance=0.004)
    return shader.bump(lint, strength=0.2, distance=0.01).material


def _rgb(shader: Shader, colour: Value) -> Socket:
    """A colour as a socket, whatever it was."""
    if hasattr(colour, "is_linked"):
        return colour
    node = shader.node("RGB")
    node.outputs[0].default_value = (*colour, 1.0)
    return node.outputs[0]


def wood(draw: Draw, colour: Colour, *, scale: float = 1.0, along: str = "x") -> Material:
    """Grain running along an axis: stretched noise inside stretched noise."""
    shader = Shader("wood")
    stretch = {axis: (0.6 if axis == along else 7.0) * scale for axis in "xyz"}
    vector = shader.stretched(stretch["x"], stretch["y"], stretch["z"])
    rings = shader.noise(1.6, vector=vector, detail=6.0)
    fibre = shader.noise(9.0, vector=vector, detail=3.0)
    tone = shader.mix(shader.step(rings, 0.5, 0.16), shade(colour, 0.62), shade(colour, 1.15))
    tone = shader.mix(shader.scaled(fibre, -0.2, 0.5), tone, shade(colour, 0.5))
    rough = draw.between(0.3, 0.6)
    shader.set(Base_Color=tone, Roughness=shader.scaled(fibre, rough, rough + 0.15))
    return shader.bump(fibre, strength=0.15, distance=0.01).material


def stone(draw: Draw, colour: Colour, *, scale: float = 1.0) -> Material:
    """Marble with veins, or plain concrete."""
    shader = Shader("stone")
    cloud = shader.noise(1.4 * scale, detail=4.0)
    tone = shader.mix(cloud, shade(colour, 0.85), shade(colour, 1.08))
    if draw.chance(0.5):
        winding = shader.node("TexNoise", Vector=shader.position, Scale=0.9 * scale, Detail=6.0)
        winding.inputs["Distortion"].default_value = draw.between(0.8, 2.0)
        off = shader.math("ABSOLUTE", shader.math("SUBTRACT", winding.outputs[0], 0.5))
        vein = shader.math("SUBTRACT", 1.0, shader.step(off, 0.02, 0.02))
        tone = shader.mix(shader.math("MULTIPLY", vein, 0.5), tone, shade(colour, 0.4))
    rough = draw.one_of((0.12, 0.35, 0.7))
    shader.set(Base_Color=tone, Roughness=shader.scaled(cloud, rough, rough + 0.1))
    return shader.bump(shader.noise(24.0 * scale), strength=0.12 * rough, distance=0.02).material


def paper(colour: Colour) -> Material:
    return printed(Shader("paper"), colour)


def printed(shader: Shader, colour: Value) -> Material:
    """Paper that carries a colour or a pattern of the same shader."""
    shader.set(Base_Color=colour, Roughness=0.85, Specular_IOR_Level=0.25)
    return shader.bump(shader.noise(60.0), strength=0.08, distance=0.005).material


def glass(colour: Sequence[float], *, roughness: float = 0.0) -> Material:
    """Refracting glass whose shadow lets light through, which few samples could not show."""
    shader = Shader("glass")
    shader.set(Base_Color=colour, Roughness=roughness, Transmission_Weight=1.0, IOR=1.45)
    clear = shader.node("BsdfTransparent", Color=colour)
    shadow = shader.node("LightPath").outputs["Is Shadow Ray"]
    return shader.blend(shader.math("MULTIPLY", shadow, 0.85), clear).material


def clear_cover() -> Material:
    """A thin pane over a dial: seen only by what it mirrors."""
    shader = Shader("cover")
    shader.set(Base_Color=(0, 0, 0), Roughness=0.02, Specular_IOR_Level=0.5)
    facing = shader.node("LayerWeight", Blend=0.35).outputs["Fresnel"]
    through = shader.math("SUBTRACT", 1.0, shader.math("MULTIPLY", facing, 0.6))
    return shader.blend(through, shader.node("BsdfTransparent")).material


def glowing(colour: Sequence[float], strength: float) -> Material:
    shader = Shader("glow")
    return shader.set(Base_Color=colour, Emission_Color=colour, Emission_Strength=strength).material


def lampshade(draw: Draw, colour: Colour) -> Material:
    """Cloth or paper that lets a part of the light through."""
    shader = Shader("lampshade")
    threads = shader.noise(50.0, vector=shader.stretched(1, 1, 6))
    tone = shader.mix(shader.scaled(threads, 0.0, 0.4), colour, shade(colour, 0.7))
    shader.set(Base_Color=tone, Roughness=0.9, Specular_IOR_Level=0.1)
    shader.bump(threads, strength=0.2, distance=0.01)
    through = shader.node("BsdfTranslucent", Color=shade(colour, 1.05))
    return shader.blend(draw.between(0.35, 0.55), through).material
