"""Keeps what people gave: copies of everything, their way back, and whether all is whole."""
