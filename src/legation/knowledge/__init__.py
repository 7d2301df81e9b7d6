"""The dated facts: who is who, from when to when. Readable tables beside this file, and their loader."""

from legation.knowledge.compiled import Index, compile_entries, load, parse
from legation.knowledge.keys import key_of
from legation.knowledge.own import read_own
from legation.knowledge.tables import OWN_RANK, Entry, holds, load_entries, parse_day, place_names, read_table, slug

__all__ = [
    "OWN_RANK",
    "Entry",
    "Index",
    "compile_entries",
    "holds",
    "key_of",
    "load",
    "load_entries",
    "parse",
    "parse_day",
    "place_names",
    "read_own",
    "read_table",
    "slug",
]
