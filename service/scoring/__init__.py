"""Scorers: how likely it is that a text fits a picture, learnt from people's judgements."""
