"""Anything to articles: files, folders, standard input, addresses."""

from legation.ingest.files import read_inputs

__all__ = ["read_inputs"]
