"""Tests of scorers in memory."""
