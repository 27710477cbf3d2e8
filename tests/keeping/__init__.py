"""Tests of what keeps everything that people gave."""
