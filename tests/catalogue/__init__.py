"""Tests of the life of encoders."""
