"""Renders the program's own sample photos with Blender: needed to make them, never to run it."""
