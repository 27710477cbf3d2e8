"""Draws the sample collection and trains the bundled encoder; never imported by the service."""
