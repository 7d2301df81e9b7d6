"""The dated facts: who is who, from when to when. Readable tables beside this file, and their loader."""

from legation.knowledge.compiled import Index, compile_entries, load, parse
from legation.knowledge.keys import key_of
from legation.knowledge.tables import Entry, load_entries, place_names, read_table

__all__ = ["Entry", "Index", "compile_entries", "key_of", "load", "load_entries", "parse", "place_names", "read_table"]
