"""Glimpse: find photographs by describing them."""
