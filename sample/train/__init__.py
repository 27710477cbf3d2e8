"""Trains the bundled encoder on drawn scenes, and exports it."""
