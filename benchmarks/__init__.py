"""Measurements behind the figures in docs/benchmarks.md; each prints its table."""
