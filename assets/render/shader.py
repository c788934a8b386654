"""A thin layer over Blender's shader nodes: a node with its inputs in one line."""

from collections.abc import Sequence
from typing import Any

import bpy

Socket = Any
"""A ``bpy.types.NodeSocket``; bpy carries no types."""
Value = float | Sequence[float] | Socket


class Shader:
    """One material under construction around a Principled BSDF."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        tree = self.material.node_tree
        self.nodes, self.links = tree.nodes, tree.links
        self.surface = self.nodes["Principled BSDF"]
        self.output = self.nodes["Material Output"]
        self.position = self.node("TexCoord").outputs["Object"]

    def set(self, **inputs: Value) -> "Shader":
        """Set the surface's inputs; ``Base_Color`` stands for "Base Color"."""
        self.fill(self.surface, inputs)
        return self

    def node(self, kind: str, *, options: dict[str, Any] | None = None, **inputs: Value) -> Any:
        node = self.nodes.new(f"ShaderNode{kind}")
        for name, value in (options or {}).items():
            setattr(node, name, value)
        self.fill(node, inputs)
        return node

    def fill(self, node: Any, inputs: dict[str, Value]) -> None:
        for name, value in inputs.items():
            self.connect(node.inputs[name.replace("_", " ")], value)

    def connect(self, socket: Socket, value: Value) -> None:
        if hasattr(value, "is_linked"):
            self.links.new(value, socket)
        elif isinstance(value, int | float):
            socket.default_value = value
        else:
            socket.default_value = (*value, 1.0)[: len(socket.default_value)]

    def stretched(self, x: float, y: float, z: float) -> Socket:
        """The position, scaled along each axis."""
        return self.node("Mapping", Vector=self.position, Scale=(x, y, z)).outputs[0]

    def noise(self, scale: float, *, vector: Socket | None = None, detail: float = 3.0) -> Socket:
        vector = vector or self.position
        return self.node("TexNoise", Vector=vector, Scale=scale, Detail=detail).outputs[0]

    def cells(self, scale: float, *, vector: Socket | None = None) -> Socket:
        """Distance to the nearest of scattered points (Worley)."""
        vector = vector or self.position
        return self.node("TexVoronoi", Vector=vector, Scale=scale).outputs["Distance"]

    def wave(self, scale: float, axis: str, *, distortion: float = 0.0) -> Socket:
        options = {"bands_direction": axis}
        inputs = {"Vector": self.position, "Scale": scale, "Distortion": distortion}
        return self.node("TexWave", options=options, **inputs).outputs[1]

    def axis(self, name: str) -> Socket:
        return self.node("SeparateXYZ", Vector=self.position).outputs[name.upper()]

    def math(self, operation: str, first: Value, second: Value = 0.0) -> Socket:
        node = self.node("Math", options={"operation": operation})
        self.connect(node.inputs[0], first)
        self.connect(node.inputs[1], second)
        return node.outputs[0]

    def scaled(self, value: Value, low: float, high: float) -> Socket:
        """0..1 spread over low..high, clipped."""
        node = self.node("MapRange", options={"clamp": True})
        for socket, number in zip(node.inputs, (value, 0.0, 1.0, low, high), strict=False):
            self.connect(socket, number)
        return node.outputs[0]

    def step(self, value: Value, edge: float, softness: float = 0.01) -> Socket:
        """0 below the edge, 1 above."""
        node = self.node("MapRange", options={"clamp": True})
        numbers = (value, edge - softness, edge + softness, 0.0, 1.0)
        for socket, number in zip(node.inputs, numbers, strict=False):
            self.connect(socket, number)
        return node.outputs[0]

    def mix(self, factor: Value, first: Value, second: Value) -> Socket:
        node = self.node("Mix", options={"data_type": "RGBA"})
        for number, value in ((0, factor), (6, first), (7, second)):
            self.connect(node.inputs[number], value)
        return node.outputs[2]

    def bump(self, height: Socket, *, strength: float, distance: float = 0.01) -> "Shader":
        """Roughen the surface; called again, adds to what is there."""
        node = self.node("Bump", Height=height, Strength=strength, Distance=distance)
        normal = self.surface.inputs["Normal"]
        if normal.is_linked:
            self.links.new(normal.links[0].from_socket, node.inputs["Normal"])
        self.links.new(node.outputs[0], normal)
        return self

    def blend(self, factor: Value, other: Any) -> "Shader":
        """Show another shader's surface over the present one where the factor is 1."""
        node = self.node("MixShader")
        self.connect(node.inputs[0], factor)
        self.links.new(self.output.inputs[0].links[0].from_socket, node.inputs[1])
        self.links.new(other.outputs[0], node.inputs[2])
        self.links.new(node.outputs[0], self.output.inputs[0])
        return self
