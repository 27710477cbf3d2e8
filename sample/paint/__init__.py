"""Paints a scene at any size."""
