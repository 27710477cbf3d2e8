"""How pictures come in: uploads, and the embedding that makes them searchable."""
