"""Encoders of two towers that never met: one sees, one reads, an alignment joins them."""
