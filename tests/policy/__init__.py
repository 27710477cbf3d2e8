"""Tests of the policy gate, and the corpus they measure it on."""
