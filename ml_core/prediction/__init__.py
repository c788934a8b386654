"""Classifying photos with an opened model file."""
