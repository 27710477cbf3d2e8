"""The judging loop."""
