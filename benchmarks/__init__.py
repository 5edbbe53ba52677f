"""Measurements of speed and agreement; not part of the package."""
