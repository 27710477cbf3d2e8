"""What analysts do: read figures, and ask questions of their own in SQL."""
