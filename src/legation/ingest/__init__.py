"""Anything to articles."""
