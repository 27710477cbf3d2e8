"""The encoders of a home: added, built, measured, switched to and removed."""
