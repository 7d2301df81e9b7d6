"""The dated facts: who is who, from when to when. Readable tables beside this file, and their loader."""

from legation.knowledge.tables import Entry, load_entries, read_table

__all__ = ["Entry", "load_entries", "read_table"]
