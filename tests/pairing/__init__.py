"""Pairs of towers made from what is stored: aligned, adapted, learned from lawfully."""
